/** Adds to holdings what the market says of them: marks, rates, equity. What is not known stays undefined, never guessed. */
import type { FxRates } from '../fx-rates';
import type { Quote } from '../instruments';
import { markOf } from '../marks';
import { isPositive, isZero, maximum, multiply, ONE, sum, ZERO } from '../money';
import type { DecimalString } from '../money';
import { grossExposureOf } from './gross-exposures';
import type { FirmExposure, Portfolio, PortfolioLine } from './risk-data';

/** A line of a portfolio before it has a mark. */
export interface HeldLine extends Pick<PortfolioLine, 'symbol' | 'position' | 'openBuyQuantity' | 'openSellQuantity'> {
  readonly currency?: string;
  readonly multiplier?: DecimalString;
}
export interface HeldAmount {
  readonly currency: string;
  readonly amount: DecimalString;
}

/** Prices and rates of one moment. */
export interface MarketView {
  /** Newest quotes of a symbol, one per venue. */
  readonly quotesOf: (symbol: string) => readonly Quote[];
  readonly sectorOf: (symbol: string) => string | undefined;
  /** Absent: there is no rate between two currencies. */
  readonly fxRates?: FxRates | undefined;
  readonly wallTimeMs: number;
}

/** The account at the market. */
export function portfolioOf(
  { lines: held, cash }: { readonly lines: readonly HeldLine[]; readonly cash: readonly HeldAmount[] },
  baseCurrency: string,
  orderCurrency: string | undefined,
  market: MarketView,
): Portfolio {
  const lines = linesOf(held, market);
  const currencies = [...lines, ...cash].map(({ currency }) => currency);
  const rates = ratesInto(baseCurrency, [...currencies, orderCurrency ?? baseCurrency], market);
  const values = lines.map((line) => (isZero(line.position) ? ZERO : worthIn(rates, line.currency, marketValue(line))));
  const money = cash.map(({ currency, amount }) => (isZero(amount) ? ZERO : worthIn(rates, currency, amount)));
  return { baseCurrency, rates, lines, equity: sumOf([...money, ...values]) };
}

/**
 * All accounts at the market, in the firm's currency: the one that all accounts have as their own.
 *
 * Undefined when a part cannot be valued, and when the accounts have not all one currency.
 */
export function firmExposureOf(
  held: readonly HeldLine[],
  currencies: readonly string[],
  market: MarketView,
): FirmExposure | undefined {
  const [currency, ...others] = currencies;
  if (currency === undefined || others.length > 0) return undefined;
  const lines = linesOf(held, market);
  const rates = ratesInto(currency, currencies.concat(lines.map((line) => line.currency)), market);
  const grossExposure = grossExposureOf(lines, { baseCurrency: currency, rates });
  return grossExposure === undefined ? undefined : { grossExposure, rate: ONE };
}

/**
 * The highest equity that is known to have been reached: the kept one. Before any was kept it is what the account was
 * opened with, at the rates of now, or its equity now where that is more.
 */
export function peakEquityOf(
  { equity: kept, openingCash }: { readonly equity?: DecimalString; readonly openingCash: readonly HeldAmount[] },
  { baseCurrency, equity }: Portfolio,
  market: MarketView,
): DecimalString | undefined {
  if (kept !== undefined || equity === undefined) return kept;
  const money = openingCash.filter(({ amount }) => !isZero(amount));
  const rates = ratesInto(
    baseCurrency,
    money.map(({ currency }) => currency),
    market,
  );
  const opening = sumOf(money.map(({ currency, amount }) => worthIn(rates, currency, amount)));
  return opening && maximum(opening, equity);
}

function linesOf(held: readonly HeldLine[], market: MarketView): readonly PortfolioLine[] {
  return held.map((line) => {
    const { symbol, position, openBuyQuantity, openSellQuantity, multiplier = ONE, currency = '' } = line;
    const sector = market.sectorOf(symbol);
    const isKnown = line.multiplier !== undefined && line.currency !== undefined;
    const mark = isKnown ? newestMark(line, market) : undefined;
    return {
      ...{ symbol, currency, multiplier, position, openBuyQuantity, openSellQuantity },
      ...(sector === undefined ? {} : { sector }),
      markPrice: mark?.price,
      markedAtMs: mark?.atMs ?? 0,
    };
  });
}

/** Signed, in the instrument's currency. */
export const marketValue = ({ position, markPrice, multiplier }: PortfolioLine): DecimalString | undefined =>
  markPrice && multiply(multiply(position, markPrice), multiplier);

/** What closing the position would trade at on the venue that spoke last: an older quote of another may be of a dead feed. */
function newestMark({ symbol, position }: HeldLine, { quotesOf, wallTimeMs }: MarketView) {
  const newestFirst = [...quotesOf(symbol)].sort((a, b) => b.receivedAtMs - a.receivedAtMs);
  for (const quote of newestFirst) {
    // How old it may be is a limit of its own, see `maxMarkAgeMs`.
    const settings = { policy: 'EXIT', maxAgeMs: Number.MAX_SAFE_INTEGER } as const;
    const mark = markOf(symbol, [quote], position, settings, wallTimeMs);
    if (mark.known) return { price: mark.amount, atMs: quote.receivedAtMs };
  }
  return undefined;
}

/** Rates into `into`, its own of 1 among them; a pair that nobody knows is left out. */
export function ratesInto(into: string, currencies: readonly string[], { fxRates, wallTimeMs }: MarketView) {
  const rates: Record<string, DecimalString> = { [into]: ONE };
  for (const currency of new Set(currencies)) {
    const rate = currency === into ? undefined : fxRates?.convert(ONE, currency, into, wallTimeMs);
    if (rate?.known === true && isPositive(rate.amount)) rates[currency] = rate.amount;
  }
  return rates;
}

export function worthIn(
  rates: Readonly<Record<string, DecimalString>>,
  currency: string,
  amount: DecimalString | undefined,
): DecimalString | undefined {
  const rate = Object.hasOwn(rates, currency) ? rates[currency] : undefined;
  return amount === undefined || rate === undefined ? undefined : multiply(amount, rate);
}

/** The sum, undefined when a part is. */
function sumOf(amounts: readonly (DecimalString | undefined)[]): DecimalString | undefined {
  const known = amounts.filter((amount) => amount !== undefined);
  return known.length === amounts.length ? sum(known) : undefined;
}
