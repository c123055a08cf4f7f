/** Reports about trades: fills, and the venue's corrections of them. Synchronous and pure. */
import type { ExecutionReport } from './execution-report';
import { greaterThan, isDecimalString, isPositive, isZero, lessThan, minimum, negate, subtract, ZERO } from './money';
import type { DecimalString } from './money';
import { hasExecution, outlivesTheDay } from './order';
import type { Order } from './order';
import type { Fill, OrderEventDraft } from './order-events';
import { settlementTimeOf } from './settlement-terms';
import type { SettlementTerms } from './settlement-terms';
import { isOlder, placeOf } from './told';

/** Corrections that may wait for their executions; a venue that sends more of them is not understood. */
const HELD_MAX = 20;

type Drafts = readonly OrderEventDraft[];

/** A fill that is new to the order. */
export function trade(order: Order, report: ExecutionReport, terms: SettlementTerms): Drafts {
  // A total that was turned into a fill, and meanwhile the fills themselves have come.
  if (report.inferred === true && !lessThan(order.filledQuantity, report.cumQuantity)) return [];
  const quantity = report.lastQuantity ?? ZERO;
  const missing = subtract(report.cumQuantity, order.filledQuantity);
  const fill: Fill = {
    execId: report.execId,
    quantity: report.inferred === true ? minimum(quantity, missing) : quantity,
    price: report.lastPrice ?? ZERO,
    fee: report.fee ?? ZERO,
    feeCurrency: report.feeCurrency ?? 'UNKNOWN',
    liquidity: report.liquidity === 'MAKER' || report.liquidity === 'TAKER' ? report.liquidity : 'UNKNOWN',
    atMs: report.transactTimeMs,
    settleAtMs: settlementTimeOf(terms, report.transactTimeMs),
    ...(report.inferred === true ? { inferred: true } : {}),
  };
  const rests = order.suspended || (order.doneForDay && outlivesTheDay(order));
  const resumes = rests && !isOlder(order.told, report, 'state');
  // A total from before a split counts other shares than those of today.
  const isOfToday = !isOlder(order.told, report, 'split');
  return [
    // First, so that the same quantity never counts twice on the way.
    ...(fill.inferred === true ? [] : inferredGiveWay(order, fill, terms)),
    {
      type: 'OrderFilled',
      fill,
      ...(isOfToday ? { cumQuantity: report.cumQuantity } : {}),
      ...(resumes ? { resumes: true as const } : {}),
    },
    ...settledAtOnce(terms, fill.settleAtMs, 1, fill.quantity),
  ];
}

/** A trade that the venue changes or takes back; one that is not here yet is waited for. */
export function correction(
  order: Order,
  report: ExecutionReport,
  terms: SettlementTerms,
  originals: readonly Fill[],
): Drafts {
  const isHeld = order.heldReports?.some((held) => held.execId === report.execId) === true;
  if (hasExecution(order, report.execId)) return [];
  const isMeant = ({ execId, firstExecId }: Fill): boolean =>
    execId === report.execRefId || firstExecId === report.execRefId;
  // What was booked to take a trade back is no trade, and cannot be taken back itself.
  const before = order.fills.find(isMeant) ?? originals.find((one) => isMeant(one) && isPositive(one.quantity));
  if (before !== undefined) return corrected(order, report, terms, before);
  if (isHeld) return [];
  return (order.heldReports?.length ?? 0) < HELD_MAX
    ? [{ type: 'ReportHeld', report: known(report) }]
    : [
        {
          type: 'ReportRefused',
          execId: report.execId,
          code: 'TOO_MANY_CORRECTIONS',
          text: `${String(HELD_MAX)} corrections wait for executions already`,
        },
      ];
}

function corrected(order: Order, report: ExecutionReport, terms: SettlementTerms, before: Fill): Drafts {
  const { execId } = report;
  // What is still to settle settles less; what has settled is met by an opposite settlement of its own.
  const isOpen = order.settlements.some((due) => due.settleAtMs === before.settleAtMs && due.status !== 'SETTLED');
  const settleAtMs = isOpen ? before.settleAtMs : settlementTimeOf(terms, report.transactTimeMs);
  if (report.execType === 'TRADE_CANCEL')
    return [
      { type: 'TradeBusted', execId, fill: before, settleAtMs },
      ...settledAtOnce(terms, settleAtMs, 1, negate(before.quantity)),
      ...overWithTrade(order, report, before.quantity),
    ];
  const fill: Fill = {
    ...before,
    execId,
    firstExecId: before.firstExecId ?? before.execId,
    quantity: report.lastQuantity ?? before.quantity,
    price: report.lastPrice ?? before.price,
    fee: report.fee ?? before.fee,
    settleAtMs,
  };
  return [
    { type: 'TradeCorrected', before, fill, settleAtMs },
    ...settledAtOnce(terms, settleAtMs, 2, subtract(fill.quantity, before.quantity)),
    ...overWithTrade(order, report, subtract(before.quantity, fill.quantity)),
  ];
}

/** Of a filled order the venue takes a trade back, or a part of it, and works nothing for it: LeavesQty (tag 151) is 0. */
export const endsWithTrade = (order: Order, { execType, leavesQuantity, ordStatus }: ExecutionReport): boolean =>
  (execType === 'TRADE_CANCEL' || execType === 'TRADE_CORRECT') &&
  order.end === 'FILLED' &&
  isDecimalString(leavesQuantity) &&
  isZero(leavesQuantity) &&
  (ordStatus === undefined || !WORKS.has(ordStatus));
const WORKS: ReadonlySet<string> = new Set([
  ...['NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL', 'PENDING_REPLACE', 'SUSPENDED', 'STOPPED', 'DONE_FOR_DAY'],
]);
function overWithTrade(order: Order, report: ExecutionReport, less: DecimalString): Drafts {
  const { timeInForce } = order.request;
  // What can only trade at once is over by itself.
  const isOver = timeInForce === 'IOC' || timeInForce === 'FOK';
  if (isOver || !endsWithTrade(order, report) || !lessThan(subtract(order.filledQuantity, less), order.quantity))
    return [];
  const reason = 'the venue took it back and works nothing for it';
  return [{ type: 'OrderCanceled', reason, cumQuantity: report.cumQuantity, ...placeOf(report) }];
}

/** The real execution replaces what was made up from a total, as far as it goes. */
function inferredGiveWay(order: Order, fill: Fill, terms: SettlementTerms): Drafts {
  let open = fill.quantity;
  return order.fills.flatMap((made): Drafts => {
    if (made.inferred !== true || isZero(open)) return [];
    const { settleAtMs } = made;
    const execId = `${made.execId}:${fill.execId}`;
    if (!greaterThan(made.quantity, open)) {
      open = subtract(open, made.quantity);
      const back = { type: 'TradeBusted', execId, fill: made, settleAtMs } as const;
      return [back, ...settledAtOnce(terms, settleAtMs, 1, negate(made.quantity))];
    }
    const rest: Fill = { ...made, execId, quantity: subtract(made.quantity, open) };
    const less = negate(open);
    open = ZERO;
    return [
      { type: 'TradeCorrected', before: made, fill: rest, settleAtMs },
      ...settledAtOnce(terms, settleAtMs, 2, less),
    ];
  });
}

/** Where trades settle at once there is nothing to wait for. */
const settledAtOnce = (terms: SettlementTerms, settleAtMs: number, trades: number, quantity: DecimalString): Drafts =>
  terms.cycleDays === 0 ? [{ type: 'TradeSettled', settleAtMs, trades, quantity }] : [];

/** What a correction is read by later; whatever else a venue may have put into it stays out of the journal. */
function known(report: ExecutionReport): ExecutionReport {
  const { venue, venueAccount, sequence, execId, execType, clientOrderId, venueOrderId, symbol, side } = report;
  const { orderQuantity, cumQuantity, leavesQuantity, lastQuantity, lastPrice, fee, execRefId, transactTimeMs } =
    report;
  return {
    ...{ venue, venueAccount, sequence, execId, execType, clientOrderId, venueOrderId, symbol, side },
    ...{ orderQuantity: isDecimalString(orderQuantity) ? orderQuantity : ZERO, cumQuantity, transactTimeMs },
    leavesQuantity: isDecimalString(leavesQuantity) ? leavesQuantity : ZERO,
    ...(lastQuantity === undefined ? {} : { lastQuantity }),
    ...(lastPrice === undefined ? {} : { lastPrice }),
    ...(isDecimalString(fee) ? { fee } : {}),
    ...(execRefId === undefined ? {} : { execRefId }),
  };
}
