/** One row; NUMERIC, BIGINT and JSON texts arrive as strings, INTEGER as number, BOOLEAN as boolean. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs statements, on its own or inside a transaction. */
export interface Querier {
  /** Runs one statement with `$1 …` parameters and returns its rows. */
  query<R extends object = Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]>;
  /** Calls a schema function of one JSON argument and returns its JSON answer; one round trip. */
  call<R>(name: string, argument: unknown): Promise<R>;
  /** Runs a text of several statements without parameters, such as a migration. */
  script(sql: string): Promise<void>;
}

/** A schema function and its one JSON argument. */
export interface FunctionCall {
  readonly name: string;
  readonly argument: unknown;
}

/** A call as text. JSON has no NUL, and with standard_conforming_strings the quote is all there is to escape. */
export const callStatement = ({ name, argument }: FunctionCall): string =>
  `SELECT ${name}('${JSON.stringify(argument).replaceAll("'", "''")}'::jsonb) AS answer`;

/** A PostgreSQL database, in process (PGlite) or on a server; one dialect for both. */
export interface Driver extends Querier {
  /** What the driver is, for logs and error texts. */
  readonly description: string;
  /**
   * Runs `work` in one READ COMMITTED transaction; anything thrown rolls all of it back. After a serialization failure
   * or a deadlock the whole `work` runs again, so it may have no other effect.
   */
  transaction<T>(work: (tx: Querier) => Promise<T>): Promise<T>;
  /**
   * The same for the commonest form, in two round trips in place of four: a call, and a second one that `next` makes of
   * the first answer (none when it gives undefined). Answers with both.
   */
  exchange<A, B>(first: FunctionCall, next: (answer: A) => FunctionCall | undefined): Promise<readonly [A, B?]>;
  close(): Promise<void>;
}

/** Codes of {@link PersistenceError}. */
export type PersistenceErrorType =
  /** No connection, or it was lost: the outcome of a statement under way is unknown, and every method may be repeated. */
  | 'DATABASE_UNREACHABLE'
  /** The server gave up a statement (its timeout, a shutdown): nothing was written, it may be repeated. */
  | 'DATABASE_BUSY'
  /** Another process holds the data folder. */
  | 'DATA_FOLDER_IN_USE'
  /** The schema is newer than this code, or was changed by hand. */
  | 'SCHEMA_MISMATCH'
  /** Events do not continue the recorded ones. */
  | 'JOURNAL_GAP'
  /** The terms of a symbol or the mode of an account cannot change any more: executions were booked with them. */
  | 'ALREADY_TRADED';

/** A failure of the database with a code to match on (`type`, never `instanceof`) and its cause. */
export class PersistenceError extends Error {
  constructor(
    readonly type: PersistenceErrorType,
    text: string,
    options?: ErrorOptions,
  ) {
    super(`${type}: ${text}`, options);
    this.name = 'PersistenceError';
  }
}

/** How a transaction is repeated. */
const ATTEMPTS_MAX = 6;
/** The first pause; doubled each time, with jitter so that the rivals do not meet again. */
const PAUSE_MS = 4;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/** The SQLSTATE (or system code) of a driver's error, or of the cause that it was wrapped with. */
export function sqlState(error: unknown): string | undefined {
  // Structural, as an error may come from another realm (a test's sandbox), where instanceof says no.
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : sqlState(cause);
}

/** Runs `attempt` until it is not stopped by a rival transaction, {@link ATTEMPTS_MAX} times at most. */
export async function repeatOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      const state = sqlState(error);
      const rival = state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED;
      if (!rival || count === ATTEMPTS_MAX) throw error;
      const pauseMs = PAUSE_MS * 2 ** count * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
