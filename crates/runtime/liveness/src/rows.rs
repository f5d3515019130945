//! All SQL on `homeostat.process` and on the advisory locks that stand for its rows.

use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_store::{PgConnection, Stamp, StoreError};

use crate::{EpochOptions, Evidence};

/// Takes the session lock if it is free.
pub(crate) async fn lock(connection: &mut PgConnection, lock_key: i64) -> Result<bool, StoreError> {
    Ok(
        sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock($1) AS "taken!""#, lock_key)
            .fetch_one(connection)
            .await?,
    )
}

/// Inserts the live row of an epoch whose lock is held.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    options: &EpochOptions,
    run_dir: &str,
    lock_key: i64,
) -> Result<ProcessId, StoreError> {
    let pid = i32::try_from(std::process::id()).unwrap_or(i32::MAX);
    let id = sqlx::query_scalar!(
        "INSERT INTO homeostat.process (kind, host, boot_id, pid, lock_key, version, run_dir,
                                        comes_back)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        options.kind,
        options.host.name,
        options.host.boot_id,
        pid,
        lock_key,
        options.version,
        run_dir,
        options.comes_back
    )
    .fetch_one(connection)
    .await?;
    Ok(ProcessId(id))
}

/// The ping: whether the epoch is over, and why. A program that is too old is over too.
pub(crate) async fn end_reason(
    connection: &mut PgConnection,
    process: ProcessId,
) -> Result<Option<String>, StoreError> {
    let row = sqlx::query_scalar!(
        "SELECT CASE WHEN p.state = 'ended' THEN p.end_reason
                     WHEN NOT homeostat.is_current(p.version)
                     THEN 'version ' || p.version || ' is older than min_version '
                          || (SELECT m.version FROM homeostat.min_version m) END
         FROM homeostat.process p WHERE p.id = $1",
        process.0
    )
    .fetch_optional(connection)
    .await?;
    // A row that is gone was deleted by hand, which ends the epoch as well.
    Ok(row.unwrap_or_else(|| Some("its row in homeostat.process is gone".into())))
}

/// Raises or lowers the oldest version that may work.
pub(crate) async fn set_min_version(
    connection: &mut PgConnection,
    version: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.min_version (version) VALUES ($1)
         ON CONFLICT (only_row) DO UPDATE SET version = excluded.version",
        version
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Leaves a sign of life.
pub(crate) async fn seen(
    connection: &mut PgConnection,
    process: ProcessId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.process SET seen_at = clock_timestamp() WHERE id = $1 AND state = 'live'",
        process.0
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a live epoch, or turns a guess into proof. False when there was nothing to change.
pub(crate) async fn end(
    connection: &mut PgConnection,
    process: ProcessId,
    evidence: Evidence,
    reason: &str,
    now: Option<RuntimeTime>,
) -> Result<bool, StoreError> {
    let ended = sqlx::query!(
        "WITH c AS MATERIALIZED (SELECT set_config('homeostat.cause', $2, true) AS cause)
         UPDATE homeostat.process p
         SET state = 'ended', ended_at = coalesce(p.ended_at, $4::timestamptz, clock_timestamp()),
             end_reason = $3, ended_by = $2
         FROM c
         WHERE p.id = $1 AND c.cause IS NOT NULL
           AND (p.state = 'live' OR (p.ended_by = 'guess' AND $2 <> 'guess'))",
        process.0,
        evidence.as_str(),
        reason,
        now.map(Stamp::from) as Option<Stamp>
    )
    .execute(connection)
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// A row that was ended on a guess.
#[derive(Debug)]
pub(crate) struct Guessed {
    pub(crate) id: i64,
    pub(crate) host: String,
    pub(crate) boot_id: String,
    pub(crate) run_dir: String,
    pub(crate) lock_key: i64,
}

/// The newest hundred that were ended on a guess. There are few: a guess takes a death that nobody saw, on a host
/// that nobody can ask.
pub(crate) async fn guessed(connection: &mut PgConnection) -> Result<Vec<Guessed>, StoreError> {
    Ok(sqlx::query_as!(
        Guessed,
        "SELECT id, host, boot_id, run_dir, lock_key
         FROM homeostat.process WHERE ended_by = 'guess' ORDER BY id DESC LIMIT 100"
    )
    .fetch_all(connection)
    .await?)
}

/// A live row.
#[derive(Debug)]
pub(crate) struct Living {
    pub(crate) id: i64,
    pub(crate) host: String,
    pub(crate) boot_id: String,
    pub(crate) pid: i32,
    pub(crate) run_dir: String,
    pub(crate) lock_key: i64,
    /// Nobody holds its advisory lock.
    pub(crate) is_unlocked: bool,
}

/// When the server last started: a restart frees all locks at once.
pub(crate) async fn server_started_at(connection: &mut PgConnection) -> Result<Stamp, StoreError> {
    Ok(
        sqlx::query_scalar!(r#"SELECT pg_postmaster_start_time() AS "at!: Stamp""#)
            .fetch_one(connection)
            .await?,
    )
}

/// Live epochs, and whether their locks are free. It reads `pg_locks`; waiting on the lock would pin
/// the vacuum horizon. A bigint key is shown as its two halves, with objsubid 1.
pub(crate) async fn living(connection: &mut PgConnection) -> Result<Vec<Living>, StoreError> {
    Ok(sqlx::query_as!(
        Living,
        r#"SELECT p.id, p.host, p.boot_id, p.pid, p.run_dir, p.lock_key, NOT EXISTS (
             SELECT 1 FROM pg_locks l
             WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
               AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
               AND l.classid::bigint = p.lock_key >> 32
               AND l.objid::bigint = p.lock_key & 4294967295) AS "is_unlocked!"
           FROM homeostat.process p WHERE p.state = 'live' ORDER BY p.id"#
    )
    .fetch_all(connection)
    .await?)
}
