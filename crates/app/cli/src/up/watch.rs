//! The supervisor's watch: a child that ends is buried, its work rescued, and the role started again.
//!
//! Nothing here waits for anything but the next thing that happens. The server comes first: without it
//! no child can live and nobody can be buried. A burial is a task of its own, since the database that
//! it writes to may be the next to fall; a role that cannot be started is one more failure of it.

use std::time::Duration;

use futures_util::{StreamExt, stream::FuturesUnordered};
use homeostat_clock::Entropy;
use homeostat_liveness::{Evidence, Host, processes};
use homeostat_store::{Db, Embedded};

use super::{Up, link, options::Options, roles::Family};
use crate::failure::Failure;

/// What woke the supervisor.
enum Woken {
    ServerEnded(String),
    TimeIsUp,
    AskedToStop,
    EpochOver(String),
    ChildEnded(usize),
    ChildDue(usize),
    SignOfLife,
}

impl Up<'_> {
    /// Returns when the system should stop.
    pub(super) async fn watch(
        &mut self,
        family: &mut Family,
        options: &Options,
    ) -> Result<(), Failure> {
        let left = options
            .run_for
            .map(|limit| limit.saturating_sub(self.started.elapsed()));
        let time_is_up = async {
            match left {
                Some(left) => homeostat_clock::pause(left).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(time_is_up);
        let mut beats = link::beats();
        loop {
            let woken = tokio::select! {
                biased;
                said = server_ended(self.server) => Woken::ServerEnded(said),
                () = &mut time_is_up => Woken::TimeIsUp,
                () = self.asked.wait() => Woken::AskedToStop,
                _ = beats.tick() => Woken::SignOfLife,
                reason = self.epoch.ended() => Woken::EpochOver(reason),
                woken = any_child(family) => woken,
            };
            match woken {
                Woken::ServerEnded(said) => {
                    let link = self.link.clone();
                    link.beating(self.restart_server(&said)).await?;
                }
                Woken::TimeIsUp | Woken::AskedToStop => return Ok(()),
                Woken::EpochOver(reason) => {
                    let text = format!("somebody ended this process's epoch: {reason}");
                    return Err(Failure::TryAgain(text));
                }
                Woken::ChildEnded(index) => self.mourn(family, index),
                Woken::ChildDue(index) => family.start_again(index).await,
                Woken::SignOfLife => self.link.beat().await?,
            }
        }
    }

    /// Waitpid has proven the death. The role rests before its next start; its work is rescued now.
    fn mourn(&self, family: &mut Family, index: usize) {
        let child = &mut family.children[index];
        tracing::warn!(role = child.role.name, said = child.last_words(), "ended");
        let pid = child.started_pid();
        child.rest();
        if let Some(pid) = pid {
            tokio::spawn(bury(self.db.clone(), self.entropy.clone(), pid));
        }
    }

    async fn restart_server(&mut self, said: &str) -> Result<(), Failure> {
        tracing::warn!(said, "Postgres ended; starting it again");
        let Some(server) = self.server.as_mut() else {
            return Ok(());
        };
        let mut waits = [0, 250, 1_000, 4_000].into_iter();
        loop {
            let error = match server.restart().await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            match waits.next() {
                Some(wait) => homeostat_clock::pause(Duration::from_millis(wait)).await,
                None => return Err(error.into()),
            }
        }
    }
}

/// Ends the epoch of a dead child and gives its work back. The scheduler's death watch is the net under
/// this, so a failure here is only slower.
async fn bury(db: Db, entropy: Entropy, pid: u32) {
    let Ok(host) = Host::this() else { return };
    let live = match processes(&db, false).await {
        Ok(live) => live,
        Err(error) => return tracing::warn!(%error, "cannot look for the dead child's epoch"),
    };
    let ours = |p: &&homeostat_liveness::Process| {
        p.host == host.name && i64::from(p.pid) == i64::from(pid)
    };
    for process in live.iter().filter(ours) {
        let done =
            homeostat_queue::rescue(&db, process.id, Evidence::Waitpid, &entropy, None).await;
        if let Err(error) = done {
            tracing::warn!(%error, epoch = %process.id, "rescue is left to the scheduler");
        }
    }
}

/// The next child that ends, or whose rest is over.
async fn any_child(family: &mut Family) -> Woken {
    let mut waits: FuturesUnordered<_> = family
        .children
        .iter_mut()
        .enumerate()
        .map(|(index, child)| async move {
            match child.resting_for() {
                Some(left) => {
                    homeostat_clock::pause(left).await;
                    Woken::ChildDue(index)
                }
                None => {
                    child.ended().await;
                    Woken::ChildEnded(index)
                }
            }
        })
        .collect();
    match waits.next().await {
        Some(woken) => woken,
        None => std::future::pending().await,
    }
}

async fn server_ended(server: &mut Option<Embedded>) -> String {
    match server {
        Some(server) => server.ended().await.to_string(),
        None => std::future::pending().await,
    }
}
