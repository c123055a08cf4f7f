/**
 * Versions of the limit document and the proposals that lead to them.
 *
 * A decision reads the number of the version in force under the shared lock 7261,1, and a change takes that lock alone:
 * when a change has answered, every later decision is made by the new version.
 */
export const LIMIT_VERSIONS = `
CREATE TABLE limit_versions (
  version INTEGER PRIMARY KEY,
  base_version INTEGER NOT NULL CHECK (base_version = version - 1),
  -- What the document calls itself; a sentence about a broken limit names it.
  name TEXT COLLATE "C" NOT NULL UNIQUE,
  document TEXT NOT NULL,
  loosens BOOLEAN NOT NULL,
  proposal_id TEXT COLLATE "C" NOT NULL UNIQUE,
  actor TEXT NOT NULL,
  approved_by TEXT,
  reason TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  CHECK (CASE WHEN loosens THEN approved_by IS NOT NULL AND lower(approved_by) <> lower(actor) ELSE true END)
);
CREATE TRIGGER limit_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON limit_versions
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();

-- Every change that was ever asked for; its id is the id of the command.
CREATE TABLE limit_proposals (
  proposal_id TEXT COLLATE "C" PRIMARY KEY,
  base_version INTEGER NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  document TEXT NOT NULL,
  loosens BOOLEAN NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  status TEXT NOT NULL DEFAULT 'WAITING'
    CHECK (status IN ('WAITING', 'IN_FORCE', 'REJECTED', 'WITHDRAWN', 'EXPIRED', 'SUPERSEDED')),
  decided_by TEXT,
  decided_reason TEXT,
  decided_at_ms BIGINT,
  CHECK ((status = 'WAITING') = (decided_at_ms IS NULL)),
  CHECK (CASE WHEN loosens AND status = 'IN_FORCE' THEN decided_by IS NOT NULL AND lower(decided_by) <> lower(actor)
    ELSE true END)
);
CREATE INDEX limit_proposals_waiting ON limit_proposals (expires_at_ms) WHERE status = 'WAITING';

-- A proposal is decided once, and only that is ever written to it.
CREATE FUNCTION oms_limit_proposal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'WAITING'
    OR (OLD.proposal_id, OLD.base_version, OLD.name, OLD.document, OLD.loosens, OLD.actor, OLD.reason, OLD.at_ms, OLD.expires_at_ms)
      IS DISTINCT FROM
      (NEW.proposal_id, NEW.base_version, NEW.name, NEW.document, NEW.loosens, NEW.actor, NEW.reason, NEW.at_ms, NEW.expires_at_ms)
  THEN
    RAISE EXCEPTION 'limit_proposals keeps what was decided: % refused', TG_OP USING ERRCODE = 'OM002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER limit_proposals_decided_once BEFORE UPDATE ON limit_proposals
  FOR EACH ROW EXECUTE FUNCTION oms_limit_proposal_guard();
CREATE TRIGGER limit_proposals_kept BEFORE DELETE OR TRUNCATE ON limit_proposals
  FOR EACH STATEMENT EXECUTE FUNCTION oms_refuse_change();

CREATE FUNCTION oms_limits_version() RETURNS INTEGER LANGUAGE sql AS $$
  SELECT COALESCE(max(version), 0) FROM limit_versions
$$;

-- A proposal as people see it; documents are large and read by themselves.
CREATE FUNCTION oms_limit_proposal(p_id TEXT) RETURNS JSON LANGUAGE sql AS $$
  SELECT json_strip_nulls(json_build_object('proposalId', r.proposal_id, 'baseVersion', r.base_version, 'name', r.name,
    'loosens', r.loosens, 'actor', r.actor, 'reason', r.reason, 'atMs', r.at_ms, 'expiresAtMs', r.expires_at_ms,
    'status', r.status, 'decidedBy', r.decided_by, 'decidedReason', r.decided_reason, 'decidedAtMs', r.decided_at_ms,
    'version', (SELECT version FROM limit_versions v WHERE v.proposal_id = r.proposal_id)))
  FROM limit_proposals r WHERE r.proposal_id = p_id
$$;

-- The caller holds the lock alone. What waits on the version before is over: nobody has seen it beside the new one.
CREATE FUNCTION oms_put_limits_in_force(p_id TEXT, p_approver TEXT, p_reason TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  v_now BIGINT := oms_wall_ms();
BEGIN
  UPDATE limit_proposals SET status = 'IN_FORCE', decided_by = COALESCE(p_approver, actor), decided_reason = p_reason,
    decided_at_ms = v_now WHERE proposal_id = p_id;
  INSERT INTO limit_versions
    SELECT base_version + 1, base_version, name, document, loosens, proposal_id, actor, p_approver, reason, v_now
    FROM limit_proposals WHERE proposal_id = p_id;
  UPDATE limit_proposals SET status = 'SUPERSEDED', decided_at_ms = v_now WHERE status = 'WAITING';
END $$;

CREATE FUNCTION oms_propose_limits(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  r limit_proposals%ROWTYPE;
  v_current INTEGER;
  v_named INTEGER;
  v_now BIGINT;
BEGIN
  PERFORM pg_advisory_xact_lock(7261, 1);
  SELECT * INTO r FROM limit_proposals WHERE proposal_id = p->>'proposalId';
  IF FOUND THEN
    IF r.document <> p->>'document' OR r.actor <> p->>'actor' OR r.base_version <> (p->>'baseVersion')::int THEN
      RETURN json_build_object('refused', 'ID_USED', 'proposal', oms_limit_proposal(r.proposal_id));
    END IF;
    RETURN json_build_object('proposal', oms_limit_proposal(r.proposal_id));
  END IF;
  v_current := oms_limits_version();
  IF v_current <> (p->>'baseVersion')::int THEN
    RETURN json_build_object('refused', 'BASE', 'version', v_current);
  END IF;
  SELECT version INTO v_named FROM limit_versions WHERE name = p->>'name';
  IF FOUND THEN RETURN json_build_object('refused', 'NAME', 'version', v_named); END IF;
  v_now := oms_wall_ms();
  INSERT INTO limit_proposals (proposal_id, base_version, name, document, loosens, actor, reason, at_ms, expires_at_ms)
    VALUES (p->>'proposalId', v_current, p->>'name', p->>'document', (p->>'loosens')::boolean, p->>'actor', p->>'reason',
      v_now, v_now + (p->>'waitMs')::bigint);
  IF NOT (p->>'loosens')::boolean THEN PERFORM oms_put_limits_in_force(p->>'proposalId', NULL, NULL); END IF;
  RETURN json_build_object('proposal', oms_limit_proposal(p->>'proposalId'), 'isNew', true);
END $$;

CREATE FUNCTION oms_decide_limits(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  r limit_proposals%ROWTYPE;
  v_own BOOLEAN;
  v_now BIGINT;
BEGIN
  -- Before every other lock, as a decision takes it.
  IF p->>'verdict' = 'APPROVE' THEN PERFORM pg_advisory_xact_lock(7261, 1); END IF;
  SELECT * INTO r FROM limit_proposals WHERE proposal_id = p->>'proposalId' FOR UPDATE;
  IF NOT FOUND THEN RETURN json_build_object('refused', 'UNKNOWN'); END IF;
  v_now := oms_wall_ms();
  IF r.status = 'WAITING' AND r.expires_at_ms <= v_now THEN
    UPDATE limit_proposals SET status = 'EXPIRED', decided_at_ms = v_now WHERE proposal_id = r.proposal_id;
    RETURN json_build_object('refused', 'DECIDED', 'proposal', oms_limit_proposal(r.proposal_id), 'isNew', true);
  END IF;
  IF r.status <> 'WAITING' THEN
    -- The same person says the same again: that is the answer of then.
    IF r.decided_by = p->>'actor' AND r.status = (CASE p->>'verdict' WHEN 'APPROVE' THEN 'IN_FORCE'
        WHEN 'REJECT' THEN 'REJECTED' ELSE 'WITHDRAWN' END) THEN
      RETURN json_build_object('proposal', oms_limit_proposal(r.proposal_id));
    END IF;
    RETURN json_build_object('refused', 'DECIDED', 'proposal', oms_limit_proposal(r.proposal_id));
  END IF;
  v_own := lower(r.actor) = lower(p->>'actor');
  IF v_own <> (p->>'verdict' = 'WITHDRAW') THEN
    RETURN json_build_object('refused', CASE WHEN v_own THEN 'OWN' ELSE 'NOT_OWN' END,
      'proposal', oms_limit_proposal(r.proposal_id));
  END IF;
  IF p->>'verdict' = 'APPROVE' THEN
    PERFORM oms_put_limits_in_force(r.proposal_id, p->>'actor', p->>'reason');
  ELSE
    UPDATE limit_proposals SET status = CASE p->>'verdict' WHEN 'REJECT' THEN 'REJECTED' ELSE 'WITHDRAWN' END,
      decided_by = p->>'actor', decided_reason = p->>'reason', decided_at_ms = v_now WHERE proposal_id = r.proposal_id;
  END IF;
  RETURN json_build_object('proposal', oms_limit_proposal(r.proposal_id), 'isNew', true);
END $$;

-- Ends what has waited too long; answers with that, and with when the next one ends.
CREATE FUNCTION oms_expire_limits(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  v_now BIGINT := oms_wall_ms();
  v_ended TEXT[];
BEGIN
  WITH ended AS (
    UPDATE limit_proposals SET status = 'EXPIRED', decided_at_ms = v_now
      WHERE status = 'WAITING' AND expires_at_ms <= v_now RETURNING proposal_id
  ) SELECT COALESCE(array_agg(proposal_id), '{}') INTO v_ended FROM ended;
  RETURN json_build_object('ended', (SELECT COALESCE(json_agg(oms_limit_proposal(id)), '[]') FROM unnest(v_ended) AS id),
    'nextInMs', (SELECT min(expires_at_ms) - v_now FROM limit_proposals WHERE status = 'WAITING'));
END $$;
`;
