//! What one process says to Postgres, and the line over which it says it.

use std::{sync::Arc, time::Duration};

use homeostat_clock::pause;
use sqlx::{Connection, PgConnection};
use tokio::sync::watch;

use crate::{fault::PgFault, strike::Strikes};

/// How long a line is down.
const GAP: Duration = Duration::from_secs(1);

/// Counts, strikes, and cuts.
#[derive(Debug)]
pub(crate) struct Tap {
    pub(crate) strikes: Strikes<PgFault>,
    admin: String,
    /// A line that is down: nobody is let through, and what is open is cut.
    is_down: watch::Sender<bool>,
}

impl Tap {
    /// Of nobody yet. `admin` is a URL at which backends may be ended.
    pub(crate) fn new(admin: &str) -> Self {
        Self {
            strikes: Strikes::new(),
            admin: admin.to_owned(),
            is_down: watch::Sender::new(false),
        }
    }

    /// The line goes down: the server sees the end of every session, the process sees nothing.
    pub(crate) fn cut_line(&self) {
        self.is_down.send_replace(true);
    }

    /// What is held is handed over, and the line is up again.
    pub(crate) fn let_go(&self) {
        self.strikes.done();
        self.is_down.send_replace(false);
    }

    /// Holds an answer until it is let go; meanwhile the line of the process is down.
    pub(super) async fn hold(&self) {
        self.cut_line();
        self.strikes.hold().await;
    }

    /// The line is down for a second. Nothing that was cut comes back.
    pub(super) fn gap(self: &Arc<Self>) {
        self.strikes.done();
        self.cut_line();
        let tap = self.clone();
        tokio::spawn(async move {
            pause(GAP).await;
            tap.let_go();
        });
    }

    pub(super) async fn end_backend(&self, backend: Option<i32>) {
        let ended = async {
            let mut admin = PgConnection::connect(&self.admin).await?;
            sqlx::query("SELECT pg_terminate_backend($1, 2000)")
                .bind(backend)
                .execute(&mut admin)
                .await
        };
        // First of all: this session ends with it.
        self.strikes.done();
        // It may have ended by itself.
        let _ = ended.await;
    }

    pub(super) async fn until_let_through(&self) {
        let mut is_down = self.is_down.subscribe();
        let _ = is_down.wait_for(|down| !*down).await;
    }

    /// Returns when the line is down; the session whose answer is held is spared by its own means.
    pub(super) async fn until_cut(&self) {
        let mut is_down = self.is_down.subscribe();
        let _ = is_down.wait_for(|down| *down).await;
    }
}
