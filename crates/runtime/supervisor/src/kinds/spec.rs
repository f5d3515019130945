//! What a kind is, as far as keeping it goes.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{preflight::Kind, sockets::Held};

/// Whether what a kind needs is there.
pub type Gate = watch::Receiver<bool>;

/// How much is known of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Talks {
    /// Nothing but that it is there.
    Not,
    /// It speaks the `sd_notify` protocol. With a limit, what lasts longer is a hang; so is a start that lasts
    /// longer than any should.
    Notify {
        /// Between two signs of life, once it is ready.
        silence_max: Option<Duration>,
        /// Between two turns of the loop that does its work, if it tells them. Time in which what it needs
        /// is not there is none of it.
        stall_max: Option<Duration>,
    },
}

/// What follows from an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It is started again.
    Always,
    /// It was wanted for this one run.
    Once,
}

/// A kind to be kept.
#[derive(Debug, Clone)]
pub struct Spec {
    /// How it is run.
    pub kind: Kind,
    /// How it speaks.
    pub talks: Talks,
    /// Whether it is started again.
    pub repeat: Repeat,
    /// What it waits for.
    pub gate: Option<Gate>,
    /// How long it may take to end when it is told to.
    pub stop_limit: Duration,
    /// What all of it together may have in memory, in megabytes.
    pub memory_mb: Option<u64>,
    /// Listening sockets that it is given; they are held across its lives.
    pub sockets: Vec<Arc<Held>>,
    /// Where its standard error goes; its standard output goes beside it, as `.out`.
    pub log: PathBuf,
}

impl Spec {
    /// One that says nothing, is kept always and waits for nothing.
    pub fn new(kind: Kind, log: PathBuf) -> Self {
        Self {
            kind,
            talks: Talks::Not,
            repeat: Repeat::Always,
            gate: None,
            stop_limit: Duration::from_secs(10),
            memory_mb: None,
            sockets: Vec::new(),
            log,
        }
    }

    /// Whether what it needs is there.
    pub(super) fn may_start(&self) -> bool {
        self.gate.as_ref().is_none_or(|gate| *gate.borrow())
    }
}
