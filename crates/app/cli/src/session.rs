//! A command's way to the database: `DATABASE_URL`, a system that is up, or its cluster at rest.

use std::path::{Path, PathBuf};

use homeostat_clock::{Entropy, WorldClock};
use homeostat_operator::config::Config;
use homeostat_store::{Db, DbOptions, Embedded, EmbeddedError};

use crate::{failure::Failure, run::world_clock, state::State};

/// Names the configuration, as for every role.
const CONFIG: &str = "HOMEOSTAT_CONFIG";
/// Holds the sandbox's clock, as for every role.
const WORLD_CLOCK: &str = "HOMEOSTAT_WORLD_CLOCK";

/// An open database, and the server that we started for this command alone.
#[derive(Debug)]
pub(crate) struct Session {
    db: Db,
    state: Option<State>,
    server: Option<Embedded>,
}

/// What a request stands on beside the database.
#[derive(Debug)]
pub(crate) struct RequestGround {
    pub(crate) config: Config,
    pub(crate) clock: WorldClock,
    pub(crate) entropy: Entropy,
}

impl Session {
    /// Connects. A cluster at rest is started for as long as the session lasts.
    pub(crate) async fn open(root: &Path) -> Result<Self, Failure> {
        if let Ok(url) = std::env::var("DATABASE_URL") {
            return Ok(Self {
                db: connect(&url).await?,
                state: State::current(root).ok(),
                server: None,
            });
        }
        let state = State::current(root)?;
        if !Embedded::exists(&state.cluster()) {
            return Err(Failure::Environment(
                "there is no database here yet; start with `homeostat up`, or set DATABASE_URL"
                    .into(),
            ));
        }
        let running = || Embedded::url_for(&state.cluster()).map(|url| (url, None));
        // The guard keeps the server of a system that is up, also while no supervisor holds its directory.
        let (url, server) = match state.is_up() {
            true => running()?,
            false => match Embedded::start(&state.cluster()).await {
                Ok(server) => (server.url(), Some(server)),
                Err(EmbeddedError::AlreadyRunning { .. }) => running()?,
                Err(error) => return Err(error.into()),
            },
        };
        match prepare(&url).await {
            Ok(db) => Ok(Self {
                db,
                state: Some(state),
                server,
            }),
            Err(error) => {
                if let Some(server) = server {
                    // The first error says more than a failed stop.
                    let _ = server.stop().await;
                }
                Err(error)
            }
        }
    }

    /// The database.
    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// The system's directory, where it runs on this machine.
    pub(crate) fn state(&self) -> Option<&State> {
        self.state.as_ref()
    }

    /// The configuration and the world's clock: of the environment, else those that the system here
    /// runs with, else the demonstration's and the machine's own clock.
    pub(crate) fn ground(&self) -> Result<RequestGround, Failure> {
        let kept = self.state.as_ref().map(State::config);
        let file = std::env::var_os(CONFIG)
            .map(PathBuf::from)
            .or_else(|| kept.filter(|path| path.exists()));
        let anchor = match std::env::var(WORLD_CLOCK) {
            Ok(anchor) => Some(anchor),
            Err(_) => self.state.as_ref().and_then(State::world_clock),
        };
        Ok(RequestGround {
            config: Config::read(file.as_deref())?,
            clock: world_clock(anchor.as_deref())?,
            entropy: Entropy::from_system().map_err(|e| Failure::environment(&e))?,
        })
    }

    /// Closes, and stops the server that was started for this session.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        self.db.close().await;
        match self.server {
            Some(server) => Ok(server.stop().await?),
            None => Ok(()),
        }
    }
}

async fn prepare(url: &str) -> Result<Db, Failure> {
    let db = connect(url).await?;
    db.migrate().await?;
    Ok(db)
}

async fn connect(url: &str) -> Result<Db, Failure> {
    let options = DbOptions {
        application_name: "homeostat cli".into(),
        ..DbOptions::default()
    };
    Ok(Db::connect(url, &options).await?)
}
