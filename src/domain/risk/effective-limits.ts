/** Puts the account's own limits and those of the limit document together: the stricter one counts. */
import { stricter } from './limit-document';
import type { Limit } from './limits';
import type { Account, RiskContext, RiskLimits } from './risk-context';

/** The words that close the rule of a broken limit. */
export const limitOf = ({ scope }: { readonly scope: string }): string => `(limit of ${scope})`;

/** The stricter of the account's own limit and the document's; `scope` is undefined for the account's own. */
export function effectiveLimit<N extends keyof RiskLimits>(
  { limits }: Pick<RiskContext, 'limits'>,
  account: Account,
  name: N,
): { readonly value: RiskLimits[N]; readonly words: string } {
  const own = account.limits[name];
  // The compiler does not see that each name has one kind of value in both places.
  const set = limits?.[name] as Limit<RiskLimits[N]> | undefined;
  // A missing limit of the account is not made up for: it denies where it is used.
  if (set === undefined || (own as unknown) === undefined || stricter(name, own, set.value) === own) {
    return { value: own, words: '' };
  }
  return { value: set.value, words: ` ${limitOf(set)}` };
}
