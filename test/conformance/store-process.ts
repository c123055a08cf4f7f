/** Holds the database of a folder in a process of its own and records orders until it is killed. */
import { openDatabase } from '../../src/persistence/open-database';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { fillOf, OrderTape, requestOf, RUN } from './store-fixtures';

/** Prints `open`, then the number of every order that was recorded. */
async function main(dataDir: string): Promise<void> {
  process.stdout.write('opening\n');
  const store = new SqlOrderStore(await openDatabase({ dataDir }));
  process.stdout.write('open\n');
  for (let number = 0; ; number += 1) {
    const tape = new OrderTape(requestOf('kill', String(number))).accepted().filled(fillOf(`kill-${String(number)}`));
    await store.record(tape.order, tape.events, RUN);
    process.stdout.write(`${String(number)}\n`);
  }
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
