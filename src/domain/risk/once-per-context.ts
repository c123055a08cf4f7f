import type { RiskContext } from './risk-context';

/**
 * Remembers what was computed for a context: several checks of one order need the same figure.
 *
 * Sound because a context never changes; what breaks down is not remembered and breaks down again for the next check.
 * `known` are parts of the context itself, handed on so that a check that found them need not look twice.
 */
export function oncePerContext<K, T extends object>(
  compute: (context: RiskContext, known: K) => T,
): (context: RiskContext, known: K) => T {
  const computed = new WeakMap<RiskContext, T>();
  return (context, known) => {
    const before = computed.get(context);
    if (before !== undefined) return before;
    const now = compute(context, known);
    computed.set(context, now);
    return now;
  };
}
