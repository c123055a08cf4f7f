/**
 * Creates the tables. Amounts are NUMERIC without a bound (exact, no rounding at rest), times BIGINT epoch milliseconds,
 * order ids COLLATE "C" so that every server sorts them alike (the journal's heads depend on it).
 *
 * Tables whose rows change often leave room in their pages (fillfactor): an update that touches no indexed column then
 * stays in its page and leaves no index garbage, which matters for PGlite, where no autovacuum runs.
 */
export const TABLES = `
CREATE TABLE accounts (
  account TEXT COLLATE "C" PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'REDUCING', 'HALTED')),
  short_selling_allowed BOOLEAN NOT NULL,
  limits JSONB NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE cash (
  account TEXT COLLATE "C" NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  booked NUMERIC NOT NULL,
  settled NUMERIC NOT NULL,
  PRIMARY KEY (account, currency)
) WITH (fillfactor = 50);

-- The average price is cost / quantity; keeping the cost keeps every amount exact (src/domain/positions.ts).
CREATE TABLE positions (
  account TEXT COLLATE "C" NOT NULL,
  symbol TEXT COLLATE "C" NOT NULL,
  currency TEXT NOT NULL,
  quantity NUMERIC NOT NULL DEFAULT 0,
  settled_quantity NUMERIC NOT NULL DEFAULT 0,
  cost NUMERIC NOT NULL DEFAULT 0,
  realized_pnl NUMERIC NOT NULL DEFAULT 0,
  PRIMARY KEY (account, symbol)
) WITH (fillfactor = 50);

-- The read model: the order as of its last recorded event. snapshot is the whole order as JSON.
CREATE TABLE orders (
  order_id TEXT COLLATE "C" PRIMARY KEY,
  account TEXT COLLATE "C" NOT NULL,
  strategy TEXT NOT NULL,
  symbol TEXT NOT NULL,
  side TEXT NOT NULL,
  type TEXT NOT NULL,
  time_in_force TEXT NOT NULL,
  venue TEXT,
  status TEXT NOT NULL,
  held TEXT,
  ended BOOLEAN NOT NULL,
  quantity NUMERIC NOT NULL,
  filled_quantity NUMERIC NOT NULL,
  leaves_quantity NUMERIC NOT NULL,
  limit_price NUMERIC,
  stop_price NUMERIC,
  request_hash TEXT NOT NULL,
  first_run_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  chain_hash TEXT NOT NULL,
  -- True when the chain has grown since the last journal head.
  head_due BOOLEAN NOT NULL DEFAULT true,
  snapshot TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX orders_by_time ON orders (created_at_ms DESC, order_id);
CREATE INDEX orders_by_account ON orders (account, created_at_ms DESC, order_id);
CREATE INDEX orders_by_symbol ON orders (symbol, created_at_ms DESC, order_id);
CREATE INDEX orders_open ON orders (created_at_ms DESC, order_id) WHERE NOT ended;
CREATE INDEX orders_held ON orders (order_id) WHERE held IS NOT NULL;
CREATE INDEX orders_head_due ON orders (order_id) WHERE head_due;

CREATE TABLE journal (
  order_id TEXT COLLATE "C" NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  actor TEXT NOT NULL,
  causation_id TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  wall_ms BIGINT NOT NULL,
  -- The event as canonical JSON: exactly the text that was hashed.
  payload TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (order_id, version)
);

CREATE TABLE journal_heads (
  head BIGINT PRIMARY KEY,
  wall_ms BIGINT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
-- The chains that had grown when a head was written; together the heads cover every chain.
CREATE TABLE journal_head_chains (
  head BIGINT NOT NULL,
  order_id TEXT COLLATE "C" NOT NULL,
  version INTEGER NOT NULL,
  chain_hash TEXT NOT NULL,
  PRIMARY KEY (head, order_id)
);

CREATE FUNCTION oms_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'OM002';
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();
CREATE TRIGGER journal_heads_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_heads
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();
CREATE TRIGGER journal_head_chains_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_head_chains
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();

CREATE TABLE executions (
  venue TEXT COLLATE "C" NOT NULL,
  venue_account TEXT COLLATE "C" NOT NULL,
  exec_id TEXT COLLATE "C" NOT NULL,
  order_id TEXT COLLATE "C" NOT NULL,
  account TEXT NOT NULL,
  symbol TEXT NOT NULL,
  side TEXT NOT NULL,
  quantity NUMERIC NOT NULL,
  price NUMERIC NOT NULL,
  currency TEXT NOT NULL,
  fee NUMERIC NOT NULL,
  fee_currency TEXT NOT NULL,
  liquidity TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  settle_at_ms BIGINT NOT NULL,
  settled BOOLEAN NOT NULL DEFAULT false,
  PRIMARY KEY (venue, venue_account, exec_id)
);
CREATE INDEX executions_by_order ON executions (order_id, settle_at_ms);

-- One verdict per order and step, for ever.
CREATE TABLE decisions (
  order_id TEXT COLLATE "C" NOT NULL,
  step INTEGER NOT NULL,
  first_run_id TEXT NOT NULL,
  verdict TEXT NOT NULL,
  PRIMARY KEY (order_id, step)
);

-- What an order promises. base is its working form; next is the form of a replace that the venue has not answered:
-- until it has, the greater of both is reserved. RELEASED is final, also when written before any decision (a tombstone).
CREATE TABLE reservations (
  order_id TEXT COLLATE "C" PRIMARY KEY,
  account TEXT COLLATE "C" NOT NULL,
  symbol TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('BUY', 'SELL')),
  currency TEXT,
  status TEXT NOT NULL CHECK (status IN ('OPEN', 'RELEASED')),
  base_quantity NUMERIC NOT NULL CHECK (base_quantity >= 0),
  base_cash NUMERIC NOT NULL CHECK (base_cash >= 0),
  base_price NUMERIC NOT NULL,
  next_step INTEGER,
  next_quantity NUMERIC CHECK (next_quantity >= 0),
  next_cash NUMERIC CHECK (next_cash >= 0),
  next_price NUMERIC,
  quantity NUMERIC GENERATED ALWAYS AS (GREATEST(base_quantity, next_quantity)) STORED,
  cash NUMERIC GENERATED ALWAYS AS (GREATEST(base_cash, next_cash)) STORED,
  price_basis NUMERIC GENERATED ALWAYS AS (GREATEST(base_price, next_price)) STORED
) WITH (fillfactor = 70);
CREATE INDEX reservations_open ON reservations (account) WHERE status = 'OPEN';

CREATE TABLE submission_intents (
  venue TEXT COLLATE "C" NOT NULL,
  venue_account TEXT COLLATE "C" NOT NULL,
  client_order_id TEXT COLLATE "C" NOT NULL,
  -- The client order id up to its last '-': common to all steps of one order.
  base TEXT COLLATE "C" NOT NULL,
  order_id TEXT COLLATE "C" NOT NULL,
  send_by_ms BIGINT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('SENDING', 'ANSWERED', 'ABANDONED')),
  PRIMARY KEY (venue, venue_account, client_order_id)
) WITH (fillfactor = 70);
CREATE INDEX submission_intents_by_base ON submission_intents (venue, venue_account, base);

CREATE TABLE execution_inbox (
  venue TEXT COLLATE "C" NOT NULL,
  venue_account TEXT COLLATE "C" NOT NULL,
  exec_id TEXT COLLATE "C" NOT NULL,
  -- Highest sequence under which the report came; 0 while it only came by query.
  sequence BIGINT NOT NULL,
  arrival BIGINT GENERATED ALWAYS AS IDENTITY,
  base TEXT COLLATE "C" NOT NULL,
  orig_base TEXT COLLATE "C",
  order_id TEXT COLLATE "C",
  -- What makes two reports of one id the same: type, symbol, side, quantity and price in canonical spelling.
  content TEXT NOT NULL,
  report TEXT NOT NULL,
  delivered TEXT CHECK (delivered IN ('ORDER', 'CORRECTION', 'DUPLICATE')),
  -- Reports of the same id with other content, kept aside for a person; never applied.
  conflict JSONB,
  PRIMARY KEY (venue, venue_account, exec_id)
);
CREATE INDEX execution_inbox_by_sequence ON execution_inbox (venue, venue_account, sequence);
CREATE INDEX execution_inbox_undelivered ON execution_inbox (arrival) WHERE delivered IS NULL;
CREATE INDEX execution_inbox_conflicts ON execution_inbox (arrival) WHERE conflict IS NOT NULL;
`;
