/**
 * Folds every execution into positions and cash again, compares the result with the tables, and replaces what differs when
 * asked to. Sources: the executions, opening cash, and the position mode of each account.
 */
import { canonical } from '../domain/money';
import type { DecimalString } from '../domain/money';
import { PositionFold } from '../domain/position-book';
import type { PositionMode } from '../domain/position-book';
import { CashBook } from './cash-book';
import type { BookDifference } from './cash-book';
import type { Driver, Querier } from './driver';
import { executionPages, opposites } from './execution-pages';
import type { PlacedExecution } from './execution-pages';
import { compareOrphans, comparePositions, positionKey } from './rebuilt-positions';
import type { RebuiltPosition } from './rebuilt-positions';

export interface RebuildResult {
  readonly executions: number;
  readonly positions: number;
  readonly differences: readonly BookDifference[];
  /** The number of the audit line; absent when nothing was to be written. */
  readonly rebuild?: number;
}

export interface RebuildOptions {
  /** Replaces what differs, under a lock that lets no recording in, with an audit line in ledger_rebuilds. */
  readonly write?: {
    /** Who asked for it. */
    readonly actor: string;
    readonly wallMs: number;
  };
  /** Told the number of executions folded so far. */
  readonly onProgress?: (executions: number) => void;
  /** Executions read at a time. */
  readonly pageRows?: number;
}

/** Positions compared and written together. */
const BATCH = 500;
/** Differences kept in the audit line; all are counted. */
const CHANGES_KEPT = 1_000;
/** A recording takes milliseconds: whoever holds the tables longer should be looked at, not waited for. */
const LOCK_WAIT = '30s';

/** Compares everything, and with `write` replaces what differs, in one transaction: one moment of the database. */
export async function rebuildPositions(driver: Driver, options: RebuildOptions = {}): Promise<RebuildResult> {
  const writes = options.write !== undefined;
  return driver.transaction(async (tx) => {
    await begin(tx, writes);
    const cash = await openingCash(tx);
    const fold = new BookFold(tx, cash, options);
    await fold.run();
    const differences = [
      ...fold.differences,
      ...(await compareOrphans(tx, writes)),
      ...(await cash.compare(tx, writes)),
    ];
    const { executions, positions } = fold;
    const result = { executions, positions, differences };
    return options.write === undefined ? result : { ...result, rebuild: await audit(tx, result, options.write) };
  });
}

/** The locks come before the snapshot, and in the order in which a recording takes them. */
async function begin(tx: Querier, writes: boolean): Promise<void> {
  await tx.script(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ${writes ? '' : ', READ ONLY'}`);
  await tx.script(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '${LOCK_WAIT}'`);
  // EXCLUSIVE on positions stops a recording before it stores an execution, and lets readers go on.
  if (writes)
    await tx.script('LOCK TABLE positions IN EXCLUSIVE MODE; LOCK TABLE executions, cash IN SHARE ROW EXCLUSIVE MODE');
}

async function openingCash(tx: Querier): Promise<CashBook> {
  const cash = new CashBook();
  for (const row of await tx.query('SELECT account, currency, amount FROM opening_cash'))
    cash.open(String(row['account']), String(row['currency']), canonical(row['amount'] as DecimalString));
  return cash;
}

async function audit(
  tx: Querier,
  { executions, differences }: RebuildResult,
  { actor, wallMs }: NonNullable<RebuildOptions['write']>,
): Promise<number> {
  const [row] = await tx.query(
    `INSERT INTO ledger_rebuilds (wall_ms, actor, executions, differences, changes)
     VALUES ($1, $2, $3, $4, $5::jsonb) RETURNING rebuild`,
    [wallMs, actor, executions, differences.length, JSON.stringify(differences.slice(0, CHANGES_KEPT))],
  );
  return Number(row?.['rebuild']);
}

/** One walk over all executions, position after position. */
class BookFold {
  readonly differences: BookDifference[] = [];
  executions = 0;
  positions = 0;
  private finished: RebuiltPosition[] = [];

  constructor(
    private readonly tx: Querier,
    private readonly cash: CashBook,
    private readonly options: RebuildOptions,
  ) {}

  async run(): Promise<void> {
    const modes = await modesOf(this.tx);
    const reversals = grouped(await opposites(this.tx));
    let current: { readonly first: PlacedExecution; readonly fold: PositionFold; lastPlace: number } | undefined;
    const finish = async (): Promise<void> => {
      if (current === undefined) return;
      const { first, fold, lastPlace } = current;
      const { account, symbol, currency } = first;
      await this.finish({ account, symbol, currency, lastPlace, state: fold.state });
    };
    for await (const page of executionPages(this.tx, undefined, this.options.pageRows)) {
      for (const execution of page) {
        const key = positionKey(execution);
        if (current === undefined || positionKey(current.first) !== key) {
          await finish();
          const fold = new PositionFold(modes.get(execution.account) ?? 'NETTING', reversals.get(key) ?? []);
          current = { first: execution, fold, lastPlace: 0 };
        }
        current.fold.add(execution);
        current.lastPlace = execution.place;
        this.cash.book(execution.account, execution);
      }
      this.executions += page.length;
      this.options.onProgress?.(this.executions);
    }
    await finish();
    await this.compare();
  }

  private async finish(position: RebuiltPosition): Promise<void> {
    this.positions += 1;
    this.finished.push(position);
    if (this.finished.length >= BATCH) await this.compare();
  }

  private async compare(): Promise<void> {
    const batch = this.finished;
    this.finished = [];
    this.differences.push(...(await comparePositions(this.tx, batch, this.options.write !== undefined)));
  }
}

async function modesOf(tx: Querier): Promise<ReadonlyMap<string, PositionMode>> {
  const rows = await tx.query('SELECT account, position_mode FROM accounts');
  return new Map(rows.map((row) => [String(row['account']), row['position_mode'] as PositionMode]));
}

function grouped(executions: readonly PlacedExecution[]): ReadonlyMap<string, readonly PlacedExecution[]> {
  const groups = new Map<string, PlacedExecution[]>();
  for (const execution of executions) {
    const key = positionKey(execution);
    groups.set(key, [...(groups.get(key) ?? []), execution]);
  }
  return groups;
}
