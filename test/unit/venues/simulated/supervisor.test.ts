/** Goal: a venue process that ends unasked comes back by itself, with its ledger, and not for ever. Method: real kills. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadCatalog } from '../../../../src/catalog';
import { spawnSimulatedVenue } from '../../../../src/venues/simulated/supervisor';
import type { SupervisedVenue } from '../../../../src/venues/simulated/supervisor';
import { simulatedConfig } from '../../../../workers/simulated-setup';

jest.setTimeout(300_000);

const ledgerDir = mkdtempSync(join(tmpdir(), 'oms-supervisor-'));
let venue: SupervisedVenue;

beforeEach(async () => {
  const catalog = loadCatalog('config/oms.json');
  venue = await spawnSimulatedVenue({
    config: simulatedConfig({ catalog, clocks: {}, ledgerDir, port: 0, settleTimeMs: 1_000 }),
  });
});
afterEach(() => venue.stop());
afterAll(() => {
  rmSync(ledgerDir, { recursive: true });
});

/** Kills the process as a stranger would, and waits for the next one; without one, tells that all is over. */
async function killed(): Promise<'again' | 'over'> {
  const { pid } = venue;
  const over = venue.exited.then(() => 'over' as const);
  process.kill(pid, 'SIGKILL');
  const again = async (): Promise<'again' | 'over'> => {
    while (venue.pid === pid) if ((await Promise.race([over, delay(20, 'wait')])) === 'over') return 'over';
    return 'again';
  };
  return again();
}

test('a killed venue answers again on its port', async () => {
  const { port } = venue;
  expect(await killed()).toBe('again');
  const answers = async (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${String(port)}/v1/SIMX/ledger/orders`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) await delay(50);
  expect(venue.port).toBe(port);
});

test('the sixth unasked end within a minute is the last', async () => {
  for (let kill = 1; kill <= 5; kill += 1) expect(await killed()).toBe('again');
  expect(await killed()).toBe('over');
});

test('a stop right after an unasked end is heard', async () => {
  process.kill(venue.pid, 'SIGKILL');
  await delay(100);
  await venue.stop();
  expect(() => process.kill(venue.pid, 0)).toThrow('ESRCH');
});
