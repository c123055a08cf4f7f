import { dec } from '../../../../src/domain/money';
import type { BookedTrade, TradedOrder } from '../../../../src/domain/post-trade/booked-trade';
import type { PostTradeSettings } from '../../../../src/domain/post-trade/settings';
import { ownerOf } from '../../../../src/domain/post-trade/settings';
import { addDetector, DEFAULT_DETECTORS, inspect } from '../../../../src/domain/post-trade/surveillance';
import { NOW_MS, orderOf, quoteOf, SECOND_MS, settingsOf, tradeOf } from './trade-fixtures';

const seen = (
  trades: readonly BookedTrade[],
  canceled: readonly TradedOrder[] = [],
  settings: Partial<PostTradeSettings> = {},
) => inspect({ trades, canceled, orders: new Map(), settings: settingsOf(settings) });
const codes = (...args: Parameters<typeof seen>) => seen(...args).map(({ code, subject }) => `${code} ${subject}`);

const bought = (change: Partial<BookedTrade> = {}) => tradeOf({ execId: 'b', ...change });
const sold = (change: Partial<BookedTrade> = {}) =>
  tradeOf({
    ...{ execId: 's', orderId: 'beta/1', account: 'beta', side: 'SELL', atMs: NOW_MS + SECOND_MS },
    ...change,
  });

describe('wash trades', () => {
  it('are a purchase and a sale of one owner at one price shortly after each other', () => {
    const [finding, ...others] = seen([bought(), sold()]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      ...{ kind: 'SURVEILLANCE', code: 'WASH_TRADE', subject: 'SIM/HOUSE/s', symbol: 'ACME', atMs: NOW_MS + SECOND_MS },
      evidence: { orderIds: ['alpha/1', 'beta/1'], execIds: ['b', 's'], timesMs: [NOW_MS, NOW_MS + SECOND_MS] },
      after: { accounts: 'alpha, beta' },
    });
  });

  it('are one finding about the later trade, whatever the order of reading and however much of the past is in sight', () => {
    const earlier = bought({ execId: 'b0', orderId: 'alpha/0', atMs: NOW_MS - SECOND_MS });
    expect(codes([sold(), bought(), earlier])).toEqual(['WASH_TRADE SIM/HOUSE/s']);
    expect(codes([bought(), sold()])).toEqual(['WASH_TRADE SIM/HOUSE/s']);
    // Of one moment the later by its id.
    expect(codes([bought(), sold({ atMs: NOW_MS })])).toEqual(codes([sold({ atMs: NOW_MS }), bought()]));
  });

  it('are found within one account, and across its purchases and short sales', () => {
    expect(codes([bought(), sold({ account: 'alpha', side: 'SELL_SHORT' })])).toHaveLength(1);
  });

  it.each<[string, readonly BookedTrade[], Partial<PostTradeSettings>?]>([
    ['of one side', [bought(), sold({ side: 'BUY' })]],
    ['of one order', [bought(), sold({ orderId: 'alpha/1' })]],
    ['of two symbols', [bought(), sold({ symbol: 'OTHER' })]],
    ['of two owners', [bought(), sold()], { owners: { one: ['alpha'], two: ['beta'] } }],
    ['of accounts that no group names', [bought(), sold()], { owners: { other: ['gamma'] } }],
    ['at another price', [bought(), sold({ price: dec('100.01') })]],
    ['of another quantity', [bought(), sold({ quantity: dec('9.49') })]],
    ['too long after', [bought(), sold({ atMs: NOW_MS + 5_001 })]],
  ])('are no trades %s', (_what, trades, settings = {}) => {
    expect(codes(trades, [], settings)).toEqual([]);
  });

  it.each<[string, readonly BookedTrade[], Partial<PostTradeSettings>?]>([
    ['of two accounts of one owner', [bought(), sold()], { owners: { one: ['alpha', 'beta'] } }],
    ['of nearly the quantity', [bought(), sold({ quantity: dec('9.5') })]],
    ['at the end of the window', [bought(), sold({ atMs: NOW_MS + 5_000 })]],
    ['at nearly the price', [bought(), sold({ price: dec('100.1') })], { washPriceToleranceBps: dec('10') }],
  ])('are trades %s', (_what, trades, settings = {}) => {
    expect(codes(trades, [], settings)).toEqual(['WASH_TRADE SIM/HOUSE/s']);
  });

  it('are told by the venue where two own orders matched, at any quantity of them, and found once', () => {
    const match = { matchId: 'm1' };
    expect(codes([bought(match), sold(match)])).toEqual(['MATCHED_OWN_ORDERS SIM/HOUSE/s']);
    expect(codes([bought(match), sold({ ...match, venue: 'OTHER', price: dec('90') })])).toEqual([]);
    expect(codes([bought({ matchId: 'm1' }), sold({ matchId: 'm2', price: dec('90') })])).toEqual([]);
    expect(codes([bought(match), sold(match)], [], { owners: { one: ['alpha'], two: ['beta'] } })).toEqual([]);
  });
});

describe('layering', () => {
  const trade = bought({ quantity: dec('5') });
  /** Offers above the best of the market, canceled a second after the purchase. */
  const layer = (n: number, change: Partial<TradedOrder> = {}): TradedOrder =>
    orderOf({
      ...{ orderId: `beta/${String(n)}`, account: 'beta', side: 'SELL', status: 'CANCELED', limitPrice: dec('101.1') },
      ...{ createdAtMs: NOW_MS - SECOND_MS, endedAtMs: NOW_MS + SECOND_MS },
      arrival: { quote: quoteOf('99', '101'), marketTimeMs: NOW_MS - SECOND_MS },
      ...change,
    });
  const layers = (change: Partial<TradedOrder> = {}) => [layer(1), layer(2), layer(3, change)];

  it('is orders that go once the other side has traded', () => {
    const [finding, ...others] = seen([trade], layers());
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      ...{ code: 'LAYERING', subject: 'SIM/HOUSE/alpha/1', atMs: NOW_MS + SECOND_MS },
      evidence: { orderIds: ['alpha/1', 'beta/1', 'beta/2', 'beta/3'], execIds: ['b'] },
      after: { layers: '3', layeredQuantity: '30' },
    });
  });

  it('is found once for all trades of an order', () => {
    expect(codes([trade, bought({ execId: 'b2', quantity: dec('5') })], layers())).toEqual([
      'LAYERING SIM/HOUSE/alpha/1',
    ]);
  });

  it('is found behind bids, too', () => {
    const bid = { side: 'BUY', limitPrice: dec('98.9') } as const;
    const sale = sold({ quantity: dec('5'), atMs: NOW_MS });
    expect(codes([sale], [layer(1, bid), layer(2, bid), layer(3, bid)])).toEqual(['LAYERING SIM/HOUSE/beta/1']);
  });

  it.each<[string, readonly TradedOrder[], Partial<PostTradeSettings>?]>([
    ['two orders', [layer(1), layer(2)]],
    ['an order at the touch', layers({ limitPrice: dec('101') })],
    ['an order without a limit', layers({ limitPrice: undefined as never })],
    ['an order whose market is not known', layers({ arrival: undefined as never })],
    ['an order of the same side', layers({ side: 'BUY' })],
    ['an order in another symbol', layers({ symbol: 'OTHER' })],
    ['an order of another owner', layers({ account: 'gamma' }), { owners: { one: ['alpha', 'beta'] } }],
    ['an order that was sent after the trade', layers({ createdAtMs: NOW_MS + 1 })],
    ['an order that had long been there', layers({ createdAtMs: NOW_MS - 30_001 })],
    ['an order that was canceled before the trade', layers({ endedAtMs: NOW_MS - 1 })],
    ['an order that was canceled long after', layers({ endedAtMs: NOW_MS + 30_001 })],
    ['orders that are small beside the trade', layers(), { layeringMinQuantityRatio: dec('6.1') }],
  ])('is not seen with %s', (_what, canceled, settings = {}) => {
    expect(codes([trade], canceled, settings)).toEqual([]);
  });
});

describe('detectors', () => {
  const large = {
    code: 'LARGE_TRADE',
    sentence: 'A trade of 10 or more.',
    inspect: ({ trades }: { readonly trades: readonly BookedTrade[] }) =>
      trades.map(({ execId, account, symbol, atMs }) => ({
        ...{ subject: execId, account, symbol, atMs, reason: 'it is large', seen: {} },
        evidence: { orderIds: [], execIds: [execId], timesMs: [atMs] },
      })),
  };
  const window = { trades: [bought()], canceled: [], orders: new Map<string, TradedOrder>(), settings: settingsOf() };

  it('of one s own are run beside the others', () => {
    const found = inspect(window, addDetector(DEFAULT_DETECTORS, large));
    expect(found).toMatchObject([
      { code: 'LARGE_TRADE', subject: 'b', before: { looksFor: 'A trade of 10 or more.' } },
    ]);
  });

  it('have a code of their own', () => {
    expect(() => addDetector(DEFAULT_DETECTORS, { ...large, code: 'LAYERING' })).toThrow('already');
    expect(() => addDetector(DEFAULT_DETECTORS, { ...large, code: '' })).toThrow('code');
  });

  it('that break down are a finding, and silence no other', () => {
    const inspectBroken = (): never => {
      throw new Error('no such thing');
    };
    const broken = { ...large, code: 'BROKEN', inspect: inspectBroken };
    const found = inspect({ ...window, trades: [bought(), sold()] }, [broken, ...DEFAULT_DETECTORS]);
    expect(found.map(({ code }) => code)).toEqual(['DETECTOR_FAILED', 'WASH_TRADE']);
  });
});

test('owners are the firm, groups of accounts, or accounts by themselves', () => {
  expect([ownerOf({}, 'alpha'), ownerOf({ owners: { one: ['alpha'] } }, 'alpha')]).toEqual(['the firm', 'one']);
  expect(ownerOf({ owners: { one: ['alpha'] } }, 'beta')).toBe('account beta');
});
