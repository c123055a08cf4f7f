/** Compares executions, positions and cash. */
import type { Finding } from './reconciliation-findings';
import {
  absolute,
  add,
  decimalOf,
  equal,
  greaterThan,
  isZero,
  maximum,
  multiply,
  negate,
  subtract,
  ZERO,
} from './money';
import type { DecimalString } from './money';
import { isYoung } from './reconciliation-orders';
import type {
  Amounts,
  KnownTrade,
  ReconciliationSettings,
  TheirTrade,
  TheirTrades,
  TradeTerms,
  UnconfirmedExecution,
} from './reconciliation-views';

/** What is different about one trade that the venue reports; undefined when it is booked as the venue has it. */
export function tradeFinding(
  trade: TheirTrade,
  known: KnownTrade,
  settings: ReconciliationSettings,
  nowMs: number,
): Finding | undefined {
  const { booked } = known;
  if (booked !== undefined) return isBookedRight(trade, booked, settings) ? undefined : wrongly(trade, known, booked);
  const reason = `the venue reports ${WHAT[trade.execType]} that is not booked here`;
  const missing = { ...ofTrade(trade, known), kind: 'MISSING_FILL', before: {} } as const;
  if (known.inbox === 'ABSENT')
    return { ...missing, reason, action: known.orderId === undefined ? 'ADOPT' : 'CORRECT', otherwise: 'WAIT' };
  // Delivered within seconds, or recorded when the database is not behind.
  if (known.inbox === 'WAITING' || isYoung(known, settings, nowMs))
    return { ...missing, reason: `${reason} yet; it is in the inbox`, action: 'WAIT' };
  return { ...missing, reason: `${reason}, though its order was told`, action: 'ESCALATE' };
}
const WHAT = { TRADE: 'a trade', TRADE_CORRECT: 'a correction', TRADE_CANCEL: 'a bust' } as const;

function isBookedRight(
  { execType, quantity, price }: TheirTrade,
  booked: NonNullable<KnownTrade['booked']>,
  { priceTolerance }: ReconciliationSettings,
): boolean {
  // The opposite of a trade that was taken back is booked with its sign turned, and as the trade was.
  if (execType === 'TRADE_CANCEL') return true;
  if (!equal(quantity, booked.quantity)) return false;
  const apart = absolute(subtract(price, booked.price));
  return !greaterThan(apart, multiply(priceTolerance, maximum(absolute(price), absolute(booked.price))));
}

function wrongly(trade: TheirTrade, known: KnownTrade, booked: NonNullable<KnownTrade['booked']>): Finding {
  return {
    ...ofTrade(trade, known),
    kind: 'QUANTITY_DIFFERENCE',
    before: { quantity: booked.quantity, price: booked.price },
    reason: `the venue reports ${trade.quantity} at ${trade.price}, booked is ${booked.quantity} at ${booked.price}`,
    action: 'ESCALATE',
  };
}

const ofTrade = (trade: TheirTrade, { orderId }: KnownTrade) => ({
  ...{ key: trade.execId, execId: trade.execId, clientOrderId: trade.clientOrderId, sequence: trade.sequence },
  ...(orderId === undefined ? {} : { orderId }),
  venueOrderId: trade.venueOrderId,
  after: { symbol: trade.symbol, side: trade.side, quantity: trade.quantity, price: trade.price },
});

/** Executions that are booked here and that the venue, as far as it was read, does not have. */
export function unknownExecutions(
  unconfirmed: readonly UnconfirmedExecution[],
  trades: TheirTrades,
  settings: ReconciliationSettings,
  nowMs: number,
): readonly Finding[] {
  const there = new Set(trades.confirmed);
  return unconfirmed
    .filter(({ execId }) => !there.has(execId))
    .map((execution) => ({
      ...{ kind: 'UNKNOWN_EXECUTION', key: execution.execId, execId: execution.execId, orderId: execution.orderId },
      ...(execution.clientOrderId === undefined ? {} : { clientOrderId: execution.clientOrderId }),
      before: sideOf(execution),
      ...{ after: {}, reason: 'it is booked here, and the venue does not report it' },
      ...(isYoung(execution, settings, nowMs)
        ? { action: 'WAIT' as const }
        : { action: 'CORRECT' as const, otherwise: 'ESCALATE' as const }),
    }));
}
const sideOf = ({ symbol, side, quantity, price }: UnconfirmedExecution) => ({ symbol, side, quantity, price });

/** How far the trades that one side lacks explain that positions and cash differ: what our books would become. */
export function explained(
  findings: readonly Finding[],
  unconfirmed: readonly UnconfirmedExecution[],
  trades: TheirTrades,
  termsOf: (symbol: string) => TradeTerms | undefined,
): { readonly positions: Amounts; readonly cash: Amounts } {
  const positions = new Sums();
  const cash = new Sums();
  const take = (trade: Traded, turn: boolean): void => {
    const quantity = (trade.side === 'BUY') === turn ? negate(trade.quantity) : trade.quantity;
    positions.add(trade.symbol, quantity);
    const terms = termsOf(trade.symbol);
    if (terms === undefined) return;
    cash.add(terms.currency, negate(multiply(multiply(quantity, trade.price), terms.multiplier)));
    cash.add(trade.feeCurrency ?? terms.currency, turn ? trade.fee : negate(trade.fee));
  };
  const reported = new Map(trades.open.map((entry) => [entry.trade.execId, entry]));
  const ours = new Map(unconfirmed.map((execution) => [execution.execId, execution]));
  for (const { kind, execId = '' } of findings) {
    const missing = kind === 'MISSING_FILL' ? reported.get(execId) : undefined;
    // A bust tells the trade as it was, a correction only the new form.
    if (missing !== undefined) take(missing.trade, missing.trade.execType === 'TRADE_CANCEL');
    const old = missing?.known.corrects ?? correctedHere(missing?.trade, reported);
    if (missing !== undefined && old !== undefined) take({ ...missing.trade, ...old }, true);
    const unknown = kind === 'UNKNOWN_EXECUTION' ? ours.get(execId) : undefined;
    if (unknown !== undefined) take(unknown, true);
  }
  return { positions: positions.amounts(), cash: cash.amounts() };
}
type Traded = Pick<TheirTrade, 'symbol' | 'side' | 'quantity' | 'price' | 'fee' | 'feeCurrency'>;

/** The old form of a correction that is missing as well. */
const correctedHere = (trade: TheirTrade | undefined, reported: ReadonlyMap<string, { readonly trade: TheirTrade }>) =>
  trade?.execType === 'TRADE_CORRECT' ? reported.get(trade.execRefId ?? '')?.trade : undefined;

class Sums {
  private readonly sums = new Map<string, DecimalString>();
  add(key: string, amount: DecimalString): void {
    this.sums.set(key, add(this.sums.get(key) ?? ZERO, amount));
  }
  amounts(): Amounts {
    return Object.fromEntries(this.sums);
  }
}

/** Amounts that differ by more than the tolerance once what explains it is counted in; what one side lacks is 0 there. */
export function amountFindings(
  kind: 'POSITION_DIFFERENCE' | 'CASH_DIFFERENCE',
  ours: Amounts,
  theirs: Amounts,
  explanation: Amounts,
  tolerance: DecimalString,
): readonly Finding[] {
  const of = (amounts: Amounts, key: string): DecimalString => amounts[key] ?? ZERO;
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs), ...Object.keys(explanation)])]
    .sort()
    .flatMap((key) => {
      const [here, there] = [of(ours, key), of(theirs, key)];
      const difference = subtract(there, add(here, of(explanation, key)));
      if (!greaterThan(absolute(difference), tolerance)) return [];
      const counted = isZero(of(explanation, key)) ? '' : `, ${of(explanation, key)} of missing executions counted in`;
      return {
        ...{ kind, key, before: { amount: here }, after: { amount: there }, difference },
        reason: `the venue has ${there} ${key}, here it is ${here}${counted}: ${shown(difference)} is unexplained`,
        // No execution is behind it, so nothing could be booked that is not a guess.
        action: 'ESCALATE' as const,
      };
    });
}
const shown = (difference: DecimalString): string =>
  decimalOf(difference).isPositive() ? `+${difference}` : difference;
