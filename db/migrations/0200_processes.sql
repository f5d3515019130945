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

-- The oldest version that may claim work or call vendors: none when empty. A migration that old
-- programs cannot live with raises it.
CREATE TABLE homeostat.min_version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version  text NOT NULL CHECK (version ~ '^[0-9]+[.][0-9]+[.][0-9]+$')
);

-- Major, minor and patch. What is no version counts as the oldest.
CREATE FUNCTION homeostat.version_parts(version text) RETURNS int[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(regexp_match(version, '^([0-9]+)[.]([0-9]+)[.]([0-9]+)')::int[], '{0,0,0}')
$$;

CREATE FUNCTION homeostat.is_current(version text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (
        SELECT 1 FROM homeostat.min_version m
        WHERE homeostat.version_parts(m.version) > homeostat.version_parts(is_current.version))
$$;
