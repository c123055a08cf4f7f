/** Reads limit documents of unknown origin: refused as a whole when any part is wrong, with all that is wrong at once. */
import { z } from 'zod';
import { ID_PART, ID_PART_RULE } from './domain/ids';
import { canonical, dec, greaterThan, isDecimalString, isNegative, isPositive } from './domain/money';
import type { DecimalString } from './domain/money';
import { hasFewDigits, SYMBOL } from './domain/request-validation';
import { SCOPE_PARTS, scopeInWords } from './domain/risk/limit-document';
import type { LimitDocument, LimitEntry } from './domain/risk/limit-document';
import { LIMITS, TradingState } from './domain/risk/limits';
import type { LimitName, LimitScope } from './domain/risk/limits';
import { shown } from './domain/violations';

/** What is wrong with a limit document, one line of `path = value: rule` for each. */
export class LimitDocumentError extends Error {
  constructor(
    source: string,
    readonly problems: readonly string[],
  ) {
    super(`the limits ${source} are not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'LimitDocumentError';
  }
}

/** Names that scopes may use; a scope of a name that nobody has would never apply and nobody would know. */
export interface KnownNames {
  readonly accounts: readonly string[];
  readonly symbols: readonly string[];
  readonly venues: readonly string[];
}

/** Checks a document; throws a {@link LimitDocumentError} with all that is wrong. */
export function parseLimitDocument(raw: unknown, known?: KnownNames, source = 'given'): LimitDocument {
  const { document, problems } = readLimitDocument(raw, known);
  if (problems.length > 0) throw new LimitDocumentError(source, problems);
  return document;
}

/** Checks a document that stands at `path` in a larger file; use `document` only without problems. */
export function readLimitDocument(
  raw: unknown,
  known?: KnownNames,
  path = '',
): { readonly document: LimitDocument; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const top = documentSchema.safeParse(raw);
  if (!top.success) problems.push(...problemsOf(raw, top.error, path));
  // Entries are read one by one, so that a wrong one hides nothing of what is wrong between the others.
  const rawEntries = isRecord(raw) && Array.isArray(raw['entries']) ? (raw['entries'] as readonly unknown[]) : [];
  const placed: Placed[] = [];
  rawEntries.forEach((rawEntry, index) => {
    const place = join(path, `entries.${String(index)}`);
    const entry = entrySchema.safeParse(rawEntry);
    if (entry.success) placed.push({ place, entry: entry.data });
    else problems.push(...problemsOf(rawEntry, entry.error, place));
  });
  problems.push(...emptyEntries(placed), ...repeatedScopes(placed), ...contradictions(placed));
  if (known !== undefined) problems.push(...placed.flatMap((one) => unknownNames(one, known)));
  const version = top.success ? top.data.version : '';
  return { document: { version, entries: placed.map(({ entry }) => entry) }, problems };
}

/** Reads a document that was stored as JSON text; `document` is absent when it is not usable. */
export function readLimitText(text: string): {
  readonly document?: LimitDocument;
  readonly problems: readonly string[];
} {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
  const { document, problems } = readLimitDocument(raw);
  return problems.length > 0 ? { problems } : { document, problems };
}

interface Placed {
  readonly place: string;
  readonly entry: LimitEntry;
}

const id = z.string(`must be text: ${ID_PART_RULE}`).regex(ID_PART, `must be ${ID_PART_RULE}`);
const symbol = z.string('must be text').regex(SYMBOL, 'must be 1 to 32 of A-Z 0-9 . _ -');
const decimal = z
  .custom<DecimalString>(
    (value) => isDecimalString(value) && hasFewDigits(value),
    'must be a plain decimal in a string, such as "0.01"',
  )
  .transform((value): DecimalString => canonical(value))
  .refine((value) => !isNegative(value), 'must not be negative');

const VALUES = {
  decimal,
  count: z.int('must be a whole number').nonnegative('must not be negative'),
  milliseconds: z.int('must be a whole number of milliseconds').positive('must be above 0'),
  flag: z.boolean('must be true or false'),
  state: z.enum(TradingState, `must be one of ${Object.values(TradingState).join(', ')}`),
} as const;

const HUNDRED = dec('100');
/** Nobody judges after a week what an order of then would do now. */
const APPROVAL_MAX_MS = 7 * 24 * 3_600_000;
const share = decimal.refine((value) => !greaterThan(value, HUNDRED), 'must be 0 to 100');
/** Values that are narrower than their kind. */
const NARROWER: Partial<Record<LimitName, z.ZodType>> = {
  priceCollarPercent: decimal.refine((value) => isPositive(value), 'must be above 0'),
  maxConcentrationPercent: share,
  maxDrawdownPercent: share,
  approvalWithinMs: VALUES.milliseconds.max(APPROVAL_MAX_MS, 'must be at most 7 days'),
};

const NAMES = Object.keys(LIMITS) as LimitName[];
const limitsSchema = z.strictObject(
  Object.fromEntries(NAMES.map((name) => [name, z.exactOptional(NARROWER[name] ?? VALUES[LIMITS[name].kind])])),
  'must be an object of limits',
);
const entrySchema = z.strictObject(
  {
    scope: z.strictObject(
      {
        account: z.exactOptional(id),
        strategy: z.exactOptional(id),
        symbol: z.exactOptional(symbol),
        venue: z.exactOptional(id),
      },
      'must be an object, {} for the whole firm',
    ),
    limits: limitsSchema,
  },
  'must be an object of scope and limits',
);
const documentSchema = z.strictObject(
  { version: id, entries: z.array(z.unknown(), 'must be a list of entries') },
  'must be an object of version and entries',
);

/** One line for each thing that zod found; names that do not exist are each said by themselves. */
function problemsOf(raw: unknown, error: z.ZodError, path: string): readonly string[] {
  return error.issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return keys.map((key) => {
      const parts = key === undefined ? issue.path : [...issue.path, key];
      const place = join(path, parts.map(String).join('.'));
      const rule = key === undefined ? issue.message : unknownRule(issue.path);
      return `${shown(place)} = ${shown(valueAt(raw, parts))}: ${rule}`;
    });
  });
}

function unknownRule(path: readonly PropertyKey[]): string {
  if (path.at(-1) === 'limits') return 'is no limit; docs/RISK.md has a table of all';
  if (path.at(-1) === 'scope') return `is no part of a scope: ${SCOPE_PARTS.join(', ')}`;
  return 'is not read by anybody';
}

const isRecord = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> =>
  typeof value === 'object' && value !== null;
const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined), raw);
const join = (path: string, part: string): string => [path, part].filter((one) => one !== '').join('.') || '(top)';

const emptyEntries = (placed: readonly Placed[]): readonly string[] =>
  placed
    .filter(({ entry }) => Object.keys(entry.limits).length === 0)
    .map(({ place }) => `${place}.limits = {}: must set at least one limit`);

/** The same scope twice: nobody could say which of the two a person meant. */
function repeatedScopes(placed: readonly Placed[]): readonly string[] {
  const first = new Map<string, string>();
  return placed.flatMap(({ place, entry }) => {
    const key = JSON.stringify(SCOPE_PARTS.map((part) => entry.scope[part] ?? null));
    const before = first.get(key);
    if (before === undefined) first.set(key, place);
    return before === undefined ? [] : [`${place}.scope = ${scopeInWords(entry.scope)}: is the scope of ${before} too`];
  });
}

/** A least that is above a most lets nothing pass, wherever the two scopes meet. */
const LEAST_AND_MOST: readonly (readonly [LimitName, LimitName])[] = [
  ['minOrderQuantity', 'maxOrderQuantity'],
  ['minOrderValue', 'maxOrderValue'],
  ['lowestPrice', 'highestPrice'],
];
/** Within one entry the first, a part of the second, cannot be allowed more: one of the two is not what was meant. */
const PART_AND_WHOLE: readonly (readonly [LimitName, LimitName])[] = [
  ['maxLongPosition', 'maxPosition'],
  ['maxShortPosition', 'maxPosition'],
  ['maxLongPosition', 'maxGrossPosition'],
  ['maxShortPosition', 'maxGrossPosition'],
  ['maxPosition', 'maxGrossPosition'],
  ['maxSymbolExposure', 'maxSectorExposure'],
  ['maxSymbolExposure', 'maxCurrencyExposure'],
  ['maxSymbolExposure', 'maxAccountExposure'],
  ['maxSectorExposure', 'maxAccountExposure'],
  ['maxCurrencyExposure', 'maxAccountExposure'],
  ['maxStrategyOrderRate', 'maxOrderRate'],
];

function contradictions(placed: readonly Placed[]): readonly string[] {
  const problems: string[] = [];
  for (const [least, most] of LEAST_AND_MOST) {
    const withMost = placed.filter(({ entry }) => entry.limits[most] !== undefined);
    for (const one of placed.filter(({ entry }) => entry.limits[least] !== undefined)) {
      for (const other of withMost) {
        if (meet(one.entry.scope, other.entry.scope)) problems.push(...above(one, least, other, most));
      }
    }
  }
  for (const one of placed) for (const [part, whole] of PART_AND_WHOLE) problems.push(...above(one, part, one, whole));
  return problems;
}

function above(one: Placed, lower: LimitName, other: Placed, upper: LimitName): readonly string[] {
  const [low, high] = [one.entry.limits[lower], other.entry.limits[upper]];
  if (low === undefined || high === undefined) return [];
  const isAbove =
    typeof low === 'number' && typeof high === 'number'
      ? low > high
      : greaterThan(low as DecimalString, high as DecimalString);
  const limit = `${other.place}.limits.${upper}`;
  return isAbove ? [`${one.place}.limits.${lower} = ${String(low)}: must not be above ${limit} = ${String(high)}`] : [];
}

/** Says whether one order can be in both scopes. */
const meet = (one: LimitScope, other: LimitScope): boolean =>
  SCOPE_PARTS.every((part) => one[part] === undefined || other[part] === undefined || one[part] === other[part]);

function unknownNames({ place, entry: { scope } }: Placed, known: KnownNames): readonly string[] {
  const lists = { account: known.accounts, symbol: known.symbols, venue: known.venues } as const;
  return (['account', 'symbol', 'venue'] as const).flatMap((part) => {
    const name = scope[part];
    if (name === undefined || lists[part].includes(name)) return [];
    return [`${place}.scope.${part} = ${name}: must be one of ${lists[part].join(', ')}`];
  });
}
