//! The parent's watch: a child that ends is buried, its work rescued, and the role started again.

use std::time::Duration;

use futures_util::{StreamExt, stream::FuturesUnordered};
use homeostat_liveness::{Evidence, Host, processes};

use super::{Up, options::Options, roles::Family};
use crate::{failure::Failure, run};

/// What woke the parent.
enum Woken {
    ChildEnded(usize),
    ServerEnded(String),
    TimeIsUp,
    AskedToStop,
    EpochOver(String),
}

impl Up {
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
        let asked = run::stop_signal();
        tokio::pin!(asked);
        loop {
            let woken = tokio::select! {
                index = any_ended(family) => Woken::ChildEnded(index),
                said = server_ended(&mut self.server) => Woken::ServerEnded(said),
                () = &mut time_is_up => Woken::TimeIsUp,
                () = &mut asked => Woken::AskedToStop,
                reason = self.epoch.ended() => Woken::EpochOver(reason),
            };
            match woken {
                Woken::ChildEnded(index) => self.restart(family, index).await?,
                Woken::ServerEnded(said) => self.restart_server(&said).await?,
                Woken::TimeIsUp | Woken::AskedToStop => return Ok(()),
                Woken::EpochOver(reason) => {
                    return Err(Failure::TryAgain(format!(
                        "somebody ended this process's epoch: {reason}"
                    )));
                }
            }
        }
    }

    async fn restart(&mut self, family: &mut Family, index: usize) -> Result<(), Failure> {
        let child = &mut family.children[index];
        let pid = child.started_pid();
        tracing::warn!(
            role = child.role.name,
            said = child.last_words(),
            "ended; starting it again"
        );
        if let Some(pid) = pid {
            self.bury(pid).await;
        }
        homeostat_clock::pause(child.next_wait()).await;
        let announces = Family::announces(child);
        child.start(announces).await.map(drop)
    }

    /// Waitpid has proven the death; the epoch's work is rescued now. The scheduler's death watch is
    /// the net under this, so a failure here is only slower.
    async fn bury(&self, pid: u32) {
        let Ok(host) = Host::this() else { return };
        let live = match processes(&self.db, false).await {
            Ok(live) => live,
            Err(error) => return tracing::warn!(%error, "cannot look for the dead child's epoch"),
        };
        for process in live
            .iter()
            .filter(|p| p.host == host.name && i64::from(p.pid) == i64::from(pid))
        {
            let rescued = homeostat_queue::rescue(
                &self.db,
                process.id,
                Evidence::Waitpid,
                &self.entropy,
                None,
            )
            .await;
            if let Err(error) = rescued {
                tracing::warn!(%error, epoch = %process.id, "rescue is left to the scheduler");
            }
        }
    }

    async fn restart_server(&mut self, said: &str) -> Result<(), Failure> {
        tracing::warn!(said, "Postgres ended; starting it again");
        let Some(server) = &mut self.server else {
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

async fn any_ended(family: &mut Family) -> usize {
    let mut waits: FuturesUnordered<_> = family
        .children
        .iter_mut()
        .enumerate()
        .map(|(index, child)| async move {
            child.ended().await;
            index
        })
        .collect();
    match waits.next().await {
        Some(index) => index,
        None => std::future::pending().await,
    }
}

async fn server_ended(server: &mut Option<homeostat_store::Embedded>) -> String {
    match server {
        Some(server) => server.ended().await.to_string(),
        None => std::future::pending().await,
    }
}
