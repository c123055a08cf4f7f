/**
 * Reservations as plain columns: PostgreSQL builds the expressions of generated columns and checks anew for every
 * statement, a sixth of what storing a decision cost. The functions that write the table compute and check instead.
 */
export const PLAIN_RESERVATIONS = `
-- What counts is the greater of base and next; every function that writes one of them writes it too.
ALTER TABLE reservations
  ALTER COLUMN quantity DROP EXPRESSION,
  ALTER COLUMN cash DROP EXPRESSION,
  ALTER COLUMN price_basis DROP EXPRESSION,
  DROP CONSTRAINT reservations_side_check,
  DROP CONSTRAINT reservations_status_check,
  DROP CONSTRAINT reservations_base_quantity_check,
  DROP CONSTRAINT reservations_base_cash_check,
  DROP CONSTRAINT reservations_next_quantity_check,
  DROP CONSTRAINT reservations_next_cash_check;
ALTER TABLE reservations
  ALTER COLUMN quantity SET NOT NULL,
  ALTER COLUMN cash SET NOT NULL,
  ALTER COLUMN price_basis SET NOT NULL;

-- Stores a verdict and its reservation; answers with the verdict that counts (a rival's, when it was first).
CREATE OR REPLACE FUNCTION oms_decide_store(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  n JSONB := p->'need';
  v_step INTEGER := (p->>'step')::int;
  v_quantity NUMERIC := (n->>'quantity')::numeric;
  v_cash NUMERIC := (n->>'cash')::numeric;
  v_price NUMERIC := (n->>'priceBasis')::numeric;
  v_wall_ms BIGINT := oms_wall_ms();
BEGIN
  -- Another life of the same id that never recorded an order left nothing behind but its verdict: it is replaced.
  INSERT INTO decisions (order_id, step, first_run_id, verdict, account, approved_wall_ms, approved_market_ms, terms)
    VALUES (p->>'orderId', v_step, p->>'firstRunId', p->>'verdict', CASE WHEN n IS NOT NULL THEN p->>'account' END,
      CASE WHEN n IS NOT NULL THEN v_wall_ms END,
      CASE WHEN n IS NOT NULL THEN COALESCE((p->>'marketTimeMs')::bigint, v_wall_ms) END,
      CASE WHEN n IS NOT NULL THEN p->'terms' END)
    ON CONFLICT (order_id, step) DO UPDATE SET first_run_id = excluded.first_run_id, verdict = excluded.verdict,
      account = excluded.account, approved_wall_ms = excluded.approved_wall_ms,
      approved_market_ms = excluded.approved_market_ms, terms = excluded.terms
    WHERE decisions.first_run_id <> excluded.first_run_id;
  IF NOT FOUND THEN
    RETURN (SELECT json_build_object('verdict', verdict) FROM decisions WHERE order_id = p->>'orderId' AND step = v_step);
  END IF;
  IF n IS NOT NULL THEN
    IF LEAST(v_quantity, v_cash) < 0 OR n->>'side' NOT IN ('BUY', 'SELL') THEN
      RAISE EXCEPTION 'order=% cannot reserve %', p->>'orderId', n USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO reservations
        (order_id, account, symbol, side, currency, status, base_quantity, base_cash, base_price, quantity, cash,
          price_basis, strategy)
      VALUES (p->>'orderId', p->>'account', p->>'symbol', n->>'side', n->>'currency', 'OPEN', v_quantity, v_cash, v_price,
        v_quantity, v_cash, v_price, p->>'strategy')
      ON CONFLICT (order_id) DO NOTHING;
    IF NOT FOUND THEN PERFORM oms_raise_reservation(p->>'orderId', v_step, v_quantity, v_cash, v_price); END IF;
  END IF;
  RETURN json_build_object('verdict', p->>'verdict');
END $$;

-- A new order (step 0, or -1 when decided again after an approval) sets the reservation, a replace lays its need beside
-- it. An earlier replace without a known answer counts into the base, as either form may be working.
CREATE FUNCTION oms_raise_reservation(p_order TEXT, p_step INTEGER, p_quantity NUMERIC, p_cash NUMERIC, p_price NUMERIC)
RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  r reservations%ROWTYPE;
BEGIN
  SELECT * INTO r FROM reservations WHERE order_id = p_order AND status = 'OPEN' FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF p_step <= 0 THEN
    r.base_quantity := p_quantity; r.base_cash := p_cash; r.base_price := p_price; r.next_step := NULL;
  ELSE
    IF r.next_step <> p_step THEN
      r.base_quantity := r.quantity; r.base_cash := r.cash; r.base_price := r.price_basis;
    END IF;
    r.next_step := p_step; r.next_quantity := p_quantity; r.next_cash := p_cash; r.next_price := p_price;
  END IF;
  PERFORM oms_set_reservation(r);
END $$;

-- Writes both forms of an open reservation, the next one only while there is one, and what counts: the greater of both.
CREATE FUNCTION oms_set_reservation(r reservations) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  IF r.next_step IS NULL THEN
    r.next_quantity := NULL; r.next_cash := NULL; r.next_price := NULL;
  END IF;
  IF LEAST(r.base_quantity, r.base_cash, r.next_quantity, r.next_cash) < 0 THEN
    RAISE EXCEPTION 'order=% cannot reserve less than nothing', r.order_id USING ERRCODE = 'check_violation';
  END IF;
  UPDATE reservations SET base_quantity = r.base_quantity, base_cash = r.base_cash, base_price = r.base_price,
      next_step = r.next_step, next_quantity = r.next_quantity, next_cash = r.next_cash, next_price = r.next_price,
      quantity = GREATEST(r.base_quantity, r.next_quantity), cash = GREATEST(r.base_cash, r.next_cash),
      price_basis = GREATEST(r.base_price, r.next_price)
    WHERE order_id = r.order_id;
END $$;

-- Sets an order's reservation to what the order still needs: absolute, so that repeating changes nothing.
CREATE OR REPLACE FUNCTION oms_follow_reservation(o orders, p JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  r reservations%ROWTYPE;
  v_next NUMERIC;
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
  PERFORM oms_set_reservation(r);
END $$;
`;
