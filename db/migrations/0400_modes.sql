-- owner: runtime/effects
-- purpose: everything that can stop an act: mode, dead-man lease, autonomy, restraints, breakers; and incidents

CREATE TABLE homeostat.mode (
    id         text PRIMARY KEY DEFAULT 'mode' CHECK (id = 'mode'),
    state      text NOT NULL CHECK (state IN ('NORMAL', 'SAFE', 'HALT')),
    cause      text NOT NULL CHECK (cause IN (
                   'started', 'lease_lapsed', 'recovery', 'read_back_missing',
                   'breach', 'unexplained_books', 'mass_kill', 'schedule_disabled', 'person')),
    who        text NOT NULL,
    reason     text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

SELECT homeostat.journal('mode', 'mode', 'state');
INSERT INTO homeostat.mode (state, cause, who, reason) VALUES ('NORMAL', 'started', 'system', 'installed');

-- The parent of all processes renews it; when it lapses, the effective mode is SAFE.
CREATE TABLE homeostat.lease (
    id         text PRIMARY KEY,
    holder     bigint NOT NULL,
    renewed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CHECK (expires_at > renewed_at)
);

SELECT homeostat.journal('lease', 'lease', NULL, '{renewed_at,expires_at}');

CREATE TABLE homeostat.autonomy (
    -- The policy's name.
    id         text PRIMARY KEY,
    level      text NOT NULL CHECK (level IN ('shadow', 'suggest', 'guarded', 'full')),
    who        text NOT NULL,
    reason     text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

SELECT homeostat.journal('autonomy', 'autonomy', 'level');

-- A target that is pinned or in quarantine, a scope of money that is frozen.
CREATE TABLE homeostat.restraint (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand      text NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('pin', 'quarantine', 'freeze')),
    scope      text NOT NULL,
    state      text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'lifted')),
    reason     text NOT NULL,
    who        text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    lifted_at  timestamptz,
    lifted_by  text,
    CHECK ((state = 'lifted') = (lifted_at IS NOT NULL)),
    CHECK ((state = 'lifted') = (lifted_by IS NOT NULL))
);

CREATE UNIQUE INDEX restraint_active ON homeostat.restraint (scope, kind) WHERE state = 'active';
SELECT homeostat.journal('restraint', 'restraint', 'state');

CREATE TABLE homeostat.breaker (
    -- The vendor's name.
    id                text PRIMARY KEY,
    state             text NOT NULL DEFAULT 'closed' CHECK (state IN ('closed', 'open', 'half_open')),
    -- Open: no call before. Half open: the trial under way is given up then.
    until             timestamptz,
    cause             text,
    -- Failures in a row, and how often it opened in a row.
    failures          int NOT NULL DEFAULT 0 CHECK (failures >= 0),
    openings          int NOT NULL DEFAULT 0 CHECK (openings >= 0),
    -- The rate bucket. No capacity: no limit.
    capacity          int CHECK (capacity > 0),
    refill_per_minute int CHECK (refill_per_minute > 0),
    tokens_milli      bigint NOT NULL DEFAULT 0 CHECK (tokens_milli >= 0),
    refilled_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((capacity IS NULL) = (refill_per_minute IS NULL)),
    CHECK ((state = 'closed') = (until IS NULL)),
    CHECK ((state = 'closed') = (cause IS NULL))
);

SELECT homeostat.journal('breaker', 'breaker', 'state', '{failures,tokens_milli,refilled_at}');

CREATE TABLE homeostat.incident (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand      text,
    kind       text NOT NULL,
    entity     text NOT NULL,
    entity_id  text NOT NULL,
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    reason     text NOT NULL,
    opened_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at  timestamptz,
    closed_by  text,
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((state = 'closed') = (closed_by IS NOT NULL))
);

-- One open incident per kind and entity: a repeated finding does not flood the list.
CREATE UNIQUE INDEX incident_open ON homeostat.incident (kind, entity, entity_id) WHERE state = 'open';
SELECT homeostat.journal('incident', 'incident', 'state');
