-- owner: runtime/queue
-- purpose: what is to be enqueued when. Cadences are in world time

CREATE TABLE homeostat.schedule (
    id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                 text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9_.:-]{0,99}$'),
    kind                 text NOT NULL,
    brand                text,
    args                 jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(args) = 'object'),
    cron                 text,
    every_s              bigint CHECK (every_s > 0),
    zone                 text NOT NULL DEFAULT 'UTC',
    overlap              text NOT NULL CHECK (overlap IN ('skip', 'queue')),
    missed               text NOT NULL CHECK (missed IN ('once', 'all')),
    guards_money         boolean NOT NULL DEFAULT false,
    -- tripped: disabled by its own failures and probed; disabled: by a person, who alone enables it.
    state                text NOT NULL DEFAULT 'enabled' CHECK (state IN ('enabled', 'tripped', 'disabled')),
    disabled_reason      text,
    consecutive_failures int NOT NULL DEFAULT 0 CHECK (consecutive_failures >= 0),
    -- The failures in a row: [{"job": id, "cause": "...", "error": "..."}], at most three.
    evidence             jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(evidence) = 'array'),
    -- Runtime time of the next half-open probe.
    probe_at             timestamptz,
    -- World time. NULL: to be planned from now on, without making up for what passed.
    next_at              timestamptz,
    last_due_at          timestamptz,
    CHECK (num_nonnulls(cron, every_s) = 1),
    CHECK ((state = 'enabled') = (disabled_reason IS NULL)),
    CHECK ((state = 'tripped') = (probe_at IS NOT NULL)),
    CHECK (state = 'enabled' OR next_at IS NULL)
);

CREATE INDEX schedule_due ON homeostat.schedule (next_at) WHERE state = 'enabled';
CREATE INDEX schedule_probing ON homeostat.schedule (probe_at) WHERE state = 'tripped';

SELECT homeostat.journal('schedule', 'schedule', 'state', '{}');
