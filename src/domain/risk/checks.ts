import type { Violation } from '../order-request';
import { violation } from '../violations';
import { accountActive } from './account-active';
import { accountKnown } from './account-known';
import { accountReducing } from './account-reducing';
import { buyingPower } from './buying-power';
import { instrumentKnown } from './instrument-known';
import { instrumentTradable } from './instrument-tradable';
import { maxOpenOrders } from './max-open-orders';
import { maxOrderValue } from './max-order-value';
import { positionLimit } from './position-limit';
import { priceCollar } from './price-collar';
import { priceValidity } from './price-validity';
import { quantityValidity } from './quantity-validity';
import { quoteFresh } from './quote-fresh';
import type { RiskCheck, RiskContext } from './risk-context';
import { sessionOpen } from './session-open';
import { shortSelling } from './short-selling';

/** Every pre-trade check, in the order in which a person wants to read their answers. */
export const DEFAULT_CHECKS: readonly RiskCheck[] = [
  accountKnown,
  accountActive,
  accountReducing,
  instrumentKnown,
  instrumentTradable,
  quantityValidity,
  priceValidity,
  sessionOpen,
  quoteFresh,
  priceCollar,
  maxOrderValue,
  maxOpenOrders,
  positionLimit,
  shortSelling,
  buyingPower,
];

/**
 * Runs the checks and returns every rule broken, each once; empty means approved.
 *
 * A check that throws denies: what cannot be judged is not sent. No check at all denies as well.
 */
export function runChecks(context: RiskContext, checks: readonly RiskCheck[] = DEFAULT_CHECKS): readonly Violation[] {
  if (checks.length === 0) return [violation('RISK_CHECK_FAILED', '', undefined, 'At least one check must run.')];
  const broken = new Map<string, Violation>();
  for (const found of checks.flatMap((check) => runCheck(check, context))) {
    // Several checks miss the same part of the context: that is one thing to say.
    broken.set(JSON.stringify([found.code, found.field, found.value, found.rule]), found);
  }
  return [...broken.values()];
}

function runCheck(check: RiskCheck, context: RiskContext): readonly Violation[] {
  try {
    return check.check(context);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [violation('RISK_CHECK_FAILED', check.code, why, 'The check must come to an answer.')];
  }
}
