/**
 * How fast exposure is reserved durably, beside the least that a database can do: an update of one row, committed to disk,
 * on the same server, over the same accounts, with the same clients and connections.
 */
import { performance } from 'node:perf_hooks';
import type { Driver } from '../../src/persistence/driver';
import { openDatabase } from '../../src/persistence/open-database';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { buyOf, openAccounts, reserve } from './desk';
import { withPrivatePostgres } from './private-postgres';
import { medians, percentile, roundTo } from './rates';
import type { Rate } from './rates';
import type { BenchOptions } from './section';

const ACCOUNTS = 1_000;
const ROUNDS = 3;
const ROUND_MS = 5_000;
const SHORT_ROUND_MS = 1_000;
/** More connections than this only take turns at the server's cores and disk. */
const CONNECTIONS_MAX = 32;
const MS_PER_S = 1_000;

interface BesideBare extends Rate {
  readonly bareUpdate: Rate;
  readonly rateToBareUpdate: number;
  readonly p99ToBareUpdate: number;
}
export interface ReservationFigures {
  readonly accounts: number;
  readonly clients8: BesideBare;
  readonly clients200: BesideBare;
  /** 8 clients, all on one account: they take turns at its row. */
  readonly hotAccount: Rate;
  readonly store: 'postgresql';
  readonly fsync: 'on';
}

/** The section `reservation`. */
export async function measureReservation({ short, tell }: BenchOptions): Promise<ReservationFigures> {
  const roundMs = short ? SHORT_ROUND_MS : ROUND_MS;
  return withPrivatePostgres(async (databaseUrl) => {
    const clients8 = await besideBare(databaseUrl, 8, roundMs);
    tell(`reservation,   8 clients: ${inWords(clients8)}`);
    const clients200 = await besideBare(databaseUrl, 200, roundMs);
    tell(`reservation, 200 clients: ${inWords(clients200)}`);
    const hotAccount = await hot(databaseUrl, roundMs);
    tell(`reservation, hot account: ${String(hotAccount.perSecond)}/s, p99 ${String(hotAccount.p99Ms)} ms`);
    return { accounts: ACCOUNTS, clients8, clients200, hotAccount, store: 'postgresql', fsync: 'on' };
  });
}

/** Ours and the bare update in turns, each round on new orders; medians of the rounds, the first one warms up. */
async function besideBare(databaseUrl: string, clients: number, roundMs: number): Promise<BesideBare> {
  return withDriver(databaseUrl, clients, async (driver) => {
    const store = new SqlOrderStore(driver);
    const names = Array.from({ length: ACCOUNTS }, (_none, at) => `c${String(clients)}-${String(at)}`);
    await openAccounts(store, names, '1000000');
    await driver.script(
      'CREATE TABLE IF NOT EXISTS bare (account TEXT PRIMARY KEY, n BIGINT NOT NULL) WITH (fillfactor = 50)',
    );
    await driver.query('INSERT INTO bare SELECT jsonb_array_elements_text($1::jsonb), 0', [JSON.stringify(names)]);
    const ours: Rate[] = [];
    const bare: Rate[] = [];
    let orders = 0;
    for (let round = 0; round <= ROUNDS; round += 1) {
      const bareRound = await rounds(clients, roundMs, async (turn) => {
        await driver.query('UPDATE bare SET n = n + 1 WHERE account = $1', [names[turn % ACCOUNTS]]);
      });
      const ourRound = await rounds(clients, roundMs, async (turn) => {
        orders += 1;
        await approved(store, names[turn % ACCOUNTS] ?? '', `o${String(orders)}`);
      });
      if (round === 0) continue;
      bare.push(bareRound);
      ours.push(ourRound);
    }
    const [own, bareUpdate] = [medians(ours), medians(bare)];
    return {
      ...own,
      bareUpdate,
      rateToBareUpdate: roundTo(own.perSecond / bareUpdate.perSecond, 2),
      p99ToBareUpdate: roundTo(own.p99Ms / bareUpdate.p99Ms, 2),
    };
  });
}

async function hot(databaseUrl: string, roundMs: number): Promise<Rate> {
  return withDriver(databaseUrl, 8, async (driver) => {
    const store = new SqlOrderStore(driver);
    await openAccounts(store, ['hot'], '1000000');
    let orders = 0;
    const measured: Rate[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      measured.push(
        await rounds(8, roundMs, async () => {
          orders += 1;
          await approved(store, 'hot', `o${String(orders)}`);
        }),
      );
    }
    return medians(measured);
  });
}

async function approved(store: SqlOrderStore, account: string, clientOrderId: string): Promise<void> {
  const decision = await reserve(store, buyOf(account, clientOrderId));
  if (decision.kind !== 'decided' || decision.verdict.kind !== 'approved')
    throw new Error(`an order that must pass did not: ${JSON.stringify(decision).slice(0, 500)}`);
}

async function withDriver<T>(databaseUrl: string, clients: number, work: (driver: Driver) => Promise<T>): Promise<T> {
  const driver = await openDatabase({ databaseUrl, connectionsMax: Math.min(clients, CONNECTIONS_MAX) });
  try {
    return await work(driver);
  } finally {
    await driver.close();
  }
}

/** Clients that each do one thing after the other for some time. */
async function rounds(clients: number, roundMs: number, act: (turn: number) => Promise<void>): Promise<Rate> {
  const took: number[] = [];
  const startedMs = performance.now();
  let turns = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - startedMs < roundMs) {
      turns += 1;
      const beganMs = performance.now();
      await act(turns);
      took.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedMs) / MS_PER_S;
  const sorted = took.sort((a, b) => a - b);
  return {
    perSecond: Math.round(took.length / seconds),
    p99Ms: roundTo(percentile(sorted, 0.99), 2),
  };
}

const inWords = ({ perSecond, p99Ms, bareUpdate, rateToBareUpdate, p99ToBareUpdate }: BesideBare): string =>
  `${String(perSecond)}/s, p99 ${String(p99Ms)} ms; a bare update ${String(bareUpdate.perSecond)}/s, ` +
  `p99 ${String(bareUpdate.p99Ms)} ms; ratios ${String(rateToBareUpdate)} and ${String(p99ToBareUpdate)}`;
