import { dec } from '../../src/domain/money';
import type { VenueClientOrderId } from '../../src/domain/ids';
import type { UnreadableReport } from '../../src/ports/venue';
import { UNREADABLE_KEPT_MAX } from '../../src/persistence/report-troubles';
import { describeBackends } from './store-backends';
import { intentOf, reportOf } from './store-fixtures';

describeBackends('troubles with reports', (backend) => {
  const bad = (venueAccount: string, raw: string, parts: Partial<UnreadableReport> = {}): UnreadableReport => ({
    ...{ venue: 'SIM', venueAccount, raw, why: 'cumQuantity: not a plain decimal' },
    ...parts,
  });
  const keep = (account: string, reports: readonly UnreadableReport[], position = 0) =>
    backend().venues.troubles.keepUnreadable('SIM', account, reports, position);
  const conflictsOf = (account: string) => backend().venues.troubles.conflicts('SIM', account, 100);

  it('T01 keeps an unreadable report once, as it came, and counts how often it was seen', async () => {
    const report = bad('t01', '{"cumQuantity":"one \\u0000"}', { sequence: 3, execId: 'E3', clientOrderId: 't01-0' });
    expect(await keep('t01', [report, report, bad('t01', 'noise')], 3)).toEqual({
      fresh: [report, bad('t01', 'noise')],
      dropped: 0,
    });
    expect(await keep('t01', [report], 3)).toEqual({ fresh: [], dropped: 0 });
    const rows = await backend().driver.query(
      `SELECT sequence, exec_id, client_order_id, why, raw, times_seen FROM unreadable_reports
       WHERE venue_account = 't01' ORDER BY arrival`,
    );
    const known = { exec_id: 'E3', client_order_id: 't01-0', why: report.why, raw: report.raw };
    expect(rows).toEqual([
      { ...known, sequence: '3', times_seen: 2 },
      { ...{ sequence: '0', exec_id: null, client_order_id: null }, why: report.why, raw: 'noise', times_seen: 1 },
    ]);
  });

  it('T02 moves the position past it, never back, and what came by another way moves nothing', async () => {
    await backend().venues.receive([reportOf('t02', 4, { venueAccount: 't02' })]);
    await keep('t02', [bad('t02', 'a', { sequence: 90 })]);
    expect(await backend().venues.lastSequence('SIM', 't02')).toBe(4);
    await keep('t02', [bad('t02', 'a', { sequence: 5 })], 5);
    await keep('t02', [bad('t02', 'b')], 3);
    expect(await backend().venues.lastSequence('SIM', 't02')).toBe(5);
    await backend().venues.receive([reportOf('t02-b', 6, { venueAccount: 't02' })]);
    expect(await backend().venues.lastSequence('SIM', 't02')).toBe(6);
    expect(await backend().venues.lastSequence('SIM', 't02-other')).toBe(0);
  });

  it('T15 tells what came under one client order id, and that something came which cannot be read', async () => {
    const heard = (id: string) => backend().venues.heard('SIM', 't15', id as VenueClientOrderId);
    const own = reportOf('t15', 1, { venueAccount: 't15' });
    const other = { ...reportOf('t15-b', 2, { venueAccount: 't15' }), clientOrderId: `${own.clientOrderId}1` };
    await backend().venues.receive([own, other]);
    expect(await heard(own.clientOrderId)).toEqual([own]);
    expect(await heard(other.clientOrderId)).toEqual([other]);
    expect(await heard('t15-never-0')).toEqual([]);
    const unread = bad('t15', 'half', { clientOrderId: 't15-unread-0' });
    await keep('t15', [unread]);
    expect(await heard('t15-unread-0')).toBeUndefined();
    const [entry] = await backend().venues.troubles.due('SIM', 't15', 1);
    await backend().venues.troubles.markSettled(entry!, 'READABLE');
    expect(await heard('t15-unread-0')).toEqual([]);
  });

  it('T03 fills no disk: past its bound it only counts, and the position moves on', async () => {
    const reports = Array.from({ length: UNREADABLE_KEPT_MAX + 7 }, (_, n) => bad('t03', `noise ${String(n)}`));
    const first = await keep('t03', reports.slice(0, UNREADABLE_KEPT_MAX - 1), 10);
    expect(first).toMatchObject({ dropped: 0 });
    const next = await keep('t03', reports, 20);
    expect(next.fresh.map(({ raw }) => raw)).toEqual([`noise ${String(UNREADABLE_KEPT_MAX - 1)}`]);
    expect(next.dropped).toBe(7);
    expect(await backend().venues.lastSequence('SIM', 't03')).toBe(20);
    const [row] = await backend().driver.query("SELECT dropped FROM stream_positions WHERE venue_account = 't03'");
    expect(row).toEqual({ dropped: '7' });
    expect((await keep('t03-else', [bad('t03-else', 'x')])).fresh).toHaveLength(1);
  });

  it('T04 counts exactly when many write at once', async () => {
    const batches = Array.from({ length: 8 }, (_, n) =>
      Array.from({ length: 200 }, (__, m) => bad('t04', `noise ${String(n)} ${String(m)}`)),
    );
    const answers = await Promise.all(batches.map((batch) => keep('t04', batch)));
    expect(answers.reduce((sum, { fresh }) => sum + fresh.length, 0)).toBe(UNREADABLE_KEPT_MAX);
    expect(answers.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(1_600 - UNREADABLE_KEPT_MAX);
  });

  it('T05 finds the order of one by any step of its id, and is done with it once', async () => {
    await backend().venues.openIntent(intentOf('t05', 0, { venueAccount: 't05' }));
    const ours = bad('t05', 'ours', { sequence: 2, execId: 'E2', clientOrderId: 't05-3' });
    const replaced = bad('t05', 'replaced', { clientOrderId: 'else-1', origClientOrderId: 't05-0' });
    await keep('t05', [ours, replaced, bad('t05', 'nobody')]);
    const entries = await backend().venues.troubles.due('SIM', 't05', 10);
    expect(entries).toMatchObject([
      { isTold: false, asked: 0, orderId: 'A/t05', sequence: 2, execId: 'E2', clientOrderId: 't05-3', why: ours.why },
      { orderId: 'A/t05', clientOrderId: 'else-1' },
      { why: ours.why },
    ]);
    expect(entries[2]?.orderId).toBeUndefined();
    for (const entry of entries) await backend().venues.troubles.markTold(entry, 'ORDER');
    expect((await backend().venues.troubles.due('SIM', 't05', 10)).map(({ isTold }) => isTold)).toEqual([
      ...[true, true, true],
    ]);
    for (const entry of entries) await backend().venues.troubles.markSettled(entry, 'READABLE');
    expect(await backend().venues.troubles.due('SIM', 't05', 10)).toEqual([]);
    expect((await keep('t05', [ours])).fresh).toEqual([]);
    expect(await backend().venues.troubles.due('SIM', 't05', 10)).toEqual([]);
  });

  it('T06 an execution id that comes for another order is a conflict; the first stands and keeps its order', async () => {
    for (const base of ['t06a', 't06b']) await backend().venues.openIntent(intentOf(base, 0, { venueAccount: 't06' }));
    const first = reportOf('t06', 1, { venueAccount: 't06', clientOrderId: 't06a-0' });
    const other = { ...first, sequence: 2, clientOrderId: 't06b-0', venueOrderId: 'v2' };
    const [entry] = await backend().venues.receive([first]);
    expect(entry).toMatchObject({ orderId: 'A/t06a' });
    // Also in one batch with copies, and again: one conflict.
    expect(await backend().venues.receive([other, first, other])).toEqual([{ report: first, orderId: 'A/t06a' }]);
    const side = { orderId: 'A/t06b', clientOrderId: 't06b-0', venueOrderId: 'v2' };
    const conflict = {
      ...{ venue: 'SIM', venueAccount: 't06', execId: 't06', others: [side] },
      first: { orderId: 'A/t06a', clientOrderId: 't06a-0', venueOrderId: 'v1' },
    };
    expect(await conflictsOf('t06')).toEqual([conflict]);
    await backend().venues.troubles.markConflictTold(conflict as never);
    await backend().venues.receive([other]);
    expect(await conflictsOf('t06')).toEqual([]);
    // Another wrong copy is news again.
    await backend().venues.receive([{ ...other, lastQuantity: dec('1') }]);
    expect((await conflictsOf('t06'))[0]?.others).toHaveLength(2);
  });

  it('T07 a first report of no known order does not become one of the order that uses its id after it', async () => {
    const first = reportOf('t07', 1, { venueAccount: 't07', clientOrderId: 'PHONE-1' });
    await backend().venues.receive([first]);
    await backend().venues.openIntent(intentOf('t07', 0, { venueAccount: 't07' }));
    const entries = await backend().venues.receive([{ ...first, sequence: 2, clientOrderId: 't07-0' }]);
    expect(entries).toEqual([{ report: first, orderId: undefined }]);
    expect(await conflictsOf('t07')).toMatchObject([{ others: [{ orderId: 'A/t07' }] }]);
  });

  it.each([
    ['another step of the same order', { clientOrderId: 't08-4' }],
    ['the id after a cancel that names the id before', { clientOrderId: 'cxl-9', origClientOrderId: 't08-0' }],
  ])('T08 %s is the same execution', async (_what, change) => {
    const venueAccount = `t08 ${JSON.stringify(change)}`;
    await backend().venues.openIntent(intentOf('t08', 0, { venueAccount }));
    const first = reportOf('t08', 1, { venueAccount, clientOrderId: 't08-0' });
    await backend().venues.receive([first]);
    await backend().venues.receive([{ ...first, sequence: 5, ...change }]);
    expect(await conflictsOf(venueAccount)).toEqual([]);
    expect(await backend().venues.lastSequence('SIM', venueAccount)).toBe(5);
  });

  it('T09 of orders that nobody here sent, the venue order id tells the same one', async () => {
    const first = reportOf('t09', 1, { venueAccount: 't09', clientOrderId: 'PHONE', venueOrderId: 'V7' });
    await backend().venues.receive([first, { ...first, sequence: 2, clientOrderId: 'SCREEN' }]);
    expect(await conflictsOf('t09')).toEqual([]);
    await backend().venues.receive([{ ...first, sequence: 3, clientOrderId: 'SCREEN', venueOrderId: 'V8' }]);
    expect(await conflictsOf('t09')).toMatchObject([{ others: [{ venueOrderId: 'V8' }] }]);
  });

  it('T10 other content under a known id is told too', async () => {
    const first = reportOf('t10', 1, { venueAccount: 't10' });
    await backend().venues.receive([first, { ...first, lastPrice: dec('99.4') }]);
    expect(await conflictsOf('t10')).toMatchObject([{ execId: 't10', first: { clientOrderId: 'base-0' } }]);
  });

  it('T10b an answer claims its executions: those of another order are named, its own and later copies are not', async () => {
    for (const base of ['t10a', 't10b']) await backend().venues.openIntent(intentOf(base, 0, { venueAccount: 't10b' }));
    const own = reportOf('t10b-1', 7, { venueAccount: 't10b', clientOrderId: 't10a-0' });
    expect(await backend().venues.claim([own])).toEqual(new Set());
    expect(await backend().venues.claim([{ ...own, clientOrderId: 't10a-3' }])).toEqual(new Set());
    // The place in the stream is not reached by it.
    expect(await backend().venues.lastSequence('SIM', 't10b')).toBe(0);
    const other = { ...own, clientOrderId: 't10b-0', venueOrderId: 'v2' };
    const fresh = { ...other, execId: 't10b-2' };
    expect(await backend().venues.claim([other, fresh])).toEqual(new Set(['t10b-1']));
    expect(await conflictsOf('t10b')).toMatchObject([{ execId: 't10b-1', others: [{ orderId: 'A/t10b' }] }]);
    expect(await backend().venues.receive([own])).toMatchObject([{ orderId: 'A/t10a', report: { sequence: 7 } }]);
  });

  it('T11 is due at once, then when its wait is over, and counts the questions', async () => {
    const { troubles } = backend().venues;
    await keep('t11', [
      bad('t11', 'first', { clientOrderId: 't11-0' }),
      bad('t11', 'second', { clientOrderId: 't11-1' }),
    ]);
    const [first, second] = await troubles.due('SIM', 't11', 10);
    expect((await troubles.due('SIM', 't11', 1)).map(({ id }) => id)).toEqual([first?.id]);
    await troubles.putOff(first!, 60_000);
    expect((await troubles.due('SIM', 't11', 10)).map(({ id }) => id)).toEqual([second?.id]);
    await troubles.putOff(first!, 0);
    // The longest wait comes first.
    expect(await troubles.due('SIM', 't11', 10)).toMatchObject([
      { id: second?.id, asked: 0 },
      { id: first?.id, asked: 2 },
    ]);
    expect(await troubles.due('SIM', 't11-other', 10)).toEqual([]);
  });

  it('T11b may explain a report under its own id, or any when it names none, until it is settled or old', async () => {
    const { troubles } = backend().venues;
    const explains = (clientOrderId: string, venueAccount = 't11b') =>
      troubles.mayExplain(reportOf('x', 1, { venueAccount, clientOrderId: clientOrderId }));
    await keep('t11b', [bad('t11b', 'named', { clientOrderId: 'desk-1' })]);
    expect([await explains('desk-1'), await explains('desk-2'), await explains('desk-1', 'other')]).toEqual([
      ...[true, false, false],
    ]);
    await keep('t11b', [bad('t11b', 'nameless', { sequence: 9 })], 9);
    expect(await explains('desk-2')).toBe(true);
    for (const entry of await troubles.due('SIM', 't11b', 10)) await troubles.markSettled(entry, 'READABLE');
    expect(await explains('desk-1')).toBe(false);
    await keep('t11b', [bad('t11b', 'old', { clientOrderId: 'desk-3' })]);
    const age = "UPDATE unreadable_reports SET received_at = now() - interval '3 minutes' WHERE venue_account = 't11b'";
    expect(await explains('desk-3')).toBe(true);
    await backend().driver.query(age);
    expect(await explains('desk-3')).toBe(false);
  });

  it('T12 the same nonsense at two places is two reports, as each place is to be asked for', async () => {
    const { troubles } = backend().venues;
    await keep('t12', [bad('t12', 'noise', { sequence: 3 }), bad('t12', 'noise', { sequence: 4 })], 4);
    expect(await troubles.due('SIM', 't12', 10)).toMatchObject([{ sequence: 3 }, { sequence: 4 }]);
  });

  it('T13 what named nothing is due again once its place is known', async () => {
    const { troubles } = backend().venues;
    const report = bad('t13', 'an execution id only', { execId: 'E13' });
    await keep('t13', [report]);
    const [entry] = await troubles.due('SIM', 't13', 10);
    await troubles.markSettled(entry!, 'NAMELESS');
    await keep('t13', [report]);
    expect(await troubles.due('SIM', 't13', 10)).toEqual([]);
    await keep('t13', [{ ...report, sequence: 7 }], 7);
    expect(await troubles.due('SIM', 't13', 10)).toMatchObject([{ id: entry?.id, sequence: 7 }]);
  });

  it('T14 when there is no room, those that could be read in the end make it, the oldest first', async () => {
    const { troubles } = backend().venues;
    await keep(
      't14',
      Array.from({ length: UNREADABLE_KEPT_MAX }, (_, n) => bad('t14', `noise ${String(n)}`)),
    );
    const entries = await troubles.due('SIM', 't14', 3);
    for (const entry of entries.slice(0, 2)) await troubles.markSettled(entry, 'READABLE');
    await troubles.markSettled(entries[2]!, 'NAMELESS');
    const answer = await keep('t14', [bad('t14', 'noise 1'), bad('t14', 'new'), bad('t14', 'newer')]);
    expect(answer).toMatchObject({ fresh: [{ raw: 'new' }], dropped: 1 });
    const [row] = await backend().driver.query(
      "SELECT count(*)::int AS n FROM unreadable_reports WHERE venue_account = 't14'",
    );
    expect(row).toEqual({ n: UNREADABLE_KEPT_MAX });
  });
});
