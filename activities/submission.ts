/** Sends to a venue so that nothing is ever sent twice: intent first, and a question before any second try. */
import { claimedReports } from './claimed-reports';
import type { AtVenue, ReplaceInput, SubmitInput, VenueActivities, VenueResult } from './contract';
import type { ActivityDependencies } from './dependencies';
import { bug, retryLater } from './failure';
import { heardOf } from './heard-reports';
import { keepUnreadableAnswer } from './report-troubles';
import { checkReplace } from './replace-check';
import type { SubmissionIntent } from '../src/ports/stores';
import type { VenueAnswer, VenueConnector, VenueOrder } from '../src/ports/venue';
import type { VenueClientOrderId } from '../src/domain/ids';
import { newsFor, REPORTS_TOLD_MAX } from '../src/domain/news';
import type { OrderType } from '../src/domain/order-request';

/** How long one attempt may write to the venue; half of the activity's timeout, so the answer can still arrive. */
export const SEND_FOR_MS = 5_000;

type Dependencies = Pick<
  ActivityDependencies,
  | 'venues'
  | 'venueStore'
  | 'clock'
  | 'log'
  | 'orders'
  | 'instruments'
  | 'marketData'
  | 'riskChecks'
  | 'limitsInForce'
  | 'calendars'
  | 'venueProfiles'
  | 'routing'
>;

/** The activities of one venue's task queues. */
export function createVenueActivities(deps: Dependencies, venue: string): VenueActivities {
  const connector = deps.venues.get(venue);
  if (connector === undefined) throw new Error(`no connector for venue ${venue}`);
  return {
    submitOrder: async (input) =>
      idTooLong(connector, input) ??
      sendOnce(deps, connector, input, input.clientOrderId, (sendByMs) =>
        connector.submit(venueOrder(input), sendByMs),
      ),

    async replaceOrder(input) {
      // Before anything is reserved; an order that is held here gets this id when it is sent.
      const refusal = idTooLong(connector, input);
      if (refusal !== undefined) return refusal;
      const verdict = await checkReplace(deps, input);
      if (verdict.kind === 'denied') {
        const text = verdict.reasons
          .map((reason) => `${reason.code} ${reason.field} ${reason.value}: ${reason.rule}`)
          .join('; ');
        return { kind: 'refused', reason: 'DENIED', text, reports: [] };
      }
      if (input.heldHere) return { kind: 'answered', reports: [] };
      return sendOnce(deps, connector, input, input.origClientOrderId, (sendByMs) =>
        connector.replace(venueReplace(input), sendByMs),
      );
    },

    async cancelOrder({ venueAccount, symbol, clientOrderId }) {
      const answer = await connector.cancel({ venueAccount, symbol, clientOrderId }, deps.clock.nowMs() + SEND_FOR_MS);
      // Not waited for: a cancel needs no database.
      if (answer.kind !== 'notSent') void keepUnreadableAnswer(deps, { venue, venueAccount }, answer.unreadable);
      return resultOf(answer);
    },

    async findOrder(input) {
      return input.abandon ? abandon(deps, connector, input) : find(deps, connector, input);
    },
  };
}

/**
 * Writes the intent and sends. Finding an earlier intent, asks the venue first: what it has is the answer; what it
 * provably does not have may be sent again; anything else stays unknown (design rule 3).
 */
async function sendOnce(
  deps: Dependencies,
  connector: VenueConnector,
  input: SubmitInput,
  askFor: VenueClientOrderId,
  send: (sendByMs: number) => Promise<VenueAnswer>,
): Promise<VenueResult> {
  const { venue } = connector;
  const { venueAccount, clientOrderId, orderId } = input;
  const nowMs = deps.clock.nowMs();
  const sendByMs = Math.min(nowMs + SEND_FOR_MS, input.sendUntilMs);
  const intent: SubmissionIntent = { venue, venueAccount, clientOrderId, orderId, sendByMs, status: 'SENDING' };
  const earlier = await deps.venueStore.openIntent(intent);
  if (earlier !== undefined) {
    const known = await askFirst(deps, connector, earlier, { ...input, clientOrderId: askFor });
    if (known !== 'may send') return known;
    if (earlier.status === 'ANSWERED') return refusedUnheard(venue);
    if (nowMs >= input.sendUntilMs)
      return { kind: 'absent', reason: 'the venue does not have it, and it is too late to send it' };
    if (!(await deps.venueStore.renewIntent(intent)))
      return { kind: 'unknown', reason: 'another attempt settled the intent meanwhile' };
  } else if (nowMs >= input.sendUntilMs) {
    await deps.venueStore.closeIntent(venue, venueAccount, clientOrderId, 'ABANDONED');
    return { kind: 'absent', reason: 'too late to send it' };
  }
  const answer = await sendUntilTaken(deps, send, sendByMs);
  if (answer.kind === 'notSent') {
    // The intent stays: the next attempt asks first, which costs one question and can never cost a second order.
    throw retryLater(
      answer.retryAfterMs === undefined ? 'NOT_SENT' : 'RATE_LIMITED',
      answer.reason,
      answer.retryAfterMs,
    );
  }
  await keepUnreadableAnswer(deps, { venue, venueAccount }, answer.unreadable);
  if (answer.kind !== 'unknown')
    await deps.venueStore.closeIntent(venue, venueAccount, clientOrderId, 'ANSWERED').catch((error: unknown) => {
      // The answer counts more than its record: without it a later attempt only asks once more.
      deps.log.warn({ error, clientOrderId }, 'the intent could not be closed');
    });
  return told(deps, input, resultOf(answer));
}

/**
 * The venue answered an earlier attempt, and who heard the answer died, or was too slow, before it could tell. What a
 * venue took it would have: it refused. Sent again it might be taken after all, long after the strategy heard nothing.
 */
function refusedUnheard(venue: string): VenueResult {
  const text = `${venue} answered an earlier attempt, whose answer was lost, and does not have it`;
  return { kind: 'refused', reason: 'REFUSED_UNHEARD', text, reports: [] };
}

/** An id that the venue would cut, or refuse in its own words, is never sent. */
function idTooLong(
  { venue, capabilities: { clientOrderIdMaxLength } }: VenueConnector,
  { clientOrderId }: SubmitInput,
): VenueResult | undefined {
  if (clientOrderId.length <= clientOrderIdMaxLength) return undefined;
  const text = `${venue} takes client order ids of at most ${String(clientOrderIdMaxLength)} characters, ${clientOrderId} is longer`;
  return { kind: 'refused', reason: 'CLIENT_ORDER_ID_LENGTH', text, reports: [] };
}

/**
 * Sends again within this attempt what has provably not been sent (refused unseen, no connection): the attempt knows of
 * itself that no byte is on its way, so that nobody has to be asked.
 */
async function sendUntilTaken(
  { clock }: Pick<Dependencies, 'clock'>,
  send: (sendByMs: number) => Promise<VenueAnswer>,
  sendByMs: number,
): Promise<VenueAnswer> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const answer = await send(sendByMs);
    const waitMs = answer.kind === 'notSent' ? (answer.retryAfterMs ?? pauseMs) : 0;
    if (answer.kind !== 'notSent' || clock.nowMs() + waitMs >= sendByMs) return answer;
    await new Promise((resume) => setTimeout(resume, waitMs));
  }
}
/** Before the first repetition of a send that found no connection; doubled each time. */
const FIRST_PAUSE_MS = 100;

/** What the venue says about an earlier attempt. */
async function askFirst(
  deps: Dependencies,
  connector: VenueConnector,
  earlier: SubmissionIntent,
  asked: AtVenue,
): Promise<VenueResult | 'may send'> {
  const { venueAccount, clientOrderId } = earlier;
  // Proof needs a question asked after the time by which any attempt could have arrived and shown.
  const provable = deps.clock.nowMs() > earlier.sendByMs + connector.capabilities.settleTimeMs;
  const found = await connector.findOrder(venueAccount, asked.clientOrderId);
  if (found.kind !== 'notFound')
    await keepUnreadableAnswer(deps, { venue: connector.venue, venueAccount }, found.unreadable);
  if (found.kind === 'unavailable') return { kind: 'unknown', reason: `the venue does not answer: ${found.reason}` };
  // A replace is asked for under the order's id: only reports of its own step tell that the venue took it.
  const own = found.kind === 'found' && found.reports.some((report) => report.clientOrderId === clientOrderId);
  if (found.kind === 'found' && own) return told(deps, asked, { kind: 'answered', reports: found.reports });
  // What cannot be read may be the very request that is asked for.
  if (found.kind === 'found' && found.unreadable !== undefined)
    return { kind: 'unknown', reason: 'a part of what the venue says of the order cannot be read' };
  if (!provable) {
    const reason =
      earlier.status === 'ABANDONED'
        ? 'given up, not yet proved absent'
        : 'not found yet, an earlier attempt may still arrive';
    return { kind: 'unknown', reason };
  }
  // A venue that finds nothing may have told of it all the same: its stream is a source like the others.
  const heard = await heardOf(deps, connector, earlier);
  if (heard === undefined) return { kind: 'unknown', reason: 'not found, and what the venue reported cannot be read' };
  if (heard.length > 0) return told(deps, asked, { kind: 'answered', reports: heard });
  if (earlier.status === 'ABANDONED') return { kind: 'absent', reason: 'it is in none of its sources' };
  return 'may send';
}

/** Stops every later attempt, then proves what the venue has. */
async function abandon(deps: Dependencies, connector: VenueConnector, input: AtVenue): Promise<VenueResult> {
  const { venue } = connector;
  const { venueAccount, clientOrderId, orderId } = input;
  // Closed first and read after: an attempt that renewed its time in between would outlive the proof.
  await deps.venueStore.closeIntent(venue, venueAccount, clientOrderId, 'ABANDONED');
  const intent = await deps.venueStore.abandonIntent({
    venue,
    venueAccount,
    clientOrderId,
    orderId,
    sendByMs: deps.clock.nowMs(),
    status: 'ABANDONED',
  });
  const known = await askFirst(deps, connector, { ...intent, status: 'ABANDONED' }, input);
  if (known === 'may send') throw bug('an abandoned intent may not be sent');
  return known;
}

async function find(deps: Dependencies, connector: VenueConnector, input: AtVenue): Promise<VenueResult> {
  const { venueAccount } = input;
  const found = await connector.findOrder(venueAccount, input.clientOrderId);
  if (found.kind !== 'notFound')
    void keepUnreadableAnswer(deps, { venue: connector.venue, venueAccount }, found.unreadable);
  if (found.kind === 'found') return told(deps, input, { kind: 'answered', reports: found.reports });
  return found.kind === 'notFound'
    ? { kind: 'absent', reason: 'not found' }
    : { kind: 'unknown', reason: found.reason };
}

/** The result as its order hears it: what is not another order's, and of long answers what it does not know. */
async function told(deps: Dependencies, asked: AtVenue, result: VenueResult): Promise<VenueResult> {
  if (!('reports' in result)) return result;
  let { reports } = result;
  if (reports.length > REPORTS_TOLD_MAX) {
    const recorded = await deps.orders.executions(asked.orderId);
    reports = newsFor(asked, new Set(recorded.map(({ execId }) => execId)), reports);
  }
  return { ...result, reports: await claimedReports(deps, asked.orderId, reports) };
}

function resultOf(answer: VenueAnswer): VenueResult {
  if (answer.kind === 'acknowledged') return { kind: 'answered', reports: answer.reports };
  if (answer.kind === 'unknown') return { kind: 'unknown', reason: answer.reason };
  if (answer.kind === 'refused') {
    const { kind, reason, text, reports } = answer;
    return { kind, reason, text, reports };
  }
  throw retryLater(answer.retryAfterMs === undefined ? 'NOT_SENT' : 'RATE_LIMITED', answer.reason, answer.retryAfterMs);
}

function venueOrder(input: SubmitInput): VenueOrder {
  const { order } = input;
  const type = input.triggered ? triggeredType(order.type) : order.type;
  return {
    clientOrderId: input.clientOrderId,
    venueAccount: input.venueAccount,
    symbol: order.symbol,
    side: order.side,
    type,
    quantity: input.quantity,
    ...(input.limitPrice === undefined ? {} : { limitPrice: input.limitPrice }),
    ...(input.stopPrice === undefined || input.triggered ? {} : { stopPrice: input.stopPrice }),
    timeInForce: order.timeInForce,
    ...(order.expireAtMs === undefined ? {} : { expireAtMs: order.expireAtMs }),
  };
}
/** What a stop order becomes once the market reached its price. */
const triggeredType = (type: OrderType): OrderType =>
  type === 'STOP' ? 'MARKET' : type === 'STOP_LIMIT' ? 'LIMIT' : type;

function venueReplace(input: ReplaceInput) {
  return {
    venueAccount: input.venueAccount,
    symbol: input.symbol,
    origClientOrderId: input.origClientOrderId,
    clientOrderId: input.clientOrderId,
    quantity: input.quantity,
    ...(input.limitPrice === undefined ? {} : { limitPrice: input.limitPrice }),
    ...(input.stopPrice === undefined || input.triggered ? {} : { stopPrice: input.stopPrice }),
  };
}
