//! Taking work.

use homeostat_model::{BrandId, Fence, JobId, ProcessId, RunId, RuntimeTime, WorldTime};
use homeostat_mutants::mutant;
use homeostat_store::{Db, PgConnection, Stamp, transact};
use serde_json::Value;

use crate::{Error, admission::RoomSlot, pipeline::PhaseOf, rescue::IDLE_MAX};

/// A job that this process has claimed.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) id: JobId,
    pub(crate) kind: String,
    pub(crate) brand: Option<BrandId>,
    pub(crate) args: Value,
    pub(crate) fence: Fence,
    pub(crate) attempts_used: i16,
    pub(crate) attempts_max: i16,
    pub(crate) timeout_ms: i32,
    pub(crate) due_at: Option<WorldTime>,
    /// Its place in a run.
    pub(crate) phase: Option<PhaseOf>,
    /// What an earlier attempt saved of itself.
    pub(crate) progress: Option<Value>,
    /// What was reserved for it before it was claimed.
    pub(crate) room: RoomSlot,
}

/// Claims up to `n` ready jobs of a kind, in the order priority, `run_at`, id. Nothing when the
/// owner's epoch has ended or its program is too old. The deadline leaves an attempt twice its time, so that it is the
/// worker itself that ends an attempt, as long as it can.
pub(crate) async fn claim(
    db: &Db,
    owner: ProcessId,
    kind: &str,
    n: usize,
    now: Option<RuntimeTime>,
) -> Result<Vec<Claimed>, Error> {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let mut connection = db.pool().acquire().await?;
    take(&mut connection, owner, kind, n, Terms::default(), now).await
}

/// Claims one job that is to run alone, for a process that does nothing else.
pub(crate) async fn claim_alone(
    db: &Db,
    owner: ProcessId,
    kind: &str,
    now: Option<RuntimeTime>,
) -> Result<Option<Claimed>, Error> {
    let alone = Terms {
        limited: true,
        alone: true,
    };
    Ok(within_limit(db, owner, kind, 1, alone, now).await?.pop())
}

/// [`claim`] for a kind that is limited over all processes.
pub(crate) async fn claim_limited(
    db: &Db,
    owner: ProcessId,
    kind: &str,
    n: usize,
    now: Option<RuntimeTime>,
) -> Result<Vec<Claimed>, Error> {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let limited = Terms {
        limited: true,
        alone: false,
    };
    within_limit(db, owner, kind, n, limited, now).await
}

/// Whether a job of this kind is due and may run beside those that run, for whoever must reserve something
/// before the claim. Nothing is locked: the claim decides.
pub(crate) async fn is_waiting(db: &Db, kind: &str, alone: bool) -> Result<bool, Error> {
    let mut connection = db.pool().acquire().await?;
    let waits = sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT 1 FROM homeostat.job j
               WHERE j.state = 'ready' AND j.kind = $1 AND j.alone = $2
                 AND j.run_at <= clock_timestamp() AND j.give_up_at > clock_timestamp()
           ) AND NOT EXISTS (
               SELECT 1 FROM homeostat.job_kind k
               WHERE k.name = $1 AND k.concurrency <= (
                   SELECT count(*) FROM homeostat.job r WHERE r.state = 'running' AND r.kind = $1
               )
           ) AS "waits!""#,
        kind,
        alone
    )
    .fetch_one(&mut *connection)
    .await?;
    Ok(waits)
}

/// The kind's row is locked first, so the count of what runs is read after every other claim of the
/// kind has been written. A process that is stopped meanwhile holds up the kind's other claimers, but
/// not for long: see the rescue.
async fn within_limit(
    db: &Db,
    owner: ProcessId,
    kind: &str,
    n: i64,
    terms: Terms,
    now: Option<RuntimeTime>,
) -> Result<Vec<Claimed>, Error> {
    transact!(db, |tx| -> Result<Vec<Claimed>, Error> {
        let limit = sqlx::query_scalar!(
            "SELECT k.concurrency
             FROM homeostat.job_kind k, set_config('idle_in_transaction_session_timeout', $2, true)
             WHERE k.name = $1 FOR NO KEY UPDATE OF k",
            kind,
            IDLE_MAX
        )
        .fetch_optional(&mut *tx)
        .await?
        .flatten();
        let running = sqlx::query_scalar!(
            r#"SELECT count(*) AS "n!" FROM homeostat.job WHERE state = 'running' AND kind = $1"#,
            kind
        )
        .fetch_one(&mut *tx)
        .await?;
        let room = limit.map_or(n, |limit| n.min(i64::from(limit) - running));
        if room <= 0 {
            return Ok(Vec::new());
        }
        take(&mut *tx, owner, kind, room, terms, now).await
    })
}

/// On what terms jobs are claimed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Terms {
    /// The caller holds the kind's lock; without it a kind that has a limit by now gives nothing.
    pub(crate) limited: bool,
    /// Only jobs that are to run alone, instead of only the others.
    pub(crate) alone: bool,
}

/// The claim. The rows that were locked are found again by where they lie, which is fixed while they
/// are locked: a join by id would let a plan read the whole table for a batch.
pub(crate) async fn take(
    connection: &mut PgConnection,
    owner: ProcessId,
    kind: &str,
    n: i64,
    terms: Terms,
    now: Option<RuntimeTime>,
) -> Result<Vec<Claimed>, Error> {
    if mutant!("no_skip_locked") {
        wait_for_all(connection, kind).await?;
    }
    let mut rows = sqlx::query!(
        r#"WITH me AS MATERIALIZED (
               SELECT p.id FROM homeostat.process p WHERE p.id = $1 AND p.state = 'live' AND homeostat.is_current(p.version) FOR SHARE
           ), t AS MATERIALIZED (
               SELECT coalesce($5::timestamptz, clock_timestamp()) AS now, set_config('homeostat.cause', 'claim', true) AS cause
           ), picked AS MATERIALIZED (
               SELECT j.ctid FROM homeostat.job j
               WHERE j.state = 'ready' AND j.kind = $2 AND j.alone = $6
                 AND j.run_at <= (SELECT now FROM t) AND j.give_up_at > (SELECT now FROM t)
                 AND EXISTS (SELECT 1 FROM me)
                 AND ($4 OR NOT EXISTS (
                     SELECT 1 FROM homeostat.job_kind k WHERE k.name = $2 AND k.concurrency IS NOT NULL))
               ORDER BY j.priority, j.run_at, j.id
               LIMIT $3 FOR UPDATE SKIP LOCKED
           )
           UPDATE homeostat.job j
           SET state = 'running', fence = j.fence + 1, owner = $1, claimed_at = (SELECT now FROM t),
               deadline = (SELECT now FROM t) + j.timeout_ms * interval '2 ms' + interval '5 s'
           WHERE j.ctid = ANY (ARRAY(SELECT p.ctid FROM picked p))
           RETURNING j.id, j.kind, j.brand, j.args, j.fence, j.attempts_used, j.attempts_max, j.timeout_ms,
                     j.due_at AS "due_at: Stamp", j.priority, j.run_at AS "run_at: Stamp", j.run_id, j.phase, j.resumes,
                     j.progress, CASE WHEN j.phase_no > 1 THEN (
                         SELECT p.output FROM homeostat.phase p WHERE p.run_id = j.run_id AND p.no = j.phase_no - 1)
                     END AS "input?""#,
        owner.0,
        kind,
        n,
        terms.limited,
        now.map(Stamp::from) as Option<Stamp>,
        terms.alone
    )
    .fetch_all(&mut *connection)
    .await?;
    rows.sort_by_key(|r| (r.priority, r.run_at, r.id));
    let claimed = rows.into_iter().map(|r| Claimed {
        id: JobId(r.id),
        kind: r.kind,
        brand: r.brand.and_then(|brand| brand.parse().ok()),
        args: r.args,
        fence: Fence(r.fence),
        attempts_used: r.attempts_used,
        attempts_max: r.attempts_max,
        timeout_ms: r.timeout_ms,
        due_at: r.due_at.map(Stamp::world),
        phase: r.run_id.zip(r.phase).map(|(run, name)| PhaseOf {
            run: RunId(run),
            name,
            resumes: r.resumes,
            input: r.input.unwrap_or_default(),
        }),
        progress: r.progress,
        room: RoomSlot::default(),
    });
    let mut claimed: Vec<Claimed> = claimed.collect();
    if mutant!("fence_stands") {
        lower_fences(connection, &mut claimed).await?;
    }
    Ok(claimed)
}

/// The mistake `no_skip_locked`: locks every ready job of the kind, and waits for whoever has one.
async fn wait_for_all(connection: &mut PgConnection, kind: &str) -> Result<(), Error> {
    sqlx::query!(
        "SELECT j.id FROM homeostat.job j WHERE j.state = 'ready' AND j.kind = $1 FOR UPDATE",
        kind
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// The mistake `fence_stands`: takes back the step by which the claim raised each job's fence.
async fn lower_fences(connection: &mut PgConnection, claimed: &mut [Claimed]) -> Result<(), Error> {
    for job in claimed {
        job.fence.0 -= 1;
        sqlx::query!(
            "UPDATE homeostat.job SET fence = fence - 1 WHERE id = $1",
            job.id.0
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
