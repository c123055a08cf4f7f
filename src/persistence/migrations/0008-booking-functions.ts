/** Books executions with their multiplier, place and effect, and reserves cash by the multiplier as they do. */
export const BOOKING_FUNCTIONS = `
-- First half of a recording that moves money: locks, stores the new executions, settles older ones, and answers with
-- what the arithmetic needs. Duplicates are not in 'applied'.
CREATE OR REPLACE FUNCTION oms_record_fills(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_recorded INTEGER;
  v_currency TEXT;
  v_multiplier NUMERIC;
  v_mode TEXT;
  v_applied JSON;
  v_settled JSON := '{"quantity":"0","cash":[]}';
  v_position positions%ROWTYPE;
BEGIN
  SELECT version INTO v_recorded FROM orders WHERE order_id = p->>'orderId' FOR UPDATE;
  v_recorded := COALESCE(v_recorded, 0);
  SELECT currency, multiplier INTO v_currency, v_multiplier FROM instrument_terms WHERE symbol = p->>'symbol';
  SELECT position_mode INTO v_mode FROM accounts WHERE account = p->>'account';
  -- The position comes before its executions: their places are given under its lock, in the order in which they are booked.
  SELECT * INTO v_position FROM positions WHERE account = p->>'account' AND symbol = p->>'symbol' FOR UPDATE;
  v_currency := COALESCE((SELECT currency FROM reservations WHERE order_id = p->>'orderId'),
    v_position.currency, v_currency, p->>'fallbackCurrency');
  IF v_position.account IS NULL THEN
    INSERT INTO positions (account, symbol, currency) VALUES (p->>'account', p->>'symbol', v_currency) ON CONFLICT DO NOTHING;
    SELECT * INTO v_position FROM positions WHERE account = p->>'account' AND symbol = p->>'symbol' FOR UPDATE;
  END IF;

  IF jsonb_array_length(p->'settlements') > 0 THEN
    WITH moved AS (
      UPDATE executions SET settled = true
      WHERE order_id = p->>'orderId' AND NOT settled AND settle_at_ms IN (
        SELECT s."settleAtMs" FROM jsonb_to_recordset(p->'settlements') AS s(version INT, "settleAtMs" BIGINT)
        WHERE s.version > v_recorded)
      RETURNING currency, fee, fee_currency, price * multiplier AS price, CASE WHEN side = 'BUY' THEN quantity ELSE -quantity END AS signed
    ), flows AS (
      SELECT currency, -signed * price AS amount FROM moved UNION ALL SELECT fee_currency, -fee FROM moved
    ), totals AS (
      SELECT currency, sum(amount) AS amount FROM flows GROUP BY currency
    )
    SELECT json_build_object(
      'quantity', (SELECT COALESCE(sum(signed), 0)::text FROM moved),
      'cash', (SELECT COALESCE(json_agg(json_build_object('currency', currency, 'amount', amount::text)), '[]') FROM totals))
    INTO v_settled;
  END IF;

  WITH stored AS (
    INSERT INTO executions (venue, venue_account, exec_id, order_id, account, symbol, side, quantity, price, currency,
        fee, fee_currency, liquidity, at_ms, settle_at_ms, settled, reverses, multiplier, position_effect, place)
      SELECT p->>'venue', p->>'venueAccount', f."execId", p->>'orderId', p->>'account', p->>'symbol', p->>'side',
        f.quantity, f.price, v_currency, f.fee, f."feeCurrency", f.liquidity, f."atMs", f."settleAtMs", f.settled, f.reverses,
        COALESCE(v_multiplier, 1), p->>'positionEffect',
        COALESCE((SELECT x.place FROM executions x WHERE x.venue = p->>'venue' AND x.venue_account = p->>'venueAccount'
          AND x.exec_id = f."takesPlaceOf" AND x.order_id = p->>'orderId'), v_position.last_place + f.ordinal)
      FROM jsonb_to_recordset(p->'fills') AS f(version INT, "execId" TEXT, quantity NUMERIC, price NUMERIC, fee NUMERIC,
        "feeCurrency" TEXT, liquidity TEXT, "atMs" BIGINT, "settleAtMs" BIGINT, settled BOOLEAN, reverses TEXT,
        ordinal INT, "takesPlaceOf" TEXT)
      WHERE f.version > v_recorded
      ORDER BY f."execId" COLLATE "C"
      ON CONFLICT DO NOTHING
      RETURNING exec_id
  )
  SELECT COALESCE(json_agg(exec_id), '[]') INTO v_applied FROM stored;

  RETURN json_build_object('recorded', v_recorded, 'currency', v_currency, 'multiplier', COALESCE(v_multiplier, 1)::text,
    'mode', COALESCE(v_mode, 'NETTING'), 'lastPlace', v_position.last_place, 'applied', v_applied, 'settled', v_settled,
    'position', json_build_object('quantity', v_position.quantity::text, 'settledQuantity', v_position.settled_quantity::text,
      'cost', v_position.cost::text, 'realizedPnl', v_position.realized_pnl::text,
      'fees', v_position.fees, 'legs', v_position.legs));
END $$;

-- Writes what oms_record was given about money; the position's row is locked since oms_record_fills.
CREATE OR REPLACE FUNCTION oms_book(p_account TEXT, p_symbol TEXT, p JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  UPDATE positions SET quantity = (p->>'quantity')::numeric, settled_quantity = (p->>'settledQuantity')::numeric,
      cost = (p->>'cost')::numeric, realized_pnl = (p->>'realizedPnl')::numeric, fees = p->'fees', legs = p->'legs',
      last_place = (p->>'lastPlace')::bigint
    WHERE account = p_account AND symbol = p_symbol;
  INSERT INTO cash (account, currency, booked, settled)
    SELECT p_account, c.currency, c.booked, c.settled
    FROM jsonb_to_recordset(p->'cash') AS c(currency TEXT, booked NUMERIC, settled NUMERIC)
    ORDER BY c.currency COLLATE "C"
    ON CONFLICT (account, currency) DO UPDATE
      SET booked = cash.booked + excluded.booked, settled = cash.settled + excluded.settled;
END $$;

-- Sets an order's reservation to what the order still needs: absolute, so that repeating changes nothing.
CREATE OR REPLACE FUNCTION oms_follow_reservation(o orders, p JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  r reservations%ROWTYPE;
  v_next NUMERIC;
  v_multiplier NUMERIC := COALESCE((SELECT multiplier FROM instrument_terms WHERE symbol = o.symbol COLLATE "C"), 1);
BEGIN
  IF (p->>'ended')::boolean THEN
    INSERT INTO reservations (order_id, account, symbol, side, status, base_quantity, base_cash, base_price)
      VALUES (o.order_id, o.account, o.symbol, CASE WHEN o.side = 'BUY' THEN 'BUY' ELSE 'SELL' END, 'RELEASED', 0, 0, 0)
      ON CONFLICT (order_id) DO UPDATE SET status = 'RELEASED', base_quantity = 0, base_cash = 0,
        next_step = NULL, next_quantity = NULL, next_cash = NULL, next_price = NULL
      WHERE reservations.status = 'OPEN';
    RETURN;
  END IF;
  SELECT * INTO r FROM reservations WHERE order_id = o.order_id AND status = 'OPEN' FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF p->'replaced' @> to_jsonb(r.next_step) THEN
    r.base_quantity := r.next_quantity; r.base_cash := r.next_cash; r.base_price := r.next_price;
    r.next_step := NULL;
  ELSIF p->'refused' @> to_jsonb(r.next_step) THEN
    r.next_step := NULL;
  ELSIF r.next_step = (p->>'pendingStep')::int THEN
    v_next := (p->>'pendingQuantity')::numeric;
    IF r.side = 'BUY' THEN r.next_cash := GREATEST(0, r.next_cash + (v_next - r.next_quantity) * r.next_price * v_multiplier); END IF;
    r.next_quantity := v_next;
  END IF;
  -- What remains of the cash beyond price × quantity × multiplier is the fee allowance; it stays until the order ends.
  IF r.side = 'BUY' THEN
    r.base_cash := GREATEST(0, r.base_cash + (o.leaves_quantity - r.base_quantity) * r.base_price * v_multiplier);
  END IF;
  r.base_quantity := o.leaves_quantity;
  UPDATE reservations SET base_quantity = r.base_quantity, base_cash = r.base_cash, base_price = r.base_price,
      next_step = r.next_step,
      next_quantity = CASE WHEN r.next_step IS NOT NULL THEN r.next_quantity END,
      next_cash = CASE WHEN r.next_step IS NOT NULL THEN r.next_cash END,
      next_price = CASE WHEN r.next_step IS NOT NULL THEN r.next_price END
    WHERE order_id = o.order_id;
END $$;
`;
