import { add, dec, greaterThan } from '../../src/domain/money';
import { APPROVED_STEP } from '../../src/domain/order-overrides';
import type { Exposure } from '../../src/domain/risk/risk-context';
import type { DecisionKey, PreTradeVerdict, StoredDecision } from '../../src/ports/stores';
import { describeBackends } from './store-backends';
import type { Backend } from './store-backends';
import {
  accountSetup,
  approve,
  approveWithin,
  deny,
  fillOf,
  needOf,
  OrderTape,
  replaced,
  requestOf,
  RUN,
  without,
} from './store-fixtures';

const waits: PreTradeVerdict = {
  ...{ kind: 'needsApproval', approveByMs: 1_700_000_600_000 },
  reasons: [{ code: 'MAX_ORDER_VALUE', field: 'quantity', value: '10', rule: 'Worth at most 900 USD, not 1000.' }],
};
const keyOf = (tape: OrderTape, step = 0): DecisionKey => ({ orderId: tape.order.orderId, step, firstRunId: RUN });

describeBackends('decisions and reservations', (backend) => {
  const tapeOf = (account: string, id: string, parts = {}): OrderTape => new OrderTape(requestOf(account, id, parts));
  const decide = (tape: OrderTape, verdict: PreTradeVerdict, step = 0): Promise<StoredDecision> =>
    backend().orders.decideOnce(keyOf(tape, step), tape.request, 'USD', () => verdict);
  const approved = (tape: OrderTape): Promise<StoredDecision> => decide(tape, approve(needOf(tape.request)));
  const record = (tape: OrderTape, from = 1): Promise<readonly string[]> =>
    backend().orders.record(tape.order, tape.from(from), RUN);
  const reserved = (tape: OrderTape) => reservationOf(backend(), tape);
  const reservationRow = (tape: OrderTape) =>
    backend().driver.query('SELECT * FROM reservations WHERE order_id = $1', [tape.order.orderId]);
  const replaceNeed = (tape: OrderTape, quantity: string): PreTradeVerdict =>
    approve(needOf(tape.request, { quantity: dec(quantity), cash: dec(`${quantity}00`) }));

  it('D01 decides once: the same key again returns the stored verdict and asks nobody', async () => {
    await backend().orders.saveAccounts([accountSetup('d01')]);
    const tape = tapeOf('d01', 'o');
    const first = await approved(tape);
    expect(first).toEqual({ kind: 'decided', verdict: approve(needOf(tape.request)) });
    const again = await backend().orders.decideOnce(keyOf(tape), tape.request, 'USD', () => {
      throw new Error('asked twice');
    });
    expect(again).toEqual(first);
  });

  it('D02 gives neither account nor exposure when the account is missing, and keeps that verdict', async () => {
    const tape = tapeOf('d02-nobody', 'o');
    const seen: unknown[] = [];
    const stored = await backend().orders.decideOnce(keyOf(tape), tape.request, 'USD', (...facts) => {
      seen.push(...facts);
      return deny;
    });
    expect([stored, seen]).toEqual([{ kind: 'decided', verdict: deny }, [undefined, undefined, {}]]);
  });

  it('D03 gives the account without exposure when the currency is unknown', async () => {
    await backend().orders.saveAccounts([accountSetup('d03')]);
    const tape = tapeOf('d03', 'o');
    const seen: unknown[] = [];
    await backend().orders.decideOnce(keyOf(tape), tape.request, undefined, (...facts) => {
      seen.push(...facts);
      return deny;
    });
    expect(seen).toEqual([without(accountSetup('d03'), 'openingCash'), undefined, { tradingStates: [] }]);
  });

  it('D04 answers with the first order when the id was recorded by another run', async () => {
    await backend().orders.saveAccounts([accountSetup('d04')]);
    const tape = tapeOf('d04', 'o').accepted();
    await record(tape);
    const key = { ...keyOf(tape), firstRunId: 'run-2' };
    const stored = await backend().orders.decideOnce(key, tape.request, 'USD', () => deny);
    expect(stored).toEqual({ kind: 'existing', order: tape.order });
  });

  it('D05 decides anew for another run when the first one never recorded anything', async () => {
    await backend().orders.saveAccounts([accountSetup('d05')]);
    const tape = tapeOf('d05', 'o');
    await approved(tape);
    const need = needOf(tape.request, { quantity: dec('3'), cash: dec('300') });
    const key = { ...keyOf(tape), firstRunId: 'run-2' };
    await backend().orders.decideOnce(key, tape.request, 'USD', () => approve(need));
    expect(await reserved(tape)).toMatchObject({ quantity: '3', cash: '300' });
  });

  it('D06 counts what other orders promise: per side, symbol and currency, this order apart', async () => {
    await backend().orders.saveAccounts([accountSetup('d06', '5000.50')]);
    await approved(tapeOf('d06', 'buy'));
    await approved(tapeOf('d06', 'sell', { side: 'SELL', quantity: dec('3') }));
    await approved(tapeOf('d06', 'other', { symbol: 'OTHER', quantity: dec('2') }));
    const euro = tapeOf('d06', 'euro', { symbol: 'EURO' });
    await decide(euro, approve(needOf(euro.request, { currency: 'EUR' })));
    const holder = tapeOf('d06', 'holder', { quantity: dec('4') }).accepted();
    holder.filled(fillOf('d06-1', { fee: dec('0') }));
    await record(holder);
    const tape = tapeOf('d06', 'own');
    await approved(tape);
    let seen: Exposure | undefined;
    await backend().orders.decideOnce(keyOf(tape, 1), tape.request, 'USD', (_account, exposure) => {
      seen = exposure;
      return deny;
    });
    expect(seen).toEqual({
      position: '4',
      reservedBuyQuantity: '10',
      reservedSellQuantity: '3',
      cash: '4602.5',
      reservedCash: '1200',
      openOrders: 4,
    });
  });

  it('D07 never lets 200 rivals past one limit', async () => {
    await backend().orders.saveAccounts([accountSetup('d07')]);
    const limit = dec('505');
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const tape = tapeOf('d07', `o${String(index)}`);
        return backend().orders.decideOnce(
          keyOf(tape),
          tape.request,
          'USD',
          approveWithin(limit, needOf(tape.request)),
        );
      }),
    );
    const passed = answers.filter((answer) => answer.kind === 'decided' && answer.verdict.kind === 'approved');
    expect(passed).toHaveLength(50);
    const open = (await backend().orders.openReservations()).filter((row) => row.account === 'd07');
    expect(open.reduce((total, row) => add(total, row.quantity), dec('0'))).toBe('500');
  });

  it('D08 never lets rivals past one limit while fills and ends move exposure into the position', async () => {
    await backend().orders.saveAccounts([accountSetup('d08')]);
    const limit = dec('205');
    const above: string[] = [];
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const tape = tapeOf('d08', `o${String(index)}`);
        const answer = await backend().orders.decideOnce(keyOf(tape), tape.request, 'USD', (account, exposure) => {
          const total = add(exposure?.position ?? dec('0'), exposure?.reservedBuyQuantity ?? dec('0'));
          if (greaterThan(total, limit)) above.push(total);
          return approveWithin(limit, needOf(tape.request))(account, exposure);
        });
        tape.accepted();
        const traded = answer.kind === 'decided' && answer.verdict.kind === 'approved' && index % 3 !== 0;
        if (traded) tape.filled(fillOf(`d08-${String(index)}`));
        tape.canceled();
        await record(tape);
      }),
    );
    expect(above).toEqual([]);
    expect((await backend().orders.openReservations()).filter((row) => row.account === 'd08')).toEqual([]);
  });

  it('D09 reserves nothing for a denied order', async () => {
    await backend().orders.saveAccounts([accountSetup('d09')]);
    const tape = tapeOf('d09', 'o');
    await decide(tape, deny);
    expect(await reserved(tape)).toBeUndefined();
  });

  it('D10 keeps an order that ended before its decision released', async () => {
    await backend().orders.saveAccounts([accountSetup('d10')]);
    const tape = tapeOf('d10', 'o').created().canceled();
    await record(tape);
    expect(await approved(tape)).toMatchObject({ kind: 'decided', verdict: { kind: 'approved' } });
    expect(await reservationRow(tape)).toMatchObject([{ status: 'RELEASED', quantity: '0', cash: '0' }]);
  });

  it('D11 holds the greater of old and new need until a replace is answered, then the new form', async () => {
    await backend().orders.saveAccounts([accountSetup('d11')]);
    const tape = tapeOf('d11', 'o');
    await approved(tape);
    tape.accepted();
    await record(tape);
    await decide(tape, replaceNeed(tape, '25'), 1);
    expect(await reserved(tape)).toMatchObject({ quantity: '25', cash: '2500' });
    const change = { quantity: dec('25') };
    tape.add(
      { type: 'ReplaceRequested', commandId: 'c', step: 1, change },
      { pendingReplace: { commandId: 'c', step: 1, change } },
    );
    tape.filled(fillOf('d11-1'));
    await record(tape, 3);
    expect(await reserved(tape)).toMatchObject({ quantity: '21', cash: '2100' });
    replaced(tape, 1, '25');
    await record(tape, 5);
    expect(await reserved(tape)).toMatchObject({ quantity: '21', cash: '2100' });
  });

  it('D12 keeps the old need while a replace to less is open, and lowers it when the venue agreed', async () => {
    await backend().orders.saveAccounts([accountSetup('d12')]);
    const tape = tapeOf('d12', 'o');
    await approved(tape);
    tape.accepted();
    await decide(tape, replaceNeed(tape, '5'), 1);
    expect(await reserved(tape)).toMatchObject({ quantity: '10', cash: '1000' });
    replaced(tape, 1, '5');
    await record(tape);
    expect(await reserved(tape)).toMatchObject({ quantity: '5', cash: '500' });
  });

  it('D13 goes back to the old need when the venue refuses the replace', async () => {
    await backend().orders.saveAccounts([accountSetup('d13')]);
    const tape = tapeOf('d13', 'o');
    await approved(tape);
    tape.accepted();
    await decide(tape, replaceNeed(tape, '25'), 1);
    tape.add({ type: 'ReplaceRejected', step: 1, reason: 'TOO_LATE', text: '' });
    await record(tape);
    expect(await reserved(tape)).toMatchObject({ quantity: '10', cash: '1000' });
  });

  it('D14 does not let the answer to an older replace lower the need of a newer one', async () => {
    await backend().orders.saveAccounts([accountSetup('d14')]);
    const tape = tapeOf('d14', 'o');
    await approved(tape);
    tape.accepted();
    await decide(tape, replaceNeed(tape, '20'), 1);
    await decide(tape, replaceNeed(tape, '30'), 2);
    replaced(tape, 1, '20');
    await record(tape);
    expect(await reserved(tape)).toMatchObject({ quantity: '30', cash: '3000' });
    tape.add({ type: 'ReplaceRejected', step: 2, reason: 'TOO_LATE', text: '' });
    await record(tape, tape.order.version);
    expect(await reserved(tape)).toMatchObject({ quantity: '20', cash: '2000' });
  });

  it('D15 lowers the reservation by fills at the price basis and keeps the fee allowance', async () => {
    await backend().orders.saveAccounts([accountSetup('d15')]);
    const tape = tapeOf('d15', 'o');
    await decide(tape, approve(needOf(tape.request, { cash: dec('1001.5') })));
    tape.accepted().filled(fillOf('d15-1', { price: dec('90') }));
    await record(tape);
    expect(await reserved(tape)).toMatchObject({ quantity: '6', cash: '601.5' });
  });

  it('D16 never goes below zero on an overfill, and releases exactly once', async () => {
    await backend().orders.saveAccounts([accountSetup('d16')]);
    const tape = tapeOf('d16', 'o');
    await approved(tape);
    tape.accepted().filled(fillOf('d16-1', { quantity: dec('13') }));
    await record(tape);
    await record(tape);
    tape.filled(fillOf('d16-2', { quantity: dec('1') }));
    await record(tape, tape.order.version);
    expect(await reserved(tape)).toBeUndefined();
    expect(await reservationRow(tape)).toMatchObject([{ status: 'RELEASED', quantity: '0', cash: '0' }]);
    expect(await backend().orders.positions('d16')).toMatchObject([{ quantity: '14' }]);
  });

  it('D17 reserves no cash for a sell whatever its replaces and fills do', async () => {
    await backend().orders.saveAccounts([accountSetup('d17')]);
    const tape = tapeOf('d17', 'o', { side: 'SELL_SHORT' });
    await approved(tape);
    tape.accepted();
    await decide(tape, approve(needOf(tape.request, { quantity: dec('30') })), 1);
    const change = { quantity: dec('50') };
    const pendingReplace = { commandId: 'c', step: 1, change };
    tape.add({ type: 'ReplaceRequested', commandId: 'c', step: 1, change }, { pendingReplace });
    await record(tape);
    expect(await reserved(tape)).toMatchObject({ side: 'SELL', quantity: '50', cash: '0' });
    replaced(tape, 1, '60');
    tape.filled(fillOf('d17-1'));
    await record(tape, 4);
    expect(await reserved(tape)).toMatchObject({ side: 'SELL', quantity: '56', cash: '0' });
  });

  it('D18 keeps both decisions on an order that a person let pass, and reserves with the second', async () => {
    await backend().orders.saveAccounts([accountSetup('d18')]);
    const tape = tapeOf('d18', 'o');
    // Another life of the id left a reservation and no order.
    await backend().orders.decideOnce(
      { ...keyOf(tape), firstRunId: 'run-0' },
      ...([tape.request, 'USD', () => approve(needOf(tape.request, { quantity: dec('3') }))] as const),
    );
    const asked = await decide(tape, waits);
    expect(asked).toEqual({ kind: 'decided', verdict: waits });
    const passed = await decide(tape, approve(needOf(tape.request)), APPROVED_STEP);
    expect(await reserved(tape)).toMatchObject({ quantity: '10', cash: '1000' });
    expect(await decide(tape, deny, APPROVED_STEP)).toEqual(passed);
    expect(await decide(tape, deny)).toEqual(asked);
    // The kill switch finds it at its venue, also while no record of it has come.
    const scope = { commandId: 'd18', account: 'd18', venue: 'SIM' };
    expect(await backend().driver.call('oms_orders_to_close', scope)).toMatchObject([{ orderId: tape.order.orderId }]);
    tape.accepted();
    await record(tape);
    await decide(tape, replaceNeed(tape, '30'), 1);
    expect(await reserved(tape)).toMatchObject({ quantity: '30', cash: '3000' });
  });

  it('D19 reserves nothing for an order that ended while it was judged again', async () => {
    await backend().orders.saveAccounts([accountSetup('d19')]);
    const tape = tapeOf('d19', 'o');
    await decide(tape, waits);
    expect(await reservationRow(tape)).toEqual([]);
    tape.add({ type: 'OrderCanceled', reason: 'enough' }, { status: 'CANCELED', end: 'CANCELED' });
    await record(tape);
    await decide(tape, approve(needOf(tape.request)), APPROVED_STEP);
    expect(await reservationRow(tape)).toMatchObject([{ status: 'RELEASED', quantity: '0', cash: '0' }]);
  });

  it('D20 refuses a need below zero or without a side, and keeps nothing of the decision', async () => {
    await backend().orders.saveAccounts([accountSetup('d20')]);
    const tape = tapeOf('d20', 'o');
    const refused = { code: '23514' };
    const negative = approve(needOf(tape.request, { cash: dec('-1') }));
    await expect(decide(tape, negative)).rejects.toMatchObject(refused);
    const lost = needOf(tape.request, { side: 'HOLD' as 'BUY' });
    await expect(decide(tape, approve(lost))).rejects.toMatchObject(refused);
    expect(await reservationRow(tape)).toEqual([]);
    await approved(tape);
    await expect(decide(tape, replaceNeed(tape, '-5'), 1)).rejects.toMatchObject(refused);
    expect(await reserved(tape)).toMatchObject({ quantity: '10', cash: '1000' });
  });

  it('D21 counts of every reservation of this suite the greater of its two forms', async () => {
    const wrong = await backend().driver.query(
      `SELECT order_id FROM reservations WHERE quantity <> GREATEST(base_quantity, next_quantity)
        OR cash <> GREATEST(base_cash, next_cash) OR price_basis <> GREATEST(base_price, next_price)
        OR (next_step IS NULL) <> (next_quantity IS NULL)`,
    );
    expect(wrong).toEqual([]);
  });
});

async function reservationOf(backend: Backend, tape: OrderTape) {
  return (await backend.orders.openReservations()).find((row) => row.orderId === tape.order.orderId);
}
