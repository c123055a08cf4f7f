/** What works again is promised again: a bust or a correction opens an order after its reservation was released. */
export const REOPENED_RESERVATIONS = `
-- Sets an order's reservation to what the order still needs: absolute, so that repeating changes nothing.
CREATE OR REPLACE FUNCTION oms_follow_reservation(o orders, p JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  r reservations%ROWTYPE;
  v_next NUMERIC;
  v_price NUMERIC;
  v_multiplier NUMERIC := COALESCE((SELECT multiplier FROM instrument_terms WHERE symbol = o.symbol COLLATE "C"), 1);
BEGIN
  IF (p->>'ended')::boolean THEN
    INSERT INTO reservations (order_id, account, symbol, side, status, base_quantity, base_cash, base_price, quantity,
        cash, price_basis)
      VALUES (o.order_id, o.account, o.symbol, CASE WHEN o.side = 'BUY' THEN 'BUY' ELSE 'SELL' END, 'RELEASED', 0, 0, 0,
        0, 0, 0)
      ON CONFLICT (order_id) DO UPDATE SET status = 'RELEASED', base_quantity = 0, base_cash = 0,
        next_step = NULL, next_quantity = NULL, next_cash = NULL, next_price = NULL, quantity = 0, cash = 0,
        price_basis = reservations.base_price
      WHERE reservations.status = 'OPEN';
    RETURN;
  END IF;
  SELECT * INTO r FROM reservations WHERE order_id = o.order_id FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF r.status = 'RELEASED' THEN
    IF o.ended THEN RETURN; END IF;
    UPDATE reservations SET status = 'OPEN' WHERE order_id = o.order_id;
  END IF;
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
  -- Somebody else at the venue may have given it a higher limit than was judged.
  v_price := GREATEST(r.base_price, o.limit_price);
  -- What remains of the cash beyond price × quantity × multiplier is the fee allowance; it stays until the order ends.
  IF r.side = 'BUY' THEN
    r.base_cash := GREATEST(0, r.base_cash + (o.leaves_quantity * v_price - r.base_quantity * r.base_price) * v_multiplier);
  END IF;
  r.base_quantity := o.leaves_quantity;
  r.base_price := v_price;
  PERFORM oms_set_reservation(r);
END $$;
`;
