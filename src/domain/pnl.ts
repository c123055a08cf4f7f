/** Values positions and cash at the market: profit and loss per position, and per account in its base currency. */
import { combine, known } from './figure';
import type { Figure } from './figure';
import type { FxRates } from './fx-rates';
import type { Quote } from './instruments';
import { markOf } from './marks';
import type { MarkSettings } from './marks';
import { isZero, multiply, subtract, sum, ZERO } from './money';
import type { DecimalString } from './money';
import type { PositionMode, PositionState } from './position-book';
import { averagePrice } from './positions';
import type { Position } from './positions';

/** A position with what it takes to value it. */
export interface HeldPosition extends PositionState {
  readonly account: string;
  readonly symbol: string;
  /** Currency of price, cost and profit. */
  readonly currency: string;
  /** Money per unit of quantity and price. */
  readonly multiplier: DecimalString;
}

export interface HeldCash {
  readonly account: string;
  readonly currency: string;
  /** By trade date, and what of it is settled. */
  readonly booked: DecimalString;
  readonly settled: DecimalString;
}

export interface BookAccount {
  readonly account: string;
  readonly mode: PositionMode;
  /** Currency of the account's totals; without one they are unknown. */
  readonly baseCurrency?: string;
}

/** All that is valued together. */
export interface PositionBook {
  readonly accounts: readonly BookAccount[];
  readonly positions: readonly HeldPosition[];
  readonly cash: readonly HeldCash[];
}

/** One leg, or a whole netted position, at the market; money in the instrument's currency. */
export interface ValuedLeg {
  readonly leg: 'NET' | 'LONG' | 'SHORT';
  /** Signed. */
  readonly quantity: DecimalString;
  readonly averagePrice: DecimalString;
  readonly realizedPnl: DecimalString;
  /** Price per unit; not asked for when nothing is open. */
  readonly mark?: Figure;
  /** quantity × mark × multiplier; below 0 for a short. */
  readonly marketValue: Figure;
  /** Market value − cost. */
  readonly unrealizedPnl: Figure;
}

export interface ValuedPosition {
  readonly account: string;
  readonly symbol: string;
  readonly currency: string;
  readonly quantity: DecimalString;
  readonly settledQuantity: DecimalString;
  readonly unsettledQuantity: DecimalString;
  readonly cost: DecimalString;
  readonly realizedPnl: DecimalString;
  readonly fees: Readonly<Record<string, DecimalString>>;
  /** One in netting mode, two in hedging mode. */
  readonly legs: readonly ValuedLeg[];
  readonly marketValue: Figure;
  readonly unrealizedPnl: Figure;
}

export interface ValuedCash extends HeldCash {
  readonly unsettled: DecimalString;
}

/** Sums over an account, in its base currency; a sum with an unknown part is unknown and says which. */
export interface AccountTotals {
  readonly cash: Figure;
  readonly marketValue: Figure;
  /** Cash + market value. */
  readonly equity: Figure;
  readonly realizedPnl: Figure;
  readonly unrealizedPnl: Figure;
  readonly fees: Figure;
  /** Realised + unrealised − fees. */
  readonly netPnl: Figure;
}

export interface ValuedAccount {
  readonly account: string;
  readonly mode: PositionMode;
  readonly baseCurrency?: string;
  readonly positions: readonly ValuedPosition[];
  readonly cash: readonly ValuedCash[];
  readonly totals: AccountTotals;
}

/**
 * Values a book. `quotes` holds the newest quote per symbol and venue, `nowMs` is the wall time against which quotes and
 * rates are stale. Nothing is guessed: without a fresh mark or rate the figure is unknown.
 */
export function valuePositions(
  book: PositionBook,
  quotes: readonly Quote[],
  rates: FxRates,
  marks: MarkSettings,
  nowMs: number,
): readonly ValuedAccount[] {
  const bySymbol = grouped(quotes, ({ symbol }) => symbol);
  const positions = grouped(book.positions, ({ account }) => account);
  const cash = grouped(book.cash, ({ account }) => account);
  return book.accounts.map((account) => {
    const held = positions.get(account.account) ?? [];
    const valued = held.map((position) =>
      valuePosition(position, (leg) =>
        markOf(position.symbol, bySymbol.get(position.symbol) ?? [], leg.quantity, marks, nowMs),
      ),
    );
    const valuedCash = (cash.get(account.account) ?? []).map((own) => ({
      ...own,
      unsettled: subtract(own.booked, own.settled),
    }));
    const totals = totalsOf(account.baseCurrency, valued, valuedCash, rates, nowMs);
    return { ...account, positions: valued, cash: valuedCash, totals };
  });
}

function valuePosition(held: HeldPosition, mark: (leg: Position) => Figure): ValuedPosition {
  const { account, symbol, currency, quantity, settledQuantity, cost, realizedPnl, fees, multiplier } = held;
  const legs =
    held.legs === undefined
      ? [valueLeg('NET', held, multiplier, mark)]
      : [valueLeg('LONG', held.legs.long, multiplier, mark), valueLeg('SHORT', held.legs.short, multiplier, mark)];
  return {
    ...{ account, symbol, currency, quantity, settledQuantity, cost, realizedPnl, fees, legs },
    unsettledQuantity: subtract(quantity, settledQuantity),
    marketValue: combine(
      legs.map((leg) => leg.marketValue),
      sum,
    ),
    unrealizedPnl: combine(
      legs.map((leg) => leg.unrealizedPnl),
      sum,
    ),
  };
}

function valueLeg(
  leg: ValuedLeg['leg'],
  position: Position,
  multiplier: DecimalString,
  markFor: (leg: Position) => Figure,
): ValuedLeg {
  const { quantity, realizedPnl } = position;
  const average = { leg, quantity, realizedPnl, averagePrice: averagePrice(position, multiplier) };
  // Nothing open is worth nothing, whatever the market says.
  if (isZero(quantity)) return { ...average, marketValue: known(ZERO), unrealizedPnl: known(ZERO) };
  const mark = markFor(position);
  const marketValue = combine([mark], ([price = ZERO]) => multiply(multiply(quantity, price), multiplier));
  const unrealizedPnl = combine([marketValue], ([value = ZERO]) => subtract(value, position.cost));
  return { ...average, mark, marketValue, unrealizedPnl };
}

function totalsOf(
  base: string | undefined,
  positions: readonly ValuedPosition[],
  cash: readonly ValuedCash[],
  rates: FxRates,
  nowMs: number,
): AccountTotals {
  const inBase = (figure: Figure, currency: string): Figure => {
    if (!figure.known) return figure;
    if (base === undefined) return { known: false, why: 'NO_BASE_CURRENCY', what: currency };
    // Nothing is nothing in any currency.
    return isZero(figure.amount) ? known(ZERO) : rates.convert(figure.amount, currency, base, nowMs);
  };
  const total = (figures: readonly Figure[]): Figure => combine(figures, sum);
  const held = total(cash.map(({ booked, currency }) => inBase(known(booked), currency)));
  const marketValue = total(positions.map((position) => inBase(position.marketValue, position.currency)));
  const realizedPnl = total(positions.map((position) => inBase(known(position.realizedPnl), position.currency)));
  const unrealizedPnl = total(positions.map((position) => inBase(position.unrealizedPnl, position.currency)));
  const fees = total(
    positions.flatMap((position) =>
      Object.entries(position.fees).map(([currency, amount]) => inBase(known(amount), currency)),
    ),
  );
  const netPnl = combine([realizedPnl, unrealizedPnl, fees], ([realized = ZERO, unrealized = ZERO, paid = ZERO]) =>
    subtract(sum([realized, unrealized]), paid),
  );
  return { cash: held, marketValue, equity: total([held, marketValue]), realizedPnl, unrealizedPnl, fees, netPnl };
}

function grouped<V>(values: readonly V[], keyOf: (value: V) => string): ReadonlyMap<string, readonly V[]> {
  const groups = new Map<string, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
