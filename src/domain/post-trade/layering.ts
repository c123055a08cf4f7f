/** Orders that look as if they were never meant to trade. */
import { compare, multiply, sum } from '../money';
import { tradeKey } from './booked-trade';
import type { BookedTrade, TradedOrder } from './booked-trade';
import { ownerOf } from './settings';
import type { PostTradeSettings } from './settings';
import { touchOf, usableQuote } from './slippage';
import type { SurveillanceDetector, SurveillanceWindow, Suspicion } from './detector';

/** Several orders away from the touch that go as soon as the owner has traded on the other side. */
export const layering: SurveillanceDetector = {
  code: 'LAYERING',
  sentence:
    'Several unfilled orders of one owner away from the touch, sent before and canceled after a trade of the owner on the other side.',
  inspect: (window) => {
    const seen = new Set<string>();
    return window.trades.flatMap((trade) => {
      // One for each order that traded, however many fills it had.
      const subject = `${trade.venue}/${trade.venueAccount}/${trade.orderId}`;
      if (seen.has(subject)) return [];
      const found = suspicionOf(trade, subject, window);
      if (found !== undefined) seen.add(subject);
      return found === undefined ? [] : [found];
    });
  },
};

function suspicionOf(trade: BookedTrade, subject: string, window: SurveillanceWindow): Suspicion | undefined {
  const { settings } = window;
  const layers = window.canceled.filter((order) => isLayer(order, trade, settings));
  if (layers.length < settings.layeringMinOrders) return undefined;
  const layered = sum(layers.map(({ quantity }) => quantity));
  const { account, symbol, side, quantity, price } = trade;
  if (compare(layered, multiply(quantity, settings.layeringMinQuantityRatio)) < 0) return undefined;
  const layerSide = layers[0]?.side ?? side;
  return {
    ...{ subject, account, symbol },
    reason:
      `${ownerOf(settings, account)} canceled ${String(layers.length)} ${layerSide} orders for ${layered} ${symbol} within ` +
      `${String(settings.layeringWindowMs)} ms after ${trade.orderId} ${side} ${quantity} at ${price}.`,
    atMs: Math.max(...layers.map(({ endedAtMs }) => endedAtMs ?? 0)),
    evidence: {
      orderIds: [trade.orderId, ...layers.map(({ orderId }) => orderId)],
      execIds: [trade.execId],
      timesMs: [trade.atMs, ...layers.map(({ endedAtMs }) => endedAtMs ?? 0)],
    },
    seen: { trade: tradeKey(trade), layers: String(layers.length), layeredQuantity: layered },
  };
}

function isLayer(order: TradedOrder, trade: BookedTrade, settings: PostTradeSettings): boolean {
  const { layeringWindowMs } = settings;
  const { endedAtMs } = order;
  return (
    order.symbol === trade.symbol &&
    (order.side === 'BUY') !== (trade.side === 'BUY') &&
    ownerOf(settings, order.account) === ownerOf(settings, trade.account) &&
    endedAtMs !== undefined &&
    order.createdAtMs <= trade.atMs &&
    trade.atMs - order.createdAtMs <= layeringWindowMs &&
    endedAtMs >= trade.atMs &&
    endedAtMs - trade.atMs <= layeringWindowMs &&
    isAwayFromTouch(order, settings)
  );
}

/** Behind the best price of its own side when it was decided on; where that is not known, nothing is said of it. */
function isAwayFromTouch({ side, limitPrice, arrival }: TradedOrder, settings: PostTradeSettings): boolean {
  const quote = usableQuote(arrival?.quote, arrival?.marketTimeMs ?? 0, settings);
  if (limitPrice === undefined || typeof quote === 'string') return false;
  // The best price of a buy's own side is what a sale would trade at.
  const best = touchOf(quote, side === 'BUY' ? 'SELL' : 'BUY');
  return best !== undefined && compare(limitPrice, best) === (side === 'BUY' ? -1 : 1);
}
