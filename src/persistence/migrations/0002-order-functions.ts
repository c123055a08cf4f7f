/**
 * Creates the functions behind the order store: a whole step in one round trip, its plans cached, its locks in one order
 * everywhere: order → executions → account → reservation → position → cash (by currency).
 *
 * They hold sets and locks; arithmetic with a meaning (positions, verdicts) stays in TypeScript.
 */
export const ORDER_FUNCTIONS = `
-- Locks the account and answers with the stored verdict, the first order of this id, or what a decision needs.
CREATE FUNCTION oms_decide_load(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_account accounts%ROWTYPE;
  v_text TEXT;
  v_exposure JSON;
BEGIN
  SELECT * INTO v_account FROM accounts WHERE account = p->>'account' FOR UPDATE;
  SELECT snapshot INTO v_text FROM orders WHERE order_id = p->>'orderId' AND first_run_id <> p->>'firstRunId';
  IF FOUND THEN RETURN json_build_object('existing', v_text); END IF;
  SELECT verdict INTO v_text FROM decisions
    WHERE order_id = p->>'orderId' AND step = (p->>'step')::int AND first_run_id = p->>'firstRunId';
  IF FOUND THEN RETURN json_build_object('verdict', v_text); END IF;
  IF v_account.account IS NULL THEN RETURN '{}'; END IF;
  IF p->>'currency' IS NOT NULL THEN
    SELECT json_build_object(
      'position', COALESCE((SELECT quantity FROM positions
        WHERE account = v_account.account AND symbol = p->>'symbol'), 0)::text,
      'cash', COALESCE((SELECT booked FROM cash
        WHERE account = v_account.account AND currency = p->>'currency'), 0)::text,
      'reservedBuyQuantity', COALESCE(sum(quantity) FILTER (WHERE symbol = p->>'symbol' AND side = 'BUY'), 0)::text,
      'reservedSellQuantity', COALESCE(sum(quantity) FILTER (WHERE symbol = p->>'symbol' AND side = 'SELL'), 0)::text,
      'reservedCash', COALESCE(sum(cash) FILTER (WHERE currency = p->>'currency'), 0)::text,
      'openOrders', count(*))
    INTO v_exposure FROM reservations
    WHERE account = v_account.account AND status = 'OPEN' AND order_id <> p->>'orderId';
  END IF;
  RETURN json_build_object('exposure', v_exposure, 'account', json_build_object(
    'account', v_account.account, 'status', v_account.status,
    'shortSellingAllowed', v_account.short_selling_allowed, 'limits', v_account.limits));
END $$;

-- Stores a verdict and its reservation; answers with the verdict that counts (a rival's, when it was first).
CREATE FUNCTION oms_decide_store(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  n JSONB := p->'need';
  v_step INTEGER := (p->>'step')::int;
  v_quantity NUMERIC := (n->>'quantity')::numeric;
  v_cash NUMERIC := (n->>'cash')::numeric;
  v_price NUMERIC := (n->>'priceBasis')::numeric;
BEGIN
  -- Another life of the same id that never recorded an order left nothing behind but its verdict: it is replaced.
  INSERT INTO decisions (order_id, step, first_run_id, verdict)
    VALUES (p->>'orderId', v_step, p->>'firstRunId', p->>'verdict')
    ON CONFLICT (order_id, step) DO UPDATE SET first_run_id = excluded.first_run_id, verdict = excluded.verdict
    WHERE decisions.first_run_id <> excluded.first_run_id;
  IF NOT FOUND THEN
    RETURN (SELECT json_build_object('verdict', verdict) FROM decisions WHERE order_id = p->>'orderId' AND step = v_step);
  END IF;
  IF n IS NOT NULL THEN
    INSERT INTO reservations AS r
        (order_id, account, symbol, side, currency, status, base_quantity, base_cash, base_price)
      VALUES (p->>'orderId', p->>'account', p->>'symbol', n->>'side', n->>'currency', 'OPEN', v_quantity, v_cash, v_price)
      -- A step 0 sets the reservation, a replace lays its need beside it. An earlier replace without a known answer
      -- counts into the base, as either form may be working.
      ON CONFLICT (order_id) DO UPDATE SET
        base_quantity = CASE WHEN v_step = 0 THEN v_quantity WHEN r.next_step <> v_step THEN r.quantity ELSE r.base_quantity END,
        base_cash = CASE WHEN v_step = 0 THEN v_cash WHEN r.next_step <> v_step THEN r.cash ELSE r.base_cash END,
        base_price = CASE WHEN v_step = 0 THEN v_price WHEN r.next_step <> v_step THEN r.price_basis ELSE r.base_price END,
        next_step = CASE WHEN v_step > 0 THEN v_step END,
        next_quantity = CASE WHEN v_step > 0 THEN v_quantity END,
        next_cash = CASE WHEN v_step > 0 THEN v_cash END,
        next_price = CASE WHEN v_step > 0 THEN v_price END
      WHERE r.status = 'OPEN';
  END IF;
  RETURN json_build_object('verdict', p->>'verdict');
END $$;

-- First half of a recording that moves money: locks, stores the new executions, settles older ones, and answers with
-- what the arithmetic needs. Duplicates are not in 'applied'.
CREATE FUNCTION oms_record_fills(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_recorded INTEGER;
  v_currency TEXT;
  v_applied JSON;
  v_settled JSON := '{"quantity":"0","cash":[]}';
  v_position positions%ROWTYPE;
BEGIN
  SELECT version INTO v_recorded FROM orders WHERE order_id = p->>'orderId' FOR UPDATE;
  v_recorded := COALESCE(v_recorded, 0);
  v_currency := COALESCE(
    (SELECT currency FROM reservations WHERE order_id = p->>'orderId'),
    (SELECT currency FROM positions WHERE account = p->>'account' AND symbol = p->>'symbol'),
    p->>'fallbackCurrency');

  IF jsonb_array_length(p->'settlements') > 0 THEN
    WITH moved AS (
      UPDATE executions SET settled = true
      WHERE order_id = p->>'orderId' AND NOT settled AND settle_at_ms IN (
        SELECT s."settleAtMs" FROM jsonb_to_recordset(p->'settlements') AS s(version INT, "settleAtMs" BIGINT)
        WHERE s.version > v_recorded)
      RETURNING currency, fee, fee_currency, price, CASE WHEN side = 'BUY' THEN quantity ELSE -quantity END AS signed
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
        fee, fee_currency, liquidity, at_ms, settle_at_ms, settled)
      SELECT p->>'venue', p->>'venueAccount', f."execId", p->>'orderId', p->>'account', p->>'symbol', p->>'side',
        f.quantity, f.price, v_currency, f.fee, f."feeCurrency", f.liquidity, f."atMs", f."settleAtMs", f.settled
      FROM jsonb_to_recordset(p->'fills') AS f(version INT, "execId" TEXT, quantity NUMERIC, price NUMERIC, fee NUMERIC,
        "feeCurrency" TEXT, liquidity TEXT, "atMs" BIGINT, "settleAtMs" BIGINT, settled BOOLEAN)
      WHERE f.version > v_recorded
      ORDER BY f."execId" COLLATE "C"
      ON CONFLICT DO NOTHING
      RETURNING exec_id
  )
  SELECT COALESCE(json_agg(exec_id), '[]') INTO v_applied FROM stored;

  SELECT * INTO v_position FROM positions WHERE account = p->>'account' AND symbol = p->>'symbol' FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO positions (account, symbol, currency) VALUES (p->>'account', p->>'symbol', v_currency) ON CONFLICT DO NOTHING;
    SELECT * INTO v_position FROM positions WHERE account = p->>'account' AND symbol = p->>'symbol' FOR UPDATE;
  END IF;
  RETURN json_build_object('recorded', v_recorded, 'currency', v_currency, 'applied', v_applied, 'settled', v_settled,
    'position', json_build_object('quantity', v_position.quantity::text, 'settledQuantity', v_position.settled_quantity::text,
      'cost', v_position.cost::text, 'realizedPnl', v_position.realized_pnl::text));
END $$;

-- Writes what oms_record was given about money; the position's row is locked since oms_record_fills.
CREATE FUNCTION oms_book(p_account TEXT, p_symbol TEXT, p JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  UPDATE positions SET quantity = (p->>'quantity')::numeric, settled_quantity = (p->>'settledQuantity')::numeric,
      cost = (p->>'cost')::numeric, realized_pnl = (p->>'realizedPnl')::numeric
    WHERE account = p_account AND symbol = p_symbol;
  INSERT INTO cash (account, currency, booked, settled)
    SELECT p_account, c.currency, c.booked, c.settled
    FROM jsonb_to_recordset(p->'cash') AS c(currency TEXT, booked NUMERIC, settled NUMERIC)
    ORDER BY c.currency COLLATE "C"
    ON CONFLICT (account, currency) DO UPDATE
      SET booked = cash.booked + excluded.booked, settled = cash.settled + excluded.settled;
END $$;

-- Sets an order's reservation to what the order still needs: absolute, so that repeating changes nothing.
CREATE FUNCTION oms_follow_reservation(o orders, p JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  r reservations%ROWTYPE;
  v_next NUMERIC;
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
    IF r.side = 'BUY' THEN r.next_cash := GREATEST(0, r.next_cash + (v_next - r.next_quantity) * r.next_price); END IF;
    r.next_quantity := v_next;
  END IF;
  -- What remains of the cash beyond price × quantity is the fee allowance; it stays until the order ends.
  IF r.side = 'BUY' THEN
    r.base_cash := GREATEST(0, r.base_cash + (o.leaves_quantity - r.base_quantity) * r.base_price);
  END IF;
  r.base_quantity := o.leaves_quantity;
  UPDATE reservations SET base_quantity = r.base_quantity, base_cash = r.base_cash, base_price = r.base_price,
      next_step = r.next_step,
      next_quantity = CASE WHEN r.next_step IS NOT NULL THEN r.next_quantity END,
      next_cash = CASE WHEN r.next_step IS NOT NULL THEN r.next_cash END,
      next_price = CASE WHEN r.next_step IS NOT NULL THEN r.next_price END
    WHERE order_id = o.order_id;
END $$;

-- Journals the events that are new, in the order's hash chain, and moves the read model, the reservation and the money.
CREATE FUNCTION oms_record(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  o orders := jsonb_populate_record(NULL::orders, p->'order');
  e RECORD;
  v_recorded INTEGER;
  v_hash TEXT;
  v_prev TEXT;
BEGIN
  SELECT version, chain_hash INTO v_recorded, v_hash FROM orders WHERE order_id = o.order_id FOR UPDATE;
  o.version := COALESCE(v_recorded, 0);
  o.chain_hash := COALESCE(v_hash, encode(sha256(convert_to(o.order_id, 'UTF8')), 'hex'));
  IF (p->>'expectedVersion')::int <> o.version THEN
    RAISE EXCEPTION 'order % was recorded by a rival', o.order_id USING ERRCODE = 'serialization_failure';
  END IF;
  FOR e IN SELECT * FROM jsonb_to_recordset(p->'events') AS x(version INT, type TEXT, actor TEXT, "causationId" TEXT,
      "atMs" BIGINT, "wallMs" BIGINT, payload TEXT) WHERE x.version > o.version ORDER BY x.version
  LOOP
    IF e.version <> o.version + 1 THEN
      RAISE EXCEPTION 'order=% recorded=% next=%', o.order_id, o.version, e.version USING ERRCODE = 'OM001';
    END IF;
    v_prev := o.chain_hash;
    o.chain_hash := encode(sha256(convert_to(v_prev || e.payload, 'UTF8')), 'hex');
    o.version := e.version;
    INSERT INTO journal VALUES (o.order_id, e.version, e.type, e.actor, e."causationId", e."atMs", e."wallMs", e.payload,
      v_prev, o.chain_hash);
  END LOOP;
  IF o.version = COALESCE(v_recorded, 0) THEN RETURN '{"recorded":false}'; END IF;
  o.head_due := true;
  IF v_recorded IS NULL THEN
    INSERT INTO orders SELECT o.* ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'order % was created by a rival', o.order_id USING ERRCODE = 'serialization_failure';
    END IF;
  ELSE
    UPDATE orders SET venue = o.venue, status = o.status, held = o.held, ended = o.ended, quantity = o.quantity,
        filled_quantity = o.filled_quantity, leaves_quantity = o.leaves_quantity, limit_price = o.limit_price,
        stop_price = o.stop_price, version = o.version, chain_hash = o.chain_hash, head_due = true,
        snapshot = o.snapshot, updated_at_ms = o.updated_at_ms
      WHERE order_id = o.order_id;
  END IF;
  IF p ? 'reservation' THEN PERFORM oms_follow_reservation(o, p->'reservation'); END IF;
  IF p ? 'ledger' THEN PERFORM oms_book(o.account, o.symbol, p->'ledger'); END IF;
  RETURN '{"recorded":true}';
END $$;

-- Creates or changes accounts; opening cash is booked for new ones only.
CREATE FUNCTION oms_save_accounts(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  a RECORD;
BEGIN
  FOR a IN SELECT * FROM jsonb_to_recordset(p) AS x(account TEXT, status TEXT, "shortSellingAllowed" BOOLEAN,
      limits JSONB, "openingCash" JSONB) ORDER BY x.account COLLATE "C"
  LOOP
    INSERT INTO accounts VALUES (a.account, a.status, a."shortSellingAllowed", a.limits) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      INSERT INTO cash SELECT a.account, key, value::numeric, value::numeric FROM jsonb_each_text(a."openingCash")
        ORDER BY key COLLATE "C"
        ON CONFLICT (account, currency) DO UPDATE
          SET booked = cash.booked + excluded.booked, settled = cash.settled + excluded.settled;
    ELSE
      UPDATE accounts SET status = a.status, short_selling_allowed = a."shortSellingAllowed", limits = a.limits
        WHERE account = a.account;
    END IF;
  END LOOP;
  RETURN '{}';
END $$;
`;
