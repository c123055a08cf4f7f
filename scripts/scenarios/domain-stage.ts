import { orderIdOf } from '../../src/domain/ids';
import { dec, decOfInteger } from '../../src/domain/money';
import type { Order } from '../../src/domain/order';
import { decide, decideNext } from '../../src/domain/order-decisions';
import type { OrderCommand } from '../../src/domain/order-decisions';
import type { OrderEventDraft } from '../../src/domain/order-events';
import { applyEvent, createOrder } from '../../src/domain/order-fold';
import { interpretReport, releasedReport } from '../../src/domain/order-reports';
import type { OrderChange, OrderRequest } from '../../src/domain/order-request';
import type { SettlementTerms } from '../../src/domain/settlement-terms';
import type { Stage } from './play';
import type { CommandStep, ScenarioOrder } from './scenario';

/** Thursday in New York, half an hour after the open. */
const START_MS = Date.parse('2014-06-05T14:00:00Z');
const STAMP = { causationId: 'scenario', actor: 'venue', atMs: START_MS, wallMs: START_MS } as const;
/** A market that never closes and settles a day later. */
const TERMS: SettlementTerms = { sessions: [], cycleDays: 1 };

/** An order that was just sent, in the domain alone: what the workflow does with messages, without the workflow. */
export function domainStage(content: ScenarioOrder): Stage {
  let order = sentOrder(content);
  let commands = 0;
  const take = (drafts: readonly OrderEventDraft[]): void => {
    order = drafts.reduce(applied, order);
  };
  const follow = (): void => {
    for (let next = decideNext(order); next !== undefined; next = decideNext(order)) take([next.draft]);
  };
  return {
    order,
    startMs: START_MS,
    async command(step) {
      commands += 1;
      const command = commandOf(step, `command-${String(commands)}`);
      const decision = decide(order, command);
      if (decision.kind === 'events') take(decision.events);
      else take([{ type: 'CommandRefused', commandId: command.commandId, command: command.kind, ...decision.refusal }]);
      follow();
    },
    async arrive(reports) {
      for (const report of reports) {
        take(interpretReport(order, report, TERMS));
        for (let held = releasedReport(order); held !== undefined; held = releasedReport(order))
          take(interpretReport(order, held, TERMS));
      }
      follow();
    },
    async look() {
      return order;
    },
  };
}

/** The request that a scenario's order becomes. */
export function requestOf(
  content: ScenarioOrder,
  own: Pick<OrderRequest, 'clientOrderId' | 'account' | 'symbol' | 'venue'>,
) {
  const { quantity, type, timeInForce, limitPrice, stopPrice } = content;
  const request: OrderRequest = {
    ...own,
    strategy: 'scenarios',
    side: 'BUY',
    type,
    quantity: decOfInteger(quantity),
    timeInForce,
    ...(limitPrice === undefined ? {} : { limitPrice: dec(limitPrice) }),
    ...(stopPrice === undefined ? {} : { stopPrice: dec(stopPrice) }),
  };
  return request;
}

export const changeOf = ({ quantity, limitPrice }: CommandStep): OrderChange => ({
  ...(quantity === undefined ? {} : { quantity: decOfInteger(quantity) }),
  ...(limitPrice === undefined ? {} : { limitPrice: dec(limitPrice) }),
});

function commandOf(step: CommandStep, commandId: string): OrderCommand {
  return step.kind === 'cancel'
    ? { kind: 'cancel', commandId, reason: 'the scenario asks for it' }
    : { kind: 'modify', commandId, change: changeOf(step) };
}

function sentOrder(content: ScenarioOrder): Order {
  const request = requestOf(content, { clientOrderId: 'x', account: 'alpha', symbol: 'SHARE', venue: 'SIMX' });
  const { order } = createOrder(orderIdOf(request.account, request.clientOrderId), request, STAMP);
  const route = { policy: 'VENUE', venue: 'SIMX', why: 'named', candidates: [] } as const;
  return (
    [
      { type: 'OrderApproved', route, clientOrderIdBase: 'BASE', venueAccount: 'HOUSE' },
      { type: 'SubmissionStarted', step: 0 },
      { type: 'OrderSubmitted' },
    ] as const
  ).reduce<Order>(applied, order);
}

/** What the lifecycle refuses is kept as an event, as in the workflow. */
function applied(order: Order, draft: OrderEventDraft): Order {
  const result = applyEvent(order, draft, STAMP);
  if (result.kind === 'applied') return result.order;
  const { code, text } = result.refusal;
  return applied(order, { type: 'ReportRefused', execId: STAMP.causationId, code, text });
}
