import { inOrder } from '../amounts';
import type { DecimalString } from '../money';
import type { OrderRequest } from '../order-request';
import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import { withRecent } from './recent-window';
import type { RiskCheck } from './risk-context';
import type { RecentOrder } from './risk-data';

/** The same order does not come again and again: against a strategy in a loop and a key held down. */
export const repeatedOrder: RiskCheck = {
  code: 'REPEATED_ORDER',
  sentence: 'With this order, no more orders of one symbol, side, quantity and price came within the window than may.',
  overridable: true,
  limits: ['maxRepeatedOrders', 'repeatWindowMs'],
  needs: ['recent'],
  check: (context) =>
    whenSet(context, 'maxRepeatedOrders', (limit) => {
      const { request } = context;
      const isCounted = (recent: RecentOrder): boolean => isAlike(request, recent);
      return withRecent(context, context.limits?.repeatWindowMs, isCounted, (alike, windowMs) => {
        // Written so that a NaN denies.
        if (alike < limit.value) return [];
        const rule = `At most ${String(limit.value)} orders alike in ${String(windowMs)} ms ${limitOf(limit)}.`;
        return [violation('REPEATED_ORDER', 'clientOrderId', request.clientOrderId, rule)];
      });
    }),
};

function isAlike(request: OrderRequest, recent: RecentOrder): boolean {
  return (
    request.symbol === recent.symbol &&
    request.side === recent.side &&
    inOrder(request.quantity, recent.quantity) === 0 &&
    isSamePrice(request.limitPrice, recent.limitPrice) &&
    isSamePrice(request.stopPrice, recent.stopPrice)
  );
}
function isSamePrice(first: DecimalString | undefined, second: DecimalString | undefined): boolean {
  return first === undefined || second === undefined ? first === second : inOrder(first, second) === 0;
}
