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
//! A deploy puts a second supervisor beside the first ([`standby`]), whose work begins when that of the first
//! is over.
//!
//! *Crash points.* The supervisor killed at any step: the guard ends its children, Postgres goes on, and
//! the next supervisor's recovery pass finds by state whatever was under way. The guard killed: the
//! supervisor and its children end with it, Postgres lives on as a leftover that the next start stops.

mod alone;
mod books;
mod boot;
mod clock;
mod control;
mod enable;
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
mod pages;
mod pulse;
mod roles;
mod server;
mod standby;
mod summary;
mod world;

use std::{path::Path, process::ExitCode};

use homeostat_clock::{Entropy, Stopwatch};
use homeostat_supervisor::{
    guard::{Leash, turns},
    mechanism::Tree,
};
use tokio::signal::unix::Signal;

pub(crate) use memory::{ROLE_MB, role_mb};
pub(crate) use options::Options;
pub(crate) use roles::{SUPERVISOR, names};

use fallback::Settled;
use house::House;
use link::Link;
use live::Up;
use roles::Roles;
use summary::Summary;

use crate::{alerts, failure::Failure, run::Asked, state::State};

/// Runs the system until it is told to stop, or for as long as `--for` says.
pub(crate) async fn run(
    options: &Options,
    root: &Path,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let started = Stopwatch::start();
    // From here on a request to stop is kept until somebody listens.
    let asked = Asked::new()?;
    let settled = fallback::settle(options, root)?;
    let turn = turns().map_err(|e| Failure::environment(&e))?;
    let leash = Leash::take().map_err(|e| Failure::environment(&e))?;
    let Some((leash, tree)) = leash else {
        return guard::run(&settled.state, options).await;
    };
    let link = Link::new(leash);
    let start = Start {
        options,
        link: link.clone(),
        signals: (asked, turn),
        started,
    };
    let summary = match start.supervise(settled, tree).await {
        Ok(summary) => summary,
        Err(failure) => {
            link.because(&failure).await;
            return Err(failure);
        }
    };
    match summary {
        Some(summary) => summary::show(&summary, as_json || options.json_summary),
        // Asked to stop before there was anything to sum up; or another version goes on.
        None => Ok(ExitCode::SUCCESS),
    }
}

/// What a supervisor begins with.
struct Start<'a> {
    options: &'a Options,
    link: Link,
    signals: (Asked, Signal),
    started: Stopwatch,
}

impl Start<'_> {
    async fn supervise(self, settled: Settled, tree: Tree) -> Result<Option<Summary>, Failure> {
        let Self {
            options,
            link,
            signals: (mut asked, mut turn),
            started,
        } = self;
        let Settled {
            mut config,
            state,
            broken,
        } = settled;
        let (stands_by, on_trial) = (standby::is_wanted(), fallback::on_trial());
        if on_trial {
            begin_trial((&state, &tree), broken.as_deref())?;
        }
        let written = config.settings.clone();
        alerts::give_canary(&mut config, &state);
        let settings = &config.settings;
        State::keep_config(&state.config_of(tree.name()), settings)?;
        let entropy = Entropy::from_system().map_err(|e| Failure::environment(&e))?;
        let pages = pages::Before::take().or_bound(settings, on_trial)?;
        let mut house = House::open(&state, tree, &entropy)?;
        link.speak_to_init(!stands_by);
        // Not all of what is kept needs a database; where it will be is known before it is there.
        let url = server::url(&state)?;
        if stands_by {
            let roles = Roles::new(&house, &state, &url);
            let signals = (&mut asked, &mut turn);
            let place = (pages.as_ref(), url.as_str());
            if !standby::wait(&roles, place, &link, signals).await? {
                house.close().await;
                return Ok(None);
            }
            link.speak_to_init(true);
        }
        if on_trial {
            fallback::try_out(&state, &written, settings)?;
        } else if broken.is_none() {
            fallback::keep(&state, settings)?;
        }
        house.take_over((&state, options), &config)?;
        hear::tell_of_the_last_end(&house.spool, &state.guard_dir());
        hear::tell_of_the_config(&house.spool, &state.config(), broken);
        let roles = Roles::new(&house, &state, &url);
        if let Some(socket) = pages.clone().filter(|_| !stands_by) {
            roles.start_web(socket);
        }
        if !on_trial {
            pages::keep(pages.as_deref(), &link).await?;
        }
        roles.start_daemons(settings);
        let up = Up {
            options,
            link,
            asked: &mut asked,
            turn: &mut turn,
            on_trial,
            pages,
            drained: false,
            config: &config,
            state: &state,
            house: &house,
            entropy,
            started,
        };
        let summary = Box::pin(up.run()).await;
        house.close().await;
        summary
    }
}

/// A version on trial reads what the owner wrote, and begins without what another had counted.
fn begin_trial((state, tree): (&State, &Tree), broken: Option<&str>) -> Result<(), Failure> {
    if let Some(why) = broken {
        // The version before has what it runs with.
        return Err(Failure::Usage(why.to_owned()));
    }
    // Whatever an earlier turn of this tree remembered was of another version.
    let _ = std::fs::remove_file(house::crash_loops(state, tree));
    Ok(())
}
