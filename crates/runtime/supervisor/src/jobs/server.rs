//! The supervisor's side: one task per connection, and what all of them share.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, io,
    path::Path,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use homeostat_clock::{Stopwatch, pause};
use homeostat_model::chain;
use serde::{Deserialize, Serialize};
use tokio::{net::UnixStream, task::spawn_blocking};

use super::{Ask, Ended, Kernel, Meter, Say, Stubborn, Wire, learned::Learned};
use crate::{
    Error,
    budget::{Ledger, Refusal, over_reservation},
    deadline::{self, GRACE, KILL_LIMIT},
    mechanism::{Leaf, LeafName, Tree},
};

/// Between tries to empty a leaf that the kernel does not empty.
const TRY_AGAIN: Duration = Duration::from_millis(250);
/// A refusal that was not heard again for so long is of no job any more.
const WAITING_FOR: Duration = Duration::from_secs(60);

/// A job that runs, as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningJob {
    /// Its number.
    pub job: i64,
    /// Which claim of it.
    pub fence: i64,
    /// Its kind.
    pub kind: String,
    /// Where it runs.
    pub leaf: String,
    /// What is reserved for it.
    pub mb: u64,
    /// Since when, in milliseconds since 1970.
    pub since_ms: i64,
    /// Until when.
    pub deadline_ms: i64,
}

/// A kind whose work is left in the queue for want of room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The kind.
    pub kind: String,
    /// The figures of the last refusal.
    pub refusal: Refusal,
    /// When it was, in milliseconds since 1970.
    pub at_ms: i64,
}

/// All jobs of one supervisor. Cheap to share.
pub struct Jobs {
    tree: Tree,
    now_ms: fn() -> i64,
    ledger: Arc<Mutex<Ledger>>,
    meter: Box<dyn Meter>,
    learned: Mutex<Learned>,
    running: Mutex<BTreeMap<String, RunningJob>>,
    waiting: Mutex<BTreeMap<String, (Waiting, Stopwatch)>>,
    /// Kinds that are not enabled, and why.
    closed: Mutex<BTreeMap<String, String>>,
    /// Leaves that were killed for having more than was reserved.
    over: Mutex<BTreeSet<String>>,
    /// One job begins at a time: who is the latest claim must not change meanwhile.
    beginning: tokio::sync::Mutex<()>,
    numbers: AtomicU64,
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs")
            .field("tree", &self.tree.name())
            .field("running", &self.list())
            .finish_non_exhaustive()
    }
}

impl Jobs {
    /// In leaves of this tree, with room from this ledger. What kinds need is learned in the file.
    /// `now_ms` is the wall clock, in milliseconds since 1970.
    pub fn new(tree: Tree, ledger: Arc<Mutex<Ledger>>, peaks: &Path, now_ms: fn() -> i64) -> Self {
        Self {
            tree,
            now_ms,
            ledger,
            meter: Box::new(Kernel),
            learned: Mutex::new(Learned::load(peaks)),
            running: Mutex::default(),
            waiting: Mutex::default(),
            closed: Mutex::default(),
            over: Mutex::default(),
            beginning: tokio::sync::Mutex::default(),
            numbers: AtomicU64::new(1),
        }
    }

    /// The same with another way to limit and count memory.
    #[must_use]
    pub fn metered_by(mut self, meter: Box<dyn Meter>) -> Self {
        self.meter = meter;
        self
    }

    /// What one job of a kind is expected to need: what was learned, never less than its configuration says.
    pub fn expected_mb(&self, kind: &str, floor_mb: u64) -> u64 {
        lock(&self.learned).expected_mb(kind, floor_mb)
    }

    /// Serves one connection of which nothing has been read, until it is over. Spawn it.
    pub async fn serve_one(self: &Arc<Self>, stream: UnixStream) {
        self.serve(Wire::over(stream)).await;
    }

    /// The same for one of which the first line was read and put back.
    pub async fn serve(self: &Arc<Self>, wire: Wire) {
        if let Err(error) = self.converse(wire).await {
            tracing::warn!(%error, "a worker's connection broke");
        }
    }

    /// What runs now, in the order of the jobs.
    pub fn list(&self) -> Vec<RunningJob> {
        let mut all: Vec<_> = lock(&self.running).values().cloned().collect();
        all.sort_by_key(|running| (running.job, running.fence));
        all
    }

    /// The kinds whose work waits for room, each with the figures.
    pub fn waiting(&self) -> Vec<Waiting> {
        let mut waiting = lock(&self.waiting);
        waiting.retain(|_, (_, heard)| heard.elapsed() < WAITING_FOR);
        waiting
            .values()
            .map(|(waiting, _)| waiting.clone())
            .collect()
    }

    /// Gives a kind no room from now on, for this reason; its jobs stay in the queue.
    pub fn close(&self, kind: &str, why: String) {
        lock(&self.closed).insert(kind.to_owned(), why);
    }

    /// Gives it room again.
    pub fn open(&self, kind: &str) {
        lock(&self.closed).remove(kind);
    }

    /// The kinds that are given none, each with the reason.
    pub fn closed(&self) -> BTreeMap<String, String> {
        lock(&self.closed).clone()
    }

    /// Kills the job that is furthest over the memory that is reserved for it, and names its leaf. For where
    /// the kernel holds nobody to it: there it is to be called once a second.
    ///
    /// # Errors
    /// When it cannot be seen who is in which leaf, or the kernel does not end it.
    pub fn end_over(&self) -> Result<Option<LeafName>, Error> {
        let running = self.list();
        let mut leaves = Vec::new();
        for leaf in self.tree.leaves()? {
            let name = leaf.name().as_str();
            if let Some(job) = running.iter().find(|job| job.leaf == name) {
                let used_mb = leaf.used_mb()?;
                leaves.push((leaf, job.mb, used_mb));
            }
        }
        let Some(leaf) = over_reservation(&leaves) else {
            return Ok(None);
        };
        // Noted before, so that whoever hears of the end hears why.
        lock(&self.over).insert(leaf.name().as_str().to_owned());
        leaf.kill_all(KILL_LIMIT)?;
        Ok(Some(leaf.name().clone()))
    }

    async fn converse(self: &Arc<Self>, mut wire: Wire) -> io::Result<()> {
        let Some(ask) = wire.hear().await? else {
            return Ok(());
        };
        let Ask::Room { kind, mb } = ask else {
            return Err(io::Error::other(format!("it began with {ask:?}")));
        };
        let why = lock(&self.closed).get(&kind).cloned();
        if let Some(why) = why {
            return wire.say(&Say::NotBegun { why }).await;
        }
        let held = match self.reserve(kind, mb) {
            Ok(held) => held,
            Err(refusal) => return wire.say(&Say::Refused(refusal)).await,
        };
        wire.say(&Say::Granted { mb: held.mb }).await?;
        // Without a beginning the room is given back here.
        let Some(ask) = wire.hear().await? else {
            return Ok(());
        };
        let Ask::Begin {
            job,
            fence,
            limit_ms,
        } = ask
        else {
            return Err(io::Error::other(format!("it went on with {ask:?}")));
        };
        let limit = Duration::from_millis(limit_ms);
        match self.begin(&held, (job, fence), limit).await {
            Ok(leaf) => self.see_through(wire, held, leaf, limit).await,
            Err(why) => wire.say(&Say::NotBegun { why }).await,
        }
    }

    fn reserve(self: &Arc<Self>, kind: String, floor_mb: u64) -> Result<Held, Refusal> {
        let mb = self.expected_mb(&kind, floor_mb);
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let holder = format!("{kind}/{number}");
        match self.promise(&holder, mb) {
            Ok(()) => {
                lock(&self.waiting).remove(&kind);
                Ok(Held {
                    jobs: self.clone(),
                    holder,
                    kind,
                    mb,
                })
            }
            Err(refusal) => {
                let refusal = Refusal {
                    what: kind.clone(),
                    ..refusal
                };
                let waiting = Waiting {
                    kind: kind.clone(),
                    refusal: refusal.clone(),
                    at_ms: (self.now_ms)(),
                };
                lock(&self.waiting).insert(kind, (waiting, Stopwatch::start()));
                Err(refusal)
            }
        }
    }

    fn promise(&self, holder: &str, mb: u64) -> Result<(), Refusal> {
        let is_short = !self.meter.admits();
        let mut ledger = lock(&self.ledger);
        if is_short {
            return Err(Refusal {
                what: holder.to_owned(),
                asked_mb: mb,
                free_mb: ledger.free_mb(),
                never: false,
                pressed: true,
            });
        }
        ledger.reserve(holder, mb)
    }

    /// Makes the leaf, once nothing of an earlier claim of the job is alive.
    async fn begin(
        self: &Arc<Self>,
        held: &Held,
        (job, fence): (i64, i64),
        limit: Duration,
    ) -> Result<Leaf, String> {
        let _one = self.beginning.lock().await;
        let all = self.list();
        if all.iter().any(|r| r.job == job && r.fence >= fence) {
            return Err(format!("job {job} runs already under a later claim"));
        }
        let since_ms = (self.now_ms)();
        let limit_ms = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
        let mut deadline_ms = since_ms.saturating_add(limit_ms);
        let mut name = LeafName::of_job(job, deadline_ms);
        // The former claim's connection will end its own leaf, and must not end ours.
        while all.iter().any(|r| r.leaf == name.as_str()) {
            deadline_ms += 1;
            name = LeafName::of_job(job, deadline_ms);
        }
        let (jobs, mb) = (self.clone(), held.mb);
        let leaf = name.clone();
        let made = spawn_blocking(move || jobs.make_leaf(job, &leaf, mb)).await;
        let leaf = made.map_err(|e| e.to_string())?.map_err(|e| chain(&e))?;
        let running = RunningJob {
            job,
            fence,
            kind: held.kind.clone(),
            leaf: name.as_str().to_owned(),
            mb,
            since_ms,
            deadline_ms,
        };
        lock(&self.running).insert(held.holder.clone(), running);
        Ok(leaf)
    }

    fn make_leaf(&self, job: i64, name: &LeafName, mb: u64) -> Result<Leaf, Error> {
        for former in self.tree.leaves()? {
            if former.name().job() == Some(job) {
                tracing::warn!(leaf = %former.name(), "an earlier claim's, killed before the job begins again");
                former.kill_all(KILL_LIMIT)?;
                former.remove();
            }
        }
        let leaf = self.tree.make_leaf(name)?;
        self.meter.limit(&leaf, mb);
        Ok(leaf)
    }

    /// Tells the worker to spawn, and waits for its word, its death, or the deadline.
    async fn see_through(
        self: &Arc<Self>,
        mut wire: Wire,
        held: Held,
        leaf: Leaf,
        limit: Duration,
    ) -> io::Result<()> {
        let begun = Say::Begun {
            tree: self.tree.reference(),
            leaf: leaf.name().as_str().to_owned(),
        };
        let mut due = pin!(pause(limit));
        let mut ended = None;
        let kind = held.kind.clone();
        let mut held = Some(held);
        let mut heard = wire.say(&begun).await.map(|()| None);
        if heard.is_ok() {
            loop {
                tokio::select! {
                    biased;
                    ask = wire.hear() => {
                        heard = ask;
                        break;
                    }
                    () = &mut due, if ended.is_none() => {
                        ended = Some(self.end(&leaf, true).await);
                        // Nothing of it runs, whenever its worker asks.
                        held = None;
                    }
                }
            }
        }
        let asked = match heard {
            Ok(Some(Ask::End {})) => Ok(()),
            Ok(None) => {
                self.kill(&leaf).await;
                return Ok(());
            }
            Ok(Some(other)) => Err(io::Error::other(format!(
                "in the middle of a job: {other:?}"
            ))),
            Err(error) => Err(error),
        };
        if asked.is_err() {
            self.kill(&leaf).await;
            return asked;
        }
        let ended = match ended {
            Some(ended) => ended,
            None => self.end(&leaf, false).await,
        };
        if let Some(peak_mb) = ended.peak_mb {
            let jobs = self.clone();
            let _ = spawn_blocking(move || lock(&jobs.learned).saw(&kind, peak_mb)).await;
        }
        // Who hears that it has ended may count on its room.
        drop(held);
        wire.say(&Say::Ended(ended)).await
    }

    /// Ends what is in a leaf in good order, however long the kernel takes.
    async fn end(self: &Arc<Self>, leaf: &Leaf, overdue: bool) -> Ended {
        let seen = self.meter.seen(leaf);
        let (ignored_term, told) = self
            .until_done(leaf, |leaf| {
                if leaf.wait_empty(Duration::ZERO)? {
                    leaf.remove();
                    return Ok((Vec::new(), 0));
                }
                let ended = deadline::end(leaf, GRACE)?;
                Ok((ended.ignored_term, ended.told.len()))
            })
            .await;
        let was_over = lock(&self.over).remove(leaf.name().as_str());
        let stubborn = |stat: crate::process::Stat| Stubborn {
            pid: stat.process.pid,
            comm: stat.comm,
        };
        let ignored_term: Vec<Stubborn> = ignored_term.into_iter().map(stubborn).collect();
        if overdue {
            tracing::warn!(leaf = %leaf.name(), told, ?ignored_term, "past its deadline; ended");
        } else if told > 0 {
            tracing::info!(leaf = %leaf.name(), told, ?ignored_term, "left processes behind; ended");
        }
        Ended {
            ignored_term,
            overdue,
            out_of_memory: was_over || seen.is_some_and(|seen| seen.oom_kills > 0),
            peak_mb: seen.map(|seen| seen.peak_mb),
        }
    }

    /// Its worker is gone, and another may have the job at once: nobody in it is asked first.
    async fn kill(self: &Arc<Self>, leaf: &Leaf) {
        tracing::info!(leaf = %leaf.name(), "its worker is gone; killed");
        self.until_done(leaf, |leaf| {
            leaf.kill_all(KILL_LIMIT)?;
            leaf.remove();
            Ok(())
        })
        .await;
        lock(&self.over).remove(leaf.name().as_str());
    }

    /// Until the leaf is proven empty: before that its room is not given to others.
    async fn until_done<T: Send + 'static>(
        self: &Arc<Self>,
        leaf: &Leaf,
        end: impl Fn(&Leaf) -> Result<T, Error> + Copy + Send + 'static,
    ) -> T {
        loop {
            let target = leaf.clone();
            match spawn_blocking(move || end(&target)).await {
                Ok(Ok(done)) => return done,
                Ok(Err(error)) => {
                    tracing::error!(leaf = %leaf.name(), %error, "is not empty; its room stays taken");
                }
                Err(error) => tracing::error!(leaf = %leaf.name(), %error, "could not be ended"),
            }
            pause(TRY_AGAIN).await;
        }
    }
}

/// Room of one connection; given back when dropped.
#[derive(Debug)]
struct Held {
    jobs: Arc<Jobs>,
    holder: String,
    kind: String,
    mb: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.jobs.running).remove(&self.holder);
        lock(&self.jobs.ledger).release(&self.holder);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
