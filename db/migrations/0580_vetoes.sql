-- owner: runtime/effects
-- purpose: a person may say no to a proposal before anything else decides about it

ALTER TABLE homeostat.decision
    ADD COLUMN vetoed_by text,
    DROP CONSTRAINT decision_state_check,
    DROP CONSTRAINT decision_check1,
    ADD CONSTRAINT decision_state_check
        CHECK (state IN ('proposed', 'permitted', 'refused', 'shadowed', 'expired', 'vetoed')),
    ADD CONSTRAINT decision_judged_check CHECK (state IN ('proposed', 'expired', 'vetoed') OR verdict IS NOT NULL),
    ADD CONSTRAINT decision_vetoed_check CHECK ((state = 'vetoed') = (vetoed_by IS NOT NULL));
