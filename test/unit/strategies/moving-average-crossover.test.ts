/**
 * Goal: what is left of a position and too little to be sold neither ends the strategy nor is lost by it.
 * Method: the real strategy and client; a server that fills each order as it is told.
 */
import { Client } from '@temporalio/client';
import type { WithStartWorkflowOperation } from '@temporalio/client';
import { setImmediate as pendingWork } from 'node:timers/promises';
import { OmsClient } from '../../../src/client/oms-client';
import type { OrderInput } from '../../../src/contracts/order-messages';
import { orderIdOf } from '../../../src/domain/ids';
import type { Instrument, Quote } from '../../../src/domain/instruments';
import { dec } from '../../../src/domain/money';
import type { MarketData } from '../../../src/ports/market-data';
import { MovingAverageCrossover } from '../../../src/strategies/moving-average-crossover';
import type { order } from '../../../workflows';
import { instrument, MARKET_MS, quote } from '../domain/trading-fixtures';

/** Orders that the server takes; each is filled by the next of `fills` and canceled beyond it. */
function serverOf(fills: readonly string[]) {
  const sent: string[] = [];
  const ids: string[] = [];
  const ended = new Map<string, unknown>();
  const client = new Client({ connection: {} as never });
  client.workflow.executeUpdateWithStart = ((
    _update: unknown,
    { startWorkflowOperation }: { startWorkflowOperation: WithStartWorkflowOperation<typeof order> },
  ) => {
    const [{ order: request, submissionId }] = startWorkflowOperation.options.args as [Required<OrderInput>];
    const filledQuantity = fills[sent.length] ?? '0';
    sent.push(`${request.side} ${request.quantity}`);
    ids.push(request.clientOrderId);
    const orderId = orderIdOf(request.account, request.clientOrderId);
    const status = filledQuantity === request.quantity ? 'FILLED' : 'CANCELED';
    const view = { orderId, request, status, filledQuantity, runId: 'run' };
    ended.set(`order/${orderId}`, view);
    return Promise.resolve({ ...view, submissionId });
  }) as never;
  client.workflow.getHandle = ((id: string) => ({ result: () => Promise.resolve(ended.get(id)) })) as never;
  return { client, sent, ids };
}

/** A strategy that has seen a steady market; `mids` brings one quote after the other. */
async function trading(fills: readonly string[], terms: Partial<Instrument>, quantity = '10') {
  const { client, sent, ids } = serverOf(fills);
  const instruments = new Map([['AAPL', instrument(terms)]]);
  const reference = { instruments, accounts: new Set(['alpha']), marketTimeMs: () => MARKET_MS };
  const listeners: ((quote: Quote) => void)[] = [];
  const quotes: Pick<MarketData, 'subscribe'> = {
    subscribe: (listener) => {
      listeners.push(listener);
      return () => listeners.splice(0);
    },
  };
  const strategy = new MovingAverageCrossover(new OmsClient({ client, reference }), {
    ...{ name: 'cross', account: 'alpha', symbol: 'AAPL', venue: 'SIMX', quantity: dec(quantity) },
    ...{ tickSize: dec('0.01'), fast: 1, slow: 3, guardTicks: dec('5') },
  });
  strategy.start(quotes as MarketData);
  const mids = async (...prices: readonly string[]): Promise<void> => {
    for (const price of prices) {
      for (const listener of [...listeners]) listener(quote({ bidPrice: dec(price), askPrice: dec(price) }));
      // The server answers at once: what a quote sets off is done before the next turn.
      await pendingWork();
    }
  };
  await mids('100', '100');
  return { strategy, sent, ids, mids };
}

const UP = '130';
const DOWN = '90';

test.each([
  ['QUANTITY_MIN', { minQuantity: dec('5') }],
  ['NOTIONAL_MIN', { minNotional: dec('900') }],
])(
  'a rest that %s forbids to sell is kept, tried no second time, and sold with the next purchase',
  async (_code, terms) => {
    const { strategy, sent, mids } = await trading(['3', '10', '13'], terms);
    await mids(UP, DOWN, DOWN);
    expect(sent).toEqual(['BUY 10']);
    await mids(UP);
    expect(sent).toEqual(['BUY 10', 'BUY 10']);
    await mids(DOWN);
    expect(sent).toEqual(['BUY 10', 'BUY 10', 'SELL 13']);
    await expect(strategy.stop()).resolves.toBeUndefined();
  },
);

test('a purchase that brings nothing leaves the rest what it is', async () => {
  const { strategy, sent, ids, mids } = await trading(['3', '0', '10'], { minQuantity: dec('5') });
  await mids(UP, DOWN, UP, DOWN);
  expect(sent).toEqual(['BUY 10', 'BUY 10']);
  await mids(UP, DOWN);
  expect(sent).toEqual(['BUY 10', 'BUY 10', 'BUY 10', 'SELL 13']);
  // The second was the sale that was refused; no other was tried.
  expect(ids).toEqual(['cross-1', 'cross-3', 'cross-4', 'cross-5']);
  await strategy.stop();
});

test.each([
  ['of another rule', '2.5', {}, /^quantity 2.5: A multiple of the lot size 1\.$/],
  ['of another rule as well', '0.5', {}, /A multiple of the lot size 1\.\nquantity 0.5: At least 1\.$/],
])('a sale that is refused because %s ends the strategy, with the reason', async (_what, filled, terms, why) => {
  const { strategy, sent, mids } = await trading([filled], terms);
  await mids(UP, DOWN, UP, UP);
  expect(sent).toEqual(['BUY 10']);
  await expect(strategy.stop()).rejects.toThrow(why);
});

test('a purchase of too little ends it: it could never buy', async () => {
  const { strategy, sent, mids } = await trading([], { minQuantity: dec('5') }, '2');
  await mids(UP, UP);
  expect(sent).toEqual([]);
  await expect(strategy.stop()).rejects.toThrow('quantity 2: At least 5.');
});
