/**
 * `npm run limits -- show`: shows and changes the limits of the desk. What loosens nothing is in force at once, the rest
 * when a second person has approved it. Works on the running system of this machine, or on that of TEMPORAL_ADDRESS.
 * Ends with 0 when it is done, 1 when it is not yet or the system does not answer, 2 when it is refused.
 */
import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import type { Limits } from '../src/client/limits';
import { OrderRequestError } from '../src/client/errors';
import type { LimitProposal, LimitsAnswer, LimitVersion } from '../src/contracts/limits';
import type { LimitChange } from '../src/domain/risk/limit-change';
import { scopeInWords } from '../src/domain/risk/limit-document';
import { LIMITS } from '../src/domain/risk/limits';
import { LimitDocumentError } from '../src/risk-limits';
import { connectLimits } from '../workers/strategy-client';
import { table } from './table';

const EXIT_NOT_DONE = 1;
const EXIT_REFUSED = 2;
const HOUR_MS = 3_600_000;

interface Author {
  readonly actor: string;
  readonly reason: string;
}
interface ProposeOptions extends Author {
  readonly base: string;
  readonly id?: string;
  readonly waitHours?: string;
}

class WrongUse extends Error {}

function main(): Promise<unknown> {
  const command = new Command('limits').description('Show and change the limits of the desk.');
  command
    .command('show')
    .description('the limits in force and the proposals that wait')
    .option('--json', 'the document alone, to be edited and proposed')
    .option('--version <number>', 'the document of an earlier version')
    .action((options: { json?: true; version?: string }) => withLimits((limits) => show(limits, options)));
  command
    .command('history')
    .description('every version and what became of every proposal')
    .action(() => withLimits(history));
  command
    .command('propose <file>')
    .description('put a document in force, or let it wait for a second person when it loosens something')
    .requiredOption('--base <number>', 'the version that the file was made from, as show names it; 0 before the first')
    .requiredOption('--actor <name>', 'who asks for it, an alias')
    .requiredOption('--reason <text>', 'why')
    .option('--id <id>', 'the id of a proposal whose answer was lost')
    .option('--wait-hours <hours>', 'how long it waits for a second person; a day by default')
    .action((file: string, options: ProposeOptions) => withLimits((limits) => propose(limits, file, options)));
  for (const [name, description] of [
    ['approve', 'as a second person: put it in force'],
    ['reject', 'as a second person: end it'],
    ['withdraw', 'end a proposal of your own'],
  ] as const)
    command
      .command(`${name} <id>`)
      .description(description)
      .requiredOption('--actor <name>', 'who you are, an alias')
      .option('--reason <text>', 'why')
      .action((id: string, { actor, reason }: { actor: string; reason?: string }) =>
        withLimits(async (limits) => {
          tell(await limits[name](id, { actor, ...(reason === undefined ? {} : { reason }) }));
        }),
      );
  return command.showHelpAfterError().parseAsync();
}

async function show(limits: Limits, { json, version }: { json?: true; version?: string }): Promise<void> {
  const asked = version === undefined ? undefined : wholeNumber('--version', version);
  const view = await limits.view(asked);
  const document = asked === undefined ? view.current?.document : (view.document ?? undefined);
  if (document === undefined) {
    if (asked !== undefined) throw new WrongUse(`--version ${String(asked)}: there is no such version`);
    console.log('no limits are in force but the own ones of each account; propose the first with --base 0');
    return;
  }
  if (json === true) {
    console.log(JSON.stringify(document, undefined, 2));
    return;
  }
  const about = view.versions.find((one) => one.version === (asked ?? view.current?.version));
  console.log(about === undefined ? `version ${String(asked)} (${document.version})` : versionLine(about));
  const rows = document.entries.flatMap(({ scope, limits: values }) =>
    Object.entries(values).map(([name, value]) => [scopeInWords(scope), name, String(value)]),
  );
  for (const line of table([['scope', 'limit', 'value'], ...rows])) console.log(`  ${line}`);
  if (asked !== undefined) return;
  for (const { changes = [], ...proposal } of view.proposals.filter(({ status }) => status === 'WAITING')) {
    console.log(proposalLine(proposal));
    tellChanges(changes);
  }
}

async function history(limits: Limits): Promise<void> {
  const { versions, proposals } = await limits.view();
  for (const version of versions) console.log(versionLine(version));
  for (const proposal of proposals.filter(({ status }) => status !== 'IN_FORCE')) console.log(proposalLine(proposal));
}

async function propose(limits: Limits, file: string, options: ProposeOptions): Promise<void> {
  const { actor, reason, base, id, waitHours } = options;
  const wait = waitHours === undefined ? {} : { waitMs: wholeNumber('--wait-hours', waitHours) * HOUR_MS };
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new WrongUse(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const known = { actor, reason, baseVersion: wholeNumber('--base', base), document, ...wait };
  tell(await limits.propose(id === undefined ? known : { ...known, proposalId: id }));
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new WrongUse(`${option} ${text}: must be a whole number`);
  return Number(text);
}

function tell(answer: LimitsAnswer): void {
  if (answer.kind === 'refused') {
    console.error(`refused:\n${answer.problems.map((problem) => `  ${problem}`).join('\n')}`);
    process.exitCode = EXIT_REFUSED;
  } else if (answer.kind === 'underWay') {
    console.error('the database is away: it is done when it is back; ask with show what became of it');
    process.exitCode = EXIT_NOT_DONE;
  } else {
    console.log(proposalLine(answer.proposal));
    tellChanges(answer.changes);
  }
}

function tellChanges(changes: readonly LimitChange[]): void {
  if (changes.length === 0) return;
  const rows = changes.map(({ scope, limit, before, after, effect }) => [
    scopeInWords(scope),
    limit,
    valueOf(limit, before),
    valueOf(limit, after),
    EFFECTS[effect],
  ]);
  for (const line of table([['scope', 'limit', 'before', 'after', 'effect'], ...rows])) console.log(`  ${line}`);
}

const EFFECTS: Readonly<Record<LimitChange['effect'], string>> = {
  tighter: 'tighter',
  looser: 'LOOSER',
  unclear: 'LOOSER for some, tighter for others',
  none: 'none: another entry is stricter',
};

function valueOf(limit: LimitChange['limit'], value: LimitChange['before']): string {
  const { fallback }: { readonly strictest: string; readonly fallback?: string | number } = LIMITS[limit];
  if (value !== undefined) return String(value);
  return fallback === undefined ? '-' : `(${String(fallback)})`;
}

const versionLine = ({ version, name, actor, approvedBy, reason, atMs }: LimitVersion): string =>
  `version ${String(version)} (${name}) since ${timeOf(atMs)} by ${actor}` +
  `${approvedBy === undefined ? '' : `, approved by ${approvedBy}`}: ${reason}`;

function proposalLine(proposal: LimitProposal): string {
  const { proposalId, name, baseVersion, actor, reason, status, decidedBy, version, expiresAtMs } = proposal;
  const what = `proposal ${proposalId} (${name}, from version ${String(baseVersion)}) by ${actor}: ${reason}`;
  if (status === 'WAITING') return `${what}\n  waits for a second person until ${timeOf(expiresAtMs)}`;
  if (status === 'IN_FORCE') return `${what}\n  is in force as version ${String(version)}`;
  return `${what}\n  ${status}${decidedBy === undefined ? '' : ` by ${decidedBy}`}`;
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

async function withLimits(act: (limits: Limits) => Promise<void>): Promise<void> {
  const { limits, close } = await connectLimits();
  try {
    await act(limits);
  } finally {
    await close();
  }
}

main().catch((error: unknown) => {
  const isUse = error instanceof WrongUse || error instanceof OrderRequestError || error instanceof LimitDocumentError;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = isUse ? EXIT_REFUSED : EXIT_NOT_DONE;
});
