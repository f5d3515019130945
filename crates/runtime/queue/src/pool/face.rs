//! What others see of a pool: its options, its handle, and why it stopped.

use serde::{Deserialize, Serialize};

use crate::{Error, Signal};

/// How a process works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoolOptions {
    /// Jobs at once. Default 8.
    pub slots: usize,
    /// Jobs claimed ahead of a free slot, however long they take. Default 0.
    pub prefetch: usize,
    /// Most jobs claimed ahead of a free slot when they turn out to be short. Default 1000.
    pub prefetch_max: usize,
    /// Most jobs in one claim. Default 500.
    pub claim_batch_max: usize,
    /// Claims, and finishes, that may be under way at once. More than one pays only for small batches.
    /// Default 1.
    pub lanes: usize,
    /// The net under the notifications, in milliseconds. Default 1000.
    pub poll_ms: u64,
    /// Most results in one transaction. Default 500.
    pub finish_batch_max: usize,
    /// How long running work may go on after a stop, in milliseconds. Default 10,000.
    pub stop_grace_ms: u64,
    /// How long past its timeout an attempt may still be there before it counts as stuck, in
    /// milliseconds. Default 5,000.
    pub stuck_after_ms: u64,
    /// Claims one job that is to run alone, does it, and stops. Default false.
    pub alone: bool,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            slots: 8,
            prefetch: 0,
            prefetch_max: 1000,
            claim_batch_max: 500,
            lanes: 1,
            poll_ms: 1000,
            finish_batch_max: 500,
            stop_grace_ms: 10_000,
            stuck_after_ms: 5_000,
            alone: false,
        }
    }
}

impl PoolOptions {
    pub(super) fn validate(&self) -> Result<(), Error> {
        let at_least_one = [
            ("slots", self.slots > 0),
            ("claim_batch_max", self.claim_batch_max > 0),
            ("finish_batch_max", self.finish_batch_max > 0),
            ("lanes", self.lanes > 0),
            ("poll_ms", self.poll_ms > 0),
        ];
        match at_least_one.into_iter().find(|(_, fits)| !fits) {
            Some((field, _)) => Err(Error::input(field, "must be at least 1")),
            None => Ok(()),
        }
    }
}

/// Why a pool stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// It was asked to; everything was finished or given back.
    Planned,
    /// Its epoch was ended by somebody else: the process must exit.
    EpochEnded(String),
}

/// What the pool has done so far. Tests wait on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct PoolSignals {
    pub(crate) claimed: Signal,
    pub(crate) started: Signal,
    pub(crate) finished: Signal,
    pub(crate) stale: Signal,
    pub(crate) idle: Signal,
    pub(crate) turns: Signal,
    pub(crate) stuck: Signal,
}

/// A look at a running pool.
#[derive(Debug, Clone)]
pub struct PoolHandle(PoolSignals);

impl PoolHandle {
    pub(super) fn new(signals: PoolSignals) -> Self {
        Self(signals)
    }

    /// Jobs claimed.
    pub fn claimed(&self) -> &Signal {
        &self.0.claimed
    }

    /// Attempts whose work began.
    pub fn started(&self) -> &Signal {
        &self.0.started
    }

    /// Results written, stale ones included.
    pub fn finished(&self) -> &Signal {
        &self.0.finished
    }

    /// Results that came too late and changed nothing (L1).
    pub fn stale(&self) -> &Signal {
        &self.0.stale
    }

    /// Polls that its loop has come to: a pool that lives and does not turn hangs. One that works alone
    /// does not count them.
    pub fn turns(&self) -> &Signal {
        &self.0.turns
    }

    /// Attempts whose handler blocks its thread long after its time: the process must be ended, from
    /// outside if need be, for its jobs to be done elsewhere.
    pub fn stuck(&self) -> &Signal {
        &self.0.stuck
    }

    /// Rounds of claims that found nothing.
    pub fn idle(&self) -> &Signal {
        &self.0.idle
    }
}
