-- owner: runtime/store
-- purpose: one append-only row per transition, written by the database in the transaction that makes it (L5)

CREATE SCHEMA IF NOT EXISTS homeostat;

CREATE TABLE homeostat.event (
    id         bigint GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    brand      text,
    entity     text NOT NULL,
    entity_id  text NOT NULL,
    from_state text,
    to_state   text NOT NULL,
    fence      bigint,
    owner      bigint,
    cause      text,
    data       jsonb NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);

COMMENT ON COLUMN homeostat.event.data IS
    'The logged columns that changed; all of them for a new row. {"$gone": true, ...} when the row left its table.';

CREATE INDEX event_by_entity ON homeostat.event (entity, entity_id, id);
CREATE INDEX event_by_time ON homeostat.event USING brin (at);

CREATE TABLE homeostat.event_default PARTITION OF homeostat.event DEFAULT;

-- Creates the month's partition and the next ones. Rows that had landed in the default move home.
CREATE FUNCTION homeostat.keep_event_partitions(from_time timestamptz, months_ahead int) RETURNS int
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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

SELECT homeostat.keep_event_partitions(now(), 3);

CREATE FUNCTION homeostat.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: %', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER event_is_append_only BEFORE UPDATE ON homeostat.event
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('events are append-only');
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON homeostat.event
    FOR EACH ROW WHEN (current_setting('homeostat.moves_events', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION homeostat.refuse('events are append-only');
CREATE TRIGGER event_keeps_its_rows BEFORE TRUNCATE ON homeostat.event
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('events are append-only');

-- The tables whose every change is logged, and the columns that are not part of their state.
CREATE TABLE homeostat.logged_relation (
    entity       text PRIMARY KEY,
    relation     text NOT NULL UNIQUE,
    state_column text,
    derived      text[] NOT NULL DEFAULT '{}'
);

-- Arguments of the three functions: entity, state column ('' when the table has none), then derived columns.
CREATE FUNCTION homeostat.log_insert() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO homeostat.event (brand, entity, entity_id, from_state, to_state, fence, owner, cause, data)
    SELECT r ->> 'brand', TG_ARGV[0], r ->> 'id', NULL, coalesce(r ->> TG_ARGV[1], 'live'),
           (r ->> 'fence')::bigint, (r ->> 'owner')::bigint,
           nullif(current_setting('homeostat.cause', true), ''), r
    FROM (SELECT to_jsonb(new_row) - TG_ARGV[2:] AS r FROM new_rows new_row ORDER BY new_row.id) logged;
    RETURN NULL;
END $$;

CREATE FUNCTION homeostat.log_update() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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

-- A finishing DELETE declares {"<id>": {"state": "...", ...}} in homeostat.outcome; one that does not
-- is logged as 'deleted', which `verify` reports.
CREATE FUNCTION homeostat.log_delete() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
END $$;

-- Puts a table under the journal. Called by the migration that creates the table.
CREATE FUNCTION homeostat.journal(relation text, entity text, state_column text, derived text[] DEFAULT '{}')
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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

CREATE AGGREGATE homeostat.fold(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}');

-- The logged columns of an entity at a past instant; NULL when it did not exist.
CREATE FUNCTION homeostat.state_at(entity text, entity_id text, instant timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN folded ? '$gone' OR folded = '{}' THEN NULL ELSE folded END
    FROM (
        SELECT homeostat.fold(e.data ORDER BY e.id) AS folded
        FROM homeostat.event e
        WHERE e.entity = state_at.entity AND e.entity_id = state_at.entity_id AND e.at <= instant
    ) history
$$;
