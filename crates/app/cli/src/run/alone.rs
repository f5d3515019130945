//! A fresh process for a job that is to run alone: the same program with the same arguments.
//!
//! It must not be the neighbour of what crashes this worker. So our supervisor starts it, where there is
//! one; a worker that runs by hand starts it itself, with its own standard input, which is the leash that
//! whoever started us holds.

use std::{io, process::Stdio, sync::Arc, time::Duration};

use homeostat_supervisor::notify::{ALONE, Notifier};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::{Child, Command},
    sync::Notify,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::up::SUPERVISOR;

/// Starts one such process whenever one is wanted, until told to stop. One at a time: what it leaves
/// is seen at the next poll.
pub(super) async fn start_when(wanted: Arc<Notify>, stop: CancellationToken) {
    let supervisor = Notifier::from_environment();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = wanted.notified() => {}
        }
        // A supervisor gives it a leaf of its own, beside ours.
        if std::env::var_os(SUPERVISOR).is_some() {
            supervisor.say(&format!("{ALONE}=1"));
            continue;
        }
        match start() {
            Ok(child) => see_through(child, &stop).await,
            Err(error) => {
                tracing::warn!(%error, "no process could be started for a job that is to run alone")
            }
        }
    }
}

fn start() -> io::Result<Child> {
    let child = Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .arg("--alone")
        .stdin(Stdio::inherit())
        .stdout(Stdio::null())
        .spawn()?;
    tracing::info!(
        pid = child.id(),
        "started a process for a job that is to run alone"
    );
    Ok(child)
}

/// A planned stop takes two graces of its pool at most. What is still there then is ended: its job is found by the
/// rescue, and nobody else looks after it.
const STOP_MAX: Duration = Duration::from_secs(30);

/// Waits for its end; a planned stop is passed on first.
async fn see_through(mut child: Child, stop: &CancellationToken) {
    let id = child.id();
    tokio::select! {
        _ = child.wait() => return,
        () = stop.cancelled() => {}
    }
    let pid = id.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    if let Some(pid) = pid
        && kill_process(pid, Signal::TERM).is_ok()
        && timeout(STOP_MAX, child.wait()).await.is_err()
    {
        tracing::error!(
            ?id,
            "the process of a job that runs alone does not stop; it is killed"
        );
        // It is gone already, or it goes now.
        let _ = child.kill().await;
    }
}
