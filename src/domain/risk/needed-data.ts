/** Says which parts of the context the limits in force are measured against, so that nothing else has to be read. */
import { LIMITS } from './limits';
import type { LimitName, ResolvedLimits } from './limits';
import type { RiskCheck, RiskPart } from './risk-context';

/**
 * The parts that some check of the list needs under one of the limits.
 *
 * The first limit of a check switches it on, the others say how it measures. A check without limits always judges.
 */
export function neededData(
  checks: readonly RiskCheck[],
  limits: readonly (ResolvedLimits | undefined)[],
): ReadonlySet<RiskPart> {
  return new Set(
    checks
      .filter(({ limits: [first] = [] }) => first === undefined || limits.some((set) => isOn(set, first)))
      .flatMap(({ needs = [] }) => needs),
  );
}

/** The longest window of the rolling ones in force, wall milliseconds; 0 without any. */
export function longestWindowMs(limits: readonly (ResolvedLimits | undefined)[]): number {
  return Math.max(0, ...limits.flatMap((set) => [set?.orderRateWindowMs?.value ?? 0, set?.repeatWindowMs?.value ?? 0]));
}

function isOn(set: ResolvedLimits | undefined, name: LimitName): boolean {
  const limit = set?.[name];
  // A flag that is set to false asks for nothing.
  return limit !== undefined && (LIMITS[name].kind !== 'flag' || limit.value === true);
}
