//! One version in place of another, without a moment in which nobody is there to answer.
//!
//! ```text
//!              order                 it stands by             nothing of the old one lives      it is ready
//!   [one runs] ────▶ [starting] ───────────▶ [draining] ──────────────────────▶ [switching] ────────▶ [done]
//!                        │ not in time, dead,     │ the new one died                  │ not in time, dead
//!                        │ not wanted any more    ▼                                   ▼
//!                        └──▶ [rolled back]   the last good version is started: [rolled back]
//! ```
//! Both colours are supervisors of this guard, each with a tree of its own; the sockets that are kept are
//! given to both. The new one runs only what may run twice until the old one has drained: so no worker of
//! the new version ever runs beside one of the old, and what runs beside it is small.
//!
//! *Who is authoritative.* The guard for whose turn it is; the kernel for what is left of the old tree.
//! *What local time is for.* The two limits of being ready. *Crash points.* The new one's death before the
//! old one drains changes nothing; after that the guard starts the last good version again. The guard's
//! own death ends both.

use std::{fs, io, path::Path};

use homeostat_clock::Stopwatch;
use rustix::process::Signal;

use super::{
    Guard,
    leash::Word,
    order::{self, Order, Stage},
    until_empty,
    watch::Running,
};
use crate::{mechanism::Tree, process::Process};

/// Added to a tree's name for the other colour.
const OTHER: &str = "-2";
/// The file with the name of the tree whose turn it is.
const TURN: &str = "turn";

/// A deploy under way.
#[derive(Debug)]
pub(super) struct Deploy {
    order: Order,
    stage: Stage,
    since: Stopwatch,
    next: Option<Next>,
}

/// The new colour until its turn.
#[derive(Debug)]
pub(super) struct Next {
    pub(super) running: Running,
    pub(super) tree: Tree,
}

/// What the new colour does while the old one runs.
#[derive(Debug)]
pub(super) enum Heard {
    Said(Word),
    Ended,
}

/// The first tree of a guard, by the name of either: what is held is beside it, whosever turn it is.
pub fn home_tree(name: &str) -> &str {
    name.strip_suffix(OTHER).unwrap_or(name)
}

/// The tree that a deploy to the guard of this directory will make; `None` where there never was a guard.
pub fn next_tree(dir: &Path) -> Option<String> {
    let now = fs::read_to_string(dir.join(TURN)).ok()?;
    Some(other_tree(&now))
}

/// Writes down whose turn it is.
pub(super) fn note_turn(dir: &Path, tree: &Tree) {
    if let Err(error) = homeostat_files::replace(&dir.join(TURN), tree.name().as_bytes()) {
        tracing::warn!(%error, "whose turn it is could not be written down");
    }
}

/// The name of the tree that a deploy will make beside the one of this name.
pub(super) fn other_tree(name: &str) -> String {
    match name.strip_suffix(OTHER) {
        Some(first) => first.to_owned(),
        None => format!("{name}{OTHER}"),
    }
}

impl Deploy {
    fn is_over_time(&self) -> bool {
        let limited = matches!(self.stage, Stage::Starting | Stage::Switching);
        limited && self.since.elapsed().as_millis() > u128::from(self.order.ready_limit_ms)
    }

    /// Returns when the new colour says something or ends; never when there is none.
    pub(super) async fn heard(deploy: &mut Option<Self>) -> Heard {
        match deploy.as_mut().and_then(|deploy| deploy.next.as_mut()) {
            Some(next) => next.running.heard().await,
            None => std::future::pending().await,
        }
    }

    /// The new colour, until its turn.
    pub(super) fn next(&self) -> Option<Process> {
        self.next.as_ref().map(|next| next.running.process())
    }
}

impl Guard<'_> {
    /// Takes up an order, if there is one. `alone` says that nothing runs that it would replace: then its
    /// turn has come.
    pub(super) fn take_order(&mut self, alone: bool) {
        if self.deploy.is_some() {
            return;
        }
        let Some(order) = Order::take(&self.options.dir) else {
            return;
        };
        tracing::info!(binary = %order.binary.display(), "a deploy");
        let mut deploy = Deploy {
            order,
            stage: if alone {
                Stage::Switching
            } else {
                Stage::Starting
            },
            since: Stopwatch::start(),
            next: None,
        };
        deploy.order.tell(&self.options.dir, deploy.stage, None);
        let begun = match alone {
            true => self
                .copies
                .offer(&deploy.order.binary)
                .map(|us| self.offered = Some(us)),
            false => self
                .start_next(&deploy.order)
                .map(|next| deploy.next = Some(next)),
        };
        self.deploy = Some(deploy);
        if let Err(error) = begun {
            self.copies.refuse();
            self.roll_back(format!("it could not be started: {error}"));
        }
    }

    fn start_next(&mut self, order: &Order) -> io::Result<Next> {
        let us = self.copies.offer(&order.binary)?;
        let name = other_tree(self.tree.name());
        let tree = Tree::create(&name, self.tree.mechanism()).map_err(io::Error::other)?;
        // Known to the next guard before anybody is in it.
        super::note(self.options, &tree).map_err(io::Error::other)?;
        let running = Running::start(self, (&tree, us), true)?;
        Ok(Next { running, tree })
    }

    /// What the new colour said or did while the old one runs. Says whether the old one is to drain now.
    pub(super) async fn hear_next(&mut self, heard: Heard) -> bool {
        let Some(deploy) = &mut self.deploy else {
            return false;
        };
        match heard {
            Heard::Said(Word::Standby) if deploy.stage == Stage::Starting => {
                self.reach(Stage::Draining);
                return true;
            }
            Heard::Said(word) => {
                // Out of its place while it is heard: what it says may concern all of us.
                if let Some(mut next) = deploy.next.take() {
                    next.running.hear(word, self).await;
                    if let Some(deploy) = &mut self.deploy {
                        deploy.next = Some(next);
                    }
                }
            }
            Heard::Ended => self.give_up_next("it ended before its turn").await,
        }
        false
    }

    /// Looks at the limits of a new colour whose turn has not come.
    pub(super) async fn look_at_next(&mut self) {
        let Some(deploy) = &self.deploy else { return };
        if deploy.next.is_none() {
            return;
        }
        if deploy.is_over_time() {
            let why = format!(
                "it did not stand by within {} ms",
                deploy.order.ready_limit_ms
            );
            self.give_up_next(&why).await;
        } else if deploy.stage == Stage::Starting && !order::is_wanted(&self.options.dir) {
            self.give_up_next("nobody waits for it any more").await;
        }
    }

    /// Whether the new colour has had its turn for too long without being ready.
    pub(super) fn is_late(&self) -> bool {
        let deploy = self.deploy.as_ref();
        deploy.is_some_and(|deploy| deploy.stage == Stage::Switching && deploy.is_over_time())
    }

    /// Ends the new colour, if its turn has not come. An old one that drains already is started again.
    pub(super) async fn give_up_next(&mut self, why: &str) {
        let next = self.deploy.as_mut().and_then(|deploy| deploy.next.take());
        let Some(next) = next else {
            return;
        };
        let mut spared = self.held.processes();
        spared.extend(self.main);
        until_empty(|limit| next.tree.kill_all(&spared, limit)).await;
        next.tree.remove_leaves();
        self.remove_if_other(&next.tree);
        self.copies.refuse();
        self.roll_back(with_reason(why, next.running.because()));
    }

    /// The old colour has ended, and nothing of it lives: the new one's turn. None when it has died.
    pub(super) fn switch(&mut self) -> Option<Running> {
        let next = self.deploy.as_mut().and_then(|deploy| deploy.next.take())?;
        let before = std::mem::replace(&mut self.tree, next.tree);
        self.remove_if_other(&before);
        note_turn(&self.options.dir, &self.tree);
        self.reach(Stage::Switching);
        next.running.signal(Signal::USR1);
        Some(next.running)
    }

    /// Whoever has its turn has come to be ready.
    pub(super) fn is_deployed(&mut self) {
        let switched = |deploy: &Deploy| deploy.stage == Stage::Switching;
        if self.deploy.as_ref().is_some_and(switched) {
            self.end_deploy(Stage::Done, None);
        }
    }

    /// Whoever had its turn has ended and was never ready; the last good one follows.
    pub(super) fn is_not_deployed(&mut self, why: &str) {
        if self.deploy.is_some() {
            self.roll_back(why.to_owned());
        }
    }

    fn roll_back(&mut self, why: String) {
        tracing::error!(why, "the new version is given up");
        self.end_deploy(Stage::RolledBack, Some(&why));
    }

    fn reach(&mut self, stage: Stage) {
        if let Some(deploy) = &mut self.deploy {
            deploy.stage = stage;
            deploy.since = Stopwatch::start();
            deploy.order.tell(&self.options.dir, stage, None);
        }
    }

    fn end_deploy(&mut self, stage: Stage, why: Option<&str>) {
        if let Some(deploy) = self.deploy.take() {
            deploy.order.tell(&self.options.dir, stage, why);
        }
    }

    /// The first tree has beside it what is held, and stays for the guard's life.
    fn remove_if_other(&self, tree: &Tree) {
        if tree.name() != self.home.name() {
            tree.remove();
        }
    }
}

/// Why, and what it said of that itself.
pub(super) fn with_reason(why: &str, because: Option<&str>) -> String {
    match because {
        Some(because) => format!("{why}: {because}"),
        None => why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{home_tree, other_tree};

    #[test]
    fn there_are_two_trees_and_they_take_turns() {
        let second = other_tree("up-1f0a3a8a");
        assert_ne!(second, "up-1f0a3a8a");
        assert_eq!(other_tree(&second), "up-1f0a3a8a");
        assert_eq!(home_tree(&second), "up-1f0a3a8a");
        assert_eq!(home_tree("up-1f0a3a8a"), "up-1f0a3a8a");
    }
}
