-- owner: runtime/effects
-- purpose: what a policy looked at and left alone, with everything it decided from (L13)

-- Nothing follows from one and none ever changes, so the row is its own record and leaves no event. A target has one
-- per change of evidence: another look at the same figures adds nothing.
CREATE TABLE homeostat.kept_decision (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand       text NOT NULL,
    target      text NOT NULL,
    policy      text NOT NULL,
    version     text NOT NULL,
    seed        bigint,
    -- Exact bytes, not jsonb: a replay compares them.
    inputs      text NOT NULL,
    belief      text NOT NULL,
    proposal    text NOT NULL,
    -- SHA-256 of the figures among the inputs, without the time of the look.
    evidence    bytea NOT NULL CHECK (length(evidence) = 32),
    -- World time.
    decided_at  timestamptz NOT NULL,
    data_as_of  timestamptz NOT NULL,
    -- Runtime time.
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX kept_decision_by_target ON homeostat.kept_decision (policy, target, id);
CREATE INDEX kept_decision_by_age ON homeostat.kept_decision (created_at);

CREATE TRIGGER kept_decision_is_what_was_decided BEFORE UPDATE ON homeostat.kept_decision
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('what was decided never changes');
