/** Workflow histories as files: the JSON that `temporal workflow show --output json` prints, one event per line. */
import { temporal } from '@temporalio/proto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

export type History = temporal.api.history.v1.IHistory;

/** A history and what it is called where it came from. */
export interface NamedHistory {
  readonly name: string;
  readonly workflowId: string;
  readonly history: History;
}
/** What could not be read as a history, and why. */
export interface UnreadableHistory {
  readonly name: string;
  readonly reason: string;
}

/** Writes one history; refuses to overwrite a file unless told to. */
export async function writeHistory(
  path: string,
  history: History,
  options: { readonly replace: boolean },
): Promise<void> {
  const lines = historyToJson(history).events.map((event) => JSON.stringify(event));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `{"events":[\n${lines.join(',\n')}\n]}\n`, { flag: options.replace ? 'w' : 'wx' });
}

/** The JSON files of a folder and all folders below it, by name; one that holds no history is told, never skipped. */
export async function readHistories(folder: string): Promise<readonly (NamedHistory | UnreadableHistory)[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.sort().map((path) => readHistory(path, relative(folder, path))));
}

async function readHistory(path: string, name: string): Promise<NamedHistory | UnreadableHistory> {
  try {
    const history = historyFromJson(JSON.parse(await readFile(path, 'utf8')));
    return { name, workflowId: workflowIdOf(history), history };
  } catch (error) {
    return { name, reason: `no workflow history: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The workflow id that a history tells itself; replayed under another one the workflow would be another order. */
export function workflowIdOf(history: History): string {
  const id = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  if (typeof id !== 'string' || id === '') throw new Error('the first event does not tell the workflow id');
  return id;
}

/** Protobuf's canonical JSON, both ways. */
interface ProtoJson {
  toJson(type: unknown, message: unknown): unknown;
  fromJson(type: unknown, json: unknown, options: { readonly ignoreUnknownFields: boolean }): unknown;
}
/**
 * The SDK's own `historyToJSON` and `historyFromJSON` throw "type must be a Type" when npm installs protobufjs more than
 * once, as it does beside gRPC's older one: the converter must come from the same copy as the messages.
 */
const protoJson = createRequire(require.resolve('@temporalio/proto'))('protobufjs/ext/protojson') as ProtoJson;
/** Typed as a message class, it is in truth protobufjs' description of one, which the converter asks for. */
const { History: historyType } = temporal.api.history.v1;

function historyToJson(history: History): { readonly events: readonly unknown[] } {
  return protoJson.toJson(historyType, historyType.fromObject(history)) as {
    events: unknown[];
  };
}
function historyFromJson(json: unknown): History {
  // A newer server may tell fields that this SDK does not know.
  return protoJson.fromJson(historyType, json, { ignoreUnknownFields: true }) as History;
}
