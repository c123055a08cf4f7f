/** A desk for tests of limits: the product's pre-trade step and checks on a store, with a market that the test sets. */
import { measureAll } from '../../activities/post-trade-limits';
import { preTrade } from '../../activities/pre-trade';
import { createExchangeCalendars } from '../../src/calendars/exchange-calendars';
import { CALENDARS } from '../../src/calendars/definitions';
import { orderIdOf, orderWorkflowId } from '../../src/domain/ids';
import type { Instrument } from '../../src/domain/instruments';
import { dec, ZERO } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import type { OrderRequest } from '../../src/domain/order-request';
import { DEFAULT_CHECKS } from '../../src/domain/risk/checks';
import { createLimitResolver } from '../../src/domain/risk/limit-document';
import type { LimitEntry } from '../../src/domain/risk/limit-document';
import type { LimitValues } from '../../src/domain/risk/limits';
import { DEFAULT_ROUTING_WEIGHTS } from '../../src/domain/routing';
import { makeLogger } from '../../src/logging';
import type { PostTradeStore } from '../../src/ports/post-trade';
import type { OrderStore } from '../../src/ports/stores';
import { scriptedVenue } from '../../scripts/scenarios/scripted-venue';
import { accountSetup, OrderTape, requestOf, RUN } from './store-fixtures';

/** A market that never closes, so that the day is the UTC day. */
export const coin = (symbol: string, change: Partial<Instrument> = {}): Instrument => ({
  ...{ symbol, assetClass: 'CRYPTO_SPOT', currency: 'USD', calendarId: 'CRYPTO', settlementCycleDays: 0 },
  ...{ tickSize: dec('0.01'), lotSize: dec('1'), minQuantity: dec('1'), maxQuantity: dec('1000000') },
  ...{ minNotional: ZERO, multiplier: dec('1'), currencyDecimals: 2, tradable: true, venues: ['SIM'] },
  ...change,
});

export const COINS: readonly Instrument[] = ['ACME', 'OTHER'].map((symbol) => coin(symbol));

/** Opens accounts in US dollars and the instruments that they trade. */
export async function openDesk(store: OrderStore, accounts: readonly string[], instruments = COINS) {
  await store.saveInstruments(instruments);
  await store.saveAccounts(accounts.map((account) => ({ ...accountSetup(account), baseCurrency: 'USD' })));
}

type PreTradeDependencies = Parameters<typeof preTrade>[0];

/** Sends orders of a desk through pre-trade; all its instruments trade at the prices of `prices`. */
export class RiskDesk {
  /** Bid, ask and last trade by symbol; a symbol without a price has no quote. */
  readonly prices = new Map<string, DecimalString>();
  nowMs = Date.now();

  constructor(
    private readonly store: OrderStore,
    readonly instruments: readonly Instrument[],
    private readonly change: Partial<PreTradeDependencies> = {},
  ) {
    for (const { symbol } of instruments) this.prices.set(symbol, dec('100'));
  }

  /** What becomes of a new order under limits of the firm: `approved`, or the codes of what is wrong. */
  async send(limits: LimitValues, request: OrderRequest): Promise<string | readonly string[]> {
    // The default share of one symbol is not what most of these tests are about.
    return this.sendUnder([{ scope: {}, limits: { maxConcentrationPercent: dec('100'), ...limits } }], request);
  }

  async sendUnder(entries: readonly LimitEntry[] | undefined, request: OrderRequest) {
    const orderId = orderIdOf(request.account, request.clientOrderId);
    const workflowId = orderWorkflowId(orderId);
    const result = await preTrade(this.deps(entries), { raw: request, workflowId, firstRunId: RUN });
    if (result.kind === 'denied') return result.reasons.map(({ code }) => code);
    return result.kind;
  }

  /** The order after its approval, to be recorded as the test wants. */
  async approved(account: string, id: string, parts: Partial<OrderRequest> = {}): Promise<OrderTape> {
    const request = requestOf(account, id, parts);
    const answer = await this.sendUnder(undefined, request);
    if (answer !== 'approved') throw new Error(`not approved: ${JSON.stringify(answer)}`);
    return new OrderTape(request);
  }

  /** What a post-trade run does with accounts: it values them now, and keeps their peaks and closings. */
  async runPostTrade(store: PostTradeStore, accounts: readonly string[]): Promise<void> {
    const { instruments, calendars, marketData, clock, fxRates } = this.deps(undefined);
    const deps = { postTrade: { store }, instruments, calendars, marketData, clock, fxRates };
    await measureAll(
      deps,
      accounts.map((account) => accountSetup(account)),
      undefined,
    );
  }

  private deps(entries: readonly LimitEntry[] | undefined): PreTradeDependencies {
    const limits = { version: 0, riskLimits: entries && createLimitResolver({ version: 'v1', entries }) };
    const profile = { venueAccount: 'sim-1', takerFeeBps: ZERO, latencyMs: 1, regulatoryFit: dec('1') };
    return {
      instruments: new Map(this.instruments.map((one) => [one.symbol, one])),
      venues: new Map([['SIM', scriptedVenue('SIM', 'ACME')]]),
      venueProfiles: new Map([['SIM', profile]]),
      routing: { defaultPolicy: 'WEIGHTED', weights: DEFAULT_ROUTING_WEIGHTS },
      riskChecks: DEFAULT_CHECKS,
      limitsInForce: { newest: () => Promise.resolve(limits), at: () => Promise.resolve(limits) },
      calendars: createExchangeCalendars(CALENDARS),
      marketData: {
        quote: (symbol) => this.quote(symbol),
        arrival: () => Promise.resolve(),
        subscribe: () => () => undefined,
      },
      orders: this.store,
      clock: { nowMs: () => this.nowMs },
      log: makeLogger({ level: 'silent', readable: false }),
      ...this.change,
    };
  }

  private quote(symbol: string) {
    const price = this.prices.get(symbol);
    if (price === undefined) return undefined;
    return {
      ...{ symbol, venue: 'SIM', bidPrice: price, askPrice: price, lastPrice: price },
      ...{ bidQuantity: dec('1000'), askQuantity: dec('1000'), marketTimeMs: this.nowMs, receivedAtMs: this.nowMs },
    };
  }
}
