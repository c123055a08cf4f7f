import { FAULTS, WAITS_FOR } from '../chaos/matrix';

/** Every fault that `npm run chaos` plays. */
export function faultMatrix(): string {
  const rows = FAULTS.map(({ id, title, forms }) => `| ${id} | ${title} | ${String(forms)} | ${WAITS_FOR[id] ?? ''} |`);
  return ['| fault | what happens | forms | not yet |', '|---|---|---|---|', ...rows].join('\n');
}
