//! A schedule whose jobs keep failing stops itself and shows why (L6).

use homeostat_model::RuntimeTime;
use homeostat_store::{PgConnection, Stamp, StoreError};

/// Counts jobs that have just failed for good against their schedules. The third in a row trips the
/// schedule; it is then probed every 15 minutes. Runs in the transaction that fails the jobs, after
/// their cause is written.
///
/// A phase that was resumed to the end of its resumes trips it at once: the crashes were the three in a
/// row already.
///
/// A job that was only put off does not count, neither as a failure nor as a success: it ran out of
/// snoozes, or of time without one attempt spent. That is a vendor's trouble or a standstill of the
/// workers, and no sign against the work.
pub(crate) async fn failed(
    connection: &mut PgConnection,
    jobs: &[i64],
    now: Option<RuntimeTime>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'fired job failed', true) AS c),
              t AS MATERIALIZED (SELECT coalesce($2::timestamptz, clock_timestamp()) AS now),
              f AS MATERIALIZED (
                  SELECT j.schedule_id, count(*)::int AS n, bool_or(j.last_cause = 'resumes') AS at_once,
                         jsonb_agg(jsonb_build_object('job', j.id, 'cause', j.last_cause,
                                                      'error', left(j.last_error, 500))
                                   || CASE WHEN j.run_id IS NULL THEN '{}'
                                           ELSE jsonb_build_object('run', j.run_id, 'phase', j.phase) END
                                   ORDER BY j.id) AS evidence
                  FROM homeostat.job j
                  WHERE j.id = ANY($1) AND j.schedule_id IS NOT NULL
                    AND (j.last_cause = 'snoozes' OR (j.last_cause = 'gave_up' AND j.attempts_used = 0))
                        IS NOT TRUE
                  GROUP BY j.schedule_id)
         UPDATE homeostat.schedule s
         SET consecutive_failures = s.consecutive_failures + f.n,
             evidence = jsonb_path_query_array(s.evidence || f.evidence, '$[last-2 to last]'),
             state = CASE WHEN s.state = 'enabled' AND (f.at_once OR s.consecutive_failures + f.n >= 3) THEN 'tripped'
                          ELSE s.state END,
             disabled_reason = CASE WHEN s.state = 'enabled' AND f.at_once
                                    THEN 'a fired run was resumed 3 times without progress'
                                    WHEN s.state = 'enabled' AND s.consecutive_failures + f.n >= 3
                                    THEN (s.consecutive_failures + f.n) || ' fired jobs in a row failed for good'
                                    ELSE s.disabled_reason END,
             probe_at = CASE WHEN s.state = 'tripped'
                                  OR (s.state = 'enabled' AND (f.at_once OR s.consecutive_failures + f.n >= 3))
                             THEN t.now + interval '15 min' END,
             next_at = CASE WHEN s.state = 'enabled' AND NOT f.at_once AND s.consecutive_failures + f.n < 3
                            THEN s.next_at END
         FROM cause, t, f
         WHERE s.id = f.schedule_id AND cause.c IS NOT NULL",
        jobs,
        now.map(Stamp::from) as Option<Stamp>
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A fired job is done: the failures in a row are over, and a tripped schedule runs again from now
/// on. Runs in the transaction that finishes the jobs.
pub(crate) async fn succeeded(
    connection: &mut PgConnection,
    schedules: &[i64],
) -> Result<(), StoreError> {
    sqlx::query!(
        "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'fired job done', true) AS c)
         UPDATE homeostat.schedule s
         SET consecutive_failures = 0, evidence = '[]', probe_at = NULL,
             state = CASE WHEN s.state = 'tripped' THEN 'enabled' ELSE s.state END,
             disabled_reason = CASE WHEN s.state = 'tripped' THEN NULL ELSE s.disabled_reason END
         FROM cause
         WHERE s.id = ANY($1) AND s.consecutive_failures > 0 AND cause.c IS NOT NULL",
        schedules
    )
    .execute(connection)
    .await?;
    Ok(())
}
