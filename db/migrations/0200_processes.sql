-- owner: runtime/liveness
-- purpose: one row per epoch, which is one life of one process

CREATE TABLE homeostat.process (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL,
    host       text NOT NULL,
    boot_id    text NOT NULL,
    pid        int NOT NULL,
    -- Random, so that several systems may share one database's lock space.
    lock_key   bigint NOT NULL UNIQUE CHECK (lock_key > 0),
    version    text NOT NULL,
    -- Where the running file <id>.json lies on that host.
    run_dir    text NOT NULL,
    state      text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'ended')),
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at   timestamptz,
    end_reason text,
    -- What the end rests on. All but 'guess' are proof (L8).
    ended_by   text CHECK (ended_by IN ('planned', 'waitpid', 'flock', 'boot_id', 'guess')),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CHECK ((state = 'ended') = (end_reason IS NOT NULL)),
    CHECK ((state = 'ended') = (ended_by IS NOT NULL))
);

CREATE INDEX process_live ON homeostat.process (id) WHERE state = 'live';

SELECT homeostat.journal('process', 'process', 'state', '{seen_at}');
