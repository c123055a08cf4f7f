import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExchangeCalendars } from '../../src/calendars/exchange-calendars';
import { parseSimulatedConfig } from '../../src/venues/simulated/venue-config';
import { startVenueProcess } from '../../src/venues/simulated/venue-process';
import { OPEN_MS, SYMBOL, VENUE } from './scripted-system';

const ACCOUNT = 'HOUSE';
const QUOTE = {
  bidPrice: '19',
  bidQuantity: '1000',
  askPrice: '22',
  askQuantity: '1000',
  lastPrice: '20',
  volume: '0',
};

const AROUND_THE_CLOCK = {
  id: 'ALWAYS',
  zone: 'UTC',
  open: '00:00',
  close: '00:00',
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  holidays: [],
  earlyCloses: {},
};

/** What the simulated venue says of an order. */
export interface OrderAtAnswer {
  readonly execType: string;
  readonly ordStatus: string;
  readonly cumQuantity: string;
  readonly leavesQuantity: string;
  readonly clientOrderId: string;
  readonly origClientOrderId?: string;
  readonly venueOrderId: string;
  readonly reason?: string;
  readonly text?: string;
}
export interface VenueReply {
  readonly code: number;
  readonly reason?: string;
  readonly order?: OrderAtAnswer;
}

/** A simulated venue that is asked over its REST interface. */
export class AskedVenue {
  private sales = 0;
  private constructor(
    private readonly url: string,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<AskedVenue> {
    const ledgerDir = await mkdtemp(join(tmpdir(), 'oms-scenarios-venue-'));
    const config = parseSimulatedConfig({
      port: 0,
      ledgerDir,
      venues: [{ id: VENUE, nativeStops: true, slippageTicks: 0 }],
      instruments: [
        {
          symbol: SYMBOL,
          assetClass: 'EQUITY',
          currency: 'EUR',
          tickSize: '0.01',
          lotSize: '1',
          minQuantity: '1',
          maxQuantity: '100000',
          minNotional: '0',
          multiplier: '1',
          calendarId: AROUND_THE_CLOCK.id,
          settlementCycleDays: 1,
          currencyDecimals: 2,
          tradable: true,
          venues: [VENUE],
          source: { kind: 'manual', initial: QUOTE },
        },
      ],
      calendars: [AROUND_THE_CLOCK],
      clocks: { [SYMBOL]: { realOriginMs: Date.now(), simOriginMs: OPEN_MS, speed: 1 } },
    });
    const venue = await startVenueProcess(config, {
      calendars: createExchangeCalendars(config.calendars),
      nowMs: () => Date.now(),
      restart: () => undefined,
      onLedgerFailure: (error) => {
        throw error;
      },
    });
    return new AskedVenue(`http://127.0.0.1:${String(venue.port)}/v1/${VENUE}`, async () => {
      await venue.close();
      await rm(ledgerDir, { recursive: true, force: true });
    });
  }

  /** A buy order that rests at 21, below the offer. */
  submit(clientOrderId: string, change: Readonly<Record<string, unknown>> = {}): Promise<VenueReply> {
    return this.call('POST', '/orders', this.entry(clientOrderId, change));
  }
  /** The order as somebody telephones it. */
  telephone(clientOrderId: string): Promise<VenueReply> {
    return this.call('POST', '/verbal-orders', this.entry(clientOrderId, {}));
  }
  /** Somebody sells into the best bid. */
  sell(quantity: number): Promise<VenueReply> {
    this.sales += 1;
    const change = { side: 'SELL', timeInForce: 'IOC', limitPrice: '21', quantity: String(quantity) };
    return this.submit(`sale-${String(this.sales)}`, change);
  }
  replace(clientOrderId: string, by: string, quantity: number): Promise<VenueReply> {
    return this.call('PUT', `/orders/${clientOrderId}`, {
      clientOrderId: by,
      venueAccount: ACCOUNT,
      symbol: SYMBOL,
      quantity: String(quantity),
      limitPrice: '21',
    });
  }
  cancel(clientOrderId: string): Promise<VenueReply> {
    return this.call('DELETE', `/orders/${clientOrderId}?account=${ACCOUNT}&symbol=${SYMBOL}`);
  }
  async status(clientOrderId: string): Promise<OrderAtAnswer | undefined> {
    return (await this.call('GET', `/status/${clientOrderId}?account=${ACCOUNT}`)).order;
  }
  /** The market as it was at the start, whatever traded since. */
  async quote(): Promise<void> {
    await this.call('POST', `/market/${SYMBOL}`, QUOTE);
  }
  /** The next acknowledgement takes its time. */
  async delayReply(ms: number): Promise<void> {
    await this.call('POST', '/faults', { fault: 'delayReply', count: 1, params: { ms, operations: ['submit'] } });
  }

  private entry(clientOrderId: string, change: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return {
      clientOrderId,
      venueAccount: ACCOUNT,
      symbol: SYMBOL,
      side: 'BUY',
      type: 'LIMIT',
      ...('cashQuantity' in change ? {} : { quantity: '10000' }),
      limitPrice: '21',
      timeInForce: 'GTC',
      ...change,
    };
  }

  private async call(method: string, path: string, body?: unknown): Promise<VenueReply> {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(this.url + path, { method, ...(body === undefined ? {} : json) });
    return { code: answer.status, ...((await answer.json()) as Omit<VenueReply, 'code'>) };
  }
}
