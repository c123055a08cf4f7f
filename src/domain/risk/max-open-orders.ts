import { violation } from '../violations';
import { whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** With this order the account has no more open orders than its limit. */
export const maxOpenOrders: RiskCheck = {
  code: 'MAX_OPEN_ORDERS',
  check: (context) =>
    whenKnown(context, ['account', 'exposure'], ({ account, exposure }) =>
      // Written so that a missing or NaN number denies.
      exposure.openOrders < account.limits.maxOpenOrders
        ? []
        : [
            violation(
              'MAX_OPEN_ORDERS',
              'account',
              exposure.openOrders,
              `Fewer than ${String(account.limits.maxOpenOrders)} open orders before this one.`,
            ),
          ],
    ),
};
