/** Goal: limits change with the four eyes that a loosening needs, and no decision is made by limits that are over. */
import { LimitsInForce } from '../../activities/limits-in-force';
import { dec } from '../../src/domain/money';
import type { LimitEntry } from '../../src/domain/risk/limit-document';
import type { LimitValues } from '../../src/domain/risk/limits';
import { makeLogger } from '../../src/logging';
import { SqlLimits } from '../../src/persistence/limits-store';
import { beginLimits } from '../../workers/first-limits';
import { COINS, openDesk, RiskDesk } from './risk-desk';
import { describeBackends } from './store-backends';
import { requestOf } from './store-fixtures';

const DAY_MS = 86_400_000;
const log = makeLogger({ level: 'silent', readable: false });

const containing = (text: string): string => expect.stringContaining(text) as string;

describeBackends('limits', (backend) => {
  const limits = () => new SqlLimits(backend().driver);
  let count = 0;
  const entriesOf = (values: LimitValues): readonly LimitEntry[] => [
    { scope: {}, limits: { maxConcentrationPercent: dec('100'), ...values } },
  ];
  /** A proposal under a name and an id of its own, from what is in force. */
  const proposal = async (values: LimitValues, change: { loosens?: boolean; actor?: string; waitMs?: number } = {}) => {
    count += 1;
    return {
      ...{ proposalId: `p${String(count)}`, baseVersion: await limits().version(), reason: 'a test' },
      ...{ actor: 'jo', waitMs: DAY_MS, loosens: false },
      ...change,
      document: { version: `doc-${String(count)}`, entries: entriesOf(values) },
    };
  };
  const propose = async (...given: Parameters<typeof proposal>) => limits().propose(await proposal(...given));
  const approve = (proposalId: string, actor: string) => limits().decide({ proposalId, verdict: 'APPROVE', actor });

  it('1. begins with the limits of the catalog, once, and is then not changed by it', async () => {
    const warned: object[] = [];
    const deps = () => ({
      limits: limits(),
      limitsInForce: new LimitsInForce(limits(), log),
      log: Object.assign(Object.create(log) as typeof log, { warn: (line: object) => warned.push(line) }),
    });
    const document = { version: 'desk-1', entries: entriesOf({}) };
    await beginLimits(deps(), undefined);
    expect(await limits().version()).toBe(0);
    await Promise.all([beginLimits(deps(), document), beginLimits(deps(), document)]);
    await beginLimits(deps(), document);
    expect(warned).toEqual([]);
    await beginLimits(deps(), { ...document, version: 'desk-2' });
    expect(warned).toEqual([expect.objectContaining({ code: 'LIMITS_DIFFER', version: 1, name: 'desk-1' })]);
    expect(await limits().versions(9)).toMatchObject([{ version: 1, name: 'desk-1', actor: 'config' }]);
  });

  it('2. puts a change that does not loosen in force at once, and the same proposal changes nothing twice', async () => {
    const given = await proposal({ maxOrderQuantity: dec('9') });
    const first = await limits().propose(given);
    expect(first).toMatchObject({ kind: 'taken', isNew: true, proposal: { status: 'IN_FORCE', version: 2 } });
    expect(await limits().propose(given)).toEqual({ ...first, isNew: false });
    const other = { ...given, document: { ...given.document, version: 'other' } };
    expect(await limits().propose(other)).toMatchObject({
      kind: 'refused',
      problem: containing(given.proposalId),
    });
    expect(await limits().version()).toBe(2);
    expect(JSON.parse((await limits().stored(2))?.document ?? '')).toEqual(given.document);
  });

  it('3. lets a loosening wait for a second person, in the database, too', async () => {
    const { driver } = backend();
    const given = await proposal({ maxOrderQuantity: dec('10') }, { loosens: true });
    expect(await limits().propose(given)).toMatchObject({ kind: 'taken', proposal: { status: 'WAITING' } });
    expect(await limits().version()).toBe(2);
    for (const actor of ['jo', 'JO'])
      expect(await approve(given.proposalId, actor)).toMatchObject({
        problem: containing('second person'),
      });
    await expect(
      driver.script(`UPDATE limit_proposals SET status = 'IN_FORCE', decided_by = 'Jo', decided_at_ms = 1
        WHERE proposal_id = '${given.proposalId}'`),
    ).rejects.toThrow(/check constraint/);
    await expect(
      driver.script(`INSERT INTO limit_versions SELECT 3, 2, name, document, true, proposal_id, actor, 'Jo', '', 1
        FROM limit_proposals WHERE proposal_id = '${given.proposalId}'`),
    ).rejects.toThrow(/check constraint/);
    const approved = await approve(given.proposalId, 'kim');
    expect(approved).toMatchObject({ isNew: true, proposal: { status: 'IN_FORCE', version: 3, decidedBy: 'kim' } });
    expect(await approve(given.proposalId, 'kim')).toEqual({ ...approved, isNew: false });
    expect(await approve(given.proposalId, 'lee')).toMatchObject({
      problem: containing('IN_FORCE by kim'),
    });
    expect((await limits().versions(1))[0]).toMatchObject({
      version: 3,
      actor: 'jo',
      approvedBy: 'kim',
      loosens: true,
    });
  });

  it('4. refuses a proposal that was made from another version, and ends those that wait on it', async () => {
    const waiting = await proposal({ maxOrderQuantity: dec('11') }, { loosens: true });
    const late = await proposal({ maxOrderQuantity: dec('8') });
    await limits().propose(waiting);
    await propose({ maxOrderQuantity: dec('7') });
    expect(await limits().propose(late)).toMatchObject({
      kind: 'refused',
      problem: containing('version 4'),
    });
    expect(await approve(waiting.proposalId, 'kim')).toMatchObject({ problem: containing('SUPERSEDED') });
    const named = await proposal({ maxOrderQuantity: dec('6') });
    const again = { ...named, document: { ...named.document, version: 'desk-1' } };
    expect(await limits().propose(again)).toMatchObject({ problem: containing('name of version 1') });
    expect(await limits().version()).toBe(4);
  });

  it('5. ends proposals that are withdrawn by their author, rejected by others, or wait too long', async () => {
    // The desk ends when nothing waits.
    expect(await limits().expire()).toEqual({ ended: [] });
    const [one, two] = [await proposal({}, { loosens: true }), await proposal({}, { loosens: true })];
    await limits().propose(one);
    await limits().propose(two);
    const decide = (proposalId: string, verdict: 'REJECT' | 'WITHDRAW', actor: string) =>
      limits().decide({ proposalId, verdict, actor });
    expect(await decide(one.proposalId, 'WITHDRAW', 'kim')).toMatchObject({ kind: 'refused' });
    expect(await decide(one.proposalId, 'REJECT', 'jo')).toMatchObject({ kind: 'refused' });
    expect(await decide(one.proposalId, 'WITHDRAW', 'jo')).toMatchObject({ proposal: { status: 'WITHDRAWN' } });
    expect(await decide(two.proposalId, 'REJECT', 'kim')).toMatchObject({ proposal: { status: 'REJECTED' } });
    expect(await approve('nobody', 'kim')).toMatchObject({ problem: containing('is no proposal') });
    const [soon, later] = [
      await proposal({}, { loosens: true, waitMs: 0 }),
      await proposal({}, { loosens: true, waitMs: DAY_MS }),
    ];
    await limits().propose(soon);
    await limits().propose(later);
    const approved = await approve(soon.proposalId, 'kim');
    expect(approved).toMatchObject({ kind: 'refused', ended: { status: 'EXPIRED' } });
    const overdue = await proposal({}, { loosens: true, waitMs: 0 });
    await limits().propose(overdue);
    const { ended, nextInMs } = await limits().expire();
    expect(ended).toMatchObject([{ proposalId: overdue.proposalId, status: 'EXPIRED' }]);
    expect(nextInMs).toBeGreaterThan(DAY_MS - 60_000);
    expect(await limits().version()).toBe(4);
  });

  it('6. keeps every version and every decision as they were', async () => {
    const { driver } = backend();
    for (const change of [
      "UPDATE limit_versions SET approved_by = 'eve'",
      'DELETE FROM limit_versions',
      'TRUNCATE limit_versions',
      'DELETE FROM limit_proposals',
      "UPDATE limit_proposals SET status = 'REJECTED' WHERE status = 'IN_FORCE'",
      "UPDATE limit_proposals SET document = '{}' WHERE status = 'WAITING'",
    ]) {
      await expect(driver.script(change)).rejects.toThrow(/refused/);
    }
  });

  it('7. lets no order pass by limits that are over, however many are judged at the same time', async () => {
    await openDesk(backend().orders, ['a', 'b', 'c', 'd']);
    // Each account is judged by a process of its own, which keeps the limits that it has read.
    const desks = ['a', 'b', 'c', 'd'].map((account) => ({
      account,
      desk: new RiskDesk(backend().orders, COINS, { limitsInForce: new LimitsInForce(limits(), log) }),
    }));
    let most = 1_000;
    let loosenings = 0;
    let isOver = false;
    let judged = 0;
    const wrong: string[] = [];
    const flood = desks.map(async ({ account, desk }) => {
      for (let index = 0; !isOver; index += 1) {
        // Judged by what is in force when the order is sent, or by what comes into force before it is answered.
        const [before, loosened] = [most, loosenings];
        const request = requestOf(account, `o${String(index)}`, { quantity: dec('5'), limitPrice: dec('100') });
        const answer = await desk.sendUnder(undefined, request);
        if (answer === 'approved' && before < 5 && loosened === loosenings)
          wrong.push(`${request.clientOrderId} under ${String(before)}`);
        judged += 1;
        // The database in process answers without letting a timer run.
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const endOfFlood = Promise.all(flood).finally(() => {
      isOver = true;
    });
    const untilMore = async (): Promise<void> => {
      const wanted = judged + 8;
      while (judged < wanted && !isOver) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    for (let round = 0; round < 6; round += 1) {
      await untilMore();
      const tight = await propose({ maxOrderQuantity: dec('4') });
      expect(tight).toMatchObject({ proposal: { status: 'IN_FORCE' } });
      most = 4;
      await untilMore();
      const loose = await proposal({ maxOrderQuantity: dec('1000') }, { loosens: true });
      await limits().propose(loose);
      most = 1_000;
      loosenings += 1;
      await approve(loose.proposalId, 'kim');
    }
    isOver = true;
    await endOfFlood;
    expect(wrong).toEqual([]);
    const kept = await backend().driver.query<{ kind: string; version: number; many: number }>(
      `SELECT verdict::jsonb->>'kind' AS kind, (verdict::jsonb->>'limitsVersion')::int AS version, count(*)::int AS many
       FROM decisions GROUP BY 1, 2`,
    );
    expect(kept.length).toBeGreaterThan(2);
    // Each verdict fits the version that is kept with it: from 5 on, tight and loose take turns.
    const tight = kept.filter(({ version }) => version % 2 === 1);
    expect(tight.map(({ kind }) => kind)).toEqual(tight.map(() => 'denied'));
  }, 300_000);

  it('8. denies everything by a version that cannot be read', async () => {
    const given = await proposal({ maxOrderQuantity: dec('1000') });
    const document = { ...given.document, entries: [{ scope: {}, limits: { maxOrderRates: 1 } as LimitValues }] };
    await limits().propose({ ...given, document });
    const desk = new RiskDesk(backend().orders, COINS, { limitsInForce: new LimitsInForce(limits(), log) });
    expect(await desk.sendUnder(undefined, requestOf('a', 'last', { quantity: dec('1') }))).toEqual([
      'LIMITS_UNREADABLE',
    ]);
    await propose({ maxOrderQuantity: dec('1000') });
    const request = requestOf('a', 'first', { quantity: dec('1'), limitPrice: dec('100') });
    expect(await desk.sendUnder(undefined, request)).toBe('approved');
  });
});
