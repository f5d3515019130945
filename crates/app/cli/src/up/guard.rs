//! The guard's side of `up`. It holds the lock of the system, so that a command which starts a server
//! of its own never takes the one of a supervisor that is just being replaced for a leftover. All it
//! reads of the owner's configuration is where the system lives, once.

use std::{os::unix::fs::MetadataExt, path::Path, process::ExitCode, time::Duration};

use homeostat_supervisor::{
    guard::{self, Options},
    spawn::Exit,
};

use crate::{
    failure::{Failure, chain},
    state::State,
};

/// A boot on a busy machine does a lot between two signs of life.
const HEARTBEAT_LIMIT: Duration = Duration::from_secs(30);
/// A stop waits for work in hand, and then verifies everything.
const STOP_LIMIT: Duration = Duration::from_secs(180);

/// Guards the system until it is told to stop, or until its supervisor has ended as planned.
pub(super) async fn run(state: &State) -> Result<ExitCode, Failure> {
    let _lock = state.lock_up().await?;
    let binary = std::env::current_exe().map_err(|e| Failure::environment(&e))?;
    // The supervisor is this very command, under a guard.
    let args = std::env::args_os().skip(1).collect();
    let dir = state.guard_dir();
    let options = Options {
        heartbeat_limit: HEARTBEAT_LIMIT,
        stop_limit: STOP_LIMIT,
        ..Options::new(&tree_name(&dir)?, (dir, binary), args, || {
            homeostat_clock::wall().0.as_millisecond()
        })
    };
    let ended = guard::run(&options).await;
    let ended = ended.map_err(|e| Failure::Environment(chain(&e)))?;
    Ok(match ended.exit {
        Exit::Code(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Exit::Signal(_) => ExitCode::from(1),
    })
}

/// One for each directory, so that two systems of one machine never share a tree.
fn tree_name(dir: &Path) -> Result<String, Failure> {
    let meta = std::fs::metadata(dir)
        .map_err(|e| Failure::Environment(format!("cannot use {}: {e}", dir.display())))?;
    Ok(format!("{:x}-{:x}", meta.dev(), meta.ino()))
}
