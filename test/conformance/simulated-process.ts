import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionReport } from '../../src/domain/execution-report';
import type { VenueClientOrderId } from '../../src/domain/ids';
import type { UnreadableReport, VenueAnswer, VenueConnector, VenueOrder, VenueReplace } from '../../src/ports/venue';
import { createSimulatedConnector } from '../../src/venues/simulated/connector';
import { spawnSimulatedVenue } from '../../src/venues/simulated/supervisor';
import type { SupervisedVenue } from '../../src/venues/simulated/supervisor';
import type { SimulatedConfigInput } from '../../src/venues/simulated/venue-config';

/** Market time in this suite: a Thursday's open in New York, 400 times as fast as life. */
export const OPEN_MS = Date.parse('2014-06-05T13:30:00Z');
export const SPEED = 400;
export const ACCOUNT = 'acc';

const MARKET = {
  bidPrice: '99',
  bidQuantity: '100',
  askPrice: '101',
  askQuantity: '100',
  lastPrice: '100',
  volume: '0',
};

/** A real venue process with two venues, and a connector to each. */
export class VenueUnderTest {
  readonly ledgerDir = mkdtempSync(join(tmpdir(), 'oms-venue-test-'));
  readonly realOriginMs = Date.now();
  readonly log: string[] = [];
  supervised!: SupervisedVenue;
  lit!: VenueConnector;
  thin!: VenueConnector;
  private count = 0;

  async start(port = 0): Promise<void> {
    this.supervised = await spawnSimulatedVenue({ config: this.config(port), log: (line) => this.log.push(line) });
    this.lit = this.connector('SIMX', true);
    this.thin = this.connector('SIMY', false);
  }

  async stop(): Promise<void> {
    await this.lit.close();
    await this.thin.close();
    await this.supervised.stop();
    rmSync(this.ledgerDir, { recursive: true });
  }

  connector(venue: string, nativeStops: boolean, timeoutMs = 2000): VenueConnector {
    const baseUrl = `http://127.0.0.1:${String(this.supervised.port)}`;
    return createSimulatedConnector({
      venue,
      baseUrl,
      nativeStops,
      settleTimeMs: 200,
      timeoutMs,
      streamSilenceMs: 600,
    });
  }

  /** A new id, so that tests of one process do not meet. */
  id(): VenueClientOrderId {
    return `t${String(++this.count)}-0` as VenueClientOrderId;
  }

  order(change: { [K in keyof VenueOrder]?: VenueOrder[K] | string } = {}): VenueOrder {
    const defaults = { clientOrderId: this.id(), venueAccount: ACCOUNT, symbol: 'TEST', side: 'BUY', type: 'LIMIT' };
    const limit = change.type === undefined || change.type === 'LIMIT' ? { limitPrice: '90' } : {};
    return { ...defaults, quantity: '10', timeInForce: 'GTC', ...limit, ...change } as VenueOrder;
  }

  submit(change: Parameters<VenueUnderTest['order']>[0] = {}): Promise<VenueAnswer> {
    return this.lit.submit(this.order(change), soon());
  }

  replacement(of: VenueOrder, change: Partial<VenueReplace> = {}): VenueReplace {
    const { venueAccount, symbol, quantity } = of;
    return { venueAccount, symbol, origClientOrderId: of.clientOrderId, clientOrderId: this.id(), quantity, ...change };
  }

  async market(change: Partial<typeof MARKET> = {}): Promise<void> {
    await this.post('market/TEST', { ...MARKET, ...change });
  }

  async fault(fault: string, settings: Record<string, unknown> = {}): Promise<void> {
    await this.post('faults', { fault, ...settings });
  }

  async clearFaults(): Promise<void> {
    await fetch(this.url('faults'), { method: 'DELETE' });
  }

  async ledgerOf(what: 'orders' | 'reports', venue = 'SIMX'): Promise<readonly Record<string, unknown>[]> {
    const answer = await fetch(this.url(`ledger/${what}`, venue));
    return ((await answer.json()) as Record<string, Record<string, unknown>[]>)[what] ?? [];
  }

  /** How often the venue's book has an order under a client order id: the truth that faults may hide. */
  async booked(clientOrderId: string, venue = 'SIMX'): Promise<number> {
    const orders = await this.ledgerOf('orders', venue);
    return orders.filter((order) => (order['clientOrderIds'] as string[]).includes(clientOrderId)).length;
  }

  url(path: string, venue = 'SIMX'): string {
    return `http://127.0.0.1:${String(this.supervised.port)}/v1/${venue}/${path}`;
  }

  config(port: number): SimulatedConfigInput {
    const instrument = {
      ...{ assetClass: 'EQUITY' as const, currency: 'USD', tickSize: '0.01', lotSize: '1', minQuantity: '1' },
      ...{
        maxQuantity: '100000',
        minNotional: '0',
        multiplier: '1',
        calendarId: 'NY',
        settlementCycleDays: 1 as const,
      },
      ...{ currencyDecimals: 2, tradable: true, venues: ['SIMX', 'SIMY'] },
    };
    const clock = { realOriginMs: this.realOriginMs, simOriginMs: OPEN_MS };
    return {
      port,
      ledgerDir: this.ledgerDir,
      heartbeatMs: 100,
      venues: [
        { id: 'SIMX', nativeStops: true, makerFeeBps: '-0.2', takerFeeBps: '0.3', feeDecimals: 4, slippageTicks: 0 },
        { id: 'SIMY', nativeStops: false, liquidityShare: '0.5', latencyMs: 50 },
      ],
      instruments: [
        { ...instrument, symbol: 'TEST', source: { kind: 'manual', initial: MARKET } },
        {
          ...{ ...instrument, symbol: 'AAPL' },
          source: {
            kind: 'bars',
            prefix: 'equity-usa-minute-aapl',
            days: ['20140605', '20140606'],
            priceDivisor: 10_000,
          },
        },
      ],
      clocks: { TEST: { ...clock, speed: SPEED }, AAPL: { ...clock, speed: SPEED } },
      calendars: [
        {
          ...{ id: 'NY', zone: 'America/New_York', open: '09:30', close: '16:00', weekdays: [1, 2, 3, 4, 5] },
          ...{ holidays: [], earlyCloses: {} },
        },
      ],
    };
  }

  private async post(path: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.url(path), { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  }
}

/** A `sendBy` that no test reaches. */
export const soon = (): number => Date.now() + 10_000;

/** The reports of an acknowledged or refused answer, one line each. */
export function told(answer: { readonly kind: string; readonly reports?: readonly ExecutionReport[] }): string[] {
  return (answer.reports ?? []).map((report) => `${report.execType} ${report.cumQuantity}/${report.orderQuantity}`);
}

/** Polls until a check passes; fails with the check's own error. */
export async function eventually(check: () => Promise<void> | void, withinMs = 8000): Promise<void> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > endMs) throw error;
      await new Promise((done) => setTimeout(done, 10));
    }
  }
}

/** Collects a report stream in the background. */
export class StreamReader {
  readonly reports: ExecutionReport[] = [];
  readonly unreadable: UnreadableReport[] = [];
  failure: Error | undefined;
  readonly ended: Promise<void>;
  private readonly abort = new AbortController();

  constructor(connector: VenueConnector, after: number, account = ACCOUNT) {
    const keep: Parameters<VenueConnector['streamReports']>[2] = async (batch, unreadable) => {
      this.reports.push(...batch);
      this.unreadable.push(...unreadable);
    };
    this.ended = connector.streamReports(account, after, keep, this.abort.signal).catch((error: unknown) => {
      this.failure = error as Error;
    });
  }

  sequences(): number[] {
    return this.reports.map((report) => report.sequence);
  }

  async close(): Promise<void> {
    this.abort.abort();
    await this.ended;
  }
}

/** The whole numbers from `first` to `last`. */
export const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
