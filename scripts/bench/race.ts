/**
 * Orders of several processes that race against one limit: none may pass it, and what they reserve ends at zero.
 *
 * Every order is for one unit of an account that may hold a tenth of them. A part of the admitted orders ends as they
 * race, so that admitting goes on to the last; each is ended twice, as a recording that is repeated would.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import { ZERO } from '../../src/domain/money';
import { openDatabase } from '../../src/persistence/open-database';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { openAccounts } from './desk';
import { withPrivatePostgres } from './private-postgres';
import type { RacerTask, RacerTold } from './racer';
import type { BenchOptions } from './section';

const ORDERS = 10_000;
const SHORT_ORDERS = 1_000;
const PROCESSES = 4;
const ACCOUNT = 'raced';

export interface RaceFigures {
  readonly orders: number;
  readonly processes: number;
  /** Orders that were admitted above the limit: the most open at any moment, less what the account may hold. */
  readonly limitPassed: number;
  readonly reservedAtEnd: string;
  readonly limit: number;
  readonly admitted: number;
  readonly denied: number;
  /** The most units that were promised at once, as the database saw it under the account's lock. */
  readonly mostReserved: number;
  readonly seconds: number;
  readonly cores: number;
}

/** The section `race`. */
export async function measureRace({ short, tell }: BenchOptions): Promise<RaceFigures> {
  const orders = short ? SHORT_ORDERS : ORDERS;
  const limit = orders / 10;
  return withPrivatePostgres(async (databaseUrl) => {
    const driver = await openDatabase({ databaseUrl });
    try {
      const store = new SqlOrderStore(driver);
      await openAccounts(store, [ACCOUNT], String(limit));
      // Every decision holds the account's lock; what is reserved right after each is the truth to judge by.
      await driver.script(WATCH);
      const startedMs = performance.now();
      const told = await Promise.all(
        Array.from({ length: PROCESSES }, (_none, process) =>
          race({ databaseUrl, account: ACCOUNT, prefix: `p${String(process)}`, orders: orders / PROCESSES }),
        ),
      );
      const seconds = Math.round(performance.now() - startedMs) / 1_000;
      const [watched] = await driver.query<{ most: string | null }>(
        'SELECT max(reserved)::text AS most FROM race_watch',
      );
      const mostReserved = Number(watched?.most ?? 0);
      const open = await store.openReservations();
      const figures: RaceFigures = {
        ...{ orders, processes: PROCESSES, limitPassed: Math.max(0, mostReserved - limit) },
        reservedAtEnd: open.length === 0 ? ZERO : `${String(open.length)} reservations are open`,
        ...{ limit, mostReserved, seconds, cores: availableParallelism() },
        admitted: total(told, 'admitted'),
        denied: total(told, 'denied'),
      };
      tell(
        `race: ${String(orders)} orders of ${String(PROCESSES)} processes, limit ${String(limit)}: at most ` +
          `${String(mostReserved)} promised at once, ${String(figures.admitted)} admitted, ${String(figures.denied)} denied, ` +
          `reserved at the end: ${figures.reservedAtEnd}; ${seconds.toFixed(1)} s`,
      );
      return figures;
    } finally {
      await driver.close();
    }
  });
}

/** Notes, with each reservation, how much its account has promised then; the rows of others that matter are committed. */
const WATCH = `
CREATE TABLE race_watch (reserved NUMERIC NOT NULL);
CREATE FUNCTION race_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO race_watch SELECT sum(quantity) FROM reservations WHERE account = NEW.account AND status = 'OPEN';
  RETURN NULL;
END $$;
CREATE TRIGGER race_note AFTER INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION race_note();`;

const total = (told: readonly RacerTold[], what: keyof RacerTold): number =>
  told.reduce((sum, one) => sum + one[what], 0);

function race(task: RacerTask): Promise<RacerTold> {
  return new Promise((done, failed) => {
    // Beside this file: built when this file is, else run from its source.
    const racer = fork(join(__dirname, `racer${extname(__filename)}`), [JSON.stringify(task)]);
    let told: RacerTold | undefined;
    racer.on('message', (message) => {
      told = message as RacerTold;
    });
    racer.on('error', failed);
    racer.on('exit', (code) => {
      if (code === 0 && told !== undefined) done(told);
      else failed(new Error(`the racing process ${task.prefix} ended with code ${String(code)}`));
    });
  });
}
