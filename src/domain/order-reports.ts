/** Turns a venue's report into events of the order, or into a refusal that is kept. Synchronous and pure. */
import type { ExecType, ExecutionReport } from './execution-report';
import { OrdStatus } from './fix-view';
import { divideRounded, equal, greaterThan, multiply, subtract, ZERO } from './money';
import { hasExecution, isTerminal } from './order';
import type { Order } from './order';
import { CANCELED_BY_VENUE } from './order-events';
import type { Fill, OrderEventDraft } from './order-events';
import { answersOthers, isSoundTotal, isUnderForeignId, stepOf, wrongReport } from './report-checks';
import { correction, trade } from './report-trades';
import type { SettlementTerms } from './settlement-terms';
import { isNewer, isOlder, placeOf } from './told';
import { printable, shown } from './violations';

/** Decimals of a quantity after a split. */
const SPLIT_DECIMALS = 12;

type Drafts = readonly OrderEventDraft[];
type Read = (order: Order, report: ExecutionReport, terms: SettlementTerms, originals: readonly Fill[]) => Drafts;

/**
 * The events of a report; none when it tells nothing new. Wrong reports give `ReportRefused`, which changes nothing.
 *
 * @param originals Executions of the order that it does not carry any more, for corrections of them.
 */
export function interpretReport(
  order: Order,
  report: ExecutionReport,
  terms: SettlementTerms,
  originals: readonly Fill[] = [],
): Drafts {
  const wrong = wrongReport(order, report);
  if (wrong !== undefined) return refused(report, wrong.code, wrong.text);
  // The venue's own words may be none of ours, or no words at all.
  const { execType }: { readonly execType: unknown } = report;
  const read = typeof execType === 'string' && Object.hasOwn(READS, execType) ? READS[report.execType] : undefined;
  if (read === undefined) return refused(report, 'EXEC_TYPE_UNKNOWN', `unknown execType ${shown(report.execType)}`);
  const { ordStatus }: { readonly ordStatus?: unknown } = report;
  if (ordStatus === undefined || (typeof ordStatus === 'string' && Object.hasOwn(OrdStatus, ordStatus)))
    return read(order, report, terms, originals);
  // Of a mere status nothing is left; what else a report tells counts without the word.
  const unknown = refused(report, 'STATUS_UNKNOWN', `ordStatus ${shown(ordStatus)} is none that we know`);
  return report.execType === 'ORDER_STATUS' ? unknown : [...read(order, report, terms, originals), ...unknown];
}

/** A correction that waited and whose execution is here now; to be interpreted after each report, until there is none. */
export const releasedReport = (order: Order): ExecutionReport | undefined =>
  order.heldReports?.find(({ execRefId }) =>
    order.fills.some((fill) => fill.execId === execRefId || fill.firstExecId === execRefId),
  );

/** Whatever the report holds, the journal must be able to keep what is said of it. */
const refused = (report: ExecutionReport, code: string, text: string): Drafts => [
  { type: 'ReportRefused', execId: shown(report.execId), code, text: printable(text, 200) },
];

/** How each kind of report is read. */
const READS: Readonly<Record<ExecType, Read>> = {
  NEW: (order, report) => acknowledge(order, report),
  // Not acknowledged yet, or not known: neither is an acknowledge (G.1.a, G.1.c).
  ORDER_STATUS: (order, report) =>
    report.ordStatus === 'PENDING_NEW' || report.ordStatus === 'REJECTED' ? [] : acceptance(order, report),
  PENDING_CANCEL: (order, report) => [
    ...acceptance(order, report),
    ...(isOver(order) || isStale(order, report) || order.venuePending?.cancel === true
      ? []
      : [{ type: 'CancelPending', ...placeOf(report) } as const]),
  ],
  PENDING_REPLACE: (order, report) => [...acceptance(order, report), ...replacePending(order, report)],
  TRADE: (order, report, terms) =>
    hasExecution(order, report.execId)
      ? []
      : [
          ...acceptance(order, report),
          ...impliedReplacement(order, report),
          ...trade(order, report, terms),
          ...bundledEnd(order, report),
        ],
  CANCELED: (order, report) => canceled(order, report),
  EXPIRED: (order, report) =>
    order.end === undefined
      ? [
          ...acceptance(order, report),
          ...doneReplace(order, report),
          {
            type: 'OrderExpired',
            reason: report.text ?? 'expired at the venue',
            cumQuantity: report.cumQuantity,
            ...placeOf(report),
          },
        ]
      : [],
  REJECTED: (order, report) => rejected(order, report),
  TRIGGERED: (order, report) =>
    order.triggered || isTerminal(order.status)
      ? []
      : [
          ...acceptance(order, report),
          { type: 'OrderTriggered', price: report.lastPrice ?? report.stopPrice ?? order.stopPrice ?? ZERO },
        ],
  REPLACED: (order, report, terms) => [
    ...acceptance(order, report),
    ...replacement(order, report),
    // One report may say both: replaced, and filled at once.
    ...(isSoundTotal(report.lastQuantity) && isSoundTotal(report.lastPrice) && !hasExecution(order, report.execId)
      ? trade(order, report, terms)
      : []),
  ],
  CANCEL_REJECTED: (order, report) =>
    // Somebody else's cancel was refused: ours may still be granted. So may one that met a form which is replaced by now.
    ((order.pendingCancel === undefined || answersOthers(order, report)) && order.venuePending?.cancel !== true) ||
    refusesEarlierForm(order, report)
      ? []
      : [
          {
            type: 'CancelRejected',
            reason: report.reason ?? 'UNSPECIFIED',
            text: report.text ?? '',
            ...placeOf(report),
          },
        ],
  REPLACE_REJECTED: (order, report) => replaceRefusal(order, report),
  SUSPENDED: (order, report) =>
    order.end !== undefined || order.suspended || isStale(order, report)
      ? []
      : [
          ...acceptance(order, report),
          { type: 'OrderSuspended', reason: report.text ?? report.reason ?? 'UNSPECIFIED', ...placeOf(report) },
        ],
  STOPPED: (order, report) =>
    order.end !== undefined || order.stopped === true
      ? []
      : [
          ...acceptance(order, report),
          {
            type: 'OrderStopped',
            ...(report.lastQuantity === undefined ? {} : { quantity: report.lastQuantity }),
            ...(report.lastPrice === undefined ? {} : { price: report.lastPrice }),
            ...placeOf(report),
          },
        ],
  DONE_FOR_DAY: (order, report) =>
    order.end !== undefined || order.doneForDay || isStale(order, report)
      ? []
      : [...acceptance(order, report), { type: 'OrderDoneForDay', ...placeOf(report) }],
  RESTATED: (order, report) => restatement(order, report),
  TRADE_CORRECT: correction,
  TRADE_CANCEL: correction,
};

/** The cancel named a client order id that the order has no more: the venue knows it under the one of a later form. */
export const refusesEarlierForm = (order: Order, report: ExecutionReport): boolean =>
  report.execType === 'CANCEL_REJECTED' &&
  report.reason === 'UNKNOWN_ORDER' &&
  order.pendingCancel !== undefined &&
  order.end === undefined &&
  (stepOf(order, report) ?? order.acceptedStep) < order.acceptedStep;

/** Told after something newer about the order's state. */
const isStale = (order: Order, report: ExecutionReport): boolean => isOlder(order.told, report, 'state');
/** Ended, and not by being filled, which a replace or a bust may reopen. */
const isOver = ({ end }: Order): boolean => end !== undefined && end !== 'FILLED';

function acceptance(order: Order, { venueOrderId }: ExecutionReport): Drafts {
  return order.submission === 'ACKNOWLEDGED' || isTerminal(order.status) || order.submission === 'NONE'
    ? []
    : [{ type: 'OrderAccepted', venueOrderId }];
}

function acknowledge(order: Order, report: ExecutionReport): Drafts {
  const step = stepOf(order, report) ?? 0;
  // Replaced by cancel and new order: the new one's acknowledge is the replace.
  if (step > order.acceptedStep || step === order.pendingReplace?.step)
    return [...acceptance(order, report), ...replacement(order, report)];
  if (isOver(order) && order.venueOrderId === undefined && !isStale(order, report)) {
    const text = `the venue acknowledges ${report.venueOrderId}, which ended here: ${order.why}`;
    return refused(report, 'LATE_ACKNOWLEDGE', text);
  }
  return acceptance(order, report);
}

/** The venue ended the order; it may have skipped New, or the cancel may have overtaken it (B.1.d): what it ended, it had. */
function canceled(order: Order, report: ExecutionReport): Drafts {
  // A cancel may be granted after the last fill, and then ends the waiting for it.
  if (order.end !== undefined && order.status !== 'PENDING_CANCEL') return [];
  const step = stepOf(order, report) ?? 0;
  const next = order.pendingReplace?.step ?? 0;
  if (report.reason === 'REPLACED' && step < Math.max(next, order.acceptedStep))
    return step < order.acceptedStep ? [] : [{ type: 'ReplaceHalfDone', step: next }];
  return [...acceptance(order, report), ...doneReplace(order, report), cancelOf(report)];
}
/** The end of a form that was asked for and not told of: the venue has done that replace, its own report is still to come. */
export function tellsDoneReplace(order: Order, report: ExecutionReport): boolean {
  const { execType, reason, orderQuantity } = report;
  if ((execType !== 'CANCELED' && execType !== 'EXPIRED') || order.end !== undefined || order.adopted !== undefined)
    return false;
  const step = stepOf(order, report) ?? 0;
  return reason !== 'REPLACED' && step > order.acceptedStep && step <= order.lastStep && isSoundTotal(orderQuantity);
}
const doneReplace = (order: Order, report: ExecutionReport): Drafts =>
  tellsDoneReplace(order, report) ? replacement(order, report) : [];
const cancelOf = (report: ExecutionReport, why: string = CANCELED_BY_VENUE): OrderEventDraft => ({
  type: 'OrderCanceled',
  reason: report.reason ?? why,
  cumQuantity: report.cumQuantity,
  ...placeOf(report),
});
/** A venue that reports a trade and the end of what is left in one (I.1.b, the form of exchanges). */
const bundledEnd = (order: Order, report: ExecutionReport): Drafts =>
  report.ordStatus === 'CANCELED' && order.end === undefined ? [cancelOf(report, 'the rest was canceled at once')] : [];

function rejected(order: Order, report: ExecutionReport): Drafts {
  const { reason = 'UNSPECIFIED', text = '' } = report;
  // The second of two orders under one id was refused: the first, which is ours as well, goes on (F.1.a).
  if (reason === 'DUPLICATE_ORDER')
    return refused(report, 'DUPLICATE_AT_VENUE', `the venue refused a second order of this id: ${text}`);
  if (order.end !== undefined) return [];
  const step = stepOf(order, report) ?? 0;
  if (step > order.acceptedStep || step === order.pendingReplace?.step) return replaceRefusal(order, report);
  return [{ type: 'OrderRejected', reason, text, ...placeOf(report) }];
}

function replacePending(order: Order, report: ExecutionReport): Drafts {
  const step = stepOf(order, report) ?? 0;
  const isKnown = step <= order.acceptedStep || order.venuePending?.replaceSteps.includes(step) === true;
  return isKnown || isOver(order) || isStale(order, report)
    ? []
    : [{ type: 'ReplacePending', step, ...foreignId(order, report), ...placeOf(report) }];
}
/** The client order id of a form that somebody else asked for. */
const foreignId = (order: Order, report: ExecutionReport): { readonly clientOrderId?: string } =>
  isUnderForeignId(order, report) ? { clientOrderId: report.clientOrderId } : {};
function replacement(order: Order, report: ExecutionReport): Drafts {
  const step = stepOf(order, report) ?? 0;
  // Ours is out, and somebody else's came before its answer: done before or after theirs, it is done.
  const isOvertaken = step === order.pendingReplace?.step && step < order.acceptedStep;
  if ((step <= order.acceptedStep && !isOvertaken) || order.end === 'DENIED') return [];
  const isAfterTheirs = isOvertaken && followsAccepted(order, report);
  // A newer report has told the quantity already.
  const isOld = isOvertaken ? !isAfterTheirs : isOlder(order.told, report, 'quantity');
  const form = isOld
    ? { quantity: order.quantity }
    : {
        quantity: report.orderQuantity,
        ...(report.limitPrice === undefined ? {} : { limitPrice: report.limitPrice }),
        ...(report.stopPrice === undefined ? {} : { stopPrice: report.stopPrice }),
      };
  const adopted = order.adopted === undefined ? {} : { clientOrderId: report.clientOrderId };
  const { venueOrderId } = report;
  const isOther = order.venueOrderId !== undefined && venueOrderId !== order.venueOrderId;
  const moved = isOther && order.adopted === undefined ? { venueOrderId } : {};
  return [
    ...beforeOthers(order, report),
    {
      ...{ type: 'OrderReplaced' as const, step, ...form, ...adopted, ...foreignId(order, report), ...moved },
      ...(isAfterTheirs ? { workedAsStep: order.lastStep + 1 } : {}),
      ...(tellsMissingFills(order, report) ? { cumQuantity: report.cumQuantity } : {}),
      ...placeOf(report),
    },
  ];
}
/** A done replace counts fills that are not here: its answer may overtake them. A fill in the report counts by itself. */
export const tellsMissingFills = (order: Order, report: ExecutionReport): boolean =>
  report.execType === 'REPLACED' &&
  report.lastQuantity === undefined &&
  isSoundTotal(report.cumQuantity) &&
  greaterThan(report.cumQuantity, order.filledQuantity) &&
  !isOlder(order.told, report, 'quantity') &&
  !isOlder(order.told, report, 'split');
/** It replaced the form that the venue works now; where it does not name that, it is told after it. */
function followsAccepted(order: Order, report: ExecutionReport): boolean {
  const { origClientOrderId } = report;
  if (origClientOrderId === undefined) return isNewer(order.told, report, 'quantity');
  return stepOf(order, { ...report, clientOrderId: origClientOrderId }) === order.acceptedStep;
}
/** Somebody else replaced the form that we have asked for and not heard of: so the venue had done ours before. */
function beforeOthers(order: Order, report: ExecutionReport): Drafts {
  const { pendingReplace, quantity } = order;
  if (pendingReplace === undefined || !isUnderForeignId(order, report)) return [];
  const orig = stepOf(order, { ...report, clientOrderId: report.origClientOrderId ?? '' });
  return orig === pendingReplace.step ? [{ type: 'OrderReplaced', step: orig, quantity }] : [];
}
/** A trade under the next client order id: the replace was done, its own report is still to come. */
const impliedReplacement = (order: Order, report: ExecutionReport): Drafts =>
  isSoundTotal(report.orderQuantity) ? replacement(order, report) : [];

function replaceRefusal(order: Order, report: ExecutionReport): Drafts {
  // Somebody else's, of which nothing was told before.
  if (answersOthers(order, report)) return [];
  const step = stepOf(order, report) ?? 0;
  const { reason = 'UNSPECIFIED', text = '' } = report;
  const { halfDoneStep, replaceSteps = [] } = order.venuePending ?? {};
  // By cancel and new order: the first was done, the second refused, and nothing works any more.
  if (halfDoneStep === step && order.end === undefined) {
    const why = `the venue took the order back for a replace and refused the new form: ${reason} ${text}`.trim();
    return [{ type: 'OrderCanceled', reason: why, cumQuantity: report.cumQuantity, ...placeOf(report) }];
  }
  // A refusal that overtakes the news that the replace is pending.
  const isFirstWord = step > order.acceptedStep && !isOver(order) && isNewer(order.told, report, 'state');
  return order.pendingReplace?.step === step || replaceSteps.includes(step) || isFirstWord
    ? [{ type: 'ReplaceRejected', step, reason, text, ...placeOf(report) }]
    : [];
}

function restatement(order: Order, report: ExecutionReport): Drafts {
  if (hasExecution(order, report.execId) || order.end === 'DENIED') return [];
  const isOld = isOlder(order.told, report, 'quantity') || isOlder(order.told, report, 'state');
  const isSplit = report.reason === 'GT_CORPORATE_ACTION' && !equal(report.orderQuantity, order.quantity);
  if (isSplit && isOld)
    return refused(report, 'SPLIT_LATE', 'a split came after newer quantities: what is filled must be set by a person');
  // A split of 2:1 turns 2,000 filled into 4,000; what comes after it counts as it is.
  const before = divideRounded(multiply(report.cumQuantity, order.quantity), report.orderQuantity, SPLIT_DECIMALS);
  return [
    ...acceptance(order, report),
    {
      type: 'OrderRestated',
      execId: report.execId,
      reason: report.reason ?? report.text ?? 'unspecified',
      quantity: report.orderQuantity,
      ...(report.limitPrice === undefined ? {} : { limitPrice: report.limitPrice }),
      ...(report.stopPrice === undefined ? {} : { stopPrice: report.stopPrice }),
      ...(isSplit ? { filledAdjustment: subtract(report.cumQuantity, before), cumQuantity: report.cumQuantity } : {}),
      ...(isOld ? { isStale: true as const } : {}),
      ...placeOf(report),
    },
  ];
}
