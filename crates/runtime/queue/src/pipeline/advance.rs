//! Writes what became of runs. Every function runs in the transaction that changes the run's job.

use homeostat_model::{JobId, RuntimeTime};
use homeostat_store::{PgConnection, Stamp, StoreError};
use serde_json::Value;

/// A phase that is done; its job has just left the table.
#[derive(Debug, Clone)]
pub(crate) struct Checkpoint {
    pub(crate) job: JobId,
    pub(crate) run: i64,
    pub(crate) no: i16,
    pub(crate) name: String,
    pub(crate) brand: Option<String>,
    pub(crate) output: Value,
    pub(crate) resumes: i16,
    pub(crate) duration_ms: i64,
}

/// What followed from phases that are done.
#[derive(Debug, Default)]
pub(crate) struct Advanced {
    /// Next phases that are ready now.
    pub(crate) next: usize,
    /// The schedules of runs that are done.
    pub(crate) schedules: Vec<i64>,
}

/// Stores checkpoints and enqueues the next phases; a run whose last phase this was is done. One
/// statement for any number of phases. A phase whose kind nobody has registered any more gets the
/// bounds of a kind that says nothing, and waits for a worker until it gives up.
pub(crate) async fn advance(
    connection: &mut PgConnection,
    done: &[Checkpoint],
    now: Option<RuntimeTime>,
) -> Result<Advanced, StoreError> {
    let ids: Vec<i64> = done.iter().map(|c| c.job.0).collect();
    let runs: Vec<i64> = done.iter().map(|c| c.run).collect();
    let numbers: Vec<i16> = done.iter().map(|c| c.no).collect();
    let names: Vec<String> = done.iter().map(|c| c.name.clone()).collect();
    let brands: Vec<Option<String>> = done.iter().map(|c| c.brand.clone()).collect();
    let outputs: Vec<Value> = done.iter().map(|c| c.output.clone()).collect();
    let resumes: Vec<i16> = done.iter().map(|c| c.resumes).collect();
    let durations: Vec<i64> = done.iter().map(|c| c.duration_ms).collect();
    let row = sqlx::query!(
        r#"WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'finish', true) AS c),
                t AS MATERIALIZED (SELECT coalesce($9::timestamptz, clock_timestamp()) AS now FROM cause WHERE c IS NOT NULL),
                f AS MATERIALIZED (
                    SELECT f.*, t.now FROM t, unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[],
                                                     $6::jsonb[], $7::smallint[], $8::bigint[])
                         f(job_id, run_id, no, name, brand, output, resumes, duration_ms)
                ), kept AS (
                    INSERT INTO homeostat.phase (id, run_id, no, name, brand, output, resumes, duration_ms, finished_at)
                    SELECT f.job_id, f.run_id, f.no, f.name, f.brand, f.output, f.resumes, f.duration_ms, f.now FROM f
                ), next AS (
                    INSERT INTO homeostat.job (kind, brand, args, priority, created_at, run_at, give_up_at, timeout_ms,
                                               attempts_max, snoozes_max, interruptions_max, schedule_id, due_at,
                                               run_id, phase, phase_no)
                    SELECT r.phases[f.no + 1], r.brand, r.args, coalesce(r.priority, k.priority, 0), f.now, f.now,
                           least(r.give_up_at, f.now + coalesce(k.give_up_after_s, 86400) * interval '1 s'),
                           coalesce(k.timeout_ms, 60000), coalesce(k.attempts_max, 3), coalesce(k.snoozes_max, 100),
                           coalesce(k.interruptions_max, 20), r.schedule_id, r.due_at,
                           r.id, homeostat.phase_name(r.pipeline, r.phases[f.no + 1]), f.no + 1
                    FROM f JOIN homeostat.run r ON r.id = f.run_id
                    LEFT JOIN homeostat.job_kind k ON k.name = r.phases[f.no + 1]
                    WHERE f.no < cardinality(r.phases)
                    RETURNING id
                ), ended AS (
                    UPDATE homeostat.run r SET state = 'done', finished_at = f.now
                    FROM f WHERE r.id = f.run_id AND f.no >= cardinality(r.phases) AND r.state = 'running'
                    RETURNING r.schedule_id
                )
           SELECT (SELECT count(*) FROM next) AS "next!",
                  ARRAY(SELECT e.schedule_id FROM ended e WHERE e.schedule_id IS NOT NULL) AS "schedules!""#,
        &ids,
        &runs,
        &numbers,
        &names,
        &brands as &[Option<String>],
        &outputs,
        &resumes,
        &durations,
        now.map(Stamp::from) as Option<Stamp>
    )
    .fetch_one(connection)
    .await?;
    Ok(Advanced {
        next: usize::try_from(row.next).unwrap_or_default(),
        schedules: row.schedules,
    })
}

/// These jobs' phases go on after a crash.
pub(crate) async fn resumed(connection: &mut PgConnection, jobs: &[i64]) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.run r SET resumes = r.resumes + 1, resumed_from = j.phase
         FROM homeostat.job j WHERE j.id = ANY($1) AND r.id = j.run_id",
        jobs
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The runs of these jobs, which have just failed for good, have failed there.
pub(crate) async fn failed(connection: &mut PgConnection, jobs: &[i64]) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.run r
         SET state = 'failed', phase = j.phase, reason = concat_ws(': ', j.last_cause, j.last_error),
             finished_at = j.failed_at
         FROM homeostat.job j WHERE j.id = ANY($1) AND r.id = j.run_id AND r.state = 'running'",
        jobs
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The runs of these jobs, which are about to leave the table, are called off there.
pub(crate) async fn cancelled(
    connection: &mut PgConnection,
    jobs: &[i64],
    reasons: &[String],
) -> Result<(), StoreError> {
    sqlx::query!(
        "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'cancel', true) AS c)
         UPDATE homeostat.run r
         SET state = 'cancelled', phase = j.phase, reason = ask.reason,
             finished_at = coalesce(r.finished_at, clock_timestamp())
         FROM cause, unnest($1::bigint[], $2::text[]) ask(job_id, reason)
         JOIN homeostat.job j ON j.id = ask.job_id
         WHERE r.id = j.run_id AND r.state IN ('running', 'failed') AND cause.c IS NOT NULL",
        jobs,
        reasons
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The run of a failed job that a person has just made ready goes on at that phase, with a new
/// `give_up_at`.
pub(crate) async fn revived(connection: &mut PgConnection, job: JobId) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.run r
         SET state = 'running', phase = NULL, reason = NULL, finished_at = NULL,
             give_up_at = j.run_at + coalesce(
                 (SELECT k.give_up_after_s FROM homeostat.job_kind k WHERE k.name = r.pipeline), 86400)
                 * interval '1 s'
         FROM homeostat.job j WHERE j.id = $1 AND r.id = j.run_id AND r.state = 'failed'",
        job.0
    )
    .execute(connection)
    .await?;
    Ok(())
}
