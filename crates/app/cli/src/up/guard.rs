//! The guard's side of `up`. It holds the lock of the system, by which a command knows that the server of
//! a supervisor that is just being replaced is no leftover. What was read of the owner's configuration
//! before it begins says where the system lives; later changes do not reach it.

use std::{process::ExitCode, time::Duration};

use homeostat_supervisor::{
    guard::{self, Options},
    spawn::Exit,
};

use super::fallback::SYSTEM_VARIABLE;
use crate::{
    failure::{Failure, chain},
    state::State,
};

/// A boot on a busy machine does a lot between two signs of life.
const HEARTBEAT_LIMIT: Duration = Duration::from_secs(30);
/// A stop waits for work in hand, and then verifies everything.
const STOP_LIMIT: Duration = Duration::from_secs(180);

/// Guards the system until it is told to stop, or until its supervisor has ended as planned.
pub(super) async fn run(state: &State, asked: &super::Options) -> Result<ExitCode, Failure> {
    let _lock = state.lock_up().await?;
    let binary = std::env::current_exe().map_err(|e| Failure::environment(&e))?;
    // The supervisor is this very command, under a guard.
    let args = std::env::args_os().skip(1).collect();
    let dir = state.guard_dir();
    let usual = Options::new("up", (dir, binary), args, super::house::now_ms);
    let options = Options {
        mechanism: asked.mechanism,
        healthy_after: asked.guard_healthy_after.unwrap_or(usual.healthy_after),
        heartbeat_limit: asked.guard_heartbeat.unwrap_or(HEARTBEAT_LIMIT),
        env: vec![(SYSTEM_VARIABLE.to_owned(), state.name().to_owned())],
        stop_limit: STOP_LIMIT,
        ..usual
    };
    let ended = guard::run(&options).await;
    let ended = ended.map_err(|e| Failure::Environment(chain(&e)))?;
    Ok(match ended.exit {
        Exit::Code(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Exit::Signal(_) => ExitCode::from(1),
    })
}
