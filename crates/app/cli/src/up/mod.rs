//! `homeostat up`: everything on one machine, under a plain parent.
//!
//! ```text
//! lock ─ Postgres ─ migrate ─ epoch ─ recovery pass ─ sandbox ─ scheduler, workers ─ watch … stop
//! ```
//! The parent spawns, waits, restarts with backoff and renews the dead-man lease; it decides nothing.
//! A child's death is proven here by waitpid and its work is rescued at once. Crash points: killed at
//! any step, the children see their stdin close and end; Postgres lives on as a leftover that the next
//! start stops; the next start's recovery pass finds by state whatever was under way.

mod boot;
mod child;
mod lease;
mod narrator;
pub(crate) mod options;
mod roles;
mod summary;
mod watch;

use std::{path::Path, process::ExitCode};

use homeostat_clock::{Entropy, Stopwatch};
use homeostat_liveness::Epoch;
use homeostat_operator::config::Config;
use homeostat_store::{Db, DbOptions, Embedded, EmbeddedError};
use tokio_util::sync::CancellationToken;

pub(crate) use options::Options;

use summary::{Since, Summary};

use crate::{alerts, failure::Failure, run, state::State, ui};

/// Everything the parent holds.
struct Up<'a> {
    config: Config,
    state: &'a State,
    url: String,
    db: Db,
    server: &'a mut Option<Embedded>,
    epoch: Epoch,
    entropy: Entropy,
    started: Stopwatch,
}

/// Runs the system until it is told to stop, or for as long as `--for` says.
pub(crate) async fn run(
    options: &Options,
    root: &Path,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let started = Stopwatch::start();
    let mut config = options.configuration()?;
    options.check()?;
    let sandbox = config.settings.meta.base_url.is_none();
    let state = State::create(root, &options.system(sandbox))?;
    alerts::give_canary(&mut config, &state);
    let _lock = state.lock_up().await?;
    state.keep_config(&config.settings)?;
    let (mut server, url) = database(&state).await?;
    let served = serve(options, &state, config, url, &mut server, started).await;
    // Whatever became of the run, no server is left behind; the run's own error says more.
    let stopped = match server {
        Some(server) => server.stop().await,
        None => Ok(()),
    };
    let summary = served?;
    stopped?;
    summary::show(&summary, as_json || options.json_summary)
}

/// Lives on a database that is there, and says what was done.
async fn serve(
    options: &Options,
    state: &State,
    config: Config,
    url: String,
    server: &mut Option<Embedded>,
    started: Stopwatch,
) -> Result<Summary, Failure> {
    let db_options = DbOptions {
        application_name: "homeostat up".into(),
        ..DbOptions::default()
    };
    let db = Db::connect(&url, &db_options).await?;
    migrate(&db, server).await?;
    let entropy = Entropy::from_system().map_err(|e| Failure::environment(&e))?;
    let epoch = run::begin_epoch(&db, "up", state.run_dir(), &entropy).await?;
    let sandbox = config.settings.meta.base_url.is_none();
    let mut up = Up {
        config,
        state,
        url,
        db,
        server,
        epoch,
        entropy,
        started,
    };
    let since = Since::now(&up.db).await?;
    let lived = up.live(options, sandbox).await;
    let summary = summary::report(&up.db, state, since, started).await;
    let ended = up.epoch.end("planned stop").await;
    up.db.close().await;
    lived?;
    ended?;
    summary
}

/// `DATABASE_URL`, or the embedded cluster.
async fn database(state: &State) -> Result<(Option<Embedded>, String), Failure> {
    if let Ok(url) = std::env::var("DATABASE_URL") {
        return Ok((None, url));
    }
    let watch = Stopwatch::start();
    loop {
        match Embedded::start(&state.cluster()).await {
            Ok(server) => {
                let url = server.url();
                return Ok((Some(server), url));
            }
            // We hold the lock of `up`, so the holder is a command that is about to end.
            Err(EmbeddedError::AlreadyRunning { .. }) if watch.elapsed().as_secs() < 15 => {
                homeostat_clock::pause(std::time::Duration::from_millis(200)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Brings the schema up to date. A server that is killed meanwhile is started again: a migration is
/// one transaction, so it is there or it is not.
async fn migrate(db: &Db, server: &mut Option<Embedded>) -> Result<(), Failure> {
    let mut tries_left = 3;
    loop {
        let error = match db.migrate().await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let ended = server.as_mut().is_some_and(Embedded::has_ended);
        match server {
            Some(server) if tries_left > 0 && ended => server.restart().await?,
            Some(_) | None => return Err(error.into()),
        }
        tries_left -= 1;
    }
}

impl Up<'_> {
    async fn live(&mut self, options: &Options, sandbox: bool) -> Result<(), Failure> {
        let recovered = boot::recover(&self.db, &self.entropy).await?;
        let stop = CancellationToken::new();
        let lease = lease::keep(self.db.clone(), self.epoch.clone(), stop.clone());
        let alerts = alerts::deliver(&self.config, self.state, &stop)?;
        let mut family = roles::Family::new(self, options);
        let world = if sandbox {
            Some(family.start_sandbox().await?)
        } else {
            None
        };
        let anchor = world.as_ref().map(roles::World::anchor).transpose()?;
        self.state.keep_world_clock(anchor.as_deref())?;
        family.start_workers(world.as_ref()).await?;
        self.state.make_current()?;
        ui::note(&options.greeting(self.state, world.as_ref(), recovered));
        let narrator = narrator::tell(self.db.clone(), stop.clone());
        let watched = self.watch(&mut family, options).await;
        family.stop().await;
        stop.cancel();
        let _ = tokio::join!(lease, narrator, alerts);
        watched
    }
}
