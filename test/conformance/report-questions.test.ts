/** Goal: what a venue cannot tell now costs a bounded round, and never stands in the way of what it can. */
import pino from 'pino';
import { askForReadable } from '../../activities/report-questions';
import type { ActivityDependencies } from '../../activities/dependencies';
import type { ExecutionReport } from '../../src/domain/execution-report';
import type { UnreadableReport, VenueConnector, VenueOrderStatus } from '../../src/ports/venue';
import { describeBackends } from './store-backends';
import { intentOf, reportOf } from './store-fixtures';

describeBackends('questions for unreadable reports', (backend) => {
  /** A venue account with as many orders as reports that cannot be read, and the real store. */
  class Account {
    readonly asked: string[] = [];
    readonly taken: ExecutionReport[] = [];
    readonly told: string[] = [];
    readonly stop = new AbortController();
    answer: (clientOrderId: string) => VenueOrderStatus | Error = () => ({ kind: 'notFound' });
    constructor(readonly venueAccount: string) {}

    async keep(...ids: readonly string[]): Promise<void> {
      for (const id of ids)
        await backend().venues.openIntent(
          intentOf(`${this.venueAccount}${id}`, 0, { venueAccount: this.venueAccount }),
        );
      await backend().venues.troubles.keepUnreadable('SIM', this.venueAccount, ids.map(this.bad), 9);
    }
    readonly bad = (id: string): UnreadableReport => ({
      ...{ venue: 'SIM', venueAccount: this.venueAccount, raw: `noise ${id}`, why: 'noise' },
      ...{ execId: `E${id}`, clientOrderId: `${this.venueAccount}${id}-0` },
    });
    readonly good = (id: string): ExecutionReport =>
      reportOf(`E${id}`, 1, { venueAccount: this.venueAccount, clientOrderId: `${this.venueAccount}${id}-0` });
    readonly found = (clientOrderId: string): VenueOrderStatus => ({
      kind: 'found',
      reports: [this.good(clientOrderId.slice(this.venueAccount.length, -2))],
    });

    async round(): Promise<void> {
      const connector = {
        venue: 'SIM',
        findOrder: (_account: string, clientOrderId: string) => {
          this.asked.push(clientOrderId);
          const answer = this.answer(clientOrderId);
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
      } as unknown as VenueConnector;
      const deps = {
        venueStore: backend().venues,
        log: pino({ level: 'silent' }),
        clock: { nowMs: Date.now },
        signals: {
          sendReports: (orderId: string) => {
            this.told.push(orderId);
            return Promise.resolve('sent');
          },
        },
      } as unknown as ActivityDependencies;
      await askForReadable(deps, {
        ...{ connector, venueAccount: this.venueAccount, position: () => 9, signal: this.stop.signal },
        takeIn: (reports) => {
          this.taken.push(...reports);
          return Promise.resolve();
        },
      });
    }
    due(): Promise<readonly { readonly asked: number }[]> {
      return backend().venues.troubles.due('SIM', this.venueAccount, 100);
    }
  }

  it('Q01 a question that fails stands in the way of no other', async () => {
    const account = new Account('q01');
    await account.keep('a', 'b', 'c');
    account.answer = (id) => (id === 'q01a-0' ? new Error('nobody foresaw this') : account.found(id));
    await account.round();
    expect(account.taken.map(({ execId }) => execId)).toEqual(['Eb', 'Ec']);
    expect(account.told).toHaveLength(3);
  });

  it('Q02 a venue that does not answer is asked once per round, another order each time', async () => {
    const account = new Account('q02');
    await account.keep('a', 'b', 'c');
    account.answer = () => ({ kind: 'unavailable', reason: 'no answer' });
    await account.round();
    await account.round();
    expect(account.asked).toEqual(['q02a-0', 'q02b-0']);
    expect(await account.due()).toHaveLength(1);
  });

  it('Q03 a round asks for twenty at most, and for none once the session stops', async () => {
    const account = new Account('q03');
    await account.keep(...Array.from({ length: 25 }, (_, n) => String(n)));
    await account.round();
    expect(account.asked).toHaveLength(20);
    account.stop.abort();
    await account.round();
    expect(account.asked).toHaveLength(20);
    expect(await account.due()).toHaveLength(5);
  });

  it('Q04 the order is told once, and is asked for no more once a copy came', async () => {
    const account = new Account('q04');
    await account.keep('a');
    const again = async (): Promise<void> => {
      await backend().driver.query("UPDATE unreadable_reports SET ask_at = now() WHERE venue_account = 'q04'");
      await account.round();
    };
    await account.round();
    await again();
    expect(await account.due()).toEqual([]);
    account.answer = account.found;
    await again();
    expect(account.taken.map(({ execId }) => execId)).toEqual(['Ea']);
    await again();
    expect(account.asked).toHaveLength(3);
    expect(account.told).toEqual(['A/q04a']);
  });

  it('Q05 another report of the order is no copy, nor is one that the stream has yet to bring', async () => {
    const account = new Account('q05');
    await account.keep('a');
    account.answer = () => ({ kind: 'found', reports: [{ ...account.good('a'), execId: 'else' }] });
    await account.round();
    await backend().driver.query("UPDATE unreadable_reports SET ask_at = now() WHERE venue_account = 'q05'");
    account.answer = () => ({ kind: 'found', reports: [{ ...account.good('a'), sequence: 10 }] });
    await account.round();
    expect(account.taken).toEqual([]);
    const rows = await backend().driver.query(
      "SELECT asked, settled FROM unreadable_reports WHERE venue_account = 'q05'",
    );
    expect(rows).toEqual([{ asked: 2, settled: null }]);
  });
});
