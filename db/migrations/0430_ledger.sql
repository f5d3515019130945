-- owner: runtime/effects
-- purpose: caps over spans of time, what is held and settled in them, and the double-entry truth behind (L4)

CREATE TABLE homeostat.budget_window (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand     text NOT NULL,
    interlock text NOT NULL,
    scope     text NOT NULL,
    unit      text NOT NULL CHECK (unit IN ('money', 'act')),
    period    text NOT NULL CHECK (period IN ('hour', 'day', 'month', 'lifetime', 'cooldown')),
    currency  text,
    -- World time; the zone is the brand's.
    starts_at timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL,
    cap       bigint NOT NULL CHECK (cap >= 0),
    held      bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    -- May pass the cap: what a vendor took is a fact. Only the authorising statement refuses.
    settled   bigint NOT NULL DEFAULT 0 CHECK (settled >= 0),
    CHECK (ends_at > starts_at),
    CHECK ((unit = 'money') = (currency IS NOT NULL)),
    UNIQUE (interlock, scope, starts_at)
);

CREATE INDEX budget_window_by_scope ON homeostat.budget_window (scope, interlock, ends_at);
SELECT homeostat.journal('budget_window', 'budget_window', NULL);

CREATE TABLE homeostat.hold (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand          text NOT NULL,
    effect_id      bigint NOT NULL REFERENCES homeostat.effect,
    window_id      bigint NOT NULL REFERENCES homeostat.budget_window,
    amount         bigint NOT NULL CHECK (amount > 0),
    -- Micro-units of the window's currency per unit of the ask's; 1,000,000 where they are the same.
    rate_micros    bigint NOT NULL DEFAULT 1000000 CHECK (rate_micros > 0),
    state          text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'settled', 'released')),
    settled_amount bigint CHECK (settled_amount >= 0),
    CHECK ((state = 'settled') = (settled_amount IS NOT NULL)),
    UNIQUE (effect_id, window_id)
);

CREATE INDEX hold_by_window ON homeostat.hold (window_id) WHERE state = 'held';
SELECT homeostat.journal('hold', 'hold', 'state');

CREATE SEQUENCE homeostat.transfer_id;

CREATE TABLE homeostat.posting (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transfer_id bigint NOT NULL,
    brand       text NOT NULL,
    window_id   bigint NOT NULL REFERENCES homeostat.budget_window,
    effect_id   bigint NOT NULL REFERENCES homeostat.effect,
    account     text NOT NULL CHECK (account IN ('available', 'held', 'settled')),
    kind        text NOT NULL CHECK (kind IN ('hold', 'settle', 'release', 'record')),
    amount      bigint NOT NULL CHECK (amount <> 0),
    at          timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX posting_by_window ON homeostat.posting (window_id);
CREATE INDEX posting_by_effect ON homeostat.posting (effect_id);
CREATE INDEX posting_by_transfer ON homeostat.posting (transfer_id);

CREATE TRIGGER posting_stays BEFORE UPDATE OR DELETE ON homeostat.posting
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('postings are append-only');
CREATE TRIGGER posting_keeps_its_rows BEFORE TRUNCATE ON homeostat.posting
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('postings are append-only');

-- All legs of a transfer come in one statement and sum to nothing.
CREATE FUNCTION homeostat.balance_postings() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    odd bigint;
BEGIN
    SELECT transfer_id INTO odd FROM new_rows GROUP BY transfer_id HAVING sum(amount) <> 0 LIMIT 1;
    IF odd IS NOT NULL THEN
        RAISE EXCEPTION 'transfer % does not sum to 0', odd USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER posting_balances AFTER INSERT ON homeostat.posting REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.balance_postings();
