/** Goal: what docs/SIMULATED-VENUE.md says can be done. Its examples run from top to bottom against a real venue. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createVenueServer } from '../../src/venues/simulated/server';
import type { SimulatedConfigInput } from '../../src/venues/simulated/venue-config';
import { eventually, VenueUnderTest } from './simulated-process';

jest.setTimeout(300_000);

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/SIMULATED-VENUE.md'), 'utf8');
const blocks = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block);

/** With a symbol of the page that trades in crumbs. */
class VenueOfThePage extends VenueUnderTest {
  override config(port: number): SimulatedConfigInput {
    const config = super.config(port);
    const [test] = config.instruments;
    const coin = { ...test!, symbol: 'BTCUSDT', lotSize: '0.001', minQuantity: '0.001' };
    return { ...config, instruments: [coin], clocks: { BTCUSDT: config.clocks!['TEST']! } };
  }
}

/** As `POST /v1/:venue/orders`, from the tree that the server prints; HEAD comes with every GET. */
function routesOf(tree: string): readonly string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', path = '', methods = ''] = /^(.*)[├└]── (\S+) \((.*)\)$/.exec(line) ?? [];
    above.splice(indent.length / 4, Infinity, path);
    const whole = above.join('');
    return methods.split(', ').flatMap((method) => (/^(|HEAD)$/.test(method) ? [] : [`${method} ${whole}`]));
  });
}

test('every route of the server is in the page, and the page names no other', async () => {
  const server = createVenueServer({ venues: new Map(), heartbeatMs: 1_000, restart: () => undefined });
  await server.ready();
  const tree = server.printRoutes({ commonPrefix: false, includeHooks: false });
  await server.close();
  const told = [...page.matchAll(/`(GET|POST|PUT|DELETE) (\/[^` ]+)`/g)].map(
    ([, method, path]) => `${method ?? ''} ${path ?? ''}`,
  );
  const streams = ['GET /v1/:venue/stream/quotes', 'GET /v1/:venue/stream/reports'];
  expect([...new Set(told)].sort()).toEqual([...routesOf(tree), ...streams].sort());
});

describe('the examples', () => {
  const venue = new VenueOfThePage();
  beforeAll(() => venue.start(), 30_000);
  afterAll(() => venue.stop());

  test('run as they stand', async () => {
    const port = String(venue.supervised.port);
    const script = blocks.join('\n').replaceAll('127.0.0.1:7400', `127.0.0.1:${port}`);
    // An answer that is no success ends the script; a stream that was opened (101) is none of curl's failures.
    const strict = 'set -eo pipefail; curl() { command curl --fail-with-body "$@"; }';
    const { stdout } = await promisify(execFile)('bash', ['-c', `${strict}\n${script}`], { cwd: root });
    expect(stdout).toContain('"type":"heartbeat"');
    await eventually(async () => {
      const reports = await venue.ledgerOf('reports');
      expect(reports.map(({ execType }) => execType)).toEqual(
        expect.arrayContaining(['NEW', 'REPLACED', 'CANCELED', 'TRADE', 'TRADE_CORRECT', 'TRADE_CANCEL']),
      );
    });
  });
});
