import { violation } from '../violations';
import { effectiveLimit } from './effective-limits';
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
      const { value: limit, words } = effectiveLimit(context, account, 'maxOpenOrders');
      // Written so that a missing or NaN number denies.
      if (exposure.openOrders < limit) return [];
      const rule = `Fewer than ${String(limit)} open orders before this one${words}.`;
      return [violation('MAX_OPEN_ORDERS', 'account', exposure.openOrders, rule)];
    }),
};
