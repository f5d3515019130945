//! Keeps an epoch's lock: pings each second, and takes the lock again after a lost connection.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use homeostat_clock::{Stopwatch, pause};
use homeostat_model::ProcessId;
use homeostat_store::{Db, StoreError};
use sqlx::PgConnection;
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

use crate::rows;

const PING_EVERY: Duration = Duration::from_secs(1);
const PING_TIMEOUT: Duration = Duration::from_secs(3);
const PINGS_PER_SEEN: u32 = 10;
const RETAKE_EVERY: Duration = Duration::from_millis(100);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What the process may think of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The lock is held and the row is live.
    Sound,
    /// The lock's connection is lost; perhaps somebody is declaring us dead.
    Doubtful,
    /// The row says that the epoch is over.
    Ended(String),
}

/// How long ago the last ping came back.
#[derive(Debug)]
pub(crate) struct Pulse(Mutex<Stopwatch>);

impl Default for Pulse {
    fn default() -> Self {
        Self(Mutex::new(Stopwatch::start()))
    }
}

impl Pulse {
    pub(crate) fn age(&self) -> Duration {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed()
    }

    fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Stopwatch::start();
    }
}

/// The task behind an epoch's handle.
#[derive(Debug)]
pub(crate) struct Keeper {
    pub(crate) db: Db,
    pub(crate) id: ProcessId,
    pub(crate) lock_key: i64,
    pub(crate) standing: watch::Sender<Standing>,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) probe: Arc<Notify>,
}

impl Keeper {
    /// A connection of its own. The server drops it some seconds after our host vanishes, and does
    /// not close it for being idle. The TCP settings mean nothing on a Unix socket.
    pub(crate) async fn connect(db: &Db) -> Result<PgConnection, StoreError> {
        let settings = [
            ("tcp_keepalives_idle", "2"),
            ("tcp_keepalives_interval", "1"),
            ("tcp_keepalives_count", "3"),
            ("tcp_user_timeout", "5000"),
            ("idle_session_timeout", "0"),
        ];
        match timeout(CONNECT_TIMEOUT, db.session(&settings)).await {
            Ok(connection) => connection,
            Err(_) => Err(sqlx::Error::PoolTimedOut.into()),
        }
    }

    /// Runs until the epoch is over. `moves`: how often the database had moved before the connection was made.
    pub(crate) async fn run(self, mut connection: PgConnection, mut moves: u64) {
        loop {
            let Some(reason) = self.hold(&mut connection, moves).await else {
                self.standing.send_replace(Standing::Doubtful);
                tracing::warn!(epoch = %self.id, "lost the connection that holds the epoch's lock");
                drop(connection);
                // Counted before it is taken: a move in between is one too many, and never one too few.
                moves = self.db.moves();
                match self.retake().await {
                    Ok(again) => {
                        connection = again;
                        self.pulse.beat();
                        self.standing.send_replace(Standing::Sound);
                        tracing::info!(epoch = %self.id, "took the epoch's lock again");
                        continue;
                    }
                    Err(reason) => return self.give_in(reason),
                }
            };
            return self.give_in(reason);
        }
    }

    fn give_in(&self, reason: String) {
        tracing::error!(epoch = %self.id, reason, "the epoch is over");
        self.standing.send_replace(Standing::Ended(reason));
    }

    /// Pings until the connection breaks or leads to a primary of the past (`None`), where the lock means
    /// nothing any more, or the epoch is over (its reason).
    async fn hold(&self, connection: &mut PgConnection, moves: u64) -> Option<String> {
        let mut pings: u32 = 0;
        loop {
            tokio::select! {
                () = pause(PING_EVERY) => {}
                () = self.probe.notified() => {}
                () = self.db.moved(moves) => return None,
            }
            pings = pings.wrapping_add(1);
            let ping = async {
                if pings.is_multiple_of(PINGS_PER_SEEN) {
                    rows::seen(&mut *connection, self.id).await?;
                }
                rows::end_reason(&mut *connection, self.id).await
            };
            match timeout(PING_TIMEOUT, ping).await {
                Ok(Ok(None)) => self.pulse.beat(),
                Ok(Ok(Some(reason))) => return Some(reason),
                Ok(Err(_)) | Err(_) => return None,
            }
        }
    }

    /// Takes the lock again, or finds that the epoch was ended meanwhile. Patient: an outage of the
    /// database is nobody's death.
    async fn retake(&self) -> Result<PgConnection, String> {
        loop {
            match timeout(CONNECT_TIMEOUT, self.try_retake()).await {
                Ok(Ok(Retake::Taken(connection))) => return Ok(connection),
                Ok(Ok(Retake::Over(reason))) => return Err(reason),
                // Our own old session may still hold the lock until the server sees it gone.
                Ok(Ok(Retake::Held) | Err(_)) | Err(_) => {}
            }
            pause(RETAKE_EVERY).await;
        }
    }

    async fn try_retake(&self) -> Result<Retake, StoreError> {
        let mut connection = Self::connect(&self.db).await?;
        if let Some(reason) = rows::end_reason(&mut connection, self.id).await? {
            return Ok(Retake::Over(reason));
        }
        if !rows::lock(&mut connection, self.lock_key).await? {
            return Ok(Retake::Held);
        }
        // Read again under the lock: a rescuer takes the lock before it ends the epoch.
        match rows::end_reason(&mut connection, self.id).await? {
            Some(reason) => Ok(Retake::Over(reason)),
            None => Ok(Retake::Taken(connection)),
        }
    }
}

enum Retake {
    Taken(PgConnection),
    Held,
    Over(String),
}
