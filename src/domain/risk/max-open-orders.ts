import { violation } from '../violations';
import { effectiveLimit, wordsOf } from './effective-limits';
import { whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** With this order the account has no more open orders than its limit. */
export const maxOpenOrders: RiskCheck = {
  code: 'MAX_OPEN_ORDERS',
  sentence: 'With this order, the account has no more open orders than it may.',
  overridable: true,
  limits: ['maxOpenOrders'],
  needs: ['account', 'exposure'],
  check: (context) =>
    whenKnown(context, ['account', 'exposure'], ({ account, exposure }) => {
      const limit = effectiveLimit(context, account, 'maxOpenOrders');
      // Written so that a missing or NaN number denies.
      if (exposure.openOrders < limit.value) return [];
      const rule = `Fewer than ${String(limit.value)} open orders before this one${wordsOf(limit)}.`;
      return [violation('MAX_OPEN_ORDERS', 'account', exposure.openOrders, rule)];
    }),
};
