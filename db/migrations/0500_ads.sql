-- owner: app/operator
-- purpose: what the sensors know of each brand's campaigns, and how well they see

-- One row per campaign of a vendor, as last read. State is the vendor's configured status.
CREATE TABLE homeostat.campaign (
    id                  text PRIMARY KEY,
    brand               text NOT NULL,
    vendor              text NOT NULL,
    name                text NOT NULL,
    state               text NOT NULL CHECK (state IN ('ACTIVE', 'PAUSED', 'ARCHIVED', 'DELETED')),
    effective_status    text NOT NULL,
    daily_budget_micros bigint CHECK (daily_budget_micros >= 0),
    currency            text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- World time of the first of the two checks that a campaign with many sales needs.
    flagged_at          timestamptz,
    -- Why the policy kept it last; a new reason is worth a row in decision.
    kept_because        text,
    read_at             timestamptz NOT NULL
);

CREATE INDEX campaign_of_brand ON homeostat.campaign (brand, state);

SELECT homeostat.journal('campaign', 'campaign', 'state', '{read_at}');

-- What an insights sensor read, one row whenever a campaign's day differs from the last reading of it.
-- Spend of a day is cumulative; a smaller figure than before is a correction by the vendor.
CREATE TABLE homeostat.observation (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand        text NOT NULL,
    campaign     text NOT NULL,
    day          date NOT NULL,
    opens_at     timestamptz NOT NULL,
    closes_at    timestamptz NOT NULL,
    spend_micros bigint NOT NULL CHECK (spend_micros >= 0),
    currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    sales        bigint NOT NULL CHECK (sales >= 0),
    is_correction boolean NOT NULL DEFAULT false,
    read_at      timestamptz NOT NULL,
    CHECK (opens_at < closes_at)
);

CREATE INDEX observation_latest ON homeostat.observation (brand, campaign, day, id DESC);

CREATE TRIGGER observation_is_append_only BEFORE UPDATE OR DELETE ON homeostat.observation
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('a reading is a fact');
CREATE TRIGGER observation_keeps_its_rows BEFORE TRUNCATE ON homeostat.observation
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('a reading is a fact');

-- How well each sensor sees. A blind sensor is never read as 'no activity'.
CREATE TABLE homeostat.sensor (
    id       text PRIMARY KEY,
    brand    text NOT NULL,
    state    text NOT NULL CHECK (state IN ('seeing', 'blind')),
    -- World time of the last complete reading.
    as_of    timestamptz,
    fault    text,
    CHECK ((state = 'blind') = (fault IS NOT NULL))
);

SELECT homeostat.journal('sensor', 'sensor', 'state', '{as_of}');
