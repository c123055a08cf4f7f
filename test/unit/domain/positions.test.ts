import fc from 'fast-check';
import { add, dec, isNegative, isZero, multiply, negate, subtract, ZERO } from '../../../src/domain/money';
import { applyTrade, averagePrice, FLAT, signedQuantity } from '../../../src/domain/positions';
import type { Position } from '../../../src/domain/positions';

const after = (...trades: readonly (readonly [string, string])[]): Position =>
  trades.reduce(
    (position, [quantity, price]) => applyTrade(position, { quantity: dec(quantity), price: dec(price) }),
    FLAT,
  );

describe('positions', () => {
  it.each([
    ['opens long', [['10', '100']], '10', '100', '0'],
    [
      'averages up',
      [
        ['10', '100'],
        ['30', '104'],
      ],
      '40',
      '103',
      '0',
    ],
    [
      'closes a part at a profit and keeps the average',
      [
        ['10', '100'],
        ['-4', '110'],
      ],
      '6',
      '100',
      '40',
    ],
    [
      'closes the whole at a loss',
      [
        ['10', '100'],
        ['-10', '99.5'],
      ],
      '0',
      '0',
      '-5',
    ],
    ['opens short', [['-10', '100']], '-10', '100', '0'],
    [
      'covers a part of a short at a profit',
      [
        ['-10', '100'],
        ['4', '90'],
      ],
      '-6',
      '100',
      '40',
    ],
    [
      'flips from long to short',
      [
        ['10', '100'],
        ['-15', '110'],
      ],
      '-5',
      '110',
      '100',
    ],
    [
      'flips from short to long',
      [
        ['-10', '100'],
        ['15', '110'],
      ],
      '5',
      '110',
      '-100',
    ],
    [
      'starts anew after being flat',
      [
        ['10', '100'],
        ['-10', '110'],
        ['2', '50'],
      ],
      '2',
      '50',
      '100',
    ],
    [
      'rounds an average that has no end',
      [
        ['1', '1'],
        ['2', '2'],
      ],
      '3',
      '1.666666666667',
      '0',
    ],
  ] as const)('%s', (_name, trades, quantity, average, realizedPnl) => {
    const position = after(...trades);
    expect(position).toMatchObject({ quantity, realizedPnl });
    expect(averagePrice(position)).toBe(average);
  });

  it('leaves no crumb of cost when a position with a rounded average is closed', () => {
    const position = after(['3', '1'], ['4', '2'], ['-1', '3'], ['-6', '3']);
    expect(position).toEqual({ quantity: '0', cost: '0', realizedPnl: '10' });
  });

  it('counts the contract multiplier in cost and profit, not in the average price', () => {
    const open = applyTrade(FLAT, { quantity: dec('2'), price: dec('100'), multiplier: dec('50') });
    expect(averagePrice(open, dec('50'))).toBe('100');
    const closed = applyTrade(open, { quantity: dec('-2'), price: dec('101'), multiplier: dec('50') });
    expect(closed).toEqual({ quantity: '0', cost: '0', realizedPnl: '100' });
  });

  it('keeps cash flow = realised profit − cost to the last digit, for any trades', () => {
    const trade = fc.record({
      quantity: fc.integer({ min: -50_000, max: 50_000 }).filter((units) => units !== 0),
      price: fc.integer({ min: 1, max: 1_000_000 }),
    });
    const decimalOf = (units: number, scale: string) => multiply(dec(String(units)), dec(scale));
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 30 }), (trades) => {
        let position = FLAT;
        let cash = ZERO;
        for (const { quantity, price } of trades) {
          const signed = decimalOf(quantity, '0.001');
          const paid = decimalOf(price, '0.01');
          position = applyTrade(position, { quantity: signed, price: paid });
          cash = add(cash, negate(multiply(signed, paid)));
          // The cost has the sign of the quantity, so no average price is ever negative.
          expect(isNegative(position.cost)).toBe(isNegative(position.quantity));
          expect(isZero(position.quantity) && !isZero(position.cost)).toBe(false);
        }
        expect(cash).toBe(subtract(position.realizedPnl, position.cost));
      }),
    );
  });

  it('signs quantities by side', () => {
    expect([
      signedQuantity('BUY', dec('3')),
      signedQuantity('SELL', dec('3')),
      signedQuantity('SELL_SHORT', dec('3')),
    ]).toEqual(['3', '-3', '-3']);
  });
});
