/** Which breaches of limits begin, go on and are over. */
import { ZERO } from '../money';
import { FindingKind } from './findings';
import type { PostTradeFinding } from './findings';
import type { Measure } from './limit-measures';

export const BREACH_CODE = 'LIMIT_BREACH';

export interface BreachSteps {
  readonly opened: readonly PostTradeFinding[];
  /** Subjects of open breaches that are over, with what is there now. */
  readonly over: readonly { readonly subject: string; readonly reason: string }[];
}

/** Compares what is measured with the breaches that are open; what cannot be measured stays as it is. */
export function breachSteps(openSubjects: readonly string[], measures: readonly Measure[], atMs: number): BreachSteps {
  const bySubject = new Map(measures.map((measure) => [measure.subject, measure]));
  const open = new Set(openSubjects);
  return {
    opened: measures
      .filter(({ isBroken, subject }) => isBroken === true && !open.has(subject))
      .map((measure) => breachOf(measure, atMs)),
    over: openSubjects.flatMap((subject) => {
      const measure = bySubject.get(subject);
      if (measure === undefined) return [{ subject, reason: 'There is nothing more that the limit bounds.' }];
      const { isBroken, words, value = ZERO, bound } = measure;
      return isBroken === false ? [{ subject, reason: `The ${words} is ${value}, at most ${bound}.` }] : [];
    }),
  };
}

function breachOf(
  { limit, subject, account, symbol, words, value = ZERO, bound }: Measure,
  atMs: number,
): PostTradeFinding {
  return {
    ...{ kind: FindingKind.BREACH, code: BREACH_CODE, subject, atMs },
    ...(account === undefined ? {} : { account }),
    ...(symbol === undefined ? {} : { symbol }),
    before: { [limit]: bound },
    after: { value },
    evidence: { orderIds: [], execIds: [], timesMs: [atMs] },
    reason:
      `${account ?? ''}${symbol === undefined ? '' : ` ${symbol}`}: the ${words} is ${value}, at most ${bound} (${limit}).`.trim(),
  };
}
