-- owner: runtime/effects
-- purpose: spend that recurs by itself, such as a live campaign's, held day by day and settled by what is observed (L4)

CREATE TABLE homeostat.standing_hold (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand          text NOT NULL,
    -- What spends, such as a campaign's id.
    target         text NOT NULL,
    -- The most that one local day can take.
    per_day_micros bigint NOT NULL CHECK (per_day_micros > 0),
    currency       text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    state          text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'ended')),
    -- The act that began it; absent: a sensor found it running.
    effect_id      bigint REFERENCES homeostat.effect,
    -- World time. A target that runs again opens its row again.
    started_at     timestamptz NOT NULL,
    ended_at       timestamptz,
    -- World time of the last complete reading of the brand's spend.
    read_at        timestamptz,
    CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CHECK (ended_at >= started_at),
    UNIQUE (brand, target)
);

SELECT homeostat.journal('standing_hold', 'standing_hold', 'state', '{read_at}');

-- A hold belongs to an effect, or to one day of a standing hold. The update logs the new columns of old rows.
ALTER TABLE homeostat.hold
    ALTER COLUMN effect_id DROP NOT NULL,
    ADD COLUMN standing_id bigint DEFAULT 0,
    -- The brand's local day.
    ADD COLUMN day date DEFAULT '1970-01-01';
UPDATE homeostat.hold SET standing_id = NULL, day = NULL;
ALTER TABLE homeostat.hold
    ALTER COLUMN standing_id DROP DEFAULT,
    ALTER COLUMN day DROP DEFAULT,
    ADD FOREIGN KEY (standing_id) REFERENCES homeostat.standing_hold,
    ADD CONSTRAINT hold_has_one_holder CHECK (num_nonnulls(effect_id, standing_id) = 1),
    ADD CONSTRAINT hold_of_a_day CHECK ((standing_id IS NULL) = (day IS NULL)),
    ADD CONSTRAINT hold_of_a_day_key UNIQUE (standing_id, day, window_id),
    -- A day that found no room holds nothing, and still keeps account of what is spent.
    DROP CONSTRAINT hold_amount_check,
    ADD CONSTRAINT hold_amount_check CHECK (amount > 0 OR (standing_id IS NOT NULL AND amount = 0)),
    -- A day settles bit by bit, as its spend is observed; amount - settled_amount is still held.
    DROP CONSTRAINT hold_check,
    ADD CONSTRAINT hold_check CHECK (
        CASE WHEN standing_id IS NULL THEN (state = 'settled') = (settled_amount IS NOT NULL)
             ELSE settled_amount IS NOT NULL END);

CREATE INDEX hold_of_open_day ON homeostat.hold (standing_id) WHERE state = 'held' AND standing_id IS NOT NULL;

ALTER TABLE homeostat.posting
    ALTER COLUMN effect_id DROP NOT NULL,
    ADD COLUMN standing_id bigint REFERENCES homeostat.standing_hold,
    ADD CONSTRAINT posting_has_one_holder CHECK (num_nonnulls(effect_id, standing_id) = 1),
    DROP CONSTRAINT posting_kind_check,
    ADD CONSTRAINT posting_kind_check CHECK (kind IN ('hold', 'settle', 'release', 'record', 'correct'));

CREATE INDEX posting_by_standing ON homeostat.posting (standing_id) WHERE standing_id IS NOT NULL;
