/** The client of a strategy that runs in a process of its own, set up from the same environment as the system. */
import { Client } from '@temporalio/client';
import { createExchangeCalendars } from '../src/calendars/exchange-calendars';
import { loadCatalog } from '../src/catalog';
import { Approvals } from '../src/client/approvals';
import { KillSwitch } from '../src/client/kill-switch';
import { Limits } from '../src/client/limits';
import { OmsClient } from '../src/client/oms-client';
import { PostTrade } from '../src/client/post-trade';
import { Reconciliation } from '../src/client/reconciliation';
import { readConfig } from '../src/config';
import type { Config } from '../src/config';
import { connectClient } from '../src/temporal/connection';
import { embeddedOrigin } from '../src/temporal/connection-problem';
import { serverAddress } from '../src/temporal/server-resolver';
import { MarketClocks } from './market-clocks';
import { readMarketClocks } from './market-clock-file';

export interface StrategyClient {
  readonly orders: OmsClient;
  close(): Promise<void>;
}

/**
 * Connects to the server of TEMPORAL_ADDRESS, or to the one that `npm start` runs on this machine. Requests are checked
 * against the catalog before anything is started, and orders run in the market time of the state folder.
 */
export async function connectStrategy(env: NodeJS.ProcessEnv = process.env): Promise<StrategyClient> {
  const config = readConfig(env);
  const { catalogPath, stateDir } = config;
  const catalog = loadCatalog(catalogPath);
  const instruments = new Map(catalog.instruments.map((instrument) => [instrument.symbol, instrument]));
  const replayed = (await readMarketClocks(stateDir)) ?? {};
  const clocks = new MarketClocks(replayed, instruments, createExchangeCalendars(catalog.calendars));
  const { client, close } = await connected(config, env);
  const orders = new OmsClient({
    client,
    reference: {
      instruments,
      accounts: new Set(catalog.accounts.map(({ account }) => account)),
      marketTimeMs: (symbol) => clocks.at(symbol),
    },
    clockOf: (symbol) => clocks.now(symbol),
  });
  return { orders, close };
}

/** The kill switch of the same server; it needs neither catalog nor database, as what stops trading must always work. */
export async function connectKillSwitch(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly killSwitch: KillSwitch; readonly close: () => Promise<void> }> {
  const { client, close } = await connected(readConfig(env), env);
  return { killSwitch: new KillSwitch(client), close };
}

/** The orders of the same server that wait for a second person; needs neither catalog nor database. */
export async function connectApprovals(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly approvals: Approvals; readonly close: () => Promise<void> }> {
  const { client, close } = await connected(readConfig(env), env);
  return { approvals: new Approvals(client), close };
}

/** The limits of the same server; documents are checked against the catalog where they are carried out. */
export async function connectLimits(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly limits: Limits; readonly close: () => Promise<void> }> {
  const { client, close } = await connected(readConfig(env), env);
  return { limits: new Limits(client), close };
}

/** Reconciliations of the same server, and the venue accounts of the catalog. */
export async function connectReconciliation(env: NodeJS.ProcessEnv = process.env): Promise<{
  readonly reconciliation: Reconciliation;
  readonly accounts: readonly { readonly venue: string; readonly venueAccount: string }[];
  readonly close: () => Promise<void>;
}> {
  const config = readConfig(env);
  const accounts = loadCatalog(config.catalogPath).venues.map(({ venue, venueAccount }) => ({ venue, venueAccount }));
  const { client, close } = await connected(config, env);
  return { reconciliation: new Reconciliation(client), accounts, close };
}

/** Post-trade runs of the same server. */
export async function connectPostTrade(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly postTrade: PostTrade; readonly close: () => Promise<void> }> {
  const { client, close } = await connected(readConfig(env), env);
  return { postTrade: new PostTrade(client), close };
}

async function connected({ temporalPort, temporal }: Config, env: NodeJS.ProcessEnv) {
  const own = { address: `127.0.0.1:${String(temporalPort)}`, namespace: temporal.namespace };
  const named = await serverAddress(env);
  const server = named ?? own;
  const connection = await (named === undefined
    ? connectClient(own, embeddedOrigin(temporalPort, env))
    : connectClient(named));
  return { client: new Client({ connection, namespace: server.namespace }), close: () => connection.close() };
}
