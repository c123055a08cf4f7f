/** Makes trades and orders for the tests of post-trade analysis. */
import { dec } from '../../../../src/domain/money';
import type { BookedTrade, TradedOrder } from '../../../../src/domain/post-trade/booked-trade';
import type { QuoteSnapshot } from '../../../../src/domain/post-trade/quote-snapshot';
import { DEFAULT_POST_TRADE_SETTINGS } from '../../../../src/domain/post-trade/settings';
import type { PostTradeSettings } from '../../../../src/domain/post-trade/settings';

export const NOW_MS = 1_700_000_000_000;
export const SECOND_MS = 1_000;

export const quoteOf = (bid: string, ask: string, ageMs = 0): QuoteSnapshot => ({
  ...{ bidPrice: dec(bid), askPrice: dec(ask), lastPrice: dec('100') },
  marketTimeMs: NOW_MS - ageMs,
});

export const tradeOf = (change: Partial<BookedTrade> = {}): BookedTrade => ({
  ...{ venue: 'SIM', venueAccount: 'HOUSE', execId: 'e1', orderId: 'alpha/1', account: 'alpha', symbol: 'ACME' },
  ...{ side: 'BUY', quantity: dec('10'), price: dec('100'), multiplier: dec('1'), currency: 'USD' },
  ...{ fee: dec('0.2'), feeCurrency: 'USD', liquidity: 'TAKER', atMs: NOW_MS, settleAtMs: NOW_MS, isCorrected: false },
  ...change,
});

export const orderOf = (change: Partial<TradedOrder> = {}): TradedOrder => ({
  ...{ orderId: 'alpha/1', account: 'alpha', symbol: 'ACME', side: 'BUY', status: 'ACCEPTED' },
  ...{ quantity: dec('10'), filledQuantity: dec('0'), createdAtMs: NOW_MS - 2 * SECOND_MS },
  sentAtMs: NOW_MS - SECOND_MS,
  ...change,
});

export const settingsOf = (change: Partial<PostTradeSettings> = {}): PostTradeSettings => ({
  ...DEFAULT_POST_TRADE_SETTINGS,
  ...change,
});
