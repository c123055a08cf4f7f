/**
 * Trades that a venue takes back or corrects: the execution that was booked stays, and an opposite one that names it is
 * booked beside it, so that positions and cash remain sums over all executions.
 */
export const CORRECTIONS = `
ALTER TABLE executions ADD COLUMN reverses TEXT COLLATE "C";

-- A report for no order of ours that cannot be made one either: kept, alerted, and not tried again.
ALTER TABLE execution_inbox DROP CONSTRAINT execution_inbox_delivered_check;
ALTER TABLE execution_inbox ADD CONSTRAINT execution_inbox_delivered_check
  CHECK (delivered IN ('ORDER', 'CORRECTION', 'DUPLICATE', 'UNUSABLE'));

-- First half of a recording that moves money: locks, stores the new executions, settles older ones, and answers with
-- what the arithmetic needs. Duplicates are not in 'applied'.
CREATE OR REPLACE FUNCTION oms_record_fills(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
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
        fee, fee_currency, liquidity, at_ms, settle_at_ms, settled, reverses)
      SELECT p->>'venue', p->>'venueAccount', f."execId", p->>'orderId', p->>'account', p->>'symbol', p->>'side',
        f.quantity, f.price, v_currency, f.fee, f."feeCurrency", f.liquidity, f."atMs", f."settleAtMs", f.settled, f.reverses
      FROM jsonb_to_recordset(p->'fills') AS f(version INT, "execId" TEXT, quantity NUMERIC, price NUMERIC, fee NUMERIC,
        "feeCurrency" TEXT, liquidity TEXT, "atMs" BIGINT, "settleAtMs" BIGINT, settled BOOLEAN, reverses TEXT)
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
`;
