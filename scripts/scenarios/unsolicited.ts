import {
  accepted,
  canceled,
  exactly,
  isFilled,
  isNew,
  isStopped,
  order,
  partlyFilled,
  report,
  run,
  runOf,
  trade,
} from './scenario';
import type { Scenario } from './scenario';

const TELEPHONED = { telephoned: true, expected: exactly(isNew(0, 10_000)) } as const;

/** Appendix D, E: what the venue does unasked; K: halts; L: guaranteed orders and orders for an amount of cash. */
export const UNSOLICITED: readonly Scenario[] = [
  {
    id: 'E.1.a',
    title: 'Reports on a telephoned order',
    decided:
      'New prints leaves 0 while the order works; the rule that leaves is what is open wins. Without a ClOrdID the reports are of no order of ours: they are refused and change none',
    runs: [
      run(
        'given to an order',
        report('NEW', isNew(0, 0), { expected: exactly(isNew(0, 10_000)) }),
        trade(2_000, partlyFilled(2_000, 8_000)),
        trade(1_000, partlyFilled(3_000, 7_000)),
        trade(7_000, isFilled(10_000)),
      ),
      run(
        'of no order of ours',
        accepted(),
        report('NEW', isNew(0, 0), TELEPHONED),
        trade(2_000, partlyFilled(2_000, 8_000), TELEPHONED),
        trade(1_000, partlyFilled(3_000, 7_000), TELEPHONED),
        trade(7_000, isFilled(10_000), TELEPHONED),
      ),
    ],
  },
  {
    id: 'E.1.b',
    title: 'Unsolicited cancel of a part-filled order',
    runs: [run('canceled', accepted(), trade(1_000, partlyFilled(1_000, 9_000)), canceled(1_000))],
  },
  {
    id: 'E.1.c',
    title: 'Unsolicited replace',
    runs: [
      run(
        'raised twice',
        accepted(),
        report('RESTATED', isNew(0, 11_000), { quantity: 11_000 }),
        trade(1_000, partlyFilled(1_000, 10_000)),
        report('RESTATED', partlyFilled(1_000, 11_000), { quantity: 12_000 }),
      ),
    ],
  },
  {
    id: 'E.1.d',
    title: 'Unsolicited reduction',
    runs: [
      run(
        'cut and filled',
        accepted(),
        report('RESTATED', isNew(0, 9_000), { quantity: 9_000, reason: 'PARTIAL_DECLINE' }),
        trade(9_000, isFilled(9_000)),
      ),
    ],
  },
  {
    id: 'E.1.e',
    title: 'Canceled as it is not the best price any more',
    runs: [run('canceled', accepted(), canceled(0, { reason: 'CANCELED_NOT_BEST' }))],
  },
  {
    id: 'E.1.f',
    title: 'Stop order, held and then triggered',
    runs: [
      runOf(
        { quantity: 10_000, type: 'STOP', timeInForce: 'DAY', stopPrice: '65' },
        'triggered and filled',
        accepted(),
        report('TRIGGERED', isNew(0, 10_000), { stopPrice: '65' }),
        trade(2_000, partlyFilled(2_000, 8_000)),
        trade(8_000, isFilled(10_000)),
      ),
    ],
  },
  {
    id: 'K.1.a',
    title: 'Trading halt, order reinstated',
    runs: [run('filled', accepted(), trade(10_000, isFilled(10_000)))],
  },
  {
    id: 'K.1.b',
    title: 'Trading halt, order canceled',
    runs: [run('canceled', accepted(), canceled(0, { reason: 'TRADING_HALT' }))],
  },
  {
    id: 'L.1.a',
    title: 'Guaranteed order',
    runs: [
      run(
        'stopped',
        accepted(),
        report('STOPPED', isStopped(0, 10_000), { last: 1_000 }),
        trade(1_000, isStopped(1_000, 9_000)),
      ),
    ],
  },
  {
    id: 'L.1.b',
    title: 'Order for an amount of cash',
    runs: [
      runOf(
        order({ quantity: 500 }),
        'filled',
        accepted(500),
        trade(200, partlyFilled(200, 300), { price: '20.10' }),
        trade(300, isFilled(500), { price: '19.90' }),
      ),
    ],
  },
];
