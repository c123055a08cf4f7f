/** Compares open orders: the truth table of a reconciliation, one order here against one at the venue. */
import { baseOf, stepIn } from './ids';
import { equal, greaterThan } from './money';
import type { OrderStatus } from './order';
import type { Finding, FindingSide } from './reconciliation-findings';
import type { OurOrder, ReconciliationSettings, TheirOrder } from './reconciliation-views';

/** Sent, and the venue has not answered: the order's own workflow asks and proves. */
const UNANSWERED: ReadonlySet<OrderStatus> = new Set(['SUBMITTING', 'SUBMIT_UNKNOWN', 'SUBMITTED']);
/** A request is on its way, whose answer may end or change the order. */
const PENDING: ReadonlySet<OrderStatus> = new Set(['PENDING_CANCEL', 'PENDING_REPLACE']);

type Settings = Pick<ReconciliationSettings, 'youngOrderMs'>;

/** The differences between our orders and what the venue has open. Linear in both. */
export function orderFindings(
  ours: readonly OurOrder[],
  theirs: readonly TheirOrder[],
  settings: Settings,
  nowMs: number,
): readonly Finding[] {
  const pairs = paired(ours, theirs);
  const findings: Finding[] = [];
  for (const order of ours) {
    const there = pairs.get(order);
    const finding = there === undefined ? whenAbsent(order) : whenListed(order, there);
    if (finding !== undefined) findings.push(isYoung(order, settings, nowMs) ? leftAlone(finding) : finding);
  }
  // By its id: an order that moved while pages were read is listed twice.
  const known = new Set([...pairs.values()].map(({ venueOrderId }) => venueOrderId));
  for (const order of theirs) if (!known.has(order.venueOrderId)) findings.push(orphan(order));
  return findings;
}

/**
 * How an order here and one at the venue know each other, the surest first. A person at the venue may have given an order
 * an id that another order of ours would take next, so the id that it began with counts before those that it got later,
 * and what is known is not looked for again.
 */
const NAMINGS: readonly {
  readonly ours: (order: OurOrder) => string | undefined;
  readonly theirs: (order: TheirOrder) => readonly Naming[];
}[] = [
  { ours: ({ venueOrderId }) => venueOrderId, theirs: ({ venueOrderId }) => [{ name: venueOrderId }] },
  {
    ours: ({ clientOrderIdBase }) => clientOrderIdBase,
    theirs: ({ clientOrderIds }) => clientOrderIds.slice(0, 1).flatMap(stepNamed),
  },
  {
    ours: ({ clientOrderIdBase }) => clientOrderIdBase,
    theirs: ({ clientOrderIds }) => clientOrderIds.slice(1).flatMap(stepNamed),
  },
];
interface Naming {
  readonly name: string;
  readonly step?: number;
}
function stepNamed(clientOrderId: string): readonly Naming[] {
  const step = stepIn(clientOrderId);
  return step === undefined ? [] : [{ name: baseOf(clientOrderId), step }];
}
function paired(ours: readonly OurOrder[], theirs: readonly TheirOrder[]): ReadonlyMap<OurOrder, TheirOrder> {
  const pairs = new Map<OurOrder, TheirOrder>();
  const taken = new Set<TheirOrder>();
  for (const naming of NAMINGS) {
    const index = new Map<string, (Naming & { readonly there: TheirOrder })[]>();
    for (const there of theirs)
      for (const named of taken.has(there) ? [] : naming.theirs(there))
        index.set(named.name, [...(index.get(named.name) ?? []), { ...named, there }]);
    for (const here of ours) {
      if (pairs.has(here)) continue;
      const named = index.get(naming.ours(here) ?? '') ?? [];
      const there = named.find((each) => !taken.has(each.there) && mayBe(here, each))?.there;
      if (there === undefined) continue;
      pairs.set(here, there);
      taken.add(there);
    }
  }
  return pairs;
}
/** Known as another venue order, it goes on as this one only under an id that was asked for. */
const mayBe = ({ venueOrderId, lastStep = 0 }: OurOrder, { step = 0 }: Naming): boolean =>
  venueOrderId === undefined || step <= lastStep;

/** Its newest event is so young that what the venue says of it may be on its way; unrecorded is younger still. */
export const isYoung = ({ changedAtMs }: Pick<OurOrder, 'changedAtMs'>, settings: Settings, nowMs: number): boolean =>
  changedAtMs === undefined || nowMs - changedAtMs < settings.youngOrderMs;

const leftAlone = ({ otherwise: _ask, ...finding }: Finding): Finding => ({
  ...finding,
  action: 'WAIT',
  reason: `${finding.reason}; the order is young, so it is left alone`,
});

function whenListed(order: OurOrder, there: TheirOrder): Finding | undefined {
  const { status, quantity, filledQuantity, limitPrice } = order;
  const finding = (kind: Finding['kind'], reason: string, otherwise: Finding['otherwise'] = 'ESCALATE'): Finding => ({
    ...about(order, there),
    ...{ kind, after: sideOfTheirs(there), reason, action: 'CORRECT', otherwise },
  });
  if (order.ended) return finding('STATE_DIFFERENCE', `it is ${status} here, and the venue has it open`);
  if (!order.sent) return finding('STATE_DIFFERENCE', 'it was not sent from here, and the venue has it open');
  if (greaterThan(there.cumQuantity, filledQuantity))
    return finding('MISSING_FILL', `the venue has filled ${there.cumQuantity} of it, here ${filledQuantity} is booked`);
  if (greaterThan(filledQuantity, there.cumQuantity))
    return finding(
      'QUANTITY_DIFFERENCE',
      `${filledQuantity} is booked here, and the venue has filled ${there.cumQuantity} of it`,
    );
  if (!equal(quantity, there.quantity)) {
    const reason = `it is for ${quantity} here and for ${there.quantity} at the venue`;
    return finding('QUANTITY_DIFFERENCE', reason, status === 'PENDING_REPLACE' ? 'WAIT' : 'ESCALATE');
  }
  if (limitPrice !== undefined && there.limitPrice !== undefined && !equal(limitPrice, there.limitPrice)) {
    const reason = `its limit price is ${limitPrice} here and ${there.limitPrice} at the venue`;
    return finding('QUANTITY_DIFFERENCE', reason, status === 'PENDING_REPLACE' ? 'WAIT' : 'ESCALATE');
  }
  if (UNANSWERED.has(status))
    return finding('STATE_DIFFERENCE', `it is ${status} here, and the venue has it open`, 'WAIT');
  return undefined;
}

function whenAbsent(order: OurOrder): Finding | undefined {
  const { status, ended, sent } = order;
  // Done for the day, a venue may show it or not.
  if (ended || !sent || status === 'DONE_FOR_DAY') return undefined;
  const isOnItsWay = UNANSWERED.has(status) || PENDING.has(status);
  return {
    ...about(order),
    kind: 'MISSING_AT_VENUE',
    after: {},
    reason: `it is ${status} here, and not among what the venue has open`,
    action: 'CORRECT',
    otherwise: isOnItsWay ? 'WAIT' : 'ESCALATE',
  };
}

function orphan(there: TheirOrder): Finding {
  const clientOrderId = there.clientOrderIds.at(-1);
  return {
    ...{ kind: 'ORPHAN_ORDER', key: there.venueOrderId, venueOrderId: there.venueOrderId },
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    ...{ before: {}, after: sideOfTheirs(there) },
    ...{ reason: 'the venue has it open, and no order here is it', action: 'ADOPT' },
  };
}

function about(order: OurOrder, there?: TheirOrder) {
  const { orderId, status, quantity, filledQuantity, limitPrice } = order;
  const clientOrderId = there?.clientOrderIds.at(-1) ?? order.clientOrderId;
  const venueOrderId = there?.venueOrderId ?? order.venueOrderId;
  return {
    ...{ key: orderId, orderId, before: { status, quantity, filledQuantity, ...priced(limitPrice) } },
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    ...(venueOrderId === undefined ? {} : { venueOrderId }),
  };
}

const sideOfTheirs = ({ symbol, side, quantity, cumQuantity, limitPrice }: TheirOrder): FindingSide => ({
  ...{ status: 'OPEN', symbol, side, quantity, filledQuantity: cumQuantity, ...priced(limitPrice) },
});
const priced = (limitPrice: string | undefined): FindingSide => (limitPrice === undefined ? {} : { limitPrice });
