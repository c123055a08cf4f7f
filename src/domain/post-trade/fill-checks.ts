/** Checks that a booked trade is what its order, the market, the calendar and the venue's terms say it should be. */
import { absolute, add, compare, dec, greaterThan, isMultipleOf, lessThan, multiply, subtract } from '../money';
import type { DecimalString } from '../money';
import type { Instrument, Session } from '../instruments';
import type { BookedTrade, TradedOrder } from './booked-trade';
import { tradeKey } from './booked-trade';
import { FindingKind } from './findings';
import type { FindingSide, PostTradeFinding } from './findings';
import type { PostTradeSettings } from './settings';
import { usableQuote } from './slippage';

/** What a trade is checked against; what is absent is not known, and what needs it is not judged. */
export interface FillContext {
  readonly trade: BookedTrade;
  readonly order?: TradedOrder | undefined;
  readonly instrument?: Instrument | undefined;
  /** The session that runs at the trade's time or comes next; null: the market never closes. */
  readonly session?: Session | null | undefined;
  /** When the calendar says that it settles. */
  readonly settlesAtMs?: number | undefined;
  /** The venue's fees in basis points of the notional. */
  readonly feeTerms?: { readonly makerFeeBps: DecimalString; readonly takerFeeBps: DecimalString } | undefined;
  /** The account's collar around the market, percent. */
  readonly collarPercent?: DecimalString | undefined;
  readonly settings: PostTradeSettings;
}

/** What is wrong with a trade. */
interface Wrong {
  readonly before: FindingSide;
  readonly after: FindingSide;
}

/** One check: one code, one sentence. */
export interface FillCheck {
  readonly code: string;
  /** What holds for a trade that is right. */
  readonly sentence: string;
  check(context: FillContext): Wrong | undefined;
}

const HUNDRED = dec('100');
const BASIS_POINT = dec('0.0001');

const otherOrder: FillCheck = {
  code: 'FILL_OTHER_ORDER',
  sentence: 'Account, symbol and side are those of the order.',
  check({ trade, order }) {
    if (order === undefined) return { before: { order: 'one that is recorded' }, after: { order: 'none' } };
    const fields = (['account', 'symbol', 'side'] as const).filter((field) => trade[field] !== order[field]);
    const of = (one: BookedTrade | TradedOrder): FindingSide =>
      Object.fromEntries(fields.map((field) => [field, one[field]]));
    return fields.length === 0 ? undefined : { before: of(order), after: of(trade) };
  },
};

const limitPrice: FillCheck = {
  code: 'FILL_WORSE_THAN_LIMIT',
  sentence: 'The price is no worse than every limit price that the order has had.',
  check({ trade, order }) {
    const range = order?.limitRange;
    if (range === undefined) return undefined;
    const isBuy = trade.side === 'BUY';
    // A replace may have been on its way: the trade may have been made under either form.
    const limit = isBuy ? range.highest : range.lowest;
    const isWorse = isBuy ? greaterThan(trade.price, limit) : lessThan(trade.price, limit);
    return isWorse ? { before: { limitPrice: limit }, after: { price: trade.price } } : undefined;
  },
};

const collar: FillCheck = {
  code: 'FILL_OUTSIDE_QUOTE',
  sentence: "The price lies within bid and ask of the trade's time, widened by the account's price collar.",
  check({ trade, collarPercent, settings }) {
    const quote = usableQuote(trade.quote, trade.atMs, settings);
    if (typeof quote === 'string' || collarPercent === undefined) return undefined;
    const { bidPrice, askPrice } = quote;
    const tooHigh =
      !isEmpty(askPrice) &&
      greaterThan(multiply(trade.price, HUNDRED), multiply(askPrice, add(HUNDRED, collarPercent)));
    const tooLow =
      !isEmpty(bidPrice) &&
      lessThan(multiply(trade.price, HUNDRED), multiply(bidPrice, subtract(HUNDRED, collarPercent)));
    return tooHigh || tooLow
      ? { before: { bidPrice, askPrice, collarPercent }, after: { price: trade.price } }
      : undefined;
  },
};
/** An empty side of a book is quoted as 0. */
const isEmpty = (price: DecimalString): boolean => !greaterThan(price, dec('0'));

const lot: FillCheck = {
  code: 'FILL_LOT',
  sentence: 'The quantity is a multiple of the lot.',
  check: ({ trade: { quantity }, instrument }) =>
    instrument === undefined || isMultipleOf(quantity, instrument.lotSize)
      ? undefined
      : { before: { lotSize: instrument.lotSize }, after: { quantity } },
};

const session: FillCheck = {
  code: 'FILL_OUTSIDE_SESSION',
  sentence: 'The trade was made within a session of the market.',
  check({ trade: { atMs }, session: own, settings: { clockToleranceMs } }) {
    if (own === undefined || own === null) return undefined;
    return atMs + clockToleranceMs >= own.openMs && atMs <= own.closeMs + clockToleranceMs
      ? undefined
      : { before: { opensAtMs: time(own.openMs), closesAtMs: time(own.closeMs) }, after: { tradedAtMs: time(atMs) } };
  },
};

const beforeSent: FillCheck = {
  code: 'FILL_BEFORE_SENT',
  sentence: 'The trade was made after the order was first sent.',
  check: ({ trade: { atMs }, order, settings }) =>
    order?.sentAtMs === undefined || atMs + settings.clockToleranceMs >= order.sentAtMs
      ? undefined
      : { before: { sentAtMs: time(order.sentAtMs) }, after: { tradedAtMs: time(atMs) } },
};

const afterEnd: FillCheck = {
  code: 'FILL_AFTER_END',
  sentence: 'The trade was made before the order was canceled, expired or rejected.',
  check: ({ trade: { atMs }, order, settings }) =>
    order?.endedAtMs === undefined || atMs <= order.endedAtMs + settings.clockToleranceMs
      ? undefined
      : { before: { endedAtMs: time(order.endedAtMs) }, after: { tradedAtMs: time(atMs) } },
};

const fee: FillCheck = {
  code: 'FILL_FEE',
  sentence: "The fee is the venue's rate of the notional.",
  check({ trade, feeTerms, settings }) {
    // In another currency it cannot be compared, and of which rate it is, only the liquidity tells.
    if (feeTerms === undefined || trade.feeCurrency !== trade.currency || trade.liquidity === 'UNKNOWN')
      return undefined;
    const bps = trade.liquidity === 'MAKER' ? feeTerms.makerFeeBps : feeTerms.takerFeeBps;
    const notional = multiply(multiply(trade.quantity, trade.price), trade.multiplier);
    const expected = multiply(multiply(notional, bps), BASIS_POINT);
    return compare(absolute(subtract(trade.fee, expected)), settings.feeTolerance) <= 0
      ? undefined
      : { before: { fee: expected, rate: `${bps} bps of a ${trade.liquidity}` }, after: { fee: trade.fee } };
  },
};

const settlement: FillCheck = {
  code: 'FILL_SETTLEMENT',
  sentence: 'It settles when the calendar says.',
  check: ({ trade: { settleAtMs, isCorrected }, settlesAtMs }) =>
    // A corrected trade may settle by the day of its correction.
    isCorrected || settlesAtMs === undefined || settlesAtMs === settleAtMs
      ? undefined
      : { before: { settlesAtMs: time(settlesAtMs) }, after: { settlesAtMs: time(settleAtMs) } },
};

/** Every check of a booked trade. */
export const FILL_CHECKS: readonly FillCheck[] = [
  otherOrder,
  limitPrice,
  collar,
  lot,
  session,
  beforeSent,
  afterEnd,
  fee,
  settlement,
];

/** Every check that a trade fails. */
export function checkFill(context: FillContext): readonly PostTradeFinding[] {
  const { trade } = context;
  const { account, symbol, orderId, execId, atMs } = trade;
  return FILL_CHECKS.flatMap((check) => {
    const { code, sentence } = check;
    const wrong = check.check(context);
    if (wrong === undefined) return [];
    return [
      {
        ...{ kind: FindingKind.FILL, code, subject: tradeKey(trade), account, symbol, orderId, execId, ...wrong, atMs },
        evidence: { orderIds: [orderId], execIds: [execId], timesMs: [atMs] },
        reason: `${orderId}: not so: ${sentence}`,
      },
    ];
  });
}

const time = (ms: number): string => String(ms);
