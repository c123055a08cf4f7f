/**
 * `npm run kill-switch -- halt --account alpha --actor jo --reason "..."`: stops trading of a scope, cancels what is open
 * there, and stays until every order is proved closed at its venue. Works on the running system of this machine, or on
 * that of TEMPORAL_ADDRESS.
 */
import { Command, Option } from 'commander';
import { OrderRequestError } from '../src/client/errors';
import type { KillSwitch } from '../src/client/kill-switch';
import type { KillSwitchReport } from '../src/contracts/kill-switch';
import type { LimitScope, TradingState } from '../src/domain/risk/limits';
import { scopeName } from '../src/domain/trading-state';
import { connectKillSwitch } from '../workers/strategy-client';

interface ScopeOptions extends LimitScope {
  readonly firm?: true;
}
interface SetOptions extends ScopeOptions {
  readonly actor: string;
  readonly reason: string;
  readonly approvedBy?: string;
}

/** Orders named on one screen. */
const OPEN_SHOWN = 20;
/** Left open, or not known to be closed. */
const EXIT_NOT_DONE = 1;
const EXIT_WRONG_USE = 2;

function main(): Promise<unknown> {
  const command = new Command('kill-switch').description('Stop or resume trading, and prove what is closed.');
  const states: readonly (readonly [string, TradingState, string])[] = [
    ['halt', 'HALTED', 'no new order passes; everything open is canceled'],
    ['reduce', 'REDUCING', 'only orders that bring a position nearer to zero pass; everything open is canceled'],
    ['resume', 'ACTIVE', 'orders pass again; needs --approved-by, a second person'],
  ];
  for (const [name, state, description] of states)
    scoped(command.command(name).description(description))
      .requiredOption('--actor <name>', 'who asks for it, an alias')
      .requiredOption('--reason <text>', 'why')
      .addOption(new Option('--approved-by <name>', 'a second person'))
      .action((options: SetOptions) => withSwitch((killSwitch) => set(killSwitch, state, options)));
  scoped(command.command('status').description('where the kill switch of a scope stands')).action(
    (options: ScopeOptions) => withSwitch((killSwitch) => status(killSwitch, options)),
  );
  return command.showHelpAfterError().parseAsync();
}

const scoped = (command: Command): Command =>
  command
    .option('--firm', 'all accounts, strategies, symbols and venues')
    .option('--account <account>')
    .option('--strategy <strategy>')
    .option('--symbol <symbol>')
    .option('--venue <venue>');

/** The scope of the options; the whole firm is stopped only when that is said. */
function scopeOf({ firm, account, strategy, symbol, venue }: ScopeOptions): LimitScope {
  const scope: LimitScope = {
    ...(account === undefined ? {} : { account }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(venue === undefined ? {} : { venue }),
  };
  const isNarrow = Object.keys(scope).length > 0;
  if (isNarrow === (firm === true))
    throw new WrongUse('say whom it is for: --firm alone, or any of --account, --strategy, --symbol, --venue');
  return scope;
}
class WrongUse extends Error {}

async function set(killSwitch: KillSwitch, state: TradingState, options: SetOptions): Promise<void> {
  const { actor, reason, approvedBy } = options;
  const scope = scopeOf(options);
  const began = Date.now();
  const command = { state, actor, reason, ...(approvedBy === undefined ? {} : { approvedBy }) };
  const { answer } = await killSwitch.set(scope, command);
  if (answer?.kind === 'refused') {
    console.error(`refused: ${scopeName(scope)} is ${answer.before}. ${answer.rule}`);
    process.exitCode = EXIT_WRONG_USE;
    return;
  }
  const since = (): string => `${((Date.now() - began) / 1_000).toFixed(1)} s`;
  console.log(
    answer === undefined
      ? `the database is away: ${scopeName(scope)} becomes ${state} when it is back; what is open is being canceled`
      : `${scopeName(scope)} is ${state} (before: ${answer.before}), after ${since()}`,
  );
  if (state === 'ACTIVE') return;
  let last: KillSwitchReport | undefined;
  for await (const report of killSwitch.watch(scope)) {
    last = report;
    console.log(`${since().padStart(8)}  ${progressOf(report)}`);
  }
  if (last !== undefined) tellOpen(last);
}

async function status(killSwitch: KillSwitch, options: ScopeOptions): Promise<void> {
  const scope = scopeOf(options);
  const report = await killSwitch.report(scope);
  if (report?.command === undefined) {
    console.log(`${scopeName(scope)}: no kill switch was used, or not within the time that histories are kept`);
    return;
  }
  const { command, answer } = report;
  const set = answer?.kind === 'set' ? '' : answer === undefined ? ', not yet in the database' : ', refused';
  console.log(`${scopeName(scope)}: ${command.state} by ${command.actor}, "${command.reason}"${set}`);
  if (command.state === 'ACTIVE') return;
  console.log(progressOf(report));
  tellOpen(report);
}

const progressOf = ({ found, closed, rounds, done, trouble }: KillSwitchReport): string =>
  (found === 0 && !done
    ? `what is open is being canceled and is not counted yet, round ${String(rounds)}`
    : `${String(closed)} of ${String(found)} orders proved closed, round ${String(rounds)}${done ? ', done' : ''}`) +
  (trouble === undefined ? '' : `; trouble: ${trouble}`);

function tellOpen({ open, done }: KillSwitchReport): void {
  for (const { orderId, why } of open.slice(0, OPEN_SHOWN)) console.log(`  open: ${orderId}: ${why}`);
  if (open.length > OPEN_SHOWN) console.log(`  and more`);
  if (!done) process.exitCode = EXIT_NOT_DONE;
}

async function withSwitch(act: (killSwitch: KillSwitch) => Promise<void>): Promise<void> {
  const { killSwitch, close } = await connectKillSwitch();
  try {
    await act(killSwitch);
  } finally {
    await close();
  }
}

main().catch((error: unknown) => {
  const isUse = error instanceof WrongUse || error instanceof OrderRequestError;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = isUse ? EXIT_WRONG_USE : EXIT_NOT_DONE;
});
