-- owner: app/operator
-- purpose: how lively each competitor is, how often it is looked at, and the looks that were made

-- A watched page and its cadence. Times are the world's. What a look that failed changes is tried_at alone.
CREATE TABLE homeostat.competitor_watch (
    -- brand:page_id, as in competitor
    id            text PRIMARY KEY,
    brand         text NOT NULL,
    page_id       text NOT NULL,
    -- How often it is looked at, and how often it would deserve it without the others.
    every         text NOT NULL DEFAULT 'three_days' CHECK (every IN ('daily', 'three_days', 'weekly')),
    wanted        text NOT NULL DEFAULT 'three_days' CHECK (wanted IN ('daily', 'three_days', 'weekly')),
    -- The look that spoke for a longer interval first.
    doubted_at    timestamptz,
    watched_since timestamptz NOT NULL,
    next_at       timestamptz NOT NULL,
    -- The last try, failed or not.
    tried_at      timestamptz,
    -- The first complete look and the last, when the last one ended, and what they say: decayed counts. All or none.
    seen_from     timestamptz,
    seen_until    timestamptz,
    seen_at       timestamptz,
    ads_micros    bigint CHECK (ads_micros >= 0),
    observed_ms   bigint CHECK (observed_ms > 0),
    quiet_ms      bigint CHECK (quiet_ms >= 0),
    UNIQUE (brand, page_id),
    CHECK (num_nulls(seen_from, seen_until, seen_at, ads_micros, observed_ms, quiet_ms) IN (0, 6))
);

-- A change of the cadence is an event. What each look adds is read from the row.
SELECT homeostat.journal('competitor_watch', 'competitor_watch', 'every',
    '{doubted_at,next_at,tried_at,seen_from,seen_until,seen_at,ads_micros,observed_ms,quiet_ms}');

-- The looks of a run: planned when it begins, made one after the other. A run that is begun again finds its own.
CREATE TABLE homeostat.competitor_look (
    -- The run, or the job that looked by itself.
    run_id      bigint NOT NULL,
    brand       text NOT NULL,
    page_id     text NOT NULL,
    -- World time; NULL while it is only planned.
    made_at     timestamptz,
    is_complete boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, page_id),
    CHECK (made_at IS NOT NULL OR NOT is_complete)
);

CREATE INDEX competitor_look_by_time ON homeostat.competitor_look (brand, made_at);
