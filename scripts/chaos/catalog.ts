import { parseCatalog } from '../../src/catalog';
import type { Catalog } from '../../src/catalog';
import type { Reference } from '../../src/client/oms-client';

export const CHAOS_VENUE = 'SIMX';
export const CHAOS_SYMBOL = 'COIN';
export const CHAOS_ACCOUNTS = ['alpha', 'beta'] as const;
export const VENUE_ACCOUNT = 'HOUSE';
/** The venue shows what it has within this time; shorter than life, so that what is unknown is soon known. */
export const SETTLE_TIME_MS = 500;

/** The market between the moves: nothing trades unless an order crosses it. */
export const QUIET_MARKET = {
  ...{ bidPrice: '99', bidQuantity: '100000', askPrice: '101', askQuantity: '100000' },
  ...{ lastPrice: '100', volume: '0' },
};

const MUCH = '1000000000';

/** A coin that trades around the clock and settles at once, and accounts without limits in the way of their orders. */
export function chaosCatalog(): Catalog {
  return parseCatalog({
    instruments: [
      {
        ...{ symbol: CHAOS_SYMBOL, assetClass: 'CRYPTO_SPOT', calendarId: 'CRYPTO', settlementCycleDays: 0 },
        ...{ currency: 'USD', currencyDecimals: 2, tickSize: '0.01', lotSize: '1', minQuantity: '1' },
        ...{ maxQuantity: '1000000', minNotional: '0', multiplier: '1', tradable: true, venues: [CHAOS_VENUE] },
      },
    ],
    accounts: CHAOS_ACCOUNTS.map((account) => ({
      ...{ account, status: 'ACTIVE', shortSellingAllowed: true, openingCash: { USD: MUCH } },
      limits: {
        ...{ priceCollarPercent: '50', maxOrderValue: MUCH, maxOpenOrders: 100_000 },
        ...{ maxPosition: MUCH, maxQuoteAgeMs: 86_400_000 },
      },
    })),
    venues: [
      {
        ...{ venue: CHAOS_VENUE, connector: 'simulated', venueAccount: VENUE_ACCOUNT },
        ...{ makerFeeBps: '-0.5', takerFeeBps: '2', latencyMs: 1, nativeStops: true, regulatoryFit: '1' },
      },
    ],
  });
}

/** What a client checks requests against. */
export const chaosReference = (): Reference => ({
  instruments: new Map(chaosCatalog().instruments.map((instrument) => [instrument.symbol, instrument])),
  accounts: new Set(CHAOS_ACCOUNTS),
  marketTimeMs: () => Date.now(),
});

/** The venue's own configuration. */
export function chaosVenue(ledgerDir: string, port: number) {
  const catalog = chaosCatalog();
  return {
    ...{ port, ledgerDir, clocks: {}, heartbeatMs: 500 },
    calendars: catalog.calendars.map((calendar) => ({
      ...calendar,
      weekdays: [...calendar.weekdays],
      holidays: [...calendar.holidays],
      earlyCloses: { ...calendar.earlyCloses },
    })),
    venues: catalog.venues.map(({ venue, nativeStops, makerFeeBps, takerFeeBps }) => ({
      ...{ id: venue, nativeStops, makerFeeBps, takerFeeBps, latencyMs: 0, settleTimeMs: SETTLE_TIME_MS },
    })),
    instruments: catalog.instruments.map((instrument) => ({
      ...instrument,
      venues: [...instrument.venues],
      source: { kind: 'manual' as const, initial: QUIET_MARKET },
    })),
  };
}
