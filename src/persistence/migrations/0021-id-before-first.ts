/** A person at a venue may give an order the id that another order of ours would take next: the id before it then decides. */
export const ID_BEFORE_FIRST = `
-- The order that a report names, p_ids being its client order id and the one before it: the order of the id before it, as
-- a person may have given it any other; else the one that was given this id; else the one whose intent has its base.
CREATE OR REPLACE FUNCTION oms_order_of(p_venue TEXT, p_account TEXT, p_base TEXT, p_orig_base TEXT, p_ids TEXT[])
RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT COALESCE(
    (SELECT order_id FROM renamed_orders WHERE venue = p_venue AND venue_account = p_account AND client_order_id = p_ids[2]),
    (SELECT order_id FROM submission_intents WHERE venue = p_venue AND venue_account = p_account AND base = p_orig_base LIMIT 1),
    (SELECT order_id FROM renamed_orders WHERE venue = p_venue AND venue_account = p_account AND client_order_id = p_ids[1]),
    (SELECT order_id FROM submission_intents WHERE venue = p_venue AND venue_account = p_account AND base = p_base LIMIT 1))
$$;

-- As before; an id is noted as given to an order unless it would be known as that order's own.
CREATE OR REPLACE FUNCTION oms_note_renamed(p JSONB) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  x RECORD;
  v_order TEXT;
BEGIN
  FOR x IN SELECT r.* FROM jsonb_to_recordset(p) AS r(at INT, venue TEXT, "venueAccount" TEXT, base TEXT, "origBase" TEXT,
      "clientOrderId" TEXT, "origClientOrderId" TEXT) ORDER BY r.at LOOP
    v_order := oms_order_of(x.venue, x."venueAccount", NULL, x."origBase", ARRAY[NULL, x."origClientOrderId"]);
    INSERT INTO renamed_orders (venue, venue_account, client_order_id, order_id)
      SELECT x.venue, x."venueAccount", x."clientOrderId", v_order
      WHERE v_order IS NOT NULL
        AND v_order IS DISTINCT FROM oms_order_of(x.venue, x."venueAccount", x.base, NULL, ARRAY[x."clientOrderId"])
      ON CONFLICT DO NOTHING;
  END LOOP;
  RETURN 'null';
END $$;
`;
