-- Jobs from SQL, in the caller's own transaction: they exist when it commits, and only then.
-- Kinds are known once a worker of theirs has started; an unknown one is refused with the list.

-- 1. The plainest: look at a brand now. Gives back the job's id.
SELECT homeostat.enqueue('sense.meta', '{"brand": "aurora"}', brand => 'aurora');

-- 2. Together with a change of your own. Roll back, and neither happened.
BEGIN;
CREATE TEMPORARY TABLE my_order (id bigint, note text);
INSERT INTO my_order VALUES (1, 'a sale came in, so look at the figures');
SELECT homeostat.enqueue('sense.meta', '{"brand": "aurora"}', brand => 'aurora');
COMMIT;

-- 3. Once per hour, however often it is asked for: the key outlives the job.
--    While it holds, the id of the first job comes back and nothing is added.
SELECT homeostat.enqueue('sense.meta', '{"brand": "borealis"}', brand => 'borealis',
                         dedup_key => 'hourly look', dedup_for => '1 hour');

-- 4. Later, ahead of others (lower runs first), and pointless if not done ten minutes after that.
SELECT homeostat.enqueue('sense.meta', '{"brand": "aurora"}', brand => 'aurora', priority => -50,
                         run_at => clock_timestamp() + interval '1 minute', give_up_after => '10 minutes');

-- 5. Many at once: one statement, one wake-up.
SELECT ordinal, job_id, fresh
FROM homeostat.enqueue_many('sense.meta', ARRAY['{"brand": "aurora"}', '{"brand": "borealis"}']::jsonb[]);

-- 6. Bad input changes nothing and names the field. SQLSTATE 22023, the field also in COLUMN:
--    SELECT homeostat.enqueue('sense.meta', '[]');
--    ERROR:  args: must be a JSON object (job 1 of the batch)

-- What became of them: live jobs are in homeostat.job, finished ones in the journal.
SELECT id, kind, brand, state, attempts_used, run_at FROM homeostat.job ORDER BY id;
SELECT at, job_id, from_state, to_state, cause FROM homeostat.background_job_log ORDER BY id DESC LIMIT 20;
