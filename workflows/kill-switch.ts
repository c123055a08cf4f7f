/** Stops trading of a scope, and goes on until every order that was open is proved closed. */
import { allHandlersFinished, condition, continueAsNew, patched, setHandler, workflowInfo } from '@temporalio/workflow';
import type { ProveInput } from '../activities/contract';
import type {
  KillSwitchInput,
  KillSwitchReport,
  TradingStateAnswer,
  TradingStateCommand,
} from '../src/contracts/kill-switch';
import type { LimitScope } from '../src/domain/risk/limits';
import { isStricter } from '../src/domain/trading-state';
import { killSwitchActivities } from './activity-options';
import { killSwitchReportQuery, setTradingStateUpdate } from './messages';
import { OneByOne } from './one-by-one';
import { refuseBadCommand } from './trading-state-command';

/** No update waits longer (design rule 6). */
const UPDATE_WAIT_MAX_MS = 9_000;
/** Pauses between rounds: quick while cancels are on their way, gentle to a venue that is down. */
const PAUSES_MS = [300, 500, 1_000, 2_000, 5_000] as const;

/**
 * One run per scope. The state goes into the database, from where on no new order passes; cancels go out at the same
 * time and do not wait for it. Rounds of cancels and questions go on until nothing that was open is left unproved.
 */
export async function killSwitch(input: KillSwitchInput): Promise<KillSwitchReport> {
  const { scope, carried } = input;
  const things = new OneByOne(patched('each-thing-by-itself'));
  const answers = new Map<string, TradingStateAnswer>();
  const times = new Times(carried);
  let report: KillSwitchReport = { scope, rounds: 0, found: 0, closed: 0, open: [], done: true };
  let lastStored: Promise<void> = Promise.resolve();
  let storing = 0;
  let unnoted: ProveInput['unnoted'] = [];

  const carryOut = (command: TradingStateCommand, rounds = 0): void => {
    report = { scope, command, rounds, found: 0, closed: 0, open: [], done: false };
  };
  /** One after the other, as the state in force is that of the last command; repeated by its id it changes nothing. */
  const store = (command: TradingStateCommand): void => {
    storing += 1;
    lastStored = lastStored.then(async () => {
      const answer = await things.result(setState(scope, command));
      answers.set(command.commandId, answer);
      if (answer.kind === 'set') times.inForce(command);
      storing -= 1;
      if (answer.kind === 'set' && report.command !== command) carryOut(command);
      if (report.command !== command) return;
      report = { ...report, answer, done: answer.kind === 'refused' || command.state === 'ACTIVE' };
    });
  };
  const take = (command: TradingStateCommand, rounds?: number): void => {
    // What is stricter is never refused: its cancels begin while the database is told.
    times.came(command);
    const before = report.command?.state ?? 'ACTIVE';
    if (command.state !== 'ACTIVE' && !isStricter(before, command.state)) carryOut(command, rounds);
    store(command);
  };

  setHandler(
    setTradingStateUpdate,
    (command) =>
      things.message(async () => {
        if (!answers.has(command.commandId)) take(command);
        await things.holds(() => answers.has(command.commandId), UPDATE_WAIT_MAX_MS);
        const answer = answers.get(command.commandId);
        const own = report.command?.commandId === command.commandId ? report : { ...report, command };
        return answer === undefined ? own : { ...own, answer };
      }),
    { validator: refuseBadCommand },
  );
  setHandler(killSwitchReportQuery, () => report);
  if (carried !== undefined) {
    unnoted = carried.unnoted;
    take(carried.command, carried.rounds);
  }

  for (;;) {
    const { command, rounds } = report;
    if (command === undefined || report.done || command.state === 'ACTIVE') {
      const mayEnd = (): boolean => storing === 0 && allHandlersFinished() && answers.size > 0;
      await condition(() => mayEnd() || (!report.done && report.command?.state !== 'ACTIVE'));
      if (report.done && mayEnd()) return report;
      continue;
    }
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished() && storing === 0)
      await continueAsNew<typeof killSwitch>({ scope, carried: { command, rounds, unnoted, ...times.carry(command) } });
    const { unnoted: missing, ...result } = await round(
      { scope, command, round: rounds + 1, unnoted, ...times.sparing(command) },
      isStored(report),
      things,
    );
    unnoted = missing;
    // Meanwhile another command may have taken its place.
    if (report.command !== command) continue;
    report = { ...withoutTrouble(report), ...result, rounds: rounds + 1 };
    if (report.done) continue;
    const isNews = (): boolean => report.command !== command || report.done;
    await things.holds(isNews, PAUSES_MS[Math.min(rounds, PAUSES_MS.length - 1)] ?? PAUSES_MS[0]);
  }
}

function setState(scope: LimitScope, command: TradingStateCommand): Promise<TradingStateAnswer> {
  const summary = `${command.state} by ${command.actor}: ${command.reason}`.slice(0, 200);
  return killSwitchActivities.setTradingState.executeWithOptions({ summary }, [{ scope, command }]);
}

/** When each command came, then when its state came into force: in the time of the server, as the starts of orders are. */
class Times {
  private readonly atMs = new Map<string, number>();

  constructor(private readonly carried: KillSwitchInput['carried']) {
    if (carried?.inForceAtMs !== undefined) this.atMs.set(carried.command.commandId, carried.inForceAtMs);
  }

  came({ commandId }: TradingStateCommand): void {
    if (!this.atMs.has(commandId)) this.atMs.set(commandId, Date.now());
  }
  inForce({ commandId }: TradingStateCommand): void {
    // What an earlier run set is set again by this one and changes nothing.
    if (commandId !== this.carried?.command.commandId) this.atMs.set(commandId, Date.now());
  }
  carry({ commandId }: TradingStateCommand): { readonly inForceAtMs?: number } {
    const inForceAtMs = this.atMs.get(commandId);
    return inForceAtMs === undefined ? {} : { inForceAtMs };
  }
  /** What began when only what reduces could pass does reduce, and goes on. */
  sparing({ commandId, state }: TradingStateCommand): Pick<ProveInput, 'startedBeforeMs'> {
    const startedBeforeMs = this.atMs.get(commandId);
    return state === 'REDUCING' && startedBeforeMs !== undefined ? { startedBeforeMs } : {};
  }
}

/** Cancels what is open and, once the database has the state, asks what is left; what fails is told and tried again. */
async function round(
  asked: ProveInput,
  isStored: boolean,
  things: OneByOne,
): Promise<Partial<KillSwitchReport> & Pick<ProveInput, 'unnoted'>> {
  const troubles: string[] = [];
  const tried = <T>(work: Promise<T>): Promise<T | undefined> =>
    things.result(work).catch((error: unknown) => {
      troubles.push(reasonOf(error));
      return undefined;
    });
  const name = `round ${String(asked.round)}`;
  const { unnoted: before, ...what } = asked;
  const swept = await tried(
    killSwitchActivities.sweepOpenOrders.executeWithOptions({ summary: `${name}: cancel` }, [what]),
  );
  const unnoted = [...before, ...(swept?.unnoted ?? [])];
  const trouble = (): Pick<KillSwitchReport, 'trouble'> =>
    troubles.length === 0 ? {} : { trouble: troubles.join('; ').slice(0, 500) };
  if (!isStored) return { unnoted, ...trouble() };
  const proved = await tried(
    killSwitchActivities.proveClosed.executeWithOptions({ summary: `${name}: what is open?` }, [{ ...what, unnoted }]),
  );
  // A sweep that failed may have passed over an order that the database does not know yet.
  const done = swept !== undefined && proved !== undefined && proved.found === proved.closed;
  return { ...proved, done, unnoted: proved === undefined ? unnoted : [], ...trouble() };
}

const isStored = ({ answer }: KillSwitchReport): boolean => answer?.kind === 'set';
const withoutTrouble = ({ trouble: _before, ...report }: KillSwitchReport): KillSwitchReport => report;

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
