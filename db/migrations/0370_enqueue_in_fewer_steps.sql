-- owner: runtime/queue
-- purpose: the road into the queue in fewer statements: what is not asked for is not looked up, and one job is not a batch

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

    IF cardinality(ask_args) = 1 THEN
        ids := ARRAY[nextval('homeostat.job_id_seq')];
    ELSE
        ids := ARRAY(SELECT nextval('homeostat.job_id_seq') FROM generate_series(1, cardinality(ask_args)));
    END IF;

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
    WHERE item.key IS NULL OR EXISTS (
        SELECT 1 FROM homeostat.dedup d WHERE d.kind = ask_kind AND d.key = item.key AND d.job_id = item.id)
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

    IF ask_keys IS NULL THEN
        fresh := true;
        FOR n IN 1 .. cardinality(ids) LOOP
            ordinal := n;
            job_id := ids[n];
            RETURN NEXT;
        END LOOP;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT item.n::int, coalesce(d.job_id, item.id), coalesce(d.job_id = item.id, true)
    FROM unnest(ask_keys, ids) WITH ORDINALITY item(key, id, n)
    LEFT JOIN homeostat.dedup d ON d.kind = ask_kind AND d.key = item.key
    ORDER BY item.n;
END $$;

-- The bounds of everything a caller may ask for. 65536 bytes of args: larger data belongs into a table.
CREATE OR REPLACE FUNCTION homeostat.check_enqueue(
    args jsonb[], priority int, dedup_keys text[], dedup_for interval, brand text, give_up_after interval
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    item jsonb;
    n    bigint := 0;
BEGIN
    IF args IS NULL OR cardinality(args) > 10000 THEN
        PERFORM homeostat.refuse_input('args', 'a batch holds up to 10000 jobs', 'split the batch');
    END IF;
    FOREACH item IN ARRAY args LOOP
        n := n + 1;
        IF coalesce(jsonb_typeof(item), 'null') <> 'object' THEN
            PERFORM homeostat.refuse_input('args', format('must be a JSON object (job %s of the batch)', n));
        END IF;
        IF octet_length(item::text) > 65536 THEN
            PERFORM homeostat.refuse_input('args', format('over 65536 bytes (job %s of the batch)', n),
                'store the data in a table and pass its id');
        END IF;
    END LOOP;
    IF priority NOT BETWEEN -100 AND 100 THEN
        PERFORM homeostat.refuse_input('priority', format('%s is outside -100..100; lower runs first', priority));
    END IF;
    IF dedup_keys IS NOT NULL THEN
        IF cardinality(dedup_keys) <> cardinality(args) THEN
            PERFORM homeostat.refuse_input('dedup_key', 'there must be one key, or NULL, per job');
        END IF;
        IF EXISTS (SELECT 1 FROM unnest(dedup_keys) key WHERE length(key) NOT BETWEEN 1 AND 200) THEN
            PERFORM homeostat.refuse_input('dedup_key', 'must have 1 to 200 characters');
        END IF;
    END IF;
    IF dedup_for NOT BETWEEN interval '1 second' AND interval '3660 days' THEN
        PERFORM homeostat.refuse_input('dedup_for', format('%s is outside 1 second .. 10 years', dedup_for));
    END IF;
    IF brand !~ '^[a-z][a-z0-9-]{0,39}$' THEN
        PERFORM homeostat.refuse_input('brand', format('%L must be 1 to 40 of a-z, 0-9 and -, starting with a letter', brand));
    END IF;
    IF give_up_after NOT BETWEEN interval '1 second' AND interval '3660 days' THEN
        PERFORM homeostat.refuse_input('give_up_after', format('%s is outside 1 second .. 10 years', give_up_after));
    END IF;
END $$;
