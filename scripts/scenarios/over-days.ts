import {
  accepted,
  cancel,
  canceled,
  doneForDay,
  GTC,
  isFilled,
  modify,
  partlyFilled,
  pendingCancel,
  pendingReplace,
  replaced,
  replaceIsPending,
  report,
  runOf,
  trade,
  X,
  Y,
} from './scenario';
import type { Scenario, ScenarioStep } from './scenario';

/** The first day of a good-till-canceled order, and the venue's word on it on the next morning. */
const SECOND_MORNING: readonly ScenarioStep[] = [
  accepted(),
  trade(2_000, partlyFilled(2_000, 8_000)),
  doneForDay(2_000, 8_000),
  report('RESTATED', partlyFilled(2_000, 8_000), { day: 2, quantity: 10_000, reason: 'GT_RENEWAL' }),
];

/** Appendix D, H: good-till-canceled orders over several days. */
export const OVER_DAYS: readonly Scenario[] = [
  {
    id: 'H.1.a',
    title: 'GTC order part filled, restated on the next day',
    runs: [runOf(GTC, 'goes on', ...SECOND_MORNING, trade(1_000, partlyFilled(3_000, 7_000), { day: 2 }))],
  },
  {
    id: 'H.1.b',
    title: 'GTC order part filled, 2:1 stock split',
    runs: [
      runOf(
        GTC,
        'filled',
        accepted(),
        trade(2_000, partlyFilled(2_000, 8_000), { price: '50' }),
        doneForDay(2_000, 8_000),
        report('RESTATED', partlyFilled(4_000, 16_000), {
          day: 2,
          quantity: 20_000,
          limitPrice: '30',
          reason: 'GT_CORPORATE_ACTION',
          expected: { statuses: ['PARTIALLY_FILLED'], cum: 4_000, leaves: 16_000, averagePrice: '25' },
        }),
        trade(5_000, partlyFilled(9_000, 11_000), { day: 2, price: '25.05' }),
        trade(11_000, isFilled(20_000), { day: 2, price: '24.95' }),
      ),
    ],
  },
  {
    id: 'H.1.c',
    title: 'GTC order part filled, canceled on the next day',
    runs: [runOf(GTC, 'canceled', ...SECOND_MORNING, cancel(), pendingCancel(2_000, 8_000), canceled(2_000))],
  },
  {
    id: 'H.1.d',
    title: 'GTC order part filled, replaced to 15000 on the next day',
    runs: [
      runOf(
        GTC,
        'replaced',
        ...SECOND_MORNING,
        modify(15_000),
        pendingReplace(Y, X, 2_000, 8_000),
        trade(1_000, replaceIsPending(3_000, 7_000), { day: 2 }),
        replaced(Y, X, 15_000, partlyFilled(3_000, 12_000)),
      ),
    ],
  },
];
