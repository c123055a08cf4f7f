/** What the processes of the plain build tell each other; whole units of one coin, prices in cents. */

/** The names of its messages. */
export const PlainMessage = { fills: 'fills', acknowledged: 'acknowledged' } as const;

export interface PlainOrder {
  readonly orderId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: number;
  readonly limitCents: number;
}
export interface PlainFill {
  readonly execId: string;
  readonly quantity: number;
  readonly cents: number;
}
export type PlainVerdict = { readonly kind: 'approved' } | { readonly kind: 'denied'; readonly reason: string };

export interface PlainActivities {
  /** Checks the limits of the account and reserves what the order may cost. */
  checkRisk(order: PlainOrder): Promise<PlainVerdict>;
  /** The venue that the order goes to. */
  chooseRoute(order: PlainOrder): Promise<string>;
  /** Sends the order; the venue takes an id once. Answers with the fills that came at once, which are booked. */
  submitOrder(order: PlainOrder, venue: string): Promise<readonly PlainFill[]>;
  bookFills(order: PlainOrder, fills: readonly PlainFill[]): Promise<void>;
  /** Moves position and cash of the order's trades to settled. */
  settleTrades(order: PlainOrder): Promise<void>;
}
