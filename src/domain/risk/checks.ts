import type { Violation } from '../order-request';
import { violation } from '../violations';
import { accountActive } from './account-active';
import { accountExposureLimit } from './account-exposure-limit';
import { accountKnown } from './account-known';
import { accountReducing } from './account-reducing';
import { borrow } from './borrow';
import { buyingPower } from './buying-power';
import { concentration } from './concentration';
import { currencyExposure } from './currency-exposure';
import { dailyLoss } from './daily-loss';
import { dailyOrders } from './daily-orders';
import { dailyQuantity } from './daily-quantity';
import { dailyTurnover } from './daily-turnover';
import { drawdown } from './drawdown';
import { firmExposure } from './firm-exposure';
import { grossLimit } from './gross-limit';
import { instrumentKnown } from './instrument-known';
import { instrumentTradable } from './instrument-tradable';
import { longLimit } from './long-limit';
import { margin } from './margin';
import { maxOpenOrders } from './max-open-orders';
import { maxOrderValue } from './max-order-value';
import { minOrderValue } from './min-order-value';
import { orderQuantity } from './order-quantity';
import { orderRate } from './order-rate';
import { positionLimit } from './position-limit';
import { priceCollar } from './price-collar';
import { priceLimits } from './price-limits';
import { priceValidity } from './price-validity';
import { quantityValidity } from './quantity-validity';
import { quoteFresh } from './quote-fresh';
import { reduceOnly } from './reduce-only';
import { referenceCollar } from './reference-collar';
import { repeatedOrder } from './repeated-order';
import { restricted } from './restricted';
import type { RiskCheck, RiskContext } from './risk-context';
import { sectorExposure } from './sector-exposure';
import { selfTrade } from './self-trade';
import { sessionOpen } from './session-open';
import { shortLimit } from './short-limit';
import { shortSelling } from './short-selling';
import { strategyOrderRate } from './strategy-order-rate';
import { symbolExposure } from './symbol-exposure';
import { tradingHalted } from './trading-halted';
import { volumeShare } from './volume-share';
import { watched } from './watched';

/** Every pre-trade check, in the order in which a person wants to read their answers. */
export const DEFAULT_CHECKS: readonly RiskCheck[] = [
  accountKnown,
  accountActive,
  accountReducing,
  tradingHalted,
  reduceOnly,
  instrumentKnown,
  instrumentTradable,
  restricted,
  watched,
  quantityValidity,
  orderQuantity,
  minOrderValue,
  priceValidity,
  sessionOpen,
  quoteFresh,
  priceCollar,
  referenceCollar,
  priceLimits,
  volumeShare,
  maxOrderValue,
  orderRate,
  strategyOrderRate,
  repeatedOrder,
  dailyOrders,
  dailyQuantity,
  dailyTurnover,
  maxOpenOrders,
  selfTrade,
  positionLimit,
  longLimit,
  shortLimit,
  grossLimit,
  shortSelling,
  borrow,
  buyingPower,
  margin,
  symbolExposure,
  sectorExposure,
  currencyExposure,
  accountExposureLimit,
  firmExposure,
  concentration,
  dailyLoss,
  drawdown,
];

/** Where a check of one's own goes: beside another one, or behind all. */
export type CheckPlace = { readonly before: string } | { readonly after: string } | 'last';

/**
 * A new list with one more check at a named place; throws when its code is taken or the place is not there.
 *
 * Only what the compiled-in list lacks can be added: nothing takes a check away.
 */
export function addCheck(
  checks: readonly RiskCheck[],
  check: RiskCheck,
  place: CheckPlace = 'last',
): readonly RiskCheck[] {
  const codes = checks.map(({ code }) => code);
  if (check.code === '') throw new Error('a check needs a code');
  if (codes.includes(check.code)) throw new Error(`there is a check ${check.code} already: give yours another code`);
  if (place === 'last') return [...checks, check];
  const beside = 'before' in place ? place.before : place.after;
  const index = codes.indexOf(beside);
  if (index < 0) throw new Error(`there is no check ${beside} to stand beside; there are ${codes.join(', ')}`);
  return checks.toSpliced('before' in place ? index : index + 1, 0, check);
}

/** What the checks say of an order. */
export interface RiskVerdict {
  /** Every rule broken, each once; empty means approved. */
  readonly violations: readonly Violation[];
  /** What people should hear of although it denies nothing. */
  readonly notes: readonly Violation[];
}

/**
 * Runs every check, also after one that denies: a person wants to mend all that is wrong at once.
 *
 * A check that throws denies: what cannot be judged is not sent. No check at all denies as well.
 */
export function judgeRisk(context: RiskContext, checks: readonly RiskCheck[] = DEFAULT_CHECKS): RiskVerdict {
  if (checks.length === 0) {
    return { violations: [violation('RISK_CHECK_FAILED', '', undefined, 'At least one check must run.')], notes: [] };
  }
  const violations: Violation[] = [];
  const notes: Violation[] = [];
  for (const check of checks) {
    try {
      for (const found of check.check(context)) violations.push(found);
      if (check.notes !== undefined) for (const note of check.notes(context)) notes.push(note);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      violations.push(violation('RISK_CHECK_FAILED', check.code, why, 'The check must come to an answer.'));
    }
  }
  return { violations: distinct(violations), notes };
}

/** The rules broken, see {@link judgeRisk}. */
export function runChecks(context: RiskContext, checks: readonly RiskCheck[] = DEFAULT_CHECKS): readonly Violation[] {
  return judgeRisk(context, checks).violations;
}

/** Several checks miss the same part of the context: that is one thing to say. */
function distinct(violations: readonly Violation[]): readonly Violation[] {
  if (violations.length < 2) return violations;
  const broken = new Map<string, Violation>();
  for (const found of violations) {
    broken.set(JSON.stringify([found.code, found.field, found.value, found.rule]), found);
  }
  return [...broken.values()];
}
