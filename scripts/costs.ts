/**
 * `npm run costs`: what an order costs in history events, measured on a whole system on this machine: accepted, filled
 * and settled; and what one more fill, a cancel and a replace add.
 */
import { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { OrderView } from '../src/contracts/order-messages';
import { orderWorkflowId } from '../src/domain/ids';
import type { OrderId } from '../src/domain/ids';
import { dec } from '../src/domain/money';
import { makeLogger } from '../src/logging';
import { installTemporalRuntime } from '../workers/temporal-runtime';
import { eventName, median } from './costs/events';
import { SYMBOL, VENUE } from './coin';
import { ACCOUNT, startQuietSystem } from './costs/quiet-system';
import type { QuietSystem } from './costs/quiet-system';
import { figuresHead } from './figures/head';

/** Orders per row; the row shows their median, as two reports may or may not share a workflow task. */
const ORDERS = 9;
/** No step of an order takes longer on any machine that runs this at all. */
const STEP_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 25;

type Step = (system: QuietSystem, orderId: OrderId) => Promise<void>;
interface Life {
  readonly name: string;
  readonly steps: readonly Step[];
  /** The life that it is compared with. */
  readonly beside?: string;
}

/** One life per row; each differs from the one that it is compared with by one thing. */
const LIVES: readonly Life[] = [
  { name: 'accepted, acknowledged, one fill, settled', steps: [fill('10', '10')] },
  {
    name: 'one more fill',
    steps: [fill('4', '4'), fill('6', '10')],
    beside: 'accepted, acknowledged, one fill, settled',
  },
  {
    name: 'one cancel, by update',
    steps: [fill('4', '4'), cancel],
    beside: 'accepted, acknowledged, one fill, settled',
  },
  {
    name: 'one cancel, by signal',
    steps: [fill('4', '4'), signalCancel],
    beside: 'accepted, acknowledged, one fill, settled',
  },
  {
    name: 'one replace, by update',
    steps: [replace, fill('12', '12')],
    beside: 'accepted, acknowledged, one fill, settled',
  },
];

async function main(): Promise<void> {
  const { json } = new Command('costs')
    .description('Measure what an order costs in history events.')
    .option('--json <file>', 'write the figures as JSON')
    .showHelpAfterError()
    .parse()
    .opts<{ readonly json?: string }>();
  const stateDir = await mkdtemp(join(tmpdir(), 'oms-costs-'));
  const log = makeLogger({ level: 'error', readable: false });
  installTemporalRuntime(log);
  const removeState = (): Promise<void> => rm(stateDir, { recursive: true, force: true });
  const system = await startQuietSystem(stateDir, log).catch(async (error: unknown) => {
    await removeState();
    throw error;
  });
  try {
    const measured: Measured[] = [];
    for (const life of LIVES) measured.push(await measure(system, life));
    const costs = measured.map(({ beside, ...own }) => {
      const base = measured.find((other) => other.name === beside);
      return { ...own, events: own.total - (base?.total ?? 0), names: difference(own.names, base?.names ?? {}) };
    });
    tell(costs);
    const head = await figuresHead(system, 'embedded', 'no; the folder is thrown away');
    if (json !== undefined)
      await writeFile(json, `${JSON.stringify({ ...head, orders: ORDERS, costs }, undefined, 2)}\n`);
  } finally {
    await system.stop();
    await removeState();
  }
}

type Names = Readonly<Record<string, number>>;
interface Measured {
  readonly name: string;
  readonly beside: string | undefined;
  readonly total: number;
  readonly least: number;
  readonly most: number;
  readonly names: Names;
}

/** Plays a life some times over; the median of its events, in all and by name. */
async function measure(system: QuietSystem, { name, beside, steps }: Life): Promise<Measured> {
  const histories: (readonly string[])[] = [];
  for (let played = 0; played < ORDERS; played += 1) histories.push(await play(system, steps));
  const all = [...new Set(histories.flat())];
  const names = Object.fromEntries(
    all.map((one) => [one, median(histories.map((history) => history.filter((event) => event === one).length))]),
  );
  const totals = histories.map((history) => history.length);
  return { name, beside, total: median(totals), least: Math.min(...totals), most: Math.max(...totals), names };
}

/** One order from its start to the last event of its history. */
async function play(system: QuietSystem, steps: readonly Step[]): Promise<readonly string[]> {
  await system.offer(undefined);
  const { orderId } = await system.orders.submit(
    {
      ...{ clientOrderId: `cost-${randomUUID().slice(0, 8)}`, account: ACCOUNT, strategy: 'costs', symbol: SYMBOL },
      ...{ side: 'BUY', type: 'LIMIT', quantity: dec('10'), limitPrice: dec('90'), timeInForce: 'GTC', venue: VENUE },
    },
    { wait: 'accepted' },
  );
  await quiet(system, orderId, ({ status }) => status === 'ACCEPTED');
  for (const step of steps) await step(system, orderId);
  const handle = system.oms.client.workflow.getHandle(orderWorkflowId(orderId));
  await handle.result();
  const { events } = await handle.fetchHistory();
  return (events ?? []).map((event) => eventName(event, events ?? []));
}

/** Waits until the order is as wanted and nothing of it is under way. */
async function quiet(system: QuietSystem, orderId: OrderId, isWanted: (order: OrderView) => boolean): Promise<void> {
  const handle = system.oms.client.workflow.getHandle(orderWorkflowId(orderId));
  const endMs = Date.now() + STEP_WITHIN_MS;
  for (;;) {
    const order = await system.orders.get(orderId);
    const { raw } = await handle.describe();
    const isBusy = (raw.pendingActivities?.length ?? 0) > 0 || (raw.pendingWorkflowTask ?? undefined) !== undefined;
    if (isWanted(order) && (!isBusy || order.finalized)) return;
    if (Date.now() > endMs) throw new Error(`${orderId} is ${order.status}: ${order.why}`);
    await delay(LOOK_EVERY_MS);
  }
}

function fill(quantity: string, filled: string): Step {
  return async (system, orderId) => {
    await system.offer(quantity);
    await quiet(system, orderId, (order) => order.filledQuantity === filled);
    await system.offer(undefined);
  };
}
async function cancel({ orders }: QuietSystem, orderId: OrderId): Promise<void> {
  await orders.cancel(orderId);
}
async function signalCancel({ orders }: QuietSystem, orderId: OrderId): Promise<void> {
  await orders.signalCancel(orderId);
}
async function replace(system: QuietSystem, orderId: OrderId): Promise<void> {
  await system.orders.modify(orderId, { quantity: dec('12') });
  await quiet(system, orderId, (order) => order.acceptedStep === 1 && order.pendingReplace === undefined);
}

function difference(names: Names, base: Names): Names {
  const all = [...new Set([...Object.keys(base), ...Object.keys(names)])];
  const counts = all.map((name) => [name, (names[name] ?? 0) - (base[name] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count !== 0));
}

/** What each row's orders cost more than those that they are compared with, and what for. */
function tell(costs: readonly (Omit<Measured, 'beside'> & { readonly events: number })[]): void {
  const width = Math.max(...costs.map(({ name }) => name.length));
  for (const { name, events, least, most, total, names } of costs) {
    const whole = `whole orders ${String(least)} to ${String(most)}, median ${String(total)}`;
    console.log(`${name.padEnd(width)}  ${String(events).padStart(3)} events (${whole})`);
    for (const [event, count] of Object.entries(names)) console.log(`  ${String(count).padStart(3)} ${event}`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  // Everything is stopped; the SDK's runtime, to which nothing was ever connected, would keep the process for ever.
  process.exit(1);
});
