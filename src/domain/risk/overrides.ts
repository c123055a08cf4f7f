/** Which denials a second person may override: those of limits of judgement, all of them at once or none. */
import type { Violation } from '../order-request';
import type { RiskCheck } from './risk-context';

/** Violations apart by whether their check was waived; a waived check that must not be overridden (any more) still denies. */
export function splitWaived(
  checks: readonly RiskCheck[],
  violations: readonly Violation[],
  waived: readonly string[],
): { readonly denying: readonly Violation[]; readonly waived: readonly Violation[] } {
  const isWaived = ({ code }: Violation): boolean => waived.includes(code) && isOverridable(checks, code);
  return { denying: violations.filter((broken) => !isWaived(broken)), waived: violations.filter(isWaived) };
}

/** Says whether a second person may let an order pass that breaks these rules. */
export const mayBeOverridden = (checks: readonly RiskCheck[], violations: readonly Violation[]): boolean =>
  violations.length > 0 && violations.every(({ code }) => isOverridable(checks, code));

// By the check's own code: what is missing is told under another one.
const isOverridable = (checks: readonly RiskCheck[], code: string): boolean =>
  checks.some((check) => check.code === code && check.overridable === true);
