//! The deliverer: brings what is owed to every sink, each in a task of its own.
//!
//! ```text
//!   for each sink:  look ──owed and due──▶ deliver ──took──▶ told, written ──▶ look
//!                    ▲ └─nothing─▶ wait: a change, or a second   │ no, or too late
//!                    └──────────── rests with backoff ◀──────────┘
//! ```
//! A sink that fails or hangs holds up itself alone, and at most for its own limit; what it has never
//! been asked to take goes before what failed. One deliverer works on a spool: it holds `deliver.lock`,
//! which the kernel frees when it dies; others wait beside it.

use std::{
    fs::File,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use homeostat_clock::pause;
use homeostat_model::RuntimeTime;
use jiff::SignedDuration;
use rustix::fs::{FlockOperation, flock};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    Alert, AlertId, Cause, Error, Notice, Severity, Sink, SinkError, Spool, files,
    ledger::{self, Delivery, Ledger},
    notice::{Told, is_due, owed},
};

/// Between two looks when nobody of this process says that something has changed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between two tries to become the one who delivers.
const STANDBY: Duration = Duration::from_secs(2);
/// A sink that failed so often in a row is an alert of its own, for the other sinks.
const FAILING: u32 = 5;
const FAILING_CODE: &str = "sink_failing";
/// Leftovers of a writer older than this are nobody's.
const UNFINISHED_AFTER: Duration = Duration::from_secs(60);

/// How to deliver.
#[derive(Clone)]
pub struct DelivererOptions {
    /// Stamps what is told, and says when a delivery is tried again.
    now: Arc<dyn Fn() -> RuntimeTime + Send + Sync>,
    /// Who speaks; stands in every notice.
    pub host: String,
    /// How long a resolved alert is kept once every sink knows of it.
    pub keep: Duration,
}

impl DelivererOptions {
    /// By this clock, as this machine, with a week of memory.
    pub fn new(now: impl Fn() -> RuntimeTime + Send + Sync + 'static) -> Self {
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        Self {
            now: Arc::new(now),
            host: host.trim().to_owned(),
            keep: Duration::from_secs(7 * 24 * 3_600),
        }
    }
}

impl std::fmt::Debug for DelivererOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DelivererOptions")
            .field("host", &self.host)
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}

/// How far a sink has come with one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinkState {
    /// The sink's name.
    pub sink: String,
    /// Whether it was told all that there is to tell.
    pub done: bool,
    /// What went wrong last, where something did.
    pub last_error: Option<String>,
}

/// The one who delivers.
#[derive(Debug)]
pub struct Deliverer {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    spool: Spool,
    lanes: Vec<Lane>,
    options: DelivererOptions,
}

/// One sink and its past.
#[derive(Debug)]
struct Lane {
    sink: Arc<dyn Sink>,
    ledger: Ledger,
    failures: AtomicU32,
}

impl Deliverer {
    /// Reads what was delivered before.
    pub fn new(spool: Spool, sinks: Vec<Arc<dyn Sink>>, options: DelivererOptions) -> Self {
        let lane = |sink: Arc<dyn Sink>| Lane {
            ledger: Ledger::open(&spool, sink.key(), sink.name()),
            sink,
            failures: AtomicU32::new(0),
        };
        let lanes = sinks.into_iter().map(lane).collect();
        Self {
            shared: Arc::new(Shared {
                spool,
                lanes,
                options,
            }),
        }
    }

    /// Delivers until told to stop. What is under way then is dropped, and goes out again.
    pub async fn run(self, stop: CancellationToken) {
        let _lock = loop {
            match take_lock(self.shared.spool.dir()) {
                Ok(lock) => break lock,
                // Without a disk there is nobody to agree with, and all the more to say.
                Err(error @ Error::File { .. }) => {
                    tracing::warn!(%error, "delivering without a lock");
                    break None;
                }
                Err(_) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = pause(STANDBY) => {}
            }
        };
        // Another one may have delivered while this one waited.
        let now = Self::new(
            self.shared.spool.clone(),
            self.shared.lanes.iter().map(|l| l.sink.clone()).collect(),
            self.shared.options.clone(),
        );
        now.work(&stop).await;
    }

    async fn work(&self, stop: &CancellationToken) {
        let mut tasks = JoinSet::new();
        for nth in 0..self.shared.lanes.len() {
            let (shared, stop) = (self.shared.clone(), stop.clone());
            tasks.spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = shared.serve(nth) => {}
                }
            });
        }
        while !stop.is_cancelled() {
            self.shared.keep_house();
            tokio::select! {
                () = stop.cancelled() => {}
                () = pause(LOOK_EVERY) => {}
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Delivers everything that is owed and due, once, to all sinks at the same time.
    ///
    /// # Errors
    /// [`Error::Busy`] when somebody else delivers.
    pub async fn once(&self) -> Result<(), Error> {
        let _lock = take_lock(self.shared.spool.dir())?;
        self.shared.keep_house();
        let mut tasks = JoinSet::new();
        for nth in 0..self.shared.lanes.len() {
            let shared = self.shared.clone();
            tasks.spawn(async move {
                let lane = &shared.lanes[nth];
                while shared.serve_one(lane).await {}
            });
        }
        while tasks.join_next().await.is_some() {}
        Ok(())
    }

    /// How far each sink has come with an alert.
    pub fn states(&self, alert: &Alert) -> Vec<SinkState> {
        let state = |lane: &Lane| {
            let delivery = lane.ledger.get(&alert.id);
            SinkState {
                sink: lane.sink.name().to_owned(),
                done: lane.owed(alert, &delivery).is_none(),
                last_error: delivery.last_error,
            }
        };
        self.shared.lanes.iter().map(state).collect()
    }
}

impl Lane {
    /// What this sink is owed. Of its own trouble it is told nothing: the others are.
    fn owed(&self, alert: &Alert, delivery: &Delivery) -> Option<Told> {
        let about_itself = alert.code == FAILING_CODE && alert.subject == self.sink.key();
        match about_itself {
            true => None,
            false => owed(alert, delivery.told.as_ref()),
        }
    }

    /// The next thing to say; what has not failed yet comes first, then the oldest.
    fn next(&self, alerts: &[Alert], now: RuntimeTime) -> Option<(Alert, Told, Delivery)> {
        let due = alerts.iter().filter_map(|alert| {
            let delivery = self.ledger.get(&alert.id);
            let say = self.owed(alert, &delivery)?;
            is_due(delivery.next_try_at, now).then_some((alert, say, delivery))
        });
        due.min_by_key(|(alert, _, delivery)| (delivery.failures, alert.raised_at))
            .map(|(alert, say, delivery)| (alert.clone(), say, delivery))
    }
}

impl Shared {
    fn now(&self) -> RuntimeTime {
        (self.options.now)()
    }

    async fn serve(&self, nth: usize) {
        let lane = &self.lanes[nth];
        loop {
            // Before the look, so that a change while looking is not missed.
            let changed = self.spool.changed();
            if !self.serve_one(lane).await {
                tokio::select! {
                    () = changed => {}
                    () = pause(LOOK_EVERY) => {}
                }
            }
        }
    }

    /// Says one thing, if there is one to say.
    async fn serve_one(&self, lane: &Lane) -> bool {
        let now = self.now();
        let listing = self.spool.list();
        self.spool.mourn(&listing.troubles, now);
        let Some((alert, say, mut delivery)) = lane.next(&listing.alerts, now) else {
            return false;
        };
        let notice = Notice::new(&alert, &say, &self.options.host);
        let limit = lane.sink.limit();
        let taken = tokio::time::timeout(limit, lane.sink.deliver(&notice)).await;
        match taken.unwrap_or(Err(SinkError::TooLate(limit))) {
            Ok(()) => delivery.took(say, self.now()),
            Err(error) => {
                tracing::warn!(sink = lane.sink.name(), %error, notice = notice.notice, "not delivered");
                delivery.failed(error.to_string(), self.now());
                self.fared_badly(lane, &error);
            }
        }
        let took = delivery.failures == 0;
        lane.ledger.put(&alert.id, delivery);
        if took {
            tracing::info!(sink = lane.sink.name(), notice = notice.notice, "told");
            self.fared_well(lane);
        }
        true
    }

    fn fared_well(&self, lane: &Lane) {
        lane.failures.store(0, Ordering::SeqCst);
        let id = AlertId::of(FAILING_CODE, lane.sink.key());
        // Written at the next pass when it cannot be now.
        let _ = self.spool.resolve(&id, self.now());
    }

    fn fared_badly(&self, lane: &Lane, error: &SinkError) {
        let failures = lane.failures.fetch_add(1, Ordering::SeqCst) + 1;
        if failures.is_multiple_of(FAILING) {
            let cause = Cause {
                severity: Severity::Warning,
                code: FAILING_CODE.to_owned(),
                subject: lane.sink.key().to_owned(),
                text: format!(
                    "{}: {failures} deliveries in a row failed, the last one: {error}",
                    lane.sink.name()
                ),
            };
            let _ = self.spool.raise(&cause, self.now());
        }
    }

    /// Writes what could not be written, speaks of torn files, and forgets what everybody knows.
    fn keep_house(&self) {
        let now = self.now();
        self.spool.save();
        let listing = self.spool.list();
        self.spool.mourn(&listing.troubles, now);
        for alert in &listing.alerts {
            let knows = |lane: &Lane| lane.owed(alert, &lane.ledger.get(&alert.id)).is_none();
            let keep = SignedDuration::try_from(self.options.keep).unwrap_or(SignedDuration::MAX);
            let old = alert.resolved_at.is_some_and(|at| now.since(at) > keep);
            if old && self.lanes.iter().all(knows) && self.spool.forget(alert).is_ok() {
                for lane in &self.lanes {
                    lane.ledger.forget(&alert.id);
                }
            }
        }
        if let Some(dir) = self.spool.dir() {
            sweep(dir, now, &self.spool);
        }
    }
}

fn sweep(dir: &Path, now: RuntimeTime, spool: &Spool) {
    let is_old = |modified: std::time::SystemTime| {
        let modified = jiff::Timestamp::try_from(modified).map(RuntimeTime);
        let limit = SignedDuration::try_from(UNFINISHED_AFTER).unwrap_or(SignedDuration::MAX);
        modified.is_ok_and(|at| now.since(at) > limit)
    };
    files::sweep_unfinished(dir, is_old);
    for sink in files::names(&ledger::sent_dir(dir), "").unwrap_or_default() {
        files::sweep_unfinished(&sink, is_old);
    }
    // After the deliveries are read, so that an alert raised meanwhile is among them.
    ledger::sweep(dir, |id| spool.has(id));
}

/// The lock of a spool; a spool in memory needs none.
fn take_lock(dir: Option<&Path>) -> Result<Option<File>, Error> {
    let Some(dir) = dir else { return Ok(None) };
    let path = dir.join("deliver.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|e| Error::file(&path, e))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(_) => Err(Error::Busy { path }),
    }
}
