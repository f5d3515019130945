//! What a supervisor has before it has a database, and keeps while it has none: its kinds, the control
//! socket, the alerts, and the gate before everything that needs the database.
//!
//! Two may have kinds at once, while one stands by; memory, control socket and alerts are of the one whose
//! turn it is.

use std::{path::PathBuf, sync::Arc, time::Duration};

use homeostat_alerts::Spool;
use homeostat_clock::Entropy;
use homeostat_operator::config::Config;
use homeostat_store::Db;
use homeostat_supervisor::{
    budget::{Grant, Refusal},
    crash_loop::Policy,
    guard::next_tree,
    jobs::Jobs,
    kinds::{Event, Gate, Ground, Kinds, Options},
    mechanism::Tree,
    spawn::Spawner,
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    clock,
    control::{self, Desk},
    enable::Enabling,
    hear,
    memory::{self, Memory},
    options::Options as Asked,
};
use crate::{
    alerts,
    failure::{Failure, chain},
    programs,
    state::State,
};

/// How long the last words may take.
const CLOSE_MAX: Duration = Duration::from_secs(2);

/// A supervisor's house.
#[derive(Debug)]
pub(super) struct House {
    pub(super) kinds: Kinds,
    pub(super) spool: Spool,
    /// Open while the database answers.
    pub(super) gate: watch::Sender<bool>,
    /// The database, once there is one.
    pub(super) db: watch::Sender<Option<Db>>,
    tree: Tree,
    spawner: Spawner,
    /// What is promised to whom of the memory that there is.
    memory: Memory,
    /// Given back with the house.
    grant: Option<Grant>,
    stop: CancellationToken,
    entropy: Entropy,
    /// What became of its kinds, until somebody listens.
    heard: Option<mpsc::UnboundedReceiver<Event>>,
    tasks: Vec<JoinHandle<()>>,
}

impl House {
    /// Opens it, with nothing but kinds.
    pub(super) fn open(state: &State, tree: Tree, entropy: &Entropy) -> Result<Self, Failure> {
        let stop = CancellationToken::new();
        let spool = alerts::own_spool(state);
        let us = (super::roles::OURSELVES.into(), Vec::new());
        let spawner = Spawner::start(us).map_err(|e| Failure::environment(&e))?;
        let (ground, heard, unreadable) = Ground::open(Options {
            tree: tree.clone(),
            spawner: spawner.clone(),
            policy: Policy::default(),
            memory: crash_loops(state, &tree),
            entropy: entropy.child("kinds"),
            now_ms,
        });
        if let Some(found) = unreadable {
            let place = found.path.display();
            tracing::warn!(%place, why = found.why, "counts of crash loops are unknown; they begin anew");
        }
        let kinds = Kinds::new(ground);
        let (gate, _) = watch::channel(false);
        let (db, _) = watch::channel(None);
        Ok(Self {
            kinds,
            spool,
            gate,
            db,
            tree,
            spawner,
            memory: Memory::new(state)?,
            grant: None,
            stop,
            entropy: entropy.clone(),
            heard: Some(heard),
            tasks: Vec::new(),
        })
    }

    /// Takes what only one supervisor has at a time. From now on it has memory to give, answers who asks, and
    /// what becomes of its kinds is heard, also what was so far; alerts are delivered.
    pub(super) fn take_over(
        &mut self,
        (state, asked): (&State, &Asked),
        config: &Config,
    ) -> Result<(), Failure> {
        let stop = &self.stop;
        if let Some(heard) = self.heard.take() {
            let listening = hear::Listening {
                kinds: self.kinds.clone(),
                spool: self.spool.clone(),
                db: self.db.subscribe(),
                entropy: self.entropy.clone(),
                stop: stop.clone(),
            };
            let hearing = tokio::spawn(hear::hear(listening, heard));
            self.tasks.push(hearing);
        }
        let deliver = alerts::deliver(self.spool.clone(), config, stop)?;
        let clock = clock::keep(self.spool.clone(), stop.clone());
        self.tasks.extend([deliver, clock]);
        let peaks = state.guard_dir().join("peaks.json");
        let jobs = Jobs::new(self.tree.clone(), self.memory.ledger(), &peaks, now_ms);
        let place = (state, &self.tree, &self.spool);
        self.grant = self.memory.ask(place, (&config.settings, asked), &jobs)?;
        let jobs = Arc::new(jobs);
        let watched = memory::watch(&self.tree, (&self.kinds, &jobs), stop.clone());
        self.tasks.extend(watched);
        let enabling = Enabling {
            jobs: jobs.clone(),
            tree: self.tree.clone(),
            spawner: self.spawner.clone(),
            spool: self.spool.clone(),
            stop: stop.clone(),
            one_at_a_time: Arc::default(),
        };
        let ceiling_mb = programs::ceiling_mb(&config.settings)?;
        self.tasks
            .extend(enabling.keep(&config.settings, ceiling_mb));
        let desk = Desk {
            kinds: self.kinds.clone(),
            jobs,
            memory: self.memory.clone(),
            tree: self.tree.clone(),
        };
        match control::serve(&state.control_socket(), desk, stop.clone()) {
            Ok(task) => self.tasks.push(task),
            // Nobody can ask then; everything else works.
            Err(error) => tracing::error!(error = chain(&error), "nobody can be answered"),
        }
        Ok(())
    }

    /// The name of its tree.
    pub(super) fn tree(&self) -> &str {
        self.tree.name()
    }

    /// What a kind that needs the database waits for.
    pub(super) fn gate(&self) -> Gate {
        self.gate.subscribe()
    }

    /// Promises memory to a kind that is kept from now on.
    pub(super) fn reserve(&self, name: &str, mb: u64) -> Result<(), Refusal> {
        self.memory.reserve(name, mb)
    }

    /// Ends what is still kept, then those who told of it.
    pub(super) async fn close(self) {
        self.kinds.end(|_| true).await;
        self.stop.cancel();
        for task in self.tasks {
            // A sink that hangs keeps nobody: what it was not told is in the spool.
            let _ = timeout(CLOSE_MAX, task).await;
        }
        drop(self.grant);
    }
}

/// What is remembered of crash loops is of a tree: another version begins anew, and comes back to it.
pub(super) fn crash_loops(state: &State, tree: &Tree) -> PathBuf {
    crash_loops_of(state, tree.name())
}

fn crash_loops_of(state: &State, tree: &str) -> PathBuf {
    let file = format!("crash-loops-{tree}.json");
    state.guard_dir().join(file)
}

/// The other tree's is of a version that does not come back.
pub(super) fn forget_other(state: &State) {
    if let Some(tree) = next_tree(&state.guard_dir()) {
        let _ = std::fs::remove_file(crash_loops_of(state, &tree));
    }
}

/// The wall clock, in milliseconds since 1970.
pub(super) fn now_ms() -> i64 {
    homeostat_clock::wall().0.as_millisecond()
}
