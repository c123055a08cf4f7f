/** Takes the README's picture: one order in the Temporal page, in a real browser (`npm run screenshot`). */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { loadCatalog } from '../src/catalog';
import { readConfig } from '../src/config';
import { dec } from '../src/domain/money';
import { makeLogger } from '../src/logging';
import { startStack } from '../workers/stack';
import type { Stack } from '../workers/stack';

const OUTPUT = join(__dirname, '..', 'docs', 'order-in-temporal.png');
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

async function main(): Promise<void> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? BROWSERS.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      `no browser found at ${BROWSERS.join(', ')}: install the Debian package chromium, or set CHROMIUM_PATH`,
    );
  }
  const stateDir = await mkdtemp(join(tmpdir(), 'oms-screenshot-'));
  const free = {
    OMS_STATE_DIR: stateDir,
    OMS_TEMPORAL_PORT: '0',
    OMS_UI_PORT: '0',
    OMS_VENUE_PORT: '0',
    TEMPORAL_ADDRESS: '',
  };
  const config = readConfig({ ...process.env, ...free });
  const realOriginMs = Date.now();
  const clocks = {
    AAPL: { realOriginMs, simOriginMs: Date.parse('2014-06-05T15:00:00-04:00'), speed: 60 },
    BTCUSDT: { realOriginMs, simOriginMs: Date.parse('2022-12-13T10:00:00Z'), speed: 60 },
  };
  const stack = await startStack({
    config,
    catalog: loadCatalog(config.catalogPath),
    clocks,
    log: makeLogger({ level: 'warn' }),
    progress: console.log,
  });
  try {
    const orderId = await partlyFilledOrder(stack);
    const url = `${stack.uiUrl ?? ''}/namespaces/${stack.namespace}/workflows/${encodeURIComponent(`order/${orderId}`)}`;
    await picture(executablePath, url);
    console.log(`${OUTPUT} shows ${url}`);
  } finally {
    await stack.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** An order with something to see: large enough to fill in parts, modified once. */
async function partlyFilledOrder(stack: Stack): Promise<string> {
  const deadline = Date.now() + 30_000;
  while (stack.oms.quotes.quote('AAPL', 'SIMX') === undefined && Date.now() < deadline) await pause();
  const limitPrice = stack.oms.quotes.quote('AAPL', 'SIMX')?.askPrice;
  if (limitPrice === undefined) throw new Error('no AAPL quote came within 30 s');
  const { orderId } = await stack.orders.submit(
    {
      ...{
        clientOrderId: 'picture-1',
        account: 'maker',
        strategy: 'screenshot',
        symbol: 'AAPL',
        side: 'BUY',
        type: 'LIMIT',
      },
      ...{ quantity: dec('3000'), limitPrice, timeInForce: 'DAY', venue: 'SIMX' },
    },
    { wait: 'acknowledged' },
  );
  await stack.orders.modify(orderId, { quantity: dec('2500') });
  for await (const order of stack.orders.watch(orderId)) if (order.fillCount >= 3 || order.finalized) break;
  return orderId;
}

async function picture(executablePath: string, url: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1500, height: 1150 }, deviceScaleFactor: 1 });
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.getByText('User Metadata').first().click();
    // The page shows Markdown in frames of their own: when the table's head is in one, all of it is.
    const details = page.locator('iframe').last().contentFrame().getByText('average price');
    await details.waitFor({ timeout: 30_000 });
    await page.screenshot({ path: OUTPUT });
  } finally {
    await browser.close();
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
