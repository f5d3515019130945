//! Kinds of jobs: their args as a type, and what is allowed to each.

use std::time::Duration;

use homeostat_store::PgConnection;
use serde::{Serialize, de::DeserializeOwned};

use crate::Error;

/// The args of one kind of job. Serialises to a JSON object.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The kind's name: 1 to 63 of `a-z`, `0-9`, `_`, `.` and `-`, starting with a letter.
    const KIND: &'static str;

    /// What jobs of the kind get when the caller says nothing else.
    fn defaults() -> KindDefaults {
        KindDefaults::default()
    }
}

/// Bounds of a kind. Workers write them to `homeostat.job_kind` when they start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindDefaults {
    /// How many may run at once over all processes; `None` for as many as there are slots.
    pub concurrency: Option<u32>,
    /// -100 to 100; lower runs first.
    pub priority: i16,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// 1 to 3 (L6).
    pub attempts_max: u8,
    /// How often a job may be put off.
    pub snoozes_max: u16,
    /// How often a job may be given back by stops and lost claims.
    pub interruptions_max: u16,
    /// How long after its `run_at` a job that is not done has failed.
    pub give_up_after: Duration,
    /// The wait before the second attempt; it doubles with each.
    pub backoff: Duration,
    /// The longest wait.
    pub backoff_max: Duration,
}

impl Default for KindDefaults {
    fn default() -> Self {
        Self {
            concurrency: None,
            priority: 0,
            timeout: Duration::from_secs(60),
            attempts_max: 3,
            snoozes_max: 100,
            interruptions_max: 20,
            give_up_after: Duration::from_secs(24 * 3600),
            backoff: Duration::from_secs(1),
            backoff_max: Duration::from_secs(300),
        }
    }
}

/// What a name stands for beside a plain kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Role<'a> {
    /// A phase of this pipeline.
    pub(crate) pipeline: Option<&'a str>,
    /// A pipeline with these phases.
    pub(crate) phases: Option<&'a [String]>,
}

/// Writes a kind's bounds where they differ. Where they do not, it takes no lock: a conflict would lock the row
/// even so, and a process that is stopped right then would keep every other one from starting.
pub(crate) async fn register(
    connection: &mut PgConnection,
    kind: &str,
    defaults: &KindDefaults,
    role: Role<'_>,
) -> Result<(), Error> {
    let bound = |field, n: u128, max: i32| -> Result<i32, Error> {
        i32::try_from(n)
            .ok()
            .filter(|&n| n <= max)
            .ok_or_else(|| Error::input(field, format!("{n} of kind {kind} is over {max}")))
    };
    let concurrency = match defaults.concurrency {
        Some(n) => Some(bound("concurrency", n.into(), i32::MAX)?),
        None => None,
    };
    let short = |field, n: u16| -> Result<i16, Error> {
        i16::try_from(n)
            .map_err(|_| Error::input(field, format!("{n} of kind {kind} is over 32767")))
    };
    sqlx::query!(
        "INSERT INTO homeostat.job_kind AS k (name, concurrency, priority, timeout_ms, attempts_max, snoozes_max,
                                              interruptions_max, give_up_after_s, backoff_ms, backoff_ms_max,
                                              phases, pipeline)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
         WHERE NOT EXISTS (
             SELECT FROM homeostat.job_kind known
             WHERE known.name = $1 AND known.concurrency IS NOT DISTINCT FROM $2 AND known.priority = $3
               AND known.timeout_ms = $4 AND known.attempts_max = $5 AND known.snoozes_max = $6
               AND known.interruptions_max = $7 AND known.give_up_after_s = $8 AND known.backoff_ms = $9
               AND known.backoff_ms_max = $10 AND known.phases IS NOT DISTINCT FROM $11
               AND known.pipeline IS NOT DISTINCT FROM $12)
         ON CONFLICT (name) DO UPDATE
         SET concurrency = excluded.concurrency, priority = excluded.priority, timeout_ms = excluded.timeout_ms,
             attempts_max = excluded.attempts_max, snoozes_max = excluded.snoozes_max,
             interruptions_max = excluded.interruptions_max, give_up_after_s = excluded.give_up_after_s,
             backoff_ms = excluded.backoff_ms, backoff_ms_max = excluded.backoff_ms_max,
             phases = excluded.phases, pipeline = excluded.pipeline
         WHERE k IS DISTINCT FROM excluded",
        kind,
        concurrency,
        defaults.priority,
        bound("timeout", defaults.timeout.as_millis(), 86_400_000)?,
        i16::from(defaults.attempts_max),
        short("snoozes_max", defaults.snoozes_max)?,
        short("interruptions_max", defaults.interruptions_max)?,
        bound("give_up_after", defaults.give_up_after.as_secs().into(), i32::MAX)?,
        bound("backoff", defaults.backoff.as_millis(), i32::MAX)?,
        bound("backoff_max", defaults.backoff_max.as_millis(), i32::MAX)?,
        role.phases as Option<&[String]>,
        role.pipeline,
    )
    .execute(connection)
    .await
    .map_err(|error| refused_bound(kind, error))?;
    Ok(())
}

/// A CHECK of `job_kind` names its column: `job_kind_attempts_max_check`.
fn refused_bound(kind: &str, error: sqlx::Error) -> Error {
    let check = error.as_database_error().and_then(|e| e.constraint());
    match check.and_then(|c| c.strip_prefix("job_kind_")?.strip_suffix("_check")) {
        Some(field) => Error::input(field, format!("out of bounds for kind {kind:?}")),
        None => error.into(),
    }
}
