/**
 * Checks what comes from outside before it becomes an order: pure, total, and safe with hostile input.
 *
 * Written by hand and not with zod, as it also runs beside workflow code. The zod schemas of the contracts ask here, so
 * there is one truth. Every broken rule is reported, not only the first.
 */
import { isAtLeast, textOf, times } from './amounts';
import { ID_PART, ID_PART_RULE } from './ids';
import type { Instrument } from './instruments';
import type { DecimalString } from './money';
import { canonical, greaterThan, isDecimalString, isMultipleOf, isPositive, lessThan } from './money';
import type { OrderChange, OrderRequest, Violation } from './order-request';
import { OrderType, PositionEffect, RoutingPolicy, Side, TimeInForce, TYPES_OF_TIME } from './order-request';
import { isPrintable, violation } from './violations';

export type RequestCheck =
  | { readonly ok: true; readonly request: OrderRequest }
  | { readonly ok: false; readonly violations: readonly Violation[] };
export type ChangeCheck =
  | { readonly ok: true; readonly change: OrderChange }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** What a symbol may look like. */
export const SYMBOL = /^[A-Z0-9._-]{1,32}$/;
/** Most digits of a quantity or price: two such numbers have an exact product in our 40 digits. */
export const DECIMAL_DIGITS_MAX = 18;
/** Most decimal places of a quantity or price. */
export const DECIMAL_PLACES_MAX = 18;
/** The last moment that a JavaScript date can hold. */
export const TIME_MAX_MS = 8_640_000_000_000_000;
export const METADATA_ENTRIES_MAX = 16;
export const METADATA_KEY_MAX = 64;
export const METADATA_VALUE_MAX = 256;

const REQUEST_FIELDS = [
  'clientOrderId',
  'account',
  'strategy',
  'symbol',
  'side',
  'type',
  'quantity',
  'limitPrice',
  'stopPrice',
  'timeInForce',
  'expireAtMs',
  'routing',
  'venue',
  'positionEffect',
  'parent',
  'metadata',
] as const satisfies readonly (keyof OrderRequest)[];
const CHANGE_FIELDS = ['quantity', 'limitPrice', 'stopPrice'] as const satisfies readonly (keyof OrderChange)[];
/** Beyond these an answer would only grow with the input. */
const UNKNOWN_FIELDS_SHOWN = 10;

const DECIMAL_RULE = `A decimal in a string, above 0, in plain notation, with at most ${String(DECIMAL_DIGITS_MAX)} digits, such as "12.5".`;
const PRICES = ['limitPrice', 'stopPrice'] as const;
const METADATA_KEY_RULE = `Keys of 1 to ${String(METADATA_KEY_MAX)} printable characters, not __proto__.`;
const METADATA_VALUE_RULE = `A string of at most ${String(METADATA_VALUE_MAX)} printable characters.`;
const WITH_LIMIT_PRICE: readonly string[] = [OrderType.LIMIT, OrderType.STOP_LIMIT];
const WITH_STOP_PRICE: readonly string[] = [OrderType.STOP, OrderType.STOP_LIMIT];

/** Checks a new order of unknown origin; the request that comes back has canonical decimals and known fields only. */
export function checkRequest(raw: unknown): RequestCheck {
  const { value, violations } = read(raw, REQUEST_FIELDS, (fields) => {
    const request = {
      clientOrderId: fields.id('clientOrderId'),
      account: fields.id('account'),
      strategy: fields.id('strategy'),
      symbol: fields.symbol(),
      side: fields.oneOf('side', Side),
      type: fields.oneOf('type', OrderType),
      quantity: fields.decimal('quantity'),
      limitPrice: fields.optional('limitPrice', () => fields.decimal('limitPrice')),
      stopPrice: fields.optional('stopPrice', () => fields.decimal('stopPrice')),
      timeInForce: fields.oneOf('timeInForce', TimeInForce),
      expireAtMs: fields.optional('expireAtMs', () => fields.time('expireAtMs')),
      routing: fields.optional('routing', () => fields.oneOf('routing', RoutingPolicy)),
      venue: fields.optional('venue', () => fields.id('venue')),
      positionEffect: fields.optional('positionEffect', () => fields.oneOf('positionEffect', PositionEffect)),
      parent: fields.optional('parent', () => fields.id('parent')),
      metadata: fields.optional('metadata', () => fields.metadata()),
    };
    fields.combination('limitPrice', request.type, WITH_LIMIT_PRICE, 'type');
    fields.combination('stopPrice', request.type, WITH_STOP_PRICE, 'type');
    fields.combination('expireAtMs', request.timeInForce, [TimeInForce.GTD], 'timeInForce');
    fields.typeOfTime(request.type, request.timeInForce);
    if (request.routing === RoutingPolicy.VENUE && !fields.has('venue')) {
      fields.broken('FIELD_MISSING', 'venue', undefined, 'routing VENUE needs a venue.');
    }
    if (request.side === Side.SELL_SHORT && request.positionEffect === PositionEffect.CLOSE) {
      fields.broken('VALUE_NOT_ALLOWED', 'positionEffect', 'CLOSE', 'A short sale opens: OPEN or none.');
    }
    return request;
  });
  // Sound: without a violation every required field was read and nothing else is there.
  return violations.length > 0 ? { ok: false, violations } : { ok: true, request: value as OrderRequest };
}

/** Checks a change of unknown origin: at least one of quantity, limitPrice and stopPrice. */
export function checkChange(raw: unknown): ChangeCheck {
  const { value, violations } = read(raw, CHANGE_FIELDS, (fields) => {
    const change = {
      quantity: fields.optional('quantity', () => fields.decimal('quantity')),
      limitPrice: fields.optional('limitPrice', () => fields.decimal('limitPrice')),
      stopPrice: fields.optional('stopPrice', () => fields.decimal('stopPrice')),
    };
    if (CHANGE_FIELDS.every((field) => !fields.has(field))) {
      fields.broken('CHANGE_EMPTY', 'change', undefined, `At least one of ${CHANGE_FIELDS.join(', ')}.`);
    }
    return change;
  });
  return violations.length > 0 ? { ok: false, violations } : { ok: true, change: value };
}

/** Checks a well-formed request against the rules of its instrument and the market's time. */
export function checkAgainstInstrument(
  request: OrderRequest,
  instrument: Instrument,
  marketTimeMs: number,
): readonly Violation[] {
  const { venue } = request;
  const listed = venue === undefined || instrument.venues.includes(venue);
  return [
    ...quantityViolations(request, instrument, request.limitPrice ?? request.stopPrice),
    ...priceViolations(request, instrument),
    ...expiryViolations(request, marketTimeMs),
    ...(listed
      ? []
      : [
          violation(
            'VENUE_NOT_LISTED',
            'venue',
            venue,
            `${instrument.symbol} trades on ${instrument.venues.join(', ') || 'no venue'}.`,
          ),
        ]),
  ];
}

/** Lot, least and most quantity, and least notional at `price` (none: a market order before its quote is known). */
export function quantityViolations(
  request: OrderRequest,
  instrument: Instrument,
  price: DecimalString | undefined,
): readonly Violation[] {
  const { quantity } = request;
  const { lotSize, minQuantity, maxQuantity, minNotional, multiplier, currency } = instrument;
  const broken: Violation[] = [];
  if (!isMultipleOf(quantity, lotSize)) {
    broken.push(violation('QUANTITY_LOT', 'quantity', quantity, `A multiple of the lot size ${lotSize}.`));
  }
  if (!isPositive(quantity) || lessThan(quantity, minQuantity)) {
    broken.push(violation('QUANTITY_MIN', 'quantity', quantity, `At least ${minQuantity}.`));
  }
  if (greaterThan(quantity, maxQuantity)) {
    broken.push(violation('QUANTITY_MAX', 'quantity', quantity, `At most ${maxQuantity}.`));
  }
  const notional = price && times(times(quantity, price), multiplier);
  if (notional !== undefined && !isAtLeast(notional, minNotional)) {
    const rule = `Worth at least ${minNotional} ${currency}, not ${textOf(notional)}.`;
    broken.push(violation('NOTIONAL_MIN', 'quantity', quantity, rule));
  }
  return broken;
}

/** Ticks of both prices. */
export function priceViolations(request: OrderRequest, instrument: Instrument): readonly Violation[] {
  const broken: Violation[] = [];
  for (const field of PRICES) {
    const price = request[field];
    if (price === undefined || (isPositive(price) && isMultipleOf(price, instrument.tickSize))) continue;
    broken.push(
      violation('PRICE_TICK', field, price, `Above 0 and a multiple of the tick size ${instrument.tickSize}.`),
    );
  }
  return broken;
}

/** A good-till-date order must end after the market's present. */
export function expiryViolations(request: OrderRequest, marketTimeMs: number): readonly Violation[] {
  const { timeInForce, expireAtMs } = request;
  if (timeInForce !== TimeInForce.GTD || (expireAtMs !== undefined && expireAtMs > marketTimeMs)) return [];
  return [violation('EXPIRE_PAST', 'expireAtMs', expireAtMs, `Later than the market time ${String(marketTimeMs)}.`)];
}

interface Reading {
  readonly violations: readonly Violation[];
  /** The fields that are present and right, in the order of `build`. */
  readonly value: object;
}

function read(raw: unknown, known: readonly string[], build: (fields: Fields) => object): Reading {
  const violations: Violation[] = [];
  try {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      return { value: {}, violations: [violation('REQUEST_NOT_OBJECT', 'order', raw, 'A JSON object.')] };
    }
    const fields = new Fields(raw, violations);
    fields.refuseUnknown(known);
    const built = Object.entries(build(fields)).filter(([, part]) => part !== undefined);
    return { value: Object.fromEntries(built), violations };
  } catch {
    // Only a getter or a proxy can throw above: no such thing comes over a wire.
    const broken = violation('REQUEST_NOT_OBJECT', 'order', undefined, 'A plain object whose fields can be read.');
    return { value: {}, violations: [...violations, broken] };
  }
}

/** Reads the own fields of one raw object and collects what is wrong with them. */
class Fields {
  readonly #raw: object;
  readonly #violations: Violation[];

  constructor(raw: object, violations: Violation[]) {
    this.#raw = raw;
    this.#violations = violations;
  }

  broken(...parts: Parameters<typeof violation>): void {
    this.#violations.push(violation(...parts));
  }

  /** A field given as undefined counts as absent: that is what JSON makes of it. */
  has(field: string): boolean {
    return this.#value(field) !== undefined;
  }

  refuseUnknown(known: readonly string[]): void {
    const unknown = Object.keys(this.#raw).filter((key) => !known.includes(key));
    for (const key of unknown.slice(0, UNKNOWN_FIELDS_SHOWN)) {
      this.broken('FIELD_UNKNOWN', key, this.#value(key), `One of ${known.join(', ')}.`);
    }
    const more = unknown.length - UNKNOWN_FIELDS_SHOWN;
    if (more > 0) this.broken('FIELD_UNKNOWN', '…', `and ${String(more)} more`, `One of ${known.join(', ')}.`);
  }

  optional<V>(field: string, get: () => V | undefined): V | undefined {
    return this.has(field) ? get() : undefined;
  }

  id(field: string): string | undefined {
    const value = this.#required(field);
    // "." and ".." fit the pattern and vanish from every URL path that holds them.
    if (typeof value === 'string' && ID_PART.test(value) && value !== '.' && value !== '..') return value;
    this.#wrong('ID_FORMAT', field, value, `${ID_PART_RULE}, and not only dots.`);
    return undefined;
  }

  symbol(): string | undefined {
    const value = this.#required('symbol');
    if (typeof value === 'string' && SYMBOL.test(value)) return value;
    this.#wrong('SYMBOL_FORMAT', 'symbol', value, '1 to 32 of A-Z 0-9 . _ -');
    return undefined;
  }

  oneOf<V extends string>(field: string, allowed: Readonly<Record<string, V>>): V | undefined {
    const value = this.#required(field);
    const found = Object.values(allowed).find((one) => one === value);
    if (found === undefined) {
      this.#wrong('VALUE_NOT_ALLOWED', field, value, `One of ${Object.values(allowed).join(', ')}.`);
    }
    return found;
  }

  decimal(field: string): DecimalString | undefined {
    const value = this.#required(field);
    const readable = isDecimalString(value) && hasFewDigits(value);
    if (readable && isPositive(value)) return canonical(value);
    this.#wrong(readable ? 'DECIMAL_NOT_POSITIVE' : 'DECIMAL_FORMAT', field, value, DECIMAL_RULE);
    return undefined;
  }

  time(field: string): number | undefined {
    const value = this.#required(field);
    if (isTime(value)) return value;
    this.#wrong('TIME_FORMAT', field, value, 'A whole number of milliseconds since 1970-01-01 UTC, above 0.');
    return undefined;
  }

  metadata(): Readonly<Record<string, string>> | undefined {
    const value = this.#required('metadata');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#wrong('METADATA_LIMIT', 'metadata', value, 'An object of strings.');
      return undefined;
    }
    const keys = Object.keys(value);
    if (keys.length > METADATA_ENTRIES_MAX) {
      const most = `At most ${String(METADATA_ENTRIES_MAX)} entries.`;
      this.broken('METADATA_LIMIT', 'metadata', `${String(keys.length)} entries`, most);
      return undefined;
    }
    const entries = keys.map((key): [string, unknown] => [key, (value as Record<string, unknown>)[key]]);
    for (const [key, text] of entries) {
      // A key of this name becomes the prototype of whatever copies the object carelessly.
      if (!isText(key, METADATA_KEY_MAX) || key === '' || key === '__proto__') {
        this.broken('METADATA_LIMIT', 'metadata', key, METADATA_KEY_RULE);
      }
      if (!isText(text, METADATA_VALUE_MAX)) {
        this.broken('METADATA_LIMIT', `metadata.${key}`, text, METADATA_VALUE_RULE);
      }
    }
    return Object.fromEntries(entries) as Record<string, string>;
  }

  /** `field` belongs to those values of another field and to no other; nothing is said when that one is itself wrong. */
  combination(field: string, value: string | undefined, needing: readonly string[], by: string): void {
    if (value === undefined) return;
    const needed = needing.includes(value);
    if (needed && !this.has(field)) this.broken('FIELD_MISSING', field, undefined, `${by} ${value} needs ${field}.`);
    if (!needed && this.has(field)) {
      this.broken(
        'FIELD_FORBIDDEN',
        field,
        this.#value(field),
        `Only ${by} ${needing.join(' or ')} has ${field}, not ${value}.`,
      );
    }
  }

  /** Refuses a time in force that this type of order cannot have; nothing is said when one of them is itself wrong. */
  typeOfTime(type: OrderType | undefined, timeInForce: TimeInForce | undefined): void {
    if (type === undefined || timeInForce === undefined) return;
    const types = TYPES_OF_TIME[timeInForce];
    if (types.includes(type)) return;
    const rule = `Only type ${types.join(' or ')} has timeInForce ${timeInForce}, not ${type}.`;
    this.broken('VALUE_NOT_ALLOWED', 'timeInForce', timeInForce, rule);
  }

  #value(field: string): unknown {
    return Object.hasOwn(this.#raw, field) ? (this.#raw as Record<string, unknown>)[field] : undefined;
  }

  #required(field: string): unknown {
    const value = this.#value(field);
    if (value === undefined) this.broken('FIELD_MISSING', field, undefined, `${field} is required.`);
    return value;
  }

  /** Reports a present value that is wrong; a missing one is reported already. */
  #wrong(...[code, field, value, rule]: Parameters<typeof violation>): void {
    if (value !== undefined) this.broken(code, field, value, rule);
  }
}

/** Digits without leading zeros within {@link DECIMAL_DIGITS_MAX}, and places within {@link DECIMAL_PLACES_MAX}. */
export function hasFewDigits(text: DecimalString): boolean {
  const plain = canonical(text);
  const places = plain.includes('.') ? plain.length - plain.indexOf('.') - 1 : 0;
  return plain.replace(/^-?0*\.?0*|\./g, '').length <= DECIMAL_DIGITS_MAX && places <= DECIMAL_PLACES_MAX;
}

/** Says whether a value of unknown origin is a moment in epoch milliseconds that a date can hold. */
export const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= TIME_MAX_MS;

function isText(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length <= length && isPrintable(value);
}
