import { createHash } from 'node:crypto';

/** Spells a JSON value in one way only: keys in order, no spaces, absent for undefined. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The hash before an order's first event. */
export const genesisHash = (orderId: string): string => sha256(orderId);
/** The hash of a chain after one more event. */
export const chainedHash = (previousHash: string, payload: string): string => sha256(previousHash + payload);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
