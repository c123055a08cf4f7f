/** Measures a reconciliation of a venue account with many open orders, and whether it finds what was planted, and no more. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reconcileVenueAccount } from '../../activities/reconciliation';
import { CRYPTO } from '../../src/calendars/definitions';
import type { ReconciliationReport } from '../../src/contracts/reconciliation';
import { makeLogger } from '../../src/logging';
import type { Driver } from '../../src/persistence/driver';
import { openDatabase } from '../../src/persistence/open-database';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { SqlReconciliationStore } from '../../src/persistence/reconciliation-store';
import { SqlVenueStore } from '../../src/persistence/venue-store';
import type { VenueConnector } from '../../src/ports/venue';
import { createSimulatedConnector } from '../../src/venues/simulated/connector';
import { spawnSimulatedVenue } from '../../src/venues/simulated/supervisor';
import { withPrivatePostgres } from './private-postgres';
import { INSTRUMENT, plantDifferences } from './reconciliation-data';
import { OF } from './reconciliation-orders';
import type { BenchOptions } from './section';

export interface ReconciliationFigures {
  readonly openOrders: number;
  readonly planted: number;
  readonly found: number;
  readonly invented: number;
  /** Of one run, from its begin to its record, the pause between its two readings included. */
  readonly seconds: number;
  readonly pauseSeconds: number;
  /** Orders and reports that were compared. */
  readonly compared: { readonly ourOrders: number; readonly theirOrders: number; readonly reports: number };
  readonly byKind: Readonly<Record<string, number>>;
  /** The first of those that were not found, and of those that were invented. */
  readonly wrong: readonly string[];
  readonly standIns: string;
  readonly store: 'postgresql';
}

interface Plan {
  readonly orders: number;
  /** How many differences of each kind; even. */
  readonly ofEach: number;
  readonly confirmAfterMs: number;
  /** For tests: the connector that the reconciliation gets. */
  readonly wrap?: (connector: VenueConnector) => VenueConnector;
}

const ORDERS = 10_000;
const SHORT_ORDERS = 1_000;
const OF_EACH = 20;
/** As it is when nobody sets it. */
const PAUSE_MS = 2_000;
const WRONG_SHOWN = 10;
const RUN_ID = 'bench';

/** The section `reconciliation`: a PostgreSQL and a venue process of its own. */
export async function measureReconciliation({ short, tell }: BenchOptions): Promise<ReconciliationFigures> {
  return withPrivatePostgres(async (databaseUrl) => {
    const driver = await openDatabase({ databaseUrl });
    try {
      const plan = { orders: short ? SHORT_ORDERS : ORDERS, ofEach: OF_EACH, confirmAfterMs: PAUSE_MS };
      const figures = await measureReconciliationOn(driver, plan);
      const { openOrders, planted, found, invented, seconds, wrong } = figures;
      tell(
        `reconciliation: ${String(openOrders)} open orders, ${String(found)} of ${String(planted)} planted differences ` +
          `found, ${String(invented)} invented; ${seconds.toFixed(1)} s, ${String(PAUSE_MS / 1_000)} s of them its pause`,
      );
      if (wrong.length > 0) {
        tell(`reconciliation: WRONG: ${wrong.join(', ')}`);
        process.exitCode = 1;
      }
      return { ...figures, store: 'postgresql' };
    } finally {
      await driver.close();
    }
  });
}

/** Seeds an empty database and a new venue process, reconciles once, and judges what was found. */
export async function measureReconciliationOn(
  driver: Driver,
  { orders, ofEach, confirmAfterMs, wrap = (connector) => connector }: Plan,
): Promise<Omit<ReconciliationFigures, 'store'>> {
  const ledgerDir = mkdtempSync(join(tmpdir(), 'oms-bench-venue-'));
  const venue = await spawnSimulatedVenue({ config: venueConfig(ledgerDir) });
  const baseUrl = `http://127.0.0.1:${String(venue.port)}`;
  const connector = createSimulatedConnector({ venue: OF.venue, baseUrl, nativeStops: true, settleTimeMs: 1_000 });
  try {
    const planted = await plantDifferences(driver, connector, orders, ofEach);
    const reconciliations = new SqlReconciliationStore(driver);
    const deps: Dependencies = {
      ...{ reconciliations, orders: new SqlOrderStore(driver), venueStore: new SqlVenueStore(driver) },
      ...{ venues: new Map([[OF.venue, wrap(connector)]]), instruments: new Map([[INSTRUMENT.symbol, INSTRUMENT]]) },
      ...{ signals: recordingSignals, orderWorkflows: attendedOrders, clock: { nowMs: () => Date.now() } },
      log: makeLogger({ level: 'silent', readable: false }),
    };
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: RUN_ID, runId: RUN_ID } });
    const reconcile = (input: Input): Promise<ReconciliationReport> => reconcileVenueAccount(deps, input);
    const startedMs = performance.now();
    const report = await environment.run<[Input], ReconciliationReport, typeof reconcile>(reconcile, {
      ...{ ...OF, settings: { confirmAfterMs } },
    });
    const seconds = Math.round(performance.now() - startedMs) / 1_000;
    const findings = (await reconciliations.findings(RUN_ID)).map(({ kind, key }) => `${kind} ${key}`);
    return {
      ...{ openOrders: orders, ...judge(planted, findings), seconds, pauseSeconds: confirmAfterMs / 1_000 },
      ...{ compared: report.compared, byKind: countsOf(findings) },
      standIns: 'order workflows: signals to them are counted as delivered, and each order counts as attended',
    };
  } finally {
    await connector.close();
    await venue.stop();
    rmSync(ledgerDir, { recursive: true, force: true });
  }
}

type Dependencies = Parameters<typeof reconcileVenueAccount>[0];
type Input = Parameters<typeof reconcileVenueAccount>[1];

/** What was planted and found, and what was found and not planted. */
function judge(
  planted: ReadonlySet<string>,
  findings: readonly string[],
): Pick<ReconciliationFigures, 'planted' | 'found' | 'invented' | 'wrong'> {
  const found = new Set(findings);
  const missed = [...planted].filter((finding) => !found.has(finding));
  const invented = [...found].filter((finding) => !planted.has(finding));
  const wrong = [...missed.map((finding) => `missed ${finding}`), ...invented.map((finding) => `invented ${finding}`)];
  return {
    ...{ planted: planted.size, found: planted.size - missed.length, invented: invented.length },
    wrong: wrong.slice(0, WRONG_SHOWN),
  };
}

function countsOf(findings: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const finding of findings) {
    const [kind = ''] = finding.split(' ');
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** No workflows run: what they would be told is taken as told. */
const recordingSignals: Dependencies['signals'] = {
  sendReports: () => Promise.resolve('sent'),
  correct: () => Promise.resolve(),
  adopt: () => Promise.resolve(),
  sendTrigger: () => Promise.resolve('sent'),
};
const attendedOrders: Dependencies['orderWorkflows'] = {
  async *open() {
    yield* [];
  },
  cancel: () => Promise.resolve('gone'),
  unattended: () => Promise.resolve([]),
};

/** A market far away from every order. */
const QUOTE = { bidPrice: '1', bidQuantity: '1', askPrice: '100000', askQuantity: '1', lastPrice: '90', volume: '0' };

function venueConfig(ledgerDir: string) {
  return {
    ...{
      port: 0,
      ledgerDir,
      heartbeatMs: 1_000,
      calendars: [{ ...CRYPTO, weekdays: [...CRYPTO.weekdays], holidays: [], earlyCloses: {} }],
    },
    venues: [{ id: OF.venue, nativeStops: true, makerFeeBps: '1', takerFeeBps: '2' }],
    instruments: [
      {
        ...{ ...INSTRUMENT, venues: [...INSTRUMENT.venues] },
        source: { kind: 'manual' as const, initial: QUOTE },
      },
    ],
  };
}
