import { deliver } from '../../../activities/venue-session';
import { createVenueActivities } from '../../../activities/submission';
import type { ExecutionReport } from '../../../src/domain/execution-report';
import { orderIdOf, venueClientOrderId } from '../../../src/domain/ids';
import { REPORTS_TOLD_MAX } from '../../../src/domain/news';
import { scriptedVenue } from '../../../scripts/scenarios/scripted-venue';
import { fill } from '../domain/order-fixtures';

const FILLS = 3_000;
const RECORDED = 2_990;
/** What a payload may have; a report has some 500 bytes. */
const PAYLOAD_MAX_BYTES = 2 * 1024 * 1024;

const trades = Array.from({ length: FILLS }, (_, at) => fill(`F${String(at)}`, '1', '10', String(at + 1)));

/** The activities of a venue that tells every trade of an order whenever it is asked. */
function activities(recorded: readonly ExecutionReport[]) {
  const connector = {
    ...scriptedVenue('SIMX', 'COIN'),
    findOrder: () => Promise.resolve({ kind: 'found', reports: trades } as const),
  };
  const deps = {
    venues: new Map([['SIMX', connector]]),
    venueStore: { claim: () => Promise.resolve(new Set()) },
    orders: { executions: () => Promise.resolve(recorded) },
  };
  return createVenueActivities(deps as unknown as Parameters<typeof createVenueActivities>[0], 'SIMX');
}
const asked = {
  ...{ orderId: orderIdOf('alpha', 'c1'), venueAccount: 'HOUSE', symbol: 'COIN' },
  ...{ clientOrderId: venueClientOrderId('BASE', 0), abandon: false },
};

test('an answer about an order of thousands of fills tells what is not recorded', async () => {
  const result = await activities(trades.slice(0, RECORDED)).findOrder(asked);
  expect(result).toEqual({ kind: 'answered', reports: trades.slice(RECORDED) });
});

test('an answer fits into a payload whatever the venue tells', async () => {
  const result = await activities([]).findOrder(asked);
  expect(result).toMatchObject({ kind: 'answered', reports: { length: REPORTS_TOLD_MAX } });
  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(PAYLOAD_MAX_BYTES / 4);
});

test('reports of one order that are more than a message may have go in several, in order, each marked', async () => {
  const sent: (readonly ExecutionReport[])[] = [];
  const marked: unknown[] = [];
  const deps = {
    signals: {
      sendReports: async (_orderId: string, reports: readonly ExecutionReport[]) => {
        sent.push(reports);
        return 'sent';
      },
    },
    venueStore: {
      markDelivered: async (entries: readonly { report: ExecutionReport }[], how: string) => {
        if (how === 'ORDER') marked.push(...entries.map(({ report }) => report));
      },
    },
  } as unknown as Parameters<typeof deliver>[0];
  await deliver(
    deps,
    trades.map((report) => ({ report, orderId: asked.orderId })),
  );
  expect(sent.map(({ length }) => length)).toEqual(Array(FILLS / REPORTS_TOLD_MAX).fill(REPORTS_TOLD_MAX));
  expect(sent.flat()).toEqual(trades);
  expect(marked).toEqual(trades);
});
