/** Goal: a breach never keeps a desk from closing what it holds. */
import { dec } from '../../../../src/domain/money';
import { DEFAULT_CHECKS } from '../../../../src/domain/risk/checks';
import type { LimitValues } from '../../../../src/domain/risk/limits';
import { day, holding, limited, sale, short, shortSale } from './risk-fixtures';
import type { Change } from './risk-fixtures';

/** Each limit of a check that lets reducing orders pass, broken beyond repair. */
const broken: LimitValues = {
  maxLongPosition: dec('0'),
  maxShortPosition: dec('0'),
  maxGrossPosition: dec('0'),
  maxSymbolExposure: dec('0'),
  maxSectorExposure: dec('0'),
  maxCurrencyExposure: dec('0'),
  maxAccountExposure: dec('0'),
  maxFirmExposure: dec('0'),
  maxConcentrationPercent: dec('0'),
  initialMarginPercent: dec('100000'),
  maxDailyLoss: dec('0'),
  maxDrawdownPercent: dec('0'),
};
const ruined: Change = { ...day({ profit: dec('-1') }), peakEquity: dec('9000000') };
const reducingChecks = DEFAULT_CHECKS.filter(({ passesReducing }) => passesReducing === true);

test.each(reducingChecks.map((check) => [check.code, check] as const))(
  '%s lets an order pass that only closes what is held, and no other',
  (code, check) => {
    const closing = { ...ruined, ...holding('100'), request: sale() };
    expect(check.check(limited(broken, closing))).toEqual([]);
    const opening = { ...ruined, ...(code === 'SHORT_LIMIT' ? { ...short, request: shortSale() } : {}) };
    expect(check.check(limited(broken, opening)).map((one) => one.code)).toEqual([code]);
  },
);

test('every limit whose breach lets closing orders pass is among the broken ones', () => {
  const names = reducingChecks.flatMap(({ limits }) => limits ?? []).filter((name) => name !== 'concentrationFloor');
  expect(Object.keys(broken).sort()).toEqual([...names].sort());
});
