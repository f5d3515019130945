//! The memory of a supervisor: what the host grants it for all that it may come to, and who has it.
//!
//! ```text
//!   expected at the peak ─ask─▶ granted: that is the ledger
//!                          └─▶ refused: told, with the figures; what is free is asked for instead
//! ```
//! Our own roles run in any case. Daemons are not started, and jobs wait in the queue, where there is no
//! room for them. *Crash points.* The grant ends with this process, whose successor asks anew. *Limits.* What
//! gets free later on is not asked for before the next start.

use std::{
    collections::BTreeMap,
    process::id as own_pid,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use homeostat_alerts::{Severity, Spool};
use homeostat_clock::pause;
use homeostat_operator::config::Settings;
use homeostat_queue::PoolOptions;
use homeostat_supervisor::{
    budget::{Grant, Grants, Ledger, NotGranted, Refusal},
    guard::home_tree,
    jobs::Jobs,
    kinds::Kinds,
    mechanism::{Limiter, Tree},
};
use tokio::{task::JoinHandle, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

use super::{
    hear,
    options::Options,
    roles::{self, NO_ROOM, SUPERVISOR_NAME},
};
use crate::{
    control,
    failure::{Failure, chain},
    grants, programs,
    state::State,
};

/// What one of our own roles needs at most.
pub(crate) const ROLE_MB: u64 = 64;
/// What the sandbox needs: it remembers all that ever happened in its world.
const SANDBOX_MB: u64 = 192;
/// Others ask at the same moment; then there is another figure for what is free.
const TRIES: usize = 8;
/// Between two looks at who is over, where nothing holds anybody to it.
const LOOK: Duration = Duration::from_secs(1);

/// What a supervisor has to give. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    ledger: Arc<Mutex<Ledger>>,
    grants: Grants,
    refused: Option<Refusal>,
}

/// What all of it comes to at its peak, in megabytes.
#[derive(Debug)]
struct Expected {
    roles: BTreeMap<String, u64>,
    declared_mb: u64,
}

/// What a role of ours needs at most, by its name.
pub(crate) fn role_mb(name: &str) -> u64 {
    match name {
        roles::SANDBOX => SANDBOX_MB,
        _ => ROLE_MB,
    }
}

impl Expected {
    /// What alone is over the ceiling is not enabled, and nothing is asked for it.
    fn of(settings: &Settings, options: &Options, jobs: &Jobs, ceiling_mb: u64) -> Self {
        let drills = roles::drill_groups(options).into_iter();
        let drills = drills.map(|group| format!("worker-{group}"));
        let roles = roles::names(settings).into_iter().chain(drills);
        let daemons = settings.daemons.values().map(|daemon| daemon.memory_mb);
        let daemons = daemons.filter(|mb| *mb <= ceiling_mb);
        // A kind runs in as many slots as there are, however many it may have.
        let groups = u32::try_from(settings.workers.len()).unwrap_or(u32::MAX);
        let slots = u32::try_from(PoolOptions::default().slots).unwrap_or(u32::MAX);
        let at_once = groups.saturating_mul(slots);
        let mut declared = settings.declared();
        declared.retain(|kind| kind.memory_mb <= ceiling_mb);
        let kinds = declared.into_iter().map(|kind| {
            let one_mb = jobs.expected_mb(&kind.queue_name(), kind.memory_mb);
            one_mb.saturating_mul(kind.concurrency.min(at_once).into())
        });
        Self {
            roles: roles.map(|name| (name.clone(), role_mb(&name))).collect(),
            declared_mb: daemons.chain(kinds).fold(0, u64::saturating_add),
        }
    }

    fn mb(&self) -> u64 {
        let roles: u64 = self.roles.values().sum();
        roles.saturating_add(self.declared_mb)
    }
}

impl Memory {
    /// Nothing to give yet.
    pub(super) fn new(state: &State) -> Result<Self, Failure> {
        Ok(Self {
            ledger: Arc::new(Mutex::new(Ledger::within(0))),
            grants: grants::grants(state.root())?,
            refused: None,
        })
    }

    /// Where jobs get their room.
    pub(super) fn ledger(&self) -> Arc<Mutex<Ledger>> {
        self.ledger.clone()
    }

    /// Asks the host, and reserves for our own roles. The grant is to be kept for as long as they may run.
    pub(super) fn ask(
        &mut self,
        (state, tree, spool): (&State, &Tree, &Spool),
        (settings, options): (&Settings, &Options),
        jobs: &Jobs,
    ) -> Result<Option<Grant>, Failure> {
        let ceiling_mb = programs::ceiling_mb(settings)?;
        let expected = Expected::of(settings, options, jobs, ceiling_mb);
        let what = format!("up {}", state.name());
        let (grant, trouble) = match self.granted(&what, expected.mb(), tree.name()) {
            Ok(grant) => (Some(grant), self.refused.as_ref().map(Refusal::to_string)),
            Err(NotGranted::Refused(refusal)) => (None, Some(refusal.to_string())),
            Err(NotGranted::File(error)) => (None, Some(chain(&error))),
        };
        let mut ledger = match &grant {
            Some(grant) => Ledger::within(grant.entry().mb),
            // Nobody can say what others have; the host has no more than this.
            None => Ledger::new(grants::budget()?.mb()),
        };
        for (role, mb) in &expected.roles {
            let mb = (*mb).min(ledger.free_mb());
            ledger
                .reserve(role, mb)
                .map_err(|e| Failure::environment(&e))?;
        }
        match trouble {
            None => hear::over(spool, NO_ROOM, SUPERVISOR_NAME),
            Some(why) => {
                let text = format!(
                    "{why}. Our own roles run within {} MB; daemons that do not fit are not started, and jobs that do \
                     not fit wait. Lower memory_mb in homeostat.toml, or start again when others have ended; \
                     `homeostat processes` shows who has what.",
                    ledger.ceiling_mb()
                );
                hear::raise(spool, Severity::Warning, NO_ROOM, SUPERVISOR_NAME, text);
            }
        }
        *self.lock() = ledger;
        Ok(grant)
    }

    /// All of it, else what is free.
    fn granted(&mut self, what: &str, mb: u64, tree: &str) -> Result<Grant, NotGranted> {
        let mut wanted_mb = mb;
        for _ in 0..TRIES {
            match self.grants.ask_for_tree(what, wanted_mb, tree) {
                Err(NotGranted::Refused(refusal)) => {
                    wanted_mb = refusal.free_mb;
                    self.refused.get_or_insert(refusal);
                }
                other => return other,
            }
        }
        self.grants.ask_for_tree(what, 0, tree)
    }

    /// Promises memory to a kind that is kept from now on.
    pub(super) fn reserve(&self, name: &str, mb: u64) -> Result<(), Refusal> {
        self.lock().reserve(name, mb)
    }

    /// As it is shown.
    pub(super) fn report(&self, tree: &Tree) -> control::Memory {
        let (ceiling_mb, held) = {
            let ledger = self.lock();
            let held = ledger.holders().map(|(what, mb)| (what.to_owned(), mb));
            (ledger.ceiling_mb(), held.collect::<BTreeMap<_, _>>())
        };
        let us = i32::try_from(own_pid()).unwrap_or(0);
        // The rest stands without what the file would say.
        let mut others = self.grants.entries().unwrap_or_default();
        others
            .retain(|entry| entry.process.pid != us || entry.tree.as_deref() != Some(tree.name()));
        // What the guard holds is beside its first tree, and of no grant.
        let home = home_tree(tree.name());
        let strays = self
            .grants
            .strays(|name| name == tree.name() || name == home);
        control::Memory {
            host_mb: Some(self.grants.ceiling_mb()),
            ceiling_mb,
            reserved_mb: held.values().sum(),
            held,
            limiter: tree.limiter(),
            refused: self.refused.clone(),
            others,
            strays: strays.unwrap_or_default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends who is over, where the kernel does not. Until stopped.
pub(super) fn watch(
    tree: &Tree,
    (kinds, jobs): (&Kinds, &Arc<Jobs>),
    stop: CancellationToken,
) -> Option<JoinHandle<()>> {
    if tree.limiter() != Limiter::None {
        return None;
    }
    let (kinds, jobs) = (kinds.clone(), jobs.clone());
    Some(tokio::spawn(async move {
        while !stop.is_cancelled() {
            let (kinds, jobs) = (kinds.clone(), jobs.clone());
            let looked = spawn_blocking(move || end_over(&kinds, &jobs)).await;
            if let Err(error) = looked {
                tracing::error!(%error, "cannot see who is over their memory");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = pause(LOOK) => {}
            }
        }
    }))
}

fn end_over(kinds: &Kinds, jobs: &Jobs) {
    let of_jobs = jobs
        .end_over()
        .map(|leaf| leaf.map(|leaf| leaf.to_string()));
    for over in [kinds.end_over(), of_jobs] {
        match over {
            Ok(None) => {}
            Ok(Some(name)) => {
                tracing::warn!(name, "has more memory than is reserved for it; ended")
            }
            Err(error) => tracing::warn!(%error, "cannot see who is over their memory"),
        }
    }
}
