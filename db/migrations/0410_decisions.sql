-- owner: runtime/effects
-- purpose: what a policy decided and why, written before it is judged, so that a retry cannot decide anew (L13)

CREATE TABLE homeostat.decision (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key         text NOT NULL UNIQUE,
    brand       text NOT NULL,
    target      text NOT NULL,
    policy      text NOT NULL,
    version     text NOT NULL,
    seed        bigint,
    -- Exact bytes, not jsonb: a replay compares them.
    inputs      text NOT NULL,
    belief      text NOT NULL,
    proposal    text NOT NULL,
    -- The case as it was judged, and the verdict.
    judged      text,
    verdict     text,
    state       text NOT NULL DEFAULT 'proposed'
                CHECK (state IN ('proposed', 'permitted', 'refused', 'shadowed', 'expired')),
    approved_by text,
    -- World time.
    decided_at  timestamptz NOT NULL,
    data_as_of  timestamptz NOT NULL,
    -- Runtime time.
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((judged IS NULL) = (verdict IS NULL)),
    CHECK (state IN ('proposed', 'expired') OR verdict IS NOT NULL)
);

CREATE INDEX decision_by_target ON homeostat.decision (brand, target, id);
CREATE INDEX decision_open ON homeostat.decision (created_at) WHERE state = 'proposed';
SELECT homeostat.journal('decision', 'decision', 'state');

CREATE TRIGGER decision_is_what_was_decided BEFORE UPDATE OF key, brand, target, policy, version, seed, inputs, belief,
    proposal, decided_at, data_as_of ON homeostat.decision
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('what was decided never changes');
