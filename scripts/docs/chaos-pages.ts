import { BUGS } from '../chaos/bugs';
import { FAULTS, WAITS_FOR } from '../chaos/matrix';

/** Every fault that `npm run chaos` plays. */
export function faultMatrix(): string {
  const rows = FAULTS.map(
    ({ id, title, forms, formsInProduction = 0 }) =>
      `| ${id} | ${title} | ${String(forms)} | ${String(forms + formsInProduction)} | ${WAITS_FOR[id] ?? ''} |`,
  );
  return [
    '| fault | what happens | forms, embedded | forms, production | not yet |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Every known bug that `--with-bug` puts back in. */
export function knownBugs(): string {
  const rows = BUGS.map(
    ({ name, without, faults, timeScale, shows, saw }) =>
      `| \`${name}\` | ${without} | ${faults.join(', ')} at time scale ${String(timeScale)} | \`${shows}\` | ${saw} |`,
  );
  return [
    '| `--with-bug` | the product then does without | played under | must be red | what a run of 40 orders with seed 1 showed |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
