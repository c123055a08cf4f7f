/**
 * What decisions of one transaction read and store, by one statement for all of them: starting a statement costs more than
 * what it looks up. A decision alone goes the same way, as one of one.
 */
export const DECISIONS_AT_ONCE = `
-- Answers for each decision of an array, in its order: the first order of its id, the stored verdict, or what a decision needs; {}
-- without an account, null for an account that is not among the given ones. Runs behind the locks, in a statement of its own:
-- one that began before them would not see what they waited for.
-- The settings keep to the indexes: a plan is kept, and may have been made while the tables were small.
CREATE FUNCTION oms_decide_read(p JSONB, p_accounts TEXT[]) RETURNS TEXT[] LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
  v_states JSON;
  v_version INTEGER := (SELECT COALESCE(max(version), 0) FROM limit_versions);
BEGIN
  SELECT COALESCE(json_agg(json_build_object('scope', json_strip_nulls(json_build_object('account', account,
      'strategy', strategy, 'symbol', symbol, 'venue', venue)), 'state', state) ORDER BY scope), '[]')
    INTO v_states FROM trading_states WHERE state <> 'ACTIVE';
  RETURN ARRAY(
    SELECT CASE
      WHEN NOT q.account = ANY (p_accounts) THEN 'null'
      WHEN o.order_id IS NOT NULL THEN json_build_object('existing', o.snapshot)::text
      WHEN d.order_id IS NOT NULL THEN json_build_object('verdict', d.verdict)::text
      WHEN a.account IS NULL THEN '{}'
      ELSE json_build_object(
        'exposure', CASE WHEN q.currency IS NOT NULL THEN json_build_object(
          'position', COALESCE((SELECT quantity FROM positions WHERE account = q.account AND symbol = q.symbol), 0)::text,
          'cash', COALESCE((SELECT booked FROM cash WHERE account = q.account AND currency = q.currency), 0)::text,
          'reservedBuyQuantity', r.buys::text, 'reservedSellQuantity', r.sales::text, 'reservedCash', r.cash::text,
          'openOrders', r.orders) END,
        'tradingStates', v_states, 'limitsVersion', v_version,
        'facts', CASE WHEN q.p ? 'ask' THEN oms_risk_facts(q.p) END,
        'account', json_build_object('account', a.account, 'status', a.status,
          'shortSellingAllowed', a.short_selling_allowed, 'limits', a.limits))::text
    END
    FROM (SELECT at, value AS p, value->>'orderId' AS order_id, (value->>'step')::int AS step, value->>'firstRunId' AS first_run_id,
        value->>'account' AS account, value->>'symbol' AS symbol, value->>'currency' AS currency
      FROM jsonb_array_elements(p) WITH ORDINALITY AS asked (value, at)) AS q
    LEFT JOIN accounts a ON a.account = q.account
    LEFT JOIN orders o ON o.order_id = q.order_id AND o.first_run_id <> q.first_run_id
    LEFT JOIN decisions d ON d.order_id = q.order_id AND d.step = q.step AND d.first_run_id = q.first_run_id
    CROSS JOIN LATERAL (
      SELECT COALESCE(sum(quantity) FILTER (WHERE symbol = q.symbol AND side = 'BUY'), 0) AS buys,
        COALESCE(sum(quantity) FILTER (WHERE symbol = q.symbol AND side = 'SELL'), 0) AS sales,
        COALESCE(sum(cash) FILTER (WHERE currency = q.currency), 0) AS cash, count(*) AS orders
      FROM reservations WHERE account = q.account AND status = 'OPEN' AND order_id <> q.order_id) AS r
    ORDER BY q.at);
END $$;

-- Locks the account, waiting for it, and answers for one decision.
CREATE OR REPLACE FUNCTION oms_decide_load(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
BEGIN
  -- Before every other lock: a change of a trading state waits for the decisions that have not seen it.
  PERFORM pg_advisory_xact_lock_shared(7261, 1);
  -- Before the account's: orders of different accounts are judged one after the other by a limit of the firm.
  IF p->'ask'->'parts' ? 'firm' THEN PERFORM pg_advisory_xact_lock(7261, 2); END IF;
  PERFORM FROM accounts WHERE account = p->>'account' FOR UPDATE;
  RETURN (oms_decide_read(jsonb_build_array(p), ARRAY[p->>'account']))[1];
END $$;

-- Of an array of decisions on different accounts, answers for those that need not wait for a lock; null for the others, and
-- where there is no account. None may ask for what is read under a lock of more than its account (firm, borrow).
CREATE OR REPLACE FUNCTION oms_decide_load_many(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  d JSONB;
  v_free TEXT[];
BEGIN
  -- Before every other lock, as in each of them.
  PERFORM pg_advisory_xact_lock_shared(7261, 1);
  v_free := ARRAY(SELECT account FROM accounts
    WHERE account = ANY (ARRAY(SELECT value->>'account' FROM jsonb_array_elements(p))) FOR UPDATE SKIP LOCKED);
  -- A replace or a second judgement will change its reservation, which nobody else may have, either.
  FOR d IN SELECT value FROM jsonb_array_elements(p) WHERE (value->>'step')::int <> 0 LOOP
    PERFORM FROM reservations WHERE order_id = d->>'orderId' FOR UPDATE SKIP LOCKED;
    IF NOT FOUND AND EXISTS (SELECT FROM reservations WHERE order_id = d->>'orderId') THEN
      v_free := array_remove(v_free, d->>'account');
    END IF;
  END LOOP;
  RETURN '[' || array_to_string(oms_decide_read(p, v_free), ',') || ']';
END $$;
DROP FUNCTION oms_lock_free(JSONB);

-- Stores verdicts and their reservations; answers in their order with the verdicts that count (a rival's, when it was first).
CREATE OR REPLACE FUNCTION oms_decide_store_many(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  d JSONB;
  n JSONB;
  v_wall_ms BIGINT := oms_wall_ms();
  v_stored TEXT[];
  v_reserved TEXT[];
BEGIN
  FOR d IN SELECT value FROM jsonb_array_elements(p) WHERE value ? 'need' LOOP
    n := d->'need';
    IF LEAST((n->>'quantity')::numeric, (n->>'cash')::numeric) < 0 OR n->>'side' NOT IN ('BUY', 'SELL') THEN
      RAISE EXCEPTION 'order=% cannot reserve %', d->>'orderId', n USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  -- Another life of the same id that never recorded an order left nothing behind but its verdict: it is replaced.
  WITH stored AS (
    INSERT INTO decisions (order_id, step, first_run_id, verdict, account, approved_wall_ms, approved_market_ms, terms)
      SELECT q->>'orderId', (q->>'step')::int, q->>'firstRunId', q->>'verdict', CASE WHEN q ? 'need' THEN q->>'account' END,
        CASE WHEN q ? 'need' THEN v_wall_ms END,
        CASE WHEN q ? 'need' THEN COALESCE((q->>'marketTimeMs')::bigint, v_wall_ms) END,
        CASE WHEN q ? 'need' THEN q->'terms' END
      FROM jsonb_array_elements(p) AS asked (q)
      ON CONFLICT (order_id, step) DO UPDATE SET first_run_id = excluded.first_run_id, verdict = excluded.verdict,
        account = excluded.account, approved_wall_ms = excluded.approved_wall_ms,
        approved_market_ms = excluded.approved_market_ms, terms = excluded.terms
      WHERE decisions.first_run_id <> excluded.first_run_id
      RETURNING order_id)
    SELECT array_agg(order_id) INTO v_stored FROM stored;
  WITH reserved AS (
    INSERT INTO reservations (order_id, account, symbol, side, currency, status, base_quantity, base_cash, base_price,
        quantity, cash, price_basis, strategy)
      SELECT q->>'orderId', q->>'account', q->>'symbol', need->>'side', need->>'currency', 'OPEN', quantity, cash, price,
        quantity, cash, price, q->>'strategy'
      FROM jsonb_array_elements(p) AS asked (q), LATERAL (SELECT q->'need' AS need, (q->'need'->>'quantity')::numeric AS quantity,
        (q->'need'->>'cash')::numeric AS cash, (q->'need'->>'priceBasis')::numeric AS price) AS amounts
      WHERE q ? 'need' AND q->>'orderId' = ANY (v_stored)
      ON CONFLICT (order_id) DO NOTHING
      RETURNING order_id)
    SELECT array_agg(order_id) INTO v_reserved FROM reserved;
  FOR d IN SELECT value FROM jsonb_array_elements(p) WHERE value ? 'need' AND value->>'orderId' = ANY (v_stored)
      AND NOT value->>'orderId' = ANY (COALESCE(v_reserved, '{}')) LOOP
    n := d->'need';
    PERFORM oms_raise_reservation(d->>'orderId', (d->>'step')::int, (n->>'quantity')::numeric, (n->>'cash')::numeric,
      (n->>'priceBasis')::numeric);
  END LOOP;
  RETURN (SELECT '[' || string_agg(json_build_object('verdict', CASE WHEN q->>'orderId' = ANY (v_stored) THEN q->>'verdict' ELSE
      (SELECT verdict FROM decisions WHERE order_id = q->>'orderId' AND step = (q->>'step')::int) END)::text, ',' ORDER BY at) || ']'
    FROM jsonb_array_elements(p) WITH ORDINALITY AS asked (q, at));
END $$;

-- The same for one.
CREATE OR REPLACE FUNCTION oms_decide_store(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
BEGIN
  RETURN oms_decide_store_many(jsonb_build_array(p))::json->>0;
END $$;
`;
