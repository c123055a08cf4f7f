/** What is let pass under a trading state is not closed by it: a kill switch that only reduces closes what began before. */
export const ORDERS_STARTED_BEFORE = `
-- Notes what is open in a scope, as far as it began before a wall time, and answers with all that is not proved closed.
CREATE OR REPLACE FUNCTION oms_orders_to_close(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  -- Absent: all that is open.
  v_before BIGINT := (p->>'startedBeforeMs')::bigint;
BEGIN
  INSERT INTO kill_switch_orders (command_id, order_id)
    SELECT p->>'commandId', o.order_id FROM orders o
      WHERE NOT o.ended
        AND (v_before IS NULL OR v_before > COALESCE(
          (SELECT j.wall_ms FROM journal j WHERE j.order_id = o.order_id AND j.version = 1), 0))
        AND (p->>'account' IS NULL OR o.account = p->>'account') AND (p->>'strategy' IS NULL OR o.strategy = p->>'strategy')
        AND (p->>'symbol' IS NULL OR o.symbol = p->>'symbol')
        AND (p->>'venue' IS NULL OR o.venue IS NULL OR o.venue = p->>'venue')
    UNION
    SELECT p->>'commandId', r.order_id FROM reservations r
      JOIN decisions d ON d.order_id = r.order_id AND d.step <= 0
      WHERE r.status = 'OPEN' AND NOT EXISTS (SELECT FROM orders o WHERE o.order_id = r.order_id)
        AND (v_before IS NULL OR v_before > COALESCE(d.approved_wall_ms, 0))
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
`;
