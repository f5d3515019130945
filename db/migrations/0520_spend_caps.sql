-- owner: app/operator
-- purpose: each ad account's own limit at its vendor: what it should be, and what was read back

CREATE TABLE homeostat.spend_cap (
    -- The vendor's id of the account.
    id               text PRIMARY KEY,
    brand            text NOT NULL,
    currency         text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    intended_micros  bigint NOT NULL CHECK (intended_micros > 0),
    state            text NOT NULL CHECK (state IN ('confirmed', 'missing')),
    -- What the account said last; absent where it has no limit or could not be read.
    read_back_micros bigint CHECK (read_back_micros > 0),
    fault            text,
    -- World time of the write and of the last reading.
    set_at           timestamptz NOT NULL,
    read_at          timestamptz NOT NULL,
    CHECK ((state = 'missing') = (fault IS NOT NULL))
);

SELECT homeostat.journal('spend_cap', 'spend_cap', 'state', '{read_at}');
