import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { CalendarDefinition } from '../../domain/instruments';
import type { Calendars } from '../../ports/calendar';
import type { MarketStep } from './book-order';
import { FaultSwitches } from './faults';
import { Ledger } from './ledger';
import { lockLedger } from './ledger-lock';
import { MarketReplay } from './market-replay';
import { InstrumentTime } from './market-time';
import { createVenueServer } from './server';
import { SimulatedVenue } from './simulated-venue';
import { SymbolMarket } from './symbol-market';
import type { SimulatedConfig, SimulatedVenueConfig } from './venue-config';

/** What a venue process needs from outside. */
export interface VenueProcessDeps {
  readonly calendars: Calendars;
  readonly nowMs: () => number;
  readonly restart: () => void;
  /** Called when the ledger cannot be written: nothing may be answered after that. */
  readonly onLedgerFailure: (error: Error) => void;
}

/** A running venue process. */
export interface VenueProcess {
  readonly port: number;
  close(): Promise<void>;
}

const MARKET_DATA_DIR = join(__dirname, 'market-data');

/** Opens the ledgers, starts the markets and listens. */
export async function startVenueProcess(config: SimulatedConfig, deps: VenueProcessDeps): Promise<VenueProcess> {
  await lockLedger(config.ledgerDir);
  const ledgers: Ledger[] = [];
  const venues = new Map<string, SimulatedVenue>();
  const replays: Replays = new Map();
  for (const venueConfig of config.venues) {
    const path = join(config.ledgerDir, `${venueConfig.id}.jsonl`);
    const { ledger, entries } = await Ledger.open(path, deps.onLedgerFailure);
    ledgers.push(ledger);
    const markets = marketsOf(config, venueConfig, deps, replays);
    const venue = new SimulatedVenue(venueConfig, markets, ledger, new FaultSwitches(deps.nowMs), deps.nowMs);
    venue.start(entries, initialSteps(config));
    venues.set(venueConfig.id, venue);
  }
  const app = createVenueServer({ venues, heartbeatMs: config.heartbeatMs, restart: deps.restart });
  await app.listen({ host: config.host, port: config.port });
  const ticker = setInterval(() => {
    for (const venue of venues.values()) venue.advance();
  }, config.tickMs);
  return {
    port: (app.server.address() as AddressInfo).port,
    close: async () => {
      clearInterval(ticker);
      await app.close();
      for (const ledger of ledgers) await ledger.close();
    },
  };
}

/** Reading a day of bars takes a while: venues with the same quotes share one replay, which keeps no state. */
type Replays = Map<string, MarketReplay>;

function marketsOf(
  config: SimulatedConfig,
  venue: SimulatedVenueConfig,
  deps: VenueProcessDeps,
  replays: Replays,
): ReadonlyMap<string, SymbolMarket> {
  const markets = new Map<string, SymbolMarket>();
  for (const { source, ...instrument } of config.instruments) {
    if (!instrument.venues.includes(venue.id)) continue;
    const clock = config.clocks[instrument.symbol];
    const time = new InstrumentTime(deps.calendars, instrument.calendarId, clock, deps.nowMs());
    const key = `${instrument.symbol}/${String(venue.spreadTicks)}`;
    let replay = replays.get(key);
    if (source.kind === 'bars' && replay === undefined) {
      const calendar = config.calendars.find((definition) => definition.id === instrument.calendarId);
      const rules = { ...instrument, ...sessionHours(calendar), spreadTicks: venue.spreadTicks };
      const originDate = clock === undefined ? '' : time.dayAt(clock.simOriginMs).tradeDate;
      replay = new MarketReplay(config.marketDataDir ?? MARKET_DATA_DIR, source, rules, time, originDate);
      replays.set(key, replay);
    }
    markets.set(instrument.symbol, new SymbolMarket(instrument, time, replay, venue, deps.nowMs()));
  }
  return markets;
}

function initialSteps(config: SimulatedConfig): ReadonlyMap<string, MarketStep> {
  return new Map(
    config.instruments.flatMap(({ symbol, source }) => (source.kind === 'manual' ? [[symbol, source.initial]] : [])),
  );
}

const DAY_MS = 86_400_000;

function sessionHours(calendar: CalendarDefinition | undefined): {
  readonly sessionStartMs: number;
  readonly sessionEndMs: number;
} {
  const start = millisecondsOf(calendar?.open ?? '00:00');
  const end = millisecondsOf(calendar?.close ?? '00:00');
  return { sessionStartMs: start, sessionEndMs: end > start ? end : DAY_MS };
}

function millisecondsOf(timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}
