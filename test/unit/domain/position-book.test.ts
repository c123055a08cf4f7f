/** Goal: what a trade does to a position in both modes, and what a trade that was taken back no longer does. */
import fc from 'fast-check';
import {
  add,
  dec,
  isNegative,
  isPositive,
  isZero,
  multiply,
  negate,
  subtract,
  sum,
  ZERO,
} from '../../../src/domain/money';
import type { DecimalString } from '../../../src/domain/money';
import { bookExecution, cashFlowsOf, emptyPosition, foldPosition } from '../../../src/domain/position-book';
import type { BookedExecution, PositionMode, PositionState } from '../../../src/domain/position-book';
import { averagePrice } from '../../../src/domain/positions';

let count = 0;
const execution = (side: BookedExecution['side'], quantity: string, price: string, parts = {}): BookedExecution => ({
  key: `e${String((count += 1))}`,
  ...{ side, quantity: dec(quantity), price: dec(price), multiplier: dec('1'), currency: 'USD' },
  ...{ fee: ZERO, feeCurrency: 'USD', settled: false },
  ...parts,
});
const opposite = (of: BookedExecution, parts = {}): BookedExecution => ({
  ...of,
  ...{ key: `${of.key}:back`, quantity: negate(of.quantity), fee: negate(of.fee), reverses: of.key },
  ...parts,
});
const netting = (...executions: readonly BookedExecution[]): PositionState => foldPosition('NETTING', executions);
const hedging = (...executions: readonly BookedExecution[]): PositionState => foldPosition('HEDGING', executions);

describe('trades that were taken back', () => {
  const bought = execution('BUY', '10', '100', { fee: dec('0.5') });
  const sold = execution('SELL', '10', '110');

  it('leaves no profit of a sale that never happened', () => {
    const state = netting(bought, sold, opposite(sold));
    expect(state).toMatchObject({ quantity: '10', cost: '1000', realizedPnl: '0' });
    // Booked at its price only, the opposite would leave a profit of 100 and an average of 110.
    expect(averagePrice(state)).toBe('100');
  });

  it('counts as if a bust purchase had never been averaged in', () => {
    const dear = execution('BUY', '10', '120');
    const state = netting(bought, dear, sold, opposite(dear));
    expect(state).toMatchObject({ quantity: '0', cost: '0', realizedPnl: '100', fees: { USD: '0.5' } });
  });

  it('counts a corrected trade at the place of the one that it corrects', () => {
    const dear = execution('BUY', '10', '120');
    const corrected = { ...bought, key: 'new', price: dec('90') };
    const state = netting(bought, corrected, dear, execution('SELL', '10', '130'), opposite(bought));
    expect(state).toMatchObject({ quantity: '10', cost: '1050', realizedPnl: '250' });
  });

  it('books an opposite that does not match what it names as a trade, so that no money goes missing', () => {
    for (const odd of [{ price: dec('99') }, { quantity: dec('-9') }, { multiplier: dec('2') }, { reverses: 'none' }]) {
      const all = [bought, sold, opposite(bought, odd)];
      const state = netting(...all);
      expect(identityOf(state, all)).toEqual([]);
      expect(isZero(state.quantity)).toBe(false);
    }
  });

  it('settles each half by itself', () => {
    const settled = { ...bought, settled: true };
    expect(netting(settled, opposite(settled, { settled: false }))).toMatchObject({
      quantity: '0',
      settledQuantity: '10',
    });
  });
});

describe('hedging mode', () => {
  it('keeps a long and a short leg open at once, each with its own average and profit', () => {
    const state = hedging(
      execution('BUY', '10', '100'),
      execution('SELL_SHORT', '4', '110'),
      execution('BUY', '1', '105', { effect: 'CLOSE' }),
      execution('SELL', '5', '120'),
    );
    expect(state.legs).toEqual({
      long: { quantity: '5', cost: '500', realizedPnl: '100' },
      short: { quantity: '-3', cost: '-330', realizedPnl: '5' },
    });
    expect(state).toMatchObject({ quantity: '2', cost: '170', realizedPnl: '105' });
  });

  it('closes the opposite leg first when nothing is said, and opens with the rest', () => {
    const state = hedging(execution('SELL_SHORT', '4', '110'), execution('BUY', '10', '100'));
    expect(state.legs).toMatchObject({
      long: { quantity: '6', cost: '600' },
      short: { quantity: '0', realizedPnl: '40' },
    });
  });

  it('leaves the opposite leg alone when the order opens', () => {
    const opened = hedging(execution('SELL_SHORT', '4', '110'), execution('BUY', '10', '100', { effect: 'OPEN' }));
    expect(opened.legs).toMatchObject({ long: { quantity: '10' }, short: { quantity: '-4', realizedPnl: '0' } });
    const short = hedging(execution('BUY', '4', '110'), execution('SELL', '10', '100', { effect: 'OPEN' }));
    expect(short.legs).toMatchObject({ long: { quantity: '4' }, short: { quantity: '-10' } });
  });

  it('books a sale of more than is held, as an execution cannot be refused', () => {
    const state = hedging(execution('BUY', '4', '100'), execution('SELL', '10', '110', { effect: 'CLOSE' }));
    expect(state.legs).toMatchObject({ long: { quantity: '0', realizedPnl: '40' }, short: { quantity: '-6' } });
  });
});

/** A trade, and whether it is taken back (BUST), corrected, or stands; `later` places its opposite among the rest. */
const trade = fc.record({
  side: fc.constantFrom('BUY', 'SELL', 'SELL_SHORT'),
  effect: fc.constantFrom('OPEN', 'CLOSE', undefined),
  units: fc.integer({ min: 1, max: 50_000 }),
  price: fc.integer({ min: 1, max: 1_000_000 }),
  fee: fc.integer({ min: -500, max: 500 }),
  feeCurrency: fc.constantFrom('USD', 'BNB'),
  multiplier: fc.constantFrom('1', '50', '0.001'),
  settled: fc.boolean(),
  fate: fc.constantFrom('STANDS', 'STANDS', 'STANDS', 'BUST', 'CORRECTED'),
  correctedPrice: fc.integer({ min: 1, max: 1_000_000 }),
  later: fc.nat(),
});
const scaled = (units: number, scale: string): DecimalString => multiply(dec(String(units)), dec(scale));

describe.each<PositionMode>(['NETTING', 'HEDGING'])('any trades and any busts of them, in any order, %s', (mode) => {
  it('keep cash = realised − cost − fees to the last digit, and the cost of the trades that stand', () => {
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 25 }), (drafts) => {
        const { all, standing } = history(drafts);
        const state = foldPosition(mode, all);
        expect(identityOf(state, all)).toEqual([]);
        const ideal = foldPosition(mode, standing);
        const pathOf = ({ quantity, cost, realizedPnl, legs }: PositionState) => [quantity, cost, realizedPnl, legs];
        expect(pathOf(state)).toEqual(pathOf(ideal));
        // Booking one after the other is the same fold as long as nothing is taken back.
        expect(standing.reduce(bookExecution, emptyPosition(mode))).toEqual(ideal);
        for (const leg of state.legs === undefined ? [state] : [state.legs.long, state.legs.short]) {
          expect(isNegative(leg.cost)).toBe(isNegative(leg.quantity));
          expect(isPositive(leg.cost)).toBe(isPositive(leg.quantity));
        }
        expect(isNegative(state.legs?.long.quantity ?? ZERO) || isPositive(state.legs?.short.quantity ?? ZERO)).toBe(
          false,
        );
      }),
    );
  });
});

function history(drafts: readonly (typeof trade extends fc.Arbitrary<infer T> ? T : never)[]) {
  const all: BookedExecution[] = [];
  const standing: BookedExecution[] = [];
  const opposites: { readonly at: number; readonly execution: BookedExecution }[] = [];
  drafts.forEach((draft, index) => {
    const first = execution(draft.side, String(draft.units), scaled(draft.price, '0.01'), {
      ...{ quantity: scaled(draft.units, '0.001'), fee: scaled(draft.fee, '0.0001'), feeCurrency: draft.feeCurrency },
      ...{ multiplier: dec(draft.multiplier), settled: draft.settled },
      ...(draft.effect === undefined || draft.side === 'SELL_SHORT' ? {} : { effect: draft.effect }),
    });
    all.push(first);
    if (draft.fate !== 'STANDS') opposites.push({ at: index + draft.later, execution: opposite(first) });
    if (draft.fate === 'BUST') return;
    const last =
      draft.fate === 'CORRECTED'
        ? { ...first, key: `${first.key}:new`, price: scaled(draft.correctedPrice, '0.01') }
        : first;
    if (last !== first) all.push(last);
    standing.push(last);
  });
  // Each opposite comes at some place after its trade; none comes before it.
  for (const { at, execution: back } of opposites) {
    const own = all.findIndex(({ key }) => key === back.reverses);
    all.splice(own + 1 + (at % (all.length - own)), 0, back);
  }
  return { all, standing };
}

/** Currencies in which the money that moved is not what the position says. */
function identityOf(state: PositionState, all: readonly BookedExecution[]): readonly string[] {
  const flows = all.flatMap(cashFlowsOf);
  return ['USD', 'BNB'].filter((currency) => {
    const moved = sum(flows.filter((flow) => flow.currency === currency).map(({ amount }) => amount));
    const own = currency === 'USD' ? subtract(state.realizedPnl, state.cost) : ZERO;
    return subtract(own, state.fees[currency] ?? ZERO) !== add(moved, ZERO);
  });
}
