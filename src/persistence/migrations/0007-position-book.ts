/**
 * Positions and cash as a fold of the executions, which a command can repeat at any time: every execution knows its place
 * among those of its position and its contract multiplier, opening cash is a record of its own, and a position keeps its
 * fees by currency and, in hedging accounts, its legs.
 */
export const POSITION_BOOK = `
-- What a symbol's executions are booked with; from the catalog.
CREATE TABLE instrument_terms (
  symbol TEXT COLLATE "C" PRIMARY KEY,
  currency TEXT NOT NULL,
  multiplier NUMERIC NOT NULL CHECK (multiplier > 0)
);

ALTER TABLE accounts
  ADD COLUMN position_mode TEXT NOT NULL DEFAULT 'NETTING' CHECK (position_mode IN ('NETTING', 'HEDGING')),
  ADD COLUMN base_currency TEXT;

-- place orders the executions of a position as they were booked; the new form of a corrected trade has the place of the old.
ALTER TABLE executions
  ADD COLUMN multiplier NUMERIC NOT NULL DEFAULT 1,
  ADD COLUMN position_effect TEXT,
  ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
UPDATE executions e SET place = numbered.place FROM (
  SELECT venue, venue_account, exec_id,
    row_number() OVER (PARTITION BY account, symbol ORDER BY at_ms, reverses IS NOT NULL, exec_id) AS place
  FROM executions) AS numbered
WHERE (e.venue, e.venue_account, e.exec_id) = (numbered.venue, numbered.venue_account, numbered.exec_id);
DO $$
DECLARE
  opposite RECORD;
BEGIN
  FOR opposite IN SELECT * FROM executions WHERE reverses IS NOT NULL AND exec_id LIKE '%:opposite' ORDER BY place LOOP
    UPDATE executions e SET place = original.place FROM executions original
    WHERE (e.venue, e.venue_account, e.order_id) = (opposite.venue, opposite.venue_account, opposite.order_id)
      AND e.exec_id || ':opposite' = opposite.exec_id
      AND (original.venue, original.venue_account, original.exec_id) = (opposite.venue, opposite.venue_account, opposite.reverses);
  END LOOP;
END $$;
CREATE INDEX executions_by_position ON executions (account, symbol, place);
CREATE INDEX executions_reversals ON executions (account, symbol) WHERE reverses IS NOT NULL;

-- Amounts inside the JSON are texts: exact, as NUMERIC is.
ALTER TABLE positions
  ADD COLUMN fees JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN legs JSONB,
  ADD COLUMN last_place BIGINT NOT NULL DEFAULT 0;
UPDATE positions p SET fees = known.fees, last_place = known.last_place FROM (
  SELECT account, symbol, jsonb_object_agg(fee_currency, trim_scale(fee)::text) AS fees, max(last_place) AS last_place
  FROM (SELECT account, symbol, fee_currency, sum(fee) AS fee, max(place) AS last_place
    FROM executions GROUP BY account, symbol, fee_currency) AS per_currency
  GROUP BY account, symbol) AS known
WHERE p.account = known.account COLLATE "C" AND p.symbol = known.symbol COLLATE "C";

CREATE TABLE opening_cash (
  account TEXT COLLATE "C" NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  amount NUMERIC NOT NULL,
  PRIMARY KEY (account, currency)
);
-- What was booked before it had a record of its own: the cash that no execution explains.
INSERT INTO opening_cash
SELECT c.account, c.currency, c.booked - COALESCE(moved.amount, 0)
FROM cash c LEFT JOIN (
  SELECT account, currency, sum(amount) AS amount FROM (
    SELECT account, currency, CASE WHEN side = 'BUY' THEN -quantity ELSE quantity END * price AS amount FROM executions
    UNION ALL SELECT account, fee_currency, -fee FROM executions) AS flows
  GROUP BY account, currency) AS moved
ON c.account = moved.account COLLATE "C" AND c.currency = moved.currency COLLATE "C"
WHERE c.booked <> COALESCE(moved.amount, 0);
CREATE TRIGGER opening_cash_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON opening_cash
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();

-- One line per rebuild that wrote: who, when, from how much, and what it changed.
CREATE TABLE ledger_rebuilds (
  rebuild BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  wall_ms BIGINT NOT NULL,
  actor TEXT NOT NULL,
  executions BIGINT NOT NULL,
  differences BIGINT NOT NULL,
  -- The first of them.
  changes JSONB NOT NULL
);
CREATE TRIGGER ledger_rebuilds_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_rebuilds
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();

-- Saves currency and multiplier of the symbols; refuses to change those of a symbol that is traded: a contract with other
-- terms is another symbol.
CREATE FUNCTION oms_save_instruments(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  i RECORD;
BEGIN
  FOR i IN SELECT x.*, t.currency AS old_currency, t.multiplier AS old_multiplier
    FROM jsonb_to_recordset(p) AS x(symbol TEXT, currency TEXT, multiplier NUMERIC)
    JOIN instrument_terms t ON t.symbol = x.symbol COLLATE "C"
    WHERE (t.currency, t.multiplier) IS DISTINCT FROM (x.currency, x.multiplier)
  LOOP
    IF EXISTS (SELECT 1 FROM executions WHERE symbol = i.symbol)
        OR EXISTS (SELECT 1 FROM reservations WHERE symbol = i.symbol AND status = 'OPEN') THEN
      RAISE EXCEPTION '% is traded in % with multiplier %: % with multiplier % needs a symbol of its own',
        i.symbol, i.old_currency, trim_scale(i.old_multiplier), i.currency, trim_scale(i.multiplier) USING ERRCODE = 'OM003';
    END IF;
  END LOOP;
  INSERT INTO instrument_terms
    SELECT x.symbol, x.currency, x.multiplier FROM jsonb_to_recordset(p) AS x(symbol TEXT, currency TEXT, multiplier NUMERIC)
    ORDER BY x.symbol COLLATE "C"
    ON CONFLICT (symbol) DO UPDATE SET currency = excluded.currency, multiplier = excluded.multiplier
    WHERE (instrument_terms.currency, instrument_terms.multiplier) IS DISTINCT FROM (excluded.currency, excluded.multiplier);
  RETURN '{}';
END $$;

-- Creates or changes accounts; opening cash is booked and recorded for new ones only. The mode of an account that has
-- traded stays: its legs could not be told apart afterwards.
CREATE OR REPLACE FUNCTION oms_save_accounts(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  a RECORD;
  v_mode TEXT;
BEGIN
  FOR a IN SELECT * FROM jsonb_to_recordset(p) AS x(account TEXT, status TEXT, "shortSellingAllowed" BOOLEAN,
      limits JSONB, "openingCash" JSONB, "positionMode" TEXT, "baseCurrency" TEXT) ORDER BY x.account COLLATE "C"
  LOOP
    INSERT INTO accounts (account, status, short_selling_allowed, limits, position_mode, base_currency)
      VALUES (a.account, a.status, a."shortSellingAllowed", a.limits, COALESCE(a."positionMode", 'NETTING'), a."baseCurrency")
      ON CONFLICT DO NOTHING;
    IF FOUND THEN
      INSERT INTO opening_cash SELECT a.account, key, value::numeric FROM jsonb_each_text(a."openingCash");
      INSERT INTO cash SELECT a.account, key, value::numeric, value::numeric FROM jsonb_each_text(a."openingCash")
        ORDER BY key COLLATE "C"
        ON CONFLICT (account, currency) DO UPDATE
          SET booked = cash.booked + excluded.booked, settled = cash.settled + excluded.settled;
    ELSE
      SELECT position_mode INTO v_mode FROM accounts WHERE account = a.account FOR UPDATE;
      IF v_mode <> COALESCE(a."positionMode", 'NETTING') AND EXISTS (SELECT 1 FROM executions WHERE account = a.account) THEN
        RAISE EXCEPTION 'account % has traded in mode %, which cannot change to %: open a new account',
          a.account, v_mode, COALESCE(a."positionMode", 'NETTING') USING ERRCODE = 'OM003';
      END IF;
      UPDATE accounts SET status = a.status, short_selling_allowed = a."shortSellingAllowed", limits = a.limits,
          position_mode = COALESCE(a."positionMode", 'NETTING'), base_currency = a."baseCurrency"
        WHERE account = a.account;
    END IF;
  END LOOP;
  RETURN '{}';
END $$;
`;
