/** Commands that set what a scope may send, and which of two states allows less. */
import type { Violation } from './order-request';
import { TradingState } from './risk/limits';
import type { LimitScope } from './risk/limits';
import { ID_PART, ID_PART_RULE } from './ids';
import { SYMBOL } from './request-validation';
import { isPrintable, shown, violation } from './violations';

const RANK: Readonly<Record<TradingState, number>> = { ACTIVE: 0, REDUCING: 1, HALTED: 2 };
const TEXT_MAX = 200;
const TEXT_RULE = `1 to ${String(TEXT_MAX)} printable characters.`;

/** True when `state` allows less than `other`. */
export const isStricter = (state: TradingState, other: TradingState): boolean => RANK[state] > RANK[other];

/** What is wrong with a command of unknown origin; empty when nothing is. */
export function checkTradingStateCommand(raw: unknown): readonly Violation[] {
  const command = typeof raw === 'object' && raw !== null ? (raw as Readonly<Record<string, unknown>>) : {};
  const broken = (field: string, rule: string): Violation =>
    violation('COMMAND_INVALID', field, shown(command[field]), rule);
  const { commandId, state, actor, reason, approvedBy } = command;
  return [
    ...(typeof commandId === 'string' && ID_PART.test(commandId) ? [] : [broken('commandId', `${ID_PART_RULE}.`)]),
    ...(typeof state === 'string' && Object.hasOwn(TradingState, state)
      ? []
      : [broken('state', `One of ${Object.keys(TradingState).join(', ')}.`)]),
    ...(isName(actor) ? [] : [broken('actor', `${ID_PART_RULE}.`)]),
    ...(isText(reason) ? [] : [broken('reason', TEXT_RULE)]),
    ...(approvedBy === undefined || isName(approvedBy) ? [] : [broken('approvedBy', `${ID_PART_RULE}.`)]),
  ];
}

/** What is wrong with a scope of unknown origin; an empty scope is the whole firm. */
export function checkScope(raw: unknown): readonly Violation[] {
  const scope = typeof raw === 'object' && raw !== null ? (raw as Readonly<Record<string, unknown>>) : {};
  return Object.entries(scope).flatMap(([field, value]) => {
    const rule = (SCOPE_RULES as Readonly<Record<string, RegExp>>)[field];
    if (rule === undefined)
      return [violation('SCOPE_INVALID', field, shown(value), `One of ${Object.keys(SCOPE_RULES).join(', ')}.`)];
    return typeof value === 'string' && rule.test(value)
      ? []
      : [violation('SCOPE_INVALID', field, shown(value), `${ID_PART_RULE}.`)];
  });
}
const SCOPE_RULES: Readonly<Record<keyof LimitScope, RegExp>> = {
  account: ID_PART,
  strategy: ID_PART,
  symbol: SYMBOL,
  venue: ID_PART,
};

/** `firm`, or `account=alpha,strategy=crossover`: the same scope always reads the same. */
export function scopeName(scope: LimitScope): string {
  const parts = (Object.keys(SCOPE_RULES) as readonly (keyof LimitScope)[]).flatMap((field) => {
    const value = scope[field];
    return value === undefined ? [] : [`${field}=${value}`];
  });
  return parts.length === 0 ? 'firm' : parts.join(',');
}

const isName = (value: unknown): boolean => typeof value === 'string' && ID_PART.test(value);
const isText = (value: unknown): boolean =>
  typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_MAX && isPrintable(value);
