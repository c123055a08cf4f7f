/**
 * Compares what this system believes of one venue account with what the venue says, and decides what is done about each
 * difference. Silence of the venue concludes nothing, young orders are left alone, and nothing is ended by a guess.
 */
import { amountFindings, explained, tradeFinding, unknownExecutions } from './reconciliation-amounts';
import { findingIdentity } from './reconciliation-findings';
import type { Finding } from './reconciliation-findings';
import { orderFindings } from './reconciliation-orders';
import type { OurView, Part, ReconciliationSettings, TheirTrades, TheirView, TradeTerms } from './reconciliation-views';
import { ZERO } from './money';

/** A comparison, with what is needed to weigh it against the next one. */
export interface Comparison {
  readonly findings: readonly Finding[];
  readonly streamPosition: number;
  /** The venue's newest report, when it said. */
  readonly lastSequence?: number;
}

/** Every difference between the two views. Linear in their size. */
export function reconcile(
  ours: OurView,
  theirs: TheirView,
  settings: ReconciliationSettings,
  termsOf: (symbol: string) => TradeTerms | undefined,
  nowMs: number,
): Comparison {
  const { orders, trades, positions, balances } = theirs;
  const ofTrades = answered(trades, (value) => [
    ...value.open.flatMap(({ trade, known }) => tradeFinding(trade, known, settings, nowMs) ?? []),
    ...unknownExecutions(ours.unconfirmed, value, settings, nowMs),
  ]);
  const ofOrders = answered(orders, (value) => orderFindings(ours.orders, value, settings, nowMs));
  // Without the executions nobody can tell what explains a difference of amounts.
  const explanation =
    trades.kind === 'answered' ? explained(ofTrades, ours.unconfirmed, trades.value, termsOf) : undefined;
  const ofAmounts =
    explanation === undefined
      ? []
      : [
          ...answered(positions, (value) =>
            amountFindings('POSITION_DIFFERENCE', ours.positions, value, explanation.positions, ZERO),
          ),
          ...answered(balances, (value) =>
            amountFindings('CASH_DIFFERENCE', ours.cash, value, explanation.cash, settings.cashTolerance),
          ),
        ];
  return {
    findings: [
      ...Object.entries(theirs).flatMap(([source, part]: [string, Part<unknown>]) => silence(source, part)),
      ...withoutRepeats(ofOrders, ofTrades),
      ...ofAmounts,
    ],
    streamPosition: ours.streamPosition,
    ...(trades.kind === 'answered' ? { lastSequence: trades.value.lastSequence } : {}),
  };
}

/**
 * The findings of the second comparison that the first one had as well: what was on its way between the two readings is
 * gone or has changed meanwhile. While the stream catches up, what it may bring is left to it.
 */
export function confirmed(first: Comparison, second: Comparison): readonly Finding[] {
  const before = new Set(first.findings.map(findingIdentity));
  const isMoving =
    second.streamPosition > first.streamPosition && second.streamPosition < (first.lastSequence ?? Infinity);
  return second.findings
    .filter((finding) => finding.kind === 'SOURCE_UNAVAILABLE' || before.has(findingIdentity(finding)))
    .map((finding) => {
      const { otherwise: _ask, ...rest } = finding;
      if (!isMoving || finding.kind === 'SOURCE_UNAVAILABLE' || finding.action === 'WAIT') return finding;
      return { ...rest, action: 'WAIT', reason: `${finding.reason}; the report stream is catching up` };
    });
}

const answered = <T>(part: Part<T>, find: (value: T) => readonly Finding[]): readonly Finding[] =>
  part.kind === 'answered' ? find(part.value) : [];

function silence(source: string, part: Part<unknown>): readonly Finding[] {
  if (part.kind !== 'unavailable') return [];
  return [
    {
      ...{ kind: 'SOURCE_UNAVAILABLE', key: source, before: {}, after: {} },
      ...{ reason: `the venue does not tell its ${source}: ${part.reason}`, action: 'WAIT' },
    },
  ];
}

/** A trade that is missing says more than that its order's quantities differ; the fills of an orphan come with it. */
function withoutRepeats(ofOrders: readonly Finding[], ofTrades: readonly Finding[]): readonly Finding[] {
  const missing = ofTrades.filter(({ kind }) => kind !== 'QUANTITY_DIFFERENCE');
  const told = new Set(missing.flatMap(({ orderId }) => orderId ?? []));
  // What nothing mends by itself does not explain why the venue has the order no more.
  const mended = new Set(missing.flatMap(({ orderId, action }) => (action === 'ESCALATE' ? [] : (orderId ?? []))));
  const orphans = new Set(ofOrders.flatMap((finding) => (finding.kind === 'ORPHAN_ORDER' ? [finding.key] : [])));
  const isToldByTrade = ({ kind, orderId }: Finding): boolean =>
    kind !== 'STATE_DIFFERENCE' && orderId !== undefined && (kind === 'MISSING_AT_VENUE' ? mended : told).has(orderId);
  return [
    ...ofOrders.filter((finding) => !isToldByTrade(finding)),
    ...ofTrades.filter(
      ({ kind, orderId, venueOrderId = '' }) =>
        kind !== 'MISSING_FILL' || orderId !== undefined || !orphans.has(venueOrderId),
    ),
  ];
}

/** How many reports back a trade that is not booked is read again: a venue's books of months are not. */
const READ_AGAIN_REPORTS = 10_000;

/**
 * The place up to which the reports need not be read again. What is left to wait for is looked at by the next run, and so
 * is every trade that is not booked as the venue has it: people hear which one it is, not only what follows from it.
 */
export function readThrough(
  { lastSequence, open }: Pick<TheirTrades, 'lastSequence' | 'open'>,
  findings: readonly Finding[],
): number {
  const notBooked = open.map(({ trade }) => trade.sequence).filter((at) => at > lastSequence - READ_AGAIN_REPORTS);
  const waiting = findings.flatMap(({ action, sequence }) =>
    action === 'WAIT' && sequence !== undefined ? [sequence] : [],
  );
  return Math.min(lastSequence, ...[...notBooked, ...waiting].map((at) => at - 1));
}
