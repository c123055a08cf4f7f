import type { ExecutionReport } from '../../domain/execution-report';
import { add, multiply, negate, ONE, ZERO } from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import type { VenueBalance, VenuePosition } from '../../ports/venue';

/** What a symbol's trades move. */
interface Terms {
  readonly currency: string;
  readonly multiplier: DecimalString;
}
interface Holding {
  readonly positions: Map<string, DecimalString>;
  readonly balances: Map<string, DecimalString>;
}

/** What each account of one venue holds: the sum of all trades in force, each at its newest form. */
export class Holdings {
  private readonly accounts = new Map<string, Holding>();

  constructor(private readonly termsOf: (symbol: string) => Terms | undefined) {}

  /** Counts a report in; `before` are the earlier reports of its order, among them the trade that it changes. */
  take(report: ExecutionReport, before: readonly ExecutionReport[]): void {
    const { execType } = report;
    if (execType === 'TRADE_CORRECT' || execType === 'TRADE_CANCEL') {
      const changed = before.find(({ execId }) => execId === report.execRefId);
      if (changed !== undefined) this.move(changed, true);
    }
    if (execType === 'TRADE' || execType === 'TRADE_CORRECT') this.move(report, false);
  }

  /** Positions that are not flat. */
  positions(venueAccount: string): readonly VenuePosition[] {
    return entriesOf(this.accounts.get(venueAccount)?.positions).map(([symbol, quantity]) => ({ symbol, quantity }));
  }

  /** What trades and fees have moved, by currency. */
  balances(venueAccount: string): readonly VenueBalance[] {
    return entriesOf(this.accounts.get(venueAccount)?.balances).map(([currency, amount]) => ({ currency, amount }));
  }

  private move(trade: ExecutionReport, isUndone: boolean): void {
    const { venueAccount, symbol, side, lastQuantity = ZERO, lastPrice = ZERO, fee = ZERO } = trade;
    const { currency, multiplier } = this.termsOf(symbol) ?? NO_TERMS;
    const holding = this.accounts.get(venueAccount) ?? { positions: new Map(), balances: new Map() };
    this.accounts.set(venueAccount, holding);
    const quantity = (side === 'BUY') === isUndone ? negate(lastQuantity) : lastQuantity;
    count(holding.positions, symbol, quantity);
    count(holding.balances, currency, negate(multiply(multiply(quantity, lastPrice), multiplier)));
    count(holding.balances, trade.feeCurrency ?? currency, isUndone ? fee : negate(fee));
  }
}
/** The ledger may hold trades of a symbol that is not configured any more. */
const NO_TERMS: Terms = { currency: 'UNKNOWN', multiplier: ONE };

function count(sums: Map<string, DecimalString>, key: string, amount: DecimalString): void {
  sums.set(key, add(sums.get(key) ?? ZERO, amount));
}
const entriesOf = (sums: ReadonlyMap<string, DecimalString> = new Map()): readonly [string, DecimalString][] =>
  [...sums].filter(([, amount]) => amount !== ZERO).sort(([a], [b]) => (a < b ? -1 : 1));
