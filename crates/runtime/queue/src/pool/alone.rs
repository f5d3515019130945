//! Jobs that are to run alone: after crashes the last try must neither be killed by a neighbour nor
//! kill one.
//!
//! ```text
//!   ordinary pool sees one waiting ──▶ tells whoever starts processes ──▶ a fresh process claims it
//!                        └─ nobody does ──▶ claims nothing more until it is empty, then takes it itself
//!   pool with `alone`  ──▶ claims one, does it, stops
//! ```
//! Ordinary claims pass these jobs over, so a process that was not made for it never has one beside
//! others. Many may see one that waits; the claim lets one of them have it, and the others find
//! nothing.

use std::sync::Arc;

use tokio::{sync::Notify, time::Interval};

use super::{Pool, Shift, Stopped};

/// Whether an ordinary pool has taken a job that is to run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Solo {
    /// It works as usual.
    No,
    /// It claims nothing until it is empty.
    Emptying,
    /// It does the one job.
    Doing,
}

impl Pool {
    /// Notifies `wanted` when a job waits that is to run alone, for whoever starts a process with
    /// [`PoolOptions::alone`](crate::PoolOptions::alone). Without it the pool empties itself and does
    /// the job, which is no fresh process but has no neighbours.
    #[must_use]
    pub fn with_alone_elsewhere(mut self, wanted: Arc<Notify>) -> Self {
        self.alone_elsewhere = Some(wanted);
        self
    }
}

impl Shift {
    /// A job that is to run alone waits for somebody.
    pub(super) fn see_alone(&mut self) {
        match &self.pool.alone_elsewhere {
            Some(wanted) => wanted.notify_one(),
            None if self.solo == Solo::No => self.solo = Solo::Emptying,
            None => {}
        }
    }

    /// Goes on with emptying, or back to ordinary work, once nothing runs.
    pub(super) async fn advance_solo(&mut self) {
        if !self.running.is_empty() || !self.buffer.is_empty() || !self.claims.is_empty() {
            return;
        }
        let may_claim = self.pool.epoch.is_sound() && !self.claims.are_in_doubt();
        if self.solo == Solo::Emptying && may_claim && self.claim_alone().await {
            self.solo = Solo::Doing;
        } else if self.solo != Solo::No {
            self.solo = Solo::No;
            self.wake();
        }
    }

    /// A process for one such job: claims it, does it, stops. While there is one that it may not have
    /// yet, because of its kind's limit, it waits.
    pub(super) async fn work_alone(mut self, poll: &mut Interval) -> Stopped {
        let epoch = self.pool.epoch.clone();
        let ended = epoch.ended();
        tokio::pin!(ended);
        let mut taken = false;
        loop {
            tokio::select! {
                reason = &mut ended => return Stopped::EpochEnded(reason),
                () = self.stop.cancelled() => return self.wind_down().await,
                Some(done) = self.tasks.join_next_with_id() => {
                    self.collect(done);
                    return Stopped::Planned;
                }
                _ = poll.tick() => {
                    self.see_stuck();
                    if taken && self.tasks.is_empty() {
                        // It ended, and that look has collected it.
                        return Stopped::Planned;
                    }
                    let waiting = self.look_around().await;
                    self.give_back_lost().await;
                    if taken || self.claims.are_in_doubt() {
                        continue;
                    }
                    taken = epoch.is_sound() && self.claim_alone().await;
                    if !taken && waiting == Some(false) {
                        return Stopped::Planned;
                    }
                }
            }
        }
    }

    async fn claim_alone(&mut self) -> bool {
        for kind in self.kinds.clone() {
            let gate = self.gate(&kind);
            match gate.claim_alone(&self.pool.db, self.pool.epoch.id()).await {
                Ok(None) => {}
                Ok(Some(job)) => {
                    self.pool.signals.claimed.add(1);
                    self.start(vec![job]);
                    return true;
                }
                Err(error) => {
                    tracing::warn!(kind, %error, "a job that is to run alone waits for the next poll");
                    self.claims.doubt();
                    return false;
                }
            }
        }
        false
    }
}
