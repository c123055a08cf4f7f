/** Reads the catalog file: instruments, accounts, venues and calendars, refused as a whole when any part is wrong. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CALENDARS } from './calendars/definitions';
import { createExchangeCalendars } from './calendars/exchange-calendars';
import { FxRates } from './domain/fx-rates';
import type { FxRate } from './domain/fx-rates';
import type { CalendarDefinition, Instrument } from './domain/instruments';
import { ID_PART, ID_PART_RULE } from './domain/ids';
import type { DecimalString } from './domain/money';
import {
  canonical,
  greaterThan,
  isDecimalString,
  isMultipleOf,
  isNegative,
  isPositive,
  lessThan,
  ONE,
} from './domain/money';
import { PositionMode } from './domain/position-book';
import { hasFewDigits, SYMBOL } from './domain/request-validation';
import type { LimitDocument } from './domain/risk/limit-document';
import { DEFAULT_PRICE_COLLAR_PERCENT } from './domain/risk/limits';
import { shown } from './domain/violations';
import type { PostTradeSettings } from './domain/post-trade/settings';
import type { AccountSetup } from './ports/stores';
import { ownerProblems, postTradeSchema } from './post-trade-settings';
import { readLimitDocument } from './risk-limits';
import type { KnownNames } from './risk-limits';

/** One venue as the operator sets it up. */
export interface VenueSetup {
  readonly venue: string;
  /** Folder of the connector under src/venues. */
  readonly connector: 'simulated';
  /** Our account at the venue, an alias; orders of all accounts go through it. */
  readonly venueAccount: string;
  /** Fees in basis points of the notional; a negative maker fee is a rebate. */
  readonly makerFeeBps: DecimalString;
  readonly takerFeeBps: DecimalString;
  /** Expected time to the venue and back, for routing. */
  readonly latencyMs: number;
  readonly nativeStops: boolean;
  /** 0 to 1: how well the venue fits our duties; a part of the routing score. */
  readonly regulatoryFit: DecimalString;
}

export interface Catalog {
  readonly instruments: readonly Instrument[];
  readonly accounts: readonly AccountSetup[];
  readonly venues: readonly VenueSetup[];
  /** The built-in calendars and those of the file. */
  readonly calendars: readonly CalendarDefinition[];
  /** Limits for firm, account, strategy, symbol and venue, see docs/RISK.md; absent: only the accounts' own. */
  readonly riskLimits?: LimitDocument;
  /** Rates by which risk turns currencies into one, both ways; they count until the catalog changes. */
  readonly fxRates?: readonly CatalogRate[];
  /** What differs from the defaults of post-trade analysis, see docs/POST-TRADE.md. */
  readonly postTrade?: Partial<PostTradeSettings>;
}

/** One unit of `from` is worth `rate` of `to`. */
type CatalogRate = Pick<FxRate, 'from' | 'to' | 'rate'>;

/** The rates of a catalog, which count as long as it does and only between the two currencies that they name. */
export function fxRatesOf({ fxRates = [] }: Pick<Catalog, 'fxRates'>): FxRates {
  const rates = fxRates.map((rate) => ({ ...rate, atMs: 0 }));
  return new FxRates(rates, { pivots: [], maxAgeMs: Number.MAX_SAFE_INTEGER });
}

/** What is wrong with a catalog, one line for each path and rule. */
export class CatalogError extends Error {
  constructor(
    source: string,
    readonly problems: readonly string[],
  ) {
    super(
      `the catalog ${source} (OMS_CATALOG) is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.name = 'CatalogError';
  }
}

/** Reads and checks a catalog file. */
export function loadCatalog(path: string): Catalog {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CatalogError(path, [error instanceof Error ? error.message : String(error)]);
  }
  return parseCatalog(raw, path);
}

/** Checks a catalog of unknown origin: every part by itself, then that the parts fit together. */
export function parseCatalog(raw: unknown, source = 'given'): Catalog {
  const parsed = catalogSchema.safeParse(raw);
  if (!parsed.success) {
    throw new CatalogError(
      source,
      parsed.error.issues.map((issue) => {
        const path = issue.path.length === 0 ? '(top)' : issue.path.join('.');
        return `${path} = ${shown(valueAt(raw, issue.path))}: ${issue.message}`;
      }),
    );
  }
  const { riskLimits, ...parts } = parsed.data;
  const catalog = { ...parts, calendars: [...CALENDARS, ...parts.calendars] };
  const limits = riskLimits === undefined ? undefined : readLimitDocument(riskLimits, namesOf(catalog), 'riskLimits');
  const problems = [...misfits(catalog), ...calendarProblems(catalog.calendars), ...(limits?.problems ?? [])];
  if (problems.length > 0) throw new CatalogError(source, problems);
  return limits === undefined ? catalog : { ...catalog, riskLimits: limits.document };
}

/** What a path leads to; a rule about two fields names one of them and has both as its input. */
function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    raw,
  );
}

const id = z.string().regex(ID_PART, ID_PART_RULE);
const decimal = z
  .custom<DecimalString>(
    (value) => isDecimalString(value) && hasFewDigits(value),
    'must be a plain decimal in a string, such as "0.01"',
  )
  .transform((value): DecimalString => canonical(value));
const positive = decimal.refine((value) => isPositive(value), 'must be above 0');
const unsigned = decimal.refine((value) => !isNegative(value), 'must not be negative');
const fraction = unsigned.refine((value) => !greaterThan(value, ONE), 'must be 0 to 1');
const currency = z.string().regex(/^[A-Z0-9]{3,10}$/, 'must be 3 to 10 of A-Z 0-9');
const count = z.int().nonnegative();

const instrument = z
  .strictObject({
    symbol: z.string().regex(SYMBOL, 'must be 1 to 32 of A-Z 0-9 . _ -'),
    assetClass: z.enum(['EQUITY', 'CRYPTO_SPOT']),
    currency,
    sector: z.exactOptional(id),
    referencePrice: z.exactOptional(positive),
    averageDailyVolume: z.exactOptional(positive),
    borrowAvailable: z.exactOptional(unsigned),
    tickSize: positive,
    lotSize: positive,
    minQuantity: positive,
    maxQuantity: positive,
    minNotional: unsigned,
    multiplier: positive,
    calendarId: id,
    settlementCycleDays: z.union([z.literal(0), z.literal(1), z.literal(2)], 'must be 0, 1 or 2'),
    currencyDecimals: z.int().min(0).max(18),
    tradable: z.boolean(),
    venues: z.array(id).min(1),
  })
  .refine(({ minQuantity, lotSize }) => isMultipleOf(minQuantity, lotSize), {
    path: ['minQuantity'],
    message: 'must be a multiple of lotSize',
  })
  .refine(({ minQuantity, maxQuantity }) => !lessThan(maxQuantity, minQuantity), {
    path: ['maxQuantity'],
    message: 'must not be below minQuantity',
  });

const account = z.strictObject({
  account: id,
  status: z.enum(['ACTIVE', 'REDUCING', 'HALTED']),
  shortSellingAllowed: z.boolean(),
  limits: z.strictObject({
    priceCollarPercent: positive.default(DEFAULT_PRICE_COLLAR_PERCENT),
    maxOrderValue: unsigned,
    maxOpenOrders: count,
    maxPosition: unsigned,
    maxQuoteAgeMs: z.int().positive(),
  }),
  openingCash: z.record(currency, unsigned),
  positionMode: z.enum(PositionMode).exactOptional(),
  baseCurrency: currency.exactOptional(),
});

const venue = z.strictObject({
  venue: id,
  connector: z.literal('simulated'),
  venueAccount: id,
  makerFeeBps: decimal,
  takerFeeBps: decimal,
  latencyMs: z.number().nonnegative(),
  nativeStops: z.boolean(),
  regulatoryFit: fraction,
});

const calendar = z.strictObject({
  id,
  zone: z.string(),
  open: z.string(),
  close: z.string(),
  weekdays: z.array(z.int()),
  holidays: z.array(z.string()),
  earlyCloses: z.record(z.string(), z.string()),
});

const fxRate = z
  .strictObject({ from: currency, to: currency, rate: positive })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must not be the currency of from' });

const catalogSchema = z.strictObject({
  calendars: z.array(calendar).default([]),
  instruments: z.array(instrument).min(1),
  accounts: z.array(account).min(1),
  venues: z.array(venue).min(1),
  /** Read by itself, as its scopes name what stands above. */
  riskLimits: z.exactOptional(z.unknown()),
  fxRates: z.exactOptional(z.array(fxRate)),
  postTrade: z.exactOptional(postTradeSchema),
});

const namesOf = ({ accounts, instruments, venues }: Catalog): KnownNames => ({
  accounts: accounts.map((one) => one.account),
  symbols: instruments.map((one) => one.symbol),
  venues: venues.map((one) => one.venue),
});

/** References that lead nowhere and names that are given twice. */
function misfits(catalog: Catalog): readonly string[] {
  const { instruments, accounts, venues, calendars } = catalog;
  const problems = [
    ...repeated(
      'instruments',
      'symbol',
      instruments.map(({ symbol }) => symbol),
    ),
    ...repeated(
      'accounts',
      'account',
      accounts.map((one) => one.account),
    ),
    ...repeated(
      'venues',
      'venue',
      venues.map((one) => one.venue),
    ),
    ...repeated(
      'calendars',
      'id',
      calendars.map((one) => one.id),
    ),
    ...repeated(
      'fxRates',
      'pair',
      // A pair and its opposite are one: nobody could say which of the two counts.
      (catalog.fxRates ?? []).map(({ from, to }) => [from, to].sort().join('/')),
    ),
  ];
  problems.push(
    ...ownerProblems(
      catalog.postTrade ?? {},
      accounts.map((one) => one.account),
    ),
  );
  const venueNames = venues.map((one) => one.venue);
  const calendarIds = calendars.map((one) => one.id);
  instruments.forEach(({ venues: listed, calendarId }, index) => {
    for (const name of listed.filter((one) => !venueNames.includes(one))) {
      problems.push(`instruments.${String(index)}.venues = ${name}: must be one of ${venueNames.join(', ')}`);
    }
    if (!calendarIds.includes(calendarId)) {
      problems.push(
        `instruments.${String(index)}.calendarId = ${calendarId}: must be one of ${calendarIds.join(', ')}`,
      );
    }
  });
  return problems;
}

function repeated(list: string, field: string, names: readonly string[]): readonly string[] {
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map((name) => `${list} = ${name}: ${field} must be given once`);
}

/** The calendars' own rules, asked of what computes with them. */
function calendarProblems(calendars: readonly CalendarDefinition[]): readonly string[] {
  return calendars.flatMap((definition) => {
    try {
      createExchangeCalendars([definition]);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}
