-- owner: runtime/queue
-- purpose: the journal of jobs, written by triggers that know the table: three quarters of all events are its births, claims and ends

-- The columns of `data` that changed, or NULL when none did.
CREATE FUNCTION homeostat.changed_columns(old_row jsonb, new_row jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_object_agg(pair.key, pair.value)
    FROM jsonb_each(new_row) pair WHERE old_row -> pair.key IS DISTINCT FROM pair.value
$$;

-- As the store's log_insert, without reading the columns back out of JSON.
CREATE FUNCTION homeostat.log_job_insert() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    INSERT INTO homeostat.event (brand, entity, entity_id, from_state, to_state, fence, owner, cause, data)
    SELECT n.brand, 'job', n.id::text, NULL, n.state, n.fence, n.owner,
           nullif(current_setting('homeostat.cause', true), ''), to_jsonb(n) - 'alone'
    FROM new_rows n ORDER BY n.id;
    RETURN NULL;
END $$;

-- A claim changes five columns and no other, which is checked and not believed: every other update, one
-- by hand too, is compared column by column. A column that is added to the table is added to both
-- rows here; a law test tries each column together with a claim.
CREATE FUNCTION homeostat.log_job_update() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET enable_nestloop = off AS $$
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
    ) c
    WHERE c.data IS NOT NULL
    ORDER BY c.id;
    RETURN NULL;
END $$;

-- As the store's log_delete. A row that leaves says nothing but its outcome, so its columns are not
-- made into JSON at all.
CREATE FUNCTION homeostat.log_job_delete() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
END $$;

CREATE OR REPLACE TRIGGER journal_insert AFTER INSERT ON homeostat.job REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_job_insert();
CREATE OR REPLACE TRIGGER journal_update AFTER UPDATE ON homeostat.job REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_job_update();
CREATE OR REPLACE TRIGGER journal_delete AFTER DELETE ON homeostat.job REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_job_delete();
