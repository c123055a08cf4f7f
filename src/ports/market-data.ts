import type { Quote } from '../domain/instruments';

/** The newest quotes of this process, fed by the venues' streams. */
export interface MarketData {
  /** The newest quote of a symbol on a venue, or undefined when none was received. */
  quote(symbol: string, venue: string): Quote | undefined;
  /** Resolves when there is a quote of the symbol on each of the venues, or when the first ones have had their time to come. */
  arrival(symbol: string, venues: readonly string[]): Promise<void>;
  /** Called on each new quote; returns the way to stop it. */
  subscribe(listener: (quote: Quote) => void): () => void;
}
