import { z } from 'zod';
import { ExecType } from '../../domain/execution-report';
import type { ExecutionReport } from '../../domain/execution-report';
import type { Quote } from '../../domain/instruments';
import { dec, isDecimalString } from '../../domain/money';
import { Side } from '../../domain/order-request';
import type { Refused, ReportPage } from '../../ports/venue';

// Everything here reads bytes of another process: nothing is taken over unchecked.
const decimal = z
  .string()
  .refine(isDecimalString, 'not a plain decimal')
  .transform((value) => dec(value));
const text = z.string().max(1000);
const id = z.string().min(1).max(128);
const epochMs = z.int().min(0);

const reportSchema = z.object({
  venue: id,
  venueAccount: id,
  sequence: z.int().min(0),
  execId: id,
  execType: z.enum(ExecType),
  clientOrderId: id,
  origClientOrderId: id.exactOptional(),
  venueOrderId: id,
  symbol: id,
  side: z.enum(Side),
  orderQuantity: decimal,
  cumQuantity: decimal,
  leavesQuantity: decimal,
  lastQuantity: decimal.exactOptional(),
  lastPrice: decimal.exactOptional(),
  liquidity: z.enum(['MAKER', 'TAKER']).exactOptional(),
  fee: decimal.exactOptional(),
  feeCurrency: id.exactOptional(),
  limitPrice: decimal.exactOptional(),
  stopPrice: decimal.exactOptional(),
  execRefId: id.exactOptional(),
  reason: text.exactOptional(),
  text: text.exactOptional(),
  transactTimeMs: epochMs,
});
const reportsSchema = z.object({ reports: z.array(reportSchema) });
const pageSchema = reportsSchema.extend({ lastSequence: z.int().min(0) });
const refusalSchema = z.object({
  reason: z.string().min(1).max(100),
  text,
  reports: z.array(reportSchema).default([]),
});

const quoteSchema = z.object({
  symbol: id,
  venue: id,
  bidPrice: decimal,
  bidQuantity: decimal,
  askPrice: decimal,
  askQuantity: decimal,
  lastPrice: decimal,
  marketTimeMs: epochMs,
});

const streamMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reports'), reports: z.array(reportSchema).min(1) }),
  z.object({ type: z.literal('heartbeat'), lastSequence: z.int().min(0) }),
  z.object({ type: z.literal('quotes'), quotes: z.array(quoteSchema) }),
]);
export type StreamMessage = z.infer<typeof streamMessageSchema>;

/** The reports of a success answer, or undefined when it cannot be read. */
export function readReports(body: string): readonly ExecutionReport[] | undefined {
  return reportsSchema.safeParse(parseJson(body)).data?.reports;
}

/** A page of reports, or undefined when it cannot be read. */
export function readReportPage(body: string): ReportPage | undefined {
  return pageSchema.safeParse(parseJson(body)).data;
}

/** The venue's refusal, or undefined when it cannot be read. */
export function readRefusal(body: string): Refused | undefined {
  const refusal = refusalSchema.safeParse(parseJson(body)).data;
  return refusal === undefined ? undefined : { kind: 'refused', ...refusal };
}

/** A message of a stream, or undefined when it cannot be read. */
export function readStreamMessage(body: string): StreamMessage | undefined {
  return streamMessageSchema.safeParse(parseJson(body)).data;
}

/** A quote of the stream, stamped with the wall time of its arrival. */
export function quoteReceived(quote: Omit<Quote, 'receivedAtMs'>, receivedAtMs: number): Quote {
  return { ...quote, receivedAtMs };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
