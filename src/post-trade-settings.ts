/** Reads the settings of post-trade analysis from a catalog. */
import { z } from 'zod';
import { ID_PART, ID_PART_RULE } from './domain/ids';
import { canonical, isDecimalString, isNegative } from './domain/money';
import type { DecimalString } from './domain/money';
import { DEFAULT_POST_TRADE_SETTINGS } from './domain/post-trade/settings';
import type { PostTradeSettings } from './domain/post-trade/settings';
import { hasFewDigits } from './domain/request-validation';

const amount = z
  .custom<DecimalString>(
    (value) => isDecimalString(value) && hasFewDigits(value),
    'must be a plain decimal in a string, such as "0.01"',
  )
  .transform((value): DecimalString => canonical(value))
  .refine((value) => !isNegative(value), 'must not be negative');
/** A day: what lies further back is not read again. */
const MS_MOST = 24 * 3_600_000;
const milliseconds = z.int('must be a whole number of milliseconds').min(0).max(MS_MOST);
const id = z.string().regex(ID_PART, ID_PART_RULE);

/** What differs from the defaults. */
export const postTradeSchema = z.strictObject({
  maxQuoteAgeMs: z.exactOptional(milliseconds),
  maxQuoteLeadMs: z.exactOptional(milliseconds),
  clockToleranceMs: z.exactOptional(milliseconds),
  feeTolerance: z.exactOptional(amount),
  washWindowMs: z.exactOptional(milliseconds),
  washPriceToleranceBps: z.exactOptional(amount),
  washQuantityTolerancePercent: z.exactOptional(amount),
  layeringWindowMs: z.exactOptional(milliseconds),
  layeringMinOrders: z.exactOptional(z.int().min(1)),
  layeringMinQuantityRatio: z.exactOptional(amount),
  owners: z.exactOptional(z.record(id, z.array(id).min(1))),
});

/** The settings with the defaults. */
export const postTradeSettingsOf = (set: Partial<PostTradeSettings> = {}): PostTradeSettings => ({
  ...DEFAULT_POST_TRADE_SETTINGS,
  ...set,
});

/** Accounts of owners that do not exist, or that have two. */
export function ownerProblems(
  { owners = {} }: Partial<PostTradeSettings>,
  accounts: readonly string[],
): readonly string[] {
  const seen = new Map<string, string>();
  return Object.entries(owners).flatMap(([owner, own]) =>
    own.flatMap((account, index) => {
      const place = `postTrade.owners.${owner}.${String(index)} = ${account}`;
      const before = seen.get(account);
      seen.set(account, owner);
      if (!accounts.includes(account)) return [`${place}: must be one of ${accounts.join(', ')}`];
      return before === undefined ? [] : [`${place}: belongs to ${before} already`];
    }),
  );
}
