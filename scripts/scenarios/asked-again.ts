import {
  accepted,
  exactly,
  isFilled,
  isNew,
  isPendingNew,
  isRejected,
  modify,
  order,
  partlyFilled,
  rejected,
  replaced,
  report,
  run,
  runOf,
  trade,
  X,
  Y,
} from './scenario';
import type { Printed, ReportDetails, ReportStep, Scenario } from './scenario';

const status = (printed: Printed, details: ReportDetails = {}): ReportStep => report('ORDER_STATUS', printed, details);

/** Appendix D, F: the same order again; G: status requests. */
export const ASKED_AGAIN: readonly Scenario[] = [
  {
    id: 'F.1.a',
    title: 'Duplicate ClOrdID',
    runs: [
      run(
        'the first order stays',
        accepted(),
        trade(1_000, partlyFilled(1_000, 9_000)),
        rejected('DUPLICATE_ORDER', partlyFilled(1_000, 9_000)),
      ),
    ],
  },
  {
    id: 'F.1.b',
    title: 'PossResend and duplicate ClOrdID',
    runs: [
      run('resent: its status', accepted(), status(isNew(0, 10_000))),
      run('sent twice: refused', accepted(), rejected('DUPLICATE_ORDER', isNew(0, 10_000))),
      runOf(order({ quantity: 15_000 }), 'resent and not seen before: new', accepted(15_000)),
    ],
  },
  {
    id: 'F.1.c',
    title: 'Duplicate of an order that was telephoned',
    runs: [run('refused', rejected('DUPLICATE_VERBAL'))],
  },
  {
    id: 'G.1.a',
    title: 'Status of an unknown order',
    decided:
      'The answer prints OrdStatus Rejected for an order that the venue never had; ours is on its way there, so it stays Pending New until the venue has proved that it will not come',
    runs: [
      run('unknown', status(isRejected(), { reason: 'UNKNOWN_ORDER', expected: exactly(isPendingNew(0, 10_000)) })),
    ],
  },
  {
    id: 'G.1.b',
    title: 'Nothing done',
    runs: [run('answered', accepted(), status(isNew(0, 10_000), { text: 'Nothing Done' }))],
  },
  {
    id: 'G.1.c',
    title: 'Status requests through the life of an order',
    decided: 'We refuse to send a replace of a filled order; its reports come all the same and are applied',
    runs: [
      run(
        'asked six times',
        status(isPendingNew(0, 10_000)),
        accepted(),
        status(isNew(0, 10_000)),
        trade(2_000, partlyFilled(2_000, 8_000)),
        status(partlyFilled(2_000, 8_000)),
        trade(8_000, isFilled(10_000)),
        status(isFilled(10_000)),
        modify(12_000),
        replaced(Y, X, 12_000, partlyFilled(10_000, 2_000)),
        status(partlyFilled(10_000, 2_000), { id: Y, orig: X }),
      ),
    ],
  },
];
