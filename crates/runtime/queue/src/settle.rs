//! Writes what became of running jobs. Every statement checks (id, fence, owner) or runs on rows
//! that this transaction has locked.

use std::collections::BTreeMap;

use homeostat_clock::Entropy;
use homeostat_model::{Fence, JobId, ProcessId, RuntimeTime};
use homeostat_mutants::mutant;
use homeostat_store::{PgConnection, Stamp, StoreError, mutants};
use serde_json::{Value, json};

use crate::{
    backoff::draw,
    held::{Counts, Held},
    pipeline::{self, Checkpoint},
    schedule,
    verdict::{Ending, Verdict, decide},
};

/// Longer errors are cut; the whole text is in the log.
const ERROR_CHARS_MAX: usize = 2000;

/// A job that is done.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub(crate) id: JobId,
    pub(crate) fence: Fence,
    pub(crate) result: Value,
    pub(crate) duration_ms: i64,
    /// A phase's result is its checkpoint and not part of the job's last event.
    pub(crate) is_phase: bool,
}

/// What followed from finishing jobs.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    /// Those that were still ours; the others changed nothing.
    pub(crate) ids: Vec<JobId>,
    /// Next phases that are ready now.
    pub(crate) next: usize,
}

/// How many jobs went where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) ready: usize,
    pub(crate) failed: usize,
    pub(crate) cancelled: usize,
}

/// Finishes jobs: they leave the table, and their outcomes go to the journal in the same statement.
/// Phases leave their checkpoints, and the next phases are enqueued.
pub(crate) async fn finish(
    connection: &mut PgConnection,
    owner: ProcessId,
    done: &[Done],
) -> Result<Finished, StoreError> {
    let mut outcomes = serde_json::Map::new();
    let (mut ids, mut fences) = (Vec::new(), Vec::new());
    for job in done {
        let mut outcome = json!({"state": "done", "duration_ms": job.duration_ms});
        if !job.is_phase {
            outcome["result"] = job.result.clone();
        }
        outcomes.insert(job.id.to_string(), outcome);
        ids.push(job.id.0);
        fences.push(job.fence.0);
    }
    if mutant!("finish_unlogged") {
        outcomes.clear();
    }
    let mut owner = owner;
    if mutant!("no_fence") {
        owner = whoever_holds(connection, owner, &mut ids, &mut fences).await?;
    }
    let rows = sqlx::query!(
        r#"WITH o AS MATERIALIZED (
               SELECT set_config('homeostat.outcome', $4, true) AS x,
                      set_config('homeostat.cause', 'finish', true) AS y
           )
           DELETE FROM homeostat.job j
           WHERE j.id = ANY ($2) AND j.state = 'running'
             AND j.owner = $1 AND (j.id, j.fence) IN (SELECT * FROM unnest($2::bigint[], $3::bigint[]))
             AND (SELECT o.x IS NOT NULL AND o.y IS NOT NULL FROM o)
           RETURNING j.id, j.schedule_id, j.brand, j.run_id, j.phase, j.phase_no, j.resumes"#,
        owner.0,
        &ids,
        &fences,
        Value::Object(outcomes).to_string()
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut finished = Finished::default();
    let (mut scheduled, mut checkpoints) = (Vec::new(), Vec::new());
    let by_id: BTreeMap<i64, &Done> = done.iter().map(|job| (job.id.0, job)).collect();
    for row in rows {
        finished.ids.push(JobId(row.id));
        match (row.run_id, row.phase, row.phase_no, by_id.get(&row.id)) {
            (Some(run), Some(name), Some(no), Some(job)) => checkpoints.push(Checkpoint {
                job: job.id,
                run,
                no,
                name,
                brand: row.brand,
                output: job.result.clone(),
                resumes: row.resumes,
                duration_ms: job.duration_ms,
            }),
            _ => scheduled.extend(row.schedule_id),
        }
    }
    if !checkpoints.is_empty() {
        if mutant!("phase_apart") {
            mutants::apart(connection).await?;
        }
        let advanced = pipeline::advance(&mut *connection, &checkpoints, None).await?;
        finished.next = advanced.next;
        scheduled.extend(advanced.schedules);
    }
    if !scheduled.is_empty() {
        schedule::succeeded(connection, &scheduled).await?;
    }
    Ok(finished)
}

/// The mistake `no_fence`: takes whoever holds these jobs by now for who brings their results.
async fn whoever_holds(
    connection: &mut PgConnection,
    owner: ProcessId,
    ids: &mut Vec<i64>,
    fences: &mut Vec<i64>,
) -> Result<ProcessId, StoreError> {
    let held = sqlx::query!(
        r#"SELECT id, fence, owner AS "owner!" FROM homeostat.job WHERE id = ANY ($1) AND owner IS NOT NULL"#,
        &*ids
    )
    .fetch_all(connection)
    .await?;
    *ids = held.iter().map(|job| job.id).collect();
    *fences = held.iter().map(|job| job.fence).collect();
    Ok(held.first().map_or(owner, |job| ProcessId(job.owner)))
}

/// Decides about locked jobs and writes the decisions, one statement per cause.
pub(crate) async fn settle(
    connection: &mut PgConnection,
    jobs: &[(Held, Ending)],
    entropy: &Entropy,
) -> Result<Tally, StoreError> {
    let mut tally = Tally::default();
    let mut ready: BTreeMap<&'static str, Vec<Next<'_>>> = BTreeMap::new();
    let mut failed: BTreeMap<&'static str, Vec<Next<'_>>> = BTreeMap::new();
    let mut cancelled = Vec::new();
    for (job, ending) in jobs {
        match decide(job, ending, draw(entropy, job.id, job.fence)) {
            Verdict::Ready {
                cause,
                wait,
                counts,
                error,
            } => {
                let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
                ready.entry(cause).or_default().push(Next {
                    job,
                    wait_ms,
                    counts,
                    error,
                });
            }
            Verdict::Failed {
                cause,
                counts,
                error,
            } => {
                failed.entry(cause).or_default().push(Next {
                    job,
                    wait_ms: 0,
                    counts,
                    error,
                });
            }
            Verdict::Cancelled { reason } => cancelled.push((job.id, reason)),
        }
    }
    for (cause, jobs) in &ready {
        tally.ready += jobs.len();
        write_next(connection, cause, "ready", jobs).await?;
        let phases = phases_of(jobs);
        if *cause == "crash" && !phases.is_empty() {
            pipeline::resumed(connection, &phases).await?;
        }
    }
    for (cause, jobs) in &failed {
        tally.failed += jobs.len();
        write_next(connection, cause, "failed", jobs).await?;
        let ids: Vec<i64> = jobs.iter().map(|next| next.job.id.0).collect();
        failed_for_good(connection, &ids, jobs.first().map(|next| next.job.now)).await?;
    }
    if !cancelled.is_empty() {
        tally.cancelled += cancelled.len();
        remove_cancelled(connection, &cancelled).await?;
    }
    Ok(tally)
}

fn phases_of(jobs: &[Next<'_>]) -> Vec<i64> {
    let phases = jobs.iter().filter(|next| next.job.is_phase);
    phases.map(|next| next.job.id.0).collect()
}

/// What follows when jobs have failed for good: their runs have failed, their schedules count it.
async fn failed_for_good(
    connection: &mut PgConnection,
    jobs: &[i64],
    now: Option<RuntimeTime>,
) -> Result<(), StoreError> {
    pipeline::failed(connection, jobs).await?;
    schedule::failed(connection, jobs, now).await
}

/// The next state of one job.
#[derive(Debug)]
struct Next<'a> {
    job: &'a Held,
    wait_ms: i64,
    counts: Counts,
    error: String,
}

/// Moves locked running jobs to `ready` or `failed`. The fence grows here too, so that a late
/// result of the former owner is stale from now on and not only from the next claim.
async fn write_next(
    connection: &mut PgConnection,
    cause: &str,
    state: &str,
    jobs: &[Next<'_>],
) -> Result<(), StoreError> {
    let Some(now) = jobs.first().map(|next| next.job.now) else {
        return Ok(());
    };
    let column =
        |of: fn(&Counts) -> i16| -> Vec<i16> { jobs.iter().map(|n| of(&n.counts)).collect() };
    let ids: Vec<i64> = jobs.iter().map(|n| n.job.id.0).collect();
    let waits: Vec<i64> = jobs.iter().map(|n| n.wait_ms).collect();
    let errors_text: Vec<String> = jobs.iter().map(|n| storable(&n.error)).collect();
    sqlx::query!(
        "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', $1, true) AS c)
         UPDATE homeostat.job j
         SET state = $2, owner = NULL, claimed_at = NULL, deadline = NULL, cancel_requested = false,
             fence = j.fence + 1, last_cause = $1, last_error = n.error,
             run_at = CASE WHEN $2 = 'ready' THEN $3::timestamptz + n.wait_ms * interval '1 ms' ELSE j.run_at END,
             failed_at = CASE WHEN $2 = 'failed' THEN $3::timestamptz END,
             attempts_used = n.attempts_used, errors = n.errors, crashes = n.crashes, timeouts = n.timeouts,
             snoozes = n.snoozes, interruptions = n.interruptions, resumes = n.resumes
         FROM cause, unnest($4::bigint[], $5::bigint[], $6::text[], $7::smallint[], $8::smallint[], $9::smallint[],
                            $10::smallint[], $11::smallint[], $12::smallint[], $13::smallint[])
              n(id, wait_ms, error, attempts_used, errors, crashes, timeouts, snoozes, interruptions, resumes)
         WHERE j.id = n.id AND j.state = 'running' AND cause.c IS NOT NULL",
        cause,
        state,
        Stamp::from(now) as Stamp,
        &ids,
        &waits,
        &errors_text,
        &column(|c| c.attempts_used),
        &column(|c| c.errors),
        &column(|c| c.crashes),
        &column(|c| c.timeouts),
        &column(|c| c.snoozes),
        &column(|c| c.interruptions),
        &column(|c| c.resumes),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes locked jobs that were called off, and calls off the runs they are part of.
pub(crate) async fn remove_cancelled(
    connection: &mut PgConnection,
    jobs: &[(JobId, String)],
) -> Result<(), StoreError> {
    let ids: Vec<i64> = jobs.iter().map(|(id, _)| id.0).collect();
    let reasons: Vec<String> = jobs.iter().map(|(_, reason)| storable(reason)).collect();
    pipeline::cancelled(connection, &ids, &reasons).await?;
    let outcomes: serde_json::Map<_, _> = jobs
        .iter()
        .map(|(id, reason)| {
            (
                id.to_string(),
                json!({"state": "cancelled", "reason": storable(reason)}),
            )
        })
        .collect();
    sqlx::query!(
        "WITH o AS MATERIALIZED (
             SELECT set_config('homeostat.outcome', $2, true) AS x, set_config('homeostat.cause', 'cancel', true) AS y
         )
         DELETE FROM homeostat.job j USING o WHERE j.id = ANY($1) AND o.x IS NOT NULL AND o.y IS NOT NULL",
        &ids,
        Value::Object(outcomes).to_string()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Fails ready jobs whose `give_up_at` has passed, up to 500, and gives back how many.
pub(crate) async fn give_up(
    connection: &mut PgConnection,
    now: Option<RuntimeTime>,
) -> Result<usize, StoreError> {
    let ids = sqlx::query_scalar!(
        "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'gave_up', true) AS c),
              t AS MATERIALIZED (SELECT coalesce($1::timestamptz, clock_timestamp()) AS now),
              late AS MATERIALIZED (
                  SELECT j.id FROM homeostat.job j
                  WHERE j.state = 'ready' AND j.give_up_at <= (SELECT now FROM t) AND j.give_up_at < 'infinity'
                  ORDER BY j.give_up_at LIMIT 500 FOR UPDATE SKIP LOCKED)
         UPDATE homeostat.job j
         SET state = 'failed', failed_at = t.now, last_cause = 'gave_up', fence = j.fence + 1,
             last_error = concat_ws('; last error: ', 'give_up_at has passed', j.last_error)
         FROM cause, t, late WHERE j.id = late.id AND cause.c IS NOT NULL
         RETURNING j.id",
        now.map(Stamp::from) as Option<Stamp>
    )
    .fetch_all(&mut *connection)
    .await?;
    if !ids.is_empty() {
        failed_for_good(connection, &ids, now).await?;
    }
    Ok(ids.len())
}

/// Text that Postgres takes: without NUL, and of bounded length.
pub(crate) fn storable(text: &str) -> String {
    text.chars()
        .filter(|&c| c != '\0')
        .take(ERROR_CHARS_MAX)
        .collect()
}
