-- Written by `./dev schema`, not by hand. Postgres 15

CREATE SCHEMA homeostat;

CREATE FUNCTION homeostat.balance_postings() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    odd bigint;
BEGIN
    SELECT transfer_id INTO odd FROM new_rows GROUP BY transfer_id HAVING sum(amount) <> 0 LIMIT 1;
    IF odd IS NOT NULL THEN
        RAISE EXCEPTION 'transfer % does not sum to 0', odd USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION homeostat.begin_timeline(the_id text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM homeostat.timeline t WHERE t.id = the_id) THEN
        RETURN;
    END IF;
    -- Who comes second waits until the first one has committed.
    LOCK TABLE homeostat.timeline IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM homeostat.timeline t WHERE t.id = the_id) THEN
        RETURN;
    END IF;
    PERFORM setval(format('homeostat.%I', s.sequencename)::regclass, coalesce(s.last_value, 0) + 4294967296)
        FROM pg_sequences s WHERE s.schemaname = 'homeostat';
    INSERT INTO homeostat.timeline (id) VALUES (the_id);
END $$;

CREATE FUNCTION homeostat.changed_columns(old_row jsonb, new_row jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT jsonb_object_agg(pair.key, pair.value)
    FROM jsonb_each(new_row) pair WHERE old_row -> pair.key IS DISTINCT FROM pair.value
$$;

CREATE FUNCTION homeostat.check_enqueue(args jsonb[], priority integer, dedup_keys text[], dedup_for interval, brand text, give_up_after interval) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
END $_$;

CREATE FUNCTION homeostat.enqueue(kind text, args jsonb DEFAULT '{}'::jsonb, priority integer DEFAULT NULL::integer, run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, dedup_key text DEFAULT NULL::text, dedup_for interval DEFAULT NULL::interval, brand text DEFAULT NULL::text, give_up_after interval DEFAULT NULL::interval, as_of timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS bigint
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT e.job_id FROM homeostat.enqueue_many(
        kind, ARRAY[args], priority, run_at, CASE WHEN dedup_key IS NULL THEN NULL ELSE ARRAY[dedup_key] END, dedup_for,
        brand, give_up_after, as_of => as_of) e
$$;

CREATE FUNCTION homeostat.enqueue_many(kind text, args jsonb[], priority integer DEFAULT NULL::integer, run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, dedup_keys text[] DEFAULT NULL::text[], dedup_for interval DEFAULT NULL::interval, brand text DEFAULT NULL::text, give_up_after interval DEFAULT NULL::interval, schedule_id bigint DEFAULT NULL::bigint, due_at timestamp with time zone DEFAULT NULL::timestamp with time zone, wake boolean DEFAULT true, as_of timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS TABLE(ordinal integer, job_id bigint, fresh boolean)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
END $_$;

CREATE FUNCTION homeostat.guard_money() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    why constant text := format('schedule %s guards money and is %s: %s', NEW.name, NEW.state,
                                coalesce(NEW.disabled_reason, 'no reason given'));
BEGIN
    UPDATE homeostat.mode
    SET state = 'SAFE', cause = 'schedule_disabled', who = 'system', changed_at = clock_timestamp(), reason = why
    WHERE state = 'NORMAL'
       OR (state = 'SAFE' AND cause IN ('lease_lapsed', 'recovery', 'read_back_missing'));
    INSERT INTO homeostat.incident (brand, kind, entity, entity_id, reason)
    VALUES (NEW.brand, 'schedule_disabled', 'schedule', NEW.id::text, why)
    ON CONFLICT (kind, entity, entity_id) WHERE state = 'open' DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION homeostat.is_current(version text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT 1 FROM homeostat.min_version m
        WHERE homeostat.version_parts(m.version) > homeostat.version_parts(is_current.version));
END $$;

CREATE FUNCTION homeostat.is_live(job_id bigint) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT 1 FROM homeostat.job j WHERE j.id = is_live.job_id)
        OR EXISTS (SELECT 1 FROM homeostat.run r WHERE r.id = is_live.job_id AND r.state IN ('running', 'failed'))
$$;

CREATE FUNCTION homeostat.journal(relation text, entity text, state_column text, derived text[] DEFAULT '{}'::text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    args text := quote_literal(entity) || ', ' || quote_literal(coalesce(state_column, ''));
    column_name text;
BEGIN
    FOREACH column_name IN ARRAY derived LOOP
        args := args || ', ' || quote_literal(column_name);
    END LOOP;
    INSERT INTO homeostat.logged_relation VALUES (entity, relation, state_column, derived);
    EXECUTE format('CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.%I REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert(%s)', relation, args);
    EXECUTE format('CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.%I REFERENCING OLD TABLE AS old_rows
        NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update(%s)', relation, args);
    EXECUTE format('CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.%I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete(%s)', relation, args);
    EXECUTE format('CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.%I
        FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse(%L)', relation, 'it would leave no event; use DELETE');
    EXECUTE format('CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.%I
        FOR EACH ROW EXECUTE FUNCTION homeostat.refuse(%L)', relation, 'an id never changes');
END $$;

CREATE FUNCTION homeostat.keep_event_partitions(from_time timestamp with time zone, months_ahead integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    opens timestamptz;
    closes timestamptz;
    name text;
    made int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('homeostat.keep_event_partitions'));
    FOR step IN 0..months_ahead LOOP
        opens := (date_trunc('month', from_time AT TIME ZONE 'UTC') + make_interval(months => step)) AT TIME ZONE 'UTC';
        closes := (date_trunc('month', from_time AT TIME ZONE 'UTC') + make_interval(months => step + 1)) AT TIME ZONE 'UTC';
        name := 'event_' || to_char(opens AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass('homeostat.' || name) IS NOT NULL;
        EXECUTE format('CREATE TABLE homeostat.%I (LIKE homeostat.event INCLUDING DEFAULTS)', name);
        PERFORM set_config('homeostat.moves_events', 'on', true);
        EXECUTE format(
            'WITH stray AS (DELETE FROM homeostat.event_default WHERE at >= %L AND at < %L RETURNING *)
             INSERT INTO homeostat.%I SELECT * FROM stray', opens, closes, name);
        PERFORM set_config('homeostat.moves_events', '', true);
        EXECUTE format(
            'ALTER TABLE homeostat.event ATTACH PARTITION homeostat.%I FOR VALUES FROM (%L) TO (%L)',
            name, opens, closes);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION homeostat.log_delete() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    outcomes jsonb := coalesce(nullif(current_setting('homeostat.outcome', true), ''), '{}')::jsonb;
BEGIN
    INSERT INTO homeostat.event (brand, entity, entity_id, from_state, to_state, fence, owner, cause, data)
    SELECT r ->> 'brand', TG_ARGV[0], r ->> 'id', coalesce(r ->> TG_ARGV[1], 'live'),
           coalesce(outcomes -> (r ->> 'id') ->> 'state', 'deleted'),
           (r ->> 'fence')::bigint, (r ->> 'owner')::bigint,
           nullif(current_setting('homeostat.cause', true), ''),
           coalesce(outcomes -> (r ->> 'id'), '{}') - 'state' || '{"$gone": true}'
    FROM (SELECT to_jsonb(old_row) - TG_ARGV[2:] AS r FROM old_rows old_row ORDER BY old_row.id) logged;
    PERFORM set_config('homeostat.outcome', '', true);
    RETURN NULL;
END $_$;

CREATE FUNCTION homeostat.log_insert() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
BEGIN
    INSERT INTO homeostat.event (brand, entity, entity_id, from_state, to_state, fence, owner, cause, data)
    SELECT r ->> 'brand', TG_ARGV[0], r ->> 'id', NULL, coalesce(r ->> TG_ARGV[1], 'live'),
           (r ->> 'fence')::bigint, (r ->> 'owner')::bigint,
           nullif(current_setting('homeostat.cause', true), ''), r
    FROM (SELECT to_jsonb(new_row) - TG_ARGV[2:] AS r FROM new_rows new_row ORDER BY new_row.id) logged;
    RETURN NULL;
END $$;

CREATE FUNCTION homeostat.log_job_delete() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    outcomes jsonb := coalesce(nullif(current_setting('homeostat.outcome', true), ''), '{}')::jsonb;
    why text := nullif(current_setting('homeostat.cause', true), '');
BEGIN
    INSERT INTO homeostat.event (brand, entity, entity_id, from_state, to_state, fence, owner, cause, data)
    SELECT gone.brand, 'job', gone.id::text, gone.state, coalesce(gone.outcome ->> 'state', 'deleted'), gone.fence,
           gone.owner, why, coalesce(gone.outcome, '{}') - 'state' || '{"$gone": true}'
    FROM (
        SELECT o.id, o.brand, o.state, o.fence, o.owner, outcomes -> o.id::text AS outcome
        FROM old_rows o ORDER BY o.id OFFSET 0
    ) gone;
    PERFORM set_config('homeostat.outcome', '', true);
    RETURN NULL;
END $_$;

CREATE FUNCTION homeostat.log_job_insert() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
BEGIN
    INSERT INTO homeostat.event (brand, entity, entity_id, from_state, to_state, fence, owner, cause, data)
    SELECT n.brand, 'job', n.id::text, NULL, n.state, n.fence, n.owner,
           nullif(current_setting('homeostat.cause', true), ''), to_jsonb(n) - 'alone'
    FROM new_rows n ORDER BY n.id;
    RETURN NULL;
END $$;

CREATE FUNCTION homeostat.log_job_update() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET enable_nestloop TO 'off'
    AS $$
DECLARE
    why text := nullif(current_setting('homeostat.cause', true), '');
BEGIN
    INSERT INTO homeostat.event (brand, entity, entity_id, from_state, to_state, fence, owner, cause, data)
    SELECT c.brand, 'job', c.id::text, c.from_state, c.to_state, c.fence, c.owner, why, c.data
    FROM (
        SELECT n.id, n.brand, o.state AS from_state, n.state AS to_state, n.fence, coalesce(n.owner, o.owner) AS owner,
               CASE WHEN o.state = 'ready' AND n.state = 'running' AND record_image_eq(
                   ROW (n.kind, n.brand, n.args, n.priority, n.created_at, n.run_at, n.give_up_at, n.cancel_requested,
                        n.timeout_ms, n.attempts_used, n.attempts_max, n.snoozes_max, n.interruptions_max, n.errors,
                        n.crashes, n.timeouts, n.snoozes, n.interruptions, n.last_cause, n.last_error, n.failed_at,
                        n.schedule_id, n.due_at, n.run_id, n.phase, n.phase_no, n.resumes, n.progress),
                   ROW (o.kind, o.brand, o.args, o.priority, o.created_at, o.run_at, o.give_up_at, o.cancel_requested,
                        o.timeout_ms, o.attempts_used, o.attempts_max, o.snoozes_max, o.interruptions_max, o.errors,
                        o.crashes, o.timeouts, o.snoozes, o.interruptions, o.last_cause, o.last_error, o.failed_at,
                        o.schedule_id, o.due_at, o.run_id, o.phase, o.phase_no, o.resumes, o.progress))
               THEN jsonb_build_object('state', n.state, 'fence', n.fence, 'owner', n.owner,
                                       'claimed_at', n.claimed_at, 'deadline', n.deadline)
               ELSE homeostat.changed_columns(to_jsonb(o) - 'alone', to_jsonb(n) - 'alone') END AS data
        FROM new_rows n JOIN old_rows o USING (id)
        -- Kept apart, or the planner asks what changed twice: once to leave a row out, once to tell it.
        OFFSET 0
    ) c
    WHERE c.data IS NOT NULL
    ORDER BY c.id;
    RETURN NULL;
END $$;

CREATE FUNCTION homeostat.log_update() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET "TimeZone" TO 'UTC'
    AS $$
BEGIN
    INSERT INTO homeostat.event (brand, entity, entity_id, from_state, to_state, fence, owner, cause, data)
    SELECT n.r ->> 'brand', TG_ARGV[0], n.r ->> 'id',
           coalesce(o.r ->> TG_ARGV[1], 'live'), coalesce(n.r ->> TG_ARGV[1], 'live'),
           (n.r ->> 'fence')::bigint, coalesce(n.r ->> 'owner', o.r ->> 'owner')::bigint,
           nullif(current_setting('homeostat.cause', true), ''), changed.data
    FROM (SELECT new_row.id, to_jsonb(new_row) - TG_ARGV[2:] AS r FROM new_rows new_row) n
    JOIN (SELECT old_row.id, to_jsonb(old_row) - TG_ARGV[2:] AS r FROM old_rows old_row) o USING (id)
    CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(pair.key, pair.value) AS data
        FROM jsonb_each(n.r) pair WHERE o.r -> pair.key IS DISTINCT FROM pair.value
    ) changed
    WHERE n.r IS DISTINCT FROM o.r
    ORDER BY n.id;
    RETURN NULL;
END $$;

CREATE FUNCTION homeostat.phase_name(pipeline text, kind text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT CASE WHEN starts_with(kind, pipeline || '.') THEN substr(kind, length(pipeline) + 2) ELSE kind END
$$;

CREATE FUNCTION homeostat.refuse() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: %', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION homeostat.refuse_input(field text, message text, hint text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', COLUMN = field,
        MESSAGE = field || ': ' || message || coalesce('; ' || hint, '');
END $$;

CREATE FUNCTION homeostat.state_at(entity text, entity_id text, instant timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    SELECT CASE WHEN folded ? '$gone' OR folded = '{}' THEN NULL ELSE folded END
    FROM (
        SELECT homeostat.fold(e.data ORDER BY e.id) AS folded
        FROM homeostat.event e
        WHERE e.entity = state_at.entity AND e.entity_id = state_at.entity_id AND e.at <= instant
    ) history
$_$;

CREATE FUNCTION homeostat.version_parts(version text) RETURNS integer[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN coalesce(regexp_match(version, '^([0-9]+)[.]([0-9]+)[.]([0-9]+)')::int[], '{0,0,0}');
END $$;

CREATE AGGREGATE homeostat.fold(jsonb) (
    SFUNC = jsonb_concat,
    STYPE = jsonb,
    INITCOND = '{}'
);

CREATE TABLE homeostat.event (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    brand text,
    entity text NOT NULL,
    entity_id text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    fence bigint,
    owner bigint,
    cause text,
    data jsonb NOT NULL
)
PARTITION BY RANGE (at);

COMMENT ON COLUMN homeostat.event.data IS 'The logged columns that changed; all of them for a new row. {"$gone": true, ...} when the row left its table.';

CREATE VIEW homeostat.activity_log AS
 SELECT event.id,
    event.at,
    event.brand,
    event.entity,
    event.entity_id,
    event.from_state,
    event.to_state,
    event.cause,
    event.data
   FROM homeostat.event;

CREATE TABLE homeostat.ad (
    id text NOT NULL,
    brand text NOT NULL,
    library_id text NOT NULL,
    page_id text NOT NULL,
    state text NOT NULL,
    started_on date NOT NULL,
    stopped_on date,
    platforms text[] NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    reach bigint,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    seen_in bigint NOT NULL,
    CONSTRAINT ad_reach_check CHECK ((reach >= 0)),
    CONSTRAINT ad_state_check CHECK ((state = ANY (ARRAY['running'::text, 'ended'::text])))
);

CREATE TABLE homeostat.ad_find (
    run_id bigint NOT NULL,
    library_id text NOT NULL,
    brand text NOT NULL,
    page_id text NOT NULL,
    page_name text NOT NULL,
    titles text[] NOT NULL,
    bodies text[] NOT NULL,
    keywords text[] NOT NULL,
    CONSTRAINT ad_find_keywords_check CHECK ((cardinality(keywords) > 0))
);

CREATE TABLE homeostat.ads_report (
    id bigint NOT NULL,
    brand text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    report jsonb NOT NULL
);

CREATE TABLE homeostat.api_usage (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    brand text,
    vendor text NOT NULL,
    task text NOT NULL,
    effect_id bigint,
    model_asked text,
    model_answered text,
    units jsonb DEFAULT '{}'::jsonb NOT NULL,
    price_row text,
    cost_micros bigint DEFAULT 0 NOT NULL,
    currency text,
    latency_ms bigint NOT NULL,
    outcome text NOT NULL,
    CONSTRAINT api_usage_check CHECK (((cost_micros = 0) OR (currency IS NOT NULL))),
    CONSTRAINT api_usage_cost_micros_check CHECK ((cost_micros >= 0)),
    CONSTRAINT api_usage_latency_ms_check CHECK ((latency_ms >= 0)),
    CONSTRAINT api_usage_outcome_check CHECK ((outcome = ANY (ARRAY['ok'::text, 'refused'::text, 'unsent'::text, 'throttled'::text, 'unknown'::text])))
);

ALTER TABLE homeostat.api_usage ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.api_usage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.autonomy (
    id text NOT NULL,
    level text NOT NULL,
    who text NOT NULL,
    reason text NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT autonomy_level_check CHECK ((level = ANY (ARRAY['shadow'::text, 'suggest'::text, 'guarded'::text, 'full'::text])))
);

CREATE VIEW homeostat.background_job_log AS
 SELECT event.id,
    event.at,
    event.brand,
    (event.entity_id)::bigint AS job_id,
    event.from_state,
    event.to_state,
    event.fence,
    event.owner AS process_id,
    event.cause,
    event.data
   FROM homeostat.event
  WHERE (event.entity = 'job'::text);

CREATE TABLE homeostat.bank_payment (
    id text NOT NULL,
    brand text NOT NULL,
    counterparty text NOT NULL,
    request_id text NOT NULL,
    state text NOT NULL,
    state_raw text NOT NULL,
    currency text NOT NULL,
    amount_micros bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone NOT NULL,
    CONSTRAINT bank_payment_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT bank_payment_state_check CHECK ((state = ANY (ARRAY['created'::text, 'pending'::text, 'completed'::text, 'declined'::text, 'failed'::text, 'reverted'::text, 'unknown'::text])))
);

CREATE TABLE homeostat.breaker (
    id text NOT NULL,
    state text DEFAULT 'closed'::text NOT NULL,
    until timestamp with time zone,
    cause text,
    failures integer DEFAULT 0 NOT NULL,
    openings integer DEFAULT 0 NOT NULL,
    capacity integer,
    refill_per_minute integer,
    tokens_milli bigint DEFAULT 0 NOT NULL,
    refilled_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT breaker_capacity_check CHECK ((capacity > 0)),
    CONSTRAINT breaker_check CHECK (((capacity IS NULL) = (refill_per_minute IS NULL))),
    CONSTRAINT breaker_check1 CHECK (((state = 'closed'::text) = (until IS NULL))),
    CONSTRAINT breaker_check2 CHECK (((state = 'closed'::text) = (cause IS NULL))),
    CONSTRAINT breaker_failures_check CHECK ((failures >= 0)),
    CONSTRAINT breaker_openings_check CHECK ((openings >= 0)),
    CONSTRAINT breaker_refill_per_minute_check CHECK ((refill_per_minute > 0)),
    CONSTRAINT breaker_state_check CHECK ((state = ANY (ARRAY['closed'::text, 'open'::text, 'half_open'::text]))),
    CONSTRAINT breaker_tokens_milli_check CHECK ((tokens_milli >= 0))
);

CREATE TABLE homeostat.browser_pace (
    id text NOT NULL,
    blocked_ppm integer NOT NULL,
    wait_s integer NOT NULL,
    next_at timestamp with time zone NOT NULL,
    CONSTRAINT browser_pace_blocked_ppm_check CHECK (((blocked_ppm >= 0) AND (blocked_ppm <= 1000000))),
    CONSTRAINT browser_pace_wait_s_check CHECK ((wait_s > 0))
);

CREATE TABLE homeostat.budget_window (
    id bigint NOT NULL,
    brand text NOT NULL,
    interlock text NOT NULL,
    scope text NOT NULL,
    unit text NOT NULL,
    period text NOT NULL,
    currency text,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    cap bigint NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    settled bigint DEFAULT 0 NOT NULL,
    CONSTRAINT budget_window_cap_check CHECK ((cap >= 0)),
    CONSTRAINT budget_window_check CHECK ((ends_at > starts_at)),
    CONSTRAINT budget_window_check1 CHECK (((unit = 'money'::text) = (currency IS NOT NULL))),
    CONSTRAINT budget_window_held_check CHECK ((held >= 0)),
    CONSTRAINT budget_window_period_check CHECK ((period = ANY (ARRAY['hour'::text, 'day'::text, 'month'::text, 'lifetime'::text, 'cooldown'::text]))),
    CONSTRAINT budget_window_settled_check CHECK ((settled >= 0)),
    CONSTRAINT budget_window_unit_check CHECK ((unit = ANY (ARRAY['money'::text, 'act'::text])))
);

ALTER TABLE homeostat.budget_window ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.budget_window_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.campaign (
    id text NOT NULL,
    brand text NOT NULL,
    vendor text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    effective_status text NOT NULL,
    daily_budget_micros bigint,
    currency text NOT NULL,
    flagged_at timestamp with time zone,
    kept_because text,
    read_at timestamp with time zone NOT NULL,
    CONSTRAINT campaign_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT campaign_daily_budget_micros_check CHECK ((daily_budget_micros >= 0)),
    CONSTRAINT campaign_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'PAUSED'::text, 'ARCHIVED'::text, 'DELETED'::text])))
);

CREATE TABLE homeostat.competitor (
    id text NOT NULL,
    brand text NOT NULL,
    page_id text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    matched_at timestamp with time zone NOT NULL,
    looked_at timestamp with time zone,
    CONSTRAINT competitor_state_check CHECK ((state = ANY (ARRAY['watched'::text, 'dropped'::text])))
);

CREATE TABLE homeostat.competitor_look (
    run_id bigint NOT NULL,
    brand text NOT NULL,
    page_id text NOT NULL,
    made_at timestamp with time zone,
    is_complete boolean DEFAULT false NOT NULL,
    CONSTRAINT competitor_look_check CHECK (((made_at IS NOT NULL) OR (NOT is_complete)))
);

CREATE TABLE homeostat.competitor_watch (
    id text NOT NULL,
    brand text NOT NULL,
    page_id text NOT NULL,
    every text DEFAULT 'three_days'::text NOT NULL,
    wanted text DEFAULT 'three_days'::text NOT NULL,
    doubted_at timestamp with time zone,
    watched_since timestamp with time zone NOT NULL,
    next_at timestamp with time zone NOT NULL,
    tried_at timestamp with time zone,
    seen_from timestamp with time zone,
    seen_until timestamp with time zone,
    seen_at timestamp with time zone,
    ads_micros bigint,
    observed_ms bigint,
    quiet_ms bigint,
    CONSTRAINT competitor_watch_ads_micros_check CHECK ((ads_micros >= 0)),
    CONSTRAINT competitor_watch_check CHECK ((num_nulls(seen_from, seen_until, seen_at, ads_micros, observed_ms, quiet_ms) = ANY (ARRAY[0, 6]))),
    CONSTRAINT competitor_watch_every_check CHECK ((every = ANY (ARRAY['daily'::text, 'three_days'::text, 'weekly'::text]))),
    CONSTRAINT competitor_watch_observed_ms_check CHECK ((observed_ms > 0)),
    CONSTRAINT competitor_watch_quiet_ms_check CHECK ((quiet_ms >= 0)),
    CONSTRAINT competitor_watch_wanted_check CHECK ((wanted = ANY (ARRAY['daily'::text, 'three_days'::text, 'weekly'::text])))
);

CREATE VIEW homeostat.cs_conversation_log AS
 SELECT event.id,
    event.at,
    event.brand,
    event.entity_id AS conversation_id,
    event.from_state,
    event.to_state,
    event.cause,
    event.data
   FROM homeostat.event
  WHERE (event.entity = 'conversation'::text);

CREATE TABLE homeostat.decision (
    id bigint NOT NULL,
    key text NOT NULL,
    brand text NOT NULL,
    target text NOT NULL,
    policy text NOT NULL,
    version text NOT NULL,
    seed bigint,
    inputs text NOT NULL,
    belief text NOT NULL,
    proposal text NOT NULL,
    judged text,
    verdict text,
    state text DEFAULT 'proposed'::text NOT NULL,
    approved_by text,
    decided_at timestamp with time zone NOT NULL,
    data_as_of timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    vetoed_by text,
    CONSTRAINT decision_check CHECK (((judged IS NULL) = (verdict IS NULL))),
    CONSTRAINT decision_judged_check CHECK (((state = ANY (ARRAY['proposed'::text, 'expired'::text, 'vetoed'::text])) OR (verdict IS NOT NULL))),
    CONSTRAINT decision_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'permitted'::text, 'refused'::text, 'shadowed'::text, 'expired'::text, 'vetoed'::text]))),
    CONSTRAINT decision_vetoed_check CHECK (((state = 'vetoed'::text) = (vetoed_by IS NOT NULL)))
);

ALTER TABLE homeostat.decision ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.dedup (
    kind text NOT NULL,
    key text NOT NULL,
    job_id bigint NOT NULL,
    until timestamp with time zone NOT NULL,
    CONSTRAINT dedup_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);

CREATE TABLE homeostat.dispute (
    id text NOT NULL,
    brand text NOT NULL,
    shop_order text,
    kind text NOT NULL,
    state text NOT NULL,
    state_raw text NOT NULL,
    reason text NOT NULL,
    currency text NOT NULL,
    amount_micros bigint NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    ended_at timestamp with time zone,
    read_at timestamp with time zone NOT NULL,
    CONSTRAINT dispute_amount_micros_check CHECK ((amount_micros >= 0)),
    CONSTRAINT dispute_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT dispute_state_check CHECK ((state = ANY (ARRAY['NEEDS_RESPONSE'::text, 'UNDER_REVIEW'::text, 'ACCEPTED'::text, 'WON'::text, 'LOST'::text, 'PREVENTED'::text, 'CHARGE_REFUNDED'::text, 'UNKNOWN'::text])))
);

CREATE TABLE homeostat.drift (
    id bigint NOT NULL,
    brand text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    state text NOT NULL,
    believed text NOT NULL,
    seen text NOT NULL,
    found_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT drift_check CHECK (((state = 'repaired'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT drift_state_check CHECK ((state = ANY (ARRAY['found'::text, 'left'::text, 'repaired'::text])))
);

CREATE TABLE homeostat.drift_check (
    brand text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    checked_at timestamp with time zone NOT NULL
);

ALTER TABLE homeostat.drift ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.drift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.effect (
    id bigint NOT NULL,
    key text NOT NULL,
    decision_id bigint NOT NULL,
    kind text NOT NULL,
    vendor text NOT NULL,
    class text NOT NULL,
    brand text NOT NULL,
    target text NOT NULL,
    request text NOT NULL,
    request_hash text NOT NULL,
    amount_micros bigint NOT NULL,
    currency text NOT NULL,
    risk_reducing boolean NOT NULL,
    vendor_key text,
    vendor_key_expires_at timestamp with time zone,
    state text DEFAULT 'sending'::text NOT NULL,
    owner bigint,
    call_deadline timestamp with time zone,
    calls integer DEFAULT 1 NOT NULL,
    sends integer DEFAULT 1 NOT NULL,
    sender bigint NOT NULL,
    call_ended_at timestamp with time zone,
    unsent boolean DEFAULT false NOT NULL,
    horizon_at timestamp with time zone NOT NULL,
    crashed boolean DEFAULT false NOT NULL,
    next_probe_at timestamp with time zone,
    probes integer DEFAULT 0 NOT NULL,
    unknown_since timestamp with time zone,
    alarmed_at timestamp with time zone,
    reason text,
    receipt text,
    vendor_ref text,
    provenance text,
    actual_micros bigint,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    finished_at timestamp with time zone,
    sent_call integer DEFAULT 1 NOT NULL,
    CONSTRAINT effect_amount_micros_check CHECK ((amount_micros >= 0)),
    CONSTRAINT effect_calls_check CHECK ((calls >= 1)),
    CONSTRAINT effect_check CHECK (((state = ANY (ARRAY['settled'::text, 'refused'::text, 'void'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT effect_check1 CHECK (((state <> ALL (ARRAY['settled'::text, 'accepted'::text])) OR ((receipt IS NOT NULL) AND (provenance IS NOT NULL)))),
    CONSTRAINT effect_check2 CHECK (((state <> ALL (ARRAY['refused'::text, 'void'::text, 'unknown'::text])) OR (reason IS NOT NULL))),
    CONSTRAINT effect_check3 CHECK (((state = 'unknown'::text) = (unknown_since IS NOT NULL))),
    CONSTRAINT effect_check4 CHECK (((owner IS NULL) = (call_deadline IS NULL))),
    CONSTRAINT effect_check5 CHECK (((finished_at IS NULL) = ((owner IS NOT NULL) OR (next_probe_at IS NOT NULL)))),
    CONSTRAINT effect_check6 CHECK (((owner IS NULL) OR (next_probe_at IS NULL))),
    CONSTRAINT effect_check7 CHECK (((vendor_key IS NULL) = (vendor_key_expires_at IS NULL))),
    CONSTRAINT effect_check8 CHECK (((class <> 'keyed'::text) OR (vendor_key IS NOT NULL))),
    CONSTRAINT effect_class_check CHECK ((class = ANY (ARRAY['keyed'::text, 'queryable'::text, 'idempotent'::text, 'blind'::text]))),
    CONSTRAINT effect_probes_check CHECK ((probes >= 0)),
    CONSTRAINT effect_provenance_check CHECK ((provenance = ANY (ARRAY['normal'::text, 'recovered'::text, 'probed'::text, 'deduplicated'::text, 'manual'::text]))),
    CONSTRAINT effect_sends_check CHECK ((sends >= 1)),
    CONSTRAINT effect_sent_call_check CHECK ((sent_call >= 1)),
    CONSTRAINT effect_state_check CHECK ((state = ANY (ARRAY['sending'::text, 'accepted'::text, 'settled'::text, 'refused'::text, 'unknown'::text, 'void'::text])))
);

ALTER TABLE homeostat.effect ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.effect_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.event_default (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    brand text,
    entity text NOT NULL,
    entity_id text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    fence bigint,
    owner bigint,
    cause text,
    data jsonb NOT NULL
);

ALTER TABLE homeostat.event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.hold (
    id bigint NOT NULL,
    brand text NOT NULL,
    effect_id bigint,
    window_id bigint NOT NULL,
    amount bigint NOT NULL,
    rate_micros bigint DEFAULT 1000000 NOT NULL,
    state text DEFAULT 'held'::text NOT NULL,
    settled_amount bigint,
    standing_id bigint,
    day date,
    CONSTRAINT hold_amount_check CHECK (((amount > 0) OR ((standing_id IS NOT NULL) AND (amount = 0)))),
    CONSTRAINT hold_check CHECK (
CASE
    WHEN (standing_id IS NULL) THEN ((state = 'settled'::text) = (settled_amount IS NOT NULL))
    ELSE (settled_amount IS NOT NULL)
END),
    CONSTRAINT hold_has_one_holder CHECK ((num_nonnulls(effect_id, standing_id) = 1)),
    CONSTRAINT hold_of_a_day CHECK (((standing_id IS NULL) = (day IS NULL))),
    CONSTRAINT hold_rate_micros_check CHECK ((rate_micros > 0)),
    CONSTRAINT hold_settled_amount_check CHECK ((settled_amount >= 0)),
    CONSTRAINT hold_state_check CHECK ((state = ANY (ARRAY['held'::text, 'settled'::text, 'released'::text])))
);

ALTER TABLE homeostat.hold ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.hold_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.identity (
    id bigint NOT NULL,
    digest text NOT NULL,
    kind text NOT NULL,
    same_as bigint,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT identity_kind_check CHECK ((kind = ANY (ARRAY['customer'::text, 'household'::text])))
);

ALTER TABLE homeostat.identity ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.identity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.incident (
    id bigint NOT NULL,
    brand text,
    kind text NOT NULL,
    entity text NOT NULL,
    entity_id text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    reason text NOT NULL,
    opened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    closed_at timestamp with time zone,
    closed_by text,
    CONSTRAINT incident_check CHECK (((state = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT incident_check1 CHECK (((state = 'closed'::text) = (closed_by IS NOT NULL))),
    CONSTRAINT incident_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
);

ALTER TABLE homeostat.incident ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.incident_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.job (
    id bigint NOT NULL,
    kind text NOT NULL,
    brand text,
    args jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    priority smallint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    run_at timestamp with time zone NOT NULL,
    give_up_at timestamp with time zone NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    owner bigint,
    claimed_at timestamp with time zone,
    deadline timestamp with time zone,
    cancel_requested boolean DEFAULT false NOT NULL,
    timeout_ms integer NOT NULL,
    attempts_used smallint DEFAULT 0 NOT NULL,
    attempts_max smallint NOT NULL,
    snoozes_max smallint NOT NULL,
    interruptions_max smallint NOT NULL,
    errors smallint DEFAULT 0 NOT NULL,
    crashes smallint DEFAULT 0 NOT NULL,
    timeouts smallint DEFAULT 0 NOT NULL,
    snoozes smallint DEFAULT 0 NOT NULL,
    interruptions smallint DEFAULT 0 NOT NULL,
    last_cause text,
    last_error text,
    failed_at timestamp with time zone,
    schedule_id bigint,
    due_at timestamp with time zone,
    run_id bigint,
    phase text,
    phase_no smallint,
    resumes smallint DEFAULT 0 NOT NULL,
    progress jsonb,
    alone boolean GENERATED ALWAYS AS (
CASE
    WHEN (run_id IS NULL) THEN ((crashes > 0) AND (attempts_used >= (attempts_max - 1)))
    ELSE (resumes >= 3)
END) STORED NOT NULL,
    CONSTRAINT job_args_check CHECK ((jsonb_typeof(args) = 'object'::text)),
    CONSTRAINT job_attempts_max_check CHECK (((attempts_max >= 1) AND (attempts_max <= 3))),
    CONSTRAINT job_check CHECK (((snoozes >= 0) AND (snoozes <= snoozes_max))),
    CONSTRAINT job_check1 CHECK (((interruptions >= 0) AND (interruptions <= interruptions_max))),
    CONSTRAINT job_check10 CHECK (((due_at IS NULL) = (schedule_id IS NULL))),
    CONSTRAINT job_check2 CHECK (((state = 'running'::text) = (owner IS NOT NULL))),
    CONSTRAINT job_check3 CHECK (((state = 'running'::text) = (claimed_at IS NOT NULL))),
    CONSTRAINT job_check4 CHECK (((state = 'running'::text) = (deadline IS NOT NULL))),
    CONSTRAINT job_check5 CHECK (((state = 'running'::text) OR (NOT cancel_requested))),
    CONSTRAINT job_check6 CHECK (((state = 'failed'::text) = (failed_at IS NOT NULL))),
    CONSTRAINT job_check7 CHECK (((state <> 'failed'::text) OR (last_cause IS NOT NULL))),
    CONSTRAINT job_check8 CHECK (((attempts_used >= 0) AND (attempts_used <= attempts_max))),
    CONSTRAINT job_check9 CHECK (((state = 'failed'::text) OR (attempts_used < attempts_max))),
    CONSTRAINT job_crashes_check CHECK ((crashes >= 0)),
    CONSTRAINT job_errors_check CHECK ((errors >= 0)),
    CONSTRAINT job_fence_check CHECK ((fence >= 0)),
    CONSTRAINT job_phase_check CHECK ((num_nonnulls(run_id, phase, phase_no) = ANY (ARRAY[0, 3]))),
    CONSTRAINT job_phase_no_check CHECK ((phase_no > 0)),
    CONSTRAINT job_priority_check CHECK (((priority >= '-100'::integer) AND (priority <= 100))),
    CONSTRAINT job_resumes_check CHECK (((resumes >= 0) AND (resumes <= 3))),
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'failed'::text]))),
    CONSTRAINT job_timeout_ms_check CHECK ((timeout_ms > 0)),
    CONSTRAINT job_timeouts_check CHECK ((timeouts >= 0))
)
WITH (autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_cost_delay='1');

CREATE TABLE homeostat.job_beat (
    job bigint NOT NULL,
    fence bigint NOT NULL,
    owner bigint NOT NULL,
    beat_at timestamp with time zone NOT NULL,
    progress_at timestamp with time zone NOT NULL
);

ALTER TABLE homeostat.job ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.job_kind (
    name text NOT NULL,
    concurrency integer,
    priority smallint NOT NULL,
    timeout_ms integer NOT NULL,
    attempts_max smallint NOT NULL,
    snoozes_max smallint NOT NULL,
    interruptions_max smallint NOT NULL,
    give_up_after_s integer NOT NULL,
    backoff_ms integer NOT NULL,
    backoff_ms_max integer NOT NULL,
    phases text[],
    pipeline text,
    CONSTRAINT job_kind_attempts_max_check CHECK (((attempts_max >= 1) AND (attempts_max <= 3))),
    CONSTRAINT job_kind_backoff_ms_check CHECK ((backoff_ms >= 0)),
    CONSTRAINT job_kind_check CHECK ((backoff_ms_max >= backoff_ms)),
    CONSTRAINT job_kind_concurrency_check CHECK ((concurrency > 0)),
    CONSTRAINT job_kind_give_up_after_s_check CHECK ((give_up_after_s > 0)),
    CONSTRAINT job_kind_interruptions_max_check CHECK ((interruptions_max >= 0)),
    CONSTRAINT job_kind_name_check CHECK ((name ~ '^[a-z][a-z0-9_.-]{0,62}$'::text)),
    CONSTRAINT job_kind_one_role_check CHECK ((num_nonnulls(phases, pipeline) <= 1)),
    CONSTRAINT job_kind_phases_check CHECK (((cardinality(phases) >= 1) AND (cardinality(phases) <= 100))),
    CONSTRAINT job_kind_priority_check CHECK (((priority >= '-100'::integer) AND (priority <= 100))),
    CONSTRAINT job_kind_snoozes_max_check CHECK ((snoozes_max >= 0)),
    CONSTRAINT job_kind_timeout_ms_check CHECK (((timeout_ms >= 1) AND (timeout_ms <= 86400000)))
);

CREATE TABLE homeostat.kept_decision (
    id bigint NOT NULL,
    brand text NOT NULL,
    target text NOT NULL,
    policy text NOT NULL,
    version text NOT NULL,
    seed bigint,
    inputs text NOT NULL,
    belief text NOT NULL,
    proposal text NOT NULL,
    evidence bytea NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    data_as_of timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT kept_decision_evidence_check CHECK ((length(evidence) = 32))
);

ALTER TABLE homeostat.kept_decision ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.kept_decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.keyword (
    id text NOT NULL,
    brand text NOT NULL,
    words text NOT NULL,
    state text NOT NULL,
    searches integer DEFAULT 0 NOT NULL,
    found bigint DEFAULT 0 NOT NULL,
    relevant bigint DEFAULT 0 NOT NULL,
    wins integer DEFAULT 0 NOT NULL,
    CONSTRAINT keyword_check CHECK (((relevant >= 0) AND (relevant <= found))),
    CONSTRAINT keyword_found_check CHECK ((found >= 0)),
    CONSTRAINT keyword_searches_check CHECK ((searches >= 0)),
    CONSTRAINT keyword_state_check CHECK ((state = ANY (ARRAY['configured'::text, 'learned'::text, 'candidate'::text, 'retired'::text]))),
    CONSTRAINT keyword_wins_check CHECK ((wins >= 0)),
    CONSTRAINT keyword_words_check CHECK (((words = lower(words)) AND ((char_length(words) >= 1) AND (char_length(words) <= 100))))
);

CREATE TABLE homeostat.late_receipt (
    id bigint NOT NULL,
    brand text NOT NULL,
    effect_id bigint NOT NULL,
    call integer NOT NULL,
    outcome text NOT NULL,
    receipt text NOT NULL,
    matches boolean NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT late_receipt_outcome_check CHECK ((outcome = ANY (ARRAY['happened'::text, 'refused'::text, 'unsent'::text, 'unknown'::text])))
);

ALTER TABLE homeostat.late_receipt ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.late_receipt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.lease (
    id text NOT NULL,
    holder bigint NOT NULL,
    renewed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT lease_check CHECK ((expires_at > renewed_at))
);

CREATE TABLE homeostat.letter (
    id text NOT NULL,
    brand text NOT NULL,
    inbox text NOT NULL,
    message_id text NOT NULL,
    thread_id text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    customer text,
    language text NOT NULL,
    language_told boolean NOT NULL,
    intents text[] NOT NULL,
    wants text NOT NULL,
    claim text,
    orders_said text[] NOT NULL,
    parcels_said text[] NOT NULL,
    asked_micros bigint,
    asked_currency text,
    has_evidence boolean NOT NULL,
    wants_person boolean NOT NULL,
    flags text[] NOT NULL,
    said text,
    order_id text,
    state text NOT NULL,
    decision_id bigint,
    read_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    awaits text,
    CONSTRAINT letter_asked_currency_check CHECK ((asked_currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT letter_asked_micros_check CHECK ((asked_micros > 0)),
    CONSTRAINT letter_check CHECK (((asked_micros IS NULL) = (asked_currency IS NULL))),
    CONSTRAINT letter_check1 CHECK (((state <> 'read'::text) OR (decision_id IS NULL))),
    CONSTRAINT letter_check2 CHECK (((state <> ALL (ARRAY['decided'::text, 'replied'::text])) OR (decision_id IS NOT NULL))),
    CONSTRAINT letter_claim_check CHECK ((claim = ANY (ARRAY['not_received'::text, 'late'::text, 'damaged'::text, 'wrong_item'::text, 'not_as_described'::text, 'changed_mind'::text, 'double_charged'::text]))),
    CONSTRAINT letter_language_check CHECK ((language = ANY (ARRAY['en'::text, 'de'::text, 'fr'::text, 'es'::text, 'it'::text, 'nl'::text, 'da'::text]))),
    CONSTRAINT letter_state_check CHECK ((state = ANY (ARRAY['read'::text, 'decided'::text, 'replied'::text, 'handed_over'::text, 'ignored'::text]))),
    CONSTRAINT letter_wants_check CHECK ((wants = ANY (ARRAY['refund'::text, 'track'::text, 'cancel'::text, 'exchange'::text, 'question'::text, 'thanks'::text, 'spam'::text, 'unclear'::text])))
);

CREATE TABLE homeostat.logged_relation (
    entity text NOT NULL,
    relation text NOT NULL,
    state_column text,
    derived text[] DEFAULT '{}'::text[] NOT NULL
);

CREATE VIEW homeostat.meta_auto_kill_log AS
 SELECT e.id AS effect_id,
    e.brand,
    e.target AS campaign_id,
    e.state,
    e.provenance,
    e.created_at,
    e.finished_at,
    e.receipt,
    d.id AS decision_id,
    d.policy,
    d.version,
    d.decided_at AS decided_at_world,
    d.belief,
    d.proposal
   FROM (homeostat.effect e
     JOIN homeostat.decision d ON ((d.id = e.decision_id)))
  WHERE (e.kind = 'meta.pause_campaign'::text);

CREATE TABLE homeostat.min_version (
    only_row boolean DEFAULT true NOT NULL,
    version text NOT NULL,
    CONSTRAINT min_version_only_row_check CHECK (only_row),
    CONSTRAINT min_version_version_check CHECK ((version ~ '^[0-9]+[.][0-9]+[.][0-9]+$'::text))
);

CREATE TABLE homeostat.mode (
    id text DEFAULT 'mode'::text NOT NULL,
    state text NOT NULL,
    cause text NOT NULL,
    who text NOT NULL,
    reason text NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT mode_cause_check CHECK ((cause = ANY (ARRAY['started'::text, 'lease_lapsed'::text, 'recovery'::text, 'read_back_missing'::text, 'breach'::text, 'unexplained_books'::text, 'mass_kill'::text, 'schedule_disabled'::text, 'person'::text]))),
    CONSTRAINT mode_id_check CHECK ((id = 'mode'::text)),
    CONSTRAINT mode_state_check CHECK ((state = ANY (ARRAY['NORMAL'::text, 'SAFE'::text, 'HALT'::text])))
);

CREATE TABLE homeostat.observation (
    id bigint NOT NULL,
    brand text NOT NULL,
    campaign text NOT NULL,
    day date NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    spend_micros bigint NOT NULL,
    currency text NOT NULL,
    sales bigint NOT NULL,
    is_correction boolean DEFAULT false NOT NULL,
    read_at timestamp with time zone NOT NULL,
    value_micros bigint,
    CONSTRAINT observation_check CHECK ((opens_at < closes_at)),
    CONSTRAINT observation_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT observation_sales_check CHECK ((sales >= 0)),
    CONSTRAINT observation_spend_micros_check CHECK ((spend_micros >= 0))
);

ALTER TABLE homeostat.observation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.observation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.phase (
    id bigint NOT NULL,
    run_id bigint NOT NULL,
    no smallint NOT NULL,
    name text NOT NULL,
    brand text,
    output jsonb NOT NULL,
    resumes smallint NOT NULL,
    duration_ms bigint NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    CONSTRAINT phase_no_check CHECK ((no > 0))
);

CREATE VIEW homeostat.pipeline_step_log AS
 SELECT event.id,
    event.at,
    event.brand,
    event.entity,
    event.entity_id,
    event.from_state,
    event.to_state,
    event.cause,
    event.data
   FROM homeostat.event
  WHERE (event.entity = ANY (ARRAY['run'::text, 'phase'::text]));

CREATE TABLE homeostat.posting (
    id bigint NOT NULL,
    transfer_id bigint NOT NULL,
    brand text NOT NULL,
    window_id bigint NOT NULL,
    effect_id bigint,
    account text NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    standing_id bigint,
    CONSTRAINT posting_account_check CHECK ((account = ANY (ARRAY['available'::text, 'held'::text, 'settled'::text]))),
    CONSTRAINT posting_amount_check CHECK ((amount <> 0)),
    CONSTRAINT posting_has_one_holder CHECK ((num_nonnulls(effect_id, standing_id) = 1)),
    CONSTRAINT posting_kind_check CHECK ((kind = ANY (ARRAY['hold'::text, 'settle'::text, 'release'::text, 'record'::text, 'correct'::text])))
);

ALTER TABLE homeostat.posting ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.posting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.process (
    id bigint NOT NULL,
    kind text NOT NULL,
    host text NOT NULL,
    boot_id text NOT NULL,
    pid integer NOT NULL,
    lock_key bigint NOT NULL,
    version text NOT NULL,
    run_dir text NOT NULL,
    state text DEFAULT 'live'::text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    end_reason text,
    ended_by text,
    comes_back boolean DEFAULT true NOT NULL,
    CONSTRAINT process_check CHECK (((state = 'ended'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT process_check1 CHECK (((state = 'ended'::text) = (end_reason IS NOT NULL))),
    CONSTRAINT process_check2 CHECK (((state = 'ended'::text) = (ended_by IS NOT NULL))),
    CONSTRAINT process_ended_by_check CHECK ((ended_by = ANY (ARRAY['planned'::text, 'waitpid'::text, 'flock'::text, 'boot_id'::text, 'guess'::text]))),
    CONSTRAINT process_lock_key_check CHECK ((lock_key > 0)),
    CONSTRAINT process_state_check CHECK ((state = ANY (ARRAY['live'::text, 'ended'::text])))
);

ALTER TABLE homeostat.process ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.process_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.product (
    id text NOT NULL,
    brand text NOT NULL,
    product text NOT NULL,
    variant text NOT NULL,
    item text NOT NULL,
    location text,
    title text NOT NULL,
    sku text,
    is_only boolean NOT NULL,
    state text NOT NULL,
    state_raw text NOT NULL,
    is_draft_by_us boolean DEFAULT false NOT NULL,
    currency text NOT NULL,
    price_micros bigint NOT NULL,
    available bigint,
    available_at timestamp with time zone,
    read_at timestamp with time zone NOT NULL,
    CONSTRAINT product_check CHECK (((NOT is_draft_by_us) OR (state = 'DRAFT'::text))),
    CONSTRAINT product_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT product_price_micros_check CHECK ((price_micros >= 0)),
    CONSTRAINT product_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'ARCHIVED'::text, 'DRAFT'::text, 'UNLISTED'::text, 'UNKNOWN'::text])))
);

CREATE TABLE homeostat.restraint (
    id bigint NOT NULL,
    brand text NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    reason text NOT NULL,
    who text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    lifted_at timestamp with time zone,
    lifted_by text,
    CONSTRAINT restraint_check CHECK (((state = 'lifted'::text) = (lifted_at IS NOT NULL))),
    CONSTRAINT restraint_check1 CHECK (((state = 'lifted'::text) = (lifted_by IS NOT NULL))),
    CONSTRAINT restraint_kind_check CHECK ((kind = ANY (ARRAY['pin'::text, 'quarantine'::text, 'freeze'::text]))),
    CONSTRAINT restraint_state_check CHECK ((state = ANY (ARRAY['active'::text, 'lifted'::text])))
);

ALTER TABLE homeostat.restraint ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.restraint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.run (
    id bigint NOT NULL,
    pipeline text NOT NULL,
    phases text[] NOT NULL,
    brand text,
    args jsonb NOT NULL,
    state text DEFAULT 'running'::text NOT NULL,
    priority smallint,
    phase text,
    reason text,
    resumes integer DEFAULT 0 NOT NULL,
    resumed_from text,
    schedule_id bigint,
    due_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    give_up_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT run_args_check CHECK ((jsonb_typeof(args) = 'object'::text)),
    CONSTRAINT run_check CHECK (((state = 'running'::text) = (finished_at IS NULL))),
    CONSTRAINT run_check1 CHECK (((state = ANY (ARRAY['failed'::text, 'cancelled'::text])) = (phase IS NOT NULL))),
    CONSTRAINT run_check2 CHECK (((state = ANY (ARRAY['failed'::text, 'cancelled'::text])) = (reason IS NOT NULL))),
    CONSTRAINT run_check3 CHECK (((resumes > 0) = (resumed_from IS NOT NULL))),
    CONSTRAINT run_check4 CHECK (((due_at IS NULL) = (schedule_id IS NULL))),
    CONSTRAINT run_resumes_check CHECK ((resumes >= 0)),
    CONSTRAINT run_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);

CREATE TABLE homeostat.schedule (
    id bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    brand text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    cron text,
    every_s bigint,
    zone text DEFAULT 'UTC'::text NOT NULL,
    overlap text NOT NULL,
    missed text NOT NULL,
    guards_money boolean DEFAULT false NOT NULL,
    state text DEFAULT 'enabled'::text NOT NULL,
    disabled_reason text,
    consecutive_failures integer DEFAULT 0 NOT NULL,
    evidence jsonb DEFAULT '[]'::jsonb NOT NULL,
    probe_at timestamp with time zone,
    next_at timestamp with time zone,
    last_due_at timestamp with time zone,
    CONSTRAINT schedule_args_check CHECK ((jsonb_typeof(args) = 'object'::text)),
    CONSTRAINT schedule_check CHECK ((num_nonnulls(cron, every_s) = 1)),
    CONSTRAINT schedule_check1 CHECK (((state = 'enabled'::text) = (disabled_reason IS NULL))),
    CONSTRAINT schedule_check2 CHECK (((state = 'tripped'::text) = (probe_at IS NOT NULL))),
    CONSTRAINT schedule_check3 CHECK (((state = 'enabled'::text) OR (next_at IS NULL))),
    CONSTRAINT schedule_consecutive_failures_check CHECK ((consecutive_failures >= 0)),
    CONSTRAINT schedule_every_s_check CHECK ((every_s > 0)),
    CONSTRAINT schedule_evidence_check CHECK ((jsonb_typeof(evidence) = 'array'::text)),
    CONSTRAINT schedule_missed_check CHECK ((missed = ANY (ARRAY['once'::text, 'all'::text]))),
    CONSTRAINT schedule_name_check CHECK ((name ~ '^[a-z][a-z0-9_.:-]{0,99}$'::text)),
    CONSTRAINT schedule_overlap_check CHECK ((overlap = ANY (ARRAY['skip'::text, 'queue'::text]))),
    CONSTRAINT schedule_state_check CHECK ((state = ANY (ARRAY['enabled'::text, 'tripped'::text, 'disabled'::text])))
);

ALTER TABLE homeostat.schedule ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.schedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.schema_migration (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);

CREATE TABLE homeostat.sensor (
    id text NOT NULL,
    brand text NOT NULL,
    state text NOT NULL,
    as_of timestamp with time zone,
    fault text,
    readings bigint DEFAULT 0 NOT NULL,
    CONSTRAINT sensor_check CHECK (((state = 'blind'::text) = (fault IS NOT NULL))),
    CONSTRAINT sensor_readings_check CHECK ((readings >= 0)),
    CONSTRAINT sensor_state_check CHECK ((state = ANY (ARRAY['seeing'::text, 'blind'::text])))
);

CREATE TABLE homeostat.server (
    id text DEFAULT 'server'::text NOT NULL,
    identity text NOT NULL,
    timeline bigint NOT NULL,
    failed_over_at timestamp with time zone,
    CONSTRAINT server_id_check CHECK ((id = 'server'::text))
);

CREATE TABLE homeostat.session (
    hash bytea NOT NULL,
    token_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT session_check CHECK ((expires_at > created_at)),
    CONSTRAINT session_hash_check CHECK ((octet_length(hash) = 32))
);

CREATE TABLE homeostat.shipment (
    id text NOT NULL,
    brand text NOT NULL,
    number text NOT NULL,
    carrier integer,
    order_id text NOT NULL,
    state text NOT NULL,
    state_raw text NOT NULL,
    sub_status text,
    registered_at timestamp with time zone,
    refused text,
    shipped_at timestamp with time zone,
    promised_by timestamp with time zone,
    readings jsonb DEFAULT '[]'::jsonb NOT NULL,
    read_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT shipment_carrier_check CHECK ((carrier > 0)),
    CONSTRAINT shipment_check CHECK (((registered_at IS NULL) OR (refused IS NULL))),
    CONSTRAINT shipment_readings_check CHECK ((jsonb_typeof(readings) = 'array'::text)),
    CONSTRAINT shipment_state_check CHECK ((state = ANY (ARRAY['not_seen'::text, 'announced'::text, 'moving'::text, 'expired'::text, 'exception'::text, 'failed'::text, 'out_for_delivery'::text, 'awaits_pickup'::text, 'unknown'::text, 'coming_back'::text, 'returned'::text, 'lost'::text, 'delivered'::text])))
);

CREATE TABLE homeostat.shop_line (
    id text NOT NULL,
    brand text NOT NULL,
    shop_order text NOT NULL,
    sku text,
    quantity integer NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    CONSTRAINT shop_line_quantity_check CHECK ((quantity >= 0))
);

CREATE TABLE homeostat.shop_order (
    id text NOT NULL,
    brand text NOT NULL,
    vendor_id text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    state_raw text NOT NULL,
    fulfillment text NOT NULL,
    currency text NOT NULL,
    total_micros bigint NOT NULL,
    refunded_micros bigint NOT NULL,
    customer text,
    household text,
    payment text,
    gateway text,
    parcels text[] NOT NULL,
    units integer NOT NULL,
    dispute text,
    placed_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone NOT NULL,
    CONSTRAINT shop_order_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT shop_order_refunded_micros_check CHECK ((refunded_micros >= 0)),
    CONSTRAINT shop_order_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'AUTHORIZED'::text, 'PARTIALLY_PAID'::text, 'PAID'::text, 'PARTIALLY_REFUNDED'::text, 'REFUNDED'::text, 'VOIDED'::text, 'EXPIRED'::text, 'UNKNOWN'::text]))),
    CONSTRAINT shop_order_total_micros_check CHECK ((total_micros >= 0)),
    CONSTRAINT shop_order_units_check CHECK ((units >= 0))
);

CREATE TABLE homeostat.spend_cap (
    id text NOT NULL,
    brand text NOT NULL,
    currency text NOT NULL,
    intended_micros bigint NOT NULL,
    state text NOT NULL,
    read_back_micros bigint,
    fault text,
    set_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone NOT NULL,
    CONSTRAINT spend_cap_check CHECK (((state = 'missing'::text) = (fault IS NOT NULL))),
    CONSTRAINT spend_cap_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT spend_cap_intended_micros_check CHECK ((intended_micros > 0)),
    CONSTRAINT spend_cap_read_back_micros_check CHECK ((read_back_micros > 0)),
    CONSTRAINT spend_cap_state_check CHECK ((state = ANY (ARRAY['confirmed'::text, 'missing'::text])))
);

CREATE TABLE homeostat.standing_hold (
    id bigint NOT NULL,
    brand text NOT NULL,
    target text NOT NULL,
    per_day_micros bigint NOT NULL,
    currency text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    effect_id bigint,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    read_at timestamp with time zone,
    CONSTRAINT standing_hold_check CHECK (((state = 'ended'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT standing_hold_check1 CHECK ((ended_at >= started_at)),
    CONSTRAINT standing_hold_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT standing_hold_per_day_micros_check CHECK ((per_day_micros > 0)),
    CONSTRAINT standing_hold_state_check CHECK ((state = ANY (ARRAY['active'::text, 'ended'::text])))
);

ALTER TABLE homeostat.standing_hold ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.standing_hold_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.store_baseline (
    id text NOT NULL,
    brand text NOT NULL,
    state text NOT NULL,
    currency text NOT NULL,
    counted_from timestamp with time zone NOT NULL,
    counted_to timestamp with time zone NOT NULL,
    orders integer NOT NULL,
    aov_micros bigint,
    conversion_ppm integer,
    orders_per_hour_micro bigint NOT NULL,
    delays_measured integer NOT NULL,
    last_order_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT store_baseline_aov_micros_check CHECK ((aov_micros >= 0)),
    CONSTRAINT store_baseline_check CHECK ((counted_from < counted_to)),
    CONSTRAINT store_baseline_check1 CHECK (((orders > 0) OR (aov_micros IS NULL))),
    CONSTRAINT store_baseline_check2 CHECK (((state <> 'silent'::text) OR (last_order_at IS NOT NULL))),
    CONSTRAINT store_baseline_conversion_ppm_check CHECK (((conversion_ppm >= 0) AND (conversion_ppm <= 1000000))),
    CONSTRAINT store_baseline_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT store_baseline_delays_measured_check CHECK ((delays_measured >= 0)),
    CONSTRAINT store_baseline_orders_check CHECK ((orders >= 0)),
    CONSTRAINT store_baseline_orders_per_hour_micro_check CHECK ((orders_per_hour_micro >= 0)),
    CONSTRAINT store_baseline_state_check CHECK ((state = ANY (ARRAY['unjudged'::text, 'usual'::text, 'silent'::text])))
);

CREATE TABLE homeostat.timeline (
    id text NOT NULL,
    begun_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE homeostat.token (
    id bigint NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    created_by text NOT NULL,
    revoked_at timestamp with time zone,
    revoked_by text,
    CONSTRAINT token_check CHECK (((state = 'revoked'::text) = (revoked_at IS NOT NULL))),
    CONSTRAINT token_check1 CHECK (((state = 'revoked'::text) = (revoked_by IS NOT NULL))),
    CONSTRAINT token_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT token_name_check CHECK ((name ~ '^[a-z][a-z0-9-]{0,39}$'::text)),
    CONSTRAINT token_role_check CHECK ((role = ANY (ARRAY['view'::text, 'operate'::text, 'admin'::text]))),
    CONSTRAINT token_state_check CHECK ((state = ANY (ARRAY['active'::text, 'revoked'::text])))
);

ALTER TABLE homeostat.token ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE homeostat.transfer_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE VIEW homeostat.unplanned_end AS
 SELECT d.id,
    d.kind,
    d.host,
    d.pid,
    d.version,
    d.started_at,
    d.seen_at,
    d.ended_at,
    d.end_reason,
    d.ended_by,
        CASE
            WHEN d.comes_back THEN n.id
            ELSE NULL::bigint
        END AS next,
        CASE
            WHEN d.comes_back THEN n.started_at
            ELSE d.ended_at
        END AS back_at
   FROM (homeostat.process d
     LEFT JOIN LATERAL ( SELECT n_1.id,
            n_1.started_at
           FROM homeostat.process n_1
          WHERE ((n_1.kind = d.kind) AND (n_1.id > d.id))
          ORDER BY n_1.id
         LIMIT 1) n ON (true))
  WHERE ((d.state = 'ended'::text) AND (d.ended_by <> 'planned'::text));

CREATE TABLE homeostat.webhook (
    id bigint NOT NULL,
    vendor text NOT NULL,
    body_hash bytea NOT NULL,
    body_bytes integer NOT NULL,
    brands text[] NOT NULL,
    received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    name_hash bytea,
    CONSTRAINT webhook_body_bytes_check CHECK (((body_bytes >= 0) AND (body_bytes <= 1048576))),
    CONSTRAINT webhook_body_hash_check CHECK ((octet_length(body_hash) = 32)),
    CONSTRAINT webhook_name_hash_check CHECK ((octet_length(name_hash) = 32)),
    CONSTRAINT webhook_vendor_check CHECK ((vendor ~ '^[a-z][a-z0-9_-]{0,39}$'::text))
);

ALTER TABLE homeostat.webhook ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.webhook_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE homeostat.word (
    id bigint NOT NULL,
    who text NOT NULL,
    role text NOT NULL,
    act text NOT NULL,
    subject text NOT NULL,
    reason text NOT NULL,
    state text DEFAULT 'asked'::text NOT NULL,
    problem text,
    said_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT word_check CHECK (((state = 'refused'::text) = (problem IS NOT NULL))),
    CONSTRAINT word_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT word_role_check CHECK ((role = ANY (ARRAY['view'::text, 'operate'::text, 'admin'::text]))),
    CONSTRAINT word_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'done'::text, 'refused'::text]))),
    CONSTRAINT word_who_check CHECK ((who <> ''::text))
);

ALTER TABLE homeostat.word ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME homeostat.word_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY homeostat.event ATTACH PARTITION homeostat.event_default DEFAULT;

ALTER TABLE ONLY homeostat.ad
    ADD CONSTRAINT ad_brand_library_id_key UNIQUE (brand, library_id);

ALTER TABLE ONLY homeostat.ad_find
    ADD CONSTRAINT ad_find_pkey PRIMARY KEY (run_id, library_id);

ALTER TABLE ONLY homeostat.ad
    ADD CONSTRAINT ad_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.ads_report
    ADD CONSTRAINT ads_report_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.api_usage
    ADD CONSTRAINT api_usage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.autonomy
    ADD CONSTRAINT autonomy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.bank_payment
    ADD CONSTRAINT bank_payment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.breaker
    ADD CONSTRAINT breaker_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.browser_pace
    ADD CONSTRAINT browser_pace_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.budget_window
    ADD CONSTRAINT budget_window_interlock_scope_starts_at_key UNIQUE (interlock, scope, starts_at);

ALTER TABLE ONLY homeostat.budget_window
    ADD CONSTRAINT budget_window_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.campaign
    ADD CONSTRAINT campaign_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.competitor
    ADD CONSTRAINT competitor_brand_page_id_key UNIQUE (brand, page_id);

ALTER TABLE ONLY homeostat.competitor_look
    ADD CONSTRAINT competitor_look_pkey PRIMARY KEY (run_id, page_id);

ALTER TABLE ONLY homeostat.competitor
    ADD CONSTRAINT competitor_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.competitor_watch
    ADD CONSTRAINT competitor_watch_brand_page_id_key UNIQUE (brand, page_id);

ALTER TABLE ONLY homeostat.competitor_watch
    ADD CONSTRAINT competitor_watch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.decision
    ADD CONSTRAINT decision_key_key UNIQUE (key);

ALTER TABLE ONLY homeostat.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.dedup
    ADD CONSTRAINT dedup_pkey PRIMARY KEY (kind, key);

ALTER TABLE ONLY homeostat.dispute
    ADD CONSTRAINT dispute_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.drift_check
    ADD CONSTRAINT drift_check_pkey PRIMARY KEY (brand, kind, subject);

ALTER TABLE ONLY homeostat.drift
    ADD CONSTRAINT drift_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.effect
    ADD CONSTRAINT effect_key_key UNIQUE (key);

ALTER TABLE ONLY homeostat.effect
    ADD CONSTRAINT effect_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY homeostat.event_default
    ADD CONSTRAINT event_default_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY homeostat.hold
    ADD CONSTRAINT hold_effect_id_window_id_key UNIQUE (effect_id, window_id);

ALTER TABLE ONLY homeostat.hold
    ADD CONSTRAINT hold_of_a_day_key UNIQUE (standing_id, day, window_id);

ALTER TABLE ONLY homeostat.hold
    ADD CONSTRAINT hold_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.identity
    ADD CONSTRAINT identity_digest_key UNIQUE (digest);

ALTER TABLE ONLY homeostat.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.incident
    ADD CONSTRAINT incident_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.job_beat
    ADD CONSTRAINT job_beat_pkey PRIMARY KEY (job);

ALTER TABLE ONLY homeostat.job_kind
    ADD CONSTRAINT job_kind_pkey PRIMARY KEY (name);

ALTER TABLE ONLY homeostat.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.kept_decision
    ADD CONSTRAINT kept_decision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.keyword
    ADD CONSTRAINT keyword_brand_words_key UNIQUE (brand, words);

ALTER TABLE ONLY homeostat.keyword
    ADD CONSTRAINT keyword_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.late_receipt
    ADD CONSTRAINT late_receipt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.letter
    ADD CONSTRAINT letter_brand_message_id_key UNIQUE (brand, message_id);

ALTER TABLE ONLY homeostat.letter
    ADD CONSTRAINT letter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.logged_relation
    ADD CONSTRAINT logged_relation_pkey PRIMARY KEY (entity);

ALTER TABLE ONLY homeostat.logged_relation
    ADD CONSTRAINT logged_relation_relation_key UNIQUE (relation);

ALTER TABLE ONLY homeostat.min_version
    ADD CONSTRAINT min_version_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY homeostat.mode
    ADD CONSTRAINT mode_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.observation
    ADD CONSTRAINT observation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.phase
    ADD CONSTRAINT phase_pkey PRIMARY KEY (run_id, no);

ALTER TABLE ONLY homeostat.posting
    ADD CONSTRAINT posting_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.process
    ADD CONSTRAINT process_lock_key_key UNIQUE (lock_key);

ALTER TABLE ONLY homeostat.process
    ADD CONSTRAINT process_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.restraint
    ADD CONSTRAINT restraint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.schedule
    ADD CONSTRAINT schedule_name_key UNIQUE (name);

ALTER TABLE ONLY homeostat.schedule
    ADD CONSTRAINT schedule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (version);

ALTER TABLE ONLY homeostat.sensor
    ADD CONSTRAINT sensor_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.server
    ADD CONSTRAINT server_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY homeostat.shipment
    ADD CONSTRAINT shipment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.shop_line
    ADD CONSTRAINT shop_line_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.shop_order
    ADD CONSTRAINT shop_order_brand_vendor_id_key UNIQUE (brand, vendor_id);

ALTER TABLE ONLY homeostat.shop_order
    ADD CONSTRAINT shop_order_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.spend_cap
    ADD CONSTRAINT spend_cap_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.standing_hold
    ADD CONSTRAINT standing_hold_brand_target_key UNIQUE (brand, target);

ALTER TABLE ONLY homeostat.standing_hold
    ADD CONSTRAINT standing_hold_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.store_baseline
    ADD CONSTRAINT store_baseline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.timeline
    ADD CONSTRAINT timeline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.token
    ADD CONSTRAINT token_hash_key UNIQUE (hash);

ALTER TABLE ONLY homeostat.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.webhook
    ADD CONSTRAINT webhook_name UNIQUE (vendor, name_hash);

ALTER TABLE ONLY homeostat.webhook
    ADD CONSTRAINT webhook_pkey PRIMARY KEY (id);

ALTER TABLE ONLY homeostat.webhook
    ADD CONSTRAINT webhook_vendor_body_hash_key UNIQUE (vendor, body_hash);

ALTER TABLE ONLY homeostat.word
    ADD CONSTRAINT word_pkey PRIMARY KEY (id);

CREATE INDEX ad_find_of_brand ON homeostat.ad_find USING btree (brand, run_id);

CREATE INDEX ad_of_page ON homeostat.ad USING btree (brand, page_id, state);

CREATE INDEX ads_report_of_brand ON homeostat.ads_report USING btree (brand, id DESC);

CREATE INDEX api_usage_by_time ON homeostat.api_usage USING btree (at);

CREATE INDEX api_usage_of_effect ON homeostat.api_usage USING btree (effect_id, id) WHERE (effect_id IS NOT NULL);

CREATE INDEX bank_payment_returned ON homeostat.bank_payment USING btree (brand, counterparty) WHERE (state = 'reverted'::text);

CREATE INDEX budget_window_by_end ON homeostat.budget_window USING btree (brand, ends_at);

CREATE INDEX budget_window_by_scope ON homeostat.budget_window USING btree (scope, interlock, ends_at);

CREATE INDEX campaign_of_brand ON homeostat.campaign USING btree (brand, state);

CREATE INDEX competitor_look_by_time ON homeostat.competitor_look USING btree (brand, made_at);

CREATE INDEX decision_by_day ON homeostat.decision USING btree (brand, decided_at);

CREATE INDEX decision_by_state ON homeostat.decision USING btree (state, id) WHERE (state <> 'permitted'::text);

CREATE INDEX decision_by_target ON homeostat.decision USING btree (brand, target, id);

CREATE INDEX decision_by_time ON homeostat.decision USING btree (brand, created_at);

CREATE INDEX decision_open ON homeostat.decision USING btree (created_at) WHERE (state = 'proposed'::text);

CREATE INDEX dedup_expired ON homeostat.dedup USING btree (until);

CREATE INDEX dispute_of_brand ON homeostat.dispute USING btree (brand, opened_at);

CREATE INDEX dispute_of_order ON homeostat.dispute USING btree (shop_order) WHERE (shop_order IS NOT NULL);

CREATE INDEX drift_by_brand ON homeostat.drift USING btree (brand, id);

CREATE UNIQUE INDEX drift_open ON homeostat.drift USING btree (brand, kind, subject) WHERE (ended_at IS NULL);

CREATE INDEX effect_by_decision ON homeostat.effect USING btree (decision_id);

CREATE INDEX effect_by_end ON homeostat.effect USING btree (brand, finished_at) WHERE (finished_at IS NOT NULL);

CREATE INDEX effect_by_state ON homeostat.effect USING btree (state, id) WHERE (state <> 'settled'::text);

CREATE INDEX effect_by_target ON homeostat.effect USING btree (brand, target, id);

CREATE INDEX effect_crashed ON homeostat.effect USING btree (created_at) WHERE crashed;

CREATE INDEX effect_open ON homeostat.effect USING btree (id) WHERE (finished_at IS NULL);

CREATE INDEX event_by_time ON ONLY homeostat.event USING brin (at);

CREATE INDEX event_by_entity ON ONLY homeostat.event USING btree (entity, entity_id, id);

CREATE INDEX event_beside_jobs ON ONLY homeostat.event USING btree (id) WHERE (entity <> 'job'::text);

CREATE INDEX event_taken_back ON ONLY homeostat.event USING btree (owner, id) WHERE ((entity = 'job'::text) AND (from_state = 'running'::text) AND (to_state = ANY (ARRAY['ready'::text, 'failed'::text, 'cancelled'::text])));

CREATE INDEX event_default_at_idx ON homeostat.event_default USING brin (at);

CREATE INDEX event_default_entity_entity_id_id_idx ON homeostat.event_default USING btree (entity, entity_id, id);

CREATE INDEX event_default_id_idx ON homeostat.event_default USING btree (id) WHERE (entity <> 'job'::text);

CREATE INDEX event_default_owner_id_idx ON homeostat.event_default USING btree (owner, id) WHERE ((entity = 'job'::text) AND (from_state = 'running'::text) AND (to_state = ANY (ARRAY['ready'::text, 'failed'::text, 'cancelled'::text])));

CREATE INDEX hold_by_window ON homeostat.hold USING btree (window_id) WHERE (state = 'held'::text);

CREATE INDEX hold_of_open_day ON homeostat.hold USING btree (standing_id) WHERE ((state = 'held'::text) AND (standing_id IS NOT NULL));

CREATE INDEX identity_by_age ON homeostat.identity USING btree (seen_at);

CREATE INDEX identity_same_as ON homeostat.identity USING btree (same_as) WHERE (same_as IS NOT NULL);

CREATE INDEX incident_by_time ON homeostat.incident USING btree (opened_at);

CREATE UNIQUE INDEX incident_open ON homeostat.incident USING btree (kind, entity, entity_id) WHERE (state = 'open'::text);

CREATE INDEX job_alone ON homeostat.job USING btree (kind, run_at) WHERE ((state = 'ready'::text) AND alone);

CREATE INDEX job_claimable ON homeostat.job USING btree (kind, priority, run_at, id) WHERE (state = 'ready'::text);

CREATE INDEX job_failed ON homeostat.job USING btree (kind, failed_at) WHERE (state = 'failed'::text);

CREATE INDEX job_giving_up ON homeostat.job USING btree (give_up_at) WHERE ((state = 'ready'::text) AND (give_up_at < 'infinity'::timestamp with time zone));

CREATE INDEX job_of_schedule ON homeostat.job USING btree (schedule_id) WHERE (schedule_id IS NOT NULL);

CREATE INDEX job_running ON homeostat.job USING btree (kind, owner) WHERE (state = 'running'::text);

CREATE INDEX kept_decision_by_age ON homeostat.kept_decision USING btree (created_at);

CREATE INDEX kept_decision_by_target ON homeostat.kept_decision USING btree (policy, target, id);

CREATE INDEX late_receipt_by_effect ON homeostat.late_receipt USING btree (effect_id);

CREATE INDEX letter_about_order ON homeostat.letter USING btree (order_id) WHERE (order_id IS NOT NULL);

CREATE INDEX letter_awaiting ON homeostat.letter USING btree (brand, awaits) WHERE ((state = 'read'::text) AND (awaits IS NOT NULL));

CREATE INDEX letter_by_time ON homeostat.letter USING btree (brand, received_at);

CREATE INDEX letter_of_customer ON homeostat.letter USING btree (customer, received_at) WHERE (customer IS NOT NULL);

CREATE INDEX letter_of_thread ON homeostat.letter USING btree (brand, thread_id, received_at);

CREATE INDEX observation_by_reading ON homeostat.observation USING btree (brand, read_at);

CREATE INDEX observation_latest ON homeostat.observation USING btree (brand, campaign, day, id DESC);

CREATE INDEX posting_by_brand ON homeostat.posting USING btree (brand, id);

CREATE INDEX posting_by_effect ON homeostat.posting USING btree (effect_id);

CREATE INDEX posting_by_standing ON homeostat.posting USING btree (standing_id) WHERE (standing_id IS NOT NULL);

CREATE INDEX posting_by_transfer ON homeostat.posting USING btree (transfer_id);

CREATE INDEX posting_by_window ON homeostat.posting USING btree (window_id);

CREATE INDEX process_by_kind ON homeostat.process USING btree (kind, id);

CREATE INDEX process_died ON homeostat.process USING btree (ended_at) WHERE ((state = 'ended'::text) AND (ended_by <> 'planned'::text));

CREATE INDEX process_guessed ON homeostat.process USING btree (id) WHERE (ended_by = 'guess'::text);

CREATE INDEX process_live ON homeostat.process USING btree (id) WHERE (state = 'live'::text);

CREATE INDEX product_by_product ON homeostat.product USING btree (brand, product);

CREATE INDEX product_of_brand ON homeostat.product USING btree (brand, item);

CREATE UNIQUE INDEX restraint_active ON homeostat.restraint USING btree (scope, kind) WHERE (state = 'active'::text);

CREATE INDEX run_by_pipeline ON homeostat.run USING btree (pipeline, id);

CREATE INDEX run_by_state ON homeostat.run USING btree (state, id) WHERE (state <> 'done'::text);

CREATE INDEX run_by_time ON homeostat.run USING btree (created_at);

CREATE INDEX run_unfinished ON homeostat.run USING btree (id) WHERE (state = ANY (ARRAY['running'::text, 'failed'::text]));

CREATE INDEX schedule_due ON homeostat.schedule USING btree (next_at) WHERE (state = 'enabled'::text);

CREATE INDEX schedule_probing ON homeostat.schedule USING btree (probe_at) WHERE (state = 'tripped'::text);

CREATE INDEX session_by_end ON homeostat.session USING btree (expires_at);

CREATE INDEX shipment_of_brand ON homeostat.shipment USING btree (brand, number);

CREATE INDEX shop_line_by_sku ON homeostat.shop_line USING btree (brand, sku, placed_at);

CREATE INDEX shop_order_by_day ON homeostat.shop_order USING btree (brand, placed_at);

CREATE INDEX shop_order_by_name ON homeostat.shop_order USING btree (brand, name);

CREATE INDEX shop_order_of_customer ON homeostat.shop_order USING btree (customer, placed_at) WHERE (customer IS NOT NULL);

CREATE INDEX shop_order_of_household ON homeostat.shop_order USING btree (household) WHERE (household IS NOT NULL);

CREATE UNIQUE INDEX token_by_name ON homeostat.token USING btree (name) WHERE (state = 'active'::text);

CREATE INDEX webhook_by_time ON homeostat.webhook USING btree (received_at);

CREATE INDEX word_by_time ON homeostat.word USING btree (said_at);

ALTER INDEX homeostat.event_by_time ATTACH PARTITION homeostat.event_default_at_idx;

ALTER INDEX homeostat.event_by_entity ATTACH PARTITION homeostat.event_default_entity_entity_id_id_idx;

ALTER INDEX homeostat.event_beside_jobs ATTACH PARTITION homeostat.event_default_id_idx;

ALTER INDEX homeostat.event_taken_back ATTACH PARTITION homeostat.event_default_owner_id_idx;

ALTER INDEX homeostat.event_pkey ATTACH PARTITION homeostat.event_default_pkey;

CREATE TRIGGER ads_report_is_kept BEFORE UPDATE ON homeostat.ads_report FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('a report is written once');

CREATE TRIGGER ads_report_keeps_its_rows BEFORE TRUNCATE ON homeostat.ads_report FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('a report is written once');

CREATE TRIGGER ads_report_stays BEFORE DELETE ON homeostat.ads_report FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('a report is written once');

CREATE TRIGGER api_usage_keeps_its_rows BEFORE TRUNCATE ON homeostat.api_usage FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('usage is append-only');

CREATE TRIGGER api_usage_stays BEFORE DELETE OR UPDATE ON homeostat.api_usage FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('usage is append-only');

CREATE TRIGGER decision_is_what_was_decided BEFORE UPDATE OF key, brand, target, policy, version, seed, inputs, belief, proposal, decided_at, data_as_of ON homeostat.decision FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('what was decided never changes');

CREATE TRIGGER effect_is_what_was_intended BEFORE UPDATE OF key, decision_id, kind, vendor, class, brand, target, request, request_hash, amount_micros, currency, risk_reducing, vendor_key ON homeostat.effect FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('what was intended never changes');

CREATE TRIGGER event_is_append_only BEFORE UPDATE ON homeostat.event FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('events are append-only');

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON homeostat.event FOR EACH ROW WHEN ((current_setting('homeostat.moves_events'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION homeostat.refuse('events are append-only');

CREATE TRIGGER event_keeps_its_rows BEFORE TRUNCATE ON homeostat.event FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('events are append-only');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.ad REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('ad', 'state', 'last_seen_at', 'seen_in', 'reach');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.autonomy REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('autonomy', 'level');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.bank_payment REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('bank_payment', 'state', 'state_raw', 'read_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.breaker REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('breaker', 'state', 'failures', 'tokens_milli', 'refilled_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.browser_pace REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('browser_pace', '', 'next_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.budget_window REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('budget_window', '');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.campaign REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('campaign', 'state', 'read_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.competitor REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('competitor', 'state', 'matched_at', 'looked_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.competitor_watch REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('competitor_watch', 'every', 'doubted_at', 'next_at', 'tried_at', 'seen_from', 'seen_until', 'seen_at', 'ads_micros', 'observed_ms', 'quiet_ms');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.decision REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('decision', 'state');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.dispute REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('dispute', 'state', 'state_raw', 'read_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.drift REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('drift', 'state');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.effect REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('effect', 'state');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.hold REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('hold', 'state');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.identity REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('identity', '', 'digest', 'seen_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.incident REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('incident', 'state');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.job REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_job_delete();

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.keyword REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('keyword', 'state');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.lease REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('lease', '', 'renewed_at', 'expires_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.letter REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('letter', 'state', 'customer', 'said', 'read_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.mode REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('mode', 'state');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.phase REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('phase', '');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.process REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('process', 'state', 'seen_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.product REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('product', 'state', 'state_raw', 'title', 'available_at', 'read_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.restraint REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('restraint', 'state');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.run REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('run', 'state');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.schedule REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('schedule', 'state');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.sensor REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('sensor', 'state', 'as_of', 'readings');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.server REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('server', '');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.shipment REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('shipment', 'state', 'shipped_at', 'promised_by', 'readings', 'read_at', 'updated_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.shop_line REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('shop_line', '');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.shop_order REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('shop_order', 'state', 'state_raw', 'customer', 'household', 'payment', 'gateway', 'parcels', 'read_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.spend_cap REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('spend_cap', 'state', 'read_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.standing_hold REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('standing_hold', 'state', 'read_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.store_baseline REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('store_baseline', 'state', 'counted_from', 'counted_to', 'orders', 'aov_micros', 'conversion_ppm', 'orders_per_hour_micro', 'delays_measured', 'last_order_at', 'updated_at');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.timeline REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('timeline', '');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.token REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('token', 'state', 'hash');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.webhook REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('webhook', '');

CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.word REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('word', 'state');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.ad FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.autonomy FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.bank_payment FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.breaker FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.browser_pace FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.budget_window FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.campaign FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.competitor FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.competitor_watch FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.decision FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.dispute FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.drift FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.effect FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.hold FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.identity FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.incident FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.job FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.keyword FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.lease FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.letter FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.mode FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.phase FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.process FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.product FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.restraint FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.run FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.schedule FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.sensor FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.server FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.shipment FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.shop_line FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.shop_order FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.spend_cap FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.standing_hold FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.store_baseline FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.timeline FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.token FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.webhook FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_identity BEFORE UPDATE OF id ON homeostat.word FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('an id never changes');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.ad REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('ad', 'state', 'last_seen_at', 'seen_in', 'reach');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.autonomy REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('autonomy', 'level');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.bank_payment REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('bank_payment', 'state', 'state_raw', 'read_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.breaker REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('breaker', 'state', 'failures', 'tokens_milli', 'refilled_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.browser_pace REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('browser_pace', '', 'next_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.budget_window REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('budget_window', '');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.campaign REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('campaign', 'state', 'read_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.competitor REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('competitor', 'state', 'matched_at', 'looked_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.competitor_watch REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('competitor_watch', 'every', 'doubted_at', 'next_at', 'tried_at', 'seen_from', 'seen_until', 'seen_at', 'ads_micros', 'observed_ms', 'quiet_ms');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.decision REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('decision', 'state');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.dispute REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('dispute', 'state', 'state_raw', 'read_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.drift REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('drift', 'state');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.effect REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('effect', 'state');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.hold REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('hold', 'state');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.identity REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('identity', '', 'digest', 'seen_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.incident REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('incident', 'state');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.job REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_job_insert();

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.keyword REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('keyword', 'state');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.lease REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('lease', '', 'renewed_at', 'expires_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.letter REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('letter', 'state', 'customer', 'said', 'read_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.mode REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('mode', 'state');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.phase REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('phase', '');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.process REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('process', 'state', 'seen_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.product REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('product', 'state', 'state_raw', 'title', 'available_at', 'read_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.restraint REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('restraint', 'state');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.run REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('run', 'state');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.schedule REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('schedule', 'state');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.sensor REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('sensor', 'state', 'as_of', 'readings');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.server REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('server', '');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.shipment REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('shipment', 'state', 'shipped_at', 'promised_by', 'readings', 'read_at', 'updated_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.shop_line REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('shop_line', '');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.shop_order REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('shop_order', 'state', 'state_raw', 'customer', 'household', 'payment', 'gateway', 'parcels', 'read_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.spend_cap REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('spend_cap', 'state', 'read_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.standing_hold REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('standing_hold', 'state', 'read_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.store_baseline REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('store_baseline', 'state', 'counted_from', 'counted_to', 'orders', 'aov_micros', 'conversion_ppm', 'orders_per_hour_micro', 'delays_measured', 'last_order_at', 'updated_at');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.timeline REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('timeline', '');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.token REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('token', 'state', 'hash');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.webhook REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('webhook', '');

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.word REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('word', 'state');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.ad FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.autonomy FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.bank_payment FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.breaker FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.browser_pace FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.budget_window FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.campaign FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.competitor FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.competitor_watch FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.decision FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.dispute FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.drift FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.effect FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.hold FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.identity FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.incident FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.job FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.keyword FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.lease FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.letter FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.mode FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.phase FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.process FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.product FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.restraint FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.run FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.schedule FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.sensor FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.server FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.shipment FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.shop_line FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.shop_order FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.spend_cap FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.standing_hold FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.store_baseline FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.timeline FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.token FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.webhook FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON homeostat.word FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('it would leave no event; use DELETE');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.ad REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('ad', 'state', 'last_seen_at', 'seen_in', 'reach');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.autonomy REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('autonomy', 'level');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.bank_payment REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('bank_payment', 'state', 'state_raw', 'read_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.breaker REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('breaker', 'state', 'failures', 'tokens_milli', 'refilled_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.browser_pace REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('browser_pace', '', 'next_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.budget_window REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('budget_window', '');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.campaign REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('campaign', 'state', 'read_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.competitor REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('competitor', 'state', 'matched_at', 'looked_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.competitor_watch REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('competitor_watch', 'every', 'doubted_at', 'next_at', 'tried_at', 'seen_from', 'seen_until', 'seen_at', 'ads_micros', 'observed_ms', 'quiet_ms');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.decision REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('decision', 'state');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.dispute REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('dispute', 'state', 'state_raw', 'read_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.drift REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('drift', 'state');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.effect REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('effect', 'state');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.hold REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('hold', 'state');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.identity REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('identity', '', 'digest', 'seen_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.incident REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('incident', 'state');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.job REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_job_update();

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.keyword REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('keyword', 'state');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.lease REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('lease', '', 'renewed_at', 'expires_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.letter REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('letter', 'state', 'customer', 'said', 'read_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.mode REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('mode', 'state');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.phase REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('phase', '');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.process REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('process', 'state', 'seen_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.product REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('product', 'state', 'state_raw', 'title', 'available_at', 'read_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.restraint REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('restraint', 'state');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.run REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('run', 'state');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.schedule REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('schedule', 'state');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.sensor REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('sensor', 'state', 'as_of', 'readings');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.server REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('server', '');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.shipment REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('shipment', 'state', 'shipped_at', 'promised_by', 'readings', 'read_at', 'updated_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.shop_line REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('shop_line', '');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.shop_order REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('shop_order', 'state', 'state_raw', 'customer', 'household', 'payment', 'gateway', 'parcels', 'read_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.spend_cap REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('spend_cap', 'state', 'read_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.standing_hold REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('standing_hold', 'state', 'read_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.store_baseline REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('store_baseline', 'state', 'counted_from', 'counted_to', 'orders', 'aov_micros', 'conversion_ppm', 'orders_per_hour_micro', 'delays_measured', 'last_order_at', 'updated_at');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.timeline REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('timeline', '');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.token REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('token', 'state', 'hash');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.webhook REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('webhook', '');

CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.word REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('word', 'state');

CREATE TRIGGER kept_decision_is_what_was_decided BEFORE UPDATE ON homeostat.kept_decision FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('what was decided never changes');

CREATE TRIGGER late_receipt_keeps_its_rows BEFORE TRUNCATE ON homeostat.late_receipt FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('late receipts are append-only');

CREATE TRIGGER late_receipt_stays BEFORE DELETE OR UPDATE ON homeostat.late_receipt FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('late receipts are append-only');

CREATE TRIGGER observation_is_append_only BEFORE DELETE OR UPDATE ON homeostat.observation FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('a reading is a fact');

CREATE TRIGGER observation_keeps_its_rows BEFORE TRUNCATE ON homeostat.observation FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('a reading is a fact');

CREATE TRIGGER phase_is_kept BEFORE UPDATE OF run_id, no, name, output ON homeostat.phase FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('a checkpoint is never changed');

CREATE TRIGGER posting_balances AFTER INSERT ON homeostat.posting REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION homeostat.balance_postings();

CREATE TRIGGER posting_keeps_its_rows BEFORE TRUNCATE ON homeostat.posting FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('postings are append-only');

CREATE TRIGGER posting_stays BEFORE DELETE OR UPDATE ON homeostat.posting FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('postings are append-only');

CREATE TRIGGER schedule_guards_money AFTER UPDATE ON homeostat.schedule FOR EACH ROW WHEN (((old.state = 'enabled'::text) AND (new.state <> 'enabled'::text) AND new.guards_money)) EXECUTE FUNCTION homeostat.guard_money();

ALTER TABLE ONLY homeostat.api_usage
    ADD CONSTRAINT api_usage_effect_id_fkey FOREIGN KEY (effect_id) REFERENCES homeostat.effect(id);

ALTER TABLE ONLY homeostat.effect
    ADD CONSTRAINT effect_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES homeostat.decision(id);

ALTER TABLE ONLY homeostat.hold
    ADD CONSTRAINT hold_effect_id_fkey FOREIGN KEY (effect_id) REFERENCES homeostat.effect(id);

ALTER TABLE ONLY homeostat.hold
    ADD CONSTRAINT hold_standing_id_fkey FOREIGN KEY (standing_id) REFERENCES homeostat.standing_hold(id);

ALTER TABLE ONLY homeostat.hold
    ADD CONSTRAINT hold_window_id_fkey FOREIGN KEY (window_id) REFERENCES homeostat.budget_window(id);

ALTER TABLE ONLY homeostat.identity
    ADD CONSTRAINT identity_same_as_fkey FOREIGN KEY (same_as) REFERENCES homeostat.identity(id) ON DELETE CASCADE;

ALTER TABLE ONLY homeostat.late_receipt
    ADD CONSTRAINT late_receipt_effect_id_fkey FOREIGN KEY (effect_id) REFERENCES homeostat.effect(id);

ALTER TABLE ONLY homeostat.posting
    ADD CONSTRAINT posting_effect_id_fkey FOREIGN KEY (effect_id) REFERENCES homeostat.effect(id);

ALTER TABLE ONLY homeostat.posting
    ADD CONSTRAINT posting_standing_id_fkey FOREIGN KEY (standing_id) REFERENCES homeostat.standing_hold(id);

ALTER TABLE ONLY homeostat.posting
    ADD CONSTRAINT posting_window_id_fkey FOREIGN KEY (window_id) REFERENCES homeostat.budget_window(id);

ALTER TABLE ONLY homeostat.session
    ADD CONSTRAINT session_token_id_fkey FOREIGN KEY (token_id) REFERENCES homeostat.token(id);

ALTER TABLE ONLY homeostat.standing_hold
    ADD CONSTRAINT standing_hold_effect_id_fkey FOREIGN KEY (effect_id) REFERENCES homeostat.effect(id);
