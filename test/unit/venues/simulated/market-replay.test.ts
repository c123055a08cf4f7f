import { join } from 'node:path';
import { createExchangeCalendars } from '../../../../src/calendars/exchange-calendars';
import { dec, greaterThan, isMultipleOf, lessThan } from '../../../../src/domain/money';
import { MarketReplay } from '../../../../src/venues/simulated/market-replay';
import { InstrumentTime } from '../../../../src/venues/simulated/market-time';
import { parseSimulatedConfig } from '../../../../src/venues/simulated/venue-config';

const FOLDER = join(__dirname, '../../../../src/venues/simulated/market-data');
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
// 5 June 2014, a Thursday, 09:30 in New York.
const OPEN_MS = Date.parse('2014-06-05T13:30:00Z');
const NIGHT_MS = 17.5 * HOUR_MS;
const calendars = createExchangeCalendars([
  {
    ...{ id: 'NY', zone: 'America/New_York', open: '09:30', close: '16:00', weekdays: [1, 2, 3, 4, 5] },
    ...{ holidays: [], earlyCloses: { '2014-06-10': '13:00' } },
  },
  {
    ...{ id: 'ALWAYS', zone: 'UTC', open: '00:00', close: '00:00', weekdays: [1, 2, 3, 4, 5, 6, 7] },
    ...{ holidays: [], earlyCloses: {} },
  },
]);

function equityReplay(originMs = OPEN_MS, originDate = '2014-06-05'): MarketReplay {
  const time = new InstrumentTime(calendars, 'NY', { realOriginMs: 0, simOriginMs: originMs, speed: 1 }, 0);
  const rules = {
    ...{ tickSize: dec('0.01'), lotSize: dec('1'), spreadTicks: 0 },
    ...{ sessionStartMs: 9.5 * HOUR_MS, sessionEndMs: 16 * HOUR_MS },
  };
  const files = { prefix: 'equity-usa-minute-aapl', days: ['20140605', '20140606'], priceDivisor: 10_000 };
  return new MarketReplay(FOLDER, files, rules, time, originDate);
}

describe('a replayed equity', () => {
  const replay = equityReplay();

  test('walks each minute of the regular session from open over both extremes to close', () => {
    const day = replay.between(OPEN_MS - 1, OPEN_MS + 6.5 * HOUR_MS);
    expect(day).toHaveLength(390 * 4);
    // The first regular bar of the file: open 646.2, high 646.5, low 645.5, close 646.4 (prices x 10,000).
    const minute = day.slice(0, 4);
    expect(minute.map(({ timeMs }) => timeMs - OPEN_MS)).toEqual([0, 15_000, 30_000, 45_000]);
    const prices = minute.map(({ step }) => Number(step.lastPrice));
    expect([Math.min(...prices), Math.max(...prices)].sort()).toEqual([prices[1], prices[2]].sort());
  });

  test('never shows a crossed quote nor a price off the tick', () => {
    for (const { step } of replay.between(OPEN_MS - 1, OPEN_MS + NIGHT_MS + 13 * HOUR_MS)) {
      expect(lessThan(step.bidPrice, step.askPrice)).toBe(true);
      expect(isMultipleOf(step.bidPrice, dec('0.01')) && isMultipleOf(step.askPrice, dec('0.01'))).toBe(true);
      expect(greaterThan(step.bidPrice, dec('600'))).toBe(true);
    }
  });

  test('gives every step once, however time is cut', () => {
    const whole = replay.between(OPEN_MS, OPEN_MS + HOUR_MS);
    const cuts = Array.from({ length: 60 }, (_, index) => OPEN_MS + index * MINUTE_MS);
    expect(cuts.flatMap((cut) => replay.between(cut, cut + MINUTE_MS))).toEqual(whole);
  });

  test('starts again with the first day after the last', () => {
    // Thursday, Friday, then Monday 9 June, which the data does not have.
    const steps = (openMs: number): unknown[] => replay.between(openMs - 1, openMs + HOUR_MS).map(({ step }) => step);
    const friday = OPEN_MS + 24 * HOUR_MS;
    const monday = OPEN_MS + 96 * HOUR_MS;
    expect(steps(monday)).toEqual(steps(OPEN_MS));
    expect(steps(friday)).not.toEqual(steps(OPEN_MS));
  });

  test('starts on the data day of its origin', () => {
    const friday = OPEN_MS + 24 * HOUR_MS;
    const expected = replay.latest(friday)?.step;
    expect(expected).toBeDefined();
    expect(equityReplay(friday, '2014-06-06').latest(friday)?.step).toEqual(expected);
  });

  test('has no market while the exchange is closed, early closes included', () => {
    expect(replay.latest(OPEN_MS - MINUTE_MS)).toBeUndefined();
    expect(replay.latest(OPEN_MS + 7 * HOUR_MS)).toBeUndefined();
    const tuesday = OPEN_MS + 120 * HOUR_MS;
    expect(replay.between(tuesday - 1, tuesday + 6 * HOUR_MS)).toHaveLength(210 * 4);
  });
});

test('a replayed coin trades around the clock, also where the file has no quotes', () => {
  const originMs = Date.parse('2022-12-13T00:00:00Z');
  const time = new InstrumentTime(calendars, 'ALWAYS', { realOriginMs: 0, simOriginMs: originMs, speed: 1 }, 0);
  const rules = {
    ...{ tickSize: dec('0.01'), lotSize: dec('0.000001'), spreadTicks: 2 },
    ...{ sessionStartMs: 0, sessionEndMs: 24 * HOUR_MS },
  };
  const files = { prefix: 'crypto-bybit-minute-btcusdt', days: ['20221213'], priceDivisor: 1 };
  const replay = new MarketReplay(FOLDER, files, rules, time, '2022-12-13');
  expect(replay.latest(originMs)?.step).toEqual({
    ...{ bidPrice: '17207.16', bidQuantity: '0.00531', askPrice: '17208.88', askQuantity: '0.00416' },
    ...{ lastPrice: '17208.86', volume: '0.387287' },
  });
  const evening = replay.latest(originMs + 20 * HOUR_MS)?.step;
  expect(evening?.bidQuantity).toBe('0.031253');
  expect(replay.latest(originMs + 44 * HOUR_MS)?.step).toEqual(evening);
});

test('a config names every wrong key', () => {
  const config = {
    port: 0,
    ledgerDir: 'x',
    venues: [{ id: 'A B', nativeStops: 1 }],
    instruments: [],
    calendars: [],
    more: 1,
  };
  expect(() => parseSimulatedConfig(config)).toThrow(
    /venues\.0\.id[\s\S]*venues\.0\.nativeStops[\s\S]*instruments[\s\S]*more/,
  );
});
