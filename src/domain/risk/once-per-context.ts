import type { RiskContext } from './risk-context';

/**
 * Remembers what was computed for the last context: several checks of one order need the same figure.
 *
 * Sound because a context never changes; what breaks down is not remembered and breaks down again for the next check.
 * One context is enough, as an order is judged in one go; a map would cost more than most of the figures.
 * `known` are parts of the context itself, handed on so that a check that found them need not look twice.
 */
export function oncePerContext<K, T extends object | string | boolean>(
  compute: (context: RiskContext, known: K) => T,
): (context: RiskContext, known: K) => T {
  let last: RiskContext | undefined;
  let computed: T | undefined;
  return (context, known) => {
    if (context === last && computed !== undefined) return computed;
    const now = compute(context, known);
    last = context;
    computed = now;
    return now;
  };
}
