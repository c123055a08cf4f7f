import type { OmsClient } from '../../src/client/oms-client';
import { dec } from '../../src/domain/money';
import { MarketMaker } from '../../src/strategies/market-maker';
import { MovingAverageCrossover } from '../../src/strategies/moving-average-crossover';
import type { Strategy } from '../../src/strategies/strategy';

/** The strategies of the demo: a crossover and a market maker for each instrument. */
export function tradersOf(orders: OmsClient): readonly Strategy[] {
  const tickSize = dec('0.01');
  const averages = { fast: 3, slow: 9, tickSize, account: 'alpha', venue: 'SIMX' } as const;
  const quoting = { tickSize, account: 'maker', venue: 'SIMY', movesPerOrder: 3 } as const;
  return [
    new MovingAverageCrossover(orders, {
      ...averages,
      name: 'cross-AAPL',
      symbol: 'AAPL',
      quantity: dec('50'),
      guardTicks: dec('5'),
    }),
    new MovingAverageCrossover(orders, {
      ...averages,
      name: 'cross-BTCUSDT',
      symbol: 'BTCUSDT',
      quantity: dec('0.02'),
      guardTicks: dec('200'),
    }),
    new MarketMaker(orders, {
      ...quoting,
      name: 'maker-AAPL',
      symbol: 'AAPL',
      quantity: dec('100'),
      distanceTicks: dec('1'),
      toleranceTicks: dec('12'),
      inventoryMax: dec('600'),
    }),
    new MarketMaker(orders, {
      ...quoting,
      name: 'maker-BTCUSDT',
      symbol: 'BTCUSDT',
      quantity: dec('0.05'),
      distanceTicks: dec('50'),
      toleranceTicks: dec('1000'),
      inventoryMax: dec('0.5'),
    }),
  ];
}
