/** What is traded in the bench of orders: a coin that settles at once, by accounts without limits in their way. */
import { parseCatalog } from '../../../src/catalog';
import type { Catalog } from '../../../src/catalog';
import { dec } from '../../../src/domain/money';
import type { OrderRequest } from '../../../src/domain/order-request';

export const VENUE = 'SIMX';
export const SYMBOL = 'COIN';
export const VENUE_ACCOUNT = 'HOUSE';
/** Several, so that no row of the database is hotter than on a desk. */
export const ACCOUNTS = Array.from({ length: 8 }, (_none, index) => `desk-${String(index)}`);
/** Every answer of the venue waits this long; it is not ours, and is taken off what was measured. */
export const VENUE_LATENCY_MS = 2;
export const CROSSING_PRICE = '101';
const RESTING_PRICE = '90';
const MUCH = '1000000000';

export function benchCatalog(): Catalog {
  return parseCatalog({
    instruments: [
      {
        ...{ symbol: SYMBOL, assetClass: 'CRYPTO_SPOT', calendarId: 'CRYPTO', settlementCycleDays: 0 },
        ...{ currency: 'USD', currencyDecimals: 2, tickSize: '0.01', lotSize: '1', minQuantity: '1' },
        ...{ maxQuantity: '1000000', minNotional: '0', multiplier: '1', tradable: true, venues: [VENUE] },
      },
    ],
    accounts: ACCOUNTS.map((account) => ({
      ...{ account, status: 'ACTIVE', shortSellingAllowed: true, openingCash: { USD: MUCH } },
      limits: {
        ...{ priceCollarPercent: '50', maxOrderValue: MUCH, maxOpenOrders: 100_000 },
        ...{ maxPosition: MUCH, maxQuoteAgeMs: 86_400_000 },
      },
    })),
    venues: [
      {
        ...{ venue: VENUE, connector: 'simulated', venueAccount: VENUE_ACCOUNT, makerFeeBps: '-0.5' },
        ...{ takerFeeBps: '2', latencyMs: VENUE_LATENCY_MS, nativeStops: true, regulatoryFit: '1' },
      },
    ],
  });
}

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

/** The venue's own configuration: a market that does not move and never runs dry. */
export function venueConfig(ledgerDir: string) {
  const catalog = benchCatalog();
  const there = { bidPrice: '99', bidQuantity: MUCH, askPrice: '101', askQuantity: MUCH };
  return {
    ...{ port: 0, ledgerDir, clocks: {} },
    calendars: catalog.calendars.map((calendar) => ({
      ...calendar,
      weekdays: [...calendar.weekdays],
      holidays: [...calendar.holidays],
      earlyCloses: { ...calendar.earlyCloses },
    })),
    venues: catalog.venues.map(({ venue, nativeStops, makerFeeBps, takerFeeBps, latencyMs }) => ({
      ...{ id: venue, nativeStops, makerFeeBps, takerFeeBps, latencyMs, settleTimeMs: 1_000 },
    })),
    instruments: catalog.instruments.map((instrument) => ({
      ...instrument,
      venues: [...instrument.venues],
      source: { kind: 'manual' as const, initial: { ...there, lastPrice: '100', volume: '0' } },
    })),
  };
}
