/** What a new limit document changes, and whether it lets any order pass that the one before did not. */
import { createLimitResolver, SCOPE_PARTS, stricter } from './limit-document';
import type { LimitDocument, LimitEntry, LimitKey } from './limit-document';
import { LIMITS } from './limits';
import type { LimitName, LimitScope, LimitValue, ResolvedLimits } from './limits';

/** `unclear`: what is measured changes, so that some orders pass that did not and some the other way about. */
export type LimitEffect = 'tighter' | 'looser' | 'unclear' | 'none';

/** One limit of one scope that differs. */
export interface LimitChange {
  readonly scope: LimitScope;
  readonly limit: LimitName;
  /** What the entry set; absent: it did not. */
  readonly before?: LimitValue;
  readonly after?: LimitValue;
  /** What it does to the limits in force; `none` where another entry is the stricter one before and after. */
  readonly effect: LimitEffect;
}

export interface LimitComparison {
  readonly changes: readonly LimitChange[];
  /** True unless every order that passes under the new limits would have passed under the ones before. */
  readonly loosens: boolean;
}

/**
 * Compares two checked documents; `undefined` before any: then nothing is bounded and nothing can be loosened.
 *
 * An order's limits come from the entries whose scopes cover it. Among all orders of a scope the one whose other names
 * nobody mentions is covered by the fewest entries, so that it is the one to look at: an entry that was taken away or
 * changed can only have loosened something for it or, where a default or nothing takes its place, for the one that it has
 * in common with an entry of the new document. Looking at these is looking at all.
 */
export function compareLimits(before: LimitDocument | undefined, after: LimitDocument): LimitComparison {
  const inForce = { before: before && createLimitResolver(before), after: createLimitResolver(after) };
  const entries = { before: before?.entries ?? [], after: after.entries };
  const generic = genericNames([...entries.before, ...entries.after]);
  const effectAt = (limit: LimitName, scope: LimitScope): LimitEffect => {
    const key: LimitKey = { ...generic, ...scope };
    return effectOf(limit, inForce.before?.limitsOf(key), inForce.after.limitsOf(key));
  };
  const changes = scopesOf(entries.before, entries.after).flatMap(({ scope, was, is }) =>
    NAMES.flatMap((limit): readonly LimitChange[] => {
      const [old, now]: (LimitValue | undefined)[] = [was?.limits[limit], is?.limits[limit]];
      if (old === now) return [];
      const scopes = [scope, ...(hasDefault(limit) ? meetings(scope, limit, entries.after) : [])];
      const effect = strongest(scopes.map((one) => effectAt(limit, one)));
      return [
        {
          scope,
          limit,
          ...(old === undefined ? {} : { before: old }),
          ...(now === undefined ? {} : { after: now }),
          effect,
        },
      ];
    }),
  );
  return { changes, loosens: changes.some(({ effect }) => effect === 'looser' || effect === 'unclear') };
}

const NAMES = Object.keys(LIMITS) as LimitName[];

/**
 * The age of quotes chooses the market price that others are measured against: without the older quotes an order may
 * pass that did not pass with them.
 */
const MEASURES: ReadonlySet<LimitName> = new Set(['maxQuoteAgeMs']);

/** What a limit is where nobody sets it. */
interface Unset {
  readonly strictest: string;
  readonly fallback?: LimitValue;
  readonly unset?: 'strictest';
}
const unsetOf = (limit: LimitName): Unset => LIMITS[limit];
const hasDefault = (limit: LimitName): boolean => {
  const { fallback, unset } = unsetOf(limit);
  return fallback !== undefined || unset !== undefined;
};

function effectOf(limit: LimitName, before: ResolvedLimits | undefined, after: ResolvedLimits): LimitEffect {
  const old = before?.[limit]?.value;
  const now = after[limit]?.value;
  const isSame = old === now || (asksNothing(old) && asksNothing(now));
  if (isSame) return 'none';
  // Without a document nothing is bounded.
  if (before === undefined) return 'tighter';
  if (MEASURES.has(limit)) return 'unclear';
  if (old === undefined || now === undefined) {
    const isUnsetStrictest = unsetOf(limit).unset === 'strictest';
    return (old === undefined) === isUnsetStrictest ? 'looser' : 'tighter';
  }
  return stricter(limit, old, now) === old ? 'looser' : 'tighter';
}

/** A flag that is off and a state in which everything may be sent are as good as not set. */
const asksNothing = (value: LimitValue | undefined): boolean =>
  value === undefined || value === false || value === 'ACTIVE';

const ORDER: readonly LimitEffect[] = ['looser', 'unclear', 'tighter', 'none'];
const strongest = (effects: readonly LimitEffect[]): LimitEffect =>
  ORDER.find((effect) => effects.includes(effect)) ?? 'none';

/** Names that no entry mentions; no venue, as an order may not have one yet. */
function genericNames(entries: readonly LimitEntry[]): LimitKey {
  const mentioned = new Set(entries.flatMap(({ scope }) => SCOPE_PARTS.map((part) => scope[part])));
  let name = '*';
  while (mentioned.has(name)) name += '*';
  return { account: name, strategy: name, symbol: name };
}

/** Every scope of either document with its entries, in the order of the new one and then of the old one. */
function scopesOf(before: readonly LimitEntry[], after: readonly LimitEntry[]) {
  const named = (entries: readonly LimitEntry[]) => new Map(entries.map((entry) => [nameOf(entry.scope), entry]));
  const [old, now] = [named(before), named(after)];
  return [...new Map([...now, ...old]).entries()].map(([name, { scope }]) => ({
    scope,
    was: old.get(name),
    is: now.get(name),
  }));
}
const nameOf = (scope: LimitScope): string => JSON.stringify(SCOPE_PARTS.map((part) => scope[part] ?? null));

/** What a scope has in common with each of the entries that set the limit. */
function meetings(scope: LimitScope, limit: LimitName, entries: readonly LimitEntry[]): readonly LimitScope[] {
  return entries
    .filter(({ limits, scope: other }) => limits[limit] !== undefined && meet(scope, other))
    .map(({ scope: other }) => ({ ...scope, ...other }));
}

/** Says whether one order can be in both scopes. */
const meet = (one: LimitScope, other: LimitScope): boolean =>
  SCOPE_PARTS.every((part) => one[part] === undefined || other[part] === undefined || one[part] === other[part]);
