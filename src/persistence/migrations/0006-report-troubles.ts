/**
 * Reports that cannot be read, kept as they came, and execution ids that were used twice, which people are to hear of.
 */
export const REPORT_TROUBLES = `
CREATE TABLE unreadable_reports (
  venue TEXT COLLATE "C" NOT NULL,
  venue_account TEXT COLLATE "C" NOT NULL,
  -- SHA-256 of what came: read again, it is the same row.
  hash TEXT COLLATE "C" NOT NULL,
  arrival BIGINT GENERATED ALWAYS AS IDENTITY,
  received_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  -- As far as it can be told; sequence 0 when it cannot.
  sequence BIGINT NOT NULL,
  exec_id TEXT,
  client_order_id TEXT,
  base TEXT COLLATE "C",
  orig_base TEXT COLLATE "C",
  why TEXT NOT NULL,
  raw TEXT NOT NULL,
  times_seen INTEGER NOT NULL DEFAULT 1,
  -- What was done about it: its order was told, its order is over, or there is none.
  told TEXT CHECK (told IN ('ORDER', 'OVER', 'NONE')),
  PRIMARY KEY (venue, venue_account, hash)
);
CREATE INDEX unreadable_reports_untold ON unreadable_reports (arrival) WHERE told IS NULL;

-- How far a report stream was passed beyond what the inbox has, and how many unreadable reports found no room.
CREATE TABLE stream_positions (
  venue TEXT COLLATE "C" NOT NULL,
  venue_account TEXT COLLATE "C" NOT NULL,
  sequence BIGINT NOT NULL,
  dropped BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (venue, venue_account)
) WITH (fillfactor = 50);

-- False once a conflict was kept of which nobody has been told; those of before are to be told as well.
ALTER TABLE execution_inbox ADD COLUMN conflict_told BOOLEAN NOT NULL DEFAULT true;
UPDATE execution_inbox SET conflict_told = false WHERE conflict IS NOT NULL;
CREATE INDEX execution_inbox_conflicts_untold ON execution_inbox (arrival) WHERE NOT conflict_told;

-- Two reports of one execution id are about one order: by its intent, else by the base of a client order id, where a
-- later step of the same order is the same order. Of orders that nobody here sent, the venue order id tells as well.
CREATE FUNCTION oms_same_order(p_order TEXT, p_base TEXT, p_orig_base TEXT, p_report TEXT,
    q_order TEXT, q_base TEXT, q_orig_base TEXT, q_report TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN p_order IS NOT NULL AND q_order IS NOT NULL THEN p_order = q_order
    WHEN p_base IN (q_base, COALESCE(q_orig_base, q_base)) OR p_orig_base IN (q_base, COALESCE(q_orig_base, q_base)) THEN true
    WHEN p_order IS NULL AND q_order IS NULL THEN COALESCE(p_report::jsonb->>'venueOrderId' = q_report::jsonb->>'venueOrderId', false)
    ELSE false END
$$;

-- As before, and a copy under the same execution id for another order is a conflict too: the first one stands as it came.
CREATE OR REPLACE FUNCTION oms_receive(p JSONB) RETURNS TEXT LANGUAGE sql AS $$
  WITH kept AS (
    INSERT INTO execution_inbox AS i (venue, venue_account, exec_id, sequence, base, orig_base, order_id, content, report)
      SELECT x.venue, x."venueAccount", x."execId", x.sequence, x.base, x."origBase",
        oms_order_of(x.venue, x."venueAccount", x.base, x."origBase"), x.content, x.report
      FROM jsonb_to_recordset(p) AS x(venue TEXT, "venueAccount" TEXT, "execId" TEXT, sequence BIGINT, base TEXT,
        "origBase" TEXT, content TEXT, report TEXT)
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
`;
