import { Pool } from 'pg';
import type { ClientBase, PoolClient } from 'pg';
import { callStatement, PersistenceError, repeatOnConflict, sqlState } from './driver';
import type { Driver, FunctionCall, Querier, Row } from './driver';

export interface PgDriverOptions {
  readonly databaseUrl: string;
  /** Connections of this process; two per core of the server and no more than it allows is a good start. */
  readonly connectionsMax?: number;
  /** A statement that runs longer is given up by the server. */
  readonly statementTimeoutMs?: number;
  /** Told about connections that break while idle; the pool replaces them by itself. */
  readonly onNotice?: (text: string) => void;
}

/** Longest wait for a connection: an unreachable server is an answer, not a hang. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Far above any statement of this schema (the slowest is a page of the journal), far below an activity's timeout. */
const STATEMENT_TIMEOUT_MS = 15_000;

/** Connects to a PostgreSQL server; fails with `DATABASE_UNREACHABLE` when it does not answer. */
export async function openPgDriver(options: PgDriverOptions): Promise<Driver> {
  const pool = new Pool({
    connectionString: options.databaseUrl,
    max: options.connectionsMax ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    application_name: 'durable-oms',
  });
  const description = `PostgreSQL at ${addressOf(options.databaseUrl)}`;
  const driver = new PgDriver(pool, description);
  pool.on('error', (error) => options.onNotice?.(`${description}: an idle connection broke: ${error.message}`));
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    // Refused connections, users and databases alike: nothing but the server or the variable can mend it.
    throw new PersistenceError(
      'DATABASE_UNREACHABLE',
      `DATABASE_URL names ${description}: ${wordsOf(error)}. Start that server, correct the variable, or unset it to get the embedded database.`,
      { cause: error },
    );
  }
  return driver;
}

class PgQuerier implements Querier {
  constructor(
    private readonly client: Pool | ClientBase,
    readonly description: string,
  ) {}

  async query<R extends object = Row>(sql: string, parameters: readonly unknown[] = []): Promise<readonly R[]> {
    return this.guard(async () => (await this.client.query(sql, [...parameters])).rows as R[]);
  }

  async call<R>(name: string, argument: unknown): Promise<R> {
    const rows = await this.query<{ answer: string }>(`SELECT ${name}($1::jsonb) AS answer`, [
      JSON.stringify(argument),
    ]);
    return JSON.parse(rows[0]?.answer ?? 'null') as R;
  }

  async script(sql: string): Promise<void> {
    await this.guard(() => this.client.query(sql));
  }

  protected async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw classified(error, this.description);
    }
  }
}

class PgDriver extends PgQuerier implements Driver {
  constructor(
    private readonly pool: Pool,
    description: string,
  ) {
    super(pool, description);
  }

  async transaction<T>(work: (tx: Querier) => Promise<T>): Promise<T> {
    return repeatOnConflict(async () => {
      const client = await this.guard(() => this.pool.connect());
      return runTransaction(client, new PgQuerier(client, this.description), work);
    });
  }

  async exchange<A, B>(first: FunctionCall, next: (answer: A) => FunctionCall | undefined): Promise<readonly [A, B?]> {
    return repeatOnConflict(async () => {
      const client = await this.guard(() => this.pool.connect());
      return this.guard(() =>
        onConnection(client, async () => {
          const answer = answerOf(await client.query(`BEGIN; ${callStatement(first)}`), 1) as A;
          const second = next(answer);
          if (second === undefined) {
            await client.query('COMMIT');
            return [answer];
          }
          return [answer, answerOf(await client.query(`${callStatement(second)}; COMMIT`), 0) as B];
        }),
      );
    });
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/** The answer of a call that stood at this place in a text of several statements; pg's types know of one result only. */
function answerOf(results: unknown, at: number): unknown {
  const { rows } = (results as readonly { readonly rows: readonly { readonly answer: string | null }[] }[])[at] ?? {};
  return JSON.parse(rows?.[0]?.answer ?? 'null');
}

function runTransaction<T>(client: PoolClient, tx: Querier, work: (tx: Querier) => Promise<T>): Promise<T> {
  return onConnection(client, async () => {
    await tx.script('BEGIN');
    const result = await work(tx);
    await tx.script('COMMIT');
    return result;
  });
}

/** Rolls back what throws, and gives the connection back. */
async function onConnection<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  // Without a listener, a connection that breaks between two statements would end the process.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    return await work();
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    client.off('error', ignore);
    // A connection that could not roll back is thrown away: its state is unknown.
    client.release(broken);
  }
}

/** SQLSTATE classes 08 (connection) and the shutdown and start-up states of class 57. */
const UNREACHABLE_STATE =
  /^(?:08...|57P0[1-3]|ECONN.*|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;
/** Statement or lock timeout, too many connections, out of memory or disk. */
const BUSY_STATE = /^(?:57014|55P03|53...)$/;
/** What pg says without a code. */
const UNREACHABLE_TEXT =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i;

function classified(error: unknown, description: string): unknown {
  const { message = '', errors = [] } = error as { message?: string; errors?: readonly unknown[] };
  const state = sqlState(error) ?? sqlState(errors[0]);
  const text = `${description}: ${wordsOf(error)}`;
  if ((state !== undefined && UNREACHABLE_STATE.test(state)) || UNREACHABLE_TEXT.test(message)) {
    return new PersistenceError('DATABASE_UNREACHABLE', text, { cause: error });
  }
  if (state !== undefined && BUSY_STATE.test(state))
    return new PersistenceError('DATABASE_BUSY', text, { cause: error });
  return error;
}

/** What an error says; that of a host with several addresses (AggregateError) has one error per address and no text of its own. */
function wordsOf(error: unknown): string {
  const { message = '', errors = [] } = error as { message?: string; errors?: readonly Error[] };
  return message === '' ? (errors[0]?.message ?? sqlState(error) ?? 'unknown') : message;
}

/** Host, port and database of a URL, without user and password. */
function addressOf(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl);
    return `${url.host}${url.pathname}`;
  } catch {
    return 'an unreadable DATABASE_URL';
  }
}
