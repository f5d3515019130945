//! The workers of one process: claims, runs, times out, gives back.
//!
//! ```text
//!   wake · poll · room ──▶ claim ──▶ buffer ──▶ slot: begun ─ work ─▶ finisher ──▶ database
//!                            └ beside the loop                          └ no more begin than two
//!                                                                         batches that are not written
//!   stop   ──▶ claims no more, gives the buffer back, waits for the slots, then drops what is left
//!   ended  ──▶ drops everything at once; the results would be stale
//!   unsound ─▶ claims nothing until the epoch's lock is held again; running work goes on
//!   in doubt ▶ an answer to a claim was lost: claims nothing until that is known, see `lost`
//!   stuck  ──▶ is counted, for whoever can end the process
//! ```

mod ahead;
mod alone;
mod attempt;
mod beside;
mod claims;
mod face;
mod lost;
mod stuck;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use homeostat_clock::{Entropy, Stopwatch};
use homeostat_liveness::{Begun, Epoch};
use homeostat_model::{Fence, JobId};
use homeostat_mutants::mutant;
use homeostat_store::{Db, Wake};
use tokio::{
    sync::{Notify, mpsc},
    task::{Id, JoinError, JoinSet},
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Error, Notifier, Registry,
    admission::Gate,
    claim::Claimed,
    finish::{Backlog, Finisher, Report, What},
    manage,
    pool::{
        alone::Solo,
        attempt::attempt,
        claims::{Claims, Round},
    },
    verdict::Ending,
};

pub(crate) use face::PoolSignals;
pub use face::{PoolHandle, PoolOptions, Stopped};

/// The service. [`Pool::run`] it.
#[derive(Debug)]
pub struct Pool {
    db: Db,
    epoch: Epoch,
    registry: Registry,
    entropy: Entropy,
    options: PoolOptions,
    wake: Wake,
    signals: PoolSignals,
    alone_elsewhere: Option<Arc<Notify>>,
}

impl Pool {
    /// A pool for the registry's kinds, which no other pool of this epoch may have, woken by `wake` (a listener on
    /// [`Pool::CHANNEL`]) and its poll.
    ///
    /// # Errors
    /// When an option cannot be used.
    pub fn new(
        db: &Db,
        epoch: &Epoch,
        registry: Registry,
        entropy: &Entropy,
        options: PoolOptions,
        wake: Wake,
    ) -> Result<(Self, PoolHandle), Error> {
        options.validate()?;
        let signals = PoolSignals::default();
        let pool = Self {
            db: db.clone(),
            epoch: epoch.clone(),
            registry,
            entropy: entropy.child("queue.pool"),
            options,
            wake,
            signals: signals.clone(),
            alone_elsewhere: None,
        };
        Ok((pool, PoolHandle::new(signals)))
    }

    /// The channel that says that there is work.
    pub const CHANNEL: &'static str = "homeostat_job";

    /// Registers the kinds and works until stopped or until the epoch ends.
    ///
    /// # Errors
    /// When the kinds cannot be registered, or what writes the results died. Outages later are waited out.
    pub async fn run(self, stop: CancellationToken) -> Result<Stopped, Error> {
        self.registry.register(&self.db).await?;
        let room = Arc::new(Notify::new());
        let (reports, inbox) = mpsc::unbounded_channel();
        let backlog = Backlog::default();
        let finisher = Finisher {
            db: self.db.clone(),
            epoch: self.epoch.clone(),
            entropy: self.entropy.child("finish"),
            batch_max: self.options.finish_batch_max,
            signals: self.signals.clone(),
            room: room.clone(),
            notifier: Notifier::start(&self.db),
            backlog: backlog.clone(),
        };
        let mut finisher = tokio::spawn(finisher.run(inbox, self.options.lanes));
        let grace = Duration::from_millis(self.options.stop_grace_ms);
        let shift = Shift::new(self, reports, backlog, room, stop);
        let stopped = shift.work_beside(&mut finisher).await?;
        // Dropping the shift closed the channel; what is in it still gets written.
        let abort = finisher.abort_handle();
        let patience = match stopped {
            Stopped::Planned => grace.max(Duration::from_secs(5)),
            Stopped::EpochEnded(_) => Duration::from_secs(1),
        };
        if timeout(patience, finisher).await.is_err() {
            tracing::warn!(
                "results could not be written before the stop; the rescue will find the jobs"
            );
            abort.abort();
        }
        Ok(stopped)
    }
}

/// What is known about a running attempt.
#[derive(Debug)]
struct Running {
    id: JobId,
    fence: Fence,
    since: Stopwatch,
    /// How long it may take.
    timeout: Duration,
    /// Looks at which it was over its time.
    looks_over: u32,
    makes_room: bool,
    is_phase: bool,
    is_scheduled: bool,
    cancel: CancellationToken,
}

/// One run of a pool.
struct Shift {
    pool: Pool,
    kinds: Vec<String>,
    first_kind: usize,
    claims: Claims,
    reports: mpsc::UnboundedSender<Report>,
    backlog: Backlog,
    room: Arc<Notify>,
    stop: CancellationToken,
    buffer: VecDeque<(Claimed, Stopwatch)>,
    running: HashMap<Id, Running>,
    tasks: JoinSet<Report>,
    /// There may be ready jobs that no claim has looked for.
    hungry: bool,
    /// How often somebody said so.
    wakes: u64,
    solo: Solo,
}

impl Shift {
    fn new(
        pool: Pool,
        reports: mpsc::UnboundedSender<Report>,
        backlog: Backlog,
        room: Arc<Notify>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            kinds: pool.registry.kinds().map(str::to_owned).collect(),
            first_kind: 0,
            claims: Claims::new(&pool.db, pool.epoch.id(), &pool.options),
            reports,
            backlog,
            room,
            stop,
            buffer: VecDeque::new(),
            running: HashMap::new(),
            tasks: JoinSet::new(),
            hungry: true,
            wakes: 0,
            solo: Solo::No,
            pool,
        }
    }

    async fn work(mut self) -> Stopped {
        let never = u64::from(mutant!("no_poll")) * 3_600_000;
        let mut poll = interval(Duration::from_millis(self.pool.options.poll_ms + never));
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        if self.pool.options.alone {
            return self.work_alone(&mut poll).await;
        }
        let epoch = self.pool.epoch.clone();
        let ended = epoch.ended();
        tokio::pin!(ended);
        loop {
            self.advance_solo().await;
            while self.hungry
                && self.has_room()
                && !self.claims.are_in_doubt()
                && epoch.is_sound()
                && !self.stop.is_cancelled()
            {
                self.begin_claim();
            }
            self.start_buffered();
            tokio::select! {
                reason = &mut ended => return Stopped::EpochEnded(reason),
                () = self.stop.cancelled() => return self.wind_down().await,
                Some(done) = self.tasks.join_next_with_id() => self.collect_all(done),
                Some(round) = self.claims.next() => self.keep(round),
                () = self.backlog.shrank() => {}
                () = self.pool.wake.notified() => self.wake(),
                () = self.room.notified() => self.wake(),
                _ = poll.tick() => {
                    self.pool.signals.turns.add(1);
                    self.see_stuck();
                    self.give_back_lost().await;
                    self.wake();
                    if self.look_around().await == Some(true) {
                        self.see_alone();
                    }
                }
            }
        }
    }

    fn wake(&mut self) {
        self.wakes += 1;
        self.hungry = true;
    }

    /// A buffer that is more than half full can wait: claims are cheaper in batches.
    fn has_room(&self) -> bool {
        let coming = self.buffer.len() + self.claims.asked();
        self.solo == Solo::No
            && self.claims.has_lane()
            && self.space() > 0
            && coming * 2 <= self.claims.ahead()
    }

    fn space(&self) -> usize {
        let taken = self.running.len() + self.buffer.len() + self.claims.asked();
        (self.pool.options.slots + self.claims.ahead()).saturating_sub(taken)
    }

    /// Begins to claim of each kind in turn, starting with another kind each time so that none
    /// starves.
    fn begin_claim(&mut self) {
        self.first_kind = (self.first_kind + 1) % self.kinds.len().max(1);
        let (before, from) = self.kinds.split_at(self.first_kind);
        let in_turn = from.iter().chain(before);
        let kinds = in_turn.map(|kind| self.gate(kind)).collect();
        self.claims.adapt();
        let room = self.space();
        self.claims.begin(kinds, room, self.wakes);
    }

    fn keep(&mut self, round: Round) {
        // A wake that came meanwhile may stand for a job that this round was too early for.
        self.hungry = round.more || round.wakes != self.wakes;
        self.pool.signals.claimed.add(round.jobs.len());
        if round.jobs.is_empty() {
            self.pool.signals.idle.add(1);
        }
        let taken = Stopwatch::start();
        self.buffer
            .extend(round.jobs.into_iter().map(|job| (job, taken)));
    }

    fn gate(&self, kind: &str) -> Gate {
        Gate {
            kind: kind.to_owned(),
            is_limited: self.is_limited(kind),
            admission: self.pool.registry.admission(kind),
        }
    }

    /// Whether the end of a job of this kind may let another begin that could not be claimed before.
    fn makes_room(&self, kind: &str) -> bool {
        self.is_limited(kind) || self.pool.registry.admission(kind).is_some()
    }

    fn is_limited(&self, kind: &str) -> bool {
        self.pool
            .registry
            .defaults(kind)
            .is_some_and(|defaults| defaults.concurrency.is_some())
    }

    /// Fills the slots, and notes together what begins together.
    fn start_buffered(&mut self) {
        let unwritten_max = 2 * self.pool.options.finish_batch_max;
        let unwritten_room = unwritten_max.saturating_sub(self.backlog.len());
        let slots = self.pool.options.slots.saturating_sub(self.running.len());
        let mut jobs = Vec::new();
        while jobs.len() < slots.min(unwritten_room) {
            let Some((job, claimed)) = self.buffer.pop_front() else {
                break;
            };
            // Past its own timeout a waiting claim could overrun its deadline: give it back.
            if claimed.elapsed() > attempt::limit(&job) {
                self.give_back(&job, "waited too long in the buffer");
            } else {
                jobs.push(job);
            }
        }
        self.start(jobs);
    }

    fn start(&mut self, jobs: Vec<Claimed>) {
        let attempts: Vec<Begun> = jobs.iter().map(|job| (job.id, job.fence)).collect();
        if let Err(error) = self.pool.epoch.running().begun(&attempts) {
            tracing::error!(jobs = jobs.len(), %error, "cannot note the start of jobs");
            let reason = format!("the running file cannot be written: {error}");
            for job in &jobs {
                let what = What::Not(Ending::Snooze {
                    wait: Duration::from_secs(1),
                    reason: reason.clone(),
                });
                self.report(job, what);
            }
            return;
        }
        self.pool.signals.started.add(jobs.len());
        for job in jobs {
            self.spawn(job);
        }
    }

    fn spawn(&mut self, job: Claimed) {
        let makes_room = self.makes_room(&job.kind);
        let running = Running {
            id: job.id,
            fence: job.fence,
            since: Stopwatch::start(),
            timeout: attempt::limit(&job),
            looks_over: 0,
            makes_room,
            is_phase: job.phase.is_some(),
            is_scheduled: job.due_at.is_some(),
            cancel: CancellationToken::new(),
        };
        let context = attempt::context(
            &job,
            &self.pool.db,
            &self.pool.epoch,
            &running.cancel,
            &self.stop,
        );
        let worker = self.pool.registry.worker(&job.kind);
        let task = self.tasks.spawn(attempt(worker, job, context, makes_room));
        self.running.insert(task.id(), running);
    }

    /// What has ended by now is collected in one go.
    fn collect_all(&mut self, first: Result<(Id, Report), JoinError>) {
        let mut next = Some(first);
        while let Some(done) = next {
            self.collect(done);
            next = self.tasks.try_join_next_with_id();
        }
    }

    fn collect(&mut self, done: Result<(Id, Report), JoinError>) {
        let (id, report) = match done {
            Ok((id, report)) => (id, Some(report)),
            Err(error) => (error.id(), self.failed_report(&error)),
        };
        self.running.remove(&id);
        if let Some(report) = report {
            self.send(report);
        }
    }

    fn send(&self, report: Report) {
        self.backlog.grow((report.id, report.fence));
        // The finisher ends only after this side has.
        let _ = self.reports.send(report);
    }

    /// A task that did not return: it panicked, or the wind-down dropped it.
    fn failed_report(&self, error: &JoinError) -> Option<Report> {
        let running = self.running.get(&error.id())?;
        let ending = if error.is_panic() {
            tracing::error!(job = %running.id, "a worker panicked");
            Ending::Error(format!("panicked: {error}"))
        } else {
            Ending::Interrupted("the process stopped".into())
        };
        Some(Report {
            id: running.id,
            fence: running.fence,
            duration_ms: i64::try_from(running.since.elapsed().as_millis()).unwrap_or(i64::MAX),
            makes_room: running.makes_room,
            is_phase: running.is_phase,
            is_scheduled: running.is_scheduled,
            what: What::Not(ending),
        })
    }

    fn give_back(&self, job: &Claimed, reason: &str) {
        self.report(job, What::Not(Ending::Unbegun(reason.to_owned())));
    }

    fn report(&self, job: &Claimed, what: What) {
        let makes_room = self.makes_room(&job.kind);
        let report = Report {
            id: job.id,
            fence: job.fence,
            duration_ms: 0,
            makes_room,
            is_phase: job.phase.is_some(),
            is_scheduled: job.due_at.is_some(),
            what,
        };
        self.send(report);
    }

    /// Passes on requests to cancel, and says whether a job waits that is to run alone.
    async fn look_around(&mut self) -> Option<bool> {
        let known = self.claims.is_empty().then(|| self.known().len());
        match manage::look_around(&self.pool.db, self.pool.epoch.id(), &self.kinds).await {
            Ok(seen) => {
                for running in self
                    .running
                    .values()
                    .filter(|r| seen.cancelled.contains(&r.id))
                {
                    running.cancel.cancel();
                }
                if known.is_some_and(|known| seen.running > known) {
                    self.claims.doubt();
                }
                Some(seen.alone)
            }
            Err(error) => {
                tracing::debug!(%error, "cancel requests wait for the next poll");
                None
            }
        }
    }

    /// Gives the buffer back, waits for the slots, and drops what does not end in time.
    async fn wind_down(mut self) -> Stopped {
        while let Some(round) = self.claims.next().await {
            self.keep(round);
        }
        while let Some((job, _)) = self.buffer.pop_front() {
            self.give_back(&job, "the process stopped");
        }
        let grace = Duration::from_millis(self.pool.options.stop_grace_ms);
        let waiting = async {
            while let Some(done) = self.tasks.join_next_with_id().await {
                self.collect(done);
            }
        };
        if timeout(grace, waiting).await.is_err() {
            self.tasks.abort_all();
            while let Some(done) = self.tasks.join_next_with_id().await {
                self.collect(done);
            }
        }
        Stopped::Planned
    }
}
