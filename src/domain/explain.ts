/** Tells each step of an order in a plain sentence with its cause, for people. */
import type { OrderChange } from './order-request';
import { exceptWaived } from './order-fold';
import { approvalWanted } from './order-overrides';
import type { Fill, OrderEvent, OrderEventType } from './order-events';

type Sentence<T extends OrderEventType> = (event: Extract<OrderEvent, { type: T }>) => string;

const trades = (count: number): string => `${String(count)} trade${count === 1 ? '' : 's'}`;
const at = ({ quantity, price }: Pick<Fill, 'quantity' | 'price'>): string => `${quantity} at ${price}`;
/** Reasons that venues give as a code. */
const CODES: Readonly<Record<string, string>> = {
  IOC_REMAINDER: 'the rest of an IOC order',
  OPENING_REMAINDER: 'the rest after the opening',
};
const fee = ({ fee: amount, feeCurrency }: Fill): string =>
  feeCurrency === 'UNKNOWN' ? '' : `, fee ${amount} ${feeCurrency}`;
const changed = (change: OrderChange): string =>
  Object.entries(change)
    .map(([field, value]) => `${NAMES[field] ?? field} ${String(value)}`)
    .join(', ');
const NAMES: Readonly<Record<string, string>> = { limitPrice: 'limit', stopPrice: 'stop' };
const named = (reason: string, text: string): string => [reason, text].filter(Boolean).join(': ');
const form = ({
  quantity,
  limitPrice,
  stopPrice,
}: {
  quantity: string;
  limitPrice?: string;
  stopPrice?: string;
}): string =>
  [
    `quantity ${quantity}`,
    ...(limitPrice === undefined ? [] : [`limit ${limitPrice}`]),
    ...(stopPrice === undefined ? [] : [`stop ${stopPrice}`]),
  ].join(', ');

const SENTENCES: { readonly [T in OrderEventType]: Sentence<T> } = {
  OrderCreated: ({ request }) =>
    `received: ${[request.side, request.quantity, request.symbol, request.type, request.stopPrice, request.limitPrice, request.timeInForce].filter((part) => part !== undefined).join(' ')}`,
  OrderAdopted: ({ venue, venueOrderId }) => `adopted: ${venue} reported ${venueOrderId}, which nobody here sent`,
  OrderDenied: ({ reasons }) =>
    `denied before the venue: ${reasons.map(({ field, value, rule }) => `${[field, value].filter(Boolean).join(' ')}: ${rule}`).join('; ')}`,
  OrderApproved: (event) => `passed risk${exceptWaived(event)}, routed to ${event.route.venue}: ${event.route.why}`,
  OrderHeld: (event) =>
    event.why === 'TRIGGER' ? 'held here until its stop price is reached' : approvalWanted(event, undefined),
  OverrideApproved: ({ by, reason, waived }) => `${by} waived ${waived.join(', ')}: ${reason}`,
  OrderTriggered: ({ price }) => `triggered: the market traded at ${price}`,
  SubmissionStarted: () => 'being sent to the venue',
  SubmissionUnknown: ({ reason }) => `outcome of sending unknown: ${reason}; the venue is asked`,
  OrderSubmitted: () => 'sent, not acknowledged yet',
  OrderAccepted: ({ venueOrderId }) => `acknowledged by the venue as ${venueOrderId}`,
  OrderRejected: ({ reason, text }) => `rejected by the venue: ${named(reason, text)}`,
  OrderFilled: ({ fill }) =>
    `filled ${at(fill)}${fee(fill)} (${fill.execId})${fill.inferred === true ? ', as its total tells; the trade itself is to come' : ''}`,
  TradeBusted: ({ fill }) =>
    fill.inferred === true
      ? `the trade of ${at(fill)} that was told by a total gives way to the one itself (${fill.execId})`
      : `the venue took the trade of ${at(fill)} back (${fill.execId})`,
  TradeCorrected: ({ before, fill }) =>
    before.inferred === true
      ? `of the trade of ${at(before)} that was told by a total ${fill.quantity} is left (${before.execId})`
      : `the venue corrected the trade of ${at(before)} to ${at(fill)} (${before.execId})`,
  ReportHeld: ({ report }) => `a change of execution ${report.execRefId ?? ''} came before it and waits`,
  CancelPending: () => 'the venue works on the cancel',
  ReplacePending: () => 'the venue works on the replace',
  ReplaceHalfDone: () => 'the venue took the old form back, the new one is to come',
  OrderSuspended: ({ reason }) => `suspended by the venue: ${reason}`,
  OrderStopped: ({ quantity, price }) => `the venue guarantees ${quantity ?? 'a part'} at ${price ?? 'its price'}`,
  OrderDoneForDay: () => 'done for the day',
  OrderRestated: (event) => `restated by the venue (${event.reason}): ${form(event)}`,
  CancelRequested: ({ reason }) => `cancel asked: ${reason}`,
  CancelRejected: ({ reason, text }) => `cancel refused by the venue: ${named(reason, text)}`,
  OrderCanceled: ({ reason }) => (reason.startsWith('canceled') ? reason : `canceled: ${CODES[reason] ?? reason}`),
  ReplaceQueued: ({ change }) => `replace asked, waits for the one before: ${changed(change)}`,
  ReplaceRequested: ({ change }) => `replace asked: ${changed(change)}`,
  ReplaceRejected: ({ reason, text }) => `replace refused: ${named(reason, text)}`,
  OrderReplaced: (event) =>
    `replaced: ${form(event)}${event.venueOrderId === undefined ? '' : `; the venue calls it ${event.venueOrderId} now`}`,
  OrderExpired: ({ reason }) => `expired: ${reason}`,
  TradeSettled: ({ trades: count, quantity }) => `${trades(count)} settled, ${quantity}`,
  SettlementFailed: ({ attempt, reason }) => `settlement failed, try ${String(attempt)}: ${reason}`,
  SettlementEscalated: ({ reason }) => `settlement handed to a person: ${reason}`,
  CommandRefused: ({ command, text }) =>
    // The decision names the command itself.
    command !== 'modifyOrder' && text.startsWith(`${command.replace(/Order$/, '')} refused`)
      ? text
      : `${command === 'cancelOrder' ? 'cancel' : 'replace'} refused: ${text}`,
  RequestUnknown: ({ request, reason }) => `outcome of the ${request} unknown: ${reason}; the venue is asked`,
  ReportRefused: ({ code, text }) => `a report was refused (${code}): ${text}`,
};

/** What happened, as a sentence without time and actor. */
export function explain(event: OrderEvent): string {
  // The table ties each sentence to its own event; TypeScript cannot follow that through an index.
  const sentence = SENTENCES[event.type] as (event: OrderEvent) => string;
  return sentence(event);
}

/** A sentence for each event of one order, in their order: an end also tells of the replaces that it overtook. */
export function explainAll(events: readonly OrderEvent[]): readonly string[] {
  /** Replaces without an outcome by their command, with their step once they are out. */
  const open = new Map<string, number>();
  return events.map((event) => {
    followReplaces(open, event);
    const sentence = explain(event);
    if (!ENDS.has(event.type) || open.size === 0) return sentence;
    const overtaken = open.size === 1 ? 'the replace that was asked is' : 'the replaces that were asked are';
    open.clear();
    return `${sentence}; ${overtaken} not done`;
  });
}
const ENDS: ReadonlySet<OrderEventType> = new Set<OrderEventType>(['OrderCanceled', 'OrderExpired', 'OrderRejected']);

function followReplaces(open: Map<string, number>, event: OrderEvent): void {
  if (event.type === 'ReplaceQueued') open.set(event.commandId, Infinity);
  if (event.type === 'ReplaceRequested') open.set(event.commandId, event.step);
  if (event.type === 'CommandRefused') open.delete(event.commandId);
  if (event.type !== 'OrderReplaced' && event.type !== 'ReplaceRejected') return;
  for (const [commandId, step] of open) {
    const isAnswered = event.type === 'OrderReplaced' ? step <= event.step : step === event.step;
    if (isAnswered) open.delete(commandId);
  }
}
