import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setWorkflowOptions,
  sleep,
} from '@temporalio/workflow';
import type {
  AdoptionInput,
  CarriedOrder,
  CorrectionInput,
  OrderInput,
  OrderView,
} from '../src/contracts/order-messages';
import { isComplete } from '../src/domain/order-work';
import { raiseAlerts } from './order-alerts';
import { OrderDesk } from './order-desk';
import { OrderDisplay } from './order-display';
import { wireHandlers } from './order-handlers';
import { OrderRecorder } from './order-recorder';
import { staysWhileYoung } from './order-versioning';
import { EVERYTHING, nextThing, nextTurn, takesOneThingATurn } from './order-turns';
import type { Turn } from './order-turns';
import { OrderWorks } from './order-works';
import { RunLength } from './run-length';
import { WakeTimer } from './wake-timer';

/**
 * One order, from the request to its last settled trade.
 *
 * Messages only queue up. Each turn of the loop takes one thing that came in, lets the order's facts decide what to do next
 * (risk checks, submission, cancel, replace, questions, settlement), starts that, writes down what happened and waits.
 * A denied, rejected or expired order is a completed workflow; nothing here fails one.
 */
export function order(input: OrderInput): Promise<OrderView> {
  return tendOrder(new OrderDesk(input), (carried) => ({ ...input, carried }));
}
setWorkflowOptions(staysWhileYoung, order);

type RunInput = OrderInput | CorrectionInput | AdoptionInput;

/** The loop, until the order is complete. @param next The input of the run that goes on when this one's history is full. */
export async function tendOrder(desk: OrderDesk, next: (carried: CarriedOrder) => RunInput): Promise<OrderView> {
  const takesEachThing = takesOneThingATurn();
  const works = new OrderWorks(desk, takesEachThing);
  const arrive = takesEachThing ? works.arrive : undefined;
  const recorder = new OrderRecorder(desk, arrive);
  const timer = new WakeTimer(sleep);
  timer.arrive = arrive;
  let leaving = false;
  wireHandlers(desk, () => leaving, arrive);
  const display = new OrderDisplay(desk);
  const length = new RunLength(desk);

  // A cancel request of Temporal is the cancel command; it must not tear down what still has to reach the venue (rule 7).
  return CancellationScope.nonCancellable(async () => {
    let turn: Turn = EVERYTHING;
    for (;;) {
      works.takeResults(turn.results);
      desk.drainQueue(turn.messages);
      const isLong = length.takeThing() && !isComplete(desk.order);
      leaving = isLong || isComplete(desk.order);
      // The next run goes on with the rest; a cancel does not wait for it.
      const wakeAtMs = works.start(isLong ? 'reducing' : 'all');
      // An order that is held here may just have ended by its own time, without a message that would wake the loop.
      leaving ||= isComplete(desk.order);
      recorder.start();
      display.update(works.arrivals === 0 && desk.queue.length === 0);
      raiseAlerts(desk);
      timer.set(wakeAtMs, desk.wallMs);
      recorder.resume();

      const mayLeave = (): boolean => leaving && works.isIdle && recorder.isIdle && allHandlersFinished();
      if (mayLeave() && desk.queue.length === 0) {
        if (isComplete(desk.order)) return desk.view();
        await continueAsNew<(input: RunInput) => Promise<OrderView>>(next(desk.carry()));
      }
      const isWoken = (): boolean => works.arrivals > 0 || desk.queue.length > 0 || timer.hasFired || mayLeave();
      if (!isWoken() || arrive === undefined) await condition(isWoken);
      turn = await (arrive === undefined ? nextTurn({ works, desk, recorder, timer }) : nextThing({ works }));
    }
  });
}
