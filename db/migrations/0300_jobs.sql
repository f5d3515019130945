-- owner: runtime/queue
-- purpose: live work. A job that is done or cancelled leaves the table in the statement that finishes it

-- What workers know about the work they take. Written by workers when they start.
CREATE TABLE homeostat.job_kind (
    name              text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_.-]{0,62}$'),
    -- How many jobs of the kind may run at once over all processes. NULL: as many as there are slots.
    concurrency       int CHECK (concurrency > 0),
    -- Lower runs first.
    priority          smallint NOT NULL CHECK (priority BETWEEN -100 AND 100),
    timeout_ms        int NOT NULL CHECK (timeout_ms BETWEEN 1 AND 86400000),
    attempts_max      smallint NOT NULL CHECK (attempts_max BETWEEN 1 AND 3),
    snoozes_max       smallint NOT NULL CHECK (snoozes_max >= 0),
    interruptions_max smallint NOT NULL CHECK (interruptions_max >= 0),
    give_up_after_s   int NOT NULL CHECK (give_up_after_s > 0),
    backoff_ms        int NOT NULL CHECK (backoff_ms >= 0),
    backoff_ms_max    int NOT NULL CHECK (backoff_ms_max >= backoff_ms)
);

-- The kind is checked by homeostat.enqueue and not by a foreign key: kinds are never deleted, and the
-- hottest insert of the system is spared a lookup per row.
CREATE TABLE homeostat.job (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind              text NOT NULL,
    brand             text,
    args              jsonb NOT NULL CHECK (jsonb_typeof(args) = 'object'),
    state             text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'failed')),
    priority          smallint NOT NULL CHECK (priority BETWEEN -100 AND 100),
    created_at        timestamptz NOT NULL,
    run_at            timestamptz NOT NULL,
    give_up_at        timestamptz NOT NULL,
    -- Grows with every claim and every rescue, never shrinks.
    fence             bigint NOT NULL DEFAULT 0 CHECK (fence >= 0),
    owner             bigint,
    claimed_at        timestamptz,
    deadline          timestamptz,
    cancel_requested  boolean NOT NULL DEFAULT false,
    timeout_ms        int NOT NULL CHECK (timeout_ms > 0),
    attempts_used     smallint NOT NULL DEFAULT 0,
    attempts_max      smallint NOT NULL CHECK (attempts_max BETWEEN 1 AND 3),
    snoozes_max       smallint NOT NULL,
    interruptions_max smallint NOT NULL,
    errors            smallint NOT NULL DEFAULT 0 CHECK (errors >= 0),
    crashes           smallint NOT NULL DEFAULT 0 CHECK (crashes >= 0),
    timeouts          smallint NOT NULL DEFAULT 0 CHECK (timeouts >= 0),
    snoozes           smallint NOT NULL DEFAULT 0 CHECK (snoozes BETWEEN 0 AND snoozes_max),
    interruptions     smallint NOT NULL DEFAULT 0 CHECK (interruptions BETWEEN 0 AND interruptions_max),
    last_cause        text,
    last_error        text,
    failed_at         timestamptz,
    schedule_id       bigint,
    -- World time: the due time this job was fired for.
    due_at            timestamptz,
    CHECK ((state = 'running') = (owner IS NOT NULL)),
    CHECK ((state = 'running') = (claimed_at IS NOT NULL)),
    CHECK ((state = 'running') = (deadline IS NOT NULL)),
    CHECK (state = 'running' OR NOT cancel_requested),
    CHECK ((state = 'failed') = (failed_at IS NOT NULL)),
    CHECK (state <> 'failed' OR last_cause IS NOT NULL),
    CHECK (attempts_used BETWEEN 0 AND attempts_max),
    CHECK (state = 'failed' OR attempts_used < attempts_max),
    CHECK ((due_at IS NULL) = (schedule_id IS NULL))
);

CREATE INDEX job_claimable ON homeostat.job (kind, priority, run_at, id) WHERE state = 'ready';
-- As small as the work under way, so sweeps over owners and deadlines read all of it.
CREATE INDEX job_running ON homeostat.job (kind, owner) WHERE state = 'running';
CREATE INDEX job_giving_up ON homeostat.job (give_up_at) WHERE state = 'ready';
CREATE INDEX job_failed ON homeostat.job (kind, failed_at) WHERE state = 'failed';
CREATE INDEX job_of_schedule ON homeostat.job (schedule_id) WHERE schedule_id IS NOT NULL;

-- A claim or a finish touches many rows that are soon touched again.
ALTER TABLE homeostat.job SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1);

SELECT homeostat.journal('job', 'job', 'state', '{}');

-- A key keeps its job from being enqueued again, also after the job has left.
CREATE TABLE homeostat.dedup (
    kind     text NOT NULL,
    key      text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    job_id   bigint NOT NULL,
    until    timestamptz NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE INDEX dedup_expired ON homeostat.dedup (until);
