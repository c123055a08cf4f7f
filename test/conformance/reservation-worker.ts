/**
 * One process that takes orders through decision, replace, fills and end, each step told when it is durable, until it is
 * killed. Others do the same with the same orders: all that it does must be safe to repeat, also at the same moment.
 */
import { dec } from '../../src/domain/money';
import { openDatabase } from '../../src/persistence/open-database';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { approve, fillOf, needOf, OrderTape, replaced, requestOf, RUN } from './store-fixtures';

export interface ReservationTask {
  readonly databaseUrl: string;
  readonly account: string;
  /** Numbers of the orders, in the order of working. */
  readonly orders: readonly number[];
}

async function main({ databaseUrl, account, orders }: ReservationTask): Promise<void> {
  const driver = await openDatabase({ databaseUrl });
  const store = new SqlOrderStore(driver);
  for (const number of orders) {
    for (const work of stepsOf(store, account, number)) {
      await work();
      process.stdout.write(`${String(number)}\n`);
    }
  }
  await driver.close();
  process.stdout.write('done\n');
}

/** Every step of one order; those of recording carry all events from the first on, as a repeated recording does. */
function stepsOf(store: SqlOrderStore, account: string, number: number): readonly (() => Promise<unknown>)[] {
  const tape = new OrderTape(requestOf(account, `o${String(number)}`));
  const { orderId } = tape.order;
  const decide = (step: number, quantity: string) => () =>
    store.decideOnce({ orderId, step, firstRunId: RUN }, tape.request, 'USD', () =>
      approve(needOf(tape.request, { quantity: dec(quantity), cash: dec(`${quantity}00`) })),
    );
  const recorded = (): (() => Promise<unknown>) => {
    const { order, events } = { order: tape.order, events: [...tape.events] };
    return () => store.record(order, events, RUN);
  };
  const fill = (part: string) => fillOf(`${account}-${String(number)}-${part}`);
  const accepted = (tape.accepted(), recorded());
  const filled = (tape.filled(fill('a')), recorded());
  const change = { quantity: dec('15') };
  tape.add(
    { type: 'ReplaceRequested', commandId: 'c', step: 1, change },
    { pendingReplace: { commandId: 'c', step: 1, change } },
  );
  const asked = recorded();
  replaced(tape, 1, '15');
  const answered = recorded();
  const filledAgain = (tape.filled(fill('b')), recorded());
  const ended = (tape.canceled(), recorded());
  return [decide(0, '10'), accepted, filled, decide(1, '15'), asked, answered, filledAgain, ended, ended];
}

main(JSON.parse(process.argv[2] ?? '{}') as ReservationTask).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
