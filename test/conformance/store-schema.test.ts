import type { Driver } from '../../src/persistence/driver';
import { migrate } from '../../src/persistence/migrate';
import { MIGRATIONS } from '../../src/persistence/migrations';
import { describeBackends } from './store-backends';

describeBackends('schema and transactions', (backend) => {
  const steps = async () => backend().driver.query('SELECT version, checksum FROM schema_migrations ORDER BY version');
  const edited = (version: number) =>
    MIGRATIONS.map((step) => (step.version === version ? { ...step, sql: `${step.sql} -- edited` } : step));

  it('M01 applies every step once, also when several processes start at once', async () => {
    const next = { version: 99, name: 'next', sql: 'CREATE TABLE m01 (id INT)' };
    await Promise.all(Array.from({ length: 8 }, () => migrate(backend().driver, [...MIGRATIONS, next])));
    expect(await steps()).toHaveLength(MIGRATIONS.length + 1);
    await backend().driver.script('DROP TABLE m01; DELETE FROM schema_migrations WHERE version = 99');
    await migrate(backend().driver);
    expect(await steps()).toHaveLength(MIGRATIONS.length);
  });

  it('M02 refuses a database that is newer than the program, or whose steps differ', async () => {
    await expect(migrate(backend().driver, MIGRATIONS.slice(0, -1))).rejects.toMatchObject({ type: 'SCHEMA_MISMATCH' });
    await expect(migrate(backend().driver, edited(2))).rejects.toThrow('step 2 (order functions)');
  });

  it('M03 leaves nothing of a step that fails', async () => {
    const next = { version: 99, name: 'broken', sql: 'CREATE TABLE half (id INT); SELECT * FROM nowhere' };
    await expect(migrate(backend().driver, [...MIGRATIONS, next])).rejects.toThrow('nowhere');
    await expect(backend().driver.query('SELECT * FROM half')).rejects.toThrow('half');
    expect(await steps()).toHaveLength(MIGRATIONS.length);
  });

  it('M04 rolls back what a transaction did before it threw', async () => {
    const cut = backend().driver.transaction(async (tx) => {
      await tx.query("INSERT INTO cash VALUES ('m04', 'USD', 1, 1)");
      throw new Error('cut off');
    });
    await expect(cut).rejects.toThrow('cut off');
    expect(await cashRows(backend().driver, 'm04')).toEqual([]);
  });

  it('M05 runs a transaction again after a serialization failure', async () => {
    let attempts = 0;
    await backend().driver.transaction(async (tx) => {
      attempts += 1;
      await tx.query("INSERT INTO cash VALUES ('m05', 'USD', $1, 0)", ['1.50']);
      if (attempts === 1) await tx.script(`DO $$ BEGIN RAISE EXCEPTION 'rival' USING ERRCODE = '40001'; END $$`);
    });
    expect(attempts).toBe(2);
    expect(await cashRows(backend().driver, 'm05')).toEqual([{ booked: '1.50' }]);
  });

  it('M06 gives NUMERIC and BIGINT as exact texts', async () => {
    const exact = { wide: '9007199254740993', fine: '0.1000000000000000000000001' };
    const rows = await backend().driver.query(`SELECT ${exact.wide}::bigint AS wide, ${exact.fine}::numeric AS fine`);
    expect(rows).toEqual([exact]);
  });
});

const cashRows = (driver: Driver, account: string) =>
  driver.query('SELECT booked FROM cash WHERE account = $1', [account]);
