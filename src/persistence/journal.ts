import type { Journal } from '../ports/stores';
import { chainedHash, genesisHash, sha256 } from './canonical-json';
import type { Driver, Querier } from './driver';

/** Rows held in memory at a time, by verification and by one head. */
const PAGE_ROWS = 1_000;
/** Longest list of faults that verify returns: past it, the journal is lost and the count does not matter. */
const BROKEN_MAX = 1_000;
/** Hash before the first head. */
const HEAD_GENESIS = sha256('durable-oms journal');
/** Serialises writers of heads. */
const HEAD_LOCK = 7_306_114_023;

/** The tamper-evident journal on PostgreSQL or PGlite. */
export class SqlJournal implements Journal {
  constructor(
    private readonly driver: Driver,
    private readonly pageRows = PAGE_ROWS,
  ) {}

  async writeHead(wallMs: number): Promise<string> {
    for (;;) {
      const { hash, chains } = await this.driver.transaction((tx) => appendHead(tx, wallMs, this.pageRows));
      if (chains < this.pageRows) return hash;
    }
  }

  async verify(): ReturnType<Journal['verify']> {
    const broken: string[] = [];
    const counts = await this.verifyChains(broken);
    const heads = await this.verifyHeads(broken);
    return { ...counts, heads, broken: broken.slice(0, BROKEN_MAX) };
  }

  /** Walks orders and events side by side, both in the order of their ids. */
  private async verifyChains(broken: string[]): Promise<{ chains: number; events: number }> {
    const ends = this.pages<ChainEnd>(
      `SELECT order_id, version, chain_hash FROM orders WHERE order_id > $1 ORDER BY order_id LIMIT $2`,
      [''],
      (row) => [row.order_id],
    );
    const links = this.pages<ChainLink>(
      `SELECT order_id, version, type, payload, prev_hash, hash FROM journal
       WHERE (order_id, version) > ($1, $2) ORDER BY order_id, version LIMIT $3`,
      ['', 0],
      (row) => [row.order_id, row.version],
    );
    const suspects: string[] = [];
    let chains = 0;
    let events = 0;
    let end = await ends.next();
    let link = await links.next();
    while (end.done !== true || link.done !== true) {
      const orderId = smaller(end.value?.order_id, link.value?.order_id);
      const chain = new ChainWalk(orderId);
      for (; link.value?.order_id === orderId; link = await links.next()) {
        chain.follow(link.value);
        events += 1;
      }
      chain.finish(end.value?.order_id === orderId ? end.value : undefined);
      if (chain.fault !== undefined && suspects.length < BROKEN_MAX) suspects.push(orderId);
      if (end.value?.order_id === orderId) end = await ends.next();
      chains += 1;
    }
    for (const orderId of suspects) broken.push(...(await this.faultOf(orderId)));
    return { chains, events };
  }

  /** Looks at one chain again, in one statement: the walk may have met the order in the middle of a recording. */
  private async faultOf(orderId: string): Promise<readonly string[]> {
    const rows = await this.driver.query<ChainLink & { end_version: number | null; end_hash: string }>(
      `SELECT $1::text AS order_id, j.version, j.type, j.payload, j.prev_hash, j.hash,
         o.version AS end_version, o.chain_hash AS end_hash
       FROM (SELECT * FROM journal WHERE order_id = $1) j FULL JOIN (SELECT * FROM orders WHERE order_id = $1) o ON true
       ORDER BY j.version`,
      [orderId],
    );
    const chain = new ChainWalk(orderId);
    for (const row of rows) if ((row.version as number | null) !== null) chain.follow(row);
    const [first] = rows;
    const version = first?.end_version ?? null;
    chain.finish(first && version !== null ? { order_id: orderId, version, chain_hash: first.end_hash } : undefined);
    return chain.fault === undefined ? [] : [chain.fault];
  }

  private async verifyHeads(broken: string[]): Promise<number> {
    const heads = this.pages<HeadRow>(
      'SELECT head, prev_hash, hash FROM journal_heads WHERE head > $1 ORDER BY head LIMIT $2',
      [0],
      (row) => [row.head],
    );
    let count = 0;
    let previous = HEAD_GENESIS;
    for await (const head of heads) {
      count += 1;
      const chains = await this.driver.query<ChainEnd & { hash: string | null }>(
        `SELECT c.order_id, c.version, c.chain_hash, j.hash FROM journal_head_chains c
         LEFT JOIN journal j ON j.order_id = c.order_id AND j.version = c.version
         WHERE c.head = $1 ORDER BY c.order_id`,
        [head.head],
      );
      const name = `head ${head.head}`;
      if (head.head !== String(count)) broken.push(`${name}: head ${String(count)} is missing before it`);
      if (head.prev_hash !== previous || headHash(previous, chains) !== head.hash)
        broken.push(`${name}: its hash does not match`);
      for (const chain of chains) {
        if (chain.hash === chain.chain_hash) continue;
        broken.push(`${chain.order_id}#${String(chain.version)}: ${name} saw another event here`);
      }
      previous = head.hash;
    }
    return count;
  }

  /** Reads a table page by page; the last row's key is where the next page starts. */
  private async *pages<R extends object>(
    sql: string,
    start: unknown[],
    keyOf: (row: R) => unknown[],
  ): AsyncGenerator<R, undefined> {
    for (let key = start; ;) {
      const rows = await this.driver.query<R>(sql, [...key, this.pageRows]);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < this.pageRows) return undefined;
      key = keyOf(last);
    }
  }
}

interface ChainEnd {
  readonly order_id: string;
  readonly version: number;
  readonly chain_hash: string;
}
interface ChainLink {
  readonly order_id: string;
  readonly version: number;
  readonly type: string;
  readonly payload: string;
  readonly prev_hash: string;
  readonly hash: string;
}
interface HeadRow {
  readonly head: string;
  readonly prev_hash: string;
  readonly hash: string;
}

async function appendHead(tx: Querier, wallMs: number, chainsMax: number): Promise<{ hash: string; chains: number }> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [HEAD_LOCK]);
  const grown = await tx.query<ChainEnd>(
    `UPDATE orders SET head_due = false
     WHERE order_id IN (SELECT order_id FROM orders WHERE head_due ORDER BY order_id LIMIT $1 FOR UPDATE)
     RETURNING order_id, version, chain_hash`,
    [chainsMax],
  );
  const chains = [...grown].sort((a, b) => (a.order_id < b.order_id ? -1 : 1));
  const [last] = await tx.query<{ head: string; hash: string }>(
    'SELECT head, hash FROM journal_heads ORDER BY head DESC LIMIT 1',
  );
  const previous = last?.hash ?? HEAD_GENESIS;
  const head = Number(last?.head ?? 0) + 1;
  const hash = headHash(previous, chains);
  await tx.query('INSERT INTO journal_heads (head, wall_ms, prev_hash, hash) VALUES ($1, $2, $3, $4)', [
    head,
    wallMs,
    previous,
    hash,
  ]);
  await tx.query(
    `INSERT INTO journal_head_chains (head, order_id, version, chain_hash)
     SELECT $1, * FROM jsonb_to_recordset($2::jsonb) AS x(order_id TEXT, version INT, chain_hash TEXT)`,
    [head, JSON.stringify(chains)],
  );
  return { hash, chains: chains.length };
}

const headHash = (previous: string, chains: readonly ChainEnd[]): string =>
  sha256(previous + chains.map((chain) => `${chain.order_id} ${String(chain.version)} ${chain.chain_hash}\n`).join(''));

/** Recomputes one chain event by event and keeps its first fault: what follows a broken link proves nothing. */
class ChainWalk {
  fault: string | undefined;
  private version = 0;
  private hash: string;

  constructor(private readonly orderId: string) {
    this.hash = genesisHash(orderId);
  }

  follow(link: ChainLink): void {
    const expected = this.version + 1;
    if (link.version !== expected) this.note(expected, 'the event is missing');
    else if (link.prev_hash !== this.hash) this.note(link.version, 'it does not follow the event before it');
    else if (chainedHash(link.prev_hash, link.payload) !== link.hash)
      this.note(link.version, 'its content was changed');
    else if (!namesItself(link)) this.note(link.version, 'its columns differ from its content');
    this.version = link.version;
    this.hash = link.hash;
  }

  finish(end: ChainEnd | undefined): void {
    if (end === undefined) this.note(this.version, 'the order of these events is missing');
    else if (end.version > this.version) this.note(this.version + 1, 'the end of the chain is missing');
    else if (end.version < this.version) this.note(end.version + 1, 'the order does not know this event');
    else if (end.chain_hash !== this.hash) this.note(this.version, 'the order has another chain hash');
  }

  private note(version: number, text: string): void {
    this.fault ??= `${this.orderId}#${String(version)}: ${text}`;
  }
}

/** Says whether the columns beside a payload tell the same as the payload. */
function namesItself(link: ChainLink): boolean {
  try {
    const event = JSON.parse(link.payload) as { orderId?: unknown; version?: unknown; type?: unknown };
    return event.orderId === link.order_id && event.version === link.version && event.type === link.type;
  } catch {
    return false;
  }
}

function smaller(a: string | undefined, b: string | undefined): string {
  if (a === undefined || b === undefined) return a ?? b ?? '';
  return a < b ? a : b;
}
