/** Compares a venue account with its venue, mends by the ways that reports always take, and records every finding. */
import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import type { ActivityDependencies } from './dependencies';
import { readBoth } from './reconciliation-views';
import type { Reading } from './reconciliation-views';
import { attendTo } from './unattended-orders';
import { deliver } from './venue-session';
import type { ReconciliationInput, ReconciliationReport } from '../src/contracts/reconciliation';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { VenueClientOrderId } from '../src/domain/ids';
import { dec } from '../src/domain/money';
import { confirmed, readThrough, reconcile } from '../src/domain/reconciliation';
import { FindingAction } from '../src/domain/reconciliation-findings';
import type { Finding } from '../src/domain/reconciliation-findings';
import type { Part } from '../src/domain/reconciliation-views';
import type { VenueConnector } from '../src/ports/venue';

const DEFAULTS = {
  // Longer than a submission may be on the wire.
  youngOrderMs: 10_000,
  // Longer than delivery and recording take on a busy day.
  confirmAfterMs: 2_000,
  priceTolerance: dec('0.0001'),
  cashTolerance: dec('0.01'),
};
/** Five of these fit into the heartbeat timeout. */
const HEARTBEAT_EVERY_MS = 3_000;
/** Questions about single orders at once, and in one run: a venue limits them, the next run asks on. */
const QUESTIONS_AT_ONCE = 10;
const QUESTIONS_MAX = 2_000;
/** Findings in the answer; the table has all. */
const FINDINGS_SHOWN = 200;

type Dependencies = Pick<
  ActivityDependencies,
  | 'reconciliations'
  | 'venues'
  | 'venueStore'
  | 'orders'
  | 'signals'
  | 'orderWorkflows'
  | 'instruments'
  | 'clock'
  | 'log'
>;

export async function reconcileVenueAccount(
  deps: Dependencies,
  input: ReconciliationInput,
): Promise<ReconciliationReport> {
  const { runId } = activityInfo().workflowExecution ?? {};
  if (runId === undefined) throw new Error('a reconciliation runs in a workflow, whose run id is its own');
  const beat = setInterval(() => {
    heartbeat();
  }, HEARTBEAT_EVERY_MS);
  try {
    return await runReconciliation(deps, input, runId);
  } finally {
    clearInterval(beat);
  }
}

async function runReconciliation(
  deps: Dependencies,
  input: ReconciliationInput,
  runId: string,
): Promise<ReconciliationReport> {
  const { venue, venueAccount } = input;
  const { reconciliations, clock } = deps;
  const of = { venue, venueAccount };
  const settings = { ...DEFAULTS, ...input.settings };
  const connector = deps.venues.get(venue);
  if (connector === undefined) throw new Error(`no connector for venue ${venue}`);
  const startedAtMs = clock.nowMs();
  const begun = await reconciliations.begin(runId, of, startedAtMs);
  // What the stream has not brought yet is read again, so that every execution that it owes is met here.
  const streamed = await deps.venueStore.lastSequence(venue, venueAccount);
  const window = { ...begun, fromSequence: Math.min(begun.fromSequence, streamed) };
  const read = () => readBoth(deps, connector, of, window, settings);
  const compare = ({ ours, theirs }: Reading) =>
    reconcile(ours, theirs, settings, (symbol) => deps.instruments.get(symbol), clock.nowMs());
  let reading = await read();
  let findings = compare(reading).findings;
  if (findings.some(({ kind }) => kind !== 'SOURCE_UNAVAILABLE')) {
    const first = compare(reading);
    await sleep(settings.confirmAfterMs);
    reading = await read();
    findings = confirmed(first, compare(reading));
  }
  const unattended = await attendTo(deps, reading.ours.orders);
  const settled = await settle(deps, connector, { ...of, runId }, findings);
  for (const finding of unattended) settled.push(await keep(deps, { ...of, runId }, finding));
  const { ours, theirs, reports } = reading;
  const { trades } = theirs;
  const { value: theirOrders } = theirs.orders.kind === 'answered' ? theirs.orders : { value: [] };
  const counts = { CORRECT: 0, ADOPT: 0, ESCALATE: 0, WAIT: 0 };
  for (const { action } of settled) counts[action] += 1;
  const run = {
    ...{ runId, ...of, endedAtMs: clock.nowMs(), counts },
    compared: { ourOrders: ours.orders.length, theirOrders: theirOrders.length, reports },
    sources: Object.fromEntries(
      Object.entries(theirs).map(([name, part]: [string, Part<unknown>]) => [name, part.kind]),
    ),
  };
  const throughSequence = trades.kind === 'answered' ? readThrough(trades.value, settled) : window.fromSequence;
  const throughArrival = trades.kind === 'answered' ? window.throughArrival : window.fromArrival;
  await reconciliations.end({ ...run, throughSequence, throughArrival });
  return { ...run, startedAtMs, findings: settled.slice(0, FINDINGS_SHOWN) };
}

interface Run {
  readonly runId: string;
  readonly venue: string;
  readonly venueAccount: string;
}

/** Does what each finding asks for and records it; some at a time. */
async function settle(
  deps: Dependencies,
  connector: VenueConnector,
  run: Run,
  findings: readonly Finding[],
): Promise<Finding[]> {
  const settled: Finding[] = [];
  const deliveredNow = new Set<string>();
  let questions = 0;
  for (let at = 0; at < findings.length; at += QUESTIONS_AT_ONCE) {
    const batch = findings.slice(at, at + QUESTIONS_AT_ONCE).map(async (finding) => {
      const asks = finding.action === 'CORRECT' || finding.action === 'ADOPT';
      if (asks) questions += 1;
      const { decided, reports } = !asks
        ? { decided: finding, reports: [] }
        : questions > QUESTIONS_MAX
          ? { decided: waiting(finding, 'the venue was asked enough in this run'), reports: [] }
          : await decide(deps, connector, run, finding, deliveredNow);
      if (decided === undefined) return [];
      const kept = await keep(deps, run, decided);
      // After the record of it: what is delivered twice is booked once, what is not recorded is never told.
      if (reports.length > 0) await deliver(deps, await deps.venueStore.receive(reports));
      return [kept];
    });
    settled.push(...(await Promise.all(batch)).flat());
  }
  return settled;
}

interface Decision {
  /** Undefined when the venue's answer shows that there is no difference. */
  readonly decided: Finding | undefined;
  /** What of the answer was never delivered. */
  readonly reports: readonly ExecutionReport[];
}

/**
 * Asks the venue about the one order: what it says and was not delivered mends the difference, silence ends nothing.
 *
 * @param deliveredNow The ids of orders of which this run has delivered what the venue says.
 */
async function decide(
  { reconciliations }: Dependencies,
  connector: VenueConnector,
  { venueAccount }: Run,
  finding: Finding,
  deliveredNow: Set<string>,
): Promise<Decision> {
  const { clientOrderId, action, kind, execId, venueOrderId } = finding;
  const without = (decided: Finding): Decision => ({ decided, reports: [] });
  if (clientOrderId === undefined)
    return without(escalated(finding, 'it has no client order id by which the venue could be asked'));
  const answer = await connector.findOrder(venueAccount, clientOrderId as VenueClientOrderId);
  if (answer.kind === 'unavailable') return without(waiting(finding, `the venue does not say more: ${answer.reason}`));
  if (answer.kind === 'notFound') return without(otherwise(finding, 'asked for it, the venue knows no such order'));
  if (kind === 'UNKNOWN_EXECUTION' && answer.reports.some((report) => report.execId === execId))
    return { decided: undefined, reports: [] };
  const isAbout = ({ venueOrderId: id }: ExecutionReport): boolean => action !== 'ADOPT' || id === venueOrderId;
  // By query, so without its place in the stream: the stream must still bring everything up to it.
  const reports = answer.reports.filter(isAbout).map((report) => ({ ...report, sequence: 0 }));
  const fresh = await reconciliations.undelivered(reports);
  const { otherwise: _ask, ...decided } = finding;
  if (fresh.length === 0 && deliveredNow.has(clientOrderId))
    return without({ ...decided, reason: `${finding.reason}; delivered now, with another finding of the order` });
  if (fresh.length === 0) return without(otherwise(finding, 'all that the venue says of it was delivered before'));
  // Noted before it happens: another finding of the same order is looked at meanwhile.
  deliveredNow.add(clientOrderId);
  const execTypes = fresh.map(({ execType }) => execType).join(', ');
  return {
    decided: { ...decided, reason: `${finding.reason}; delivered now: ${execTypes}`.slice(0, 500) },
    reports: fresh,
  };
}

const otherwise = (finding: Finding, why: string): Finding =>
  finding.otherwise === 'WAIT' ? waiting(finding, why) : escalated(finding, why);
const waiting = (finding: Finding, why: string): Finding => changed(finding, FindingAction.WAIT, why);
const escalated = (finding: Finding, why: string): Finding => changed(finding, FindingAction.ESCALATE, why);
const changed = ({ otherwise: _ask, ...finding }: Finding, action: FindingAction, why: string): Finding => ({
  ...finding,
  action,
  reason: `${finding.reason}; ${why}`,
});

/** Records a finding and tells people once; a source that is silent for the second time in a row is told as well. */
async function keep({ reconciliations, log }: Dependencies, run: Run, finding: Finding): Promise<Finding> {
  const { runId, venue, venueAccount } = run;
  const isNews = await reconciliations.keep(runId, run, finding);
  const isTold = finding.kind === 'SOURCE_UNAVAILABLE' ? !isNews : isNews && finding.action === 'ESCALATE';
  const code = finding.kind === 'SOURCE_UNAVAILABLE' ? 'RECONCILIATION_BLIND' : 'RECONCILIATION_DIFFERENCE';
  const text = `${finding.kind} ${finding.key} at ${venue}/${venueAccount}: ${finding.reason}`;
  if (isTold) log.error({ alert: true, code, venue, venueAccount, runId, finding }, text);
  return finding;
}
