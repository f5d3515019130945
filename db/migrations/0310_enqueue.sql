-- owner: runtime/queue
-- purpose: the one road into the queue, for every language and inside any transaction

-- Refuses bad input with SQLSTATE 22023 and the field's name in COLUMN.
CREATE FUNCTION homeostat.refuse_input(field text, message text, hint text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', COLUMN = field,
        MESSAGE = field || ': ' || message || coalesce('; ' || hint, '');
END $$;

-- Enqueues jobs of one kind. A dedup key whose job still lives, or that has not run out, gives back
-- the job it stands for with fresh = false. `wake` sends the notification with the commit.
CREATE FUNCTION homeostat.enqueue_many(
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
    ids           bigint[];
BEGIN
    SELECT k.* INTO known FROM homeostat.job_kind k WHERE k.name = ask_kind;
    IF NOT FOUND THEN
        PERFORM homeostat.refuse_input('kind', format('%s is not a registered kind', coalesce(quote_literal(ask_kind), 'NULL')),
            (SELECT 'known kinds: ' || coalesce(string_agg(k.name, ', ' ORDER BY k.name), 'none; start a worker first')
             FROM homeostat.job_kind k));
    END IF;
    PERFORM homeostat.check_enqueue(ask_args, ask_priority, ask_keys, ask_dedup_for, ask_brand, ask_give_up);

    ids := ARRAY(SELECT nextval('homeostat.job_id_seq') FROM generate_series(1, cardinality(ask_args)));

    IF ask_keys IS NOT NULL THEN
        INSERT INTO homeostat.dedup AS d (kind, key, job_id, until)
        SELECT DISTINCT ON (item.key) ask_kind, item.key, item.id, instant + coalesce(ask_dedup_for, '1 day')
        FROM unnest(ask_keys, ids) WITH ORDINALITY item(key, id, n)
        WHERE item.key IS NOT NULL
        ORDER BY item.key, item.n
        ON CONFLICT (kind, key) DO UPDATE SET job_id = excluded.job_id, until = excluded.until
        WHERE d.until <= instant AND NOT EXISTS (SELECT 1 FROM homeostat.job j WHERE j.id = d.job_id);
    END IF;

    INSERT INTO homeostat.job (id, kind, brand, args, priority, created_at, run_at, give_up_at, timeout_ms,
                               attempts_max, snoozes_max, interruptions_max, schedule_id, due_at)
    OVERRIDING SYSTEM VALUE
    SELECT item.id, ask_kind, ask_brand, item.args, coalesce(ask_priority, known.priority), instant,
           coalesce(ask_run_at, instant),
           greatest(instant, ask_run_at) + coalesce(ask_give_up, make_interval(secs => known.give_up_after_s)),
           known.timeout_ms, known.attempts_max, known.snoozes_max, known.interruptions_max, ask_schedule, ask_due_at
    FROM unnest(ask_args, ask_keys, ids) WITH ORDINALITY item(args, key, id, n)
    LEFT JOIN homeostat.dedup d ON d.kind = ask_kind AND d.key = item.key
    WHERE item.key IS NULL OR d.job_id = item.id
    ORDER BY item.n;

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

-- The bounds of everything a caller may ask for. 65536 bytes of args: larger data belongs into a table.
CREATE FUNCTION homeostat.check_enqueue(
    args jsonb[], priority int, dedup_keys text[], dedup_for interval, brand text, give_up_after interval
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wrong bigint;
BEGIN
    IF args IS NULL OR cardinality(args) > 10000 THEN
        PERFORM homeostat.refuse_input('args', 'a batch holds up to 10000 jobs', 'split the batch');
    END IF;
    SELECT min(item.n) INTO wrong FROM unnest(args) WITH ORDINALITY item(a, n)
    WHERE coalesce(jsonb_typeof(item.a), 'null') <> 'object';
    IF wrong IS NOT NULL THEN
        PERFORM homeostat.refuse_input('args', format('must be a JSON object (job %s of the batch)', wrong));
    END IF;
    SELECT min(item.n) INTO wrong FROM unnest(args) WITH ORDINALITY item(a, n)
    WHERE octet_length(item.a::text) > 65536;
    IF wrong IS NOT NULL THEN
        PERFORM homeostat.refuse_input('args', format('over 65536 bytes (job %s of the batch)', wrong),
            'store the data in a table and pass its id');
    END IF;
    IF priority NOT BETWEEN -100 AND 100 THEN
        PERFORM homeostat.refuse_input('priority', format('%s is outside -100..100; lower runs first', priority));
    END IF;
    IF cardinality(dedup_keys) <> cardinality(args) THEN
        PERFORM homeostat.refuse_input('dedup_key', 'there must be one key, or NULL, per job');
    END IF;
    IF EXISTS (SELECT 1 FROM unnest(dedup_keys) key WHERE length(key) NOT BETWEEN 1 AND 200) THEN
        PERFORM homeostat.refuse_input('dedup_key', 'must have 1 to 200 characters');
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

-- Enqueues one job in the caller's transaction and gives back its id, or the id of the job that the
-- dedup key stands for.
CREATE FUNCTION homeostat.enqueue(
    kind          text,
    args          jsonb DEFAULT '{}',
    priority      int DEFAULT NULL,
    run_at        timestamptz DEFAULT NULL,
    dedup_key     text DEFAULT NULL,
    dedup_for     interval DEFAULT NULL,
    brand         text DEFAULT NULL,
    give_up_after interval DEFAULT NULL,
    as_of         timestamptz DEFAULT NULL
) RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.job_id FROM homeostat.enqueue_many(
        kind, ARRAY[args], priority, run_at, CASE WHEN dedup_key IS NULL THEN NULL ELSE ARRAY[dedup_key] END, dedup_for,
        brand, give_up_after, as_of => as_of) e
$$;
