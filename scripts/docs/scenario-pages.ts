import { APPENDIX_D } from '../scenarios/appendix-d';

/** Every scenario of the specification: its title, in how many ways it is played, and what had to be decided for it. */
export function scenariosTable(): string {
  const rows = APPENDIX_D.map(
    ({ id, title, runs, decided }) => `| ${id} | ${cell(title)} | ${String(runs.length)} | ${cell(decided ?? '')} |`,
  );
  return ['| id | scenario | runs | decided |', '|---|---|---|---|', ...rows].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
