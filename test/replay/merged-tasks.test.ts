/**
 * Goal: the history of an order, a kill switch or the limits desk replays also where a worker took one by one what its replay is given at once, as happens when a
 * query is answered between two things that one workflow task then brings. Method: of recorded histories, two tasks that
 * follow each other are made one, where the second brings nothing that the first one's steps caused.
 */
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHistories } from '../../src/temporal/history-files';
import { workflowBundle } from '../../workers/build-bundle';
import { replayHistories } from '../../workers/replay';

jest.setTimeout(300_000);
const ignore = (): void => undefined;
const quiet = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
Runtime.install({
  logger: quiet,
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});

const HISTORIES = join(__dirname, 'histories');
const folder = mkdtempSync(join(tmpdir(), 'oms-merged-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface HistoryEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}
const typeOf = ({ eventType }: HistoryEvent): string => eventType.replace('EVENT_TYPE_', '');
const attributesOf = (event: HistoryEvent): Readonly<Record<string, unknown>> => {
  const key = Object.keys(event).find((name) => name.endsWith('EventAttributes'));
  return (key === undefined ? {} : event[key]) as Readonly<Record<string, unknown>>;
};
/** Of an order that takes each thing by itself, whatever comes together: a marker says so. */
const takesEachThing = (events: readonly HistoryEvent[]): boolean =>
  events
    .filter((event) => typeOf(event) === 'MARKER_RECORDED')
    .flatMap((event) => [...JSON.stringify(event).matchAll(/"data":"([^"]*)"/g)])
    .some(([, data]) => /"each-thing-(?:a-turn|by-itself)"/.test(Buffer.from(data ?? '', 'base64').toString()));

/** Ids of earlier events, by which an event names what it is about. */
const LINKS = ['scheduledEventId', 'startedEventId', 'workflowTaskCompletedEventId', 'acceptedEventId'];

/** One completed workflow task: what it was given, and the steps that came of it. */
interface Task {
  readonly given: readonly HistoryEvent[];
  readonly own: readonly HistoryEvent[];
  readonly steps: readonly HistoryEvent[];
}

function tasksOf(events: readonly HistoryEvent[]): {
  readonly tasks: readonly Task[];
  readonly rest: readonly HistoryEvent[];
} {
  const tasks: Task[] = [];
  let given: HistoryEvent[] = [];
  let own: HistoryEvent[] = [];
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!;
    const type = typeOf(event);
    (type.startsWith('WORKFLOW_TASK_') ? own : given).push(event);
    if (type !== 'WORKFLOW_TASK_COMPLETED') continue;
    const steps: HistoryEvent[] = [];
    const isStep = (one: HistoryEvent | undefined): boolean =>
      one !== undefined &&
      (attributesOf(one)['workflowTaskCompletedEventId'] === event.eventId ||
        typeOf(one).startsWith('WORKFLOW_EXECUTION_UPDATE_'));
    while (isStep(events[at + 1])) steps.push(events[(at += 1)]!);
    tasks.push({ given, own, steps });
    [given, own] = [[], []];
  }
  return { tasks, rest: [...given, ...own] };
}

const isMessage = (event: HistoryEvent): boolean => typeOf(event) === 'WORKFLOW_EXECUTION_SIGNALED';
const accepts = ({ steps }: Task): boolean =>
  steps.some((event) => typeOf(event) === 'WORKFLOW_EXECUTION_UPDATE_ACCEPTED');

/** Results come before messages in what a worker is given; in another order the two tasks cannot be one. */
function canBeOne(first: Task, second: Task): boolean {
  const caused = new Set(first.steps.map(({ eventId }) => eventId));
  return (
    !first.given.some((event) => typeOf(event) === 'WORKFLOW_EXECUTION_STARTED') &&
    !accepts(first) &&
    !accepts(second) &&
    (!first.given.some(isMessage) || second.given.every(isMessage)) &&
    // Nor a timer that the second one cancels: what one task starts and cancels is in no history.
    ![...second.given, ...second.steps].some((event) =>
      LINKS.some((link) => caused.has(String(attributesOf(event)[link]))),
    )
  );
}

function renumbered(events: readonly HistoryEvent[], instead: ReadonlyMap<string, string>): readonly HistoryEvent[] {
  const place = new Map(events.map(({ eventId }, at) => [eventId, String(at + 1)]));
  const idOf = (id: string): string => place.get(instead.get(id) ?? id) ?? id;
  return events.map((event) => {
    const key = Object.keys(event).find((name) => name.endsWith('EventAttributes'));
    if (key === undefined) return { ...event, eventId: idOf(event.eventId) };
    const links = Object.fromEntries(
      Object.entries(attributesOf(event)).map(([name, value]) => [
        name,
        LINKS.includes(name) ? idOf(String(value)) : value,
      ]),
    );
    return { ...event, eventId: idOf(event.eventId), [key]: links };
  });
}

/** A task that is done says what kinds of behaviour of the SDK it was the first to rely on; of a task that is gone, the next says it. */
function withFlagsOf(gone: HistoryEvent, kept: HistoryEvent): HistoryEvent {
  const metadata = [gone, kept].map(
    (event) => attributesOf(event)['sdkMetadata'] as Record<string, unknown> | undefined,
  );
  const flags = (name: string) => metadata.flatMap((one) => (one?.[name] ?? []) as readonly number[]);
  const sdkMetadata = Object.assign({}, ...metadata, {
    coreUsedFlags: flags('coreUsedFlags'),
    langUsedFlags: flags('langUsedFlags'),
  }) as object;
  return { ...kept, workflowTaskCompletedEventAttributes: { ...attributesOf(kept), sdkMetadata } };
}

/** The history with each pair of tasks made one that can be; one history for each. */
function mergedOnes(events: readonly HistoryEvent[]): readonly (readonly HistoryEvent[])[] {
  const { tasks, rest } = tasksOf(events);
  const all = (some: readonly Task[]) => some.flatMap(({ given, own, steps }) => [...given, ...own, ...steps]);
  return tasks.flatMap((second, at) => {
    const first = tasks[at - 1];
    if (first === undefined || !canBeOne(first, second)) return [];
    const [gone, kept] = [first.own.at(-1)!, second.own.at(-1)!];
    const own = [...second.own.slice(0, -1), withFlagsOf(gone, kept)];
    const one = { given: [...first.given, ...second.given], own, steps: [...first.steps, ...second.steps] };
    const whole = [...all([...tasks.slice(0, at - 1), one, ...tasks.slice(at + 1)]), ...rest];
    return [renumbered(whole, new Map([[gone.eventId, kept.eventId]]))];
  });
}

test('each replays with any two tasks made one', async () => {
  let written = 0;
  for (const name of readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.json')) continue;
    const { events: recorded } = JSON.parse(readFileSync(join(HISTORIES, name), 'utf8')) as { events: HistoryEvent[] };
    if (!takesEachThing(recorded)) continue;
    for (const [at, events] of mergedOnes(recorded).entries()) {
      writeFileSync(join(folder, `${name.replaceAll('/', '-')}-${String(at)}.json`), JSON.stringify({ events }));
      written += 1;
    }
  }
  expect(written).toBeGreaterThan(10);
  const failures: string[] = [];
  for await (const { name, error } of replayHistories(await workflowBundle(), await readHistories(folder)))
    if (error !== undefined) failures.push(`${name}: ${String(error)}`);
  expect(failures).toEqual([]);
});
