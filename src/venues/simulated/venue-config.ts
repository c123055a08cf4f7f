import { z } from 'zod';
import type { CalendarDefinition, Instrument } from '../../domain/instruments';
import type { MarketClock } from '../../domain/market-clock';
import { ID_PART, ID_PART_RULE } from '../../domain/ids';
import { dec, isDecimalString } from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import type { MarketStep } from './book-order';
import type { MarketDataFiles } from './market-data-reader';

const decimal = z
  .string()
  .refine(isDecimalString, 'must be a plain decimal number in a string')
  .transform((text) => dec(text));
const idPart = z.string().regex(ID_PART, `must be ${ID_PART_RULE}`);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be YYYY-MM-DD');
const timeOfDay = z.string().regex(/^\d{2}:\d{2}$/, 'must be HH:MM');

/** One venue of the process. */
export interface SimulatedVenueConfig {
  readonly id: string;
  /** Triggers STOP and STOP_LIMIT itself; without, refuses them with UNSUPPORTED_ORDER_TYPE. */
  readonly nativeStops: boolean;
  /** Basis points of the traded value; negative is a rebate. */
  readonly makerFeeBps: DecimalString;
  readonly takerFeeBps: DecimalString;
  /** Money per unit traded, on top of the basis points. */
  readonly makerFeePerUnit: DecimalString;
  readonly takerFeePerUnit: DecimalString;
  readonly feeDecimals: number;
  /** Every answer to a request waits this long after the booking. */
  readonly latencyMs: number;
  readonly liquidityShare: DecimalString;
  readonly slippageTicks: number;
  readonly depthLevels: number;
  readonly spreadTicks: number;
  readonly settleTimeMs: number;
  readonly clientOrderIdMaxLength: number;
}

/** Where an instrument's market comes from: recorded bars, or steps posted to the venue. */
export type MarketSource =
  (MarketDataFiles & { readonly kind: 'bars' }) | { readonly kind: 'manual'; readonly initial: MarketStep };

/** Everything a simulated venue process needs to know. */
export interface SimulatedConfig {
  /** 0 takes a free port. */
  readonly port: number;
  /** Address to listen on. Whoever reaches it can trade and play the operator: beyond 127.0.0.1 keep others out. */
  readonly host: string;
  readonly ledgerDir: string;
  /** Folder of the recorded bars; the one beside this file when absent. */
  readonly marketDataDir?: string | undefined;
  /** How often market time moves on between requests, wall milliseconds. */
  readonly tickMs: number;
  /** How often an idle stream says that it is alive. */
  readonly heartbeatMs: number;
  readonly venues: readonly SimulatedVenueConfig[];
  readonly instruments: readonly (Instrument & { readonly source: MarketSource })[];
  /** Market clock by symbol; a symbol without one lives in wall time. */
  readonly clocks: Readonly<Record<string, MarketClock>>;
  readonly calendars: readonly CalendarDefinition[];
}

const venueSchema = z.strictObject({
  id: idPart,
  nativeStops: z.boolean(),
  makerFeeBps: decimal.default(dec('0')),
  takerFeeBps: decimal.default(dec('0')),
  makerFeePerUnit: decimal.default(dec('0')),
  takerFeePerUnit: decimal.default(dec('0')),
  feeDecimals: z.int().min(0).max(18).default(6),
  latencyMs: z.int().min(0).max(60_000).default(0),
  liquidityShare: decimal.default(dec('1')),
  slippageTicks: z.int().min(0).default(1),
  depthLevels: z.int().min(1).max(100_000).default(10),
  spreadTicks: z.int().min(0).default(0),
  settleTimeMs: z.int().min(0).default(1000),
  clientOrderIdMaxLength: z.int().min(1).max(128).default(36),
});

const stepSchema = z.strictObject({
  bidPrice: decimal,
  bidQuantity: decimal,
  askPrice: decimal,
  askQuantity: decimal,
  lastPrice: decimal,
  volume: decimal,
});

const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('bars'),
    prefix: z.string().regex(/^[A-Za-z0-9-]+$/, 'must be letters, digits and dashes'),
    days: z.array(z.string().regex(/^\d{8}$/, 'must be YYYYMMDD')).min(1),
    priceDivisor: z.int().min(1),
  }),
  z.strictObject({ kind: z.literal('manual'), initial: stepSchema }),
]);

const instrumentSchema = z.strictObject({
  symbol: z.string().min(1).max(32),
  assetClass: z.enum(['EQUITY', 'CRYPTO_SPOT']),
  currency: z.string().min(1),
  tickSize: decimal,
  lotSize: decimal,
  minQuantity: decimal,
  maxQuantity: decimal,
  minNotional: decimal,
  multiplier: decimal,
  calendarId: z.string(),
  settlementCycleDays: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  currencyDecimals: z.int().min(0).max(18),
  tradable: z.boolean(),
  venues: z.array(z.string()),
  source: sourceSchema,
});

const calendarSchema = z.strictObject({
  id: z.string(),
  zone: z.string(),
  open: timeOfDay,
  close: timeOfDay,
  weekdays: z.array(z.int().min(1).max(7)),
  holidays: z.array(date),
  earlyCloses: z.record(date, timeOfDay),
});

/** Checks the JSON of a simulated venue process. */
export const simulatedConfigSchema = z
  .strictObject({
    port: z.int().min(0).max(65_535),
    host: z.string().min(1).default('127.0.0.1'),
    ledgerDir: z.string().min(1),
    marketDataDir: z.string().optional(),
    tickMs: z.int().min(1).default(20),
    heartbeatMs: z.int().min(10).default(1000),
    venues: z.array(venueSchema).min(1),
    instruments: z.array(instrumentSchema).min(1),
    clocks: z
      .record(
        z.string(),
        z.strictObject({ realOriginMs: z.number(), simOriginMs: z.number(), speed: z.number().positive() }),
      )
      .default({}),
    calendars: z.array(calendarSchema),
  })
  .superRefine((config, context) => {
    const known = new Set(config.calendars.map((calendar) => calendar.id));
    for (const [index, { calendarId }] of config.instruments.entries()) {
      if (known.has(calendarId)) continue;
      const message = `names a calendar that is not in "calendars": ${calendarId}`;
      context.addIssue({ code: 'custom', path: ['instruments', index, 'calendarId'], message });
    }
    const ids = config.venues.map((venue) => venue.id);
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) === index) continue;
      context.addIssue({ code: 'custom', path: ['venues', index, 'id'], message: `is used twice: ${id}` });
    }
  });

/** What a config file may hold: defaults may be left out. */
export type SimulatedConfigInput = z.input<typeof simulatedConfigSchema>;
/** Checks a market step posted to a venue. */
export const marketStepSchema = stepSchema;

/** Reads a config or throws one error that names each wrong key. */
export function parseSimulatedConfig(value: unknown): SimulatedConfig {
  const parsed = simulatedConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    (issue) => `  ${issue.path.map(String).join('.') || '(whole)'}: ${issue.message}`,
  );
  throw new Error(`simulated venue config:\n${lines.join('\n')}`);
}
