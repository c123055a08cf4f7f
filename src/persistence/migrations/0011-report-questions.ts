/**
 * When an unreadable report is asked for again, until its venue gives a copy that can be read; those of before are asked
 * for as well.
 */
export const REPORT_QUESTIONS = `
ALTER TABLE unreadable_reports
  ADD COLUMN asked INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN ask_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  -- Not asked for any more: a copy that can be read came, or nothing in it names what to ask for.
  ADD COLUMN settled TEXT CHECK (settled IN ('READABLE', 'NAMELESS'));
DROP INDEX unreadable_reports_untold;
CREATE INDEX unreadable_reports_due ON unreadable_reports (venue, venue_account, ask_at) WHERE settled IS NULL;

-- Keeps unreadable reports of one venue account, moves its position, and answers with the hashes that are new. What could
-- be read in the end makes room for what cannot be read now.
CREATE FUNCTION oms_keep_unreadable(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_room INTEGER;
  v_fresh INTEGER;
  v_new JSON;
  v_dropped INTEGER;
BEGIN
  -- The row's lock makes rivals wait, so that the count below is exact.
  INSERT INTO stream_positions AS s (venue, venue_account, sequence)
    VALUES (p->>'venue', p->>'venueAccount', (p->>'position')::bigint)
    ON CONFLICT (venue, venue_account) DO UPDATE SET sequence = GREATEST(s.sequence, excluded.sequence);
  UPDATE unreadable_reports u SET times_seen = u.times_seen + 1, sequence = GREATEST(u.sequence, x.sequence),
      -- Its place is something to ask by.
      settled = CASE WHEN u.settled = 'NAMELESS' AND x.sequence > 0 THEN NULL ELSE u.settled END
    FROM jsonb_to_recordset(p->'reports') AS x(hash TEXT, sequence BIGINT)
    WHERE u.venue = p->>'venue' AND u.venue_account = p->>'venueAccount' AND u.hash = x.hash;
  SELECT count(*) INTO v_fresh FROM jsonb_to_recordset(p->'reports') AS x(hash TEXT)
    WHERE NOT EXISTS (SELECT FROM unreadable_reports u
      WHERE u.venue = p->>'venue' AND u.venue_account = p->>'venueAccount' AND u.hash = x.hash);
  SELECT (p->>'keepMax')::integer - count(*) INTO v_room FROM unreadable_reports
    WHERE venue = p->>'venue' AND venue_account = p->>'venueAccount';
  IF v_room < v_fresh THEN
    DELETE FROM unreadable_reports WHERE arrival IN (SELECT arrival FROM unreadable_reports
      WHERE venue = p->>'venue' AND venue_account = p->>'venueAccount' AND settled = 'READABLE'
        AND hash NOT IN (SELECT x.hash FROM jsonb_to_recordset(p->'reports') AS x(hash TEXT))
      ORDER BY arrival LIMIT v_fresh - v_room);
    SELECT (p->>'keepMax')::integer - count(*) INTO v_room FROM unreadable_reports
      WHERE venue = p->>'venue' AND venue_account = p->>'venueAccount';
  END IF;
  WITH fresh AS (
    SELECT x.*, row_number() OVER (ORDER BY x.at) AS nth
    FROM jsonb_to_recordset(p->'reports') AS x(at INT, hash TEXT, sequence BIGINT, "execId" TEXT, "clientOrderId" TEXT,
      base TEXT, "origBase" TEXT, why TEXT, raw TEXT)
    WHERE NOT EXISTS (SELECT FROM unreadable_reports u
      WHERE u.venue = p->>'venue' AND u.venue_account = p->>'venueAccount' AND u.hash = x.hash)
  ), kept AS (
    INSERT INTO unreadable_reports
        (venue, venue_account, hash, sequence, exec_id, client_order_id, base, orig_base, why, raw)
      SELECT p->>'venue', p->>'venueAccount', hash, sequence, "execId", "clientOrderId", base, "origBase", why, raw
      FROM fresh WHERE nth <= v_room ORDER BY nth
      RETURNING hash
  )
  SELECT COALESCE((SELECT json_agg(hash) FROM kept), '[]'), (SELECT count(*) FROM fresh WHERE nth > v_room)
    INTO v_new, v_dropped;
  IF v_dropped > 0 THEN
    UPDATE stream_positions SET dropped = dropped + v_dropped
      WHERE venue = p->>'venue' AND venue_account = p->>'venueAccount';
  END IF;
  RETURN json_build_object('new', v_new, 'dropped', v_dropped);
END $$;
`;
