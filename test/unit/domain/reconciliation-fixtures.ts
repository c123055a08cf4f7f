/** Books of one venue account that agree, and differences that are planted in them. */
import type { OrderId } from '../../../src/domain/ids';
import { dec, negate } from '../../../src/domain/money';
import { confirmed, reconcile } from '../../../src/domain/reconciliation';
import type { Finding } from '../../../src/domain/reconciliation-findings';
import type {
  KnownTrade,
  OurOrder,
  OurView,
  ReconciliationSettings,
  TheirOrder,
  TheirTrade,
  TheirView,
  TradeTerms,
  UnconfirmedExecution,
} from '../../../src/domain/reconciliation-views';

export const NOW_MS = 1_700_000_000_000;
export const SETTINGS: ReconciliationSettings = {
  ...{ youngOrderMs: 10_000, priceTolerance: dec('0.0001'), cashTolerance: dec('0.01') },
};
export const TERMS: TradeTerms = { currency: 'USD', multiplier: dec('2') };
export const OLD = NOW_MS - 60_000;

export const ourOrder = (id: string, change: Partial<OurOrder> = {}): OurOrder => ({
  ...{ orderId: `alpha/${id}` as OrderId, status: 'ACCEPTED', ended: false, sent: true },
  ...{ quantity: dec('10'), filledQuantity: dec('0'), clientOrderId: `b${id}-0`, clientOrderIdBase: `b${id}` },
  ...{ venueOrderId: `V${id}`, changedAtMs: OLD },
  ...change,
});
export const theirOrder = (id: string, change: Partial<TheirOrder> = {}): TheirOrder => ({
  ...{ clientOrderIds: [`b${id}-0`], venueOrderId: `V${id}`, symbol: 'COIN', side: 'BUY' },
  ...{ quantity: dec('10'), cumQuantity: dec('0') },
  ...change,
});
export const theirTrade = (id: string, change: Partial<TheirTrade> = {}): TheirTrade => ({
  ...{ execId: `E${id}`, execType: 'TRADE', clientOrderId: `b${id}-0`, venueOrderId: `V${id}`, symbol: 'COIN' },
  ...{ side: 'BUY', quantity: dec('3'), price: dec('100'), fee: dec('0.5'), feeCurrency: 'USD', sequence: 7 },
  ...change,
});
export const known = (id: string, change: Partial<KnownTrade> = {}): KnownTrade => ({
  ...{ execId: `E${id}`, orderId: `alpha/${id}` as OrderId, inbox: 'ABSENT', changedAtMs: OLD },
  ...change,
});
export const execution = (id: string, change: Partial<UnconfirmedExecution> = {}): UnconfirmedExecution => ({
  ...{ execId: `U${id}`, orderId: `alpha/${id}` as OrderId, clientOrderId: `b${id}-0`, symbol: 'COIN', side: 'BUY' },
  ...{ quantity: dec('3'), price: dec('100'), fee: dec('0.5'), feeCurrency: 'USD', changedAtMs: OLD },
  ...change,
});

/** Two views that agree, as lists that a test adds to. */
export class Books {
  readonly ours: OurOrder[] = [];
  readonly theirs: TheirOrder[] = [];
  readonly open: { trade: TheirTrade; known: KnownTrade }[] = [];
  readonly confirmed: string[] = [];
  readonly unconfirmed: UnconfirmedExecution[] = [];
  readonly position = { COIN: dec('5') };
  readonly theirPosition: Record<string, ReturnType<typeof dec>> = { COIN: dec('5'), NONE: dec('0') };
  readonly theirCash: Record<string, ReturnType<typeof dec>> = { USD: negate(dec('1000')) };

  agree(id: string): void {
    this.ours.push(ourOrder(id));
    this.theirs.push(theirOrder(id));
  }
  ourView(streamPosition = 9): OurView {
    const cash = { USD: dec('-1000') };
    return { orders: this.ours, unconfirmed: this.unconfirmed, positions: this.position, cash, streamPosition };
  }
  theirView(change: Partial<TheirView> = {}): TheirView {
    const trades = { open: this.open, confirmed: this.confirmed, lastSequence: 9 };
    return {
      orders: { kind: 'answered', value: this.theirs },
      trades: { kind: 'answered', value: trades },
      positions: { kind: 'answered', value: this.theirPosition },
      balances: { kind: 'answered', value: this.theirCash },
      ...change,
    };
  }
  compare(change: Partial<TheirView> = {}, nowMs = NOW_MS) {
    return reconcile(this.ourView(), this.theirView(change), SETTINGS, () => TERMS, nowMs);
  }
  /** What two equal readings find. */
  found(change: Partial<TheirView> = {}): readonly Finding[] {
    return confirmed(this.compare(change), this.compare(change, NOW_MS + 2_000));
  }
}
