import { dec } from '../../../../src/domain/money';
import { checkFill, FILL_CHECKS } from '../../../../src/domain/post-trade/fill-checks';
import type { FillContext } from '../../../../src/domain/post-trade/fill-checks';
import { instrument } from '../trading-fixtures';
import { NOW_MS, orderOf, quoteOf, settingsOf, tradeOf } from './trade-fixtures';

const SESSION = { openMs: NOW_MS - 10_000, closeMs: NOW_MS + 10_000, tradeDate: '2023-11-14' };
const right = (): FillContext => ({
  trade: tradeOf({ quote: quoteOf('99', '101') }),
  order: orderOf({ limitRange: { lowest: dec('100'), highest: dec('100') } }),
  instrument: instrument({ symbol: 'ACME', lotSize: dec('5') }),
  session: SESSION,
  settlesAtMs: NOW_MS,
  feeTerms: { makerFeeBps: dec('-1'), takerFeeBps: dec('2') },
  collarPercent: dec('10'),
  settings: settingsOf({ clockToleranceMs: 1_000, feeTolerance: dec('0.01') }),
});
const NO_LIMIT = { limitRange: undefined as never };
type Change = { [K in 'trade' | 'order']?: Partial<FillContext[K]> } & Partial<Omit<FillContext, 'trade' | 'order'>>;
const codes = ({ trade, order, ...rest }: Change): readonly string[] => {
  const context = right();
  return checkFill({
    ...context,
    ...rest,
    trade: { ...context.trade, ...trade },
    order: { ...orderOf(), ...context.order, ...order },
  }).map(({ code }) => code);
};

describe('checks of booked trades', () => {
  it('find nothing wrong with a right one', () => {
    expect(codes({})).toEqual([]);
  });

  it.each<[string, Change]>([
    ['FILL_WORSE_THAN_LIMIT', { trade: { price: dec('100.01'), fee: dec('0.2') } }],
    ['FILL_OUTSIDE_QUOTE', { trade: { quote: quoteOf('80', '90.9') } }],
    ['FILL_OUTSIDE_QUOTE', { trade: { quote: quoteOf('111.2', '112') } }],
    ['FILL_LOT', { trade: { quantity: dec('9'), fee: dec('0.18') } }],
    ['FILL_OTHER_ORDER', { order: { account: 'beta' } }],
    ['FILL_OTHER_ORDER', { order: { symbol: 'OTHER' } }],
    ['FILL_OTHER_ORDER', { order: { side: 'SELL', ...NO_LIMIT } }],
    ['FILL_OUTSIDE_SESSION', { session: { ...SESSION, openMs: NOW_MS + 1_001 } }],
    ['FILL_OUTSIDE_SESSION', { session: { ...SESSION, closeMs: NOW_MS - 1_001 } }],
    ['FILL_BEFORE_SENT', { order: { sentAtMs: NOW_MS + 1_001 } }],
    ['FILL_AFTER_END', { order: { status: 'CANCELED', endedAtMs: NOW_MS - 1_001 } }],
    ['FILL_FEE', { trade: { fee: dec('0.2101') } }],
    ['FILL_FEE', { trade: { liquidity: 'MAKER' } }],
    ['FILL_SETTLEMENT', { settlesAtMs: NOW_MS + 1 }],
  ])('%s: %j', (code, change) => {
    expect(codes(change)).toEqual([code]);
  });

  it.each<[string, Change]>([
    ['at the limit', { trade: { price: dec('100') } }],
    [
      'within a limit that a replace had on its way',
      {
        trade: { price: dec('105'), fee: dec('0.21') },
        order: { limitRange: { lowest: dec('100'), highest: dec('105') } },
      },
    ],
    ['of an order without a limit', { trade: { price: dec('105'), fee: dec('0.21') }, order: { ...NO_LIMIT } }],
    ['at the edge of the collar', { trade: { quote: quoteOf('80', '90.91') } }],
    ['beside a quote that is too old to tell', { trade: { quote: quoteOf('1', '2', 60_001) } }],
    ['beside an empty side', { trade: { quote: quoteOf('0', '0') } }],
    ['at the close', { session: { ...SESSION, closeMs: NOW_MS } }],
    ['as far outside as the clocks may differ', { session: { ...SESSION, openMs: NOW_MS + 1_000 } }],
    ['in a market that never closes', { session: null }],
    ['of an order that nobody here sent', { order: { sentAtMs: undefined as never } }],
    ['that crossed its cancel', { order: { status: 'CANCELED', endedAtMs: NOW_MS - 1_000 } }],
    ['of a maker who is paid', { trade: { liquidity: 'MAKER', fee: dec('-0.1') } }],
    ['with a fee of unknown liquidity', { trade: { liquidity: 'UNKNOWN', fee: dec('9') } }],
    ['with a fee in another currency', { trade: { feeCurrency: 'BNB', fee: dec('9') } }],
    ['at a venue without known fees', { feeTerms: undefined, trade: { fee: dec('9') } }],
    ['with a rounded fee', { trade: { fee: dec('0.21') } }],
    ['that settles by its correction', { settlesAtMs: NOW_MS + 1, trade: { isCorrected: true } }],
  ])('nothing is wrong with a trade %s', (_what, change) => {
    expect(codes(change)).toEqual([]);
  });

  it('says what was expected and what is, with all that shows it', () => {
    const [finding] = checkFill({ ...right(), trade: tradeOf({ price: dec('100.01') }) });
    expect(finding).toMatchObject({
      ...{ kind: 'FILL', code: 'FILL_WORSE_THAN_LIMIT', subject: 'SIM/HOUSE/e1', orderId: 'alpha/1', execId: 'e1' },
      ...{ before: { limitPrice: '100' }, after: { price: '100.01' } },
      evidence: { orderIds: ['alpha/1'], execIds: ['e1'], timesMs: [NOW_MS] },
    });
  });

  it('a trade of no recorded order is found', () => {
    expect(checkFill({ ...right(), order: undefined }).map(({ code }) => code)).toEqual(['FILL_OTHER_ORDER']);
  });

  it('have codes and sentences of their own', () => {
    expect(new Set(FILL_CHECKS.map(({ code }) => code)).size).toBe(FILL_CHECKS.length);
    expect(new Set(FILL_CHECKS.map(({ sentence }) => sentence)).size).toBe(FILL_CHECKS.length);
  });
});
