//! Into the queue, by the road that every language takes: `homeostat.enqueue`.

use std::time::Duration;

use homeostat_model::{BrandId, JobId, RuntimeTime};
use homeostat_mutants::mutant;
use homeostat_store::{Db, Stamp, transact};
use serde_json::Value;
use sqlx::PgExecutor;

use crate::{Error, Job};

/// How a job is to be enqueued. Everything has a default.
#[derive(Debug, Clone, Default)]
pub struct Enqueue {
    /// The kind's own when absent; lower runs first.
    pub priority: Option<i16>,
    /// Not before this instant of the database's clock; at once when absent.
    pub run_at: Option<RuntimeTime>,
    /// Enqueues nothing while a job with this key lives, or until `dedup_for` is over.
    pub dedup_key: Option<String>,
    /// How long the key outlives the job; one day when absent.
    pub dedup_for: Option<Duration>,
    /// The brand the job works for.
    pub brand: Option<BrandId>,
    /// The kind's own when absent.
    pub give_up_after: Option<Duration>,
    /// Sends no notification with the commit, because notifying commits wait for each other. Wake
    /// the workers with a [`Notifier`](crate::Notifier) after it, or leave it to their poll.
    pub quiet: bool,
    /// Replaces the database's clock in tests.
    pub now: Option<RuntimeTime>,
}

/// What became of one job of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enqueued {
    /// The job, or the one that the dedup key stands for, which may have finished long ago.
    pub job: JobId,
    /// False when the dedup key was taken.
    pub fresh: bool,
}

/// Enqueues one job in a transaction of its own.
///
/// # Errors
/// [`Error::Input`] with the field when something cannot be used; else the database's.
pub async fn enqueue<J: Job>(db: &Db, job: &J, how: &Enqueue) -> Result<Enqueued, Error> {
    enqueue_raw(db, J::KIND, args_of(job)?, how).await
}

/// Enqueues one job on the caller's connection. On one with an open transaction the job is there if
/// and only if that commits.
///
/// # Errors
/// As [`enqueue`]. A refused statement aborts the caller's transaction.
pub async fn enqueue_in<J: Job>(
    executor: impl PgExecutor<'_>,
    job: &J,
    how: &Enqueue,
) -> Result<Enqueued, Error> {
    enqueue_raw_in(executor, J::KIND, args_of(job)?, how).await
}

/// Enqueues up to 10,000 jobs of one kind in one statement. `dedup_keys` is empty, or has one key
/// or `None` for each job; `how.dedup_key` is not used.
///
/// # Errors
/// As [`enqueue`]; then none of the jobs is enqueued.
pub async fn enqueue_all<J: Job>(
    db: &Db,
    jobs: &[J],
    dedup_keys: &[Option<String>],
    how: &Enqueue,
) -> Result<Vec<Enqueued>, Error> {
    let args = jobs.iter().map(args_of).collect::<Result<Vec<_>, _>>()?;
    let keys = (!dedup_keys.is_empty()).then_some(dedup_keys);
    transact!(db, |tx| -> Result<Vec<Enqueued>, Error> {
        insert(&mut *tx, J::KIND, &args, keys, how).await
    })
}

/// Enqueues a job whose kind is known by name only.
///
/// # Errors
/// As [`enqueue`].
pub async fn enqueue_raw(
    db: &Db,
    kind: &str,
    args: Value,
    how: &Enqueue,
) -> Result<Enqueued, Error> {
    transact!(db, |tx| -> Result<Enqueued, Error> {
        enqueue_raw_in(&mut *tx, kind, args.clone(), how).await
    })
}

/// [`enqueue_raw`] on the caller's connection.
///
/// # Errors
/// As [`enqueue_in`].
pub async fn enqueue_raw_in(
    executor: impl PgExecutor<'_>,
    kind: &str,
    args: Value,
    how: &Enqueue,
) -> Result<Enqueued, Error> {
    let key = how
        .dedup_key
        .clone()
        .filter(|_| !mutant!("dedup_forgotten"));
    let key = key.map(|key| [Some(key)]);
    let keys = key.as_ref().map(<[_; 1]>::as_slice);
    let jobs = insert(executor, kind, &[args], keys, how).await?;
    jobs.first()
        .copied()
        .ok_or_else(|| Error::input("args", "no job was enqueued"))
}

fn args_of<J: Job>(job: &J) -> Result<Value, Error> {
    match serde_json::to_value(job) {
        Ok(args @ Value::Object(_)) => Ok(args),
        Ok(_) => Err(Error::input(
            "args",
            format!("kind {:?} must serialise to an object", J::KIND),
        )),
        Err(error) => Err(Error::input("args", format!("kind {:?}: {error}", J::KIND))),
    }
}

async fn insert(
    executor: impl PgExecutor<'_>,
    kind: &str,
    args: &[Value],
    dedup_keys: Option<&[Option<String>]>,
    how: &Enqueue,
) -> Result<Vec<Enqueued>, Error> {
    let rows = sqlx::query!(
        r#"SELECT job_id AS "job!", fresh AS "fresh!"
           FROM homeostat.enqueue_many(
               $1, $2, $3, $4::timestamptz, $5, $6::float8 * interval '1 second', $7,
               $8::float8 * interval '1 second', wake => $10, as_of => $9::timestamptz)
           ORDER BY ordinal"#,
        kind,
        args,
        how.priority.map(i32::from),
        how.run_at.map(Stamp::from) as Option<Stamp>,
        dedup_keys as Option<&[Option<String>]>,
        how.dedup_for.map(|d| d.as_secs_f64()),
        how.brand.as_ref().map(BrandId::as_str),
        how.give_up_after.map(|d| d.as_secs_f64()),
        how.now.map(Stamp::from) as Option<Stamp>,
        !how.quiet,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Enqueued {
            job: JobId(r.job),
            fresh: r.fresh,
        })
        .collect())
}
