/** Makes violations: one registry of codes, and values shortened so that hostile input cannot flood a log or a table. */
import type { Violation } from './order-request';

/** Every code that a refused request, a denied order or an unroutable order can carry, with its sentence. */
export const VIOLATION_CODES = {
  REQUEST_NOT_OBJECT: 'The request is not an object of named fields.',
  FIELD_UNKNOWN: 'The request has a field that nobody reads.',
  FIELD_MISSING: 'A field that this kind of order needs is missing.',
  FIELD_FORBIDDEN: 'A field is present that this kind of order cannot have.',
  ID_FORMAT: 'An identifier has characters or a length that ids cannot have.',
  SYMBOL_FORMAT: 'The symbol is not written as symbols are.',
  DECIMAL_FORMAT: 'A number is not a plain decimal in a string.',
  DECIMAL_NOT_POSITIVE: 'A quantity or price is not above zero.',
  VALUE_NOT_ALLOWED: 'A field has a value outside its list.',
  TIME_FORMAT: 'A time is not a whole number of epoch milliseconds.',
  METADATA_LIMIT: 'The metadata has too many, too long or unprintable entries.',
  CHANGE_EMPTY: 'A change names nothing to change.',
  REPORT_FORMAT: 'A venue report has a field that cannot be read.',
  PRICE_TICK: 'A price is not a whole number of ticks.',
  QUANTITY_LOT: 'The quantity is not a whole number of lots.',
  QUANTITY_MIN: 'The quantity is below the least that may be traded.',
  QUANTITY_MAX: 'The quantity is above the most that may be traded at once.',
  NOTIONAL_MIN: 'The order is worth less than the least that may be traded.',
  EXPIRE_PAST: 'The order would expire before it begins.',
  WORKFLOW_ID: 'The order was started under a workflow id that is not its own.',
  ORDER_CONFLICT: 'The id was used by an order of other content; that one is shown, and nothing of this one was done.',
  CLOCK_UNUSABLE: 'The clock of the input is none that a replayed market could have.',
  VENUE_NOT_LISTED: 'The named venue does not trade the instrument.',
  INSTRUMENT_UNKNOWN: 'There is no such instrument.',
  INSTRUMENT_NOT_TRADABLE: 'The instrument is not open for trading here.',
  ACCOUNT_UNKNOWN: 'There is no such account.',
  ACCOUNT_HALTED: 'The account may not trade.',
  ACCOUNT_REDUCING: 'The account may only reduce its positions.',
  EXPOSURE_UNKNOWN: 'What the account holds could not be read.',
  MARKET_CLOSED: 'The market is closed and the order cannot wait for it to open.',
  NO_OPENING: 'The order is for the opening of a market that never closes.',
  MARKET_DATA_MISSING: 'No market price is known.',
  MARKET_DATA_STALE: 'The newest market price is too old.',
  PRICE_COLLAR: 'A price is too far from the market.',
  MAX_ORDER_VALUE: 'The order is worth more than the account may send at once.',
  MAX_OPEN_ORDERS: 'The account has too many open orders.',
  POSITION_LIMIT: 'The position could grow beyond its limit.',
  BUYING_POWER: 'The account has not enough free cash.',
  SHORT_NOT_ALLOWED: 'The order sells more than the account holds.',
  LIMITS_UNREADABLE: 'The limits in force cannot be read: no order passes until usable ones are.',
  TRADING_HALTED: 'Trading is halted for the account, strategy, symbol, venue or the firm.',
  REDUCE_ONLY: 'Only orders that bring the position nearer to zero are taken.',
  RESTRICTED: 'The symbol is on the restricted list.',
  WATCHED: 'The symbol is on the watch list; the order passed and is reported.',
  ORDER_QUANTITY: 'The quantity is outside the limits for one order.',
  MIN_ORDER_VALUE: 'The order is worth less than the least that may be sent.',
  VOLUME_SHARE: "The order is too large a share of the symbol's average daily volume.",
  REFERENCE_COLLAR: 'A price is too far from the reference price of the day.',
  PRICE_LIMITS: 'A price is below the lowest or above the highest price allowed.',
  ORDER_RATE: 'The account sends orders too fast.',
  STRATEGY_ORDER_RATE: 'The strategy sends orders too fast.',
  REPEATED_ORDER: 'The same order was sent too often within a short time.',
  DAILY_ORDERS: 'The account has sent its number of orders for the day.',
  DAILY_QUANTITY: 'The account would trade more of the symbol than it may on one day.',
  DAILY_TURNOVER: 'The account would trade for more money than it may on one day.',
  LONG_LIMIT: 'The long position could grow beyond its limit.',
  SHORT_LIMIT: 'The short position could grow beyond its limit.',
  GROSS_LIMIT: 'Position and open orders in the symbol could grow beyond their limit.',
  CONCENTRATION: "The symbol would be too large a share of the account's exposure.",
  SYMBOL_EXPOSURE: 'The exposure in the symbol could grow beyond its limit.',
  SECTOR_EXPOSURE: 'The exposure in the sector could grow beyond its limit.',
  CURRENCY_EXPOSURE: 'The exposure in the currency could grow beyond its limit.',
  ACCOUNT_EXPOSURE: 'The exposure of the account could grow beyond its limit.',
  FIRM_EXPOSURE: 'The exposure of the firm could grow beyond its limit.',
  MARGIN: 'The equity does not cover the margin of the positions that there could be.',
  DAILY_LOSS: 'The account has lost more than it may on one day.',
  DRAWDOWN: 'The equity has fallen too far from its peak.',
  BORROW: 'The short sale is for more than can be borrowed.',
  SELF_TRADE: "The order could trade with one of the account's own.",
  RISK_DATA_MISSING: 'What a configured limit is measured against is not known.',
  RISK_CHECK_FAILED: 'A risk check broke down; the order is denied to be safe.',
  APPROVAL_REFUSED: 'A second person was asked to let the order pass and refused.',
  APPROVAL_MISSING: 'No second person let the order pass in time.',
  COMMAND_INVALID: 'A command to the kill switch has a field that it cannot have.',
  SCOPE_INVALID: 'A scope names something that scopes do not have, or in a form that names do not have.',
  ROUTING_WEIGHTS: 'The routing weights are not usable.',
  NO_VENUE: 'No venue can take the order.',
} as const satisfies Record<string, string>;
export type ViolationCode = keyof typeof VIOLATION_CODES;

/** Longest shown value and field name, in characters. */
export const SHOWN_MAX = 80;

/** Builds one violation; `value` may be anything, of any origin. */
export function violation(code: ViolationCode, field: string, value: unknown, rule: string): Violation {
  return { code, field: shown(field), value: shown(value), rule };
}

/** A short, printable form of any value; never throws, never runs code of the value. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return shorten(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return value === undefined ? '(missing)' : `(${Array.isArray(value) ? 'array' : typeof value})`;
}

// Postgres refuses NUL and lone halves of surrogate pairs in JSON; other controls could forge lines of a log.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Says whether a text has no control character and is well-formed Unicode. */
export const isPrintable = (text: string): boolean => text.search(UNPRINTABLE) === -1;
/** The text with every unprintable character replaced, cut to `length` characters. */
export const printable = (text: string, length: number): string =>
  (text.length > length ? `${text.slice(0, length - 1)}…` : text).replace(UNPRINTABLE, '\uFFFD');

function shorten(text: string): string {
  return printable(text, SHOWN_MAX);
}
