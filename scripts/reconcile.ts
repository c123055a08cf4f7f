/**
 * `npm run reconcile`: compares what this system believes of its venue accounts with what the venues say, now, and tells
 * in words what is different and what was done about it. Works on the running system of this machine, or on that of
 * TEMPORAL_ADDRESS. Ends with 0 when nothing is left to do, 1 when something is.
 */
import { Command } from 'commander';
import type { ReconciliationReport } from '../src/contracts/reconciliation';
import type { FindingSide } from '../src/domain/reconciliation-findings';
import { connectReconciliation } from '../workers/strategy-client';

interface Options {
  readonly venue?: string;
  readonly account?: string;
  readonly json?: true;
}

const EXIT_LEFT = 1;
const EXIT_WRONG_USE = 2;

async function main(): Promise<void> {
  const command = new Command('reconcile')
    .description('Compare orders, executions, positions and cash with the venues, and mend what can be mended.')
    .option('--venue <venue>', 'only this venue')
    .option('--account <venue account>', 'only this account at the venue')
    .option('--json', 'print the reports as JSON')
    .showHelpAfterError()
    .parse();
  const { venue, account, json } = command.opts<Options>();
  const { reconciliation, accounts, close } = await connectReconciliation();
  try {
    const wanted = accounts.filter(
      (own) => (venue ?? own.venue) === own.venue && (account ?? own.venueAccount) === own.venueAccount,
    );
    if (wanted.length === 0) {
      const known = accounts.map((own) => `${own.venue}/${own.venueAccount}`).join(', ');
      console.error(`no such venue account; the catalog has ${known}`);
      process.exitCode = EXIT_WRONG_USE;
      return;
    }
    const reports = await Promise.all(wanted.map((own) => reconciliation.run(own)));
    if (json === true) console.log(JSON.stringify(reports, undefined, 2));
    else for (const report of reports) tell(report);
    if (reports.some(({ counts }) => counts.ESCALATE + counts.WAIT > 0)) process.exitCode = EXIT_LEFT;
  } finally {
    await close();
  }
}

function tell(report: ReconciliationReport): void {
  const { venue, venueAccount, compared, counts, findings, sources, startedAtMs, endedAtMs } = report;
  const seconds = ((endedAtMs - startedAtMs) / 1_000).toFixed(1);
  const found = counts.CORRECT + counts.ADOPT + counts.ESCALATE + counts.WAIT;
  console.log(
    `${venue}/${venueAccount}: ${String(compared.ourOrders)} orders here, ${String(compared.theirOrders)} there, ` +
      `${String(compared.reports)} reports in ${seconds} s: ${found === 0 ? 'no differences' : `${String(found)} differences`}`,
  );
  for (const [source, kind] of Object.entries(sources))
    if (kind === 'unsupported') console.log(`  the venue has no ${source} to compare with`);
  for (const { kind, key, before, after, reason, action } of findings)
    console.log(`  ${action.padEnd(8)} ${kind} ${key}: ${reason}. Here ${shown(before)}; there ${shown(after)}`);
  if (found > findings.length) console.log('  and more: the table reconciliation_findings has all');
}

const shown = (side: FindingSide): string => {
  const parts = Object.entries(side).map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = EXIT_WRONG_USE;
});
