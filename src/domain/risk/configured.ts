/** What the checks of configured limits have in common: a limit that is not set asks for nothing, missing data denies. */
import type { Violation } from '../order-request';
import { violation } from '../violations';
import type { LimitName, ResolvedLimits } from './limits';
import type { RiskData } from './risk-data';
import type { RiskContext } from './risk-context';

const PART_RULES: Readonly<Record<keyof RiskData, string>> = {
  portfolio: "A limit is set that needs the account's positions in all symbols.",
  firm: 'A limit is set that needs the exposure of all accounts.',
  day: "A limit is set that needs the account's figures of the running market day.",
  peakEquity: 'A limit is set that needs the highest equity of the account.',
  recent: "A limit is set that needs the account's last orders, back to the beginning of its window.",
  ownOpenOrders: "A limit is set that needs the account's open orders in the symbol.",
  borrow: 'A limit is set that needs the quantity available to borrow.',
  reference: 'A limit is set that needs the reference price or the average volume of the symbol.',
  tradingStates: 'A limit is set that needs the trading states.',
};

/** Denies for a part that a configured limit needs and that is not known. */
export const dataMissing = (part: keyof RiskData, value: string | undefined, rule = PART_RULES[part]): Violation =>
  violation('RISK_DATA_MISSING', part, value, rule);

/** Runs `check` with the part, or denies without it. */
export function withData<P extends keyof RiskData>(
  context: RiskContext,
  part: P,
  check: (data: RiskData[P] & {}) => readonly Violation[],
): readonly Violation[] {
  const data = context[part];
  return data === undefined ? [dataMissing(part, undefined)] : check(data);
}

/** Runs `check` with the limit of the document; without one there is nothing to keep. */
export function whenSet<N extends LimitName>(
  context: RiskContext,
  name: N,
  check: (limit: ResolvedLimits[N] & {}) => readonly Violation[],
): readonly Violation[] {
  const limit = context.limits?.[name];
  return limit === undefined ? [] : check(limit);
}
