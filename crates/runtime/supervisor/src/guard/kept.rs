//! What a supervisor listens on, kept over its death: whoever connects meanwhile waits for the next one.
//!
//! The supervisor binds a socket and hands a copy up; each later supervisor of this guard is started with
//! all of them, by the protocol of [`crate::sockets`]. So are both colours of a deploy.

use std::{io, os::fd::OwnedFd, sync::Arc};

use crate::sockets::Held;

/// More than any system has: a supervisor that hands up without end is broken.
const KEPT_MAX: usize = 16;

/// The sockets, by name.
#[derive(Debug, Default)]
pub(super) struct Kept(Vec<Arc<Held>>);

impl Kept {
    /// Keeps it in place of the one that had this name.
    pub(super) fn keep(&mut self, name: &str, socket: OwnedFd) -> io::Result<()> {
        let held = Held::listening(name, socket)?;
        self.forget(name);
        if self.0.len() >= KEPT_MAX {
            return Err(io::Error::other("too many are kept"));
        }
        self.0.push(Arc::new(held));
        Ok(())
    }

    /// Nobody wants it any more, so nobody is to wait there.
    pub(super) fn forget(&mut self, name: &str) {
        self.0.retain(|held| held.name() != name);
    }

    pub(super) fn all(&self) -> &[Arc<Held>] {
        &self.0
    }
}
