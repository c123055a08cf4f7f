import { dec } from '../../../src/domain/money';
import { venueClientOrderId } from '../../../src/domain/ids';
import type { ExecutionReport } from '../../../src/domain/execution-report';
import type { VenueConnector } from '../../../src/ports/venue';
import type { PlainActivities, PlainFill } from './contract';
import type { PlainStore } from './store';

/** How long the plain build lets a request be on its way. */
const SEND_FOR_MS = 5_000;
const CENTS = 100;

export interface PlainDependencies {
  readonly store: PlainStore;
  readonly connector: VenueConnector;
  readonly venueAccount: string;
  /** The last price of the symbol, cents. */
  readonly lastCents: () => number;
}

/** The steps of an order, each with a transaction of its own. */
export function createPlainActivities({
  store,
  connector,
  venueAccount,
  lastCents,
}: PlainDependencies): PlainActivities {
  return {
    checkRisk: (order) => store.checkRisk(order, lastCents()),
    chooseRoute: (order) => store.chooseRoute(order),
    async submitOrder(order, venue) {
      if (venue !== connector.venue) throw new Error(`no connector for ${venue}`);
      const { orderId, symbol, side, quantity, limitCents } = order;
      const clientOrderId = venueClientOrderId(orderId, 0);
      const answer = await connector.submit(
        {
          ...{ clientOrderId, venueAccount, symbol, side, type: 'LIMIT', timeInForce: 'GTC' },
          ...{ quantity: dec(String(quantity)), limitPrice: dec((limitCents / CENTS).toFixed(2)) },
        },
        Date.now() + SEND_FOR_MS,
      );
      // Thrown: the server tries again, and the venue takes an id only once.
      if (answer.kind !== 'acknowledged') throw new Error(`${orderId}: ${answer.kind} ${answer.reason}`);
      const fills = fillsOf(answer.reports);
      await store.acknowledge(order, fills);
      return fills;
    },
    bookFills: (order, fills) => store.bookFills(order, fills),
    settleTrades: (order) => store.settle(order),
  };
}

/** The trades among the reports of one order. */
export function fillsOf(reports: readonly ExecutionReport[]): readonly PlainFill[] {
  return reports
    .filter(({ execType }) => execType === 'TRADE')
    .map(({ execId, lastQuantity, lastPrice }) => ({
      execId,
      quantity: Number(lastQuantity),
      cents: Math.round(Number(lastPrice) * CENTS),
    }));
}
