/** What a second person's word, or the chance to ask for it, makes of broken rules. */
import type { PreTradeInput } from './contract';
import type { Violation } from '../src/domain/order-request';
import type { ResolvedLimits } from '../src/domain/risk/limits';
import { mayBeOverridden, splitWaived } from '../src/domain/risk/overrides';
import type { RiskCheck } from '../src/domain/risk/risk-context';
import type { PreTradeVerdict } from '../src/ports/stores';

/** A second person may be asked, or has waived some checks. */
export type Overriding = 'askable' | NonNullable<PreTradeInput['approval']>;

type Denial = Exclude<PreTradeVerdict, { kind: 'approved' }>;

/**
 * Waives what a person has waived. What is left denies, or waits for a person: only where it all is of limits of
 * judgement and the limits in force give time for that.
 */
export function afterOverride(
  checks: readonly RiskCheck[],
  judged: { readonly override?: Overriding; readonly wallTimeMs: number },
  violations: readonly Violation[],
  limits: ResolvedLimits | undefined,
): { readonly denial?: Denial; readonly waived: readonly Violation[] } {
  const { override, wallTimeMs } = judged;
  const codes = override === undefined || override === 'askable' ? [] : override.waived;
  const { denying: reasons, waived } = splitWaived(checks, violations, codes);
  if (reasons.length === 0) return { waived };
  const withinMs = limits?.approvalWithinMs?.value;
  if (override === 'askable' && withinMs !== undefined && mayBeOverridden(checks, reasons))
    return { waived, denial: { kind: 'needsApproval', reasons, approveByMs: wallTimeMs + withinMs } };
  return { waived, denial: { kind: 'denied', reasons } };
}

/** What the decision keeps of an approval: who, why, and what the order really breaks. */
export function overrideOf(
  override: Overriding | undefined,
  waived: readonly Violation[],
): Pick<Extract<PreTradeVerdict, { kind: 'approved' }>, 'override'> {
  if (override === undefined || override === 'askable') return {};
  return { override: { by: override.by, reason: override.reason, waived } };
}
