/**
 * `npm run approvals -- list`, `approve alpha/4711 --actor kim --reason "..."`, `reject ...`: the orders over a limit that
 * wait for a second person. Works on the running system of this machine, or on that of TEMPORAL_ADDRESS.
 */
import { Command } from 'commander';
import type { Approvals } from '../src/client/approvals';
import { OrderNotFoundError, OrderRequestError } from '../src/client/errors';
import type { OrderView } from '../src/contracts/order-messages';
import type { OrderId } from '../src/domain/ids';
import { orderSummary } from '../src/temporal/order-start';
import { connectApprovals } from '../workers/strategy-client';
import { refusalLine } from './approval-lines';

interface ListOptions {
  readonly account?: string;
  readonly strategy?: string;
  readonly symbol?: string;
  readonly json?: true;
}
interface WordOptions {
  readonly actor: string;
  readonly reason: string;
}

/** How long to look what became of an order that was approved; its checks take milliseconds while the database is up. */
const CHECKED_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 200;
const EXIT_REFUSED = 1;
const EXIT_WRONG_USE = 2;

function main(): Promise<unknown> {
  const command = new Command('approvals').description('Let orders over a limit pass, or deny them.');
  command
    .command('list')
    .description('the orders that wait, the one whose time ends first in front')
    .option('--account <account>')
    .option('--strategy <strategy>')
    .option('--symbol <symbol>')
    .option('--json', 'print the orders as JSON')
    .action((options: ListOptions) => withApprovals((approvals) => list(approvals, options)));
  worded(
    command.command('approve <order>').description('waive the limits that the order shows; all else is checked'),
  ).action((order: string, options: WordOptions) =>
    withApprovals((approvals) => approve(approvals, order as OrderId, options)),
  );
  worded(command.command('reject <order>').description('deny it before its time is over')).action(
    (order: string, options: WordOptions) =>
      withApprovals(async (approvals) => {
        const { actor, reason } = options;
        tell(await approvals.reject(order as OrderId, { actor, reason }));
      }),
  );
  return command.showHelpAfterError().parseAsync();
}

const worded = (command: Command): Command =>
  command
    .requiredOption('--actor <name>', 'who says so, an alias; to approve, not the one who asked for the order')
    .requiredOption('--reason <text>', 'why');

async function list(approvals: Approvals, { json, ...filter }: ListOptions): Promise<void> {
  const orders = await approvals.list(filter);
  if (json === true) {
    console.log(JSON.stringify(orders, undefined, 2));
    return;
  }
  if (orders.length === 0) console.log('no order waits for approval');
  for (const order of orders) console.log(`${order.orderId}: ${orderSummary(order.request)}\n  ${order.why}`);
}

async function approve(approvals: Approvals, orderId: OrderId, { actor, reason }: WordOptions): Promise<void> {
  const answer = await approvals.approve(orderId, { actor, reason });
  if (!answer.accepted) {
    tell(answer);
    return;
  }
  const endMs = Date.now() + CHECKED_WITHIN_MS;
  let { order } = answer;
  while (order.status === 'CREATED' && Date.now() < endMs) {
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
    order = await approvals.get(orderId);
  }
  tell({ accepted: true, order });
}

function tell(answer: { accepted: boolean; code?: string; text?: string; order: OrderView }): void {
  if (!answer.accepted) {
    console.error(refusalLine(answer));
    process.exitCode = EXIT_REFUSED;
    return;
  }
  console.log(`${answer.order.orderId} is ${answer.order.status}: ${answer.order.why}`);
}

async function withApprovals(act: (approvals: Approvals) => Promise<void>): Promise<void> {
  const { approvals, close } = await connectApprovals();
  try {
    await act(approvals);
  } finally {
    await close();
  }
}

main().catch((error: unknown) => {
  const isUse = error instanceof OrderRequestError || error instanceof OrderNotFoundError;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = isUse ? EXIT_WRONG_USE : EXIT_REFUSED;
});
