/**
 * `npm run rebuild-positions`: folds every execution into positions and cash again and compares the result with the tables.
 * Ends with 1 when they differ, or with --write replaces what differs.
 */
import { Command, Option } from 'commander';
import { userInfo } from 'node:os';
import type { BookDifference } from '../src/persistence/cash-book';
import { rebuildPositions } from '../src/persistence/rebuild';
import { openExistingDatabase } from './database/existing-database';
import { table } from './table';

interface Options {
  readonly check?: true;
  readonly write?: true;
  readonly actor: string;
}

const PROGRESS_EVERY = 100_000;

async function main(): Promise<number> {
  const { write, actor } = new Command('rebuild-positions')
    .description(
      'Fold all executions and opening cash into positions and cash, and compare them with the tables of DATABASE_URL or OMS_STATE_DIR.',
    )
    .option('--check', 'compare only, the default: ends with 1 and a list when anything differs')
    .addOption(
      new Option(
        '--write',
        'replace what differs, in one transaction that holds up recordings, with a line in ledger_rebuilds',
      ).conflicts('check'),
    )
    .option('--actor <name>', 'with --write: who asks for it', userInfo().username)
    .allowExcessArguments(false)
    .showHelpAfterError()
    .parse()
    .opts<Options>();
  const database = await openExistingDatabase(process.env);
  try {
    const startedMs = Date.now();
    let next = PROGRESS_EVERY;
    const result = await rebuildPositions(database, {
      ...(write === true && { write: { actor, wallMs: startedMs } }),
      onProgress: (executions) => {
        if (executions < next) return;
        next += PROGRESS_EVERY;
        console.error(`${String(executions)} executions`);
      },
    });
    const { executions, positions, differences, rebuild } = result;
    const seconds = ((Date.now() - startedMs) / 1_000).toFixed(1);
    console.log(
      `${database.description}: ${String(executions)} executions make ${String(positions)} positions (${seconds} s)`,
    );
    for (const line of listOf(differences)) console.log(line);
    if (rebuild !== undefined) {
      console.log(`${String(differences.length)} differences replaced: line ${String(rebuild)} of ledger_rebuilds`);
      return 0;
    }
    if (differences.length === 0) console.log('positions and cash are what the executions make');
    else console.log(`${String(differences.length)} differences; --write replaces what the tables say`);
    return differences.length === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
}

function listOf(differences: readonly BookDifference[]): readonly string[] {
  if (differences.length === 0) return [];
  const rows = differences.map((one) => [one.account, one.of, one.field, one.table, one.rebuilt]);
  return table([['account', 'symbol or currency', 'field', 'table', 'executions'], ...rows]);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
