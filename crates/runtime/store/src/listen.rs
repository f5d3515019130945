//! LISTEN that survives reconnects.
//!
//! A notification only wakes; it carries no data that anybody acts on. Whatever was notified
//! while the connection was down is made up for by one wake after each reconnect, and by the
//! once-a-second poll of every loop.

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{Db, timeline::refused};

const RECONNECT_PAUSE: Duration = Duration::from_millis(500);

/// Listens on channels and wakes whoever waits. One per process.
#[derive(Debug)]
pub struct Listener {
    db: Db,
    channels: Vec<String>,
    wake: watch::Sender<u64>,
}

/// Waits for the next notification.
#[derive(Debug, Clone)]
pub struct Wake(watch::Receiver<u64>);

impl Listener {
    /// A listener on these channels, and the handle that waits on it.
    pub fn new(db: &Db, channels: &[&str]) -> (Self, Wake) {
        let (wake, receiver) = watch::channel(0);
        let channels = channels.iter().map(|&c| c.to_owned()).collect();
        (
            Self {
                db: db.clone(),
                channels,
                wake,
            },
            Wake(receiver),
        )
    }

    /// Listens until stopped, reconnecting for ever.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => return,
                error = self.listen() => {
                    tracing::warn!(%error, "listening again after the connection broke");
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = homeostat_clock::pause(RECONNECT_PAUSE) => {}
            }
        }
    }

    /// Returns only when the connection breaks, or leads to a primary of the past.
    async fn listen(&self) -> sqlx::Error {
        let moves = self.db.moves();
        let mut listener = match PgListener::connect_with(self.db.pool()).await {
            Ok(listener) => listener,
            Err(error) => return error,
        };
        if let Err(error) = listener
            .listen_all(self.channels.iter().map(String::as_str))
            .await
        {
            return error;
        }
        loop {
            // The first wake makes up for what was notified before we listened.
            self.wake.send_modify(|n| *n += 1);
            let heard = tokio::select! {
                heard = listener.try_recv() => heard,
                () = self.db.moved(moves) => return refused("it is the primary no more"),
            };
            if let Err(error) = heard {
                return error;
            }
        }
    }
}

impl Wake {
    /// Returns after the next notification, or at once when one came since the last call.
    pub async fn notified(&mut self) {
        if self.0.changed().await.is_err() {
            // The listener has stopped; the caller's poll carries on alone.
            std::future::pending::<()>().await;
        }
    }
}
