/**
 * Trading states set by hand, and the orders that a kill switch saw open with the proof that each is closed.
 *
 * A decision holds the switch's lock shared, a change of state holds it alone: when a change has answered, every
 * decision made before it is in the tables, and every later one reads the new state.
 */
export const TRADING_STATES = `
CREATE TABLE trading_states (
  -- The scope as canonical JSON.
  scope TEXT COLLATE "C" PRIMARY KEY,
  account TEXT,
  strategy TEXT,
  symbol TEXT,
  venue TEXT,
  state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'REDUCING', 'HALTED')),
  version INTEGER NOT NULL,
  actor TEXT NOT NULL,
  approved_by TEXT,
  reason TEXT NOT NULL,
  at_ms BIGINT NOT NULL
);
CREATE TABLE trading_state_changes (
  command_id TEXT COLLATE "C" PRIMARY KEY,
  scope TEXT COLLATE "C" NOT NULL,
  version INTEGER NOT NULL,
  before TEXT NOT NULL,
  state TEXT NOT NULL,
  actor TEXT NOT NULL,
  approved_by TEXT,
  reason TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  UNIQUE (scope, version)
);
CREATE TRIGGER trading_state_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trading_state_changes
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();

CREATE TABLE kill_switch_orders (
  command_id TEXT COLLATE "C" NOT NULL,
  order_id TEXT COLLATE "C" NOT NULL,
  proof TEXT,
  closed_at_ms BIGINT,
  PRIMARY KEY (command_id, order_id)
);
CREATE INDEX kill_switch_orders_open ON kill_switch_orders (command_id, order_id) WHERE closed_at_ms IS NULL;

ALTER TABLE reservations ADD COLUMN strategy TEXT;

CREATE FUNCTION oms_state_rank(p_state TEXT) RETURNS INTEGER LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_state WHEN 'ACTIVE' THEN 0 WHEN 'REDUCING' THEN 1 ELSE 2 END
$$;

CREATE FUNCTION oms_set_trading_state(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_before TEXT;
  v_version INTEGER;
  c trading_state_changes%ROWTYPE;
BEGIN
  PERFORM pg_advisory_xact_lock(7261, 1);
  SELECT * INTO c FROM trading_state_changes WHERE command_id = p->>'commandId';
  IF FOUND THEN
    RETURN json_build_object('kind', 'set', 'before', c.before, 'state', c.state, 'version', c.version);
  END IF;
  SELECT state, version INTO v_before, v_version FROM trading_states WHERE scope = p->>'scope';
  v_before := COALESCE(v_before, 'ACTIVE');
  v_version := COALESCE(v_version, 0) + 1;
  IF oms_state_rank(p->>'state') < oms_state_rank(v_before)
    AND lower(COALESCE(p->>'approvedBy', p->>'actor')) = lower(p->>'actor') THEN
    RETURN json_build_object('kind', 'refused', 'before', v_before);
  END IF;
  INSERT INTO trading_state_changes VALUES (p->>'commandId', p->>'scope', v_version, v_before, p->>'state', p->>'actor',
    p->>'approvedBy', p->>'reason', (p->>'atMs')::bigint);
  INSERT INTO trading_states VALUES (p->>'scope', p->>'account', p->>'strategy', p->>'symbol', p->>'venue', p->>'state',
      v_version, p->>'actor', p->>'approvedBy', p->>'reason', (p->>'atMs')::bigint)
    ON CONFLICT (scope) DO UPDATE SET state = excluded.state, version = excluded.version, actor = excluded.actor,
      approved_by = excluded.approved_by, reason = excluded.reason, at_ms = excluded.at_ms;
  RETURN json_build_object('kind', 'set', 'before', v_before, 'state', p->>'state', 'version', v_version);
END $$;

-- The orders of a scope that are open: those recorded as such, and those that hold a reservation and are not recorded yet.
CREATE FUNCTION oms_orders_to_close(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO kill_switch_orders (command_id, order_id)
    SELECT p->>'commandId', o.order_id FROM orders o
      WHERE NOT o.ended
        AND (p->>'account' IS NULL OR o.account = p->>'account') AND (p->>'strategy' IS NULL OR o.strategy = p->>'strategy')
        AND (p->>'symbol' IS NULL OR o.symbol = p->>'symbol')
        AND (p->>'venue' IS NULL OR o.venue IS NULL OR o.venue = p->>'venue')
    UNION
    SELECT p->>'commandId', r.order_id FROM reservations r
      JOIN decisions d ON d.order_id = r.order_id AND d.step <= 0
      WHERE r.status = 'OPEN' AND NOT EXISTS (SELECT FROM orders o WHERE o.order_id = r.order_id)
        AND (p->>'account' IS NULL OR r.account = p->>'account')
        AND (p->>'strategy' IS NULL OR r.strategy = p->>'strategy')
        AND (p->>'symbol' IS NULL OR r.symbol = p->>'symbol')
        AND (p->>'venue' IS NULL OR d.verdict::jsonb->'route'->>'venue' = p->>'venue')
    ON CONFLICT DO NOTHING;
  RETURN (SELECT COALESCE(json_agg(json_build_object('orderId', k.order_id, 'venue', o.venue, 'ended', o.ended,
      'status', COALESCE(o.status, 'CREATED'),
      'venueAccount', o.snapshot::jsonb->>'venueAccount', 'clientOrderIdBase', o.snapshot::jsonb->>'clientOrderIdBase')
      ORDER BY k.order_id), '[]')
    FROM kill_switch_orders k LEFT JOIN orders o ON o.order_id = k.order_id
    WHERE k.command_id = p->>'commandId' AND k.closed_at_ms IS NULL);
END $$;

CREATE FUNCTION oms_prove_closed(p JSONB) RETURNS TEXT LANGUAGE sql AS $$
  WITH proved AS (
    UPDATE kill_switch_orders k SET proof = x.proof, closed_at_ms = (p->>'atMs')::bigint
    FROM jsonb_to_recordset(p->'orders') AS x("orderId" TEXT, proof TEXT)
    WHERE k.command_id = p->>'commandId' AND k.order_id = x."orderId" AND k.closed_at_ms IS NULL
    RETURNING 1
  )
  SELECT json_build_object('proved', count(*))::text FROM proved
$$;
`;
