-- owner: app/operator
-- purpose: where a vendor said something else than what we believed, and what came of it

-- One difference. Times are the world's.
CREATE TABLE homeostat.drift (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand    text NOT NULL,
    -- campaign, refund, payout, shipment
    kind     text NOT NULL,
    -- The row, or the act, that it is about.
    subject  text NOT NULL,
    -- found: seen once. left: seen again later, a person must look. repaired: both sides agree.
    state    text NOT NULL CHECK (state IN ('found', 'left', 'repaired')),
    -- What we had, and what the vendor said.
    believed text NOT NULL,
    seen     text NOT NULL,
    found_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((state = 'repaired') = (ended_at IS NOT NULL))
);

-- A difference that stays is one row.
CREATE UNIQUE INDEX drift_open ON homeostat.drift (brand, kind, subject) WHERE ended_at IS NULL;
CREATE INDEX drift_by_brand ON homeostat.drift (brand, id);

SELECT homeostat.journal('drift', 'drift', 'state');

-- When what is checked in turns was checked last. It bounds work and is no history.
CREATE TABLE homeostat.drift_check (
    brand      text NOT NULL,
    kind       text NOT NULL,
    subject    text NOT NULL,
    checked_at timestamptz NOT NULL,
    PRIMARY KEY (brand, kind, subject)
);
