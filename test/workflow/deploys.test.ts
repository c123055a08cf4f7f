/**
 * Goal: a deploy breaks no open order. Method: builds of the product's own workflow code side by side on a real server:
 * one of today, one with a patched step more, and one with a change that no open order can take.
 */
import type { temporal } from '@temporalio/proto';
import { readFile } from 'node:fs/promises';
import pino from 'pino';
import { DEFAULT_ROUTING_WEIGHTS } from '../../src/domain/routing';
import { orderWorkflowId, venueSessionWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { describeDeployment, moveWithDeploys, placementOf, setCurrentBuild } from '../../src/temporal/deployment';
import { workflowBundle } from '../../workers/build-bundle';
import { moveOldOrders } from '../../workers/move-orders';
import { startOms } from '../../workers/oms';
import type { Oms } from '../../workers/oms';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

const NAME = 'desk';
const LOOP = /(const timer = new \S+\.WakeTimer\((\S+)\.sleep\);)/;
const system = new OmsUnderTest();
const builds: Oms[] = [];
const codes: Record<string, string> = {};
/** Begun before there was a deployment. */
let early: OrderId;

beforeAll(async () => {
  await system.start();
  early = await resting();
  // From here on only builds of the deployment work.
  await system.oms.stop();
  const bundle = await workflowBundle();
  const today = 'code' in bundle ? bundle.code : await readFile(bundle.codePath, 'utf8');
  if (!LOOP.test(today)) throw new Error('the loop of the order was not found in the workflow bundle');
  codes['a'] = today;
  codes['b'] = today.replace(LOOP, '$1 if ((0, $2.patched)("one-step-more")) await (0, $2.sleep)(1);');
  codes['c'] = today.replace(LOOP, '$1 await (0, $2.sleep)(1);');
});
afterAll(async () => {
  for (const build of builds) await build.stop();
  await system.stop();
});

const version = (buildId: string) => ({ deploymentName: NAME, buildId });

async function start(buildId: string): Promise<Oms> {
  const { connection, namespace, database, catalog, connectors } = system;
  const oms = await startOms({
    ...{ connection, namespace, database, catalog, connectors },
    routing: { defaultPolicy: 'WEIGHTED', weights: DEFAULT_ROUTING_WEIGHTS },
    workflowBundle: { code: codes[buildId] ?? '' },
    ...{ maxCachedWorkflows: 100, log: pino({ level: 'silent' }), version: version(buildId) },
  });
  builds.push(oms);
  return oms;
}
const promote = (buildId: string) =>
  // All of its task queues must have been heard of.
  eventually(() => setCurrentBuild(system.client, version(buildId)), 30_000);

const resting = async (): Promise<OrderId> => {
  const { orderId } = await system.orders.submit(system.request());
  await system.until(orderId, ({ status }) => {
    expect(status).toBe('ACCEPTED');
  });
  return orderId;
};
const place = (orderId: OrderId) => placementOf(system.client, orderWorkflowId(orderId));

const moveTo = (buildId: string) =>
  moveOldOrders({
    ...{ client: system.client, version: version(buildId), workflowBundle: { code: codes[buildId] ?? '' } },
    ...{ begunBefore: new Date(), limit: 100 },
  });
const history = async (workflowId: string): Promise<readonly temporal.api.history.v1.IHistoryEvent[]> =>
  (await system.client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
/** The builds that worked on the order's run, in turn. */
const workedOn = async (orderId: OrderId): Promise<readonly string[]> => {
  const builds = (await history(orderWorkflowId(orderId)))
    .map(({ workflowTaskCompletedEventAttributes: task }) => task?.deploymentVersion?.buildId)
    .filter((buildId) => typeof buildId === 'string');
  return builds.filter((buildId, at) => buildId !== builds[at - 1]);
};
const cancels = async (orderId: OrderId): Promise<void> => {
  await system.orders.signalCancel(orderId);
  expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED', filledQuantity: '0' });
  // By the venue's own ledger: sent once, and off the market.
  const [booked, ...more] = await system.booked(await system.orders.get(orderId));
  expect({ status: booked?.['status'], more }).toEqual({ status: 'CANCELED', more: [] });
};

test('young orders stay on their build, new ones begin on the next, old ones move when their history fits', async () => {
  await start('a');
  await promote('a');
  const [young, old, long] = [await resting(), await resting(), await resting()];
  await start('b');
  await promote('b');
  const next = await resting();
  expect([await place(young), await place(next)]).toEqual([
    { buildId: 'a', stays: true },
    { buildId: 'b', stays: true },
  ]);
  expect((await describeDeployment(system.client, NAME))?.builds).toEqual([
    { buildId: 'a', state: 'DRAINING' },
    { buildId: 'b', state: 'CURRENT' },
  ]);
  await cancels(young);
  await cancels(next);
  expect([await workedOn(young), await workedOn(next)]).toEqual([['a'], ['b']]);

  // What continues as new lives long: its next run begins where the last one was and then moves with each deploy.
  await untilNewRun(long);
  await cancels(long);
  expect(await workedOn(long)).toEqual(['a', 'b']);

  codes['b-wrong'] = codes['c'] ?? '';
  const wrong = await moveTo('b-wrong');
  expect(wrong).toEqual({
    moved: [],
    held: [{ workflowId: orderWorkflowId(old), reason: expect.any(String) as string }],
  });
  expect(await place(old)).toEqual({ buildId: 'a', stays: true });
  expect(await moveTo('b')).toEqual({ moved: [orderWorkflowId(old)], held: [] });
  await cancels(old);
  expect(await workedOn(old)).toEqual(['a', 'b']);
});

test('the build that nobody needs any more is stopped, and the service workflows go on with the next', async () => {
  const inHand = await resting();
  await builds.shift()?.stop();
  await eventually(async () => {
    const session = await placementOf(system.client, venueSessionWorkflowId('SIMX', 'HOUSE'));
    expect(session).toEqual({ buildId: 'b', stays: false });
  }, 60_000);
  await cancels(inHand);
});

test('an order from before there was a deployment goes on with the current build', async () => {
  await cancels(early);
  expect(await place(early)).toEqual({ buildId: 'b', stays: false });
});

test('a wrong build that is forced makes orders wait, and after the roll back they go on, sent once', async () => {
  const open = await resting();
  await moveWithDeploys(system.client, orderWorkflowId(open));
  await start('c');
  await promote('c');
  await system.orders.signalCancel(open, 'while the wrong code is current');
  const begunOnWrong = await resting();
  await eventually(async () => {
    const failures = (await history(orderWorkflowId(open))).flatMap(
      ({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? [],
    );
    expect(failures).toEqual([expect.stringContaining('TMPRL1100')]);
  }, 30_000);

  await promote('b');
  await cancels(open);
  // What began with the wrong code fits no other: its workers stay until it is done.
  await cancels(begunOnWrong);
  expect(await workedOn(begunOnWrong)).toEqual(['c']);
});

/** Fills a history with long messages that change nothing, until a new run has begun. */
async function untilNewRun(orderId: OrderId): Promise<void> {
  const handle = system.client.workflow.getHandle(orderWorkflowId(orderId));
  const { runId } = await system.orders.get(orderId);
  const payload = { price: '1', marketTimeMs: 1, padding: 'x'.repeat(40_000) };
  for (let sent = 0; sent < 2_000; sent += 20) {
    await Promise.all(Array.from({ length: 20 }, () => handle.signal('marketTrigger', payload)));
    if ((await system.orders.get(orderId)).runId !== runId) return;
  }
  throw new Error('no new run began');
}
