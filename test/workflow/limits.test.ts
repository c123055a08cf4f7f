import pino from 'pino';
import { Limits } from '../../src/client/limits';
import { dec } from '../../src/domain/money';
import type { LimitValues } from '../../src/domain/risk/limits';
import { openDatabase } from '../../src/persistence/open-database';
import { eventually, OmsUnderTest } from '../support/oms-under-test';
import { StoppableDatabase } from '../support/stoppable-database';

jest.setTimeout(300_000);

/**
 * Goal: whoever has Temporal can change limits, a loosening only with a second person, and what has answered counts.
 * Method: one real system; orders are judged by it before and after each change.
 */
describe('limits', () => {
  const alerts: { code?: string }[] = [];
  let database: StoppableDatabase;
  let system: OmsUnderTest;
  let limits: Limits;
  beforeAll(async () => {
    database = new StoppableDatabase(await openDatabase({}));
    const log = pino(
      { level: 'warn' },
      { write: (line: string) => alerts.push(JSON.parse(line) as { code?: string }) },
    );
    system = new OmsUnderTest({ database, log });
    await system.start();
    // The share of one symbol, in force with every document, is measured in it.
    await system.oms.deps.orders.saveAccounts(
      system.catalog.accounts.map((account) => ({ ...account, baseCurrency: 'USD' })),
    );
    limits = new Limits(system.client);
  });
  afterAll(async () => {
    database.resume();
    await system.stop();
    await database.close();
  });

  let count = 0;
  const documentOf = (values: LimitValues) => {
    count += 1;
    const share = { maxConcentrationPercent: dec('100') };
    return { version: `desk-${String(count)}`, entries: [{ scope: {}, limits: { ...share, ...values } }] };
  };
  const propose = async (values: LimitValues, change: { proposalId?: string; waitMs?: number } = {}) => {
    const baseVersion = (await limits.current())?.version ?? 0;
    return limits.propose({ baseVersion, document: documentOf(values), actor: 'jo', reason: 'a test', ...change });
  };
  /** What becomes of an order for ten. */
  const verdict = async (): Promise<string | undefined> => {
    const { order } = await system.orders.submit(system.request(), { wait: 'risk' });
    return order?.reasons[0]?.code;
  };

  test('the first limits and every tightening are in force for the next order', async () => {
    expect(await limits.current()).toBeUndefined();
    expect(await verdict()).toBeUndefined();
    expect(await propose({ maxOrderQuantity: dec('10') })).toMatchObject({
      proposal: { status: 'IN_FORCE', version: 1 },
    });
    expect(await verdict()).toBeUndefined();
    expect(await propose({ maxOrderQuantity: dec('9') })).toMatchObject({
      proposal: { status: 'IN_FORCE', version: 2 },
      changes: [{ limit: 'maxOrderQuantity', before: '10', after: '9', effect: 'tighter' }],
    });
    expect(await verdict()).toBe('ORDER_QUANTITY');
    expect(alerts.map(({ code }) => code)).toContain('LIMITS_CHANGED');
  });

  test('a loosening waits for a second person and is then in force', async () => {
    expect(await propose({ maxOrderQuantity: dec('10') }, { proposalId: 'loose' })).toMatchObject({
      proposal: { status: 'WAITING', loosens: true },
    });
    expect(await limits.approve('loose', { actor: 'jo' })).toMatchObject({ kind: 'refused' });
    expect((await limits.proposals())[0]).toMatchObject({ status: 'WAITING', changes: [{ before: '9', after: '10' }] });
    expect(await verdict()).toBe('ORDER_QUANTITY');
    expect(await limits.approve('loose', { actor: 'kim' })).toMatchObject({
      proposal: { status: 'IN_FORCE', version: 3 },
    });
    expect(await verdict()).toBeUndefined();
    expect(await limits.versions()).toMatchObject([{ approvedBy: 'kim' }, { version: 2 }, { version: 1 }]);
    expect(await limits.document(2)).toMatchObject({ version: 'desk-2' });
  });

  test('what nobody approves in time falls away', async () => {
    await propose({ maxOrderQuantity: dec('20') }, { proposalId: 'late', waitMs: 1_000 });
    await eventually(() => {
      expect(alerts).toContainEqual(expect.objectContaining({ code: 'LIMITS_PROPOSAL_ENDED', proposalId: 'late' }));
    }, 60_000);
    expect(await limits.approve('late', { actor: 'kim' })).toMatchObject({
      problems: [expect.stringContaining('EXPIRED')],
    });
  });

  test('with the database away a change is under way, and done once when it is back', async () => {
    const document = documentOf({ maxOrderQuantity: dec('5') });
    const proposal = { baseVersion: 3, document, actor: 'jo', reason: 'a test', proposalId: 'away' };
    database.stop();
    expect(await limits.propose(proposal)).toEqual({ kind: 'underWay' });
    database.resume();
    await eventually(async () => {
      expect(await limits.current()).toMatchObject({ version: 4, name: document.version });
    }, 60_000);
    expect(await limits.propose(proposal)).toMatchObject({ proposal: { status: 'IN_FORCE', version: 4 } });
    expect(await verdict()).toBe('ORDER_QUANTITY');
  });

  test.each<[string, object, RegExp]>([
    [
      'a negative amount',
      { document: { version: 'x', entries: [{ scope: {}, limits: { maxPosition: '-1' } }] } },
      /entries\.0\.limits\.maxPosition = -1: must not be negative/,
    ],
    [
      'an unknown limit',
      { document: { version: 'x', entries: [{ scope: {}, limits: { maxFun: '1' } }] } },
      /entries\.0\.limits\.maxFun/,
    ],
    ['a base that is no number', { baseVersion: 'last' }, /baseVersion last/],
    ['nobody', { actor: '' }, /actor/],
    ['no reason', { reason: ' ' }, /reason/],
    ['no time', { waitMs: 1 }, /waitMs 1/],
  ])('refuses %s with place, value and rule', async (_name, change, message) => {
    const proposal = { baseVersion: 4, document: documentOf({}), actor: 'jo', reason: 'a test' };
    await expect(limits.propose({ ...proposal, ...change })).rejects.toThrow(message);
  });

  test('refuses what only the system knows to be wrong', async () => {
    const document = { version: 'x', entries: [{ scope: { account: 'nobody' }, limits: { maxOrderRate: 1 } }] };
    expect(await limits.propose({ baseVersion: 4, document, actor: 'jo', reason: 'a test' })).toEqual({
      kind: 'refused',
      problems: ['document.entries.0.scope.account = nobody: must be one of alpha, beta'],
    });
    const stale = {
      baseVersion: 3,
      document: documentOf({ maxOrderQuantity: dec('1') }),
      actor: 'jo',
      reason: 'a test',
    };
    expect(await limits.propose(stale)).toMatchObject({ problems: [expect.stringContaining('version 4 is in force')] });
  });
});
