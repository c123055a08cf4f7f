/**
 * Decisions of several accounts in one transaction, each by the same functions as alone: what a round trip, a commit and
 * its flush to disk cost is divided by their number.
 */
export const DECISION_BATCHES = `
-- Of an array of decisions on different accounts, loads those that need not wait for a lock; null for the others, and
-- where there is no account. None may ask for what is read under a lock of more than its account (firm, borrow).
CREATE FUNCTION oms_decide_load_many(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  d JSONB;
  v_answers TEXT[] := '{}';
BEGIN
  -- Before every other lock, as in each of them.
  PERFORM pg_advisory_xact_lock_shared(7261, 1);
  FOR d IN SELECT value FROM jsonb_array_elements(p) LOOP
    v_answers := v_answers || CASE WHEN oms_lock_free(d) THEN oms_decide_load(d) ELSE 'null' END;
  END LOOP;
  RETURN '[' || array_to_string(v_answers, ',') || ']';
END $$;

-- Locks the account of a decision, and the reservation that a replace or a second judgement will change, when nobody else
-- has them.
CREATE FUNCTION oms_lock_free(p JSONB) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM accounts WHERE account = p->>'account' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN false; END IF;
  IF (p->>'step')::int = 0 THEN RETURN true; END IF;
  PERFORM FROM reservations WHERE order_id = p->>'orderId' FOR UPDATE SKIP LOCKED;
  RETURN FOUND OR NOT EXISTS (SELECT FROM reservations WHERE order_id = p->>'orderId');
END $$;

-- Stores an array of verdicts; answers in its order as oms_decide_store does.
CREATE FUNCTION oms_decide_store_many(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  d JSONB;
  v_answers TEXT[] := '{}';
BEGIN
  FOR d IN SELECT value FROM jsonb_array_elements(p) LOOP
    v_answers := v_answers || oms_decide_store(d);
  END LOOP;
  RETURN '[' || array_to_string(v_answers, ',') || ']';
END $$;
`;
