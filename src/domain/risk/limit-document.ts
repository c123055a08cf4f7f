/** Finds the limits in force for an order: of every entry that matches, the strictest value of each limit. */
import { lessThan } from '../money';
import type { DecimalString } from '../money';
import { LIMITS, TradingState } from './limits';
import type { LimitName, LimitScope, LimitValue, LimitValues, ResolvedLimits } from './limits';

/** Limits for the orders that a scope matches. */
export interface LimitEntry {
  readonly scope: LimitScope;
  readonly limits: LimitValues;
}

/** The limits of a desk. A document never changes: a change is a new document with a new version. */
export interface LimitDocument {
  /** Tells documents apart; part of every sentence about a broken limit of the document. */
  readonly version: string;
  readonly entries: readonly LimitEntry[];
}

/** Whom limits are asked for. */
export interface LimitKey {
  readonly account: string;
  readonly strategy: string;
  readonly symbol: string;
  /** Absent while no venue is chosen: entries for a venue do not match then. */
  readonly venue?: string | undefined;
}

export const SCOPE_PARTS = ['account', 'strategy', 'symbol', 'venue'] as const satisfies readonly (keyof LimitScope)[];
const NAMES = Object.keys(LIMITS) as LimitName[];
/** Separates the names of a cache key; no id has a control character. */
const SEPARATOR = '\u0000';

/** Answers with the limits in force. The answer for one key is one object: asking again costs a look into a map. */
export interface LimitResolver {
  readonly version: string;
  limitsOf(key: LimitKey): ResolvedLimits;
  /** Says whether some entry is for one venue only: an order is then judged again once its venue is chosen. */
  readonly hasVenueLimits: boolean;
}

/**
 * Prepares a document that was checked (see `parseLimitDocument`).
 *
 * Kept answers are as many as the combinations of the names that the document mentions: a name that it does not mention
 * is like every other such name, so that orders with ever new strategies do not fill the memory.
 */
export function createLimitResolver(document: LimitDocument): LimitResolver {
  const mentioned = SCOPE_PARTS.map((part) => ({
    part,
    names: new Set(document.entries.flatMap(({ scope }) => (scope[part] === undefined ? [] : [scope[part]]))),
  }));
  const resolved = new Map<string, ResolvedLimits>();
  return {
    version: document.version,
    hasVenueLimits: document.entries.some(({ scope }) => scope.venue !== undefined),
    limitsOf(key) {
      let cacheKey = '';
      for (const { part, names } of mentioned) {
        const name = key[part];
        cacheKey += SEPARATOR + (name !== undefined && names.has(name) ? name : '');
      }
      const known = resolved.get(cacheKey);
      if (known !== undefined) return known;
      const made = resolve(document, key);
      resolved.set(cacheKey, made);
      return made;
    },
  };
}

/** Says whether a scope is for these names. */
export const matches = (scope: LimitScope, key: LimitKey): boolean =>
  SCOPE_PARTS.every((part) => scope[part] === undefined || scope[part] === key[part]);

/** A scope in words, the widest part first: `account alpha, symbol AAPL`; `the firm` for all. */
export function scopeInWords(scope: LimitScope): string {
  const parts = SCOPE_PARTS.flatMap((part) => (scope[part] === undefined ? [] : [`${part} ${scope[part]}`]));
  return parts.length === 0 ? 'the firm' : parts.join(', ');
}

/** The stricter of two values of one limit; of equal ones the first. */
export function stricter<V extends LimitValue>(name: LimitName, first: V, second: V): V {
  const { strictest } = LIMITS[name];
  if (strictest === 'true') return first === true ? first : second;
  if (strictest === 'HALTED, then REDUCING') return rank(first) >= rank(second) ? first : second;
  const isSecondLower =
    typeof first === 'number' && typeof second === 'number'
      ? second < first
      : lessThan(second as DecimalString, first as DecimalString);
  if (strictest === 'lowest') return isSecondLower ? second : first;
  return isSecondLower || first === second ? first : second;
}

// A state that we do not know counts as halted.
const rank = (state: LimitValue): number =>
  state === TradingState.ACTIVE ? 0 : state === TradingState.REDUCING ? 1 : 2;

function resolve(document: LimitDocument, key: LimitKey): ResolvedLimits {
  const matching = document.entries.filter(({ scope }) => matches(scope, key));
  const found: Partial<Record<LimitName, { value: LimitValue; scope: string }>> = {};
  for (const name of NAMES) {
    for (const { scope, limits } of matching) {
      const value: LimitValue | undefined = limits[name];
      if (value === undefined) continue;
      const before = found[name];
      if (before !== undefined && stricter(name, before.value, value) === before.value) continue;
      found[name] = { value, scope: `${scopeInWords(scope)} in limits ${document.version}` };
    }
    const rule = LIMITS[name];
    if (found[name] === undefined && 'fallback' in rule) {
      found[name] = { value: rule.fallback, scope: 'every account by default' };
    }
  }
  // Sound: each value came from an entry under the same name, or is that name's own default.
  return found as ResolvedLimits;
}
