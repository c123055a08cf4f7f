import { z } from 'zod';
import { ExecType } from '../../domain/execution-report';
import type { ExecutionReport } from '../../domain/execution-report';
import type { Quote } from '../../domain/instruments';
import { dec, isDecimalString, isNegative, isPositive } from '../../domain/money';
import { Side } from '../../domain/order-request';
import { hasFewDigits, isTime } from '../../domain/request-validation';
import { isPrintable, printable } from '../../domain/violations';
import type { Refused, ReportPage, VenueBalance, VenueOpenOrder, VenuePosition } from '../../ports/venue';
import { inPlace, partsOf, unreadable, unreadableText } from './reading';
import type { Reading, ReportSource } from './reading';

// Everything here reads bytes of another process: nothing is taken over unchecked.
const plainDecimal = z
  .string('not a decimal in a string')
  .refine(isDecimalString, 'not a plain decimal')
  .transform((value) => dec(value));
const decimal = plainDecimal.refine(hasFewDigits, 'more digits than can be computed with exactly');
const total = decimal.refine((value) => !isNegative(value), 'below 0');
const price = decimal.refine(isPositive, 'not above 0');
/** What is said in words is cut and made printable: a fill is not refused for a line break in its text. */
const text = z.string().transform((value) => printable(value, 1000));
const id = z.string().min(1).max(128).refine(isPrintable, 'has unprintable characters');
const epochMs = z.int().refine(isTime, 'not a time in epoch milliseconds');

const reportSchema = z
  .object({
    venue: id,
    venueAccount: id,
    sequence: z.int().min(1),
    execId: id,
    execType: z.enum(ExecType),
    clientOrderId: id,
    origClientOrderId: id.exactOptional(),
    venueOrderId: id,
    symbol: id,
    side: z.enum(Side),
    orderQuantity: total,
    cumQuantity: total,
    leavesQuantity: total,
    lastQuantity: decimal.exactOptional(),
    lastPrice: decimal.exactOptional(),
    liquidity: z.enum(['MAKER', 'TAKER']).exactOptional(),
    matchId: id.exactOptional(),
    fee: decimal.exactOptional(),
    feeCurrency: id.exactOptional(),
    limitPrice: price.exactOptional(),
    stopPrice: price.exactOptional(),
    execRefId: id.exactOptional(),
    reason: text.exactOptional(),
    text: text.exactOptional(),
    transactTimeMs: epochMs,
  })
  .superRefine((report, context) => {
    const isFill = report.execType === 'TRADE' || report.execType === 'TRADE_CORRECT';
    for (const field of isFill ? (['lastQuantity', 'lastPrice'] as const) : []) {
      const value = report[field];
      if (value === undefined || !isPositive(value))
        context.addIssue({ code: 'custom', path: [field], message: 'a fill needs one above 0' });
    }
    const changes = report.execType === 'TRADE_CORRECT' || report.execType === 'TRADE_CANCEL';
    if (changes && report.execRefId === undefined)
      context.addIssue({ code: 'custom', path: ['execRefId'], message: `${report.execType} needs one` });
  });
const reportsSchema = z.object({ reports: z.array(z.unknown()) });
const pageSchema = reportsSchema.extend({ lastSequence: z.int().min(0).optional().catch(undefined) });
const refusalSchema = z.object({
  reason: z.string().min(1).max(100),
  text,
  reports: z.array(z.unknown()).default([]),
});

const quoteSchema = z.object({
  symbol: id,
  venue: id,
  bidPrice: plainDecimal,
  bidQuantity: plainDecimal,
  askPrice: plainDecimal,
  askQuantity: plainDecimal,
  lastPrice: plainDecimal,
  marketTimeMs: epochMs,
});

const streamMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reports'), reports: z.array(z.unknown()) }),
  z.object({ type: z.literal('heartbeat'), lastSequence: z.int().min(0) }),
  z.object({ type: z.literal('quotes'), quotes: z.array(z.unknown()) }),
]);
/** A message of a stream; its reports and quotes are to be read one by one, so that a bad one spoils itself only. */
export type StreamMessage =
  z.infer<typeof streamMessageSchema> | { readonly type: 'unreadable'; readonly body: string };

/** Reads each report by itself. */
export const readEach = (values: readonly unknown[], source: ReportSource): readonly Reading[] =>
  values.map((value) => readReport(value, source));

function readReport(value: unknown, source: ReportSource): Reading {
  const { data, error } = reportSchema.safeParse(value);
  if (data === undefined) {
    const { path = [], message = '' } = error.issues[0] ?? {};
    // What is no object at all has no field to blame.
    const why = path.length === 0 ? message : `${path.join('.')}: ${message}`;
    return { unreadable: unreadable(value, source, why) };
  }
  const report: ExecutionReport = data;
  if (report.venue === source.venue && report.venueAccount === source.venueAccount) return { report };
  const why = `it is of ${report.venue}/${report.venueAccount} and came for ${source.venue}/${source.venueAccount}`;
  return { unreadable: unreadable(value, source, why) };
}

/** The reports of a success answer; one unreadable whole when it is not even a list of reports. */
export function readReports(body: string, source: ReportSource): readonly Reading[] {
  const answer = reportsSchema.safeParse(parseJson(body)).data;
  return answer === undefined ? [unreadableAnswer(body, source)] : readEach(answer.reports, source);
}

/** A page of reports after a sequence; what has no readable sequence gets the place at which it stands. */
export function readReportPage(body: string, source: ReportSource, after: number): ReportPage {
  const page = pageSchema.safeParse(parseJson(body)).data;
  if (page === undefined) return pageOf([unreadableAnswer(body, source)], after);
  const readings = readEach(page.reports, source);
  const lastSequence = page.lastSequence ?? after + readings.length;
  return pageOf(inPlace(readings, after, lastSequence), lastSequence);
}
const pageOf = (readings: readonly Reading[], lastSequence: number): ReportPage => ({
  ...partsOf(readings),
  lastSequence,
});
const unreadableAnswer = (body: string, source: ReportSource): Reading => ({
  unreadable: unreadableText(body, source, NO_LIST),
});
const NO_LIST = 'the answer is no list of reports';
/** Not even how many reports it should be can be told. */
export const isNoList = ({ unreadable: bad }: Reading): boolean => bad?.why === NO_LIST;

/** The venue's refusal, or undefined when it cannot be read; `readings` are its reports. */
export function readRefusal(
  body: string,
  source: ReportSource,
): { readonly refusal: Omit<Refused, 'reports'>; readonly readings: readonly Reading[] } | undefined {
  const refusal = refusalSchema.safeParse(parseJson(body)).data;
  if (refusal === undefined) return undefined;
  const { reports, ...said } = refusal;
  return { refusal: { kind: 'refused', ...said }, readings: readEach(reports, source) };
}

const openOrdersSchema = z.object({
  orders: z.array(
    z.object({
      clientOrderIds: z.array(text),
      venueOrderId: id,
      symbol: id,
      side: z.enum(Side),
      quantity: plainDecimal,
      cumQuantity: plainDecimal,
      limitPrice: plainDecimal.exactOptional(),
    }),
  ),
  next: id.nullable(),
});
/** A page of open orders and what the next one comes after; `next` is null on the last page. */
export interface OpenOrdersPage {
  readonly orders: readonly VenueOpenOrder[];
  readonly next: string | null;
}
/** The whole page or undefined: with one order that cannot be read it says nothing of what is missing. */
export const readOpenOrders = (body: string): OpenOrdersPage | undefined =>
  openOrdersSchema.safeParse(parseJson(body)).data;

const positionsSchema = z.object({ positions: z.array(z.object({ symbol: id, quantity: plainDecimal })) });
const balancesSchema = z.object({ balances: z.array(z.object({ currency: id, amount: plainDecimal })) });
/** All positions, or undefined when one of them cannot be read. */
export const readPositions = (body: string): readonly VenuePosition[] | undefined =>
  positionsSchema.safeParse(parseJson(body)).data?.positions;
export const readBalances = (body: string): readonly VenueBalance[] | undefined =>
  balancesSchema.safeParse(parseJson(body)).data?.balances;

/** A message of a stream. */
export const readStreamMessage = (body: string): StreamMessage =>
  streamMessageSchema.safeParse(parseJson(body)).data ?? { type: 'unreadable', body };

/** A quote of the stream, stamped with the wall time of its arrival; undefined when it cannot be read. */
export function quoteReceived(value: unknown, receivedAtMs: number): Quote | undefined {
  const quote = quoteSchema.safeParse(value).data;
  return quote === undefined ? undefined : { ...quote, receivedAtMs };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
