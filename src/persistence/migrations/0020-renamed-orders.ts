/**
 * Client order ids under which somebody else changed one of our orders at its venue: the id before theirs was ours (FIX
 * OrigClOrdID, tag 41). What the venue tells later names theirs only, and is about our order all the same.
 */
export const RENAMED_ORDERS = `
CREATE TABLE renamed_orders (
  venue TEXT COLLATE "C" NOT NULL,
  venue_account TEXT COLLATE "C" NOT NULL,
  client_order_id TEXT COLLATE "C" NOT NULL,
  order_id TEXT COLLATE "C" NOT NULL,
  told_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (venue, venue_account, client_order_id)
);
CREATE INDEX renamed_orders_by_order ON renamed_orders (order_id);

-- As before, and else the order that was given one of these client order ids.
CREATE FUNCTION oms_order_of(p_venue TEXT, p_account TEXT, p_base TEXT, p_orig_base TEXT, p_ids TEXT[]) RETURNS TEXT
LANGUAGE sql STABLE AS $$
  SELECT COALESCE(oms_order_of(p_venue, p_account, p_base, p_orig_base),
    (SELECT order_id FROM renamed_orders
      WHERE venue = p_venue AND venue_account = p_account AND client_order_id = ANY(p_ids) LIMIT 1))
$$;

-- Notes under which ids orders of ours go on, in the order in which they were told: each may follow from the one before.
CREATE FUNCTION oms_note_renamed(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  x RECORD;
BEGIN
  FOR x IN SELECT r.* FROM jsonb_to_recordset(p) AS r(at INT, venue TEXT, "venueAccount" TEXT, base TEXT, "origBase" TEXT,
      "clientOrderId" TEXT, "origClientOrderId" TEXT) ORDER BY r.at LOOP
    INSERT INTO renamed_orders (venue, venue_account, client_order_id, order_id)
      SELECT x.venue, x."venueAccount", x."clientOrderId", known.order_id
      FROM (SELECT oms_order_of(x.venue, x."venueAccount", x."origBase", NULL, ARRAY[x."origClientOrderId"]) AS order_id) AS known
      WHERE known.order_id IS NOT NULL AND oms_order_of(x.venue, x."venueAccount", x.base, NULL) IS NULL
      ON CONFLICT DO NOTHING;
  END LOOP;
  RETURN 'null';
END $$;

CREATE OR REPLACE FUNCTION oms_receive(p JSONB) RETURNS TEXT LANGUAGE sql AS $$
  WITH kept AS (
    INSERT INTO execution_inbox AS i (venue, venue_account, exec_id, sequence, base, orig_base, order_id, content, report)
      SELECT x.venue, x."venueAccount", x."execId", x.sequence, x.base, x."origBase",
        -- An answer about an order is about that order, where the ids in it do not tell.
        COALESCE(oms_order_of(x.venue, x."venueAccount", x.base, x."origBase", ARRAY[x."clientOrderId", x."origClientOrderId"]),
          x."orderId"),
        x.content, x.report
      FROM jsonb_to_recordset(p) AS x(venue TEXT, "venueAccount" TEXT, "execId" TEXT, sequence BIGINT, base TEXT,
        "origBase" TEXT, "clientOrderId" TEXT, "origClientOrderId" TEXT, "orderId" TEXT, content TEXT, report TEXT)
      ORDER BY x.venue COLLATE "C", x."venueAccount" COLLATE "C", x.sequence, x."execId" COLLATE "C"
      ON CONFLICT (venue, venue_account, exec_id) DO UPDATE SET (sequence, order_id, conflict, conflict_told) = (
        SELECT CASE WHEN same THEN GREATEST(i.sequence, excluded.sequence) ELSE i.sequence END,
          CASE WHEN same THEN COALESCE(i.order_id, excluded.order_id) ELSE i.order_id END,
          CASE WHEN fresh THEN COALESCE(i.conflict, '[]') || jsonb_build_array(excluded.report::jsonb) ELSE i.conflict END,
          i.conflict_told AND NOT fresh
        FROM (SELECT oms_same_order(i.order_id, i.base, i.orig_base, i.report,
            excluded.order_id, excluded.base, excluded.orig_base, excluded.report) AS same) AS o,
          -- At most 16 odd copies are kept: a venue gone mad must not fill the disk.
          LATERAL (SELECT CASE WHEN same AND i.content = excluded.content THEN false
            ELSE NOT COALESCE(i.conflict @> jsonb_build_array(excluded.report::jsonb), false)
              AND COALESCE(jsonb_array_length(i.conflict), 0) < 16 END AS fresh) AS f)
      RETURNING sequence, arrival, order_id, report, delivered
  )
  SELECT COALESCE(json_agg(json_build_object('sequence', sequence, 'orderId', order_id, 'report', report)
    ORDER BY sequence, arrival), '[]')::text
  FROM kept WHERE delivered IS NULL
$$;

CREATE OR REPLACE FUNCTION oms_orders_of_venue_orders(p JSONB) RETURNS TEXT LANGUAGE sql STABLE AS $$
  WITH known AS (
    SELECT i.order_id, min(b.base) AS base FROM jsonb_array_elements_text(p->'bases') AS b(base)
      JOIN submission_intents i ON i.venue = p->>'venue' AND i.venue_account = p->>'venueAccount' AND i.base = b.base
      GROUP BY i.order_id
    UNION
    SELECT r.order_id, (SELECT min(i.base) FROM submission_intents i WHERE i.order_id = r.order_id
        AND i.venue = r.venue AND i.venue_account = r.venue_account)
      FROM jsonb_array_elements_text(p->'clientOrderIds') AS c(id)
      JOIN renamed_orders r ON r.venue = p->>'venue' AND r.venue_account = p->>'venueAccount' AND r.client_order_id = c.id
    UNION ALL
    SELECT (SELECT a.order_id FROM adopted_orders a WHERE a.venue = p->>'venue' AND a.venue_account = p->>'venueAccount'
        AND a.venue_order_id = v.id ORDER BY a.arrival DESC LIMIT 1), NULL
      FROM jsonb_array_elements_text(p->'venueOrderIds') AS v(id)
  )
  SELECT COALESCE(json_agg(json_build_object('orderId', order_id, 'base', base)), '[]')::text FROM known WHERE order_id IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION oms_known_trades(p JSONB) RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT COALESCE(json_agg(json_build_object('execId', x."execId",
    'orderId', COALESCE(e.order_id, i.order_id, CASE WHEN e.exec_id IS NULL
      THEN oms_order_of(p->>'venue', p->>'venueAccount', x.base, x."origBase", ARRAY[x."clientOrderId", x."origClientOrderId"]) END,
      CASE WHEN e.exec_id IS NULL THEN (SELECT a.order_id FROM adopted_orders a WHERE a.venue = p->>'venue'
        AND a.venue_account = p->>'venueAccount' AND a.venue_order_id = x."venueOrderId" ORDER BY a.arrival DESC LIMIT 1) END),
    'inbox', CASE WHEN i.exec_id IS NULL THEN 'ABSENT' WHEN i.delivered IS NULL THEN 'WAITING' ELSE 'TOLD' END,
    -- Of what was told and is not booked: when its order was last heard of.
    'changedAtMs', CASE WHEN e.exec_id IS NULL AND i.delivered IS NOT NULL THEN COALESCE((SELECT j.wall_ms FROM orders o
      JOIN journal j ON j.order_id = o.order_id AND j.version = o.version WHERE o.order_id = i.order_id), 0) END,
    'quantity', e.quantity::text, 'price', e.price::text,
    'oldQuantity', old.quantity::text, 'oldPrice', old.price::text, 'oldFee', old.fee::text, 'oldFeeCurrency', old.fee_currency)
    ORDER BY x.at), '[]')::text
  FROM jsonb_to_recordset(p->'trades') AS x(at INT, "execId" TEXT, "execRefId" TEXT, "venueOrderId" TEXT, base TEXT,
      "origBase" TEXT, "clientOrderId" TEXT, "origClientOrderId" TEXT)
    LEFT JOIN executions e ON e.venue = p->>'venue' AND e.venue_account = p->>'venueAccount' AND e.exec_id = x."execId"
    LEFT JOIN executions old ON old.venue = p->>'venue' AND old.venue_account = p->>'venueAccount' AND old.exec_id = x."execRefId"
    LEFT JOIN execution_inbox i ON i.venue = p->>'venue' AND i.venue_account = p->>'venueAccount' AND i.exec_id = x."execId"
$$;
`;
