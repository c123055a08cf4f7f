/** One coin at one simulated venue, as commands trade it that play with the system or measure it. */
import { parseCatalog } from '../src/catalog';
import type { Catalog } from '../src/catalog';
import type { SimulatedConfigInput } from '../src/venues/simulated/venue-config';
import { simulatedConfig } from '../workers/simulated-setup';
import type { MarketSource } from '../workers/simulated-setup';

export const VENUE = 'SIMX';
export const SYMBOL = 'COIN';
export const VENUE_ACCOUNT = 'HOUSE';
/** More than anybody trades here. */
export const MUCH = '1000000000';

export interface Desk {
  readonly accounts: readonly string[];
  readonly makerFeeBps: string;
  readonly takerFeeBps: string;
  /** Of the venue, as routing knows it. */
  readonly latencyMs: number;
}

/** A coin that trades around the clock and settles at once, and accounts without limits in the way of their orders. */
export function coinCatalog({ accounts, ...costs }: Desk): Catalog {
  return parseCatalog({
    instruments: [
      {
        ...{ symbol: SYMBOL, assetClass: 'CRYPTO_SPOT', calendarId: 'CRYPTO', settlementCycleDays: 0 },
        ...{ currency: 'USD', currencyDecimals: 2, tickSize: '0.01', lotSize: '1', minQuantity: '1' },
        ...{ maxQuantity: '1000000', minNotional: '0', multiplier: '1', tradable: true, venues: [VENUE] },
      },
    ],
    accounts: accounts.map((account) => ({
      ...{ account, status: 'ACTIVE', shortSellingAllowed: true, openingCash: { USD: MUCH } },
      limits: {
        ...{ priceCollarPercent: '50', maxOrderValue: MUCH, maxOpenOrders: 100_000 },
        ...{ maxPosition: MUCH, maxQuoteAgeMs: 86_400_000 },
      },
    })),
    venues: [
      {
        ...{ venue: VENUE, connector: 'simulated', venueAccount: VENUE_ACCOUNT },
        ...{ ...costs, nativeStops: true, regulatoryFit: '1' },
      },
    ],
  });
}

export interface CoinVenue {
  readonly catalog: Catalog;
  readonly ledgerDir: string;
  /** Any free one when absent. */
  readonly port?: number;
  /** How long it really takes over its answers. */
  readonly latencyMs: number;
  readonly settleTimeMs: number;
  /** Stands still until somebody moves it. */
  readonly market: Extract<MarketSource, { kind: 'manual' }>['initial'];
}

/** The configuration of the venue's process. */
export function coinVenue({ catalog, port = 0, latencyMs, market, ...own }: CoinVenue): SimulatedConfigInput {
  const venues = catalog.venues.map((venue) => ({ ...venue, latencyMs }));
  const sourceOf = (): MarketSource => ({ kind: 'manual', initial: market });
  return simulatedConfig({ ...own, catalog: { ...catalog, venues }, port, clocks: {}, sourceOf });
}
