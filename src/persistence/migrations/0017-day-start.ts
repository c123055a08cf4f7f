/**
 * What limits of profit, of the fall from a peak and of short sales are measured from: marks at the close of a market day,
 * the highest equity, and the quantities of a symbol that the accounts have sold short.
 */
export const DAY_START = `
-- What every held symbol and foreign currency of an account was worth when it was last valued on a market day. The
-- quantities held then are told by the executions, also those that came late.
CREATE TABLE account_closings (
  account TEXT COLLATE "C" NOT NULL,
  -- Market time at which the day ends and the next one begins.
  ends_ms BIGINT NOT NULL,
  -- Market time of the valuation, before the end.
  market_ms BIGINT NOT NULL,
  base_currency TEXT NOT NULL,
  -- Price by symbol, and units of base currency by currency, as texts.
  marks JSONB NOT NULL,
  rates JSONB NOT NULL,
  PRIMARY KEY (account, ends_ms)
) WITH (fillfactor = 50);

CREATE OR REPLACE FUNCTION oms_day_book(p JSONB) RETURNS JSON LANGUAGE plpgsql AS $$
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
    ), held AS (
      SELECT symbol, max(currency) AS currency, sum(quantity) AS quantity FROM (
        SELECT symbol, currency, quantity FROM positions WHERE account = v_account
        UNION ALL SELECT symbol, currency, -signed FROM traded) AS parts
      GROUP BY symbol HAVING sum(quantity) <> 0
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
      'heldAtStart', (SELECT COALESCE(json_agg(json_strip_nulls(json_build_object('symbol', h.symbol,
          'currency', COALESCE(h.currency, t.currency), 'multiplier', trim_scale(t.multiplier)::text,
          'position', trim_scale(h.quantity)::text)) ORDER BY h.symbol), '[]')
        FROM held h LEFT JOIN instrument_terms t ON t.symbol = h.symbol COLLATE "C"),
      'closing', (SELECT json_build_object('marketTimeMs', market_ms, 'baseCurrency', base_currency, 'marks', marks,
          'rates', rates)
        FROM account_closings WHERE account = v_account AND ends_ms = v_from)));
END $$;

-- What the firm has sold short of a symbol and what its open orders would sell short, one order apart. One statement, so
-- that a fill is in one of both. Of what an account holds, open sales use first what they do not call short.
CREATE FUNCTION oms_sold_short(p_symbol TEXT, p_except TEXT) RETURNS JSON LANGUAGE sql AS $$
  SELECT json_build_object('sold', trim_scale(COALESCE(sum(short), 0))::text,
    'open', trim_scale(COALESCE(sum(GREATEST(short_sales, sales - long)), 0))::text)
  FROM (
    SELECT account, sum(long) AS long, sum(short) AS short, sum(sales) AS sales, sum(short_sales) AS short_sales
    FROM (
      SELECT account, GREATEST(COALESCE((legs->'long'->>'quantity')::numeric, quantity), 0) AS long,
        GREATEST(-COALESCE((legs->'short'->>'quantity')::numeric, quantity), 0) AS short, 0::numeric AS sales,
        0::numeric AS short_sales
      FROM positions WHERE symbol = p_symbol
      UNION ALL
      SELECT r.account, 0, 0, r.quantity, CASE WHEN COALESCE(o.side, d.terms->>'side') = 'SELL_SHORT' THEN r.quantity ELSE 0 END
      FROM reservations r
      LEFT JOIN orders o ON o.order_id = r.order_id
      -- Approved, and not recorded yet.
      LEFT JOIN LATERAL (SELECT terms FROM decisions WHERE order_id = r.order_id AND terms IS NOT NULL
        ORDER BY step LIMIT 1) AS d ON o.order_id IS NULL
      WHERE r.status = 'OPEN' AND r.side = 'SELL' AND r.symbol = p_symbol AND r.order_id <> p_except
    ) AS parts GROUP BY account
  ) AS accounts
$$;

CREATE OR REPLACE FUNCTION oms_risk_facts(p JSONB) RETURNS JSON LANGUAGE plpgsql AS $$
DECLARE
  v_parts JSONB := p->'ask'->'parts';
  v_account TEXT := p->>'account';
  v_base TEXT := (SELECT base_currency FROM accounts WHERE account = v_account);
  v_recent JSON;
  v_own JSON;
  v_lines JSON;
  v_cash JSON;
  v_day JSON;
  v_peak TEXT;
  v_opening JSON;
  v_short JSON;
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
  IF v_parts ? 'peakEquity' THEN
    v_peak := (SELECT trim_scale(equity)::text FROM account_peaks WHERE account = v_account AND currency = v_base);
    v_opening := (SELECT COALESCE(json_agg(json_build_object('currency', currency, 'amount', trim_scale(amount)::text)), '[]')
      FROM opening_cash WHERE account = v_account);
  END IF;
  IF v_parts ? 'borrow' THEN
    -- The last lock of a decision, so that no two can wait for each other: short sales of one symbol are judged one after
    -- the other, whatever their account.
    PERFORM pg_advisory_xact_lock(7262, hashtext(p->>'symbol'));
    v_short := oms_sold_short(p->>'symbol', p->>'orderId');
  END IF;
  IF v_parts ? 'firm' THEN
    v_firm := json_build_object(
      'currencies', (SELECT json_agg(DISTINCT base_currency) FROM accounts WHERE base_currency IS NOT NULL),
      'lines', oms_holdings(ARRAY(SELECT account FROM positions WHERE quantity <> 0
        UNION SELECT account FROM reservations WHERE status = 'OPEN'), p->>'orderId'));
  END IF;
  RETURN json_strip_nulls(json_build_object('recent', v_recent, 'ownOpenOrders', v_own, 'holdings', v_lines, 'cash', v_cash,
    'day', v_day, 'peak', CASE WHEN v_parts ? 'peakEquity' THEN json_build_object('equity', v_peak, 'openingCash', v_opening) END,
    'soldShort', v_short, 'firm', v_firm, 'baseCurrency', v_base));
END $$;
`;
