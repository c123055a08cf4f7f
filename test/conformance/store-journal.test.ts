import type { Querier } from '../../src/persistence/driver';
import { SqlJournal } from '../../src/persistence/journal';
import { describeBackends } from './store-backends';
import { fillOf, OrderTape, requestOf, RUN } from './store-fixtures';

/** Rolls a tampering back after its verdict, so that every case starts from a sound journal. */
class Undo extends Error {}

describeBackends('journal', (backend) => {
  const record = async (id: string): Promise<OrderTape> => {
    const tape = new OrderTape(requestOf('j', id))
      .accepted()
      .filled(fillOf(`j-${id}`))
      .canceled();
    await backend().orders.record(tape.order, tape.events, RUN);
    return tape;
  };
  const verdict = async (): Promise<readonly string[]> => (await backend().journal.verify()).broken;

  beforeAll(async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await record(id);
    await backend().journal.writeHead(1);
    for (const id of ['h', 'i']) await record(id);
  });

  it('J01 finds a sound journal sound and counts it across pages', async () => {
    expect(await backend().journal.verify()).toEqual({ chains: 9, events: 36, heads: 3, broken: [] });
  });

  it('J02 refuses to change, delete or empty what is written', async () => {
    for (const table of ['journal', 'journal_heads', 'journal_head_chains']) {
      for (const statement of [`DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
        await expect(backend().driver.query(statement)).rejects.toThrow('append-only');
      }
    }
    await expect(backend().driver.query("UPDATE journal SET payload = ''")).rejects.toThrow('append-only');
  });

  it.each([
    [
      'an edited event',
      `UPDATE journal SET payload = replace(payload, '99.5', '9.5') WHERE order_id = 'j/b' AND version = 3`,
      ['j/b#3: its content was changed'],
    ],
    [
      'an edited event with a recomputed hash',
      `UPDATE journal SET payload = payload || ' ', hash = encode(sha256(convert_to(prev_hash || payload || ' ', 'UTF8')), 'hex')
       WHERE order_id = 'j/b' AND version = 3`,
      ['j/b#4: it does not follow the event before it'],
    ],
    [
      'an edited column',
      `UPDATE journal SET type = 'OrderExpired' WHERE order_id = 'j/c' AND version = 4`,
      ['j/c#4: its columns differ from its content'],
    ],
    ['a deleted event', `DELETE FROM journal WHERE order_id = 'j/c' AND version = 2`, ['j/c#2: the event is missing']],
    [
      'a deleted first event',
      `DELETE FROM journal WHERE order_id = 'j/c' AND version = 1`,
      ['j/c#1: the event is missing'],
    ],
    [
      'a cut tail',
      `DELETE FROM journal WHERE order_id = 'j/h' AND version >= 3`,
      ['j/h#3: the end of the chain is missing'],
    ],
    ['a lost order row', `DELETE FROM orders WHERE order_id = 'j/h'`, ['j/h#4: the order of these events is missing']],
    [
      'an order with another chain hash',
      `UPDATE orders SET chain_hash = repeat('0', 64) WHERE order_id = 'j/h'`,
      ['j/h#4: the order has another chain hash'],
    ],
    [
      'an added event',
      `INSERT INTO journal SELECT order_id, 5, type, actor, causation_id, at_ms, wall_ms, payload, hash, hash
       FROM journal WHERE order_id = 'j/i' AND version = 4`,
      ['j/i#5: its content was changed'],
    ],
    [
      'a cut tail with a mended order row, by the head',
      `DELETE FROM journal WHERE order_id = 'j/d' AND version = 4;
       UPDATE orders SET version = 3, chain_hash = (SELECT hash FROM journal WHERE order_id = 'j/d' AND version = 3)
       WHERE order_id = 'j/d'`,
      ['j/d#4: head 2 saw another event here'],
    ],
    [
      'a whole order gone, by the head',
      `DELETE FROM journal WHERE order_id = 'j/g'; DELETE FROM orders WHERE order_id = 'j/g'`,
      ['j/g#4: head 3 saw another event here'],
    ],
    [
      'an order erased from a head',
      `DELETE FROM journal WHERE order_id = 'j/g'; DELETE FROM orders WHERE order_id = 'j/g';
       DELETE FROM journal_head_chains WHERE order_id = 'j/g'`,
      ['head 3: its hash does not match'],
    ],
    [
      'a head gone',
      `DELETE FROM journal_heads WHERE head = 2`,
      ['head 3: head 2 is missing before it', 'head 3: its hash does not match'],
    ],
  ])('J03 detects %s', async (_name, statements, broken) => {
    let found: readonly string[] = [];
    const tampered = backend().driver.transaction(async (tx) => {
      await tx.script(`ALTER TABLE journal DISABLE TRIGGER USER; ALTER TABLE journal_heads DISABLE TRIGGER USER;
        ALTER TABLE journal_head_chains DISABLE TRIGGER USER; ${statements}`);
      found = await verifyIn(tx);
      throw new Undo();
    });
    await expect(tampered).rejects.toThrow(Undo);
    expect(found).toEqual(broken);
    expect(await verdict()).toEqual([]);
  });

  it('J04 raises no false alarm while orders are recorded and heads written', async () => {
    const busy = Array.from({ length: 20 }, async (_, index) => {
      await record(`busy-${String(index)}`);
      if (index % 5 === 0) await backend().journal.writeHead(index);
    });
    const verdicts = Promise.all(Array.from({ length: 5 }, verdict));
    await Promise.all(busy);
    expect((await verdicts).flat()).toEqual([]);
    expect(await verdict()).toEqual([]);
  });

  it('J05 chains a head even when nothing grew, and each head differs', async () => {
    const hashes = [await backend().journal.writeHead(1), await backend().journal.writeHead(2)];
    expect(new Set(hashes).size).toBe(2);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(await verdict()).toEqual([]);
  });

  it('J06 writes heads one after another when several are asked for at once', async () => {
    await record('j06');
    const hashes = await Promise.all(Array.from({ length: 12 }, () => backend().journal.writeHead(1)));
    expect(new Set(hashes).size).toBe(12);
    expect(await verdict()).toEqual([]);
  });
});

/** Verifies inside a transaction: its driver is that transaction. */
async function verifyIn(tx: Querier): Promise<readonly string[]> {
  const driver = {
    description: 'a transaction',
    query: tx.query.bind(tx),
    call: tx.call.bind(tx),
    script: tx.script.bind(tx),
    transaction: () => Promise.reject(new Error('no transaction inside')),
    exchange: () => Promise.reject(new Error('no transaction inside')),
    close: () => Promise.resolve(),
  };
  return (await new SqlJournal(driver, 3).verify()).broken;
}
