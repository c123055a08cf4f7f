/**
 * What limits of a document are measured against, read under the account's lock and only when a decision asks for it:
 * approvals with their times, own open orders, holdings, figures of a market day, and what all accounts hold together.
 */
export const RISK_FACTS = `
-- Set for approved steps only. Wall times are the database's, the one clock that all workers share.
ALTER TABLE decisions
  ADD COLUMN account TEXT COLLATE "C",
  ADD COLUMN approved_wall_ms BIGINT,
  ADD COLUMN approved_market_ms BIGINT,
  -- Strategy, symbol, side, whole quantity and prices of the form that was approved.
  ADD COLUMN terms JSONB;
-- Of steps decided before, the order's own times are the nearest that is known.
UPDATE decisions d SET account = o.account,
  approved_wall_ms = j.wall_ms,
  approved_market_ms = CASE WHEN d.step = 0 THEN o.created_at_ms ELSE o.updated_at_ms END,
  terms = jsonb_strip_nulls(jsonb_build_object('strategy', o.strategy, 'symbol', o.symbol, 'side', o.side,
    'quantity', trim_scale(o.quantity)::text, 'limitPrice', trim_scale(o.limit_price)::text,
    'stopPrice', trim_scale(o.stop_price)::text))
FROM orders o, journal j
WHERE o.order_id = d.order_id AND d.verdict::jsonb->>'kind' = 'approved'
  AND j.order_id = o.order_id AND j.version = CASE WHEN d.step = 0 THEN 1 ELSE o.version END;
CREATE INDEX decisions_by_wall_time ON decisions (account, approved_wall_ms) WHERE account IS NOT NULL;
CREATE INDEX decisions_by_market_time ON decisions (account, approved_market_ms) WHERE account IS NOT NULL;
CREATE INDEX executions_by_day ON executions (account, at_ms);

CREATE FUNCTION oms_wall_ms() RETURNS BIGINT LANGUAGE sql AS $$
  SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint
$$;

-- Approvals of the account within the window, with their ages: a difference of one clock.
CREATE FUNCTION oms_recent_orders(p JSONB) RETURNS JSON LANGUAGE plpgsql AS $$
DECLARE
  v_now BIGINT := oms_wall_ms();
BEGIN
  RETURN (SELECT COALESCE(json_agg(d.terms || jsonb_build_object('ageMs', v_now - d.approved_wall_ms)), '[]')
    FROM decisions d WHERE d.account = p->>'account'
      AND d.approved_wall_ms > v_now - (p->'ask'->>'recentWindowMs')::bigint
      AND NOT (d.order_id = p->>'orderId' AND d.step = (p->>'step')::int));
END $$;

-- Every form in which an open order of the account may stand in a book of the symbol: the recorded one, and those that
-- were approved and that no record has caught up with. A form without known terms trades at any price.
CREATE FUNCTION oms_own_open_orders(p JSONB) RETURNS JSON LANGUAGE sql AS $$
  SELECT COALESCE(json_agg(json_strip_nulls(json_build_object('orderId', r.order_id, 'venue', f.venue,
      'side', COALESCE(f.side, r.side), 'limitPrice', f.limit_price,
      'isWaitingStop', f.stop_price IS NOT NULL AND NOT COALESCE(s.triggered, false)))), '[]')
  FROM reservations r
  LEFT JOIN orders o ON o.order_id = r.order_id
  CROSS JOIN LATERAL (SELECT COALESCE((o.snapshot::jsonb->>'acceptedStep')::int, 0) AS step,
    o.filled_quantity > 0 OR (o.snapshot::jsonb->>'triggered')::boolean AS triggered) AS s
  CROSS JOIN LATERAL (
    SELECT o.venue, o.side, trim_scale(o.limit_price)::text AS limit_price, o.stop_price::text AS stop_price
    WHERE o.venue IS NOT NULL
    UNION ALL
    SELECT d.verdict::jsonb->'route'->>'venue', d.terms->>'side', d.terms->>'limitPrice', d.terms->>'stopPrice'
    FROM decisions d
    WHERE d.order_id = r.order_id AND d.verdict::jsonb->>'kind' = 'approved'
      AND (o.venue IS NULL OR (r.next_step IS NOT NULL AND d.step > s.step))
  ) AS f
  WHERE r.account = p->>'account' AND r.symbol = p->>'symbol' AND r.status = 'OPEN' AND r.order_id <> p->>'orderId'
$$;

-- Positions and open orders of the accounts by symbol, one order apart; one statement, so that a fill is in one of both.
CREATE FUNCTION oms_holdings(p_accounts TEXT[], p_except TEXT) RETURNS JSON LANGUAGE sql AS $$
  SELECT COALESCE(json_agg(json_strip_nulls(json_build_object('account', h.account, 'symbol', h.symbol,
      'currency', COALESCE(h.currency, t.currency), 'multiplier', trim_scale(t.multiplier)::text,
      'position', trim_scale(h.position)::text, 'openBuyQuantity', trim_scale(h.buys)::text,
      'openSellQuantity', trim_scale(h.sales)::text))), '[]')
  FROM (
    SELECT account, symbol, max(currency) AS currency, sum(position) AS position, sum(buys) AS buys, sum(sales) AS sales
    FROM (
      SELECT account, symbol, currency, quantity AS position, 0::numeric AS buys, 0::numeric AS sales
      FROM positions WHERE account = ANY (p_accounts) AND quantity <> 0
      UNION ALL
      SELECT account, symbol COLLATE "C", currency, 0,
        CASE WHEN side = 'BUY' THEN quantity ELSE 0 END, CASE WHEN side = 'BUY' THEN 0 ELSE quantity END
      FROM reservations
      WHERE account = ANY (p_accounts) AND status = 'OPEN' AND quantity <> 0 AND order_id <> p_except
    ) AS parts GROUP BY account, symbol
  ) AS h LEFT JOIN instrument_terms t ON t.symbol = h.symbol COLLATE "C"
$$;

CREATE FUNCTION oms_day_book(p JSONB) RETURNS JSON LANGUAGE plpgsql AS $$
DECLARE
  v_from BIGINT := (p->'ask'->'day'->>'fromMs')::bigint;
  v_to BIGINT := (p->'ask'->'day'->>'toMs')::bigint;
  v_account TEXT := p->>'account';
BEGIN
  RETURN (
    WITH traded AS (
      -- A trade that was taken back has its opposite, of a quantity and a fee below 0, at the same time beside it.
      SELECT symbol COLLATE "C" AS symbol, currency, quantity, CASE WHEN side = 'BUY' THEN quantity ELSE -quantity END AS signed,
        quantity * price * multiplier AS amount,
        CASE WHEN side = 'BUY' THEN -quantity ELSE quantity END * price * multiplier AS cash, fee, fee_currency
      FROM executions WHERE account = v_account AND at_ms >= v_from AND at_ms < v_to
    ), open_orders AS (
      SELECT r.symbol, r.currency, r.quantity, r.quantity * r.price_basis * t.multiplier AS amount
      FROM reservations r LEFT JOIN instrument_terms t ON t.symbol = r.symbol COLLATE "C"
      WHERE r.account = v_account AND r.status = 'OPEN' AND r.order_id <> p->>'orderId'
    ), turnover AS (
      SELECT currency, amount FROM traded UNION ALL SELECT currency, amount FROM open_orders
    ), flows AS (
      SELECT currency, sum(amount) AS amount FROM (
        SELECT currency, cash AS amount FROM traded
        UNION ALL SELECT fee_currency, -fee FROM traded) AS moved GROUP BY currency
    )
    SELECT json_build_object(
      'orders', (SELECT count(*) FROM decisions d WHERE d.account = v_account
        AND d.approved_market_ms >= v_from AND d.approved_market_ms < v_to
        AND NOT (d.order_id = p->>'orderId' AND d.step = (p->>'step')::int)),
      'symbolQuantity', (SELECT trim_scale(COALESCE(sum(quantity), 0))::text FROM (
        SELECT symbol, quantity FROM traded UNION ALL SELECT symbol COLLATE "C", quantity FROM open_orders) AS all_of
        WHERE symbol = p->>'symbol'),
      -- Without an amount where one is not known.
      'turnover', (SELECT COALESCE(json_agg(json_strip_nulls(json_build_object('currency', currency, 'amount', amount))), '[]')
        FROM (SELECT currency, CASE WHEN bool_and(amount IS NOT NULL) THEN trim_scale(sum(amount))::text END AS amount
          FROM turnover GROUP BY currency) AS sums),
      'flows', (SELECT COALESCE(json_agg(json_build_object('currency', currency, 'amount', trim_scale(amount)::text)), '[]')
        FROM flows),
      'cashAtStart', (SELECT COALESCE(json_agg(json_build_object('currency', currency, 'amount', trim_scale(amount)::text)), '[]')
        FROM (SELECT currency, sum(amount) AS amount FROM (
            SELECT currency, booked AS amount FROM cash WHERE account = v_account
            UNION ALL SELECT currency COLLATE "C", -amount FROM flows) AS parts GROUP BY currency) AS sums),
      'heldAtStart', EXISTS (SELECT FROM (
          SELECT symbol, quantity FROM positions WHERE account = v_account
          UNION ALL SELECT symbol, -signed FROM traded) AS parts
        GROUP BY symbol HAVING sum(quantity) <> 0)));
END $$;

CREATE FUNCTION oms_risk_facts(p JSONB) RETURNS JSON LANGUAGE plpgsql AS $$
DECLARE
  v_parts JSONB := p->'ask'->'parts';
  v_account TEXT := p->>'account';
  v_recent JSON;
  v_own JSON;
  v_lines JSON;
  v_cash JSON;
  v_day JSON;
  v_firm JSON;
BEGIN
  IF v_parts ? 'recent' THEN v_recent := oms_recent_orders(p); END IF;
  IF v_parts ? 'ownOpenOrders' THEN v_own := oms_own_open_orders(p); END IF;
  IF v_parts ? 'portfolio' THEN
    v_lines := oms_holdings(ARRAY[v_account], p->>'orderId');
    v_cash := (SELECT COALESCE(json_agg(json_build_object('currency', currency, 'amount', trim_scale(booked)::text)), '[]')
      FROM cash WHERE account = v_account);
  END IF;
  IF v_parts ? 'day' THEN v_day := oms_day_book(p); END IF;
  IF v_parts ? 'firm' THEN
    v_firm := json_build_object(
      'currencies', (SELECT json_agg(DISTINCT base_currency) FROM accounts WHERE base_currency IS NOT NULL),
      'lines', oms_holdings(ARRAY(SELECT account FROM positions WHERE quantity <> 0
        UNION SELECT account FROM reservations WHERE status = 'OPEN'), p->>'orderId'));
  END IF;
  RETURN json_strip_nulls(json_build_object('recent', v_recent, 'ownOpenOrders', v_own, 'holdings', v_lines, 'cash', v_cash,
    'day', v_day, 'firm', v_firm,
    'baseCurrency', (SELECT base_currency FROM accounts WHERE account = v_account)));
END $$;

-- Locks the account and answers with the stored verdict, the first order of this id, or what a decision needs.
CREATE OR REPLACE FUNCTION oms_decide_load(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_account accounts%ROWTYPE;
  v_text TEXT;
  v_exposure JSON;
  v_states JSON;
BEGIN
  -- Before every other lock: a change of a trading state waits for the decisions that have not seen it.
  PERFORM pg_advisory_xact_lock_shared(7261, 1);
  -- Before the account's: orders of different accounts are judged one after the other by a limit of the firm.
  IF p->'ask'->'parts' ? 'firm' THEN PERFORM pg_advisory_xact_lock(7261, 2); END IF;
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
  SELECT COALESCE(json_agg(json_build_object('scope', json_strip_nulls(json_build_object('account', account,
      'strategy', strategy, 'symbol', symbol, 'venue', venue)), 'state', state) ORDER BY scope), '[]')
    INTO v_states FROM trading_states WHERE state <> 'ACTIVE';
  RETURN json_build_object('exposure', v_exposure, 'tradingStates', v_states,
    'limitsVersion', (SELECT COALESCE(max(version), 0) FROM limit_versions),
    'facts', CASE WHEN p ? 'ask' THEN oms_risk_facts(p) END, 'account', json_build_object(
    'account', v_account.account, 'status', v_account.status,
    'shortSellingAllowed', v_account.short_selling_allowed, 'limits', v_account.limits));
END $$;

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
    INSERT INTO reservations AS r
        (order_id, account, symbol, side, currency, status, base_quantity, base_cash, base_price, strategy)
      VALUES (p->>'orderId', p->>'account', p->>'symbol', n->>'side', n->>'currency', 'OPEN', v_quantity, v_cash, v_price,
        p->>'strategy')
      -- A new order (step 0, or -1 when decided again after an approval) sets the reservation, a replace lays its need
      -- beside it. An earlier replace without a known answer counts into the base, as either form may be working.
      ON CONFLICT (order_id) DO UPDATE SET
        base_quantity = CASE WHEN v_step <= 0 THEN v_quantity WHEN r.next_step <> v_step THEN r.quantity ELSE r.base_quantity END,
        base_cash = CASE WHEN v_step <= 0 THEN v_cash WHEN r.next_step <> v_step THEN r.cash ELSE r.base_cash END,
        base_price = CASE WHEN v_step <= 0 THEN v_price WHEN r.next_step <> v_step THEN r.price_basis ELSE r.base_price END,
        next_step = CASE WHEN v_step > 0 THEN v_step END,
        next_quantity = CASE WHEN v_step > 0 THEN v_quantity END,
        next_cash = CASE WHEN v_step > 0 THEN v_cash END,
        next_price = CASE WHEN v_step > 0 THEN v_price END
      WHERE r.status = 'OPEN';
  END IF;
  RETURN json_build_object('verdict', p->>'verdict');
END $$;
`;
