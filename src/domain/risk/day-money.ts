/** What a market day has brought an account, in its base currency. What is not known stays undefined, with what is missing. */
import { isZero, multiply, negate, ONE, sum } from '../money';
import type { DecimalString } from '../money';
import { marketValue, ratesInto, worthIn } from './market-values';
import type { HeldAmount, HeldLine, MarketView } from './market-values';
import type { DayFigures, Portfolio } from './risk-data';

/** The money of a market day before it is in one currency. */
export interface DayMoney {
  /** The day's beginning, market time in epoch milliseconds. */
  readonly fromMs: number;
  readonly turnover: readonly HeldAmount[] | undefined;
  /** What trades and fees of the day did to cash. */
  readonly flows: readonly HeldAmount[];
  readonly cashAtStart: readonly HeldAmount[];
  /** Positions that were open when the day began. */
  readonly heldAtStart: readonly Pick<HeldLine, 'symbol' | 'currency' | 'multiplier' | 'position'>[];
  /** How the account was last valued before the day began. */
  readonly closing?: {
    readonly marketTimeMs: number;
    readonly baseCurrency: string;
    readonly marks: Readonly<Record<string, DecimalString>>;
    readonly rates: Readonly<Record<string, DecimalString>>;
  };
}

/** A valuation longer before the day's beginning, in market time, says too little of what that was. */
const CLOSING_MAX_AGE_MS = 3_600_000;

/**
 * Turnover and profit of the day in base currency.
 *
 * The profit is what the day's trades did to cash, and by how much the worth of everything held differs from that at the
 * beginning: nothing was worth anything then for an account without positions and foreign cash.
 */
export function dayMoneyOf(
  money: DayMoney,
  { baseCurrency, lines }: Portfolio,
  market: MarketView,
): Pick<DayFigures, 'turnover' | 'profit' | 'profitUnknown'> {
  const foreign = money.cashAtStart.filter(({ currency, amount }) => currency !== baseCurrency && !isZero(amount));
  const amounts = [...(money.turnover ?? []), ...money.flows, ...lines, ...foreign];
  // What was traded and closed on the day is no line of the portfolio any more.
  const rates = ratesInto(
    baseCurrency,
    amounts.map(({ currency }) => currency),
    market,
  );
  const turnover = money.turnover && totalOf(money.turnover.map((amount) => inBase(rates, amount)));
  const open = lines.filter(({ position }) => !isZero(position));
  const missing = [...missingAtStart(money, foreign, baseCurrency)];
  const parts: readonly Part[] = [
    ...[...money.flows, ...foreign].map((amount) => inBase(rates, amount)),
    ...open.map((line) => inBase(rates, { ...line, amount: marketValue(line) }, line.symbol)),
    ...(missing.length > 0 ? [] : worthAtStart(money, foreign, baseCurrency)),
  ];
  const what = [...missing, ...parts.flatMap((part) => (part.worth === undefined ? [part.what] : []))];
  if (what.length > 0) return { turnover, profit: undefined, profitUnknown: [...new Set(what)].join('; ') };
  return { turnover, profit: totalOf(parts) };
}

interface Part {
  readonly worth: DecimalString | undefined;
  /** What is not known when it has no worth. */
  readonly what: string;
}

/** Why the beginning of the day has no worth. */
function missingAtStart({ closing, fromMs, heldAtStart }: DayMoney, foreign: readonly HeldAmount[], base: string) {
  if (heldAtStart.length === 0 && foreign.length === 0) return [];
  const held = [...heldAtStart.map(({ symbol }) => symbol), ...foreign.map(({ currency }) => currency)].join(', ');
  if (closing === undefined || closing.baseCurrency !== base) return [`${held} not valued before the day began`];
  const age = fromMs - closing.marketTimeMs;
  return age <= CLOSING_MAX_AGE_MS ? [] : [`${held} last valued ${String(age)} ms before the day began`];
}

/** What was held when the day began, at the prices and rates of then, with the opposite sign. */
function worthAtStart(
  { closing, heldAtStart }: DayMoney,
  foreign: readonly HeldAmount[],
  base: string,
): readonly Part[] {
  const rates = { ...closing?.rates, [base]: ONE };
  const marks = closing?.marks ?? {};
  const parts = [
    ...heldAtStart.map(({ symbol, position, currency = '', multiplier }) => {
      const mark = Object.hasOwn(marks, symbol) ? marks[symbol] : undefined;
      const amount = mark && multiplier && multiply(multiply(position, mark), multiplier);
      return inBase(rates, { currency, amount }, symbol);
    }),
    ...foreign.map((amount) => inBase(rates, amount)),
  ];
  return parts.map(({ worth, what }) => ({ worth: worth && negate(worth), what: `${what} when the day began` }));
}

function inBase(
  rates: Readonly<Record<string, DecimalString>>,
  { currency, amount }: { readonly currency: string; readonly amount: DecimalString | undefined },
  name = currency,
): Part {
  return { worth: worthIn(rates, currency, amount), what: `no worth of ${name}` };
}

/** The sum, undefined when a part is. */
function totalOf(parts: readonly Part[]): DecimalString | undefined {
  const known = parts.flatMap(({ worth }) => (worth === undefined ? [] : [worth]));
  return known.length === parts.length ? sum(known) : undefined;
}
