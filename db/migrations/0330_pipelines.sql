-- owner: runtime/queue
-- purpose: pipelines. A phase is a job of its own kind; a run strings its phases together; what a phase left is its checkpoint

ALTER TABLE homeostat.job_kind
    -- A pipeline: the kinds of its phases, in order. No job is of the pipeline's own kind.
    ADD COLUMN phases text[] CHECK (cardinality(phases) BETWEEN 1 AND 100),
    -- A phase: the pipeline it is part of.
    ADD COLUMN pipeline text,
    ADD CONSTRAINT job_kind_one_role_check CHECK (num_nonnulls(phases, pipeline) <= 1);

ALTER TABLE homeostat.job
    ADD COLUMN run_id bigint,
    -- The phase's short name and its place in the run, from 1.
    ADD COLUMN phase text,
    ADD COLUMN phase_no smallint CHECK (phase_no > 0),
    -- Crashes of a phase since its last progress. They spend no attempt.
    ADD COLUMN resumes smallint NOT NULL DEFAULT 0 CHECK (resumes BETWEEN 0 AND 3),
    -- What the work has saved of itself; the next attempt reads it.
    ADD COLUMN progress jsonb,
    ADD CONSTRAINT job_phase_check CHECK (num_nonnulls(run_id, phase, phase_no) IN (0, 3)),
    -- After crashes the last try belongs to a process that does nothing else.
    ADD COLUMN alone boolean NOT NULL GENERATED ALWAYS AS (
        CASE WHEN run_id IS NULL THEN crashes > 0 AND attempts_used >= attempts_max - 1 ELSE resumes >= 3 END
    ) STORED;

CREATE INDEX job_alone ON homeostat.job (kind, run_at) WHERE state = 'ready' AND alone;

-- `alone` follows from other columns, so the journal leaves it out.
UPDATE homeostat.logged_relation SET derived = '{alone}' WHERE entity = 'job';
DROP TRIGGER journal_insert ON homeostat.job;
DROP TRIGGER journal_update ON homeostat.job;
DROP TRIGGER journal_delete ON homeostat.job;
CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.job REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('job', 'state', 'alone');
CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.job REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('job', 'state', 'alone');
CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.job REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('job', 'state', 'alone');

-- Jobs that live while this is applied get the new columns in their story too.
INSERT INTO homeostat.event (brand, entity, entity_id, from_state, to_state, fence, owner, cause, data)
SELECT j.brand, 'job', j.id::text, j.state, j.state, j.fence, j.owner, 'migration',
       '{"run_id": null, "phase": null, "phase_no": null, "resumes": 0, "progress": null}'
FROM homeostat.job j;

-- One passage through a pipeline. It is written together with its jobs, under their locks.
CREATE TABLE homeostat.run (
    -- The id of its first phase's job.
    id           bigint PRIMARY KEY,
    pipeline     text NOT NULL,
    -- Copied, so that a deploy cannot change a run under way.
    phases       text[] NOT NULL,
    brand        text,
    args         jsonb NOT NULL CHECK (jsonb_typeof(args) = 'object'),
    state        text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    -- What was asked for; each phase's own when NULL.
    priority     smallint,
    -- Where it failed or was called off, and why.
    phase        text,
    reason       text,
    -- How often a crash interrupted it, and the phase that went on last.
    resumes      int NOT NULL DEFAULT 0 CHECK (resumes >= 0),
    resumed_from text,
    schedule_id  bigint,
    due_at       timestamptz,
    created_at   timestamptz NOT NULL,
    give_up_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    CHECK ((state = 'running') = (finished_at IS NULL)),
    CHECK ((state IN ('failed', 'cancelled')) = (phase IS NOT NULL)),
    CHECK ((state IN ('failed', 'cancelled')) = (reason IS NOT NULL)),
    CHECK ((resumes > 0) = (resumed_from IS NOT NULL)),
    CHECK ((due_at IS NULL) = (schedule_id IS NULL))
);

CREATE INDEX run_unfinished ON homeostat.run (id) WHERE state IN ('running', 'failed');

SELECT homeostat.journal('run', 'run', 'state', '{}');

-- The checkpoint of a phase that is done.
CREATE TABLE homeostat.phase (
    -- The job that did it.
    id          bigint NOT NULL,
    run_id      bigint NOT NULL,
    no          smallint NOT NULL CHECK (no > 0),
    name        text NOT NULL,
    brand       text,
    output      jsonb NOT NULL,
    -- Crashes since its last progress when it ended.
    resumes     smallint NOT NULL,
    duration_ms bigint NOT NULL,
    finished_at timestamptz NOT NULL,
    PRIMARY KEY (run_id, no)
);

CREATE TRIGGER phase_is_kept BEFORE UPDATE OF run_id, no, name, output ON homeostat.phase
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('a checkpoint is never changed');

SELECT homeostat.journal('phase', 'phase', NULL, '{}');

-- `ads.search` of `ads` is `search`.
CREATE FUNCTION homeostat.phase_name(pipeline text, kind text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN starts_with(kind, pipeline || '.') THEN substr(kind, length(pipeline) + 2) ELSE kind END
$$;

-- Enqueues jobs of one kind, or starts runs of one pipeline: a run's id is its first job's. A dedup key
-- whose job or run still lives, or that has not run out, gives back what it stands for with
-- fresh = false. `wake` sends the notification with the commit.
CREATE OR REPLACE FUNCTION homeostat.enqueue_many(
    kind          text,
    args          jsonb[],
    priority      int DEFAULT NULL,
    run_at        timestamptz DEFAULT NULL,
    dedup_keys    text[] DEFAULT NULL,
    dedup_for     interval DEFAULT NULL,
    brand         text DEFAULT NULL,
    give_up_after interval DEFAULT NULL,
    schedule_id   bigint DEFAULT NULL,
    due_at        timestamptz DEFAULT NULL,
    wake          boolean DEFAULT true,
    as_of         timestamptz DEFAULT NULL
) RETURNS TABLE (ordinal int, job_id bigint, fresh boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    ask_kind      ALIAS FOR $1;
    ask_args      ALIAS FOR $2;
    ask_priority  ALIAS FOR $3;
    ask_run_at    ALIAS FOR $4;
    ask_keys      ALIAS FOR $5;
    ask_dedup_for ALIAS FOR $6;
    ask_brand     ALIAS FOR $7;
    ask_give_up   ALIAS FOR $8;
    ask_schedule  ALIAS FOR $9;
    ask_due_at    ALIAS FOR $10;
    ask_wake      ALIAS FOR $11;
    instant       timestamptz := coalesce($12, clock_timestamp());
    known         homeostat.job_kind;
    -- What the jobs are of: the kind itself, or the pipeline's first phase.
    work          homeostat.job_kind;
    ids           bigint[];
BEGIN
    SELECT k.* INTO known FROM homeostat.job_kind k WHERE k.name = ask_kind;
    IF NOT FOUND THEN
        PERFORM homeostat.refuse_input('kind', format('%s is not a registered kind', coalesce(quote_literal(ask_kind), 'NULL')),
            (SELECT 'known kinds: ' || coalesce(string_agg(k.name, ', ' ORDER BY k.name), 'none; start a worker first')
             FROM homeostat.job_kind k WHERE k.pipeline IS NULL));
    END IF;
    IF known.pipeline IS NOT NULL THEN
        PERFORM homeostat.refuse_input('kind', format('%L is a phase of pipeline %L', ask_kind, known.pipeline),
            format('enqueue %L, which starts a run', known.pipeline));
    END IF;
    PERFORM homeostat.check_enqueue(ask_args, ask_priority, ask_keys, ask_dedup_for, ask_brand, ask_give_up);
    work := known;
    IF known.phases IS NOT NULL THEN
        SELECT k.* INTO work FROM homeostat.job_kind k WHERE k.name = known.phases[1];
        IF NOT FOUND THEN
            PERFORM homeostat.refuse_input('kind', format('%L, the first phase of pipeline %L, is not registered',
                known.phases[1], ask_kind), 'start a worker of the pipeline');
        END IF;
    END IF;

    ids := ARRAY(SELECT nextval('homeostat.job_id_seq') FROM generate_series(1, cardinality(ask_args)));

    IF ask_keys IS NOT NULL THEN
        INSERT INTO homeostat.dedup AS d (kind, key, job_id, until)
        SELECT DISTINCT ON (item.key) ask_kind, item.key, item.id, instant + coalesce(ask_dedup_for, '1 day')
        FROM unnest(ask_keys, ids) WITH ORDINALITY item(key, id, n)
        WHERE item.key IS NOT NULL
        ORDER BY item.key, item.n
        ON CONFLICT (kind, key) DO UPDATE SET job_id = excluded.job_id, until = excluded.until
        WHERE d.until <= instant AND NOT homeostat.is_live(d.job_id);
    END IF;

    INSERT INTO homeostat.job (id, kind, brand, args, priority, created_at, run_at, give_up_at, timeout_ms,
                               attempts_max, snoozes_max, interruptions_max, schedule_id, due_at,
                               run_id, phase, phase_no)
    OVERRIDING SYSTEM VALUE
    SELECT item.id, work.name, ask_brand, item.args, coalesce(ask_priority, work.priority), instant,
           coalesce(ask_run_at, instant),
           greatest(instant, ask_run_at)
               + least(coalesce(ask_give_up, make_interval(secs => known.give_up_after_s)),
                       make_interval(secs => CASE WHEN known.phases IS NOT NULL THEN work.give_up_after_s END)),
           work.timeout_ms, work.attempts_max, work.snoozes_max, work.interruptions_max, ask_schedule, ask_due_at,
           CASE WHEN known.phases IS NOT NULL THEN item.id END,
           CASE WHEN known.phases IS NOT NULL THEN homeostat.phase_name(known.name, work.name) END,
           CASE WHEN known.phases IS NOT NULL THEN 1 END
    FROM unnest(ask_args, ask_keys, ids) WITH ORDINALITY item(args, key, id, n)
    LEFT JOIN homeostat.dedup d ON d.kind = ask_kind AND d.key = item.key
    WHERE item.key IS NULL OR d.job_id = item.id
    ORDER BY item.n;

    IF known.phases IS NOT NULL THEN
        INSERT INTO homeostat.run (id, pipeline, phases, brand, args, priority, schedule_id, due_at, created_at, give_up_at)
        SELECT j.id, known.name, known.phases, j.brand, j.args, ask_priority, j.schedule_id, j.due_at, j.created_at,
               greatest(instant, ask_run_at) + coalesce(ask_give_up, make_interval(secs => known.give_up_after_s))
        FROM homeostat.job j WHERE j.id = ANY (ids);
    END IF;

    -- Equal notifications of one transaction are sent once.
    IF ask_wake THEN
        PERFORM pg_notify('homeostat_job', '');
    END IF;

    RETURN QUERY
    SELECT item.n::int, coalesce(d.job_id, item.id), coalesce(d.job_id = item.id, true)
    FROM unnest(ask_keys, ids) WITH ORDINALITY item(key, id, n)
    LEFT JOIN homeostat.dedup d ON d.kind = ask_kind AND d.key = item.key
    ORDER BY item.n;
END $$;

-- Whether a job, or any job of the run that began with it, is still in the table.
CREATE FUNCTION homeostat.is_live(job_id bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM homeostat.job j WHERE j.id = is_live.job_id)
        OR EXISTS (SELECT 1 FROM homeostat.run r WHERE r.id = is_live.job_id AND r.state IN ('running', 'failed'))
$$;
