import { matches, scopeInWords } from './limit-document';
import { TradingState } from './limits';
import type { RiskContext } from './risk-context';

/** A state in force for the order, and who is in it. */
interface StateInForce {
  readonly state: TradingState;
  readonly scope: string;
}

/** The states in force for the order, from the limit document and from those set by hand. */
export function tradingStatesOf({ request, limits, tradingStates }: RiskContext): readonly StateInForce[] {
  const configured = limits?.tradingState;
  const configuredStates = configured === undefined ? NONE : [{ state: configured.value, scope: configured.scope }];
  if (tradingStates === undefined || tradingStates.length === 0) return configuredStates;
  const byHand = tradingStates.filter(({ scope }) => matches(scope, request));
  return [...configuredStates, ...byHand.map(({ scope, state }) => ({ state, scope: scopeInWords(scope) }))];
}
const NONE: readonly StateInForce[] = [];

/** Says whether a state stops everything; one that we do not know does. */
export const isHalted = (state: TradingState): boolean =>
  state !== TradingState.ACTIVE && state !== TradingState.REDUCING;
