/** What is traded in the bench of orders: a coin that settles at once, by accounts without limits in their way. */
import type { Catalog } from '../../../src/catalog';
import { dec } from '../../../src/domain/money';
import type { OrderRequest } from '../../../src/domain/order-request';
import type { SimulatedConfigInput } from '../../../src/venues/simulated/venue-config';
import { SETTLE_TIME_MS } from '../../../workers/simulated-setup';
import { coinCatalog, coinVenue, MUCH, SYMBOL, VENUE } from '../../coin';

/** Several, so that no row of the database is hotter than on a desk. */
export const ACCOUNTS = Array.from({ length: 8 }, (_none, index) => `desk-${String(index)}`);
/** Every answer of the venue waits this long; it is not ours, and is taken off what was measured. */
export const VENUE_LATENCY_MS = 2;
export const CROSSING_PRICE = '101';
const RESTING_PRICE = '90';

export const benchCatalog = (): Catalog =>
  coinCatalog({ accounts: ACCOUNTS, makerFeeBps: '-0.5', takerFeeBps: '2', latencyMs: VENUE_LATENCY_MS });

/** Bought at once, whole. */
export const crossingOrder = (clientOrderId: string, nth: number): OrderRequest =>
  orderAt(CROSSING_PRICE, clientOrderId, nth);
/** Rests below the market until it is canceled. */
export const restingOrder = (clientOrderId: string, nth: number): OrderRequest =>
  orderAt(RESTING_PRICE, clientOrderId, nth);

function orderAt(price: string, clientOrderId: string, nth: number): OrderRequest {
  return {
    ...{ clientOrderId, account: accountOf(nth), strategy: 'bench', symbol: SYMBOL, venue: VENUE, side: 'BUY' },
    ...{ type: 'LIMIT', quantity: dec('1'), limitPrice: dec(price), timeInForce: 'GTC' },
  };
}

export const accountOf = (nth: number): string => ACCOUNTS[nth % ACCOUNTS.length] ?? 'desk-0';

const DEEP_MARKET = {
  ...{ bidPrice: '99', bidQuantity: MUCH, askPrice: '101', askQuantity: MUCH },
  ...{ lastPrice: '100', volume: '0' },
};

/** The venue's own configuration: a market that does not move and never runs dry. */
export const venueConfig = (ledgerDir: string): SimulatedConfigInput =>
  coinVenue({
    ...{ catalog: benchCatalog(), ledgerDir, latencyMs: VENUE_LATENCY_MS },
    ...{ settleTimeMs: SETTLE_TIME_MS, market: DEEP_MARKET },
  });
