import { amountOf, inOrder } from '../amounts';
import type { Amount } from '../amounts';
import type { OrderRequest } from '../order-request';
import { violation } from '../violations';
import { whenSet, withData } from './configured';
import { limitOf } from './effective-limits';
import type { RiskCheck } from './risk-context';
import type { OwnOpenOrder } from './risk-data';

/**
 * The order cannot trade with one of the account's own.
 *
 * A stop that waits for its price is in no book, neither this order nor an own one: when it triggers, the venue's own
 * prevention is what is left. An order that names no venue could meet an own one on any.
 */
export const selfTrade: RiskCheck = {
  code: 'SELF_TRADE',
  sentence: "No open order of the account stands on the other side at a price that this order's crosses.",
  limits: ['preventSelfTrade'],
  needs: ['ownOpenOrders'],
  check: (context) =>
    whenSet(context, 'preventSelfTrade', (limit) => {
      if (!limit.value) return [];
      return withData(context, 'ownOpenOrders', (own) => {
        const { request } = context;
        if (request.stopPrice !== undefined) return [];
        const price = request.limitPrice && amountOf(request.limitPrice);
        const met = own.filter((order) => meets(request, price, order));
        if (met.length === 0) return [];
        const shown = met.slice(0, SHOWN_MOST).map(({ orderId }) => orderId);
        const rule = `Own open orders are crossed: ${shown.join(', ')} ${limitOf(limit)}.`;
        const field = request.limitPrice === undefined ? 'type' : 'limitPrice';
        return [violation('SELF_TRADE', field, request.limitPrice ?? request.type, rule)];
      });
    }),
};

/** Order ids shown; the first ones are where a person begins. */
const SHOWN_MOST = 5;

function meets(request: OrderRequest, price: Amount | undefined, own: OwnOpenOrder): boolean {
  if (own.isWaitingStop || (request.side === 'BUY') === (own.side === 'BUY')) return false;
  if (request.venue !== undefined && request.venue !== own.venue) return false;
  if (price === undefined || own.limitPrice === undefined) return true;
  const order = inOrder(price, own.limitPrice);
  return request.side === 'BUY' ? order >= 0 : order <= 0;
}
