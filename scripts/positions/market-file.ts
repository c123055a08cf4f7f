/** Reads marks and rates from a file, for a book that is valued apart from any market data. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { FxRate } from '../../src/domain/fx-rates';
import type { Quote } from '../../src/domain/instruments';
import { isDecimalString, isNegative, isPositive, ZERO } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';

export interface Market {
  readonly quotes: readonly Quote[];
  readonly rates: readonly FxRate[];
}

const decimal = z.custom<DecimalString>(isDecimalString, 'must be a plain decimal in a string, such as "187.25"');
const price = decimal.refine((value) => !isNegative(value), 'must not be negative');
const name = z.string().min(1).max(64);
const atMs = z.int().positive();

const marketSchema = z.strictObject({
  quotes: z
    .array(
      z.strictObject({
        symbol: name,
        venue: name.default(''),
        bidPrice: price.default(ZERO),
        askPrice: price.default(ZERO),
        lastPrice: price.default(ZERO),
        atMs,
      }),
    )
    .default([]),
  rates: z
    .array(
      z
        .strictObject({
          from: name,
          to: name,
          rate: decimal.refine((value) => isPositive(value), 'must be above 0'),
          atMs,
        })
        .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must be another currency' }),
    )
    .default([]),
});

/** Quotes and rates of a file; throws with every path that is wrong. A price that is not given is not there (0). */
export function readMarketFile(path: string): Market {
  const parsed = marketSchema.safeParse(jsonOf(path));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || '(top)'}: ${issue.message}`);
    throw new Error(`the market file ${path} is not usable:\n${problems.join('\n')}`);
  }
  const quotes = parsed.data.quotes.map(({ atMs: receivedAtMs, ...quote }) => ({
    ...quote,
    ...{ bidQuantity: ZERO, askQuantity: ZERO, marketTimeMs: receivedAtMs, receivedAtMs },
  }));
  return { quotes, rates: parsed.data.rates };
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(
      `the market file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}
