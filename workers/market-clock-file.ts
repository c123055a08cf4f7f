import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ReplayClocks } from './stack';

const clocksSchema = z.record(
  z.string(),
  z.strictObject({ realOriginMs: z.number(), simOriginMs: z.number(), speed: z.number().positive() }),
);

export const marketClockFile = (stateDir: string): string => join(stateDir, 'market-clocks.json');

/**
 * The market clocks of a state folder: those of its first start for ever, as every order in it carries them along.
 * Market time therefore goes on while nothing runs, as it does in life.
 */
export async function keptMarketClocks(stateDir: string, first: () => ReplayClocks): Promise<ReplayClocks> {
  const kept = await readMarketClocks(stateDir);
  if (kept !== undefined) return kept;
  const clocks = first();
  const file = marketClockFile(stateDir);
  // Whole or not at all: a torn file would stop the next start.
  await writeFile(`${file}.new`, `${JSON.stringify(clocks, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
  return clocks;
}

/** Where each replay begins: the open of the recorded AAPL session in New York, and the recorded UTC day of BTCUSDT. */
const BEGIN_MS = {
  AAPL: Date.parse('2014-06-05T09:30:00-04:00'),
  BTCUSDT: Date.parse('2022-12-13T00:00:00Z'),
} as const;

/** Clocks of replays that begin now. */
export function firstClocks(speed: number): ReplayClocks {
  const realOriginMs = Date.now();
  return Object.fromEntries(
    Object.entries(BEGIN_MS).map(([symbol, simOriginMs]) => [symbol, { realOriginMs, simOriginMs, speed }]),
  );
}

/** The clocks that an earlier start has kept, or undefined. */
export async function readMarketClocks(stateDir: string): Promise<ReplayClocks | undefined> {
  const file = marketClockFile(stateDir);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return clocksSchema.parse(JSON.parse(text));
  } catch (error) {
    const rule =
      'must hold {"<symbol>": {"realOriginMs", "simOriginMs", "speed"}}; without it the orders of this folder lose their market time';
    throw new Error(`${file} is not usable: it ${rule}`, { cause: error });
  }
}
