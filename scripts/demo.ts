/**
 * `npm run demo`: strategies trade two replayed markets through the whole system on this machine; then everything that
 * happened is proved from three ledgers. Ends with code 1 when anything did not hold.
 */
import { OrderClosedError } from '../src/client/errors';
import { Command } from 'commander';
import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadCatalog } from '../src/catalog';
import type { Catalog } from '../src/catalog';
import { readConfig } from '../src/config';
import { dec } from '../src/domain/money';
import { isTerminal } from '../src/domain/order';
import { makeLogger } from '../src/logging';
import { makeStateDir } from '../src/state-dir';
import { onInterrupt } from '../workers/interrupts';
import { checkInvariants } from '../workers/invariants';
import type { Invariants } from '../workers/ledger-comparison';
import { startStack } from '../workers/stack';
import type { Stack } from '../workers/stack';
import { installTemporalRuntime } from '../workers/temporal-runtime';
import { countKinds, missingKinds } from './demo/kinds';
import { MeasuredOrders, percentiles } from './demo/measured-orders';
import { clocksOf, FULL, SHORT } from './demo/plan';
import type { DemoPlan } from './demo/plan';
import { Progress } from './demo/progress';
import { countByState, summaryLines } from './demo/summary';
import type { DemoResult } from './demo/summary';
import { Tour, TradingIsOver } from './demo/tour';
import { tradersOf } from './demo/traders';
import { figuresHead } from './figures/head';
import { EXIT_INTERRUPTED } from './long-run';

/** When trading is over, every order must have come to rest within this time. */
const REST_WITHIN_MS = 20_000;
/** More than any run has; the store's default is a page. */
const ALL = 1_000_000;
/** Orders named when something is wrong with many. */
const SHOWN = 10;
const LOOK_EVERY_MS = 200;

interface Options {
  readonly short?: true;
  readonly strict?: true;
  readonly json?: string;
}

async function main(): Promise<number> {
  const { short, strict, json } = new Command('demo')
    .description('Trade replayed AAPL and BTCUSDT through the whole system, then prove what happened.')
    .option('--short', 'one hour of each market, under a minute')
    .option('--strict', 'fail also when a kind of order did not happen')
    .option('--json <file>', 'write the figures as JSON')
    .showHelpAfterError()
    .parse()
    .opts<Options>();
  const plan = short === true ? SHORT : FULL;
  const progress = new Progress();
  const catalog = loadCatalog(readConfig(process.env).catalogPath);
  const { stack, logFile } = await startFresh(plan, catalog, progress);
  onInterrupt((nth) => {
    // What this process started ends with it.
    if (nth > 1) process.exit(EXIT_INTERRUPTED);
    progress.end();
    console.log('interrupted: stopping');
    void stack.stop().finally(() => process.exit(EXIT_INTERRUPTED));
  });
  try {
    const result = await runDemo(stack, catalog, plan, progress);
    for (const line of summaryLines(result)) console.log(line);
    console.log(
      `\n\`npm start\` keeps such a system up, with every order and its history on Temporal's web page (here at ${stack.uiUrl ?? stack.temporalAddress} until now). Log: ${logFile}`,
    );
    if (json !== undefined) await writeFile(json, `${JSON.stringify(await figuresOf(stack, result), undefined, 2)}\n`);
    const isWhole = strict !== true || missingKinds(result.kinds).length === 0;
    return isWhole && Object.values(result.invariants).every(({ ok }) => ok) ? 0 : 1;
  } finally {
    progress.end();
    await stack.stop();
  }
}

/** A stack of its own, on free ports and in a folder that begins empty; as the next run empties it, no commit waits for the disk. */
async function startFresh(
  plan: DemoPlan,
  catalog: Catalog,
  progress: Progress,
): Promise<{ stack: Stack; logFile: string }> {
  const stateDir = resolve(process.env['OMS_STATE_DIR'] ?? '.oms', 'demo');
  await rm(stateDir, { recursive: true, force: true });
  await makeStateDir(stateDir);
  const ports = { OMS_TEMPORAL_PORT: '0', OMS_UI_PORT: '0', OMS_VENUE_PORT: '0' };
  // Its own server and database: what it counts at the end must be its own orders only.
  const own = { OMS_STATE_DIR: stateDir, TEMPORAL_ADDRESS: '', DATABASE_URL: '' };
  const config = readConfig({ ...process.env, ...ports, ...own });
  const logFile = join(stateDir, 'oms.log');
  const log = makeLogger({ level: config.logLevel, readable: false, destination: createWriteStream(logFile) });
  installTemporalRuntime(log);
  const stack = await startStack({
    config,
    catalog,
    clocks: () => clocksOf(plan),
    syncEachCommit: false,
    log,
    progress: (line) => {
      progress.say(line);
    },
  });
  return { stack, logFile };
}

async function runDemo(stack: Stack, catalog: Catalog, plan: DemoPlan, progress: Progress): Promise<DemoResult> {
  const setUpMs = performance.now();
  const orders = measuredOrders(stack, catalog);
  const { quotes, deps } = stack.oms;
  await until(() =>
    catalog.instruments.every(({ symbol, venues }) =>
      venues.every((venue) => quotes.quote(symbol, venue) !== undefined),
    ),
  );
  progress.follow({ database: stack.database, quotes, clocks: stack.clocks });
  await trade(stack, catalog, plan, orders, progress);
  await comeToRest(stack, progress);
  progress.end();
  const invariants = await checkInvariants({
    stack,
    catalog,
    progress: (line) => {
      progress.say(line);
    },
  });
  const all = await deps.orders.orders({ limit: ALL });
  const executions = await deps.orders.executions();
  const told = await Promise.all(
    all.map(async (order) => ({ order, events: await deps.orders.events(order.orderId) })),
  );
  const kinds = countKinds(told, executions);
  return {
    orders: all,
    executions,
    positions: await deps.orders.positions(),
    quotes,
    kinds,
    invariants,
    latencyMs: { accept: percentiles(orders.acceptMs), acknowledged: percentiles(orders.acknowledgedMs) },
    durationS: (performance.now() - setUpMs) / 1_000,
    startToFirstAcceptS: (orders.firstAcceptedMs ?? NaN) / 1_000,
  };
}

/** Strategies and tours trade until shortly before the close; then the close comes and what remains is taken back. */
async function trade(
  stack: Stack,
  catalog: Catalog,
  plan: DemoPlan,
  orders: MeasuredOrders,
  progress: Progress,
): Promise<void> {
  const { quotes } = stack.oms;
  const isQuiet = (): boolean => stack.clocks.at('AAPL') >= plan.closeMs - plan.quietMs;
  const tours = catalog.instruments.map(
    (instrument) =>
      new Tour({
        orders,
        quotes,
        instrument,
        venueUrl: stack.venueUrl,
        marketTimeMs: () => stack.clocks.at(instrument.symbol),
        speed: plan.speed[instrument.symbol as 'AAPL' | 'BTCUSDT'],
        quantity: dec(instrument.symbol === 'AAPL' ? '10' : '0.01'),
        say: (line) => {
          progress.say(line);
        },
      }),
  );
  const traders = tradersOf(orders);
  const touring = tours.map(async (tour) => {
    await repeat(() => tour.run(isQuiet), plan.roundEveryMs, isQuiet);
    await tour.stop();
  });
  for (const trader of traders) trader.start(quotes);
  await Promise.all([
    ...touring,
    ...traders.map(async (trader) => {
      await until(isQuiet);
      await trader.stop();
    }),
  ]);
  progress.say('trading is over; DAY orders wait for the close, and T+1 trades for the next open');
  await until(() => stack.clocks.at('AAPL') >= plan.closeMs);
}

/** Cancels what the close did not end, and waits until every order is final. */
async function comeToRest({ oms, orders, database, clocks }: Stack, progress: Progress): Promise<void> {
  await delay(1_000);
  const open = (await oms.deps.orders.orders({ limit: ALL })).filter((order) => !isTerminal(order.status));
  const cancels = open.map(({ orderId }) =>
    orders.cancel(orderId, 'the demo is over').catch((error: unknown) => {
      // It has ended by itself meanwhile.
      if (!(error instanceof OrderClosedError)) throw error;
    }),
  );
  await Promise.all(cancels);
  const giveUpMs = Date.now() + REST_WITHIN_MS;
  const isAtRest = async (): Promise<boolean> => {
    // What settles a day later than the rest is not waited for: a day is minutes here.
    const sql = `SELECT (SELECT count(*) FROM orders WHERE NOT ended) +
      (SELECT count(*) FROM executions WHERE NOT settled AND settle_at_ms <= $1) AS busy`;
    const [row] = await database.query(sql, [clocks.at('AAPL')]);
    return Number(row?.['busy']) === 0 || Date.now() > giveUpMs;
  };
  await until(isAtRest);
  // The last workflows close a moment after their last record.
  const isOver = async (): Promise<boolean> => {
    const { count } = await oms.client.workflow.count(`WorkflowType = 'order' AND ExecutionStatus = 'Running'`);
    const [row] = await database.query('SELECT count(DISTINCT order_id) AS waiting FROM executions WHERE NOT settled');
    return count <= Number(row?.['waiting']) || Date.now() > giveUpMs;
  };
  await until(isOver);
  if (Date.now() <= giveUpMs) return;
  progress.say(`not all orders came to rest within ${String(REST_WITHIN_MS / 1_000)} s:`);
  const restless = (await oms.deps.orders.orders({ limit: ALL })).filter(
    (order) => !isTerminal(order.status) || order.settlements.some((due) => due.status !== 'SETTLED'),
  );
  for (const { orderId, status, why } of restless.slice(0, SHOWN)) progress.say(`  ${orderId} is ${status}: ${why}`);
}

function measuredOrders(stack: Stack, catalog: Catalog): MeasuredOrders {
  const reference = {
    instruments: stack.oms.deps.instruments,
    accounts: new Set(catalog.accounts.map(({ account }) => account)),
    marketTimeMs: (symbol: string) => stack.clocks.at(symbol),
  };
  const latencies = Object.fromEntries(catalog.venues.map(({ venue, latencyMs }) => [venue, latencyMs]));
  return new MeasuredOrders(
    {
      client: stack.oms.client,
      reference,
      clockOf: (symbol) => stack.clocks.now(symbol),
      eagerStart: stack.temporal !== undefined,
    },
    latencies,
  );
}

async function figuresOf(
  stack: Stack,
  { orders, executions, kinds, invariants, latencyMs, durationS, startToFirstAcceptS }: DemoResult,
) {
  const shown = (all: Invariants) =>
    Object.fromEntries(
      Object.entries(all).map(([name, { ok, checked, violations }]) => [
        name,
        { ok, checked, ...(ok ? {} : { violations }) },
      ]),
    );
  return {
    ...(await figuresHead(stack, 'embedded', 'only the venue; the folder is thrown away')),
    orders: orders.length,
    byState: countByState(orders),
    fills: executions.length,
    kinds,
    missingKinds: missingKinds(kinds),
    invariants: shown(invariants),
    latencyMs,
    durationS: Math.round(durationS * 10) / 10,
    startToFirstAcceptS: Math.round(startToFirstAcceptS * 100) / 100,
  };
}

async function repeat(run: () => Promise<void>, everyMs: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const next = Date.now() + everyMs;
    await run().catch((error: unknown) => {
      if (!(error instanceof TradingIsOver)) throw error;
    });
    await until(() => isOver() || Date.now() >= next);
  }
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await delay(LOOK_EVERY_MS);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
