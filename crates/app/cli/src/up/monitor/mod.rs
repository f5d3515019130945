//! The net under the instant proofs of death: a worker that lives, and whose job is dead in its hands.
//!
//! ```text
//!   running row ─┐
//!   running file ├─▶ decide ──past a limit──▶ KILL of the worker ──▶ proven and rescued as any death
//!   log, /proc  ─┘
//! ```
//! Of our children the end is proven by their handle, of a worker that somebody else started by its lock;
//! those who prove also rescue, so nothing is rescued here. With the worker ends what it started.
//!
//! *Who is authoritative.* The row for who has the job; `/proc` for what lives. *Crash points.* None: each
//! look begins anew. *Limits.* Only jobs that are commands, in the hands of workers of this host and of
//! this system's run directory. A row is taken by its own deadline, at about twice the job's time, whatever is
//! looked at here, so a limit says something only of jobs that may take longer than half of it. A database that does not answer is looked at again later.

mod decide;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use homeostat_clock::{pause, wall};
use homeostat_liveness::{Host, Process as Epoch, processes};
use homeostat_operator::config::{MonitorSettings, Settings};
use homeostat_queue::{JobFilter, JobRow, jobs};
use homeostat_store::Db;
use homeostat_subprocess::Running;
use homeostat_supervisor::process::Process;
use rustix::process::Signal;
use tokio::{task::JoinHandle, task::spawn_blocking, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{failure::Failure, state::State};
use decide::{Command, Evidence, judge};

/// Between two looks. The limits are minutes.
const EVERY: Duration = Duration::from_secs(5);
/// A look at a database that takes longer is given up.
const LIMIT: Duration = Duration::from_secs(30);
/// Of one kind so many are looked at, the oldest first.
const JOBS_MAX: u32 = 1_000;
/// A file that is so much older than the claim is of a former one.
const FORMER_MS: i64 = 1_000;

/// What is looked at.
#[derive(Debug, Clone)]
struct Watched {
    limits: MonitorSettings,
    /// The kinds by name, with how long one attempt may take.
    kinds: Vec<(String, Duration)>,
    run_dir: PathBuf,
    logs: PathBuf,
}

/// Looks until stopped. Without commands there is nothing to look at.
pub(super) fn keep(
    db: Db,
    settings: &Settings,
    state: &State,
    stop: CancellationToken,
) -> JoinHandle<()> {
    let kinds = settings.declared().into_iter();
    let watched = Watched {
        limits: settings.monitor,
        kinds: kinds
            .map(|kind| (kind.queue_name(), kind.defaults().timeout))
            .collect(),
        run_dir: state.run_dir(),
        logs: state.log_dir().join("jobs"),
    };
    tokio::spawn(async move {
        while !watched.kinds.is_empty() && !stop.is_cancelled() {
            let looked = tokio::select! {
                () = stop.cancelled() => return,
                looked = timeout(LIMIT, look(&db, &watched)) => looked,
            };
            match looked {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "running jobs are looked at again later"),
                Err(_) => {
                    tracing::warn!("the database takes long; running jobs are looked at later");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = pause(EVERY) => {}
            }
        }
    })
}

async fn look(db: &Db, watched: &Watched) -> Result<(), Failure> {
    let host = Host::this().map_err(|e| Failure::environment(&e))?;
    let broken = |e: homeostat_queue::Error| Failure::environment(&e);
    let live = processes(db, false).await?;
    let here = |id| live.iter().find(|p| p.id == id && p.host == host.name);
    let now_ms = db.now().await?.0.as_millisecond();
    for (kind, deadline) in &watched.kinds {
        let filter = JobFilter {
            kind: Some(kind.clone()),
            state: Some("running".to_owned()),
            limit: Some(JOBS_MAX),
            ..JobFilter::default()
        };
        for job in jobs(db, &filter).await.map_err(broken)? {
            let Some(worker) = job.owner.and_then(here) else {
                continue;
            };
            let (watched, worker, deadline) = (watched.clone(), worker.clone(), *deadline);
            let looked = spawn_blocking(move || one(&watched, &job, deadline, now_ms, &worker));
            looked.await.map_err(|e| Failure::environment(&e))?;
        }
    }
    Ok(())
}

/// Looks at one job, and ends its worker if it must.
fn one(watched: &Watched, job: &JobRow, deadline: Duration, now_ms: i64, worker: &Epoch) {
    let Some(claimed) = job.claimed_at else {
        return;
    };
    let claimed_ms = claimed.0.as_millisecond();
    let seen = Evidence {
        claimed: between(claimed_ms, now_ms),
        deadline,
        command: command(watched, job, claimed_ms),
    };
    let Some(verdict) = judge(&watched.limits, &seen) else {
        return;
    };
    let why = verdict.words();
    match end(worker, &watched.run_dir) {
        Ok(true) => tracing::error!(job = %job.id, pid = worker.pid, why, "ended its worker"),
        Ok(false) => {
            tracing::warn!(job = %job.id, pid = worker.pid, why, "its worker is not here any more")
        }
        Err(error) => {
            tracing::error!(job = %job.id, pid = worker.pid, why, %error, "cannot end its worker")
        }
    }
}

/// What the running file, the log and `/proc` say of the command of this claim.
fn command(watched: &Watched, job: &JobRow, claimed_ms: i64) -> Option<Command> {
    let all = Running::all(&watched.run_dir).unwrap_or_default();
    let file = all
        .into_iter()
        .find(|file| file.job == job.id.0 && file.since_ms + FORMER_MS >= claimed_ms)?;
    let attempt = job.attempts_used + 1;
    let log = watched.logs.join(format!("{}-{attempt}.log", job.id));
    let went_on = file
        .progress_ms
        .max(changed_ms(&log))
        .unwrap_or(file.since_ms);
    let went_on = went_on.max(file.since_ms);
    let here_ms = wall().0.as_millisecond();
    Some(Command {
        began: between(file.since_ms, here_ms),
        lives: file.process.is_alive(),
        sign: between(file.beat_ms.max(went_on), here_ms),
        progress: between(went_on, here_ms),
    })
}

/// When a file last changed, in milliseconds since 1970.
fn changed_ms(path: &Path) -> Option<i64> {
    let changed = fs::metadata(path).and_then(|meta| meta.modified()).ok()?;
    let since = changed.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

fn between(from_ms: i64, to_ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(to_ms - from_ms).unwrap_or(0))
}

/// Kills the process of an epoch, if it is that: whoever has the epoch's own file open.
fn end(worker: &Epoch, run_dir: &Path) -> std::io::Result<bool> {
    let Some(process) = Process::of(worker.pid) else {
        return Ok(false);
    };
    let file = fs::canonicalize(run_dir)?.join(format!("{}.json", worker.id));
    let mut open = fs::read_dir(format!("/proc/{}/fd", process.pid))?.flatten();
    let has_it = open.any(|fd| fs::read_link(fd.path()).is_ok_and(|path| path == file));
    // The handle is compared with who was looked at, so a number that was reused is not met.
    Ok(has_it && process.signal(Signal::KILL)?)
}

#[cfg(test)]
mod tests;
