/**
 * Which adopted order a venue order id means. A venue may give the same id to another order the next day; what was
 * decided once is kept, so that every later report of an order finds the same one.
 */
export const ADOPTED_ORDERS = `
CREATE TABLE adopted_orders (
  order_id TEXT COLLATE "C" PRIMARY KEY,
  venue TEXT COLLATE "C" NOT NULL,
  venue_account TEXT COLLATE "C" NOT NULL,
  venue_order_id TEXT COLLATE "C" NOT NULL,
  symbol TEXT NOT NULL,
  side TEXT NOT NULL,
  -- Every client order id under which the venue has told of it.
  client_order_ids TEXT[] NOT NULL,
  last_at_ms BIGINT NOT NULL,
  arrival BIGINT GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX adopted_orders_by_venue ON adopted_orders (venue, venue_account, venue_order_id);

-- The adopted order that a report is about; a new one when its venue order id was free or is used again.
CREATE FUNCTION oms_adopt(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_order_id TEXT := p->>'orderId';
  v_at_ms BIGINT := (p->>'atMs')::bigint;
  v_day TEXT := to_char(to_timestamp(v_at_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYYMMDD');
  v_ids TEXT[] := array_remove(ARRAY[p->>'clientOrderId', p->>'origClientOrderId'], NULL);
  a adopted_orders%ROWTYPE;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'adopt', p->>'venue', p->>'venueAccount', p->>'venueOrderId'), 0));
  -- A trade that is taken back or corrected tells its order by the trade, however old that is.
  SELECT c.* INTO a FROM adopted_orders c JOIN executions e ON e.order_id = c.order_id
    WHERE e.venue = p->>'venue' AND e.venue_account = p->>'venueAccount' AND e.exec_id = p->>'execRefId'
      AND c.venue_order_id = p->>'venueOrderId';
  IF NOT FOUND THEN
    SELECT * INTO a FROM adopted_orders WHERE venue = p->>'venue' AND venue_account = p->>'venueAccount'
      AND venue_order_id = p->>'venueOrderId' AND symbol = p->>'symbol' AND side = p->>'side'
      ORDER BY arrival DESC LIMIT 1;
    -- The id is used again: after the order's end, on a later day, for a new order or one of another client order id.
    IF v_day > to_char(to_timestamp(a.last_at_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYYMMDD')
      AND EXISTS (SELECT FROM orders WHERE order_id = a.order_id AND ended)
      AND (p->>'execType' = 'NEW' OR NOT a.client_order_ids && v_ids)
    THEN a := NULL; END IF;
  END IF;
  IF a.order_id IS NULL THEN
    IF EXISTS (SELECT FROM adopted_orders WHERE order_id = v_order_id) THEN v_order_id := v_order_id || '-' || v_day; END IF;
    WHILE EXISTS (SELECT FROM adopted_orders WHERE order_id = v_order_id) LOOP v_order_id := v_order_id || '.'; END LOOP;
    INSERT INTO adopted_orders VALUES (v_order_id, p->>'venue', p->>'venueAccount', p->>'venueOrderId', p->>'symbol',
      p->>'side', v_ids, v_at_ms);
    RETURN json_build_object('orderId', v_order_id);
  END IF;
  UPDATE adopted_orders SET last_at_ms = GREATEST(last_at_ms, v_at_ms),
      client_order_ids = ARRAY(SELECT DISTINCT unnest(client_order_ids || v_ids))
    WHERE order_id = a.order_id;
  RETURN json_build_object('orderId', a.order_id);
END $$;
`;
