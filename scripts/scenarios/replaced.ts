import {
  accepted,
  isFilled,
  isNew,
  modify,
  partlyFilled,
  pendingReplace,
  replaced,
  replaceIsPending,
  replaceRejected,
  reprice,
  run,
  trade,
  X,
  Y,
} from './scenario';
import type { Scenario, ScenarioStep } from './scenario';

const PART_FILLED: readonly ScenarioStep[] = [accepted(), trade(1_000, partlyFilled(1_000, 9_000))];
const FILLED: readonly ScenarioStep[] = [accepted(), trade(10_000, isFilled(10_000))];

/** Appendix D, C: one replace of an order, up, sideways and down. */
export const REPLACED: readonly Scenario[] = [
  {
    id: 'C.1.a',
    title: 'Replace to 11000, zero filled',
    runs: [
      run('refused at once', accepted(), modify(11_000), replaceRejected(Y, isNew(0, 10_000))),
      run(
        'refused when pending',
        accepted(),
        modify(11_000),
        pendingReplace(Y, X, 0, 10_000),
        replaceRejected(Y, isNew(0, 10_000)),
      ),
      run(
        'replaced',
        accepted(),
        modify(11_000),
        pendingReplace(Y, X, 0, 10_000),
        replaced(Y, X, 11_000, isNew(0, 11_000)),
        trade(1_000, partlyFilled(1_000, 10_000), { id: Y }),
        trade(2_000, partlyFilled(3_000, 8_000), { id: Y }),
      ),
    ],
  },
  {
    id: 'C.1.b',
    title: 'Replace to 12000, part filled, an execution while it is pending',
    runs: [
      run('refused at once', ...PART_FILLED, modify(12_000), replaceRejected(Y, partlyFilled(1_000, 9_000))),
      run('refused when pending', ...fillWhilePending(), replaceRejected(Y, partlyFilled(1_100, 8_900))),
      run(
        'replaced',
        ...fillWhilePending(),
        replaced(Y, X, 12_000, partlyFilled(1_100, 10_900)),
        trade(10_900, isFilled(12_000), { id: Y }),
      ),
    ],
  },
  {
    id: 'C.1.c',
    title: 'Replace to 12000 of a filled order',
    decided:
      'We refuse to send such a replace, as the order has ended; the reports come all the same, as after a request of somebody else, and are applied',
    runs: [
      run('refused at once', ...FILLED, modify(12_000), replaceRejected(Y, isFilled(10_000), 'TOO_LATE')),
      run(
        'refused when pending',
        ...FILLED,
        modify(12_000),
        pendingReplace(Y, X, 10_000, 0),
        replaceRejected(Y, isFilled(10_000), 'TOO_LATE'),
      ),
      run(
        'replaced',
        ...FILLED,
        modify(12_000),
        pendingReplace(Y, X, 10_000, 0),
        replaced(Y, X, 12_000, partlyFilled(10_000, 2_000)),
        trade(2_000, isFilled(12_000), { id: Y }),
      ),
    ],
  },
  {
    id: 'C.2.a',
    title: 'A replace of the price crosses the fill',
    runs: [
      run(
        'refused',
        ...PART_FILLED,
        reprice('59'),
        trade(9_000, isFilled(10_000)),
        replaceRejected(Y, isFilled(10_000), 'TOO_LATE'),
      ),
    ],
  },
  {
    id: 'C.3.a',
    title: 'Replace down to 8000, executions before and while it is pending',
    runs: [
      run(
        'replaced',
        ...PART_FILLED,
        modify(8_000),
        trade(500, partlyFilled(1_500, 8_500)),
        pendingReplace(Y, X, 1_500, 8_500),
        trade(100, replaceIsPending(1_600, 8_400)),
        replaced(Y, X, 8_000, partlyFilled(1_600, 6_400)),
        trade(6_400, isFilled(8_000), { id: Y }),
      ),
    ],
  },
  {
    id: 'C.3.b',
    title: 'Replace down to 7000 crosses an execution of just as much',
    runs: [
      run(
        'filled',
        accepted(),
        modify(7_000),
        trade(7_000, partlyFilled(7_000, 3_000)),
        replaced(Y, X, 7_000, isFilled(7_000)),
      ),
    ],
  },
  {
    id: 'C.3.c',
    title: 'Replace down to 7000 crosses an execution of 8000',
    runs: [
      run(
        'filled',
        accepted(),
        modify(7_000),
        trade(8_000, partlyFilled(8_000, 2_000)),
        replaced(Y, X, 8_000, isFilled(8_000)),
      ),
    ],
  },
];

function fillWhilePending(): readonly ScenarioStep[] {
  return [
    ...PART_FILLED,
    modify(12_000),
    pendingReplace(Y, X, 1_000, 9_000),
    trade(100, replaceIsPending(1_100, 8_900)),
  ];
}
