//! What people see of jobs and schedules.

use homeostat_model::{JobId, ProcessId, RunId, RuntimeTime, WorldTime};
use homeostat_store::{Db, Stamp};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgExecutor;

use crate::Error;

/// Which jobs to list. Everything when empty.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// `ready`, `running` or `failed`.
    pub state: Option<String>,
    /// Of this brand.
    pub brand: Option<String>,
    /// Just this one.
    pub id: Option<JobId>,
    /// Those after this one.
    pub after: Option<JobId>,
    /// At most so many; 100 when absent.
    pub limit: Option<u32>,
}

/// A live job.
#[derive(Debug, Clone, Serialize)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// Its brand.
    pub brand: Option<String>,
    /// Its args.
    pub args: Value,
    /// `ready`, `running` or `failed`.
    pub state: String,
    /// Lower runs first.
    pub priority: i16,
    /// When it may run.
    pub run_at: RuntimeTime,
    /// When it fails for good.
    pub give_up_at: RuntimeTime,
    /// Attempts spent.
    pub attempts_used: i16,
    /// Attempts it has.
    pub attempts_max: i16,
    /// How often it was put off.
    pub snoozes: i16,
    /// How often it was interrupted.
    pub interruptions: i16,
    /// The epoch that does it.
    pub owner: Option<ProcessId>,
    /// Since when it is done.
    pub claimed_at: Option<RuntimeTime>,
    /// Why the last attempt did not finish it.
    pub last_cause: Option<String>,
    /// What that attempt said.
    pub last_error: Option<String>,
    /// The run it is a phase of.
    pub run: Option<RunId>,
    /// The phase's short name.
    pub phase: Option<String>,
    /// Crashes of the phase since its last progress.
    pub resumes: i16,
    /// Whether its next attempt is for a process that does nothing else.
    pub alone: bool,
}

/// How many live jobs of a kind are in a state.
#[derive(Debug, Clone, Serialize)]
pub struct JobCount {
    /// The kind.
    pub kind: String,
    /// The state.
    pub state: String,
    /// How many.
    pub jobs: i64,
}

/// Live jobs, the oldest first.
///
/// # Errors
/// [`Error::Input`] for a state that does not exist; else the database's.
pub async fn jobs(db: &Db, filter: &JobFilter) -> Result<Vec<JobRow>, Error> {
    if let Some(state) = filter.state.as_deref()
        && !["ready", "running", "failed"].contains(&state)
    {
        let message = format!(
            "{state:?} is no state; use ready, running or failed (done jobs are in `replay`)"
        );
        return Err(Error::input("state", message));
    }
    let rows = sqlx::query!(
        r#"SELECT id, kind, brand, args, state, priority, run_at AS "run_at: Stamp", give_up_at AS "give_up_at: Stamp",
                  attempts_used, attempts_max, snoozes, interruptions, owner, claimed_at AS "claimed_at: Stamp",
                  last_cause, last_error, run_id, phase, resumes, alone
           FROM homeostat.job
           WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR state = $2)
             AND ($3::text IS NULL OR brand = $3) AND ($4::bigint IS NULL OR id = $4)
             AND id > coalesce($6::bigint, 0)
           ORDER BY id LIMIT $5"#,
        filter.kind,
        filter.state,
        filter.brand,
        filter.id.map(|id| id.0),
        i64::from(filter.limit.unwrap_or(100)),
        filter.after.map(|id| id.0),
    )
    .map(|r| JobRow {
        id: JobId(r.id),
        kind: r.kind,
        brand: r.brand,
        args: r.args,
        state: r.state,
        priority: r.priority,
        run_at: r.run_at.runtime(),
        give_up_at: r.give_up_at.runtime(),
        attempts_used: r.attempts_used,
        attempts_max: r.attempts_max,
        snoozes: r.snoozes,
        interruptions: r.interruptions,
        owner: r.owner.map(ProcessId),
        claimed_at: r.claimed_at.map(Stamp::runtime),
        last_cause: r.last_cause,
        last_error: r.last_error,
        run: r.run_id.map(RunId),
        phase: r.phase,
        resumes: r.resumes,
        alone: r.alone,
    })
    .fetch_all(db.pool())
    .await?;
    Ok(rows)
}

/// The state of a job as this connection sees it; `None` when it is done or never was.
///
/// # Errors
/// The database's.
pub async fn job_state_in(
    executor: impl PgExecutor<'_>,
    id: JobId,
) -> Result<Option<String>, Error> {
    let state = sqlx::query_scalar!("SELECT state FROM homeostat.job WHERE id = $1", id.0);
    Ok(state.fetch_optional(executor).await?)
}

/// Live jobs by kind and state.
///
/// # Errors
/// The database's.
pub async fn job_counts(db: &Db) -> Result<Vec<JobCount>, Error> {
    Ok(sqlx::query_as!(
        JobCount,
        r#"SELECT kind, state, count(*) AS "jobs!" FROM homeostat.job GROUP BY kind, state ORDER BY kind, state"#
    )
    .fetch_all(db.pool())
    .await?)
}

/// A schedule as it stands.
#[derive(Debug, Clone, Serialize)]
pub struct ScheduleRow {
    /// The row.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The kind of job it fires.
    pub kind: String,
    /// The brand it works for.
    pub brand: Option<String>,
    /// Its cron expression, or absent.
    pub cron: Option<String>,
    /// Its step in seconds of world time, or absent.
    pub every_s: Option<i64>,
    /// The zone of the cron expression.
    pub zone: String,
    /// `skip` or `queue`.
    pub overlap: String,
    /// `once` or `all`.
    pub missed: String,
    /// Whether money is unguarded while it does not run.
    pub guards_money: bool,
    /// `enabled`, `tripped` or `disabled`.
    pub state: String,
    /// Why it is not enabled.
    pub disabled_reason: Option<String>,
    /// Fired jobs in a row that failed for good.
    pub consecutive_failures: i32,
    /// Those jobs and their errors.
    pub evidence: Value,
    /// The next due time.
    pub next_at: Option<WorldTime>,
    /// The last due time that fired.
    pub last_due_at: Option<WorldTime>,
    /// The next half-open probe.
    pub probe_at: Option<RuntimeTime>,
}

/// All schedules, by name.
///
/// # Errors
/// The database's.
pub async fn schedules(db: &Db) -> Result<Vec<ScheduleRow>, Error> {
    let rows = sqlx::query!(
        r#"SELECT id, name, kind, brand, cron, every_s, zone, overlap, missed, guards_money, state, disabled_reason,
                  consecutive_failures, evidence, next_at AS "next_at: Stamp", last_due_at AS "last_due_at: Stamp",
                  probe_at AS "probe_at: Stamp"
           FROM homeostat.schedule ORDER BY name"#
    )
    .map(|r| ScheduleRow {
        id: r.id,
        name: r.name,
        kind: r.kind,
        brand: r.brand,
        cron: r.cron,
        every_s: r.every_s,
        zone: r.zone,
        overlap: r.overlap,
        missed: r.missed,
        guards_money: r.guards_money,
        state: r.state,
        disabled_reason: r.disabled_reason,
        consecutive_failures: r.consecutive_failures,
        evidence: r.evidence,
        next_at: r.next_at.map(Stamp::world),
        last_due_at: r.last_due_at.map(Stamp::world),
        probe_at: r.probe_at.map(Stamp::runtime),
    })
    .fetch_all(db.pool())
    .await?;
    Ok(rows)
}
