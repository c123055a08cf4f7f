/** Accounts, an instrument and a market for benches of the durable part of pre-trade: the product's own judgement on them. */
import { judge } from '../../activities/pre-trade';
import type { Instrument } from '../../src/domain/instruments';
import { dec, ZERO } from '../../src/domain/money';
import type { OrderRequest } from '../../src/domain/order-request';
import { DEFAULT_CHECKS } from '../../src/domain/risk/checks';
import { DEFAULT_ROUTING_WEIGHTS } from '../../src/domain/routing';
import type { OrderStore, StoredDecision } from '../../src/ports/stores';
import { orderIdOf } from '../../src/domain/ids';
import { makeLogger } from '../../src/logging';
import { scriptedVenue } from '../scenarios/scripted-venue';

const VENUE = 'SIMX';
const SYMBOL = 'COIN';
/** The first run of every order of a bench. */
export const RUN = 'bench';
const NOW_MS = Date.UTC(2026, 0, 5, 15);

const instrument: Instrument = {
  ...{ symbol: SYMBOL, assetClass: 'CRYPTO_SPOT', currency: 'USD', calendarId: 'ALWAYS', settlementCycleDays: 0 },
  ...{ tickSize: dec('0.01'), lotSize: dec('1'), minQuantity: dec('1'), maxQuantity: dec('1000000') },
  ...{ minNotional: ZERO, multiplier: dec('1'), currencyDecimals: 2, tradable: true, venues: [VENUE] },
};
const connector = scriptedVenue(VENUE, SYMBOL);
const profile = { venueAccount: 'HOUSE', takerFeeBps: dec('5'), latencyMs: 1, regulatoryFit: dec('1') };
const deps = {
  venues: new Map([[VENUE, connector]]),
  venueProfiles: new Map([[VENUE, profile]]),
  routing: { defaultPolicy: 'WEIGHTED' as const, weights: DEFAULT_ROUTING_WEIGHTS },
  riskChecks: DEFAULT_CHECKS,
  instruments: new Map([[SYMBOL, instrument]]),
  log: makeLogger({ level: 'silent', readable: false }),
  marketData: {
    quote: () => ({
      ...{ symbol: SYMBOL, venue: VENUE, bidPrice: dec('99'), bidQuantity: dec('1000') },
      ...{ askPrice: dec('101'), askQuantity: dec('1000'), lastPrice: dec('100') },
      ...{ marketTimeMs: NOW_MS, receivedAtMs: NOW_MS },
    }),
    arrival: () => Promise.resolve(),
    subscribe: () => () => undefined,
  },
};

/** Opens accounts that may hold `maxPosition` of the symbol each. */
export async function openAccounts(store: OrderStore, names: readonly string[], maxPosition: string): Promise<void> {
  const limits = {
    ...{ priceCollarPercent: dec('50'), maxOrderValue: dec('1000000000'), maxOpenOrders: 1_000_000 },
    ...{ maxPosition: dec(maxPosition), maxQuoteAgeMs: 60_000 },
  };
  await store.saveAccounts(
    names.map((account) => ({
      ...{ account, status: 'ACTIVE' as const, shortSellingAllowed: false, limits },
      openingCash: { USD: dec('1000000000000') },
    })),
  );
}

export const buyOf = (account: string, clientOrderId: string): OrderRequest => ({
  ...{ clientOrderId, account, strategy: 'bench', symbol: SYMBOL, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' },
  ...{ quantity: dec('1'), limitPrice: dec('100') },
});

/** Judges and reserves as pre-trade does: load under the account's lock, every check, route, store. */
export function reserve(store: OrderStore, request: OrderRequest): Promise<StoredDecision> {
  const key = { orderId: orderIdOf(request.account, request.clientOrderId), step: 0, firstRunId: RUN };
  return store.decideOnce(key, request, instrument.currency, (account, exposure, data) =>
    judge(deps, {
      ...{ request, instrument, account, exposure, data, filledQuantity: ZERO },
      ...{ session: undefined, marketTimeMs: NOW_MS, wallTimeMs: NOW_MS },
    }),
  );
}
