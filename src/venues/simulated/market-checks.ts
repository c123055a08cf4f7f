/** Whether a market takes an order, or a change of one, as it stands now. */
import { TimeInForce } from '../../domain/order-request';
import type { VenueOrder, VenueReplace } from '../../ports/venue';
import type { BookOrder } from './book-order';
import { currentId } from './book-order';
import { checkOrder, checkTerms } from './order-checks';
import type { Refusal } from './order-checks';
import type { SymbolMarket } from './symbol-market';
import type { SimulatedVenueConfig } from './venue-config';

/** Why a new order is refused; undefined when it is not. */
export const checkEntry = (
  order: VenueOrder,
  market: SymbolMarket,
  config: SimulatedVenueConfig,
  marketMs: number,
): Refusal | undefined =>
  closedRefusal(order, market, marketMs) ??
  checkOrder(order, market.instrument, config, marketMs) ??
  crossingRefusal(order, market);

/** Why a change of an open order is refused; undefined when it is not. */
export function checkReplace(
  request: VenueReplace,
  order: BookOrder,
  market: SymbolMarket,
  config: SimulatedVenueConfig,
  marketMs: number,
): Refusal | undefined {
  if (currentId(order) !== request.origClientOrderId) {
    return { reason: 'STALE_ORDER_ID', text: `the order's id is ${currentId(order)} by now` };
  }
  if (request.clientOrderId.length > config.clientOrderIdMaxLength) {
    return { reason: 'CLIENT_ORDER_ID', text: `at most ${String(config.clientOrderIdMaxLength)} characters` };
  }
  if (request.limitPrice !== undefined && order.limitPrice === undefined) {
    return { reason: 'LIMIT_PRICE', text: 'the order has no limit price' };
  }
  const fixedStop = order.stopPrice === undefined || order.triggered;
  if (request.stopPrice !== undefined && request.stopPrice !== order.stopPrice && fixedStop) {
    return { reason: 'STOP_PRICE', text: 'the order has no stop price or is triggered' };
  }
  return (
    closedRefusal(order, market, marketMs) ??
    checkTerms(request, market.instrument) ??
    crossingRefusal({ ...order, ...limitOf(request) }, market)
  );
}

/** Only orders for the opening come before it, and only before it. */
function closedRefusal(
  { timeInForce }: Pick<BookOrder, 'timeInForce'>,
  market: SymbolMarket,
  marketMs: number,
): Refusal | undefined {
  const { symbol } = market.instrument;
  if (market.engine.isHalted) return { reason: 'HALTED', text: `${symbol} is halted` };
  if (timeInForce === TimeInForce.AT_THE_OPEN) {
    if (!market.hasOpened(marketMs)) return undefined;
    return { reason: 'TOO_LATE_TO_ENTER', text: `the opening of ${symbol} has taken place` };
  }
  return market.time.isOpen(marketMs) ? undefined : { reason: 'MARKET_CLOSED', text: `${symbol} does not trade now` };
}

const limitOf = ({ limitPrice }: VenueReplace): Pick<BookOrder, 'limitPrice'> =>
  limitPrice === undefined ? {} : { limitPrice };

/** A post-only order must come to rest: the venue does not take it, or its change, when it would trade at once. */
function crossingRefusal(
  order: Pick<BookOrder, 'timeInForce' | 'side' | 'limitPrice'>,
  market: SymbolMarket,
): Refusal | undefined {
  if (order.timeInForce !== TimeInForce.GTX || !market.engine.wouldTake(order)) return undefined;
  return {
    reason: 'POST_ONLY_WOULD_TAKE',
    text: 'a GTX order never takes liquidity, and this one would trade at once',
  };
}
