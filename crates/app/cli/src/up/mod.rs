//! `homeostat up`: everything on one machine, as a guard and, below it, a supervisor.
//!
//! ```text
//! guard       lock ─ start the supervisor ── until it ends as planned; else kill the work, start again
//!   ├ Postgres, kept for the supervisor
//!   └ supervisor   control, alerts ─ Postgres ─ migrate ─ epoch ─ recovery pass ─ roles ─ watch … stop
//!        └ sandbox, scheduler, workers, daemons: a leaf each
//! ```
//! The guard is this same command without [`homeostat_supervisor::guard::TREE_VARIABLE`], the supervisor
//! the same with it. The supervisor keeps kinds, answers those who ask for them, and renews the dead-man
//! lease; it decides nothing. It works while the database is down: what needs that waits behind a gate. A
//! child's death is proven here by its handle and its work is rescued at once.
//!
//! *Crash points.* The supervisor killed at any step: the guard ends its children, Postgres goes on, and
//! the next supervisor's recovery pass finds by state whatever was under way. The guard killed: the
//! supervisor and its children end with it, Postgres lives on as a leftover that the next start stops.

mod alone;
mod boot;
mod control;
mod fallback;
mod guard;
mod hear;
mod house;
mod lease;
mod link;
mod live;
mod memory;
mod monitor;
mod narrator;
pub(crate) mod options;
mod pulse;
mod roles;
mod server;
mod summary;
mod world;

use std::{path::Path, process::ExitCode};

use homeostat_clock::{Entropy, Stopwatch};
use homeostat_supervisor::guard::Leash;

pub(crate) use memory::ROLE_MB;
pub(crate) use options::Options;
pub(crate) use roles::{SUPERVISOR, names};

use house::House;
use link::Link;
use live::Up;

use crate::{alerts, failure::Failure, run::Asked};

/// Runs the system until it is told to stop, or for as long as `--for` says.
pub(crate) async fn run(
    options: &Options,
    root: &Path,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let started = Stopwatch::start();
    // From here on a request to stop is kept until somebody listens.
    let mut asked = Asked::new()?;
    let fallback::Settled {
        mut config,
        state,
        broken,
    } = fallback::settle(options, root)?;
    let leash = Leash::take().map_err(|e| Failure::environment(&e))?;
    let Some((leash, tree)) = leash else {
        return guard::run(&state, options).await;
    };
    alerts::give_canary(&mut config, &state);
    state.keep_config(&config.settings)?;
    let entropy = Entropy::from_system().map_err(|e| Failure::environment(&e))?;
    let house = House::open((&state, options), &config, tree, &entropy)?;
    hear::tell_of_the_last_end(&house.spool, &state.guard_dir());
    hear::tell_of_the_config(&house.spool, &state.config(), broken);
    let up = Up {
        options,
        link: Link::new(leash),
        asked: &mut asked,
        config: &config,
        state: &state,
        house: &house,
        entropy,
        started,
    };
    let summary = Box::pin(up.run()).await;
    house.close().await;
    match summary? {
        Some(summary) => summary::show(&summary, as_json || options.json_summary),
        // Asked to stop before there was anything to sum up.
        None => Ok(ExitCode::SUCCESS),
    }
}
