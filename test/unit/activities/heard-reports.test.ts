import { heardOf } from '../../../activities/heard-reports';
import type { ExecutionReport } from '../../../src/domain/execution-report';
import { orderIdOf, venueClientOrderId } from '../../../src/domain/ids';
import type { ReportPage } from '../../../src/ports/venue';
import { scriptedVenue } from '../../../scripts/scenarios/scripted-venue';
import { fill, report } from '../domain/order-fixtures';

const INTENT = {
  ...{ venue: 'SIMX', venueAccount: 'HOUSE', orderId: orderIdOf('alpha', 'c1') },
  ...{ clientOrderId: venueClientOrderId('BASE', 0), sendByMs: 0, status: 'SENDING' as const },
};
const own = (sequence: number): ExecutionReport => ({ ...fill(`F${String(sequence)}`, '1', '9'), sequence });
const foreign = (sequence: number): ExecutionReport => report({ clientOrderId: 'OTHER-0', sequence, execType: 'NEW' });

/** A venue of these reports and an inbox that has those up to a place; `meanwhile` happens while the inbox is looked through. */
function heard(
  told: readonly ExecutionReport[],
  inbox: { last: number },
  { meanwhile, page = {} }: { meanwhile?: () => void; page?: Partial<ReportPage> } = {},
) {
  const lastSequence = Math.max(0, ...told.map(({ sequence }) => sequence));
  const reportsAfter = (_account: string, after: number, limit: number) => {
    const reports = told.filter(({ sequence }) => sequence > after).slice(0, limit);
    return Promise.resolve({ reports, lastSequence, ...page });
  };
  // What a count of before has brought to this place were other reports.
  const isOfThisCount = inbox.last <= lastSequence;
  const venueStore = {
    lastSequence: () => Promise.resolve(inbox.last),
    heard: (_venue: string, _account: string, id: string) => {
      const came = told.filter(
        ({ sequence, clientOrderId }) => sequence <= inbox.last && isOfThisCount && clientOrderId === id,
      );
      meanwhile?.();
      return Promise.resolve(came);
    },
    troubles: { keepUnreadable: () => Promise.resolve({ fresh: [], dropped: 0 }) },
  };
  const deps = { venueStore, log: { warn: () => undefined } } as unknown as Parameters<typeof heardOf>[0];
  return heardOf(deps, { ...scriptedVenue('SIMX', 'COIN'), reportsAfter }, INTENT);
}

test('what came is told from the inbox', async () => {
  expect(await heard([own(1), foreign(2), own(3)], { last: 3 })).toEqual([own(1), own(3)]);
});

test('what the stream has yet to bring is read to its end, however many reports of others lie between', async () => {
  const others = Array.from({ length: 1_200 }, (_, at) => foreign(at + 1));
  expect(await heard([...others, own(1_201)], { last: 10 })).toEqual([own(1_201)]);
  expect(await heard(others, { last: 10 })).toEqual([]);
});

test('a report that comes while the inbox is looked through is not missed', async () => {
  const inbox = { last: 1 };
  const meanwhile = (): void => {
    inbox.last = 2;
  };
  expect(await heard([foreign(1), own(2)], inbox, { meanwhile })).toEqual([own(2)]);
});

test('a venue that began to count anew is read from its first report on', async () => {
  expect(await heard([foreign(1), own(2)], { last: 800_000 })).toEqual([own(2)]);
});

test('reports that cannot be read to their end prove nothing', async () => {
  const unreadable = [{ venue: 'SIMX', venueAccount: 'HOUSE', raw: 'half', why: 'no JSON' }];
  expect(await heard([foreign(1)], { last: 0 }, { page: { unreadable } })).toBeUndefined();
  expect(await heard([foreign(1)], { last: 1 }, { page: { lastSequence: 9 } })).toBeUndefined();
});
