/** A venue order that is known to be another one is no form of ours, under whatever client order id a person entered it. */
export const VENUE_ORDER_TELLS = `
-- The venue order was adopted, and had one of these client order ids then or later.
CREATE FUNCTION oms_is_adopted(p_venue TEXT, p_account TEXT, p_ids TEXT[], p_venue_order_id TEXT) RETURNS BOOLEAN
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM adopted_orders WHERE venue = p_venue AND venue_account = p_account
    AND venue_order_id = p_venue_order_id AND client_order_ids && p_ids)
$$;

-- The order whose intent has this base, if it sent this very id, is known as this venue order, or may still become it.
-- p_orig: the id before it, of no order that is known here; then an id that was sent proves nothing.
CREATE FUNCTION oms_order_of_base(p_venue TEXT, p_account TEXT, p_base TEXT, p_id TEXT, p_orig TEXT, p_venue_order_id TEXT)
RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT order_id FROM (
    SELECT order_id FROM submission_intents WHERE venue = p_venue AND venue_account = p_account AND base = p_base LIMIT 1) AS i
  WHERE p_venue_order_id IS NULL OR p_venue_order_id = ''
    OR (p_orig IS NULL AND EXISTS (SELECT FROM submission_intents
      WHERE venue = p_venue AND venue_account = p_account AND client_order_id = p_id))
    OR COALESCE((SELECT o.snapshot::json->>'venueOrderId' = p_venue_order_id FROM orders o WHERE o.order_id = i.order_id),
      p_id ~ '-(0|[1-9][0-9]{0,5})$')
$$;

-- The order that a report names, p_ids being its client order id and the one before it: the order of the id before it, as
-- a person may have given it any other; else the one that was given this id; else the one whose intent has its base.
CREATE FUNCTION oms_order_of(p_venue TEXT, p_account TEXT, p_base TEXT, p_orig_base TEXT, p_ids TEXT[], p_venue_order_id TEXT)
RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN NOT oms_is_adopted(p_venue, p_account, p_ids, p_venue_order_id) THEN COALESCE(
    (SELECT order_id FROM renamed_orders WHERE venue = p_venue AND venue_account = p_account AND client_order_id = p_ids[2]),
    oms_order_of_base(p_venue, p_account, p_orig_base, p_ids[2], NULL, p_venue_order_id),
    (SELECT order_id FROM renamed_orders WHERE venue = p_venue AND venue_account = p_account AND client_order_id = p_ids[1]),
    oms_order_of_base(p_venue, p_account, p_base, p_ids[1], p_ids[2], p_venue_order_id)) END
$$;

-- As before; an id is noted as given to an order unless it would be known as that order's own.
CREATE OR REPLACE FUNCTION oms_note_renamed(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  x RECORD;
  v_order TEXT;
BEGIN
  FOR x IN SELECT r.* FROM jsonb_to_recordset(p) AS r(at INT, venue TEXT, "venueAccount" TEXT, base TEXT, "origBase" TEXT,
      "clientOrderId" TEXT, "origClientOrderId" TEXT, "venueOrderId" TEXT) ORDER BY r.at LOOP
    v_order := oms_order_of(x.venue, x."venueAccount", NULL, x."origBase", ARRAY[NULL, x."origClientOrderId"], x."venueOrderId");
    INSERT INTO renamed_orders (venue, venue_account, client_order_id, order_id)
      SELECT x.venue, x."venueAccount", x."clientOrderId", v_order
      WHERE v_order IS NOT NULL AND v_order IS DISTINCT FROM
        oms_order_of(x.venue, x."venueAccount", x.base, NULL, ARRAY[x."clientOrderId"], x."venueOrderId")
      ON CONFLICT DO NOTHING;
  END LOOP;
  RETURN 'null';
END $$;

CREATE OR REPLACE FUNCTION oms_receive(p JSONB) RETURNS TEXT LANGUAGE sql AS $$
  WITH kept AS (
    INSERT INTO execution_inbox AS i (venue, venue_account, exec_id, sequence, base, orig_base, order_id, content, report)
      SELECT x.venue, x."venueAccount", x."execId", x.sequence, x.base, x."origBase",
        -- An answer about an order is about that order, where the ids in it do not tell.
        COALESCE(oms_order_of(x.venue, x."venueAccount", x.base, x."origBase", ids, x."venueOrderId"),
          CASE WHEN NOT oms_is_adopted(x.venue, x."venueAccount", ids, x."venueOrderId") THEN x."orderId" END),
        x.content, x.report
      FROM jsonb_to_recordset(p) AS x(venue TEXT, "venueAccount" TEXT, "execId" TEXT, sequence BIGINT, base TEXT,
        "origBase" TEXT, "clientOrderId" TEXT, "origClientOrderId" TEXT, "venueOrderId" TEXT, "orderId" TEXT, content TEXT,
        report TEXT), LATERAL (SELECT ARRAY[x."clientOrderId", x."origClientOrderId"] AS ids) AS named
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

CREATE OR REPLACE FUNCTION oms_known_trades(p JSONB) RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT COALESCE(json_agg(json_build_object('execId', x."execId",
    'orderId', COALESCE(e.order_id, i.order_id, CASE WHEN e.exec_id IS NULL
      THEN oms_order_of(p->>'venue', p->>'venueAccount', x.base, x."origBase", ARRAY[x."clientOrderId", x."origClientOrderId"],
        x."venueOrderId") END,
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
