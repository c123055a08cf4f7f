import fc from 'fast-check';
import { decimalOf, dec, decOfInteger, lessThan, multiply } from '../../../../src/domain/money';
import { reservationNeed } from '../../../../src/domain/risk/reservation-need';
import { instrument, marketRequest, quote, request } from '../trading-fixtures';

const allowance = { priceCollarPercent: dec('5'), feeBps: dec('10') };
const none = dec('0');
const stopRequest = marketRequest({ type: 'STOP', stopPrice: dec('650.01') });

test.each([
  ['LIMIT buy: its limit, fees on top', request(), '644.1', '64474.41'],
  ['STOP_LIMIT buy: its limit', request({ type: 'STOP_LIMIT', stopPrice: dec('640') }), '644.1', '64474.41'],
  ['MARKET buy: the highest ask and the collar', marketRequest(), '677.25', '67792.73'],
  ['STOP buy: its stop and the collar, up to the tick', stopRequest, '682.52', '68320.26'],
  ['LIMIT sell: no cash', request({ side: 'SELL' }), '644.1', '0'],
  ['MARKET sell: the best bid', marketRequest({ side: 'SELL' }), '643.95', '0'],
  ['STOP short sale: its stop', { ...stopRequest, side: 'SELL_SHORT' } as const, '650.01', '0'],
])('%s', (_name, order, priceBasis, cash) => {
  const quotes = [quote(), quote({ venue: 'SIMY', askPrice: dec('645'), bidPrice: dec('643.95') })];
  const side = order.side === 'BUY' ? 'BUY' : 'SELL';
  expect(reservationNeed(order, instrument(), quotes, none, allowance)).toEqual({
    side,
    quantity: '100',
    cash,
    currency: 'USD',
    priceBasis,
  });
});

test('what is filled needs no more cash, and an overfill needs none', () => {
  expect(reservationNeed(request(), instrument(), [], dec('99'), allowance)).toMatchObject({
    quantity: '1',
    cash: '644.75',
  });
  expect(reservationNeed(request(), instrument(), [], dec('101'), allowance)).toMatchObject({
    quantity: '0',
    cash: '0',
  });
});

test('a rebate is no cash in hand', () => {
  expect(reservationNeed(request(), instrument(), [], none, { ...allowance, feeBps: dec('-10') }).cash).toBe('64410');
});

test('a market order without a price on its side throws', () => {
  expect(() => reservationNeed(marketRequest(), instrument(), [quote({ askPrice: none })], none, allowance)).toThrow(
    'MARKET_DATA_MISSING',
  );
});

test('the cash is never below price, quantity and fee, and less than one cent above', () => {
  const positive = fc.integer({ min: 1, max: 999_999_999 });
  fc.assert(
    fc.property(positive, positive, fc.integer({ min: 0, max: 500 }), (lots, ticks, feeBps) => {
      const order = request({
        quantity: multiply(decOfInteger(lots), dec('0.000001')),
        limitPrice: multiply(decOfInteger(ticks), dec('0.01')),
      });
      const need = reservationNeed(order, instrument(), [], none, { ...allowance, feeBps: decOfInteger(feeBps) });
      const exact = decimalOf(order.quantity)
        .times(order.limitPrice ?? 0)
        .times(10_000 + feeBps)
        .dividedBy(10_000);
      const above = decimalOf(need.cash).minus(exact);
      expect(above.greaterThanOrEqualTo(0)).toBe(true);
      expect(lessThan(above, dec('0.01'))).toBe(true);
    }),
  );
});
