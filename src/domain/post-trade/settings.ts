/** What post-trade analysis goes by; every value can be set in the catalog. */
import type { DecimalString } from '../money';
import { dec } from '../money';

export interface PostTradeSettings {
  /** How much older than a decision or a trade a quote may be that it is compared with, market milliseconds. */
  readonly maxQuoteAgeMs: number;
  /** How much newer it may be: what is known when a trade is booked may have come after the trade. */
  readonly maxQuoteLeadMs: number;
  /** How far a venue's clock may be from ours, market milliseconds. */
  readonly clockToleranceMs: number;
  /** Largest difference of a fee from the venue's terms, in the fee's currency. */
  readonly feeTolerance: DecimalString;
  /** How far apart a purchase and a sale may be that count as one wash trade, market milliseconds. */
  readonly washWindowMs: number;
  /** Largest difference of their prices, basis points of the higher one. */
  readonly washPriceToleranceBps: DecimalString;
  /** Largest difference of their quantities, percent of the larger one. */
  readonly washQuantityTolerancePercent: DecimalString;
  /** How long before a trade layered orders are sent, and how long after it they are canceled, market milliseconds. */
  readonly layeringWindowMs: number;
  /** Fewest canceled orders that count as layers. */
  readonly layeringMinOrders: number;
  /** Least quantity of all layers together, as a multiple of what was traded. */
  readonly layeringMinQuantityRatio: DecimalString;
  /**
   * Accounts by beneficial owner; one that no group names is an owner by itself. Absent: all accounts have one owner, the
   * firm.
   */
  readonly owners?: Readonly<Record<string, readonly string[]>>;
}

export const DEFAULT_POST_TRADE_SETTINGS: PostTradeSettings = {
  // A market replayed from minute bars has a quote a minute.
  maxQuoteAgeMs: 60_000,
  maxQuoteLeadMs: 2_000,
  clockToleranceMs: 2_000,
  // Less than anybody books.
  feeTolerance: dec('0.01'),
  washWindowMs: 5_000,
  washPriceToleranceBps: dec('0'),
  washQuantityTolerancePercent: dec('5'),
  layeringWindowMs: 30_000,
  layeringMinOrders: 3,
  layeringMinQuantityRatio: dec('2'),
};

/** The beneficial owner of an account. */
export function ownerOf({ owners }: Pick<PostTradeSettings, 'owners'>, account: string): string {
  if (owners === undefined) return 'the firm';
  const named = Object.entries(owners).find(([, accounts]) => accounts.includes(account));
  return named?.[0] ?? `account ${account}`;
}
