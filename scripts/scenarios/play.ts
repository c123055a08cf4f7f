import type { ExecutionReport } from '../../src/domain/execution-report';
import { ordStatusOf } from '../../src/domain/fix-view';
import { decOfInteger } from '../../src/domain/money';
import type { Order } from '../../src/domain/order';
import type { CommandStep, Expected, ScenarioRun } from './scenario';
import { finalOf, scriptedReports } from './venue-script';
import type { OrderAtVenue } from './venue-script';
import type { Play, PlayStep } from './variants';

/** Where an order lives while a scenario is played: in the bare domain, or as a workflow. */
export interface Stage {
  readonly order: OrderAtVenue;
  /** Market time at which the venue begins to speak. */
  readonly startMs: number;
  command(command: CommandStep): Promise<void>;
  /** Reports that come together, as the venue session hands them on. */
  arrive(reports: readonly ExecutionReport[]): Promise<void>;
  /** The order, when it fits or when it has had the time to. */
  look(fits: (order: Order) => boolean): Promise<Order>;
}

export interface Played {
  /** What did not hold, as sentences. */
  readonly problems: readonly string[];
  readonly reports: number;
}

/** Before the venue has spoken. */
const SENT = { statuses: ['PENDING_NEW'], cum: 0 } as const;

/** Plays a run on a stage. A request of ours changes nothing of what the venue sees until the venue answers it. */
export async function play(stage: Stage, run: ScenarioRun, { name, steps, checks }: Play): Promise<Played> {
  const problems: string[] = [];
  const scripted = scriptedReports(run, stage.order, stage.startMs);
  let expected: Expected = { ...SENT, leaves: run.order.quantity };
  let reports = 0;
  const check = async (after: string, wanted: Expected, queued?: number): Promise<void> => {
    const seen = await stage.look((order) => misfit(order, wanted, queued) === undefined);
    const wrong = misfit(seen, wanted, queued);
    if (wrong !== undefined) problems.push(`${run.name}, ${name}, after ${after}: ${wrong}`);
  };
  for (const group of arrivingTogether(steps, checks)) {
    const [first] = group;
    if (first.kind !== 'arrival') {
      await stage.command(first);
      if (checks === 'every report') await check(`our ${first.kind}`, expected, first.queued);
      continue;
    }
    const arriving = group.flatMap((step) => (step.kind === 'arrival' ? (scripted[step.at] ?? []) : []));
    await stage.arrive(arriving.map(({ report }) => report));
    reports += arriving.length;
    expected = scripted[first.at]?.expected ?? expected;
    if (checks === 'every report')
      await check(`report ${String(first.at + 1)} (${arriving[0]?.report.execType ?? ''})`, expected);
  }
  await check('all reports', finalOf(run));
  return { problems, reports };
}

type Group = readonly [PlayStep, ...PlayStep[]];

/** Reports between two requests of ours arrive together; where each is looked at, only the copies of one do. */
function arrivingTogether(steps: readonly PlayStep[], checks: Play['checks']): readonly Group[] {
  return steps.reduce<readonly Group[]>((groups, step) => {
    const last = groups.at(-1);
    const isNext = last?.[0].kind === 'arrival' && step.kind === 'arrival';
    return isNext && (checks === 'the end' || last[0].at === step.at)
      ? [...groups.slice(0, -1), [...last, step]]
      : [...groups, [step]];
  }, []);
}

/** How the order differs from what is expected, as a sentence. */
function misfit(order: Order, expected: Expected, queued?: number): string | undefined {
  const status = ordStatusOf(order);
  const fits =
    expected.statuses.includes(status) &&
    order.filledQuantity === decOfInteger(expected.cum) &&
    order.leavesQuantity === decOfInteger(expected.leaves) &&
    (expected.averagePrice ?? order.averagePrice) === order.averagePrice &&
    (queued ?? order.queuedReplaces.length) === order.queuedReplaces.length;
  if (fits) return undefined;
  const wanted = `${expected.statuses.join(' or ')} ${String(expected.cum)}/${String(expected.leaves)}`;
  const seen = `${status} ${order.filledQuantity}/${order.leavesQuantity}`;
  const average = expected.averagePrice === undefined ? '' : ` at ${expected.averagePrice}`;
  const waiting = queued === undefined ? '' : `, ${String(queued)} queued`;
  return `expected ${wanted}${average}${waiting}, is ${seen} at ${order.averagePrice ?? 'no price'}, ${String(order.queuedReplaces.length)} queued (${order.why})`;
}
