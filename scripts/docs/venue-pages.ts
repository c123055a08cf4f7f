import { FAULT_MEANINGS, FAULT_PARAM_MEANINGS } from '../../src/venues/simulated/fault-meanings';
import { FAULT_NAMES } from '../../src/venues/simulated/faults';

/** Every fault of the simulated venue and the parameters that it reads. */
export function faultsTable(): string {
  const rows = FAULT_NAMES.map((fault) => {
    const { meaning, params } = FAULT_MEANINGS[fault];
    return `| \`${fault}\` | ${meaning} | ${params.map((param) => `\`${param}\``).join(' ') || '–'} |`;
  });
  return ['| fault | what the venue does while it is on | parameters |', '|---|---|---|', ...rows].join('\n');
}

/** Every parameter of a fault. */
export function faultParamsTable(): string {
  const rows = Object.entries(FAULT_PARAM_MEANINGS).map(([param, meaning]) => `| \`${param}\` | ${meaning} |`);
  return ['| parameter | meaning |', '|---|---|', ...rows].join('\n');
}
