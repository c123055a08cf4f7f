import type { Quote } from '../../src/domain/instruments';
import { dec } from '../../src/domain/money';
import { OrderType, TimeInForce } from '../../src/domain/order-request';
import type { VenueAnswer, VenueConnector } from '../../src/ports/venue';
import { LIMIT_PRICE } from './scenario';

/** A venue that takes every request and says nothing by itself: its reports come from a scenario. */
export function scriptedVenue(venue: string, symbol: string): VenueConnector {
  const taken = async (): Promise<VenueAnswer> => ({ kind: 'acknowledged', reports: [] });
  const quote = (): Quote => ({
    symbol,
    venue,
    bidPrice: dec('59'),
    bidQuantity: dec('1000'),
    askPrice: dec('61'),
    askQuantity: dec('1000'),
    lastPrice: dec(LIMIT_PRICE),
    marketTimeMs: Date.now(),
    receivedAtMs: Date.now(),
  });
  return {
    venue,
    capabilities: {
      nativeStops: true,
      orderTypes: Object.values(OrderType),
      timesInForce: Object.values(TimeInForce),
      clientOrderIdMaxLength: 36,
      settleTimeMs: 1_000,
    },
    submit: taken,
    cancel: taken,
    replace: taken,
    // Whoever asks must wait for the scenario to go on.
    findOrder: async () => ({ kind: 'unavailable', reason: 'the scenario answers no questions' }),
    openOrders: async () => ({ kind: 'unavailable', reason: 'the scenario answers no questions' }),
    positions: async () => ({ kind: 'unsupported' }),
    balances: async () => ({ kind: 'unsupported' }),
    reportsAfter: async () => ({ reports: [], lastSequence: 0 }),
    streamReports: (_account, _after, _onReports, signal) => aborted(signal),
    streamQuotes: (onQuote, signal) => {
      onQuote(quote());
      return aborted(signal);
    },
    close: async () => undefined,
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => {
    signal.addEventListener(
      'abort',
      () => {
        done();
      },
      { once: true },
    );
  });
}
