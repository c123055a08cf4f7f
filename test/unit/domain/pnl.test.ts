import { FxRates } from '../../../src/domain/fx-rates';
import type { FxRate } from '../../../src/domain/fx-rates';
import type { Quote } from '../../../src/domain/instruments';
import { markOf } from '../../../src/domain/marks';
import type { MarkPolicy } from '../../../src/domain/marks';
import { dec, ZERO } from '../../../src/domain/money';
import { valuePositions } from '../../../src/domain/pnl';
import type { BookAccount, HeldPosition, PositionBook } from '../../../src/domain/pnl';

const NOW = 10_000_000;
const MAX_AGE = 5_000;
const FRESH = NOW - MAX_AGE;
const STALE = FRESH - 1;

const quote = (symbol: string, bid: string, ask: string, parts: Partial<Quote> = {}): Quote => ({
  ...{ symbol, venue: 'SIMX', bidPrice: dec(bid), askPrice: dec(ask), lastPrice: dec('7') },
  ...{ bidQuantity: dec('1'), askQuantity: dec('1'), marketTimeMs: 1, receivedAtMs: FRESH },
  ...parts,
});
const position = (parts: Partial<HeldPosition> = {}): HeldPosition => ({
  ...{ account: 'a', symbol: 'ACME', currency: 'USD', multiplier: dec('1') },
  ...{ quantity: dec('10'), cost: dec('1000'), realizedPnl: dec('30'), settledQuantity: dec('4'), fees: {} },
  ...parts,
});
const valued = (
  book: Partial<PositionBook> & { readonly account?: Partial<BookAccount> },
  quotes: readonly Quote[],
  rates: readonly FxRate[] = [],
  policy: MarkPolicy = 'EXIT',
) => {
  const account = { account: 'a', mode: 'NETTING' as const, baseCurrency: 'USD', ...book.account };
  const whole = { accounts: [account], positions: [], cash: [], ...book };
  const fx = new FxRates(rates, { pivots: ['USD'], maxAgeMs: MAX_AGE });
  const [answer] = valuePositions(whole, quotes, fx, { policy, maxAgeMs: MAX_AGE }, NOW);
  if (answer === undefined) throw new Error('the account is missing');
  return answer;
};
const amount = (text: string) => ({ known: true, amount: text });

describe('marks', () => {
  const two = [quote('ACME', '99', '101'), quote('ACME', '98', '100', { venue: 'SIMY', lastPrice: dec('8') })];
  const mark = (policy: MarkPolicy, quantity: string, quotes = two) =>
    markOf('ACME', quotes, dec(quantity), { policy, maxAgeMs: MAX_AGE }, NOW);

  it.each<[MarkPolicy, string, string]>([
    ['EXIT', '5', '99'],
    ['EXIT', '-5', '100'],
    ['MID', '5', '99.5'],
    ['LAST', '5', '7'],
  ])('%s of %s is %s: the best of the venues', (policy, quantity, expected) => {
    expect(mark(policy, quantity)).toEqual(amount(expected));
  });

  it('looks at fresh quotes only, and says when a stale one was the last', () => {
    const mixed = [quote('ACME', '120', '121', { receivedAtMs: STALE }), quote('ACME', '99', '101', { venue: 'SIMY' })];
    expect(mark('EXIT', '5', mixed)).toEqual(amount('99'));
    expect(mark('EXIT', '5', mixed.slice(0, 1))).toEqual({
      ...{ known: false, why: 'STALE_QUOTE', what: 'ACME', lastAtMs: STALE },
    });
    expect(mark('EXIT', '5', [])).toEqual({ known: false, why: 'NO_QUOTE', what: 'ACME' });
  });

  it('has no mark where the side that is needed is empty', () => {
    const oneSided = [quote('ACME', '0', '101', { lastPrice: ZERO })];
    const none = { known: false, why: 'NO_PRICE', what: 'ACME', lastAtMs: FRESH };
    expect(mark('EXIT', '5', oneSided)).toEqual(none);
    expect(mark('MID', '5', oneSided)).toEqual(none);
    expect(mark('LAST', '5', oneSided)).toEqual(none);
    expect(mark('EXIT', '-5', oneSided)).toEqual(amount('101'));
  });
});

describe('the value of a book', () => {
  it('marks a long position at the bid and a short one at the ask, with the multiplier', () => {
    const short = position({ quantity: dec('-2'), cost: dec('-10000'), multiplier: dec('50') });
    expect(valued({ positions: [position()] }, [quote('ACME', '99', '101')]).positions).toMatchObject([
      { marketValue: amount('990'), unrealizedPnl: amount('-10'), unsettledQuantity: '6', legs: [{ leg: 'NET' }] },
    ]);
    expect(valued({ positions: [short] }, [quote('ACME', '99', '101')]).positions).toMatchObject([
      { marketValue: amount('-10100'), unrealizedPnl: amount('-100'), legs: [{ averagePrice: '100' }] },
    ]);
  });

  it('marks each leg of a hedged position on its own side', () => {
    const legs = {
      long: { quantity: dec('10'), cost: dec('1000'), realizedPnl: dec('5') },
      short: { quantity: dec('-10'), cost: dec('-1100'), realizedPnl: dec('-2') },
    };
    const hedged = position({ quantity: ZERO, cost: dec('-100'), realizedPnl: dec('3'), legs });
    const { positions } = valued({ account: { mode: 'HEDGING' }, positions: [hedged] }, [quote('ACME', '99', '101')]);
    // 10 at the bid of 99 against 1000, and 10 at the ask of 101 against 1100.
    expect(positions).toMatchObject([{ marketValue: amount('-20'), unrealizedPnl: amount('80') }]);
    expect(positions[0]?.legs).toMatchObject([
      { leg: 'LONG', averagePrice: '100', unrealizedPnl: amount('-10') },
      { leg: 'SHORT', averagePrice: '110', unrealizedPnl: amount('90') },
    ]);
  });

  it('totals several currencies in the base currency, fees in yet another', () => {
    const { totals } = valued(
      {
        positions: [
          position({ fees: { USD: dec('1'), BNB: dec('0.01') } }),
          position({ symbol: 'SAP', currency: 'EUR', realizedPnl: dec('-10') }),
        ],
        cash: [
          { account: 'a', currency: 'USD', booked: dec('500'), settled: dec('450') },
          { account: 'a', currency: 'EUR', booked: dec('100'), settled: dec('100') },
        ],
      },
      [quote('ACME', '110', '111'), quote('SAP', '90', '91')],
      [
        { from: 'EUR', to: 'USD', rate: dec('1.1'), atMs: NOW },
        { from: 'BNB', to: 'USD', rate: dec('600'), atMs: NOW },
      ],
    );
    expect(totals).toEqual({
      ...{ cash: amount('610'), marketValue: amount('2090'), equity: amount('2700') },
      ...{ realizedPnl: amount('19'), unrealizedPnl: amount('-10'), fees: amount('7'), netPnl: amount('2') },
    });
  });

  it('keeps settled and unsettled cash apart', () => {
    const cash = [{ account: 'a', currency: 'USD', booked: dec('500'), settled: dec('450') }];
    expect(valued({ cash }, []).cash).toEqual([{ ...cash[0], unsettled: '50' }]);
  });

  it('leaves a total unknown when a mark or a rate is missing, and the rest known', () => {
    const { totals, positions } = valued({ positions: [position({ fees: { BNB: dec('1') } })], cash: [] }, [
      quote('ACME', '99', '101', { receivedAtMs: STALE }),
    ]);
    const stale = { known: false, why: 'STALE_QUOTE', what: 'ACME', lastAtMs: STALE };
    const noRate = { known: false, why: 'NO_RATE', what: 'BNB/USD' };
    expect(positions).toMatchObject([{ unrealizedPnl: stale, marketValue: stale, realizedPnl: '30' }]);
    expect(totals).toMatchObject({ realizedPnl: amount('30'), unrealizedPnl: stale, equity: stale, fees: noRate });
    expect(totals.netPnl).toEqual(stale);
  });

  it('asks no mark of a flat position and no rate of an amount of 0', () => {
    const flat = position({ quantity: ZERO, cost: ZERO, realizedPnl: ZERO, currency: 'JPY', fees: { BNB: ZERO } });
    expect(valued({ positions: [flat] }, []).totals).toMatchObject({ equity: amount('0'), netPnl: amount('0') });
  });

  it('has no totals without a base currency', () => {
    const account = { account: 'a', mode: 'NETTING' as const };
    const fx = new FxRates([], { pivots: [], maxAgeMs: MAX_AGE });
    const book = { accounts: [account], positions: [position()], cash: [] };
    const [answer] = valuePositions(book, [quote('ACME', '1', '2')], fx, { policy: 'MID', maxAgeMs: MAX_AGE }, NOW);
    expect(answer?.totals.realizedPnl).toEqual({ known: false, why: 'NO_BASE_CURRENCY', what: 'USD' });
  });
});
