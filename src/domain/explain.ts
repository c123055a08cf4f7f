/** Tells each step of an order in a plain sentence with its cause, for people. */
import { lessThan, subtract } from './money';
import type { OrderChange } from './order-request';
import { exceptWaived } from './order-fold';
import { notAllTold } from './order-fold-forms';
import { approvalWanted } from './order-overrides';
import { CANCELED_BY_VENUE } from './order-events';
import type { Fill, OrderEvent, OrderEventType } from './order-events';
import { inWords, isKnownReason, reasonWithText } from './reason-words';
import { settledAmount } from './settlement';
import { ENDS, NO_STEPS, withStep } from './steps-before';
import type { StepsBefore } from './steps-before';

type EventOf<T extends OrderEventType> = Extract<OrderEvent, { type: T }>;
type Sentence<T extends OrderEventType> = (event: EventOf<T>, before: StepsBefore) => string;

const trades = (count: number): string => `${String(count)} trade${count === 1 ? '' : 's'}`;
const at = ({ quantity, price }: Pick<Fill, 'quantity' | 'price'>): string => `${quantity} at ${price}`;
const fee = ({ fee: amount, feeCurrency }: Fill): string =>
  feeCurrency === 'UNKNOWN' ? '' : `, fee ${amount} ${feeCurrency}`;
const changed = (change: OrderChange): string =>
  Object.entries(change)
    .map(([field, value]) => `${NAMES[field] ?? field} ${String(value)}`)
    .join(', ');
const NAMES: Readonly<Record<string, string>> = { limitPrice: 'limit', stopPrice: 'stop' };
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
  OrderRejected: ({ reason, text }) => `rejected by the venue: ${reasonWithText(reason, text)}`,
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
  ReportHeld: ({ report: { execRefId = '' } }, { takenBack }) =>
    takenBack.has(execRefId)
      ? `another change of execution ${execRefId}, which was taken back before`
      : `a change of execution ${execRefId} came before it and waits`,
  CancelPending: () => 'the venue works on the cancel',
  ReplacePending: () => 'the venue works on the replace',
  ReplaceHalfDone: () => 'the venue took the old form back, the new one is to come',
  OrderSuspended: ({ reason }) => `suspended by the venue: ${reasonWithText(reason, '')}`,
  OrderStopped: ({ quantity, price }) => `the venue guarantees ${quantity ?? 'a part'} at ${price ?? 'its price'}`,
  OrderDoneForDay: () => 'done for the day',
  OrderRestated: (event) =>
    event.isStale === true
      ? `an earlier restatement by the venue, told late: ${inWords(event.reason)}`
      : `restated by the venue, ${inWords(event.reason)}: ${form(event)}`,
  CancelRequested: ({ reason }) => `cancel asked: ${reason}`,
  CancelRejected: ({ reason, text }) => `cancel refused by the venue: ${reasonWithText(reason, text)}`,
  OrderCanceled: (event, before) => canceled(event, before),
  ReplaceQueued: ({ change }) => `replace asked, waits for the one before: ${changed(change)}`,
  ReplaceRequested: ({ change }) => `replace asked: ${changed(change)}`,
  ReplaceRejected: ({ reason, text }) => `replace refused: ${reasonWithText(reason, text)}`,
  OrderReplaced: (event, before) =>
    `replaced${byOthers(event, before)}: ${form(event)}${event.venueOrderId === undefined ? '' : `; the venue calls it ${event.venueOrderId} now`}${notAllTold(event)}`,
  OrderExpired: ({ reason }) => `expired: ${inWords(reason)}`,
  TradeSettled: ({ trades: count, quantity }) => `${trades(count)} settled, ${settledAmount(quantity)}`,
  SettlementFailed: ({ attempt, reason }) => `settlement failed, try ${String(attempt)}: ${reason}`,
  SettlementEscalated: ({ reason }) => `settlement handed to a person: ${reason}`,
  CommandRefused: ({ command, text }) => {
    // The decision names the command itself, a change by another word than the steps do.
    const [, kind, why] = /^(cancel|modify|approve|reject) refused: (.*)$/su.exec(text) ?? [];
    const asked = kind ?? command.replace(/Order$/, '');
    return `${asked === 'modify' ? 'replace' : asked} refused: ${why ?? text}`;
  },
  RequestUnknown: ({ request, reason }) => `outcome of the ${request} unknown: ${reason}; the venue is asked`,
  ReportRefused: ({ code, text }) => `a report was refused (${code}): ${text}`,
};

/** What happened, as a sentence without time and actor. */
export function explain(event: OrderEvent, before: StepsBefore = NO_STEPS): string {
  // The table ties each sentence to its own event; TypeScript cannot follow that through an index.
  const sentence = SENTENCES[event.type] as (event: OrderEvent, before: StepsBefore) => string;
  const overtaken = ENDS.has(event.type) ? before.openReplaces.size : 0;
  if (overtaken === 0) return sentence(event, before);
  const replaces = overtaken === 1 ? 'the replace that was asked is' : 'the replaces that were asked are';
  return `${sentence(event, before)}; ${replaces} not done`;
}

/** A sentence for each event of one order, in their order, told with the events before it. */
export function explainAll(events: readonly OrderEvent[]): readonly string[] {
  let before = NO_STEPS;
  return events.map((event) => {
    const sentence = explain(event, before);
    before = withStep(before, event);
    return sentence;
  });
}

/** Stands in the journal where the venue gave no reason for the end. */
const NO_REASON: ReadonlySet<string> = new Set([CANCELED_BY_VENUE, 'the rest was canceled at once']);

/** Under an id that is not ours, and by none of the steps that were asked for here: an adopted order has such ids, too. */
function byOthers({ clientOrderId, step }: EventOf<'OrderReplaced'>, { openReplaces }: StepsBefore): string {
  if (clientOrderId === undefined || [...openReplaces.values()].includes(step)) return '';
  return ` by somebody else at the venue, under ${clientOrderId}`;
}

/** Whose doing it was, by what is known of earlier steps, and what it left undone. */
function canceled({ reason, cumQuantity }: EventOf<'OrderCanceled'>, before: StepsBefore): string {
  const isGiven = !NO_REASON.has(reason);
  // Ended here, or by our own replace: the reason is a whole sentence.
  if (isGiven && (cumQuantity === undefined || reason.startsWith('the venue took the order back')))
    return reason.startsWith('canceled') ? reason : `canceled: ${inWords(reason)}`;
  return `${whoCanceled(isGiven ? reason : undefined, before)}${amounts(cumQuantity, before)}`;
}

function whoCanceled(reason: string | undefined, { cancel, timeInForce }: StepsBefore): string {
  if (reason !== undefined && isKnownReason(reason)) return `canceled by the venue, ${inWords(reason)}`;
  const said = reason === undefined ? '' : `; the venue says ${reason}`;
  if (cancel.kind === 'asked') return `canceled at the venue as asked (${cancel.reason}${said})`;
  // Such an order asks for its own end.
  const isAtOnce = timeInForce === 'IOC' || timeInForce === 'FOK';
  if (reason === undefined && isAtOnce) return `canceled by the venue, the rest of ${A_KIND[timeInForce]} order`;
  const byVenue = `canceled by the venue${reason === undefined ? '' : ` (${reason})`}`;
  if (cancel.kind === 'refused') return `${byVenue}, which had refused the cancel asked here (${cancel.reason})`;
  return cancel.kind === 'nobody' ? `${byVenue}, nobody here asked` : byVenue;
}
const A_KIND = { IOC: 'an IOC', FOK: 'a FOK' } as const;

/** ": 0.03 filled, 0.07 open canceled", as far as it is known. */
function amounts(filled: EventOf<'OrderCanceled'>['cumQuantity'], { quantity }: StepsBefore): string {
  if (filled === undefined) return '';
  if (quantity === undefined) return `: ${filled} filled`;
  const rest = lessThan(filled, quantity) ? `${subtract(quantity, filled)} open canceled` : 'nothing was open';
  return `: ${filled} filled, ${rest}`;
}
