import {
  accepted,
  exactly,
  isFilled,
  modify,
  partlyFilled,
  pendingReplace,
  replaced,
  replaceIsPending,
  replaceRejected,
  report,
  run,
  trade,
  X,
  Y,
  Z,
} from './scenario';
import type { Scenario, ScenarioStep } from './scenario';

const PART_FILLED: readonly ScenarioStep[] = [accepted(), trade(1_000, partlyFilled(1_000, 9_000))];
/** Two requests at once: ours sends the first and keeps the second until the venue has answered. */
const TWO_REQUESTS: readonly ScenarioStep[] = [...PART_FILLED, modify(8_000, 0), modify(7_000, 1)];
const QUEUED = 'We have one replace out at a time and queue the second; the reports come as if both were out';

/** Appendix D, D: two replaces of one order, one after the other and at once. */
export const REPLACED_TWICE: readonly Scenario[] = [
  {
    id: 'D.1.a',
    title: 'Two replaces, one after the other, both accepted',
    runs: [
      run(
        'filled',
        ...PART_FILLED,
        modify(8_000),
        pendingReplace(Y, X, 1_000, 9_000),
        trade(500, replaceIsPending(1_500, 8_500)),
        replaced(Y, X, 8_000, partlyFilled(1_500, 6_500)),
        trade(2_000, partlyFilled(3_500, 4_500), { id: Y }),
        modify(6_000),
        pendingReplace(Z, Y, 3_500, 4_500),
        trade(500, replaceIsPending(4_000, 4_000), { id: Y }),
        replaced(Z, Y, 6_000, partlyFilled(4_000, 2_000)),
        trade(2_000, isFilled(6_000), { id: Z }),
      ),
    ],
  },
  {
    id: 'D.1.b',
    title: 'The first replace is refused at once, the second accepted',
    runs: [
      run(
        'replaced once',
        ...PART_FILLED,
        modify(8_000),
        replaceRejected(Y, partlyFilled(1_000, 9_000)),
        trade(500, partlyFilled(1_500, 8_500)),
        trade(2_000, partlyFilled(3_500, 6_500)),
        modify(6_000),
        pendingReplace(Z, X, 3_500, 6_500),
        replaced(Z, X, 6_000, partlyFilled(3_500, 2_500)),
        trade(1_500, partlyFilled(5_000, 1_000), { id: Z }),
      ),
    ],
  },
  {
    id: 'D.1.c',
    title: 'The first replace is refused when pending, the second accepted',
    runs: [
      run(
        'replaced once',
        ...PART_FILLED,
        modify(8_000),
        pendingReplace(Y, X, 1_000, 9_000),
        trade(500, replaceIsPending(1_500, 8_500)),
        replaceRejected(Y, partlyFilled(1_500, 8_500)),
        trade(2_000, partlyFilled(3_500, 6_500)),
        modify(6_000),
        pendingReplace(Z, X, 3_500, 6_500),
        replaced(Z, X, 6_000, partlyFilled(3_500, 2_500)),
        trade(1_500, partlyFilled(5_000, 1_000), { id: Z }),
      ),
    ],
  },
  {
    id: 'D.2.a',
    title: 'Two replaces at once, done one by one',
    decided: QUEUED,
    runs: [
      run(
        'filled',
        ...TWO_REQUESTS,
        pendingReplace(Y, X, 1_000, 9_000),
        replaced(Y, X, 8_000, partlyFilled(1_000, 7_000)),
        pendingReplace(Z, Y, 1_000, 7_000),
        replaced(Z, Y, 7_000, partlyFilled(1_000, 6_000)),
        trade(6_000, isFilled(7_000), { id: Z }),
      ),
    ],
  },
  {
    id: 'D.2.b',
    title: 'Two replaces at once, both pending at the same time',
    decided: `${QUEUED}. The second Pending Replace prints quantity 8000 and leaves 7000 before the first replace is confirmed; the rule of the same appendix that no request counts before its confirmation wins: 1000/9000`,
    runs: [
      run(
        'filled',
        ...TWO_REQUESTS,
        pendingReplace(Y, X, 1_000, 9_000),
        report('PENDING_REPLACE', replaceIsPending(1_000, 7_000), {
          id: Z,
          orig: X,
          quantity: 8_000,
          expected: exactly(replaceIsPending(1_000, 9_000)),
        }),
        replaced(Y, X, 8_000, replaceIsPending(1_000, 7_000)),
        replaced(Z, Y, 7_000, partlyFilled(1_000, 6_000)),
        trade(6_000, isFilled(7_000), { id: Z }),
      ),
    ],
  },
  {
    id: 'D.2.c',
    title: 'Two replaces at once, both refused',
    decided: QUEUED,
    runs: [
      run(
        'both refused',
        ...TWO_REQUESTS,
        pendingReplace(Y, X, 1_000, 9_000),
        replaceRejected(Y, partlyFilled(1_000, 9_000)),
        pendingReplace(Z, X, 1_000, 9_000),
        replaceRejected(Z, partlyFilled(1_000, 9_000)),
        trade(6_000, partlyFilled(7_000, 3_000)),
      ),
    ],
  },
  {
    id: 'D.2.d',
    title: 'Two replaces at once, the second refused as the first is pending',
    decided: QUEUED,
    runs: [
      run(
        'replaced once',
        ...TWO_REQUESTS,
        pendingReplace(Y, X, 1_000, 9_000),
        replaceRejected(Z, replaceIsPending(1_000, 9_000), 'PENDING'),
        replaced(Y, X, 8_000, partlyFilled(1_000, 7_000)),
        trade(2_000, partlyFilled(3_000, 5_000), { id: Y }),
      ),
    ],
  },
];
