/** Puts the account's own limits and those of the limit document together: the stricter one counts. */
import { stricter } from './limit-document';
import type { Limit } from './limits';
import type { Account, RiskContext, RiskLimits } from './risk-context';

/** The words that close the rule of a broken limit. */
export const limitOf = ({ scope }: { readonly scope: string }): string => `(limit of ${scope})`;

/** The same behind a sentence that may also be about the account's own limit, which needs no words. */
export const wordsOf = ({ set }: { readonly set: { readonly scope: string } | undefined }): string =>
  set === undefined ? '' : ` ${limitOf(set)}`;

/** The stricter of the account's own limit and the document's; `set` is undefined for the account's own. */
export function effectiveLimit<N extends keyof RiskLimits>(
  { limits }: Pick<RiskContext, 'limits'>,
  account: Account,
  name: N,
): { readonly value: RiskLimits[N]; readonly set: Limit<RiskLimits[N]> | undefined } {
  const own = account.limits[name];
  // The compiler does not see that each name has one kind of value in both places.
  const set = limits?.[name] as Limit<RiskLimits[N]> | undefined;
  // A missing limit of the account is not made up for: it denies where it is used.
  if (set === undefined || (own as unknown) === undefined || stricter(name, own, set.value) === own) {
    return { value: own, set: undefined };
  }
  return { value: set.value, set };
}
