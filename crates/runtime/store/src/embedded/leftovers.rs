//! Server processes of an earlier life that still use the data directory.

use std::{fs, path::Path, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use rustix::process::{Pid, Signal, kill_process};

use super::EmbeddedError;

const ASKED_TO_STOP: Duration = Duration::from_secs(10);
const KILLED: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(20);

/// Leaves the directory unused: old processes are asked, then killed, and only when none is left do
/// the stale `postmaster.pid` and socket go. Postgres itself would take a dead postmaster that nobody
/// has reaped yet, or a stranger with its old number, for a live one.
pub(super) async fn clear(data: &Path, sockets: &Path) -> Result<(), EmbeddedError> {
    let data = data.canonicalize().map_err(|source| broken(data, source))?;
    if !users_of(&data).is_empty() {
        tracing::info!(dir = %data.display(), "an earlier server still uses the directory; stopping it");
        // Immediate shutdown: the postmaster ends its backends, and the next start replays the WAL.
        signal_all(&data, Signal::QUIT);
        if !gone(&data, ASKED_TO_STOP).await {
            signal_all(&data, Signal::KILL);
            if !gone(&data, KILLED).await {
                let pids = users_of(&data)
                    .iter()
                    .map(|pid| pid.as_raw_nonzero().get())
                    .collect();
                return Err(EmbeddedError::Leftovers { dir: data, pids });
            }
        }
    }
    for stale in [
        data.join("postmaster.pid"),
        sockets.join(".s.PGSQL.5432"),
        sockets.join(".s.PGSQL.5432.lock"),
    ] {
        match fs::remove_file(&stale) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(broken(&stale, error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Postgres changes into its data directory, so its processes are those whose working directory it is.
pub(super) fn users_of(data: &Path) -> Vec<Pid> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .flatten()
        .filter(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == data))
        .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
        .collect()
}

fn signal_all(data: &Path, signal: Signal) {
    for pid in users_of(data) {
        // It may have ended since it was listed.
        let _ = kill_process(pid, signal);
    }
}

async fn gone(data: &Path, within: Duration) -> bool {
    let watch = Stopwatch::start();
    while watch.elapsed() < within {
        if users_of(data).is_empty() {
            return true;
        }
        pause(POLL).await;
    }
    false
}

fn broken(path: &Path, source: std::io::Error) -> EmbeddedError {
    EmbeddedError::Directory {
        path: path.to_owned(),
        source,
    }
}
