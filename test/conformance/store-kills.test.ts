/**
 * Goal: what an order promises is released exactly once, whatever dies when. Method: several processes take the same
 * orders through decision, replace, fills and end at the same time, are killed between and within their steps (SIGKILL),
 * and are started again until one of them is through; then the sums must be those of every order worked once.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Driver } from '../../src/persistence/driver';
import { rebuildPositions } from '../../src/persistence/rebuild';
import { SqlOrderStore } from '../../src/persistence/order-store';
import type { ReservationTask } from './reservation-worker';
import { openFreshSchema, urlOfSchema } from './store-backends';
import { accountSetup } from './store-fixtures';

/** Processes start slowly on a loaded machine, and every kill is followed by a start. */
jest.setTimeout(300_000);

const ACCOUNT = 'killed';
const ORDERS = 12;
const PROCESSES = 3;
/** Steps that a process may tell before it is killed; after the last of them it lives. */
const LIVES = [1, 4, 11] as const;

const databaseUrl = process.env['OMS_TEST_DATABASE_URL'];
if (databaseUrl === undefined) {
  // Only a server takes several processes: PGlite holds its folder for one.
  // eslint-disable-next-line jest/no-disabled-tests, jest/expect-expect
  it.skip('reservations under kills on PostgreSQL: skipped because OMS_TEST_DATABASE_URL is not set', () => undefined);
} else {
  describe('reservations under kills on PostgreSQL', () => {
    let driver: Driver;
    beforeAll(async () => {
      driver = await openFreshSchema(databaseUrl);
    });
    afterAll(() => driver.close());

    it('K01 are released once and become positions once, over kills of processes that work the same orders', async () => {
      const store = new SqlOrderStore(driver);
      await store.saveAccounts([accountSetup(ACCOUNT)]);
      const url = await urlOfSchema(driver, databaseUrl);
      const kills = await Promise.all(Array.from({ length: PROCESSES }, (_none, shift) => workToTheEnd(url, shift)));
      expect(kills).toEqual(Array.from({ length: PROCESSES }, () => LIVES.length));

      expect(await store.openReservations()).toEqual([]);
      const reserved = await driver.query('SELECT DISTINCT status, quantity::text, cash::text FROM reservations');
      expect(reserved).toEqual([{ status: 'RELEASED', quantity: '0', cash: '0' }]);
      // Two fills of 4 at 99.5 and a fee of 0.25 each, of every order.
      const [sums] = await driver.query(
        `SELECT (SELECT trim_scale(quantity)::text FROM positions WHERE account = $1) AS position,
           (SELECT trim_scale(booked)::text FROM cash WHERE account = $1) AS cash,
           (SELECT count(*)::int FROM executions WHERE account = $1) AS fills,
           (SELECT count(*)::int FROM decisions) AS decisions, (SELECT count(*)::int FROM reservations) AS reservations`,
        [ACCOUNT],
      );
      const cash = String(1_000_000 - ORDERS * 2 * (4 * 99.5 + 0.25));
      const all = { position: String(ORDERS * 8), cash, fills: ORDERS * 2, decisions: ORDERS * 2 };
      expect(sums).toEqual({ ...all, reservations: ORDERS });
      expect((await rebuildPositions(driver)).differences).toEqual([]);
    });
  });
}

/** Starts a process again after each kill, until it is through; answers how often it was killed. */
async function workToTheEnd(url: string, shift: number): Promise<number> {
  // Each begins elsewhere, so that they meet at orders in different states.
  const orders = Array.from({ length: ORDERS }, (_none, at) => (at + shift * 2) % ORDERS);
  let kills = 0;
  for (const steps of [...LIVES.map((life) => life + shift), Infinity]) {
    if (await isKilledAfter(steps, { databaseUrl: url, account: ACCOUNT, orders })) kills += 1;
  }
  return kills;
}

/** Kills the process while it works on the step after `steps`; false when it came to its end. */
async function isKilledAfter(steps: number, task: ReservationTask): Promise<boolean> {
  const args = ['--import', 'tsx', join(__dirname, 'reservation-worker.ts'), JSON.stringify(task)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  let told = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'done') continue;
    told += 1;
    if (told === steps) child.kill('SIGKILL');
  }
  const [code, signal] = (await exit) as [number | null, string | null];
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`a worker ended with code ${String(code)}`);
  return signal === 'SIGKILL';
}
