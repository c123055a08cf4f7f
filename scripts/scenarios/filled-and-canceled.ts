import {
  accepted,
  cancel,
  canceled,
  cancelIsPending,
  cancelRejected,
  doneForDay,
  exactly,
  isFilled,
  isNew,
  isPendingNew,
  isRejected,
  order,
  partlyFilled,
  pendingCancel,
  rejected,
  report,
  run,
  runOf,
  trade,
} from './scenario';
import type { Scenario } from './scenario';

/** Appendix D, A: orders that fill; B: orders that are canceled. */
export const FILLED_AND_CANCELED: readonly Scenario[] = [
  {
    id: 'A.1.a',
    title: 'Filled order',
    runs: [
      run(
        'filled',
        accepted(),
        trade(2_000, partlyFilled(2_000, 8_000)),
        trade(1_000, partlyFilled(3_000, 7_000)),
        trade(7_000, isFilled(10_000)),
      ),
      run('rejected instead of New', rejected('BROKER_OPTION')),
      run('rejected after New', accepted(), rejected('BROKER_OPTION')),
    ],
  },
  {
    id: 'A.1.b',
    title: 'Part-filled day order, done for day',
    runs: [
      run(
        'done for day',
        accepted(),
        trade(2_000, partlyFilled(2_000, 8_000)),
        trade(1_000, partlyFilled(3_000, 7_000)),
        doneForDay(3_000, 0),
      ),
    ],
  },
  {
    id: 'A.1.c',
    title: 'Exchange that sends no New: filled at once',
    runs: [run('filled', trade(10_000, isFilled(10_000)))],
  },
  {
    id: 'A.1.d',
    title: 'Exchange that sends no New: a part fill is the first report',
    runs: [run('part filled', trade(7_000, partlyFilled(7_000, 3_000)))],
  },
  {
    id: 'B.1.a',
    title: 'Cancel of a zero-filled order',
    runs: [
      run('refused at once', accepted(), cancel(), cancelRejected(isNew(0, 10_000))),
      run('refused when pending', accepted(), cancel(), pendingCancel(0, 10_000), cancelRejected(isNew(0, 10_000))),
      run('canceled', accepted(), cancel(), pendingCancel(0, 10_000), canceled(0)),
    ],
  },
  {
    id: 'B.1.b',
    title: 'Cancel of a part-filled order, executions while the cancel is active',
    runs: [
      run('refused', ...cancelOfPartFilled(), cancelRejected(partlyFilled(6_000, 4_000))),
      run('canceled', ...cancelOfPartFilled(), canceled(6_000)),
    ],
  },
  {
    id: 'B.1.c',
    title: 'The order fills before its cancel can be accepted',
    runs: [
      run(
        'filled',
        accepted(),
        trade(2_000, partlyFilled(2_000, 8_000)),
        cancel(),
        trade(3_000, partlyFilled(5_000, 5_000)),
        pendingCancel(5_000, 5_000),
        trade(5_000, cancelIsPending(10_000, 0)),
        cancelRejected(isFilled(10_000), 'TOO_LATE'),
      ),
    ],
  },
  {
    id: 'B.1.d',
    title: 'Cancel of an order that is not acknowledged yet',
    decided:
      'New during a pending cancel: the row prints OrdStatus New, the precedence of the same appendix says Pending Cancel; both are right here',
    runs: [
      run(
        'acknowledged while pending',
        cancel(),
        pendingCancel(0, 10_000),
        report('NEW', isNew(0, 10_000), {
          expected: { statuses: ['NEW', 'PENDING_CANCEL'], cum: 0, leaves: 10_000 },
        }),
        canceled(0),
      ),
      runOf(order({ quantity: 5_000 }), 'never acknowledged', cancel(), pendingCancel(0, 5_000), canceled(0)),
    ],
  },
  {
    id: 'B.1.e',
    title: 'Acknowledgement and cancel cross',
    runs: [run('canceled', cancel(), accepted(), pendingCancel(0, 10_000), canceled(0))],
  },
  {
    id: 'B.1.f',
    title: 'Cancel of an order that the venue does not know',
    decided:
      'The refusal prints OrdStatus Rejected for an order that the venue never had; ours is on its way there, so it stays Pending New until the venue has proved that it will not come',
    runs: [
      run(
        'unknown',
        cancel(),
        report('CANCEL_REJECTED', isRejected(), {
          reason: 'UNKNOWN_ORDER',
          expected: exactly(isPendingNew(0, 10_000)),
        }),
      ),
    ],
  },
];

function cancelOfPartFilled() {
  return [
    accepted(),
    trade(2_000, partlyFilled(2_000, 8_000)),
    cancel(),
    trade(3_000, partlyFilled(5_000, 5_000)),
    pendingCancel(5_000, 5_000),
    trade(1_000, cancelIsPending(6_000, 4_000)),
  ];
}
