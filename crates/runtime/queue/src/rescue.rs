//! Gives back the work of the dead.
//!
//! One transaction per dead epoch: its advisory lock is tried (held means that it lives after all,
//! or that another rescuer is at it), its end is written where it is not yet, and every job it
//! holds is decided. Recovery asks only which running jobs have no live owner, so a rescue that
//! never came, or broke off, is made up for by the next pass (L9).
//!
//! *A rescuer that is stopped* in the middle of its transaction keeps the locks of the dead epoch, and
//! nobody else may decide about its jobs. Its own process is not dead, so nobody ends it; the server
//! does, after [`IDLE_MAX`] of silence, and what it had written rolls back.

use std::path::Path;

use homeostat_clock::Entropy;
use homeostat_liveness::{Evidence, forget_running_file, read_running_file};
use homeostat_model::ProcessId;
use homeostat_model::RuntimeTime;
use homeostat_mutants::mutant;
use homeostat_store::{Db, PgConnection, Stamp, StoreError, transact};
use jiff::SignedDuration;

use crate::{
    Error,
    held::{Held, hold_of},
    settle::{Tally, settle},
    verdict::Ending,
};

/// Claims older than this when their owner last showed life are failed. "Older" is counted from the
/// claim to the last sign of life, so a night switched off is no reason.
const AMNESTY: SignedDuration = SignedDuration::from_hours(4);
/// How long a transaction that others wait for may say nothing, in Postgres's words.
pub(crate) const IDLE_MAX: &str = "5s";

/// What a rescue did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rescue {
    /// Epochs whose work was looked through.
    pub epochs: usize,
    /// Jobs that are ready again.
    pub ready: usize,
    /// Jobs that have failed, their caps spent.
    pub failed: usize,
    /// Jobs that were to be cancelled anyway.
    pub cancelled: usize,
}

impl Rescue {
    /// All jobs that were taken from dead owners.
    pub fn jobs(&self) -> usize {
        self.ready + self.failed + self.cancelled
    }

    fn add(&mut self, other: Rescue) {
        self.epochs += other.epochs;
        self.ready += other.ready;
        self.failed += other.failed;
        self.cancelled += other.cancelled;
    }
}

/// Rescues one epoch on this evidence. Nothing when its lock is held or it was rescued already.
///
/// # Errors
/// The database's; nothing was written then.
pub async fn rescue(
    db: &Db,
    process: ProcessId,
    evidence: Evidence,
    entropy: &Entropy,
    now: Option<RuntimeTime>,
) -> Result<Rescue, Error> {
    let Some(dead) = dead(db, process).await? else {
        return Ok(Rescue::default());
    };
    if mutant!("rescue_once_per_epoch") {
        homeostat_liveness::declare_dead(db, process, evidence, now).await?;
    }
    let tally = transact!(db, |tx| -> Result<Option<Tally>, Error> {
        rescue_in(&mut *tx, process, &dead, evidence, entropy, now).await
    })?;
    let Some(tally) = tally else {
        return Ok(Rescue::default());
    };
    if evidence.is_proof() {
        // After a guess its lock may still become the proof, in either direction.
        forget_running_file(Path::new(&dead.run_dir), process, dead.lock_key);
    }
    let Tally {
        ready,
        failed,
        cancelled,
    } = tally;
    if ready + failed + cancelled > 0 {
        tracing::warn!(epoch = %process, %evidence, ready, failed, cancelled, "rescued the jobs of a dead process");
    }
    Ok(Rescue {
        epochs: 1,
        ready,
        failed,
        cancelled,
    })
}

/// The transaction. `None` when the epoch's lock is held.
pub(crate) async fn rescue_in(
    connection: &mut PgConnection,
    process: ProcessId,
    dead: &Dead,
    evidence: Evidence,
    entropy: &Entropy,
    now: Option<RuntimeTime>,
) -> Result<Option<Tally>, Error> {
    if !try_lock(connection, dead.lock_key).await? && !mutant!("living_amnestied") {
        return Ok(None);
    }
    end(connection, process, evidence, now).await?;
    // Read under the lock: the evidence may be older and better than ours.
    let evidence = ended_by(connection, process).await?;
    let jobs = hold_of(connection, process, now).await?;
    let begun = read_running_file(Path::new(&dead.run_dir), process, dead.lock_key);
    let jobs: Vec<_> = jobs
        .into_iter()
        .map(|job| {
            let had_begun = begun
                .as_ref()
                .is_none_or(|b| b.contains(&(job.id, job.fence)));
            let ending = ending(&job, dead.seen_at.runtime(), had_begun, evidence);
            (job, ending)
        })
        .collect();
    let tally = settle(connection, &jobs, entropy).await?;
    if !jobs.is_empty() {
        sqlx::query!("SELECT pg_notify('homeostat_job', '')")
            .execute(connection)
            .await?;
    }
    Ok(Some(tally))
}

/// One pass over the state: rescues every running job whose owner is not a live epoch, whatever
/// happened before. Boot runs one before its first claim.
///
/// # Errors
/// The database's. The pass stops at the first failed write.
pub async fn recovery_pass(
    db: &Db,
    entropy: &Entropy,
    now: Option<RuntimeTime>,
) -> Result<Rescue, Error> {
    if mutant!("rescue_once_per_epoch") {
        return Ok(Rescue::default());
    }
    let owners = sqlx::query_scalar!(
        r#"SELECT DISTINCT p.id FROM homeostat.job j JOIN homeostat.process p ON p.id = j.owner
           WHERE j.state = 'running' AND p.state = 'ended' ORDER BY p.id"#
    )
    .fetch_all(db.pool())
    .await?;
    let mut sum = Rescue::default();
    for owner in owners {
        sum.add(rescue(db, ProcessId(owner), Evidence::Guess, entropy, now).await?);
    }
    if mutant!("living_amnestied") {
        sum.add(rescue_all(db, entropy, now).await?);
    }
    sum.add(rescue_unowned(db, entropy, now).await?);
    Ok(sum)
}

/// The mistake `living_amnestied`: takes the jobs of everybody, also of those who live.
async fn rescue_all(db: &Db, entropy: &Entropy, now: Option<RuntimeTime>) -> Result<Rescue, Error> {
    let owners = sqlx::query_scalar!(
        r#"SELECT DISTINCT j.owner AS "owner!" FROM homeostat.job j WHERE j.state = 'running'"#
    )
    .fetch_all(db.pool())
    .await?;
    let mut sum = Rescue::default();
    for owner in owners {
        sum.add(rescue(db, ProcessId(owner), Evidence::Guess, entropy, now).await?);
    }
    Ok(sum)
}

/// Jobs whose owner has no row at all, which only a manual DELETE leaves behind.
async fn rescue_unowned(
    db: &Db,
    entropy: &Entropy,
    now: Option<RuntimeTime>,
) -> Result<Rescue, Error> {
    let owners = sqlx::query_scalar!(
        r#"SELECT DISTINCT j.owner AS "owner!" FROM homeostat.job j
           WHERE j.state = 'running' AND NOT EXISTS (SELECT 1 FROM homeostat.process p WHERE p.id = j.owner)"#
    )
    .fetch_all(db.pool())
    .await?;
    let mut sum = Rescue::default();
    for owner in owners {
        let tally = transact!(db, |tx| -> Result<Tally, Error> {
            let jobs = hold_of(&mut *tx, ProcessId(owner), now).await?;
            let how = "its owner's row is gone".to_owned();
            let ending = Ending::Crash { proven: false, how };
            let jobs: Vec<_> = jobs.into_iter().map(|job| (job, ending.clone())).collect();
            Ok::<_, Error>(settle(&mut *tx, &jobs, entropy).await?)
        })?;
        let Tally {
            ready,
            failed,
            cancelled,
        } = tally;
        sum.add(Rescue {
            epochs: 1,
            ready,
            failed,
            cancelled,
        });
    }
    Ok(sum)
}

/// What happened to a job whose owner died.
fn ending(job: &Held, owner_seen_at: RuntimeTime, had_begun: bool, evidence: Evidence) -> Ending {
    if owner_seen_at.since(job.claimed_at) > AMNESTY {
        return Ending::Amnesty;
    }
    match evidence {
        Evidence::Planned if had_begun => Ending::Interrupted("its process stopped".into()),
        _ if !had_begun => Ending::Interrupted("its process died before the work began".into()),
        Evidence::Planned
        | Evidence::Waitpid
        | Evidence::Flock
        | Evidence::BootId
        | Evidence::Guess => Ending::Crash {
            proven: evidence.is_proof(),
            how: format!("its process died: {}", evidence.reason()),
        },
    }
}

/// What a rescue must know of an epoch.
pub(crate) struct Dead {
    lock_key: i64,
    run_dir: String,
    seen_at: Stamp,
}

pub(crate) async fn dead(db: &Db, process: ProcessId) -> Result<Option<Dead>, StoreError> {
    Ok(sqlx::query_as!(
        Dead,
        "SELECT lock_key, run_dir, seen_at FROM homeostat.process WHERE id = $1",
        process.0
    )
    .fetch_optional(db.pool())
    .await?)
}

async fn try_lock(connection: &mut PgConnection, lock_key: i64) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock($1) AS "taken!"
           FROM set_config('idle_in_transaction_session_timeout', $2, true)"#,
        lock_key,
        IDLE_MAX
    )
    .fetch_one(connection)
    .await?)
}

async fn end(
    connection: &mut PgConnection,
    process: ProcessId,
    evidence: Evidence,
    now: Option<RuntimeTime>,
) -> Result<(), StoreError> {
    homeostat_liveness::end_in(connection, process, evidence, now).await?;
    Ok(())
}

async fn ended_by(
    connection: &mut PgConnection,
    process: ProcessId,
) -> Result<Evidence, StoreError> {
    let word = sqlx::query_scalar!(
        r#"SELECT ended_by AS "ended_by!" FROM homeostat.process WHERE id = $1"#,
        process.0
    )
    .fetch_one(connection)
    .await?;
    word.parse()
}
