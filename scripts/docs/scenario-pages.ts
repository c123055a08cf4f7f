import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APPENDIX_D } from '../scenarios/appendix-d';
import type { ScenarioResult } from '../scenarios/results';
import { VARIANTS } from '../scenarios/variants';

/** Every scenario of the specification: its title, in how many ways it is played, and what had to be decided for it. */
export function scenariosTable(): string {
  const rows = APPENDIX_D.map(
    ({ id, title, runs, decided }) => `| ${id} | ${cell(title)} | ${String(runs.length)} | ${cell(decided ?? '')} |`,
  );
  return ['| id | scenario | runs | decided |', '|---|---|---|---|', ...rows].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

/** The last measured run of `npm run scenarios -- --json docs/figures/scenarios.json`. */
interface ScenarioFigures {
  readonly at: string;
  readonly commit: string;
  readonly temporalServer: string;
  readonly scenarios: readonly ScenarioResult[];
}

/** What came of each scenario on each level in each variant when it was last played, from the recorded figures. */
export function scenarioResultsTable(): string {
  const figures = JSON.parse(readFileSync(FIGURES, 'utf8')) as ScenarioFigures;
  const columns = LEVELS.flatMap((level) => VARIANTS.map((variant) => ({ level, variant })));
  const rows = APPENDIX_D.map(({ id }) => {
    const cells = columns.map(({ level, variant }) =>
      mark(
        figures.scenarios.find((played) => played.id === id && played.level === level && played.variant === variant),
      ),
    );
    return `| ${[id, ...cells].join(' | ')} |`;
  });
  const good = figures.scenarios.filter(({ ok }) => ok).length;
  const reports = figures.scenarios.reduce((total, played) => total + played.reports, 0);
  return [
    `Played at ${figures.at} on commit ${figures.commit}, Temporal server ${figures.temporalServer}: ` +
      `${String(good)} of ${String(figures.scenarios.length)} hold, with ${String(reports)} reports.`,
    '',
    `| id | ${columns.map(({ level, variant }) => `${level} ${variant}`).join(' | ')} |`,
    `|${'---|'.repeat(columns.length + 1)}`,
    ...rows,
  ].join('\n');
}

const FIGURES = join(__dirname, '..', '..', 'docs', 'figures', 'scenarios.json');
const LEVELS = ['domain', 'workflow'] as const;

function mark(result: ScenarioResult | undefined): string {
  if (result === undefined) return 'not played';
  if (!result.ok) return 'FAILS';
  return result.vacuous === undefined ? 'holds' : 'vacuous';
}
