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

use std::{fs, io, path::Path, time::Duration};

use homeostat_clock::Stopwatch;
use rustix::process::Signal;

use super::{
    Guard,
    leash::Word,
    order::{Order, Stage},
    watch::{Running, Turn},
};
use crate::{mechanism::Tree, process::Process};

/// How long the kernel may take to end the other colour, before it is looked at again.
const KILL_LIMIT: Duration = Duration::from_millis(500);
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

/// Whether a version that is given up is to blame for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not tried again until its file changes.
    Its,
    /// It may be a good one.
    None,
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

    /// Who asked for it.
    pub(super) fn by(&self) -> Process {
        self.order.by
    }
}

impl Guard<'_> {
    /// Takes up an order, if there is one. `alone` says that nothing good runs that it would replace: then its
    /// turn has come. Says whether there was one.
    pub(super) async fn take_order(&mut self, alone: bool) -> bool {
        if self.deploy.is_some() || !self.ending.is_empty() {
            return false;
        }
        let Some(order) = Order::take(&self.options.dir) else {
            return false;
        };
        tracing::info!(binary = %order.binary.display(), "a deploy");
        self.deploy = Some(Deploy {
            order,
            stage: Stage::Starting,
            since: Stopwatch::start(),
            next: None,
        });
        if alone {
            return self.go_alone();
        }
        self.reach(Stage::Starting);
        match self.start_next() {
            Ok(next) => {
                if let Some(deploy) = &mut self.deploy {
                    deploy.next = Some(next);
                }
            }
            Err(error) => self.is_not_started(&error),
        }
        true
    }

    fn is_not_started(&mut self, error: &io::Error) {
        self.copies.put_down();
        self.roll_back(format!("it could not be started: {error}"));
    }

    /// Nothing good runs, so the new version is the next to be started.
    fn go_alone(&mut self) -> bool {
        self.reach(Stage::Switching);
        let Some(deploy) = &self.deploy else {
            return false;
        };
        match self.copies.offer(&deploy.order.binary) {
            Ok(us) => {
                self.offered = Some(us);
                true
            }
            Err(error) => {
                self.is_not_started(&error);
                false
            }
        }
    }

    fn start_next(&mut self) -> io::Result<Next> {
        let deploy = self.deploy.as_ref();
        let binary = deploy.map(|deploy| deploy.order.binary.clone());
        let us = self.copies.offer(&binary.unwrap_or_default())?;
        let name = other_tree(self.tree.name());
        let tree = Tree::create(&name, self.tree.mechanism()).map_err(io::Error::other)?;
        // Known to the next guard before anybody is in it.
        super::note(self.options, &tree).map_err(io::Error::other)?;
        match Running::start(self, (&tree, us), Turn::Later) {
            Ok(running) => Ok(Next { running, tree }),
            Err(error) => {
                // It may have come to be, and not be seen.
                self.ending.push(tree);
                Err(error)
            }
        }
    }

    /// What the new colour said or did while the old one runs, or ends anyway. Says whether the old one is to
    /// drain now.
    pub(super) async fn hear_next(&mut self, heard: Heard, is_ending: bool) -> bool {
        let Some(deploy) = &mut self.deploy else {
            return false;
        };
        match heard {
            Heard::Said(Word::Standby) if deploy.stage == Stage::Starting => {
                if is_ending {
                    self.give_up_next("everything ends", Fault::None);
                    return false;
                }
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
            Heard::Ended => self.give_up_next("it ended before its turn", Fault::Its),
        }
        false
    }

    /// Looks at the limits of a new colour whose turn has not come, and at what is left of those before.
    pub(super) fn look_at_next(&mut self) {
        let spared = self.spared();
        let home = &self.home;
        self.ending.retain(|tree| !end(tree, home, &spared));
        let Some(deploy) = &self.deploy else { return };
        if deploy.next.is_none() {
            return;
        }
        if deploy.is_over_time() {
            let why = format!(
                "it did not stand by within {} ms",
                deploy.order.ready_limit_ms
            );
            self.give_up_next(&why, Fault::Its);
        } else if deploy.stage == Stage::Starting && !deploy.order.is_wanted(&self.options.dir) {
            self.give_up_next("nobody waits for it any more", Fault::None);
        }
    }

    /// Whether the new colour has had its turn for too long without being ready.
    pub(super) fn is_late(&self) -> bool {
        let deploy = self.deploy.as_ref();
        deploy.is_some_and(|deploy| deploy.stage == Stage::Switching && deploy.is_over_time())
    }

    /// Ends the new colour, if its turn has not come. An old one that drains already is started again.
    pub(super) fn give_up_next(&mut self, why: &str, fault: Fault) {
        let next = self.deploy.as_mut().and_then(|deploy| deploy.next.take());
        let Some(next) = next else {
            return;
        };
        self.end_next(next.tree);
        match fault {
            Fault::Its => drop(self.copies.refuse()),
            Fault::None => self.copies.put_down(),
        }
        self.roll_back(with_reason(why, next.running.because()));
    }

    /// The version that runs has ended by itself: what the new one waited for. It begins anew, and alone.
    pub(super) fn give_turn_at_once(&mut self) {
        let next = self.deploy.as_mut().and_then(|deploy| deploy.next.take());
        if let Some(next) = next {
            self.end_next(next.tree);
            self.go_alone();
        }
    }

    /// What the kernel does not end at once is looked at again; nobody waits for it.
    fn end_next(&mut self, tree: Tree) {
        if !end(&tree, &self.home, &self.spared()) {
            self.ending.push(tree);
        }
    }

    /// Who must not be killed with the other colour.
    fn spared(&self) -> Vec<Process> {
        let mut spared = self.held.processes();
        spared.extend(self.main);
        spared.extend(self.deploy.as_ref().map(Deploy::by));
        spared
    }

    /// The old colour has ended, and nothing of it lives: the new one's turn. None when it has died.
    pub(super) fn switch(&mut self) -> Option<Running> {
        let next = self.deploy.as_mut().and_then(|deploy| deploy.next.take())?;
        let before = std::mem::replace(&mut self.tree, next.tree);
        remove_if_other(&before, &self.home);
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

    pub(super) fn reach(&mut self, stage: Stage) {
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
}

/// Kills what is in a tree and removes it; says whether nothing is left.
fn end(tree: &Tree, home: &Tree, spared: &[Process]) -> bool {
    if let Err(error) = tree.kill_all(spared, KILL_LIMIT) {
        tracing::error!(%error, "the new version does not end; nothing is deployed meanwhile");
        return false;
    }
    tree.remove_leaves();
    remove_if_other(tree, home);
    true
}

/// The first tree has beside it what is held, and stays for the guard's life.
fn remove_if_other(tree: &Tree, home: &Tree) {
    if tree.name() != home.name() {
        tree.remove();
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
