-- owner: runtime/queue
-- purpose: what an update of a job changed is found once per row and not twice

-- A claim changes five columns and no other, which is checked and not believed: every other update, one
-- by hand too, is compared column by column. A column that is added to the table is added to both
-- rows here; a law test tries each column together with a claim.
CREATE OR REPLACE FUNCTION homeostat.log_job_update() RETURNS trigger
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
        -- Kept apart, or the planner asks what changed twice: once to leave a row out, once to tell it.
        OFFSET 0
    ) c
    WHERE c.data IS NOT NULL
    ORDER BY c.id;
    RETURN NULL;
END $$;
