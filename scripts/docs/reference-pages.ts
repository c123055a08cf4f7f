import { SETTINGS } from '../../src/settings';
import { MessageName, SearchAttribute, TaskQueue, WorkflowName } from '../../src/contracts/names';
import { VIOLATION_CODES } from '../../src/domain/violations';

/** Codes of refused requests and denied orders. */
export function codesTable(): string {
  const rows = Object.entries(VIOLATION_CODES).map(([code, sentence]) => `| \`${code}\` | ${sentence} |`);
  return ['| code | meaning |', '|---|---|', ...rows].join('\n');
}

/** Every environment variable. */
export function settingsTable(): string {
  const rows = SETTINGS.map(
    ({ name, fallback, meaning }) => `| \`${name}\` | ${fallback === '' ? '–' : `\`${fallback}\``} | ${meaning} |`,
  );
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** Names on the wire. */
export function wireNamesTable(): string {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['workflow types', Object.values(WorkflowName)],
    ['messages', Object.values(MessageName)],
    ['search attributes', Object.values(SearchAttribute)],
    [
      'task queues',
      [TaskQueue.orders, TaskQueue.sessions, TaskQueue.venue('<venue>'), TaskQueue.venueCancels('<venue>')],
    ],
  ];
  return [
    '| what | names |',
    '|---|---|',
    ...rows.map(([what, names]) => `| ${what} | ${names.map((name) => `\`${name}\``).join(' ')} |`),
  ].join('\n');
}
