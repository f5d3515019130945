//! What people see of runs.

use homeostat_model::{JobId, RunId, RuntimeTime, WorldTime};
use homeostat_store::{Db, Stamp};
use serde::Serialize;
use serde_json::Value;

use crate::Error;

/// Which runs to list. Everything when empty.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Just this one.
    pub id: Option<RunId>,
    /// `running`, `done`, `failed` or `cancelled`.
    pub state: Option<String>,
    /// Of this pipeline.
    pub pipeline: Option<String>,
    /// Those before this one.
    pub before: Option<RunId>,
    /// At most so many; 100 when absent.
    pub limit: Option<u32>,
}

/// A run as it stands.
#[derive(Debug, Clone, Serialize)]
pub struct RunRow {
    /// Its id, which is its first job's.
    pub id: RunId,
    /// The pipeline.
    pub pipeline: String,
    /// Its brand.
    pub brand: Option<String>,
    /// What it was asked to do.
    pub args: Value,
    /// `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// The phase it is in, or where it ended unless it is done.
    pub phase: Option<String>,
    /// Phases that are done.
    pub phases_done: i64,
    /// Phases in all.
    pub phases: i32,
    /// The live job of its phase.
    pub job: Option<JobId>,
    /// Why it failed or was called off.
    pub reason: Option<String>,
    /// How often a crash interrupted it.
    pub resumes: i32,
    /// The phase at which it went on last.
    pub resumed_from: Option<String>,
    /// The world time a schedule fired it for.
    pub due_at: Option<WorldTime>,
    /// When it was asked for.
    pub created_at: RuntimeTime,
    /// When it ended.
    pub finished_at: Option<RuntimeTime>,
}

/// The checkpoint of a phase.
#[derive(Debug, Clone, Serialize)]
pub struct PhaseRow {
    /// Its place in the run, from 1.
    pub no: i16,
    /// Its short name.
    pub name: String,
    /// The job that did it.
    pub job: JobId,
    /// What it left.
    pub output: Value,
    /// Crashes since its last progress.
    pub resumes: i16,
    /// How long the attempt took that did it, in milliseconds.
    pub duration_ms: i64,
    /// When.
    pub finished_at: RuntimeTime,
}

/// Runs, the latest first.
///
/// # Errors
/// [`Error::Input`] for a state that does not exist; else the database's.
pub async fn runs(db: &Db, filter: &RunFilter) -> Result<Vec<RunRow>, Error> {
    const STATES: [&str; 4] = ["running", "done", "failed", "cancelled"];
    if let Some(state) = filter.state.as_deref()
        && !STATES.contains(&state)
    {
        let message = format!("{state:?} is no state; use running, done, failed or cancelled");
        return Err(Error::input("state", message));
    }
    let rows = sqlx::query!(
        r#"WITH wanted AS (
               SELECT r.* FROM homeostat.run r
               WHERE ($1::bigint IS NULL OR r.id = $1) AND ($2::text IS NULL OR r.state = $2)
                 AND ($3::text IS NULL OR r.pipeline = $3) AND ($5::bigint IS NULL OR r.id < $5)
               ORDER BY r.id DESC LIMIT $4)
           SELECT w.id AS "id!", w.pipeline AS "pipeline!", w.brand, w.args AS "args!", w.state AS "state!",
                  coalesce(w.phase, j.phase) AS phase, j.id AS "job?", cardinality(w.phases) AS "phases!",
                  (SELECT count(*) FROM homeostat.phase p WHERE p.run_id = w.id) AS "phases_done!",
                  w.reason, w.resumes AS "resumes!", w.resumed_from, w.due_at AS "due_at: Stamp",
                  w.created_at AS "created_at!: Stamp", w.finished_at AS "finished_at: Stamp"
           FROM wanted w LEFT JOIN homeostat.job j ON j.run_id = w.id
           ORDER BY w.id DESC"#,
        filter.id.map(|id| id.0),
        filter.state,
        filter.pipeline,
        i64::from(filter.limit.unwrap_or(100)),
        filter.before.map(|id| id.0),
    )
    .map(|r| RunRow {
        id: RunId(r.id),
        pipeline: r.pipeline,
        brand: r.brand,
        args: r.args,
        state: r.state,
        phase: r.phase,
        phases_done: r.phases_done,
        phases: r.phases,
        job: r.job.map(JobId),
        reason: r.reason,
        resumes: r.resumes,
        resumed_from: r.resumed_from,
        due_at: r.due_at.map(Stamp::world),
        created_at: r.created_at.runtime(),
        finished_at: r.finished_at.map(Stamp::runtime),
    })
    .fetch_all(db.pool())
    .await?;
    Ok(rows)
}

/// What a run came to, for who tells of many.
#[derive(Debug, Clone, Serialize)]
pub struct RunEnd {
    /// Its id.
    pub id: RunId,
    /// The pipeline.
    pub pipeline: String,
    /// Phases that are done.
    pub phases_done: i64,
    /// Phases in all.
    pub phases: i32,
    /// The phase at which it went on last.
    pub resumed_from: Option<String>,
    /// When it was asked for.
    pub created_at: RuntimeTime,
    /// When it ended.
    pub finished_at: Option<RuntimeTime>,
}

/// These runs, in no order.
///
/// # Errors
/// The database's.
pub async fn runs_of(db: &Db, ids: &[RunId]) -> Result<Vec<RunEnd>, Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT r.id, r.pipeline, cardinality(r.phases) AS "phases!", r.resumed_from,
                  (SELECT count(*) FROM homeostat.phase p WHERE p.run_id = r.id) AS "phases_done!",
                  r.created_at AS "created_at!: Stamp", r.finished_at AS "finished_at: Stamp"
           FROM homeostat.run r WHERE r.id = ANY ($1)"#,
        &ids,
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|r| RunEnd {
        id: RunId(r.id),
        pipeline: r.pipeline,
        phases_done: r.phases_done,
        phases: r.phases,
        resumed_from: r.resumed_from,
        created_at: r.created_at.runtime(),
        finished_at: r.finished_at.map(Stamp::runtime),
    });
    Ok(rows.collect())
}

/// Runs that were asked for in one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunHour {
    /// The hour.
    pub begins_at: RuntimeTime,
    /// How many.
    pub all: i64,
    /// Done by now.
    pub done: i64,
    /// Given up.
    pub failed: i64,
    /// Interrupted by a crash and gone on with.
    pub resumed: i64,
}

/// What became of the runs of each hour since then.
///
/// # Errors
/// The database's.
pub async fn run_hours(db: &Db, since: RuntimeTime) -> Result<Vec<RunHour>, Error> {
    let rows = sqlx::query!(
        r#"SELECT date_trunc('hour', created_at) AS "begins_at!: Stamp", count(*) AS "all!",
                  count(*) FILTER (WHERE state = 'done') AS "done!",
                  count(*) FILTER (WHERE state = 'failed') AS "failed!",
                  count(*) FILTER (WHERE resumes > 0) AS "resumed!"
           FROM homeostat.run WHERE created_at >= $1 GROUP BY 1 ORDER BY 1"#,
        Stamp::from(since) as Stamp,
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|r| RunHour {
        begins_at: r.begins_at.runtime(),
        all: r.all,
        done: r.done,
        failed: r.failed,
        resumed: r.resumed,
    });
    Ok(rows.collect())
}

/// The checkpoints of a run, in order.
///
/// # Errors
/// The database's.
pub async fn phases(db: &Db, run: RunId) -> Result<Vec<PhaseRow>, Error> {
    let rows = sqlx::query!(
        r#"SELECT no, name, id, output, resumes, duration_ms, finished_at AS "finished_at: Stamp"
           FROM homeostat.phase WHERE run_id = $1 ORDER BY no"#,
        run.0
    )
    .map(|r| PhaseRow {
        no: r.no,
        name: r.name,
        job: JobId(r.id),
        output: r.output,
        resumes: r.resumes,
        duration_ms: r.duration_ms,
        finished_at: r.finished_at.runtime(),
    })
    .fetch_all(db.pool())
    .await?;
    Ok(rows)
}
