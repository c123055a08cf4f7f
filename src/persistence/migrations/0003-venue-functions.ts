/** Creates the function behind the inbox: a batch of reports in one statement. */
export const VENUE_FUNCTIONS = `
-- The order whose intent carries a client order id of this base, at any step; else of the base before a cancel or replace.
CREATE FUNCTION oms_order_of(p_venue TEXT, p_account TEXT, p_base TEXT, p_orig_base TEXT) RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT COALESCE(
    (SELECT order_id FROM submission_intents WHERE venue = p_venue AND venue_account = p_account AND base = p_base LIMIT 1),
    (SELECT order_id FROM submission_intents WHERE venue = p_venue AND venue_account = p_account AND base = p_orig_base LIMIT 1))
$$;

-- Keeps reports that are new, notes other content under a known id aside, and answers with those not yet delivered.
CREATE FUNCTION oms_receive(p JSONB) RETURNS TEXT LANGUAGE sql AS $$
  WITH kept AS (
    INSERT INTO execution_inbox AS i (venue, venue_account, exec_id, sequence, base, orig_base, order_id, content, report)
      SELECT x.venue, x."venueAccount", x."execId", x.sequence, x.base, x."origBase",
        oms_order_of(x.venue, x."venueAccount", x.base, x."origBase"), x.content, x.report
      FROM jsonb_to_recordset(p) AS x(venue TEXT, "venueAccount" TEXT, "execId" TEXT, sequence BIGINT, base TEXT,
        "origBase" TEXT, content TEXT, report TEXT)
      ORDER BY x.venue COLLATE "C", x."venueAccount" COLLATE "C", x.sequence, x."execId" COLLATE "C"
      ON CONFLICT (venue, venue_account, exec_id) DO UPDATE SET
        sequence = GREATEST(i.sequence, excluded.sequence),
        order_id = COALESCE(i.order_id, excluded.order_id),
        -- At most 16 odd copies are kept: a venue gone mad must not fill the disk.
        conflict = CASE
          WHEN i.content = excluded.content OR i.conflict @> jsonb_build_array(excluded.report::jsonb)
            OR jsonb_array_length(i.conflict) >= 16 THEN i.conflict
          ELSE COALESCE(i.conflict, '[]') || jsonb_build_array(excluded.report::jsonb) END
      RETURNING sequence, arrival, order_id, report, delivered
  )
  SELECT COALESCE(json_agg(json_build_object('sequence', sequence, 'orderId', order_id, 'report', report)
    ORDER BY sequence, arrival), '[]')::text
  FROM kept WHERE delivered IS NULL
$$;
`;
