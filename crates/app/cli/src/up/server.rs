//! The database of a supervisor: `DATABASE_URL`, or the embedded cluster, which the guard keeps.

use std::{sync::Arc, time::Duration};

use homeostat_alerts::{Severity, Spool};
use homeostat_clock::Stopwatch;
use homeostat_model::{Classify, Fault};
use homeostat_store::{Db, DbOptions, Embedded, EmbeddedError, StoreError};

use super::{hear, link::Link};
use crate::{
    failure::{Failure, chain},
    state::State,
};

/// The database is away.
pub(super) const DOWN: &str = "database_down";
pub(super) const DATABASE: &str = "database";
/// A command that holds the directory is about to end.
const HELD: Duration = Duration::from_secs(15);
/// Waits between tries; the last one stays.
const WAITS_MS: [u64; 6] = [0, 250, 1_000, 2_000, 4_000, 8_000];
/// From this try on somebody should hear of it.
const TELL_AT: usize = 3;

/// The server that is ours, if it is, and where the database is.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) embedded: Option<Embedded>,
    url: String,
}

impl Server {
    /// Starts the embedded cluster, unless there is a database elsewhere. A server that does not start is
    /// tried again, as long as it may.
    pub(super) async fn open(state: &State, link: &Link, spool: &Spool) -> Result<Self, Failure> {
        if let Ok(url) = std::env::var("DATABASE_URL") {
            let embedded = None;
            return Ok(Self { embedded, url });
        }
        let watch = Stopwatch::start();
        let mut tries = Tries::new(spool);
        loop {
            match Embedded::start_kept(&state.cluster(), Arc::new(link.clone())).await {
                Ok(server) => {
                    let url = server.url();
                    let embedded = Some(server);
                    return Ok(Self { embedded, url });
                }
                // Our guard holds the lock of `up`, so the holder is a command that is about to end.
                Err(EmbeddedError::AlreadyRunning { .. }) if watch.elapsed() < HELD => {
                    homeostat_clock::pause(Duration::from_millis(200)).await;
                }
                Err(error) if may_pass(&error) => tries.failed(&chain(&error)).await,
                Err(error) => return Err(error.into()),
            }
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Connects and brings the schema up to date, however long the database takes to be there. A server
    /// of ours that is killed meanwhile is started again: a migration is one transaction, so it is there
    /// or it is not.
    pub(super) async fn connect(&mut self, spool: &Spool) -> Result<Db, Failure> {
        let options = DbOptions {
            application_name: "homeostat up".into(),
            ..DbOptions::default()
        };
        let mut tries = Tries::new(spool);
        loop {
            let error = match self.try_connect(&options).await {
                Ok(db) => {
                    tries.over();
                    return Ok(db);
                }
                Err(error) => error,
            };
            let ended = self.embedded.as_mut().is_some_and(Embedded::has_ended);
            if !ended && error.fault() == Fault::Permanent {
                return Err(error.into());
            }
            tries.failed(&chain(&error)).await;
            if ended {
                self.restart(spool).await;
            }
        }
    }

    async fn try_connect(&self, options: &DbOptions) -> Result<Db, StoreError> {
        let db = Db::connect(&self.url, options).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// Starts our server again, however often that takes.
    pub(super) async fn restart(&mut self, spool: &Spool) {
        let Some(server) = self.embedded.as_mut() else {
            return;
        };
        let mut tries = Tries::new(spool);
        while let Err(error) = server.restart().await {
            tries.failed(&chain(&error)).await;
        }
        tries.over();
    }

    /// Returns when our server has ended, with what is known of it.
    pub(super) async fn ended(&mut self) -> String {
        match &mut self.embedded {
            Some(server) => server.ended().await.to_string(),
            None => std::future::pending().await,
        }
    }

    /// Ends our server.
    pub(super) async fn stop(self) -> Result<(), Failure> {
        match self.embedded {
            Some(server) => Ok(server.stop().await?),
            None => Ok(()),
        }
    }
}

/// Whether the server may start yet: no room on the disk, a long recovery, somebody else's processes.
fn may_pass(error: &EmbeddedError) -> bool {
    match error {
        EmbeddedError::Failed { .. } | EmbeddedError::Leftovers { .. } => true,
        EmbeddedError::AlreadyRunning { .. }
        | EmbeddedError::NoBinaries
        | EmbeddedError::WrongMajor { .. }
        | EmbeddedError::NoUser
        | EmbeddedError::Directory { .. } => false,
    }
}

/// Where the database is, or will be.
pub(super) fn url(state: &State) -> Result<String, Failure> {
    match std::env::var("DATABASE_URL") {
        Ok(url) => Ok(url),
        Err(_) => Ok(Embedded::url_for(&state.cluster())?),
    }
}

/// Tries to have the database, and who hears of it when they fail.
struct Tries<'a> {
    spool: &'a Spool,
    failed: usize,
}

impl<'a> Tries<'a> {
    fn new(spool: &'a Spool) -> Self {
        Self { spool, failed: 0 }
    }

    async fn failed(&mut self, why: &str) {
        self.failed += 1;
        tracing::warn!(why, tries = self.failed, "the database is not to be had");
        if self.failed == TELL_AT {
            let text = format!("The database is not to be had: {why}. Tried again until it is.");
            hear::raise(self.spool, Severity::Critical, DOWN, DATABASE, text);
        }
        let wait = WAITS_MS[self.failed.min(WAITS_MS.len()) - 1];
        homeostat_clock::pause(Duration::from_millis(wait)).await;
    }

    fn over(&self) {
        hear::over(self.spool, DOWN, DATABASE);
    }
}
