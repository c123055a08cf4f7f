/** Zod schemas of what comes from outside. The rules of an order live in the domain; these schemas ask there. */
import { z } from 'zod';
import { ExecType } from '../domain/execution-report';
import type { ExecutionReport } from '../domain/execution-report';
import { ID_PART, ID_PART_RULE } from '../domain/ids';
import type { DecimalString } from '../domain/money';
import { canonical, DECIMAL_TEXT_MAX, isDecimalString, isNegative, isPositive } from '../domain/money';
import type { OrderChange, OrderRequest, Violation } from '../domain/order-request';
import { OrderType, PositionEffect, RoutingPolicy, Side, TimeInForce } from '../domain/order-request';
import {
  checkChange,
  checkRequest,
  hasFewDigits,
  METADATA_ENTRIES_MAX,
  METADATA_KEY_MAX,
  METADATA_VALUE_MAX,
  SYMBOL,
  TIME_MAX_MS,
} from '../domain/request-validation';
import { isPrintable, printable, violation } from '../domain/violations';

/** Parses an order request; each issue carries its {@link Violation} in `params` and the field as its path. */
export const orderRequestSchema = z.unknown().transform((raw, context): OrderRequest => {
  const checked = checkRequest(raw);
  return checked.ok ? checked.request : refuse(context, checked.violations);
});

/** Parses a change of an order in the same way. */
export const orderChangeSchema = z.unknown().transform((raw, context): OrderChange => {
  const checked = checkChange(raw);
  return checked.ok ? checked.change : refuse(context, checked.violations);
});

const idShape = z.string().regex(ID_PART).describe(ID_PART_RULE);
const decimalShape = z
  .string()
  .max(DECIMAL_TEXT_MAX)
  .regex(/^(?:0|[1-9]\d*)(?:\.\d+)?$/)
  .describe('A plain decimal above 0, as a string, at most 18 digits.');

/** The outer form of a request, for OpenAPI and JSON Schema only: what it lets through, {@link orderRequestSchema} still judges. */
export const orderRequestShape = z.strictObject({
  clientOrderId: idShape.describe("The caller's own id, unique per account for ever."),
  account: idShape.describe("An internal alias, never a broker's account number."),
  strategy: idShape,
  symbol: z.string().regex(SYMBOL),
  side: z.enum(Side),
  type: z.enum(OrderType),
  quantity: decimalShape,
  limitPrice: decimalShape.optional().describe('Required for LIMIT and STOP_LIMIT, forbidden for the others.'),
  stopPrice: decimalShape.optional().describe('Required for STOP and STOP_LIMIT, forbidden for the others.'),
  timeInForce: z.enum(TimeInForce),
  expireAtMs: z
    .int()
    .positive()
    .max(TIME_MAX_MS)
    .optional()
    .describe('UTC epoch milliseconds of market time; required for GTD, forbidden for the others.'),
  routing: z.enum(RoutingPolicy).optional(),
  venue: idShape.optional().describe('Required for routing VENUE; otherwise a restriction to this venue.'),
  positionEffect: z
    .enum(PositionEffect)
    .optional()
    .describe('Of a hedging account: OPEN leaves the opposite leg alone, CLOSE and none close it first.'),
  parent: idShape.optional().describe('Client order id or basket that this order belongs to.'),
  metadata: z
    .record(z.string().min(1).max(METADATA_KEY_MAX), z.string().max(METADATA_VALUE_MAX))
    .optional()
    .describe(`At most ${String(METADATA_ENTRIES_MAX)} free entries, carried and never interpreted.`),
});

/** The outer form of a change, for OpenAPI and JSON Schema only. */
export const orderChangeShape = z.strictObject({
  quantity: decimalShape.optional().describe('The new total quantity, filled part included.'),
  limitPrice: decimalShape.optional(),
  stopPrice: decimalShape.optional(),
});

/** Longest id of a venue, in characters; FIX and every exchange API stay far below. */
const VENUE_ID_MAX = 128;
const REPORT_TEXT_MAX = 1024;

const venueId = z.string().max(VENUE_ID_MAX).refine(isPrintable, 'must be printable');
// A fill is never lost for a long or ugly sentence: free text is cut and cleaned, not refused.
const freeText = z.string().transform((text) => printable(text, REPORT_TEXT_MAX));
const decimal = z.custom<DecimalString>(
  (value) => isDecimalString(value) && hasFewDigits(value),
  'must be a plain decimal in a string, at most 18 digits',
);
const signed = decimal.transform((value): DecimalString => canonical(value));
const unsigned = decimal
  .refine((value) => !isNegative(value), 'must not be negative')
  .transform((value): DecimalString => canonical(value));
const positive = decimal
  .refine((value) => isPositive(value), 'must be above 0')
  .transform((value): DecimalString => canonical(value));
const counted = z.int().nonnegative();

/** A report of a venue, hostile until parsed; unknown fields are dropped, as venues add some at any time. */
export const executionReportSchema = z
  .object({
    venue: idShape,
    venueAccount: idShape,
    sequence: counted,
    execId: venueId.min(1),
    execType: z.enum(ExecType),
    // Empty on orders that were placed elsewhere, which are adopted.
    clientOrderId: venueId,
    origClientOrderId: venueId.optional(),
    venueOrderId: venueId,
    symbol: z.string().min(1).max(64).refine(isPrintable, 'must be printable'),
    side: z.enum(Side),
    orderQuantity: unsigned,
    cumQuantity: unsigned,
    leavesQuantity: unsigned,
    lastQuantity: unsigned.optional(),
    lastPrice: unsigned.optional(),
    liquidity: z.enum(['MAKER', 'TAKER']).optional(),
    fee: signed.optional(),
    feeCurrency: z.string().min(1).max(16).refine(isPrintable, 'must be printable').optional(),
    limitPrice: positive.optional(),
    stopPrice: positive.optional(),
    execRefId: venueId.min(1).optional(),
    reason: freeText.optional(),
    text: freeText.optional(),
    transactTimeMs: counted.max(TIME_MAX_MS),
  })
  .superRefine((report, context) => {
    const needs = (field: 'lastQuantity' | 'lastPrice'): void => {
      const value = report[field];
      if (value !== undefined && isPositive(value)) return;
      context.addIssue({
        code: 'custom',
        path: [field],
        message: `${report.execType} needs a ${field} above 0`,
        input: value,
      });
    };
    if (report.execType === ExecType.TRADE) {
      needs('lastQuantity');
      needs('lastPrice');
    }
    const changesTrade = report.execType === ExecType.TRADE_CANCEL || report.execType === ExecType.TRADE_CORRECT;
    if (changesTrade && report.execRefId === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['execRefId'],
        message: `${report.execType} needs the execution that it changes`,
      });
    }
  });

export type ReportCheck =
  | { readonly ok: true; readonly report: ExecutionReport }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** Parses a venue's report of unknown origin; never throws. */
export function parseExecutionReport(raw: unknown): ReportCheck {
  try {
    const parsed = executionReportSchema.safeParse(raw, { reportInput: true });
    // Zod types an absent optional field as possibly undefined; it leaves such a field out or as it came.
    if (parsed.success) return { ok: true, report: withoutAbsent(parsed.data) as ExecutionReport };
    const violations = parsed.error.issues.map((issue) =>
      violation('REPORT_FORMAT', issue.path.join('.'), issue.input, printable(issue.message, 200)),
    );
    return { ok: false, violations };
  } catch {
    // A getter or a proxy that throws: not something that a venue can send.
    return {
      ok: false,
      violations: [violation('REPORT_FORMAT', '', undefined, 'A plain object whose fields can be read.')],
    };
  }
}

/** As it is after a way through JSON, which knows neither an absent field nor a negative zero. */
function withoutAbsent(value: object): object {
  const parts = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(parts.map(([name, part]) => [name, part === 0 ? 0 : (part as unknown)]));
}

function refuse(context: z.RefinementCtx, violations: readonly Violation[]): never {
  for (const broken of violations) {
    context.addIssue({
      code: 'custom',
      path: broken.field === '' ? [] : broken.field.split('.'),
      message: broken.rule,
      params: { violation: broken },
    });
  }
  return z.NEVER;
}
