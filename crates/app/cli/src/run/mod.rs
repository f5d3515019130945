//! The roles of the one binary.

mod alone;
pub(crate) mod scheduler;
pub(crate) mod signs;
pub(crate) mod web;
pub(crate) mod worker;

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use homeostat_clock::{Anchor, Entropy, WorldClock};
use homeostat_liveness::{Epoch, EpochOptions};
use homeostat_operator::config::Config;
use homeostat_store::{Db, DbOptions};
use tokio::{
    io::AsyncReadExt,
    signal::unix::{Signal, SignalKind, signal},
    task::AbortHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    failure::{Failure, chain},
    up::SUPERVISOR,
};

/// How the role of a worker ends that does one job alone.
const ALONE: &str = "-alone";

/// The roles.
#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    /// Fire schedules, find dead processes, do the chores
    Scheduler(scheduler::Args),
    /// Claim jobs and do them
    Worker(worker::Args),
    /// Show the system in a browser
    Web(web::Args),
    /// Play the vendors over HTTP, with books of their own
    Sandbox(crate::run_sandbox::Args),
}

/// Runs one role until it is told to stop.
pub(crate) async fn run(role: Role, json: bool) -> Result<ExitCode, Failure> {
    match role {
        Role::Scheduler(args) => scheduler::run(args).await?,
        Role::Worker(args) => worker::run(args).await?,
        Role::Web(args) => web::run(args, json).await?,
        Role::Sandbox(args) => return crate::run_sandbox::run(args, json).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// What every role is given.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Common {
    /// The database.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: String,
    /// Directory of running files; shared by the processes of this machine.
    #[arg(long, env = "HOMEOSTAT_RUN_DIR", default_value = ".homeostat/run")]
    pub(crate) run_dir: PathBuf,
    /// The configuration; absent, the demonstration brands.
    #[arg(long, env = "HOMEOSTAT_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// The sandbox's clock, as its `/clock` tells it; absent, world time is the system's.
    #[arg(long, env = "HOMEOSTAT_WORLD_CLOCK", hide = true)]
    pub(crate) world_clock: Option<String>,
    /// Where the sandbox plays Meta; absent, the configuration's.
    #[arg(long, env = "HOMEOSTAT_META_URL", hide = true)]
    pub(crate) meta_url: Option<String>,
    /// Where the sandbox plays the archive of ads; absent, it is where Meta is.
    #[arg(long, env = "HOMEOSTAT_AD_LIBRARY_URL", hide = true)]
    pub(crate) ad_library_url: Option<String>,
    /// Where a sandbox plays the other vendors; absent, they are where the configuration says.
    #[arg(long, env = "HOMEOSTAT_SANDBOX_URL", hide = true)]
    pub(crate) sandbox_url: Option<String>,
    /// Sessions of the database at most, beside the one that holds its lock; absent, as its role needs.
    #[arg(long, env = "HOMEOSTAT_CONNECTIONS", hide = true, value_parser = clap::value_parser!(u32).range(3..))]
    pub(crate) connections: Option<u32>,
    /// End when standard input closes, which is how a parent's death is noticed.
    #[arg(long, hide = true)]
    pub(crate) with_parent: bool,
}

/// A role's ground: database, epoch, configuration, clock, and the signal to stop.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    pub(crate) db: Db,
    pub(crate) epoch: Epoch,
    pub(crate) config: Config,
    pub(crate) clock: WorldClock,
    pub(crate) entropy: Entropy,
    pub(crate) stop: CancellationToken,
    watch: AbortHandle,
}

impl Ground {
    /// The planned end of the role's life, after its work was given back.
    pub(crate) async fn end(&self) -> Result<(), Failure> {
        // This end is nobody else's doing.
        self.watch.abort();
        Ok(self.epoch.end("planned stop").await?)
    }
}

impl Common {
    /// Connects, begins the epoch, and watches for reasons to stop.
    pub(crate) async fn ground(&self, kind: &str, connections_max: u32) -> Result<Ground, Failure> {
        // Before all else: whoever sees this process begin may ask it to stop.
        let mut asked = Asked::new()?;
        let config = Config::read(self.config.as_deref())?;
        let clock = world_clock(self.world_clock.as_deref())?;
        let entropy = Entropy::from_system().map_err(|e| Failure::environment(&e))?;
        let (db, epoch) = tokio::select! {
            biased;
            begun = self.begin(kind, connections_max, &entropy) => begun?,
            // What was written of its epoch is found dead, as if it had been killed.
            () = asked.wait() => {
                return Err(Failure::TryAgain("asked to stop before it had begun".into()));
            }
        };
        let stop = CancellationToken::new();
        let watch = watch_for_stop(asked, &epoch, &stop);
        if self.with_parent {
            end_with_parent();
        }
        Ok(Ground {
            db,
            epoch,
            config,
            clock,
            entropy,
            stop,
            watch,
        })
    }

    async fn begin(
        &self,
        kind: &str,
        connections_max: u32,
        entropy: &Entropy,
    ) -> Result<(Db, Epoch), Failure> {
        let options = DbOptions {
            application_name: format!("homeostat {kind}"),
            connections_max: self.connections.unwrap_or(connections_max),
            table_scans: false,
            ..DbOptions::default()
        };
        let db = Db::connect(&self.database_url, &options).await?;
        // Of those that a supervisor starts, a worker with a single job to do alone is not started again.
        let comes_back = std::env::var_os(SUPERVISOR).is_some() && !kind.ends_with(ALONE);
        let epoch = begin_epoch(&db, kind, comes_back, self.run_dir.clone(), entropy).await?;
        Ok((db, epoch))
    }
}

/// Begins a process's life in the database. Another one follows its unplanned end, or nobody sees to that.
pub(crate) async fn begin_epoch(
    db: &Db,
    kind: &str,
    comes_back: bool,
    run_dir: PathBuf,
    entropy: &Entropy,
) -> Result<Epoch, Failure> {
    let here = EpochOptions::here(kind, env!("CARGO_PKG_VERSION"), &run_dir)
        .map_err(|e| Failure::Environment(chain(&e)))?;
    let options = EpochOptions { comes_back, ..here };
    Epoch::begin(db, &options, entropy)
        .await
        .map_err(|e| Failure::Environment(chain(&e)))
}

/// World time: the system's, or a sandbox's from its anchor.
pub(crate) fn world_clock(anchor: Option<&str>) -> Result<WorldClock, Failure> {
    match anchor {
        None => Ok(WorldClock::System),
        Some(text) => serde_json::from_str::<Anchor>(text)
            .map(WorldClock::Scaled)
            .map_err(|e| Failure::Usage(format!("--world-clock must be a sandbox's anchor: {e}"))),
    }
}

/// Cancels the role's token on a signal, and ends this process with its epoch.
fn watch_for_stop(mut asked: Asked, epoch: &Epoch, stop: &CancellationToken) -> AbortHandle {
    let (epoch, token) = (epoch.clone(), stop.clone());
    let watch = tokio::spawn(async move {
        tokio::select! {
            // An epoch that others ended leaves nothing to do in order, whoever else wants it to stop.
            biased;
            reason = epoch.ended() => {
                tracing::error!(reason, "the epoch is over; this process must end");
                // Its claims belong to others by now; nothing may be given back or finished.
                std::process::exit(75);
            }
            // It stops by itself, and ends its epoch.
            () = token.cancelled() => {}
            () = asked.wait() => {
                token.cancel();
                tracing::info!("asked to stop");
            }
        }
    });
    watch.abort_handle()
}

/// Ends this process at the parent's death.
fn end_with_parent() {
    tokio::spawn(async {
        let mut nothing = [0; 1];
        // The parent never writes: this returns when its end of the pipe is gone.
        let _ = tokio::io::stdin().read(&mut nothing).await;
        tracing::error!("the parent is gone; this process ends");
        std::process::exit(75);
    });
}

/// Requests to stop, kept from the moment on which this is made.
#[derive(Debug)]
pub(crate) struct Asked {
    term: Signal,
    int: Signal,
}

impl Asked {
    pub(crate) fn new() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|e| Failure::environment(&e));
        Ok(Self {
            term: listen(SignalKind::terminate())?,
            int: listen(SignalKind::interrupt())?,
        })
    }

    /// Whether there was one that nobody has waited for.
    pub(crate) async fn already(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.wait() => true,
            () = std::future::ready(()) => false,
        }
    }

    /// Returns at the next one.
    pub(crate) async fn wait(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.int.recv() => {}
        }
    }
}

/// Returns at SIGTERM or SIGINT.
pub(crate) async fn stop_signal() {
    match Asked::new() {
        Ok(mut asked) => asked.wait().await,
        Err(_) => std::future::pending().await,
    }
}
