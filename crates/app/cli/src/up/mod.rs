//! `homeostat up`: everything on one machine, as a guard and, below it, a supervisor.
//!
//! ```text
//! guard       lock ─ start the supervisor ── until it ends as planned; else kill the work, start again
//!   ├ Postgres, kept for the supervisor
//!   └ supervisor   Postgres ─ migrate ─ epoch ─ recovery pass ─ sandbox ─ scheduler, workers ─ watch … stop
//!        └ sandbox, scheduler, workers
//! ```
//! The guard is this same command without [`homeostat_supervisor::guard::TREE_VARIABLE`], the supervisor
//! the same with it. The supervisor spawns, waits, restarts with backoff and renews the dead-man lease;
//! it decides nothing. A child's death is proven here by waitpid and its work is rescued at once.
//!
//! *Crash points.* The supervisor killed at any step: the guard ends its children, Postgres goes on, and
//! the next supervisor's recovery pass finds by state whatever was under way. The guard killed: the
//! supervisor and its children end with it, Postgres lives on as a leftover that the next start stops.

mod boot;
mod child;
mod guard;
mod lease;
mod link;
mod narrator;
pub(crate) mod options;
mod roles;
mod summary;
mod watch;

use std::{path::Path, process::ExitCode, sync::Arc};

use homeostat_clock::{Entropy, Stopwatch};
use homeostat_liveness::Epoch;
use homeostat_operator::config::Config;
use homeostat_store::{Db, DbOptions, Embedded, EmbeddedError};
use homeostat_supervisor::guard::Leash;
use tokio_util::sync::CancellationToken;

pub(crate) use options::Options;

use link::Link;
use summary::{Since, Summary};

use crate::{
    alerts,
    failure::Failure,
    run::{self, Asked},
    state::State,
    ui,
};

/// Everything the supervisor holds.
struct Up<'a> {
    link: Link,
    asked: &'a mut Asked,
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
    // From here on a request to stop is kept until somebody listens.
    let mut asked = Asked::new()?;
    let mut config = options.configuration()?;
    options.check()?;
    let sandbox = config.settings.meta.base_url.is_none();
    let state = State::create(root, &options.system(sandbox))?;
    let leash = Leash::take().map_err(|e| Failure::environment(&e))?;
    let Some((leash, _tree)) = leash else {
        return guard::run(&state).await;
    };
    let link = Link::new(leash);
    alerts::give_canary(&mut config, &state);
    state.keep_config(&config.settings)?;
    let (mut server, url) = link.beating(database(&state, &link)).await?;
    let ground = Ground {
        state: &state,
        config,
        url,
        link: link.clone(),
        started,
    };
    let served = serve(options, ground, &mut server, &mut asked).await;
    // Whatever became of the run, no server is left behind; the run's own error says more.
    let stopped = match server {
        Some(server) => server.stop().await,
        None => Ok(()),
    };
    let summary = served?;
    stopped?;
    summary::show(&summary, as_json || options.json_summary)
}

/// What there is before the database is spoken to.
struct Ground<'a> {
    state: &'a State,
    config: Config,
    url: String,
    link: Link,
    started: Stopwatch,
}

/// Lives on a database that is there, and says what was done.
async fn serve(
    options: &Options,
    ground: Ground<'_>,
    server: &mut Option<Embedded>,
    asked: &mut Asked,
) -> Result<Summary, Failure> {
    let Ground {
        state,
        config,
        url,
        link,
        started,
    } = ground;
    let db_options = DbOptions {
        application_name: "homeostat up".into(),
        ..DbOptions::default()
    };
    let db = Db::connect(&url, &db_options).await?;
    link.beating(migrate(&db, server)).await?;
    let entropy = Entropy::from_system().map_err(|e| Failure::environment(&e))?;
    let epoch = run::begin_epoch(&db, "supervisor", state.run_dir(), &entropy).await?;
    let sandbox = config.settings.meta.base_url.is_none();
    let mut up = Up {
        link: link.clone(),
        asked,
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

/// `DATABASE_URL`, or the embedded cluster, which the guard keeps.
async fn database(state: &State, link: &Link) -> Result<(Option<Embedded>, String), Failure> {
    if let Ok(url) = std::env::var("DATABASE_URL") {
        return Ok((None, url));
    }
    let watch = Stopwatch::start();
    loop {
        match Embedded::start_kept(&state.cluster(), Arc::new(link.clone())).await {
            Ok(server) => {
                let url = server.url();
                return Ok((Some(server), url));
            }
            // Our guard holds the lock of `up`, so the holder is a command that is about to end.
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
        let link = self.link.clone();
        let recovered = boot::recover(&self.db, &self.entropy);
        let recovered = link.beating(recovered).await?;
        let stop = CancellationToken::new();
        let lease = lease::keep(self.db.clone(), self.epoch.clone(), stop.clone());
        let alerts = alerts::deliver(&self.config, self.state, &stop)?;
        let mut family = roles::Family::new(self, options);
        let narrator = narrator::tell(self.db.clone(), stop.clone());
        let mut watched = self.start(&mut family, sandbox).await;
        if let Ok(Some(world)) = &watched {
            ui::note(&options.greeting(self.state, world.as_ref(), recovered));
            watched = self.watch(&mut family, options).await.map(|()| None);
        }
        // A stop takes its time; the guard is to know before that this end is meant.
        let told = match watched {
            Ok(_) => link.ending().await,
            Err(_) => Ok(()),
        };
        family.stop().await;
        stop.cancel();
        let _ = tokio::join!(lease, narrator, alerts);
        watched.map(drop).and(told)
    }

    /// Starts everything, and gives back the sandbox where there is one; nothing when we were asked to
    /// stop meanwhile.
    async fn start(
        &mut self,
        family: &mut roles::Family,
        sandbox: bool,
    ) -> Result<Option<Option<roles::World>>, Failure> {
        let link = self.link.clone();
        if self.asked.already().await {
            return Ok(None);
        }
        let world = if sandbox {
            Some(link.beating(family.start_sandbox()).await?)
        } else {
            None
        };
        let anchor = world.as_ref().map(roles::World::anchor).transpose()?;
        self.state.keep_world_clock(anchor.as_deref())?;
        if self.asked.already().await {
            return Ok(None);
        }
        link.beating(family.start_workers(world.as_ref())).await?;
        self.state.make_current()?;
        link.ready().await?;
        Ok(Some(world))
    }
}
