import type { ExecutionReport } from '../../src/domain/execution-report';
import { dec } from '../../src/domain/money';
import { describeBackends } from './store-backends';
import { fillOf, OrderTape, reportOf, requestOf, RUN } from './store-fixtures';

const DAY_MS = 86_400_000;
const AT_MS = Date.UTC(2026, 2, 2, 15);

/**
 * Goal: a venue that uses a venue order id again makes no two adopted orders one, and no adopted order two.
 * Method: reports as a venue tells them over days, and the order recorded as ended where it ended.
 */
describeBackends('adopted orders', (backend) => {
  let count = 0;
  const told = (
    venueOrderId: string,
    day: number,
    parts: Partial<ExecutionReport> = {},
  ): Promise<string | undefined> => {
    count += 1;
    const transactTimeMs = AT_MS + day * DAY_MS + count;
    const own = { venueOrderId, transactTimeMs, execType: 'NEW', clientOrderId: 'phone-1', ...parts } as const;
    return backend().venues.adoptedOrder(reportOf(`adopted-${String(count)}`, count, own));
  };
  const ended = async (clientOrderId: string, execId?: string): Promise<void> => {
    const tape = new OrderTape(requestOf('external', clientOrderId)).accepted();
    if (execId !== undefined) tape.filled(fillOf(execId, { quantity: dec('1') }));
    await backend().orders.record(tape.canceled().order, tape.events, RUN);
  };

  it('A01 finds the same order for each report of it, days later too', async () => {
    expect(await told('a01', 0)).toBe('external/SIM-a01');
    expect(await told('a01', 0, { execType: 'TRADE' })).toBe('external/SIM-a01');
    expect(await told('a01', 3)).toBe('external/SIM-a01');
    expect(await told('a01', 3, { execType: 'TRADE', clientOrderId: 'other' })).toBe('external/SIM-a01');
  });

  it('A02 makes another order of an id that is used again after the first one ended', async () => {
    expect(await told('a02', 0)).toBe('external/SIM-a02');
    await ended('SIM-a02');
    expect(await told('a02', 0)).toBe('external/SIM-a02');
    expect(await told('a02', 1)).toBe('external/SIM-a02-20260303');
    expect(await told('a02', 1, { execType: 'TRADE' })).toBe('external/SIM-a02-20260303');
  });

  it('A03 leaves a late report with the order that ended', async () => {
    await told('a03', 0);
    await told('a03', 1, { execType: 'REPLACED', clientOrderId: 'phone-2', origClientOrderId: 'phone-1' });
    await ended('SIM-a03', 'a03-trade');
    for (const clientOrderId of ['phone-1', 'phone-2'])
      expect(await told('a03', 2, { execType: 'TRADE', clientOrderId })).toBe('external/SIM-a03');
    expect(await told('a03', 3, { clientOrderId: 'phone-3' })).toBe('external/SIM-a03-20260305');
    // A trade that is taken back names the trade, and that was the first order's.
    const bust = { execType: 'TRADE_CANCEL', execRefId: 'a03-trade', clientOrderId: 'phone-3' } as const;
    expect(await told('a03', 3, bust)).toBe('external/SIM-a03');
  });

  it('A04 keeps what is not the same thing apart on one day', async () => {
    expect(await told('a04', 0)).toBe('external/SIM-a04');
    expect(await told('a04', 0, { side: 'SELL' })).toBe('external/SIM-a04-20260302');
    expect(await told('a04', 0, { symbol: 'OTHER', side: 'SELL' })).toBe('external/SIM-a04-20260302.');
    expect(await told('a04', 0)).toBe('external/SIM-a04');
    expect(await told('a04', 0, { side: 'SELL' })).toBe('external/SIM-a04-20260302');
  });

  it('A05 lets rivals that read the same report come to one order', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => told('a05', 0)));
    expect(new Set(ids)).toEqual(new Set(['external/SIM-a05']));
  });

  it('A06 makes no order of a venue order id that cannot be part of one', async () => {
    expect(await told('a/06', 0)).toBeUndefined();
    expect(await told('a06'.padEnd(60, 'x'), 0)).toBeUndefined();
  });
});
