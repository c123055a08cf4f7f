import fc from 'fast-check';
import { dec, decOfInteger, divideRounded, equal, sum } from '../../../../src/domain/money';
import { fillSlippage, orderSlippage } from '../../../../src/domain/post-trade/slippage';
import type { SlippageFigures } from '../../../../src/domain/post-trade/slippage';
import { NOW_MS, orderOf, quoteOf, settingsOf, tradeOf } from './trade-fixtures';

const settings = settingsOf({ maxQuoteAgeMs: 5_000, maxQuoteLeadMs: 1_000 });
const arrival = { quote: quoteOf('99.9', '100.1'), marketTimeMs: NOW_MS };
const known = (price: string, bps: string, money: string) => ({ known: true, price, bps, money });
const gap = (why: string) => ({ known: false, why });

describe('slippage of a trade', () => {
  it('is what a purchase cost beyond middle and touch of the decision and of its own moment (docs/POST-TRADE.md)', () => {
    // Decided at 99.90/100.10, bought 200 contracts of 10 at 100.30 when the market stood at 100.10/100.30.
    const trade = tradeOf({
      ...{ quantity: dec('200'), price: dec('100.3'), multiplier: dec('10') },
      quote: quoteOf('100.1', '100.3'),
    });
    expect(fillSlippage(trade, { arrival }, settings)).toEqual({
      arrivalMid: known('0.3', '30', '600'),
      arrivalTouch: known('0.2', '19.98', '400'),
      quoteMid: known('0.1', '9.98', '200'),
      quoteTouch: known('0', '0', '0'),
      effectiveSpread: known('0.2', '19.96', '400'),
    });
  });

  it('turns its sign for a sale, and is below 0 for a better price', () => {
    const sale = tradeOf({ side: 'SELL', price: dec('99.7') });
    expect(fillSlippage(sale, { arrival }, settings).arrivalMid).toEqual(known('0.3', '30', '3'));
    expect(fillSlippage(sale, { arrival }, settings).arrivalTouch).toEqual(known('0.2', '20.02', '2'));
    const short = tradeOf({ side: 'SELL_SHORT', price: dec('100.2') });
    expect(fillSlippage(short, { arrival }, settings).arrivalMid).toEqual(known('-0.2', '-20', '-2'));
    const cheap = tradeOf({ price: dec('99.5') });
    expect(fillSlippage(cheap, { arrival }, settings).arrivalMid).toEqual(known('-0.5', '-50', '-5'));
  });

  it.each([
    ['NO_QUOTE without the quote of the decision', {}, 'NO_QUOTE'],
    ['NO_QUOTE when the venue had none', { arrival: { marketTimeMs: NOW_MS } }, 'NO_QUOTE'],
    ['STALE_QUOTE of one that was too old', { arrival: { ...arrival, marketTimeMs: NOW_MS + 5_001 } }, 'STALE_QUOTE'],
    ['STALE_QUOTE of one from after', { arrival: { ...arrival, marketTimeMs: NOW_MS - 1_001 } }, 'STALE_QUOTE'],
    ['EMPTY_SIDE of half a book', { arrival: { ...arrival, quote: quoteOf('99', '0') } }, 'EMPTY_SIDE'],
  ])('is not guessed: %s', (_what, order, why) => {
    const figures = fillSlippage(tradeOf(), order, settings);
    expect([figures.arrivalMid, figures.arrivalTouch]).toEqual([gap(why), gap(why)]);
  });

  it('counts quotes up to the very age', () => {
    expect(fillSlippage(tradeOf({ quote: quoteOf('99', '101', 5_000) }), undefined, settings).quoteMid.known).toBe(
      true,
    );
    expect(fillSlippage(tradeOf({ quote: quoteOf('99', '101', -1_000) }), undefined, settings).quoteMid.known).toBe(
      true,
    );
    expect(fillSlippage(tradeOf({ quote: quoteOf('99', '101', 5_001) }), undefined, settings).quoteMid).toEqual(
      gap('STALE_QUOTE'),
    );
  });

  it('knows the touch of a sale where nothing is offered', () => {
    const sale = tradeOf({ side: 'SELL', price: dec('99'), quote: quoteOf('99', '0') });
    const { quoteMid, quoteTouch, effectiveSpread } = fillSlippage(sale, undefined, settings);
    expect([quoteMid, quoteTouch, effectiveSpread]).toEqual([
      gap('EMPTY_SIDE'),
      known('0', '0', '0'),
      gap('EMPTY_SIDE'),
    ]);
  });
});

describe('slippage of an order', () => {
  it('weighs its trades by quantity and keeps fees apart', () => {
    const trades = [
      tradeOf({
        execId: 'e1',
        quantity: dec('3'),
        price: dec('100.2'),
        fee: dec('0.3'),
        quote: quoteOf('100', '100.2'),
      }),
      tradeOf({
        execId: 'e2',
        quantity: dec('1'),
        price: dec('100.6'),
        fee: dec('0.1'),
        quote: quoteOf('100.4', '100.6'),
      }),
      tradeOf({ execId: 'e3', quantity: dec('1'), price: dec('100.6'), fee: dec('7'), feeCurrency: 'BNB' }),
    ];
    const figures = orderSlippage(trades.slice(0, 2), { arrival }, settings);
    expect(figures).toMatchObject({ quantity: '4', averagePrice: '100.3', fees: { USD: '0.4' } });
    expect(figures.arrivalMid).toEqual(known('0.3', '30', '1.2'));
    expect(figures.quoteMid).toEqual(known('0.1', '9.98', '0.4'));
    const all = orderSlippage(trades, { arrival }, settings);
    expect(all.fees).toEqual({ USD: '0.4', BNB: '7' });
    // A sum with a hole in it is no sum.
    expect(all.quoteMid).toEqual(gap('NO_QUOTE'));
    expect(all.arrivalMid.known).toBe(true);
  });

  it('has no figure without a trade', () => {
    const figures = orderSlippage([], orderOf({ arrival }), settings);
    expect(figures).toMatchObject({ quantity: '0', fees: {}, arrivalMid: gap('NO_TRADE') });
    expect(figures.averagePrice).toBeUndefined();
  });

  it('is in money what its trades are together', () => {
    const cents = fc.integer({ min: 1, max: 1_000_000 }).map((n) => divideRounded(decOfInteger(n), dec('100'), 2));
    const side = fc.constantFrom('BUY', 'SELL', 'SELL_SHORT');
    const trade = fc.record({ quantity: cents, price: cents, bid: cents, ask: cents });
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 20 }), side, cents, (parts, of, multiplier) => {
        const trades = parts.map(({ quantity, price, bid, ask }) =>
          tradeOf({ quantity, price, multiplier, side: of, quote: quoteOf(bid, ask) }),
        );
        const whole = orderSlippage(trades, { arrival }, settings);
        const single = trades.map((one) => fillSlippage(one, { arrival }, settings));
        const names = ['arrivalMid', 'arrivalTouch', 'quoteMid', 'quoteTouch', 'effectiveSpread'] as const;
        return names.every((name) => equal(moneyOf(whole, name), sum(single.map((figures) => moneyOf(figures, name)))));
      }),
    );
  });
});

function moneyOf(figures: SlippageFigures, name: keyof SlippageFigures) {
  const figure = figures[name];
  if (!figure.known) throw new Error(`${name} is not known: ${figure.why}`);
  return figure.money;
}
