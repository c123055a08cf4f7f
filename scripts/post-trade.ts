/**
 * `npm run post-trade`: what orders cost beside the market (report), what was found and what became of it (findings,
 * review), and a run now (run). A run works on the running system; the rest on the database.
 */
import { Command, InvalidArgumentError } from 'commander';
import { loadCatalog } from '../src/catalog';
import { readConfig } from '../src/config';
import { SqlPostTradeStore } from '../src/persistence/post-trade-store';
import { postTradeSettingsOf } from '../src/post-trade-settings';
import { connectPostTrade } from '../workers/strategy-client';
import { openExistingDatabase } from './database/existing-database';
import { findingLines, reportLines, reportOf } from './post-trade/post-trade-lines';

const EXIT_WRONG = 1;
/** A person names himself, and why. */
const WORDS_MOST = 500;

async function main(): Promise<void> {
  const program = new Command('post-trade')
    .description('What trades cost, and what is found in them.')
    .showHelpAfterError();
  program
    .command('report')
    .description(
      'Quantity, average price, slippage, fees and findings of every order, from DATABASE_URL or OMS_STATE_DIR.',
    )
    .option('--account <account>', 'only this account')
    .option(
      '--since <time>',
      'only orders that traded since this market time, such as 2026-05-06 or 2026-05-06T14:30:00Z',
      time,
      0,
    )
    .option('--json', 'every figure as JSON')
    .action((options: ReportOptions) => withStore((store) => report(store, options)));
  program
    .command('findings')
    .description('What was found, oldest first.')
    .option('--account <account>', 'only this account')
    .option('--open', 'only what nobody has reviewed, and breaches that are not over')
    .option('--json', 'as JSON, with the evidence')
    .action((options: FindingsOptions) => withStore((store) => findings(store, options)));
  program
    .command('review <id>')
    .description('Note that a person has looked at a finding. A breach is over when the limit is kept again.')
    .requiredOption('--actor <name>', 'who', words)
    .requiredOption('--reason <text>', 'what it was, in words', words)
    .action((id: string, options: ReviewOptions) => withStore((store) => review(store, id, options)));
  program
    .command('run')
    .description('Look now, on the running system of this machine or of TEMPORAL_ADDRESS.')
    .option('--json', 'as JSON')
    .action(run);
  await program.parseAsync();
}

interface ReportOptions {
  readonly account?: string;
  readonly since: number;
  readonly json?: true;
}
interface FindingsOptions {
  readonly account?: string;
  readonly open?: true;
  readonly json?: true;
}
interface ReviewOptions {
  readonly actor: string;
  readonly reason: string;
}

async function withStore(work: (store: SqlPostTradeStore) => Promise<void>): Promise<void> {
  const database = await openExistingDatabase(process.env);
  try {
    await work(new SqlPostTradeStore(database));
  } finally {
    await database.close();
  }
}

async function report(store: SqlPostTradeStore, { account, since, json }: ReportOptions): Promise<void> {
  const settings = postTradeSettingsOf(loadCatalog(readConfig(process.env).catalogPath).postTrade);
  const read = await store.tradesSince({ account, sinceMs: since });
  const orderIds = [...new Set(read.trades.map(({ orderId }) => orderId))];
  const orders = reportOf(read, await store.findings({ orderIds }), settings);
  if (json === true) console.log(JSON.stringify(orders, undefined, 2));
  else for (const line of reportLines(orders)) console.log(line);
}

async function findings(store: SqlPostTradeStore, { account, open, json }: FindingsOptions): Promise<void> {
  const found = await store.findings({ account, isOpen: open === true });
  if (json === true) console.log(JSON.stringify(found, undefined, 2));
  else for (const line of findingLines(found)) console.log(line);
}

async function review(store: SqlPostTradeStore, id: string, { actor, reason }: ReviewOptions): Promise<void> {
  const isTaken = await store.take(id, { step: 'REVIEWED', actor, reason, atMs: Date.now() });
  if (!isTaken)
    throw new Error(`there is no finding ${id}, or it was reviewed before: see npm run post-trade -- findings`);
  console.log(`${id} is reviewed by ${actor}`);
}

async function run({ json }: { readonly json?: true }): Promise<void> {
  const { postTrade, close } = await connectPostTrade();
  try {
    const done = await postTrade.run();
    if (json === true) console.log(JSON.stringify(done, undefined, 2));
    else {
      const found = Object.entries(done.found).map(([code, count]) => `${String(count)} ${code}`);
      console.log(
        `${String(done.trades)} trades, ${String(done.accounts)} accounts: ${found.length === 0 ? 'nothing new' : found.join(', ')}`,
      );
      for (const subject of done.openBreaches) console.log(`  open breach: ${subject}`);
    }
  } finally {
    await close();
  }
}

function time(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('It must be a time such as 2026-05-06 or 2026-05-06T14:30:00Z.');
  return ms;
}

function words(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > WORDS_MOST || /\p{Cc}/u.test(trimmed))
    throw new InvalidArgumentError(`It must be 1 to ${String(WORDS_MOST)} printable characters.`);
  return trimmed;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = EXIT_WRONG;
});
