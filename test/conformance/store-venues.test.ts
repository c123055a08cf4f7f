import { dec } from '../../src/domain/money';
import type { ExecutionReport } from '../../src/domain/execution-report';
import type { OrderId, VenueClientOrderId } from '../../src/domain/ids';
import type { InboxEntry } from '../../src/ports/stores';
import { describeBackends } from './store-backends';
import { intentOf, reportOf } from './store-fixtures';

describeBackends('intents and inbox', (backend) => {
  const idsOf = (entries: readonly InboxEntry[]): readonly string[] => entries.map((entry) => entry.report.execId);
  const on = (venueAccount: string, parts: Partial<ExecutionReport> = {}) => ({ venueAccount, ...parts });
  const inboxRow = async (execId: string) =>
    (await backend().driver.query('SELECT * FROM execution_inbox WHERE exec_id = $1', [execId]))[0];

  it('V01 writes an intent once and answers with the earlier one untouched', async () => {
    const intent = intentOf('v01');
    expect(await backend().venues.openIntent(intent)).toBeUndefined();
    expect(await backend().venues.openIntent({ ...intent, sendByMs: intent.sendByMs + 1 })).toEqual(intent);
    expect(await backend().venues.intent('SIM', 'sim-1', intent.clientOrderId)).toEqual(intent);
    expect(await backend().venues.intent('SIM', 'sim-2', intent.clientOrderId)).toBeUndefined();
  });

  it('V02 lets one of many rivals write the intent', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => backend().venues.openIntent(intentOf('v02'))));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
  });

  it('V03 renews only while sending, and never to an earlier time', async () => {
    const intent = intentOf('v03');
    const later = { ...intent, sendByMs: intent.sendByMs + 10 };
    expect(await backend().venues.renewIntent(later)).toBe(false);
    await backend().venues.openIntent(intent);
    expect(await backend().venues.renewIntent(later)).toBe(true);
    expect(await backend().venues.renewIntent(intent)).toBe(false);
    await backend().venues.closeIntent('SIM', 'sim-1', intent.clientOrderId, 'ANSWERED');
    expect(await backend().venues.renewIntent({ ...later, sendByMs: later.sendByMs + 10 })).toBe(false);
    expect(await backend().venues.openIntent(intent)).toEqual({ ...later, status: 'ANSWERED' });
  });

  it('V04 closes an intent once', async () => {
    const intent = intentOf('v04');
    await backend().venues.openIntent(intent);
    await backend().venues.closeIntent('SIM', 'sim-1', intent.clientOrderId, 'ABANDONED');
    await backend().venues.closeIntent('SIM', 'sim-1', intent.clientOrderId, 'ANSWERED');
    expect(await backend().venues.openIntent(intent)).toMatchObject({ status: 'ABANDONED' });
  });

  it('V05 abandons an intent before it was written, so that no later attempt sends', async () => {
    const intent = intentOf('v05');
    expect(await backend().venues.abandonIntent(intent)).toEqual({ ...intent, status: 'ABANDONED' });
    expect(await backend().venues.openIntent(intent)).toMatchObject({ status: 'ABANDONED' });
    const known = intentOf('v05-known');
    await backend().venues.openIntent(known);
    expect(await backend().venues.abandonIntent(known)).toEqual(known);
  });

  it('V06 stores reports and returns them in order of sequence, each with its order', async () => {
    await backend().venues.openIntent(intentOf('v06-dash', 0));
    const reports = [3, 1, 2].map((n) => reportOf(`v06-${String(n)}`, n, { clientOrderId: 'v06-dash-4' }));
    const entries = await backend().venues.receive(reports);
    expect(idsOf(entries)).toEqual(['v06-1', 'v06-2', 'v06-3']);
    expect(entries[0]).toEqual({ report: reports[1], orderId: 'A/v06-dash' });
  });

  it('V07 returns a known report until it is delivered', async () => {
    const report = reportOf('v07', 1, on('v07'));
    const [entry] = await backend().venues.receive([report]);
    expect(await backend().venues.receive([report])).toEqual([entry]);
    await backend().venues.markDelivered([entry as InboxEntry], 'ORDER');
    await backend().venues.markDelivered([entry as InboxEntry], 'DUPLICATE');
    expect(await backend().venues.receive([report])).toEqual([]);
    expect(await inboxRow('v07')).toMatchObject({ delivered: 'ORDER' });
    await backend().venues.markDelivered([], 'ORDER');
    expect(await backend().venues.receive([])).toEqual([]);
  });

  it('V08 keeps other content under a known id aside, flagged, and never applies it', async () => {
    const report = reportOf('v08', 1, on('v08'));
    const other = reportOf('v08', 1, on('v08', { lastQuantity: dec('5') }));
    const entries = await backend().venues.receive([
      report,
      other,
      other,
      { ...report, lastPrice: dec('99.50'), text: 'resent' },
    ]);
    expect(entries).toEqual([{ report, orderId: undefined }]);
    await backend().venues.receive([other]);
    expect(await inboxRow('v08')).toMatchObject({ conflict: [other], report: JSON.stringify(report) });
  });

  it('V09 keeps the same id of another venue account apart', async () => {
    const entries = await backend().venues.receive([reportOf('v09', 1, on('v09-a')), reportOf('v09', 1, on('v09-b'))]);
    expect(entries).toHaveLength(2);
  });

  it('V10 learns the sequence of a report that first came without one', async () => {
    await backend().venues.receive([reportOf('v10', 0, on('v10'))]);
    expect(await backend().venues.lastSequence('SIM', 'v10')).toBe(0);
    const [entry] = await backend().venues.receive([reportOf('v10', 7, on('v10'))]);
    expect(entry?.report.sequence).toBe(7);
    await backend().venues.receive([reportOf('v10', 0, on('v10'))]);
    expect(await backend().venues.lastSequence('SIM', 'v10')).toBe(7);
    expect(await backend().venues.lastSequence('SIM', 'nobody')).toBe(0);
  });

  it('V11 finds the order of an answer to a cancel by the id before it', async () => {
    await backend().venues.openIntent(intentOf('v11', 0));
    const cancel = on('sim-1', { execType: 'CANCELED', clientOrderId: 'cxl77', origClientOrderId: 'v11-0' });
    expect(await backend().venues.receive([reportOf('v11', 90, cancel)])).toMatchObject([{ orderId: 'A/v11' }]);
  });

  it('V12 keeps orphans, oldest first, and finds their order when its intent appears', async () => {
    const reports = ['v12-b', 'v12-a'].map((id, n) => reportOf(id, n + 1, on('v12', { clientOrderId: 'v12-0' })));
    await backend().venues.receive(reports);
    const orphans = async () =>
      (await backend().venues.undelivered(1_000)).filter((entry) => entry.report.venueAccount === 'v12');
    expect(await orphans()).toEqual(reports.map((report) => ({ report, orderId: undefined })));
    await backend().venues.openIntent(intentOf('v12', 0, { venueAccount: 'v12' }));
    expect((await orphans()).map((entry) => entry.orderId)).toEqual(['A/v12', 'A/v12']);
    expect(await backend().venues.undelivered(1)).toHaveLength(1);
    expect(await backend().venues.receive(reports.slice(0, 1))).toMatchObject([{ orderId: 'A/v12' }]);
    const rows = await backend().driver.query("SELECT order_id FROM execution_inbox WHERE exec_id = 'v12-b'");
    expect(rows).toEqual([{ order_id: 'A/v12' }]);
  });

  it('V13 stores each report once when overlapping batches arrive at once in different orders', async () => {
    const reports = Array.from({ length: 30 }, (_, n) => reportOf(`v13-${String(n)}`, (n * 7) % 30, on('v13')));
    const batches = Array.from({ length: 10 }, (_, n) => [...reports.slice(n), ...reports.slice(0, n)]);
    await Promise.all(batches.map((batch) => backend().venues.receive(batch)));
    const rows = await backend().driver.query("SELECT conflict FROM execution_inbox WHERE venue_account = 'v13'");
    expect(rows).toEqual(reports.map(() => ({ conflict: null })));
  });

  it('V14 finds the order of what is told under ids that others gave it at the venue, also in one batch', async () => {
    await backend().venues.openIntent(intentOf('v14', 0, { venueAccount: 'v14' }));
    const their = (execId: string, sequence: number, execType: 'REPLACED' | 'TRADE', id: string, orig?: string) =>
      reportOf(execId, sequence, {
        ...on('v14', { clientOrderId: id, execType }),
        ...(orig === undefined ? {} : { origClientOrderId: orig }),
      });
    const chain = [
      their('v14-a', 1, 'REPLACED', 'desk-7', 'v14-0'),
      their('v14-b', 2, 'TRADE', 'desk-7'),
      their('v14-c', 3, 'REPLACED', 'desk-8', 'desk-7'),
      their('v14-d', 4, 'TRADE', 'desk-8'),
      their('v14-e', 5, 'TRADE', 'desk-9'),
      their('v14-f', 6, 'REPLACED', 'desk-10', 'desk-9'),
    ];
    const ours = ['A/v14', 'A/v14', 'A/v14', 'A/v14', undefined, undefined];
    expect((await backend().venues.receive(chain)).map((entry) => entry.orderId)).toEqual(ours);
    // Both are copies of one execution, under whatever id they are told.
    const copy = their('v14-d', 0, 'TRADE', 'v14-0');
    expect(await backend().venues.claim([copy])).toEqual(new Set());
    expect(await backend().venues.claim([their('v14-d', 0, 'TRADE', 'other-1')])).toEqual(new Set(['v14-d']));
    const others = await backend().venues.receive([{ ...chain[1]!, venueAccount: 'v14-other' }]);
    expect(others.map((entry) => entry.orderId)).toEqual([undefined]);
  });

  it('V15 takes the word of an answer for the order of its trades, until ids tell otherwise', async () => {
    await backend().venues.openIntent(intentOf('v15', 0, { venueAccount: 'v15' }));
    await backend().venues.openIntent(intentOf('v15b', 0, { venueAccount: 'v15', orderId: 'A/v15b' as OrderId }));
    const trade = (execId: string, clientOrderId: string) =>
      reportOf(execId, 1, on('v15', { clientOrderId, execType: 'TRADE' }));
    const replaced = reportOf('v15-r', 0, {
      ...on('v15', { clientOrderId: 'desk-7', execType: 'REPLACED' }),
      origClientOrderId: 'v15-0',
    });
    const [orderId, first] = ['A/v15' as OrderId, trade('v15-1', 'desk-6')];
    expect(await backend().venues.claim([first], { orderId, reports: [first, replaced] })).toEqual(new Set());
    expect(await backend().venues.receive([first])).toMatchObject([{ orderId }]);
    // The answer told of the other id, too.
    expect(await backend().venues.receive([trade('v15-2', 'desk-7')])).toMatchObject([{ orderId }]);
    const theirs = trade('v15-3', 'v15b-0');
    await backend().venues.claim([theirs], { orderId, reports: [theirs] });
    expect(await backend().venues.receive([theirs])).toMatchObject([{ orderId: 'A/v15b' }]);
  });

  it('V16 keeps an order apart that was given the next id of another', async () => {
    const of = (id: string, orderId: string) =>
      backend().venues.openIntent(intentOf(id, 0, { venueAccount: 'v16', orderId: orderId as OrderId }));
    await of('v16a', 'A/v16a');
    await of('v16b', 'A/v16b');
    const reports = [
      {
        ...reportOf('v16-1', 1, on('v16', { execType: 'REPLACED', clientOrderId: 'v16a-1' })),
        origClientOrderId: 'v16b-0',
      },
      reportOf('v16-2', 2, on('v16', { execType: 'TRADE', clientOrderId: 'v16a-1' })),
      reportOf('v16-3', 3, on('v16', { execType: 'TRADE', clientOrderId: 'v16a-0' })),
    ];
    const found = await backend().venues.receive(reports);
    expect(found.map(({ orderId }) => orderId)).toEqual(['A/v16b', 'A/v16b', 'A/v16a']);
    await backend().venues.openIntent(intentOf('v16a', 1, { venueAccount: 'v16', orderId: 'A/v16a' as OrderId }));
    expect(await backend().venues.heard('SIM', 'v16', 'v16a-1' as VenueClientOrderId)).toEqual([]);
  });
});
