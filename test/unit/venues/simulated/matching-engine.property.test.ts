import fc from 'fast-check';
import { add, compare, dec, decOfInteger, equal, greaterThan, lessThan } from '../../../../src/domain/money';
import { TYPES_OF_TIME } from '../../../../src/domain/order-request';
import type { BookEvent, BookOrder } from '../../../../src/venues/simulated/book-order';
import { BookDriver, step } from './book-fixtures';
import type { OrderText } from './book-fixtures';

/*
 * Random orders, cancels, replaces and market steps go into one book; every event is checked as it comes. The prices
 * are so few that most orders meet.
 */
const price = fc.integer({ min: 95, max: 105 }).map(String);
const quantity = fc.integer({ min: 1, max: 30 }).map(String);
const side = fc.constantFrom('BUY', 'SELL', 'SELL_SHORT');
const order = fc
  .record({
    kind: fc.constant('submit' as const),
    side,
    type: fc.constantFrom('MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT'),
    timeInForce: fc.constantFrom('DAY', 'GTC', 'IOC', 'FOK', 'AT_THE_OPEN', 'AT_THE_CLOSE'),
    quantity,
    limit: price,
    stop: price,
  })
  .filter(({ type, timeInForce }) => TYPES_OF_TIME[timeInForce].includes(type));
const change = fc.record({ kind: fc.constantFrom('cancel', 'replace'), pick: fc.nat(20), quantity, limit: price });
const market = fc.record({
  kind: fc.constant('market' as const),
  bid: price,
  size: fc.nat(20),
  volume: fc.nat(40),
  last: price,
});
const opening = fc.record({ kind: fc.constant('open' as const) });
const closing = fc.record({ kind: fc.constant('close' as const) });
const actions = fc.array(fc.oneof(order, change, market, opening, closing), { minLength: 1, maxLength: 40 });
const CLOSE_MS = 3;
type Action = typeof actions extends fc.Arbitrary<(infer A)[]> ? A : never;

class Run {
  readonly driver = new BookDriver();
  readonly latest = new Map<string, BookOrder>();
  readonly byStep: BookEvent[][] = [];
  private count = 0;

  play(action: Action): void {
    const events = this.events(action);
    this.byStep.push(events);
    for (const event of events) this.latest.set(event.order.venueOrderId, event.order);
  }

  private events(action: Action): BookEvent[] {
    const { engine } = this.driver;
    if (action.kind === 'open') return engine.openSession(2);
    if (action.kind === 'close') return engine.expire(CLOSE_MS);
    if (action.kind === 'submit') return this.driver.events(this.orderOf(action));
    if (action.kind === 'market') {
      const ask = String(Number(action.bid) + 1);
      return engine.onMarket(
        step(action.bid, String(action.size), ask, String(action.size), action.last, String(action.volume)),
        2,
      );
    }
    const id = `o${String(action.pick)}`;
    if (action.kind === 'cancel') return engine.cancel(id, 3);
    const target = this.latest.get(id);
    const limit = target?.limitPrice === undefined ? {} : { limitPrice: dec(action.limit) };
    return engine.replace(id, { clientOrderId: `${id}r`, quantity: dec(action.quantity), ...limit }, 3);
  }

  private orderOf(action: Extract<Action, { kind: 'submit' }>): OrderText {
    const { type, limit, stop, side: orderSide, timeInForce, quantity: wanted } = action;
    return {
      id: `o${String(this.count++)}`,
      side: orderSide,
      type: type,
      timeInForce: timeInForce,
      quantity: wanted,
      ...(timeInForce === 'DAY' || timeInForce === 'AT_THE_CLOSE' ? { expireAtMs: CLOSE_MS } : {}),
      ...(type === 'LIMIT' || type === 'STOP_LIMIT' ? { limit } : {}),
      ...(type === 'STOP' || type === 'STOP_LIMIT' ? { stop } : {}),
    };
  }
}

function played(script: readonly Action[]): Run {
  const run = new Run();
  for (const action of script) run.play(action);
  return run;
}

const trades = (events: readonly BookEvent[]): Extract<BookEvent, { kind: 'TRADE' }>[] =>
  events.flatMap((event) => (event.kind === 'TRADE' ? [event] : []));

test('cum is the sum of the fills, never more than the quantity, and nothing happens after the end', () => {
  fc.assert(
    fc.property(actions, (script) => {
      const sums = new Map<string, string>();
      const ended = new Set<string>();
      for (const event of played(script).byStep.flat()) {
        const { order: after } = event;
        expect(ended.has(after.venueOrderId)).toBe(false);
        expect(event.kind === 'TRADE' && event.quantity === '0').toBe(false);
        if (event.kind === 'TRADE') {
          sums.set(after.venueOrderId, add(dec(sums.get(after.venueOrderId) ?? '0'), event.quantity));
        }
        expect(after.cumQuantity).toBe(sums.get(after.venueOrderId) ?? '0');
        expect(greaterThan(after.cumQuantity, after.quantity)).toBe(false);
        expect(after.status === 'FILLED').toBe(equal(after.cumQuantity, after.quantity));
        if (after.status !== 'OPEN') ended.add(after.venueOrderId);
      }
    }),
  );
});

test('no fill is worse than the limit, and a maker fills at its own', () => {
  fc.assert(
    fc.property(actions, (script) => {
      for (const { order: after, price: at, liquidity } of trades(played(script).byStep.flat())) {
        const limit = after.limitPrice ?? at;
        expect(after.side === 'BUY' ? greaterThan(at, limit) : lessThan(at, limit)).toBe(false);
        expect(liquidity === 'TAKER' || at === limit).toBe(true);
      }
    }),
  );
});

test('an order that fills while another rests has the better price or, at one price, came earlier', () => {
  fc.assert(
    fc.property(actions, (script) => {
      const run = new Run();
      for (const action of script) {
        const resting = [...run.latest.values()].filter(
          (known) => known.status === 'OPEN' && known.triggered && known.limitPrice !== undefined,
        );
        run.play(action);
        const makers = trades(run.byStep.at(-1) ?? []).filter((trade) => trade.liquidity === 'MAKER');
        const filled = new Set(makers.map((maker) => maker.order.venueOrderId));
        for (const maker of makers) {
          const passedOver = resting.filter(
            (other) =>
              (other.side === 'BUY') === (maker.order.side === 'BUY') &&
              !filled.has(other.venueOrderId) &&
              run.latest.get(other.venueOrderId)?.status === 'OPEN' &&
              run.latest.get(other.venueOrderId)?.priority === other.priority &&
              comesFirst(other, maker.order),
          );
          expect(passedOver).toEqual([]);
        }
      }
    }),
  );
});

test('FOK never fills in part, IOC and FOK never stay', () => {
  fc.assert(
    fc.property(actions, (script) => {
      for (const last of played(script).latest.values()) {
        const immediate = last.timeInForce === 'IOC' || last.timeInForce === 'FOK';
        expect(immediate && last.triggered && last.status === 'OPEN').toBe(false);
        expect(last.timeInForce === 'FOK' && last.status === 'CANCELED' && last.cumQuantity !== '0').toBe(false);
      }
    }),
  );
});

test('an order for the opening or the close trades only there and never stays', () => {
  fc.assert(
    fc.property(actions, (script) => {
      const run = new Run();
      for (const action of script) {
        run.play(action);
        const traded = trades(run.byStep.at(-1) ?? []).map((trade) => trade.order.timeInForce);
        expect(traded.includes('AT_THE_OPEN') && action.kind !== 'open').toBe(false);
        expect(traded.includes('AT_THE_CLOSE') && action.kind !== 'close').toBe(false);
        const open = [...run.latest.values()].filter((known) => known.status === 'OPEN');
        expect(action.kind === 'open' && open.some((known) => known.timeInForce === 'AT_THE_OPEN')).toBe(false);
        expect(action.kind === 'close' && open.some((known) => known.timeInForce === 'AT_THE_CLOSE')).toBe(false);
      }
    }),
  );
});

test('the same script gives the same events', () => {
  fc.assert(
    fc.property(actions, (script) => {
      expect(played(script).byStep).toEqual(played(script).byStep);
    }),
    { numRuns: 30 },
  );
});

test('a step fills resting orders by no more than the market trades', () => {
  fc.assert(
    fc.property(actions, fc.nat(40), (script, volume) => {
      const run = played(script);
      const bid = 90;
      const events = run.driver.engine.onMarket(
        step(String(bid), '0', String(bid + 1), '0', String(bid), String(volume)),
        4,
      );
      const made = trades(events).filter((trade) => trade.liquidity === 'MAKER');
      const total = made.reduce((sum, trade) => add(sum, trade.quantity), decOfInteger(0));
      const againstClients = trades(events).filter((trade) => trade.liquidity === 'TAKER');
      const taken = againstClients.reduce((sum, trade) => add(sum, trade.quantity), decOfInteger(0));
      expect(compare(total, add(decOfInteger(volume), taken))).toBeLessThanOrEqual(0);
    }),
  );
});

function comesFirst(a: BookOrder, b: BookOrder): boolean {
  const byPrice = compare(a.limitPrice ?? dec('0'), b.limitPrice ?? dec('0')) * (a.side === 'BUY' ? -1 : 1);
  return byPrice !== 0 ? byPrice < 0 : a.priority < b.priority;
}
