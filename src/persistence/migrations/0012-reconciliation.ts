/** What reconciliations of venue accounts find, and what they need to find it without reading everything. */
export const RECONCILIATION = `
-- Places in order of booking: a run looks at what came since the one before.
ALTER TABLE executions ADD COLUMN arrival BIGINT GENERATED ALWAYS AS IDENTITY;
CREATE INDEX executions_by_arrival ON executions (venue, venue_account, arrival);
CREATE INDEX orders_open_by_venue ON orders (venue, order_id) WHERE NOT ended;

-- One row per run; ended_at_ms is NULL while it runs, and for ever when it never got to its end.
CREATE TABLE reconciliation_runs (
  run_id TEXT COLLATE "C" PRIMARY KEY,
  venue TEXT COLLATE "C" NOT NULL,
  venue_account TEXT COLLATE "C" NOT NULL,
  started_at_ms BIGINT NOT NULL,
  ended_at_ms BIGINT,
  -- How far the venue's reports and our executions were compared.
  through_sequence BIGINT,
  through_arrival BIGINT,
  -- What was compared, which sources answered, and how many findings there were by action, as JSON.
  summary TEXT
) WITH (fillfactor = 70);
CREATE INDEX reconciliation_runs_ended ON reconciliation_runs (venue, venue_account, ended_at_ms) WHERE ended_at_ms IS NOT NULL;

CREATE TABLE reconciliation_findings (
  run_id TEXT COLLATE "C" NOT NULL REFERENCES reconciliation_runs,
  kind TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  arrival BIGINT GENERATED ALWAYS AS IDENTITY,
  order_id TEXT COLLATE "C",
  exec_id TEXT COLLATE "C",
  action TEXT NOT NULL CHECK (action IN ('CORRECT', 'ADOPT', 'ESCALATE', 'WAIT')),
  -- Both sides as JSON, and the reason in words.
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  reason TEXT NOT NULL,
  -- What makes it the same finding in the next run.
  identity TEXT NOT NULL,
  -- The whole of it as JSON.
  finding TEXT NOT NULL,
  PRIMARY KEY (run_id, kind, key)
);
CREATE TRIGGER reconciliation_findings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciliation_findings
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();

-- Orders of a venue account that venue orders are: by the intent of a client order id, else as adopted.
CREATE FUNCTION oms_orders_of_venue_orders(p JSONB) RETURNS TEXT LANGUAGE sql STABLE AS $$
  WITH known AS (
    SELECT i.order_id, min(b.base) AS base FROM jsonb_array_elements_text(p->'bases') AS b(base)
      JOIN submission_intents i ON i.venue = p->>'venue' AND i.venue_account = p->>'venueAccount' AND i.base = b.base
      GROUP BY i.order_id
    UNION ALL
    SELECT (SELECT a.order_id FROM adopted_orders a WHERE a.venue = p->>'venue' AND a.venue_account = p->>'venueAccount'
        AND a.venue_order_id = v.id ORDER BY a.arrival DESC LIMIT 1), NULL
      FROM jsonb_array_elements_text(p->'venueOrderIds') AS v(id)
  )
  SELECT COALESCE(json_agg(json_build_object('orderId', order_id, 'base', base)), '[]')::text FROM known WHERE order_id IS NOT NULL
$$;

-- What is known of trades that a venue reports, in their order.
CREATE FUNCTION oms_known_trades(p JSONB) RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT COALESCE(json_agg(json_build_object('execId', x."execId",
    'orderId', COALESCE(e.order_id, i.order_id, CASE WHEN e.exec_id IS NULL
      THEN oms_order_of(p->>'venue', p->>'venueAccount', x.base, x."origBase") END,
      CASE WHEN e.exec_id IS NULL THEN (SELECT a.order_id FROM adopted_orders a WHERE a.venue = p->>'venue'
        AND a.venue_account = p->>'venueAccount' AND a.venue_order_id = x."venueOrderId" ORDER BY a.arrival DESC LIMIT 1) END),
    'inbox', CASE WHEN i.exec_id IS NULL THEN 'ABSENT' WHEN i.delivered IS NULL THEN 'WAITING' ELSE 'TOLD' END,
    -- Of what was told and is not booked: when its order was last heard of.
    'changedAtMs', CASE WHEN e.exec_id IS NULL AND i.delivered IS NOT NULL THEN COALESCE((SELECT j.wall_ms FROM orders o
      JOIN journal j ON j.order_id = o.order_id AND j.version = o.version WHERE o.order_id = i.order_id), 0) END,
    'quantity', e.quantity::text, 'price', e.price::text,
    'oldQuantity', old.quantity::text, 'oldPrice', old.price::text, 'oldFee', old.fee::text, 'oldFeeCurrency', old.fee_currency)
    ORDER BY x.at), '[]')::text
  FROM jsonb_to_recordset(p->'trades') AS x(at INT, "execId" TEXT, "execRefId" TEXT, "venueOrderId" TEXT, base TEXT, "origBase" TEXT)
    LEFT JOIN executions e ON e.venue = p->>'venue' AND e.venue_account = p->>'venueAccount' AND e.exec_id = x."execId"
    LEFT JOIN executions old ON old.venue = p->>'venue' AND old.venue_account = p->>'venueAccount' AND old.exec_id = x."execRefId"
    LEFT JOIN execution_inbox i ON i.venue = p->>'venue' AND i.venue_account = p->>'venueAccount' AND i.exec_id = x."execId"
$$;
`;
