import type { Catalog, VenueSetup } from '../src/catalog';
import type { Instrument } from '../src/domain/instruments';
import type { MarketClock } from '../src/domain/market-clock';
import type { VenueConnector } from '../src/ports/venue';
import { createSimulatedConnector } from '../src/venues/simulated/connector';
import type { SimulatedConfigInput } from '../src/venues/simulated/venue-config';

/** After a stalled request has expired the simulated venue shows every order that it has within this time. */
export const SETTLE_TIME_MS = 1_000;

/** Connectors of simulated venues that one process plays. */
export function simulatedConnectors(venues: readonly VenueSetup[], baseUrl: string): readonly VenueConnector[] {
  return venues.map(({ venue, nativeStops }) =>
    createSimulatedConnector({ venue, baseUrl, nativeStops, settleTimeMs: SETTLE_TIME_MS }),
  );
}

export interface SimulatedSetup {
  readonly catalog: Catalog;
  readonly clocks: Readonly<Record<string, MarketClock>>;
  readonly ledgerDir: string;
  readonly port: number;
  /** Address to listen on; 127.0.0.1 when absent. */
  readonly host?: string;
  readonly settleTimeMs: number;
  /** Where the market of an instrument comes from; the recorded days that ship with the product when absent. */
  readonly sourceOf?: (instrument: Instrument) => MarketSource;
}
export type MarketSource = SimulatedConfigInput['instruments'][number]['source'];

/** Recorded days that ship with the product, by symbol. */
const RECORDED: Readonly<Record<string, { prefix: string; days: string[]; priceDivisor: number }>> = {
  AAPL: { prefix: 'equity-usa-minute-aapl', days: ['20140605', '20140606'], priceDivisor: 10_000 },
  BTCUSDT: { prefix: 'crypto-bybit-minute-btcusdt', days: ['20221213'], priceDivisor: 1 },
};

/** The configuration of the simulated venue process for a catalog. */
export function simulatedConfig({
  catalog,
  clocks,
  ledgerDir,
  port,
  host,
  settleTimeMs,
  sourceOf = recordedSourceOf,
}: SimulatedSetup): SimulatedConfigInput {
  return {
    port,
    ...(host === undefined ? {} : { host }),
    ledgerDir,
    venues: catalog.venues.map((venue) => ({
      id: venue.venue,
      nativeStops: venue.nativeStops,
      makerFeeBps: venue.makerFeeBps,
      takerFeeBps: venue.takerFeeBps,
      latencyMs: venue.latencyMs,
      // The venue that triggers stops itself is the main market; the other is thinner.
      liquidityShare: venue.nativeStops ? '1' : '0.5',
      settleTimeMs,
    })),
    instruments: catalog.instruments.map((instrument) => ({ ...plain(instrument), source: sourceOf(instrument) })),
    clocks: { ...clocks },
    calendars: catalog.calendars.map((calendar) => ({
      ...calendar,
      weekdays: [...calendar.weekdays],
      holidays: [...calendar.holidays],
      earlyCloses: { ...calendar.earlyCloses },
    })),
  };
}

/** What a venue knows of an instrument; the rest is the desk's own. */
const plain = ({
  sector: _sector,
  referencePrice: _referencePrice,
  averageDailyVolume: _averageDailyVolume,
  borrowAvailable: _borrowAvailable,
  ...instrument
}: Instrument) => ({ ...instrument, venues: [...instrument.venues] });

function recordedSourceOf({ symbol }: Instrument): MarketSource {
  const recorded = RECORDED[symbol];
  if (recorded === undefined)
    throw new Error(
      `the simulated venue has no recorded market of ${symbol}; it has ${Object.keys(RECORDED).join(', ')}`,
    );
  return { kind: 'bars', ...recorded };
}
