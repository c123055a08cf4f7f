import {
  accepted,
  cancel,
  canceled,
  doneForDay,
  exactly,
  GTC,
  isCanceled,
  isDone,
  isFilled,
  modify,
  order,
  partlyFilled,
  pendingCancel,
  pendingReplace,
  replaced,
  report,
  run,
  runOf,
  trade,
  X,
  Y,
} from './scenario';
import type { Scenario } from './scenario';

/** Appendix D, I: orders that fill at once or not at all; J: executions that are corrected or taken back. */
export const CORRECTED: readonly Scenario[] = [
  {
    id: 'I.1.a',
    title: 'Fill-or-kill order that cannot be filled',
    runs: [
      runOf(order({ timeInForce: 'FOK' }), 'after New', accepted(), canceled(0)),
      runOf(order({ timeInForce: 'FOK' }), 'at once', canceled(0)),
    ],
  },
  {
    id: 'I.1.b',
    title: 'Immediate-or-cancel order, part filled',
    decided:
      'The form with one bundled report prints leaves 9000 in a sample and 0 in the text of the specification: 0',
    runs: [
      runOf(
        order({ timeInForce: 'IOC' }),
        'in two reports',
        accepted(),
        trade(1_000, partlyFilled(1_000, 9_000)),
        canceled(1_000),
      ),
      runOf(
        order({ timeInForce: 'IOC' }),
        'in one report',
        trade(1_000, isCanceled(1_000), { expected: exactly(isCanceled(1_000)) }),
      ),
    ],
  },
  {
    id: 'J.1.a',
    title: 'Filled order, trades corrected and taken back',
    decided: 'We refuse to send a replace of a filled order; its reports come all the same and are applied',
    runs: [
      run(
        'corrected to the end',
        accepted(),
        trade(1_000, partlyFilled(1_000, 9_000), { as: 'C' }),
        trade(9_000, isFilled(10_000), { as: 'D' }),
        report('TRADE_CANCEL', partlyFilled(9_000, 1_000), { ref: 'C' }),
        report('TRADE_CORRECT', partlyFilled(9_000, 1_000), { ref: 'D', as: 'F', last: 9_000, price: '51' }),
        trade(1_000, isFilled(10_000)),
        report('TRADE_CORRECT', isFilled(10_000), { ref: 'F', as: 'H', last: 9_000, price: '52' }),
        modify(12_000),
        pendingReplace(Y, X, 10_000, 0),
        replaced(Y, X, 12_000, partlyFilled(10_000, 2_000)),
        report('TRADE_CORRECT', partlyFilled(10_500, 1_500), { id: Y, ref: 'H', last: 9_500, price: '52' }),
      ),
    ],
  },
  {
    id: 'J.1.b',
    title: 'Canceled order, its trade taken back, then a late trade',
    runs: [
      run(
        'never opens again',
        accepted(),
        trade(5_000, partlyFilled(5_000, 5_000), { as: 'C' }),
        cancel(),
        pendingCancel(5_000, 5_000),
        canceled(5_000),
        report('TRADE_CANCEL', isCanceled(0), { ref: 'C' }),
        trade(4_000, isCanceled(4_000)),
      ),
    ],
  },
  {
    id: 'J.1.c',
    title: 'GTC order, trades of yesterday and of today corrected',
    runs: [
      runOf(
        GTC,
        'corrected twice',
        accepted(),
        trade(2_000, partlyFilled(2_000, 8_000), { as: 'yesterday' }),
        doneForDay(2_000, 8_000),
        report('RESTATED', partlyFilled(2_000, 8_000), { day: 2, quantity: 10_000, reason: 'GT_RENEWAL' }),
        trade(1_000, partlyFilled(3_000, 7_000), { day: 2, as: 'today' }),
        report('TRADE_CORRECT', partlyFilled(2_500, 7_500), { day: 2, ref: 'yesterday', last: 1_500 }),
        report('TRADE_CORRECT', partlyFilled(2_000, 8_000), { day: 2, ref: 'today', last: 500 }),
      ),
    ],
  },
  {
    id: 'J.1.d',
    title: 'Day order done for the day, its trade corrected, then taken back',
    runs: [
      run(
        'stays done for the day',
        accepted(),
        trade(5_000, partlyFilled(5_000, 5_000), { as: 'C' }),
        doneForDay(5_000, 0),
        report('TRADE_CORRECT', isDone(4_000, 0), { ref: 'C', as: 'F', last: 4_000 }),
        report('TRADE_CANCEL', isDone(0, 0), { ref: 'F' }),
      ),
    ],
  },
];
