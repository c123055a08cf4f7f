/** Adds up the cash of every account from opening cash and executions, and compares it with the table. */
import { canonical, decimalOf, equal, isZero, ZERO } from '../domain/money';
import type { Decimal, DecimalString } from '../domain/money';
import { cashFlowsOf } from '../domain/position-book';
import type { BookedExecution } from '../domain/position-book';
import type { Querier } from './driver';
import { cashOf } from './order-rows';

/** One field in which a table says something else than the executions. */
export interface BookDifference {
  readonly account: string;
  /** Symbol of a position, currency of cash. */
  readonly of: string;
  readonly field: string;
  readonly table: string;
  readonly rebuilt: string;
}

/** Sums in memory: each of a million additions would else spell its sum as text and read it again. */
interface Cash {
  readonly account: string;
  readonly currency: string;
  booked: Decimal;
  settled: Decimal;
}

export class CashBook {
  private readonly amounts = new Map<string, Cash>();

  open(account: string, currency: string, amount: DecimalString): void {
    const cash = this.of(account, currency);
    cash.booked = cash.booked.plus(decimalOf(amount));
    cash.settled = cash.settled.plus(decimalOf(amount));
  }

  book(account: string, execution: BookedExecution): void {
    for (const { currency, amount } of cashFlowsOf(execution)) {
      const cash = this.of(account, currency);
      const flow = decimalOf(amount);
      cash.booked = cash.booked.plus(flow);
      if (execution.settled) cash.settled = cash.settled.plus(flow);
    }
  }

  /** What differs from the table; a row that is not there counts as 0. Replaced when asked to. */
  async compare(tx: Querier, writes: boolean): Promise<readonly BookDifference[]> {
    const rows = (await tx.query('SELECT * FROM cash')).map(cashOf);
    for (const { account, currency } of rows) this.of(account, currency);
    const table = new Map(rows.map((row) => [`${row.account} ${row.currency}`, row]));
    const differences: BookDifference[] = [];
    const wrong: Cash[] = [];
    for (const [key, cash] of this.amounts) {
      const told = table.get(key) ?? { booked: ZERO, settled: ZERO };
      const found = (['booked', 'settled'] as const)
        .filter((field) => !equal(told[field], cash[field]))
        .map((field) => ({ field, table: told[field], rebuilt: canonical(cash[field]) }));
      if (found.length > 0) wrong.push(cash);
      differences.push(...found.map((found) => ({ account: cash.account, of: cash.currency, ...found })));
    }
    if (writes) for (const cash of wrong) await save(tx, cash);
    return differences;
  }

  private of(account: string, currency: string): Cash {
    const key = `${account} ${currency}`;
    const known = this.amounts.get(key);
    if (known !== undefined) return known;
    const fresh = { account, currency, booked: decimalOf(ZERO), settled: decimalOf(ZERO) };
    this.amounts.set(key, fresh);
    return fresh;
  }
}

async function save(tx: Querier, { account, currency, booked, settled }: Cash): Promise<void> {
  if (isZero(booked) && isZero(settled)) {
    await tx.query('DELETE FROM cash WHERE account = $1 AND currency = $2', [account, currency]);
    return;
  }
  await tx.query(
    `INSERT INTO cash (account, currency, booked, settled) VALUES ($1, $2, $3, $4)
     ON CONFLICT (account, currency) DO UPDATE SET booked = excluded.booked, settled = excluded.settled`,
    [account, currency, canonical(booked), canonical(settled)],
  );
}
