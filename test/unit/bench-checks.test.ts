import { measureChecks } from '../../scripts/bench/checks';
import { deskLimits, makeOrders } from '../../scripts/bench/risk-orders';
import { DEFAULT_CHECKS } from '../../src/domain/risk/checks';
import { LIMITS } from '../../src/domain/risk/limits';
import { createLimitResolver } from '../../src/domain/risk/limit-document';
import { parseLimitDocument } from '../../src/risk-limits';

// A machine that does much else measures slowly; how slowly is not what these tests are about.
jest.setTimeout(300_000);

test('the bench of the checks measures all of them and a baseline, and tells both', async () => {
  const lines: string[] = [];
  const figures = await measureChecks({ short: true, tell: (line) => lines.push(line) }, 200);
  expect(figures.checks).toBe(DEFAULT_CHECKS.length);
  expect(figures.ordersPerSecond).toBeGreaterThan(0);
  expect(figures.p99Ms).toBeGreaterThanOrEqual(figures.p50Ms);
  expect(figures.ratio).toBeLessThan(1);
  // Most orders pass every check, so that none of them is left out by an early denial.
  expect(figures.deniedShare).toBeGreaterThan(0);
  expect(figures.deniedShare).toBeLessThan(0.5);
  expect(lines.join('\n')).toContain('with no checks');
});

test('the orders of the bench are the same each time, and every limit is in force for each', () => {
  const orders = makeOrders(50);
  expect(makeOrders(50)).toEqual(orders);
  const document = parseLimitDocument(deskLimits());
  const limits = createLimitResolver(document).limitsOf(orders[0]!.request);
  expect(Object.keys(limits).sort()).toEqual(Object.keys(LIMITS).sort());
  const lengths = orders.flatMap(({ quotes, portfolio, ownOpenOrders, recent }) => [
    quotes.length,
    portfolio!.lines.length,
    ownOpenOrders!.length,
    recent!.orders.length,
  ]);
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(10);
});
