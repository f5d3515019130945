//! The scheduler of a process: fires schedules, watches for deaths, does the chores. Any number of
//! schedulers may run at once; each act agrees through the database.

use std::{sync::Arc, time::Duration};

use homeostat_clock::{Entropy, WorldClock, pause};
use homeostat_liveness::{Death, DeathWatch, DeathWatchOptions, Epoch, Host};
use homeostat_model::{Classify, Fault};
use homeostat_store::Db;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{Chore, Error, Signal, Stopped, maintenance, recovery_pass, rescue, tick};

/// How often a scheduler looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SchedulerOptions {
    /// Longest wait between two ticks of the schedules, in milliseconds. Default 1000.
    pub tick_ms: u64,
    /// Between two looks for deaths, in milliseconds; the end of a process of this host is looked at
    /// at once. Default 250.
    pub death_ms: u64,
}

impl Default for SchedulerOptions {
    fn default() -> Self {
        Self {
            tick_ms: 1000,
            death_ms: 250,
        }
    }
}

/// What a scheduler has done so far. Tests wait on it.
#[derive(Debug, Clone, Default)]
pub struct SchedulerHandle {
    ticks: Signal,
    fired: Signal,
    rescued: Signal,
    chores: Signal,
}

impl SchedulerHandle {
    /// Ticks of the schedules.
    pub fn ticks(&self) -> &Signal {
        &self.ticks
    }

    /// Jobs fired by schedules.
    pub fn fired(&self) -> &Signal {
        &self.fired
    }

    /// Epochs found dead and rescued.
    pub fn rescued(&self) -> &Signal {
        &self.rescued
    }

    /// Chores run.
    pub fn chores(&self) -> &Signal {
        &self.chores
    }
}

/// The service. [`Scheduler::run`] it.
#[derive(Debug)]
pub struct Scheduler {
    core: Arc<Core>,
    chores: Vec<Box<dyn Chore>>,
}

#[derive(Debug)]
struct Core {
    db: Db,
    epoch: Epoch,
    host: Host,
    clock: WorldClock,
    entropy: Entropy,
    options: SchedulerOptions,
    handle: SchedulerHandle,
}

impl Scheduler {
    /// A scheduler with the queue's own chores. It fires by the world's clock.
    ///
    /// # Errors
    /// When an option cannot be used.
    pub fn new(
        db: &Db,
        epoch: &Epoch,
        host: Host,
        clock: WorldClock,
        entropy: &Entropy,
        options: SchedulerOptions,
    ) -> Result<(Self, SchedulerHandle), Error> {
        for (field, ms) in [("tick_ms", options.tick_ms), ("death_ms", options.death_ms)] {
            if ms == 0 {
                return Err(Error::input(field, "must be at least 1"));
            }
        }
        let handle = SchedulerHandle::default();
        let entropy = entropy.child("queue.scheduler");
        let chores = maintenance::chores(&entropy);
        let core = Core {
            db: db.clone(),
            epoch: epoch.clone(),
            host,
            clock,
            entropy,
            options,
            handle: handle.clone(),
        };
        Ok((
            Self {
                core: Arc::new(core),
                chores,
            },
            handle,
        ))
    }

    /// Adds a chore of another part of the system.
    #[must_use]
    pub fn with_chore(mut self, chore: Box<dyn Chore>) -> Self {
        self.chores.push(chore);
        self
    }

    /// Makes one recovery pass, then runs until stopped or until the epoch ends.
    ///
    /// # Errors
    /// When the first recovery pass fails, or a task panics. Outages later are waited out.
    pub async fn run(self, stop: CancellationToken) -> Result<Stopped, Error> {
        recovery_pass(&self.core.db, &self.core.entropy, None).await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(self.core.clone().tick_schedules());
        tasks.spawn(self.core.clone().watch_deaths());
        for chore in self.chores {
            tasks.spawn(self.core.clone().repeat(chore));
        }
        // The tasks end only with a panic; each act is a transaction, so dropping them is safe.
        tokio::select! {
            () = stop.cancelled() => Ok(Stopped::Planned),
            reason = self.core.epoch.ended() => Ok(Stopped::EpochEnded(reason)),
            Some(Err(error)) = tasks.join_next() => {
                Err(Error::Broken(format!("a task of the scheduler died: {error}")))
            }
        }
    }
}

impl Core {
    async fn tick_schedules(self: Arc<Self>) {
        let longest = Duration::from_millis(self.options.tick_ms);
        loop {
            let mut wait = longest;
            match tick(&self.db, self.clock.now(), None).await {
                Ok(done) => {
                    self.handle.fired.add(done.fired.len() + done.probes);
                    if let Some(next_at) = done.next_at {
                        let soonest = Duration::from_millis(20);
                        wait = self.clock.real_until(next_at).max(soonest).min(longest);
                    }
                }
                Err(error) => tracing::warn!(%error, "schedules wait for the next tick"),
            }
            self.handle.ticks.add(1);
            pause(wait).await;
        }
    }

    /// Looks for deaths while our own life is beyond doubt, and stops at the first rescue that cannot
    /// be written: whoever cannot write has no word on who lives. All graces start anew then.
    async fn watch_deaths(self: Arc<Self>) {
        let mut watch = DeathWatch::new(self.host.clone(), DeathWatchOptions::default());
        let every = Duration::from_millis(self.options.death_ms);
        loop {
            if self.epoch.is_sound() {
                match rescue_the_dead(&self.db, &mut watch, &self.entropy).await {
                    Ok(rescued) => self.handle.rescued.add(rescued),
                    Err(error) => {
                        watch.start_over();
                        tracing::warn!(%error, "the dead wait for the next look");
                    }
                }
            } else {
                watch.start_over();
            }
            watch.wait(every).await;
        }
    }

    async fn repeat(self: Arc<Self>, chore: Box<dyn Chore>) {
        loop {
            match chore.run(&self.db).await {
                Ok(0) => {}
                Ok(rows) => tracing::debug!(chore = chore.name(), rows, "done"),
                Err(error) => tracing::warn!(chore = chore.name(), %error, "failed; it runs again"),
            }
            self.handle.chores.add(1);
            pause(chore.every()).await;
        }
    }
}

/// One look. An epoch whose rescue the database refuses holds up nobody else.
pub(crate) async fn rescue_the_dead(
    db: &Db,
    watch: &mut DeathWatch,
    entropy: &Entropy,
) -> Result<usize, Error> {
    let mut rescued = 0;
    let mut deaths = watch.look(db).await?;
    // There is no work left to give back; what they may have sent is looked after with the proof.
    deaths.extend(watch.prove(db).await?);
    for Death { process, evidence } in deaths {
        match rescue(db, process, evidence, entropy, None).await {
            Ok(done) => rescued += done.epochs,
            Err(error) => match error.fault() {
                Fault::Permanent => tracing::error!(epoch = %process, %error, "cannot be rescued"),
                Fault::Transient | Fault::UnknownOutcome => return Err(error),
            },
        }
    }
    Ok(rescued)
}
