/** Fills a venue, through its API, and the database with orders that agree but for the planted differences. */
import type { ExecutionReport } from '../../src/domain/execution-report';
import { baseOf, orderIdOf } from '../../src/domain/ids';
import type { Instrument } from '../../src/domain/instruments';
import { dec, ZERO } from '../../src/domain/money';
import type { Driver } from '../../src/persistence/driver';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { SqlVenueStore } from '../../src/persistence/venue-store';
import type { VenueConnector } from '../../src/ports/venue';
import type { BenchOrder, Difference } from './reconciliation-orders';
import {
  ACCOUNT,
  BOOKED_AT_MS,
  clientOrderIdOf,
  counterOf,
  madeUpExecId,
  OF,
  ordersOf,
  recordOf,
  SYMBOL,
  trades,
  venueOrderOf,
} from './reconciliation-orders';

export const INSTRUMENT: Instrument = {
  ...{ symbol: SYMBOL, assetClass: 'CRYPTO_SPOT', currency: 'USD', calendarId: 'CRYPTO', settlementCycleDays: 0 },
  ...{ tickSize: dec('0.01'), lotSize: dec('1'), minQuantity: dec('1'), maxQuantity: dec('1000000') },
  ...{ minNotional: ZERO, multiplier: dec('1'), currencyDecimals: 2, tradable: true, venues: [OF.venue] },
};

const AT_ONCE = 16;
const PAGE = 1_000;
const SEND_WITHIN_MS = 600_000;
const RUN = 'bench';

/** What a reconciliation must find: kind and key. */
export type Planted = ReadonlySet<string>;

/** Seeds both sides; answers with the findings that the differences are. */
export async function plantDifferences(
  driver: Driver,
  connector: VenueConnector,
  count: number,
  ofEach: number,
): Promise<Planted> {
  const orders = ordersOf(count, ofEach);
  const placed = await placeAll(connector, orders);
  const reports = await reportsByBase(connector);
  const planted = new Set(orders.flatMap((order) => findingOf(order, reports.get(order.base) ?? [])));
  await writeAll(driver, placed, reports);
  for (const finding of await bookAmounts(driver, ofEach)) planted.add(finding);
  return planted;
}

/**
 * Sends the orders; those that trade a part do it one after the other, each the best of the book by then.
 *
 * @returns All orders as they were sent, and what they traded with.
 */
async function placeAll(connector: VenueConnector, orders: readonly BenchOrder[]): Promise<readonly BenchOrder[]> {
  const place = async (order: BenchOrder): Promise<void> => {
    const answer = await connector.submit(venueOrderOf(order), Date.now() + SEND_WITHIN_MS);
    if (answer.kind !== 'acknowledged') throw new Error(`${order.base}: ${JSON.stringify(answer)}`);
  };
  const resting = orders.filter((order) => !trades(order) && order.difference !== 'NEVER_SENT');
  await inParallel(resting, place);
  const traded: BenchOrder[] = [];
  for (const order of orders.filter(trades)) {
    const better = { ...order, price: dec(String(91 + traded.length / 2)) };
    const counter = counterOf(better);
    await place(better);
    await place(counter);
    traded.push(better, counter);
  }
  for (const { base } of orders.filter(({ difference }) => difference === 'CANCELED_THERE')) {
    const cancel = { venueAccount: OF.venueAccount, symbol: SYMBOL, clientOrderId: clientOrderIdOf(base) };
    await connector.cancel(cancel, Date.now() + SEND_WITHIN_MS);
  }
  return [...orders.filter((order) => !trades(order)), ...traded];
}

async function reportsByBase(connector: VenueConnector): Promise<ReadonlyMap<string, readonly ExecutionReport[]>> {
  const found = new Map<string, ExecutionReport[]>();
  for (let after = 0, last = 1; after < last;) {
    const page = await connector.reportsAfter(OF.venueAccount, after, PAGE);
    for (const report of page.reports) {
      const base = baseOf(report.clientOrderId);
      const own = found.get(base) ?? [];
      own.push(report);
      found.set(base, own);
    }
    after = page.reports.at(-1)?.sequence ?? page.lastSequence;
    last = page.lastSequence;
  }
  return found;
}

/** The reports that were never delivered here, by the difference of their order. */
const WITHHELD: Readonly<Partial<Record<Difference, readonly ExecutionReport['execType'][]>>> = {
  MISSING_FILL: ['TRADE'],
  ORPHAN_ORDER: ['NEW'],
  UNANSWERED_HERE: ['NEW'],
  CANCELED_THERE: ['CANCELED'],
};

async function writeAll(
  driver: Driver,
  orders: readonly BenchOrder[],
  reports: ReadonlyMap<string, readonly ExecutionReport[]>,
): Promise<void> {
  const [store, venueStore] = [new SqlOrderStore(driver), new SqlVenueStore(driver)];
  const limits = { priceCollarPercent: dec('50'), maxOrderValue: dec('1000000'), maxPosition: dec('1000000') };
  await store.saveInstruments([INSTRUMENT]);
  await store.saveAccounts([
    {
      ...{ account: ACCOUNT, status: 'ACTIVE', shortSellingAllowed: true, openingCash: { USD: dec('1000000000') } },
      limits: { ...limits, maxOpenOrders: 1_000_000, maxQuoteAgeMs: 60_000 },
    },
  ]);
  const ours = orders.filter(({ difference }) => difference !== 'ORPHAN_ORDER');
  const told: ExecutionReport[] = [];
  await inParallel(ours, async (order) => {
    const withheld = WITHHELD[order.difference] ?? [];
    const own = (reports.get(order.base) ?? []).filter(({ execType }) => !withheld.includes(execType));
    told.push(...own);
    const clientOrderId = clientOrderIdOf(order.base);
    const intent = { ...OF, clientOrderId, orderId: orderIdOf(ACCOUNT, order.base), sendByMs: BOOKED_AT_MS };
    await venueStore.openIntent({ ...intent, status: 'ANSWERED' });
    const recorded = recordOf(order, own);
    await store.record(recorded.order, recorded.events, RUN);
  });
  for (let at = 0; at < told.length; at += PAGE)
    await venueStore.markDelivered(await venueStore.receive(told.slice(at, at + PAGE)), 'ORDER');
  await driver.script('ANALYZE');
}

/** Executions of symbols that the venue does not hold, and of which the inbox says that the stream brought them. */
async function bookAmounts(driver: Driver, count: number): Promise<readonly string[]> {
  const findings: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const [symbol, currency, execId] = [`P${String(at)}`, `C${String(at)}`, `amount-${String(at)}`];
    await driver.query(
      `INSERT INTO executions (venue, venue_account, exec_id, order_id, account, symbol, side, quantity, price, currency,
         fee, fee_currency, liquidity, at_ms, settle_at_ms, multiplier)
       VALUES ($1, $2, $3, $4, $5, $6, 'BUY', 7, 10, $7, 0, $7, 'TAKER', $8, $8, 1)`,
      [OF.venue, OF.venueAccount, execId, `${ACCOUNT}/none`, ACCOUNT, symbol, currency, BOOKED_AT_MS],
    );
    await driver.query(
      `INSERT INTO execution_inbox (venue, venue_account, exec_id, sequence, base, content, report, delivered)
       VALUES ($1, $2, $3, 1, 'none', '{}', '{}', 'ORDER')`,
      [OF.venue, OF.venueAccount, execId],
    );
    findings.push(`POSITION_DIFFERENCE ${symbol}`, `CASH_DIFFERENCE ${currency}`);
  }
  return findings;
}

function findingOf({ base, difference }: BenchOrder, reports: readonly ExecutionReport[]): readonly string[] {
  const orderId = orderIdOf(ACCOUNT, base);
  switch (difference) {
    case 'NONE':
    case 'TRADED':
      return [];
    case 'MISSING_FILL':
      return reports.filter(({ execType }) => execType === 'TRADE').map(({ execId }) => `MISSING_FILL ${execId}`);
    case 'UNKNOWN_EXECUTION':
      return [`UNKNOWN_EXECUTION ${madeUpExecId(base)}`];
    case 'ORPHAN_ORDER':
      return [`ORPHAN_ORDER ${reports[0]?.venueOrderId ?? 'that the venue lacks'}`];
    case 'CANCELED_HERE':
    case 'UNANSWERED_HERE':
      return [`STATE_DIFFERENCE ${orderId}`];
    case 'OTHER_QUANTITY':
    case 'OTHER_PRICE':
      return [`QUANTITY_DIFFERENCE ${orderId}`];
    case 'NEVER_SENT':
    case 'CANCELED_THERE':
      return [`MISSING_AT_VENUE ${orderId}`];
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
