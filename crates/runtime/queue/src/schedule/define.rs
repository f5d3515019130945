//! Schedules as people and programs define them.

use homeostat_model::{BrandId, JobId, WorldTime};
use homeostat_store::{Db, Stamp, transact};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Cadence, Error, Missed};

/// What to do when a due time comes while the last job still lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// Nothing.
    Skip,
    /// Enqueue another one.
    Queue,
}

/// What is to be enqueued when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Unique: `a-z`, `0-9`, `_`, `.`, `:`, `-`, starting with a letter.
    pub name: String,
    /// The kind of job.
    pub kind: String,
    /// Its args, an object.
    pub args: Value,
    /// The brand it works for.
    pub brand: Option<BrandId>,
    /// When.
    pub cadence: Cadence,
    /// What to do while the last job lives.
    pub overlap: Overlap,
    /// What to do about due times that passed unseen.
    pub missed: Missed,
    /// Whether money is unguarded while it does not run.
    pub guards_money: bool,
}

/// Creates a schedule or changes it. A new cadence is planned anew from `now`; one that was disabled
/// stays so.
///
/// # Errors
/// [`Error::Input`] with the field; else the database's.
pub async fn define_schedule(db: &Db, schedule: &Schedule, now: WorldTime) -> Result<(), Error> {
    let first = schedule.cadence.ticker()?.first(now)?;
    if !schedule.args.is_object() {
        return Err(Error::input(
            "args",
            format!("of schedule {:?} must be an object", schedule.name),
        ));
    }
    let (cron, every_s, zone) = match &schedule.cadence {
        Cadence::Cron { expression, zone } => (Some(expression.as_str()), None, zone.as_str()),
        Cadence::Every(step) => (None, i64::try_from(step.as_secs()).ok(), "UTC"),
    };
    let written = sqlx::query!(
        "INSERT INTO homeostat.schedule AS s
             (name, kind, brand, args, cron, every_s, zone, overlap, missed, guards_money, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (name) DO UPDATE
         SET kind = excluded.kind, brand = excluded.brand, args = excluded.args, cron = excluded.cron,
             every_s = excluded.every_s, zone = excluded.zone, overlap = excluded.overlap, missed = excluded.missed,
             guards_money = excluded.guards_money,
             next_at = CASE WHEN s.state <> 'enabled' THEN NULL
                            WHEN (s.cron, s.every_s, s.zone) IS DISTINCT FROM (excluded.cron, excluded.every_s, excluded.zone)
                            THEN excluded.next_at ELSE s.next_at END
         WHERE (s.kind, s.brand, s.args, s.cron, s.every_s, s.zone, s.overlap, s.missed, s.guards_money)
               IS DISTINCT FROM (excluded.kind, excluded.brand, excluded.args, excluded.cron, excluded.every_s,
                                 excluded.zone, excluded.overlap, excluded.missed, excluded.guards_money)",
        schedule.name,
        schedule.kind,
        schedule.brand.as_ref().map(BrandId::as_str),
        schedule.args,
        cron,
        every_s,
        zone,
        match schedule.overlap {
            Overlap::Skip => "skip",
            Overlap::Queue => "queue",
        },
        match schedule.missed {
            Missed::Once => "once",
            Missed::All => "all",
        },
        schedule.guards_money,
        Stamp::from(first) as Stamp,
    )
    .execute(db.pool())
    .await;
    match written {
        Ok(_) => Ok(()),
        Err(error) => {
            let check = error.as_database_error().and_then(|e| e.constraint());
            if check == Some("schedule_name_check") {
                let allowed =
                    "must be 1 to 100 of a-z, 0-9, '_', '.', ':' and '-', starting with a letter";
                return Err(Error::input(
                    "name",
                    format!("{:?} {allowed}", schedule.name),
                ));
            }
            Err(error.into())
        }
    }
}

/// Stops a schedule until a person enables it. Does nothing when it is disabled already.
///
/// # Errors
/// When there is no such schedule, or no reason.
pub async fn disable_schedule(db: &Db, name: &str, reason: &str) -> Result<(), Error> {
    if reason.trim().is_empty() {
        return Err(Error::input(
            "reason",
            "must say why, for whoever finds the schedule disabled",
        ));
    }
    let found = transact!(db, |tx| -> Result<u64, Error> {
        let updated = sqlx::query!(
            "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'disable', true) AS c)
             UPDATE homeostat.schedule s
             SET state = 'disabled', disabled_reason = $2, probe_at = NULL, next_at = NULL
             FROM cause WHERE s.name = $1 AND cause.c IS NOT NULL",
            name,
            reason
        )
        .execute(&mut *tx)
        .await?;
        Ok::<_, Error>(updated.rows_affected())
    })?;
    known(name, found)
}

/// Starts a schedule again: it is planned from now on, without making up for what passed.
///
/// # Errors
/// When there is no such schedule.
pub async fn enable_schedule(db: &Db, name: &str) -> Result<(), Error> {
    let found = transact!(db, |tx| -> Result<u64, Error> {
        let updated = sqlx::query!(
            "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'enable', true) AS c)
             UPDATE homeostat.schedule s
             SET state = 'enabled', disabled_reason = NULL, probe_at = NULL, consecutive_failures = 0,
                 evidence = '[]'
             FROM cause WHERE s.name = $1 AND cause.c IS NOT NULL",
            name
        )
        .execute(&mut *tx)
        .await?;
        Ok::<_, Error>(updated.rows_affected())
    })?;
    known(name, found)
}

/// Enqueues what a schedule fires, once more and now, also while it is disabled. When it fires next stays as it is.
///
/// # Errors
/// When there is no such schedule, or no worker has registered its kind.
pub async fn run_now(db: &Db, name: &str, now: WorldTime) -> Result<JobId, Error> {
    let job = sqlx::query_scalar!(
        r#"SELECT q.job_id AS "job!" FROM homeostat.schedule s, LATERAL homeostat.enqueue_many(
               s.kind, ARRAY[s.args], brand => s.brand, schedule_id => s.id, due_at => $2) q WHERE s.name = $1"#,
        name,
        Stamp::from(now) as Stamp,
    )
    .fetch_optional(db.pool())
    .await?;
    match job {
        Some(job) => Ok(JobId(job)),
        None => Err(Error::input("schedule", format!("{name:?} does not exist"))),
    }
}

fn known(name: &str, found: u64) -> Result<(), Error> {
    match found {
        0 => Err(Error::input("schedule", format!("{name:?} does not exist"))),
        _ => Ok(()),
    }
}
