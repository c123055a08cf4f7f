/** What post-trade analysis needs beside each execution, what it finds, and how far it has looked. */
export const POST_TRADE = `
-- The newest quote of the venue when the execution was booked: prices as texts and its market time.
ALTER TABLE executions ADD COLUMN quote JSONB;
CREATE INDEX executions_as_they_came ON executions (arrival);

-- One row per run; ended_at_ms is NULL while it runs, and for ever when it never got to its end.
CREATE TABLE post_trade_runs (
  run_id TEXT COLLATE "C" PRIMARY KEY,
  started_at_ms BIGINT NOT NULL,
  ended_at_ms BIGINT,
  -- The newest place among the executions that it has looked at.
  through_arrival BIGINT,
  -- How much was looked at and found, as JSON.
  summary TEXT
) WITH (fillfactor = 70);
CREATE INDEX post_trade_runs_ended ON post_trade_runs (started_at_ms) WHERE ended_at_ms IS NOT NULL;

CREATE TABLE post_trade_findings (
  -- Made of what was found, so that it is found once.
  finding_id TEXT COLLATE "C" PRIMARY KEY,
  arrival BIGINT GENERATED ALWAYS AS IDENTITY,
  run_id TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('FILL', 'SURVEILLANCE', 'BREACH')),
  code TEXT COLLATE "C" NOT NULL,
  -- What it is about: the same subject can be found anew after its last finding is over.
  subject TEXT COLLATE "C" NOT NULL,
  account TEXT COLLATE "C",
  symbol TEXT COLLATE "C",
  order_id TEXT COLLATE "C",
  exec_id TEXT COLLATE "C",
  -- What was expected, what is, and what shows it, as JSON; the reason in words.
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  evidence TEXT NOT NULL,
  reason TEXT NOT NULL,
  at_ms BIGINT NOT NULL
);
CREATE INDEX post_trade_findings_by_subject ON post_trade_findings (kind, subject, arrival DESC);
CREATE INDEX post_trade_findings_by_order ON post_trade_findings (order_id) WHERE order_id IS NOT NULL;
CREATE TRIGGER post_trade_findings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON post_trade_findings
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();

-- What became of a finding, each step once: people were told, a person has reviewed it, a breach was over, people were
-- told of that.
CREATE TABLE post_trade_steps (
  finding_id TEXT COLLATE "C" NOT NULL REFERENCES post_trade_findings,
  step TEXT NOT NULL CHECK (step IN ('TOLD', 'REVIEWED', 'OVER', 'TOLD_OVER')),
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (finding_id, step)
);
CREATE TRIGGER post_trade_steps_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON post_trade_steps
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();

-- The highest equity at which an account was ever valued, from which its fall is measured.
CREATE TABLE account_peaks (
  account TEXT COLLATE "C" NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  equity NUMERIC NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (account, currency)
) WITH (fillfactor = 50);

-- First half of a recording that moves money: locks, stores the new executions, settles older ones, and answers with
-- what the arithmetic needs. Duplicates are not in 'applied'.
CREATE OR REPLACE FUNCTION oms_record_fills(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_recorded INTEGER;
  v_currency TEXT;
  v_multiplier NUMERIC;
  v_mode TEXT;
  v_applied JSON;
  v_settled JSON := '{"quantity":"0","cash":[]}';
  v_position positions%ROWTYPE;
BEGIN
  SELECT version INTO v_recorded FROM orders WHERE order_id = p->>'orderId' FOR UPDATE;
  v_recorded := COALESCE(v_recorded, 0);
  SELECT currency, multiplier INTO v_currency, v_multiplier FROM instrument_terms WHERE symbol = p->>'symbol';
  SELECT position_mode INTO v_mode FROM accounts WHERE account = p->>'account';
  -- The position comes before its executions: their places are given under its lock, in the order in which they are booked.
  SELECT * INTO v_position FROM positions WHERE account = p->>'account' AND symbol = p->>'symbol' FOR UPDATE;
  v_currency := COALESCE((SELECT currency FROM reservations WHERE order_id = p->>'orderId'),
    v_position.currency, v_currency, p->>'fallbackCurrency');
  IF v_position.account IS NULL THEN
    INSERT INTO positions (account, symbol, currency) VALUES (p->>'account', p->>'symbol', v_currency) ON CONFLICT DO NOTHING;
    SELECT * INTO v_position FROM positions WHERE account = p->>'account' AND symbol = p->>'symbol' FOR UPDATE;
  END IF;

  IF jsonb_array_length(p->'settlements') > 0 THEN
    WITH moved AS (
      UPDATE executions SET settled = true
      WHERE order_id = p->>'orderId' AND NOT settled AND settle_at_ms IN (
        SELECT s."settleAtMs" FROM jsonb_to_recordset(p->'settlements') AS s(version INT, "settleAtMs" BIGINT)
        WHERE s.version > v_recorded)
      RETURNING currency, fee, fee_currency, price * multiplier AS price, CASE WHEN side = 'BUY' THEN quantity ELSE -quantity END AS signed
    ), flows AS (
      SELECT currency, -signed * price AS amount FROM moved UNION ALL SELECT fee_currency, -fee FROM moved
    ), totals AS (
      SELECT currency, sum(amount) AS amount FROM flows GROUP BY currency
    )
    SELECT json_build_object(
      'quantity', (SELECT COALESCE(sum(signed), 0)::text FROM moved),
      'cash', (SELECT COALESCE(json_agg(json_build_object('currency', currency, 'amount', amount::text)), '[]') FROM totals))
    INTO v_settled;
  END IF;

  WITH stored AS (
    INSERT INTO executions (venue, venue_account, exec_id, order_id, account, symbol, side, quantity, price, currency,
        fee, fee_currency, liquidity, at_ms, settle_at_ms, settled, reverses, multiplier, position_effect, quote, place)
      SELECT p->>'venue', p->>'venueAccount', f."execId", p->>'orderId', p->>'account', p->>'symbol', p->>'side',
        f.quantity, f.price, v_currency, f.fee, f."feeCurrency", f.liquidity, f."atMs", f."settleAtMs", f.settled, f.reverses,
        COALESCE(v_multiplier, 1), p->>'positionEffect', p->'quote',
        COALESCE((SELECT x.place FROM executions x WHERE x.venue = p->>'venue' AND x.venue_account = p->>'venueAccount'
          AND x.exec_id = f."takesPlaceOf" AND x.order_id = p->>'orderId'), v_position.last_place + f.ordinal)
      FROM jsonb_to_recordset(p->'fills') AS f(version INT, "execId" TEXT, quantity NUMERIC, price NUMERIC, fee NUMERIC,
        "feeCurrency" TEXT, liquidity TEXT, "atMs" BIGINT, "settleAtMs" BIGINT, settled BOOLEAN, reverses TEXT,
        ordinal INT, "takesPlaceOf" TEXT)
      WHERE f.version > v_recorded
      ORDER BY f."execId" COLLATE "C"
      ON CONFLICT DO NOTHING
      RETURNING exec_id
  )
  SELECT COALESCE(json_agg(exec_id), '[]') INTO v_applied FROM stored;

  RETURN json_build_object('recorded', v_recorded, 'currency', v_currency, 'multiplier', COALESCE(v_multiplier, 1)::text,
    'mode', COALESCE(v_mode, 'NETTING'), 'lastPlace', v_position.last_place, 'applied', v_applied, 'settled', v_settled,
    'position', json_build_object('quantity', v_position.quantity::text, 'settledQuantity', v_position.settled_quantity::text,
      'cost', v_position.cost::text, 'realizedPnl', v_position.realized_pnl::text,
      'fees', v_position.fees, 'legs', v_position.legs));
END $$;
`;
