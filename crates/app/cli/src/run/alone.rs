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
            Ok(child) => see_through(child, &stop, STOP_MAX).await,
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
async fn see_through(mut child: Child, stop: &CancellationToken, stop_max: Duration) {
    let id = child.id();
    tokio::select! {
        _ = child.wait() => return,
        () = stop.cancelled() => {}
    }
    let pid = id.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    if let Some(pid) = pid
        && kill_process(pid, Signal::TERM).is_ok()
        && timeout(stop_max, child.wait()).await.is_err()
    {
        tracing::error!(
            ?id,
            "the process of a job that runs alone does not stop; it is killed"
        );
        // It is gone already, or it goes now.
        let _ = child.kill().await;
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::test_kill_process;
    use tokio::io::{AsyncBufReadExt, BufReader};

    use super::*;

    #[tokio::test]
    async fn who_does_not_stop_is_killed() {
        let mut child = Command::new("sh")
            .args(["-c", "trap '' TERM; echo deaf; exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let _open = child.stdin.take();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(said.next_line().await.unwrap().as_deref(), Some("deaf"));
        let pid = i32::try_from(child.id().unwrap()).unwrap();
        let pid = Pid::from_raw(pid).unwrap();
        let stop = CancellationToken::new();
        stop.cancel();
        see_through(child, &stop, Duration::from_millis(20)).await;
        assert!(test_kill_process(pid).is_err(), "it lives on");
    }
}
