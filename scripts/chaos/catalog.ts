import type { Catalog } from '../../src/catalog';
import type { Reference } from '../../src/client/oms-client';
import type { SimulatedConfigInput } from '../../src/venues/simulated/venue-config';
import { coinCatalog, coinVenue } from '../coin';

export const CHAOS_ACCOUNTS = ['alpha', 'beta'] as const;
/** The venue shows what it has within this time; shorter than life, so that what is unknown is soon known. */
export const SETTLE_TIME_MS = 500;

/** The market between the moves: nothing trades unless an order crosses it. */
export const QUIET_MARKET = {
  ...{ bidPrice: '99', bidQuantity: '100000', askPrice: '101', askQuantity: '100000' },
  ...{ lastPrice: '100', volume: '0' },
};

export const chaosCatalog = (): Catalog =>
  coinCatalog({ accounts: CHAOS_ACCOUNTS, makerFeeBps: '-0.5', takerFeeBps: '2', latencyMs: 1 });

/** What a client checks requests against. */
export const chaosReference = (): Reference => ({
  instruments: new Map(chaosCatalog().instruments.map((instrument) => [instrument.symbol, instrument])),
  accounts: new Set(CHAOS_ACCOUNTS),
  marketTimeMs: () => Date.now(),
});

/** The venue's own configuration. */
export const chaosVenue = (ledgerDir: string, port: number): SimulatedConfigInput => ({
  ...coinVenue({
    ...{ catalog: chaosCatalog(), ledgerDir, port, latencyMs: 0 },
    ...{ settleTimeMs: SETTLE_TIME_MS, market: QUIET_MARKET },
  }),
  heartbeatMs: 500,
});
