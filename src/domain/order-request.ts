import type { DecimalString } from './money';

/** FIX Side (tag 54): 1, 2, 5. */
export const Side = { BUY: 'BUY', SELL: 'SELL', SELL_SHORT: 'SELL_SHORT' } as const;
export type Side = (typeof Side)[keyof typeof Side];

/** FIX PositionEffect (tag 77): O, C. */
export const PositionEffect = { OPEN: 'OPEN', CLOSE: 'CLOSE' } as const;
export type PositionEffect = (typeof PositionEffect)[keyof typeof PositionEffect];

/** FIX OrdType (tag 40): 1, 2, 3, 4. */
export const OrderType = { MARKET: 'MARKET', LIMIT: 'LIMIT', STOP: 'STOP', STOP_LIMIT: 'STOP_LIMIT' } as const;
export type OrderType = (typeof OrderType)[keyof typeof OrderType];

/** FIX TimeInForce (tag 59): 0, 1, 6, 3, 4, 2, 7, 5. */
export const TimeInForce = {
  DAY: 'DAY',
  GTC: 'GTC',
  GTD: 'GTD',
  IOC: 'IOC',
  FOK: 'FOK',
  /** Trades at the session's opening, its first quote, or not at all. */
  AT_THE_OPEN: 'AT_THE_OPEN',
  /** Trades at the session's close or not at all. */
  AT_THE_CLOSE: 'AT_THE_CLOSE',
  /** Good till crossing (post-only): never takes liquidity; rests as DAY does. */
  GTX: 'GTX',
} as const;
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce];

const EVERY_TYPE = Object.values(OrderType);
/** The order types that a time in force can have. */
export const TYPES_OF_TIME: Readonly<Record<TimeInForce, readonly OrderType[]>> = {
  DAY: EVERY_TYPE,
  GTC: EVERY_TYPE,
  GTD: EVERY_TYPE,
  IOC: EVERY_TYPE,
  FOK: EVERY_TYPE,
  AT_THE_OPEN: [OrderType.MARKET, OrderType.LIMIT],
  AT_THE_CLOSE: [OrderType.MARKET, OrderType.LIMIT],
  GTX: [OrderType.LIMIT],
};

/** Times in force that end with the session; where the market never closes, with the UTC day. */
export const SESSION_TIMES_IN_FORCE: readonly TimeInForce[] = [
  TimeInForce.DAY,
  TimeInForce.AT_THE_OPEN,
  TimeInForce.AT_THE_CLOSE,
  TimeInForce.GTX,
];

/** How a venue is chosen; `VENUE` takes the one that the order names. */
export const RoutingPolicy = {
  VENUE: 'VENUE',
  BEST_PRICE: 'BEST_PRICE',
  LOWEST_COST: 'LOWEST_COST',
  FASTEST: 'FASTEST',
  ROUND_ROBIN: 'ROUND_ROBIN',
  WEIGHTED: 'WEIGHTED',
} as const;
export type RoutingPolicy = (typeof RoutingPolicy)[keyof typeof RoutingPolicy];

/** What a strategy asks for: the content whose hash makes two starts the same order or a conflict. */
export interface OrderRequest {
  /** The caller's own id, unique per account for ever. */
  readonly clientOrderId: string;
  /** An internal alias, never a broker's account number. */
  readonly account: string;
  readonly strategy: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: DecimalString;
  /** Required for LIMIT and STOP_LIMIT, forbidden for the others (FIX Price, tag 44). */
  readonly limitPrice?: DecimalString;
  /** Required for STOP and STOP_LIMIT, forbidden for the others (FIX StopPx, tag 99). */
  readonly stopPrice?: DecimalString;
  readonly timeInForce: TimeInForce;
  /** UTC epoch milliseconds of market time; required for GTD, forbidden for the others (FIX ExpireTime, tag 126). */
  readonly expireAtMs?: number;
  readonly routing?: RoutingPolicy;
  /** Required for routing VENUE; otherwise a restriction to this venue. */
  readonly venue?: string;
  /**
   * Which leg of a hedging account the order means: OPEN leaves the opposite leg alone, CLOSE and none close it first.
   * Netting accounts have one leg. A short sale opens (CLOSE is refused).
   */
  readonly positionEffect?: PositionEffect;
  /** Client order id or basket that this order belongs to. */
  readonly parent?: string;
  /** Free key-value pairs, carried and never interpreted; at most 16 of 64/256 characters. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The parts of an order that a modify may change; at least one is present. */
export interface OrderChange {
  /** The new total quantity, filled part included (FIX OrderQty, tag 38). */
  readonly quantity?: DecimalString;
  readonly limitPrice?: DecimalString;
  readonly stopPrice?: DecimalString;
}

/** One broken rule of a request: what a person needs to mend it. */
export interface Violation {
  /** Registry code, such as `PRICE_TICK`. */
  readonly code: string;
  readonly field: string;
  /** The offending value, shortened to 80 characters. */
  readonly value: string;
  /** What is allowed, as a sentence. */
  readonly rule: string;
}
