//! What all kinds of a supervisor share: tree, spawner, and what is remembered of crash loops.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use homeostat_clock::Entropy;
use rand::Rng;
use tokio::sync::mpsc;

use crate::{
    crash_loop::{
        Alert, Cause, Due, Ended, Policy, Record, Run, Stage,
        memory::{Memory, Unreadable},
        shared::{Shared, Sharing},
    },
    mechanism::Tree,
    process::Process,
    spawn::Spawner,
};

/// What a supervisor should hear of its kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A process was started.
    Started {
        /// Of which kind.
        name: String,
        /// Which.
        process: Process,
    },
    /// It is at work.
    Ready {
        /// The kind.
        name: String,
    },
    /// A process has ended, and everything that came of it: proven by the kernel.
    Ended {
        /// Of which kind.
        name: String,
        /// Which.
        process: Process,
        /// How, and its last words.
        cause: Cause,
    },
    /// It asks for a process beside it, for a job that is to run alone.
    WantsAlone {
        /// The kind.
        name: String,
    },
    /// Somebody should hear of a kind.
    Alert(Alert),
    /// Several kinds share one cause: told in place of theirs.
    Shared(Shared),
    /// That is over.
    SharedOver(Shared),
}

/// What is given to a [`Ground`].
#[derive(Debug)]
pub struct Options {
    /// Where children belong.
    pub tree: Tree,
    /// Who starts them.
    pub spawner: Spawner,
    /// How crash loops are judged.
    pub policy: Policy,
    /// Where they are remembered.
    pub memory: PathBuf,
    /// Chance, for the jitter of waits.
    pub entropy: Entropy,
    /// The wall clock, in milliseconds since 1970.
    pub now_ms: fn() -> i64,
}

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ground(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    tree: Tree,
    spawner: Spawner,
    policy: Policy,
    path: PathBuf,
    now_ms: fn() -> i64,
    remembered: Mutex<Remembered>,
    events: mpsc::UnboundedSender<Event>,
}

#[derive(Debug)]
struct Remembered {
    memory: Memory,
    chance: rand_chacha::ChaCha8Rng,
}

/// That a record is taken away, for whoever was told of it.
fn told_over(record: &Record, name: &str) -> Option<Alert> {
    record.alerted.is_some().then(|| record.resolved(name))
}

impl Ground {
    /// Takes up what an earlier life remembered. Returns what is to be heard from now on, and a memory
    /// that could not be read, whose counts begin anew.
    pub fn open(options: Options) -> (Self, mpsc::UnboundedReceiver<Event>, Option<Unreadable>) {
        let (events, heard) = mpsc::unbounded_channel();
        let found = Memory::load(&options.memory, &options.policy, (options.now_ms)());
        let inner = Inner {
            tree: options.tree,
            spawner: options.spawner,
            policy: options.policy,
            path: options.memory,
            now_ms: options.now_ms,
            remembered: Mutex::new(Remembered {
                memory: found.memory,
                chance: options.entropy.rng(),
            }),
            events,
        };
        (Self(Arc::new(inner)), heard, found.unreadable)
    }

    pub(super) fn tree(&self) -> &Tree {
        &self.0.tree
    }

    pub(super) fn spawner(&self) -> &Spawner {
        &self.0.spawner
    }

    pub(super) fn now_ms(&self) -> i64 {
        (self.0.now_ms)()
    }

    pub(super) fn tell(&self, event: Event) {
        // A supervisor that listens no longer is about to end.
        let _ = self.0.events.send(event);
    }

    /// What is remembered of a kind.
    pub(super) fn record(&self, name: &str) -> Option<Record> {
        self.lock().memory.kinds.get(name).cloned()
    }

    /// When it is to be started.
    pub(super) fn due(&self, name: &str, fingerprint: &str) -> Due {
        let now_ms = self.now_ms();
        let mut remembered = self.lock();
        let Some(record) = remembered.memory.kinds.get_mut(name) else {
            return Due::Now;
        };
        let before = record.phase;
        let due = record.due(&self.0.policy, now_ms, fingerprint);
        if record.phase != before {
            self.save(&remembered.memory);
        }
        match due {
            // Only its own task starts it, so nothing of it runs when that asks.
            Due::Nothing => Due::Now,
            due => due,
        }
    }

    /// It is about to be started.
    pub(super) fn started(&self, name: &str, fingerprint: &str, by_operator: bool) -> Record {
        let mut remembered = self.lock();
        let record = remembered.memory.kinds.entry(name.to_owned()).or_default();
        record.started(fingerprint, by_operator);
        let record = record.clone();
        self.save(&remembered.memory);
        record
    }

    /// It runs. Returns what is remembered from now on, when that ends a loop.
    pub(super) fn going(&self, name: &str, run: &Run) -> Option<Record> {
        let mut remembered = self.lock();
        let record = remembered.memory.kinds.get_mut(name)?;
        let before = record.clone();
        let alert = record.going(&self.0.policy, name, run);
        let after = record.clone();
        if after == before {
            return None;
        }
        self.save(&remembered.memory);
        if let Some(alert) = alert {
            self.alert(&mut remembered.memory, alert);
        }
        Some(after)
    }

    /// Of a kind that is not kept any more nothing is remembered, and nothing is wrong with it.
    pub(super) fn forget_all_but(&self, kept: &BTreeSet<String>) {
        let mut remembered = self.lock();
        let memory = &mut remembered.memory;
        let known: Vec<String> = memory.kinds.keys().cloned().collect();
        for name in known.into_iter().filter(|name| !kept.contains(name)) {
            let record = memory.kinds.remove(&name);
            if let Some(alert) = record.and_then(|record| told_over(&record, &name)) {
                self.alert(memory, alert);
            }
        }
        self.save(memory);
    }

    /// It has ended. Returns what is remembered of it from now on.
    pub(super) fn ended(&self, name: &str, run: &Run, cause: Cause) -> Record {
        let now_ms = self.now_ms();
        let mut remembered = self.lock();
        let chance = remembered.chance.next_u64();
        let memory = &mut remembered.memory;
        let record = memory.kinds.entry(name.to_owned()).or_default();
        let Ended { alert, .. } = record.ended(&self.0.policy, name, (run, cause), now_ms, chance);
        let record = record.clone();
        if let Some(alert) = alert {
            self.alert(memory, alert);
        }
        self.save(memory);
        record
    }

    /// A person takes its record away.
    pub(super) fn pardon(&self, name: &str) -> Record {
        let mut remembered = self.lock();
        let memory = &mut remembered.memory;
        let record = memory.kinds.entry(name.to_owned()).or_default();
        let told = told_over(record, name);
        record.pardon();
        let record = record.clone();
        if let Some(alert) = told {
            self.alert(memory, alert);
        }
        self.save(memory);
        record
    }

    /// One alert for one cause, however many kinds have it.
    fn alert(&self, memory: &mut Memory, alert: Alert) {
        match alert.stage {
            Stage::Looping => {}
            Stage::Quarantined => match memory.shared.quarantined(&alert.kind, self.now_ms()) {
                Sharing::Alone => {}
                Sharing::Joined => return,
                Sharing::Opened(shared) => return self.tell(Event::Shared(shared)),
            },
            Stage::Resolved => {
                if let Some(shared) = memory.shared.left(&alert.kind) {
                    self.tell(Event::SharedOver(shared));
                }
            }
        }
        self.tell(Event::Alert(alert));
    }

    fn save(&self, memory: &Memory) {
        if let Err(error) = memory.save(&self.0.path) {
            // The counts in memory stay good; only a restart of the supervisor would forget them.
            tracing::warn!(%error, "what is known of crash loops could not be kept");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        path::Path,
        sync::atomic::{AtomicI64, Ordering},
        time::Duration,
    };

    use super::*;
    use crate::{crash_loop::Ending, mechanism::Mechanism};

    const HOUR_MS: i64 = 3_600_000;

    /// What the wall clock says.
    static NOW_MS: AtomicI64 = AtomicI64::new(100 * HOUR_MS);

    fn open(dir: &Path, tree: &Tree) -> (Ground, mpsc::UnboundedReceiver<Event>) {
        let (ground, heard, unreadable) = Ground::open(Options {
            tree: tree.clone(),
            spawner: Spawner::start(("none".into(), Vec::new())).unwrap(),
            policy: Policy::default(),
            memory: dir.join("memory.json"),
            entropy: Entropy::from_seed(1),
            now_ms: || NOW_MS.load(Ordering::SeqCst),
        });
        assert!(unreadable.is_none());
        (ground, heard)
    }

    /// It ran so long, and did not do its work.
    fn fails(ground: &Ground, name: &str) {
        ground.started(name, "f", false);
        let run = Run {
            uptime: Duration::from_secs(1),
            ..Run::NONE
        };
        let cause = Cause {
            ending: Ending::Exited(1),
            last_words: String::new(),
        };
        ground.ended(name, &run, cause);
    }

    #[test]
    fn what_a_clock_set_back_did_to_a_wait_is_written_down() {
        let dir = tempfile::tempdir().unwrap();
        let tree = Tree::create(
            &format!("ground-{}", std::process::id()),
            Mechanism::ProcessGroup,
        );
        let tree = tree.unwrap();
        let (ground, _heard) = open(dir.path(), &tree);
        // The first restart has no wait.
        fails(&ground, "a");
        fails(&ground, "a");
        assert!(matches!(ground.due("a", "f"), Due::InMs(_)));
        NOW_MS.fetch_sub(5 * HOUR_MS, Ordering::SeqCst);
        let due = ground.due("a", "f");
        assert!(
            matches!(due, Due::InMs(ms) if ms < HOUR_MS.unsigned_abs()),
            "{due:?}"
        );
        // Another life finds the same end of the wait, and not the old one.
        let (next, _heard) = open(dir.path(), &tree);
        assert_eq!(next.record("a"), ground.record("a"));
        tree.remove();
    }

    #[test]
    fn only_who_was_told_of_a_kind_hears_that_it_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let tree = Tree::create(
            &format!("told-{}", std::process::id()),
            Mechanism::ProcessGroup,
        );
        let tree = tree.unwrap();
        let (ground, mut heard) = open(dir.path(), &tree);
        fails(&ground, "once");
        for _ in 0..Policy::default().alert_at {
            fails(&ground, "often");
        }
        while heard.try_recv().is_ok() {}
        ground.forget_all_but(&BTreeSet::new());
        let told: Vec<_> = std::iter::from_fn(|| heard.try_recv().ok()).collect();
        assert!(
            matches!(&told[..], [Event::Alert(alert)] if alert.kind == "often"),
            "{told:?}"
        );
        tree.remove();
    }
}
