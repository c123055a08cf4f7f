import { z } from 'zod';
import { dec, isDecimalString } from '../../domain/money';
import { OrderType, Side, TimeInForce } from '../../domain/order-request';
import type { VenueClientOrderId } from '../../domain/ids';
import { FAULT_NAMES } from './faults';
import { REPORT_PLACES, SPOILS } from './spoiled-reports';

const decimal = z
  .string()
  .refine(isDecimalString, 'must be a plain decimal number in a string')
  .transform((text) => dec(text));
const clientOrderId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')
  .transform((text) => text as VenueClientOrderId);
const account = z.string().min(1).max(64);
const epochMs = z.int().min(0);

const entrySchema = z.strictObject({
  clientOrderId,
  venueAccount: account,
  symbol: z.string().min(1).max(32),
  side: z.enum(Side),
  type: z.enum(OrderType),
  quantity: decimal.exactOptional(),
  cashQuantity: decimal.exactOptional(),
  limitPrice: decimal.exactOptional(),
  stopPrice: decimal.exactOptional(),
  timeInForce: z.enum(TimeInForce),
  expireAtMs: epochMs.exactOptional(),
});
const ONE_SIZE = 'quantity or cashQuantity, and not both';
const hasOneSize = (entry: Pick<z.infer<typeof entrySchema>, 'quantity' | 'cashQuantity'>): boolean =>
  (entry.quantity === undefined) !== (entry.cashQuantity === undefined);

/** Checks the body of a new order. */
export const submitSchema = entrySchema
  .extend({ validUntilMs: epochMs.exactOptional(), possibleResend: z.boolean().exactOptional() })
  .refine(hasOneSize, ONE_SIZE);

/** Checks the body of an order that an operator enters. */
export const verbalSchema = entrySchema.refine(hasOneSize, ONE_SIZE);

/** Checks the body of a replace; the order's id is in the path. */
export const replaceSchema = z.strictObject({
  clientOrderId,
  venueAccount: account,
  symbol: z.string().min(1).max(32),
  quantity: decimal,
  limitPrice: decimal.exactOptional(),
  stopPrice: decimal.exactOptional(),
  validUntilMs: epochMs.exactOptional(),
});

export const cancelQuerySchema = z.strictObject({ account, symbol: z.string().min(1).max(32) });
export const orderPathSchema = z.object({ venue: z.string(), clientOrderId });
export const symbolPathSchema = z.object({ symbol: z.string() });
export const tradePathSchema = z.object({ execId: z.string().max(128) });

/** Checks the body of a correction of a trade. */
export const tradeChangeSchema = z
  .strictObject({ quantity: decimal.exactOptional(), price: decimal.exactOptional() })
  .refine(({ quantity, price }) => quantity !== undefined || price !== undefined, 'quantity, price or both');
export const orderQuerySchema = z.strictObject({ account });
export const openOrdersQuerySchema = z.strictObject({
  account: account.exactOptional(),
  open: z.enum(['true', 'false']).exactOptional(),
  after: z.string().min(1).max(128).exactOptional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});
export const reportsQuerySchema = z.strictObject({
  account,
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});
export const streamQuerySchema = z.object({ account, after: z.coerce.number().int().min(0).default(0) });

/** Checks the body that switches a fault on. */
export const faultSchema = z.strictObject({
  fault: z.enum(FAULT_NAMES, `must be one of ${FAULT_NAMES.join(', ')}`),
  count: z.int().min(1).exactOptional(),
  durationMs: z.int().min(1).exactOptional(),
  params: z
    .strictObject({
      ms: z.int().min(0).exactOptional(),
      reason: z.string().min(1).exactOptional(),
      retryAfterMs: z.int().min(0).exactOptional(),
      hideHistoryMs: z.int().min(0).exactOptional(),
      how: z.enum(SPOILS).exactOptional(),
      places: z.array(z.enum(REPORT_PLACES)).exactOptional(),
      operations: z.array(z.enum(['submit', 'cancel', 'replace', 'query'])).exactOptional(),
    })
    .exactOptional(),
});
