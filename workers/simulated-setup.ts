import type { Catalog } from '../src/catalog';
import type { Instrument } from '../src/domain/instruments';
import type { MarketClock } from '../src/domain/market-clock';
import type { SimulatedConfigInput } from '../src/venues/simulated/venue-config';

export interface SimulatedSetup {
  readonly catalog: Catalog;
  readonly clocks: Readonly<Record<string, MarketClock>>;
  readonly ledgerDir: string;
  readonly port: number;
  readonly settleTimeMs: number;
}

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
  settleTimeMs,
}: SimulatedSetup): SimulatedConfigInput {
  return {
    port,
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

const plain = (instrument: Instrument) => ({ ...instrument, venues: [...instrument.venues] });

function sourceOf({ symbol }: Instrument) {
  const recorded = RECORDED[symbol];
  if (recorded === undefined)
    throw new Error(
      `the simulated venue has no recorded market of ${symbol}; it has ${Object.keys(RECORDED).join(', ')}`,
    );
  return { kind: 'bars' as const, ...recorded };
}
