//! Who is kept running: each post has a keeper that starts its process, waits for its end, and starts it again
//! at once, as a service would be.
//!
//! ```text
//! orders (signals) ──▶ keeper ── owns the child, so a signal never goes to a stranger with its number
//!                        └ ended: killed by us, counted · by itself, counted apart · otherwise, a finding
//! ```
//! *Who is authoritative.* The keeper's wait: a kill counts when the process was alive at the order and the
//! kernel says that it died of it. *Limits.* A process that ends by itself (its epoch was ended, the database
//! is away) is started again after a short wait.

use std::{
    os::unix::process::ExitStatusExt,
    process::{ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use homeostat_clock::pause;
use rustix::process::Signal;
use tokio::{
    process::{Child, Command},
    sync::mpsc,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    hung,
    tally::{Tally, now_ms},
};
use crate::{
    drill::{faketime, plant::Plant, processes},
    failure::Failure,
};

/// Before a process is started again that ended by itself.
const AGAIN: Duration = Duration::from_millis(200);
/// A planned stop that takes longer is a kill.
const STOP_MAX: Duration = Duration::from_secs(60);
/// By this code a program of ours says that it panicked.
const PANICKED: i32 = 101;

/// A process that is kept running.
#[derive(Debug)]
pub(super) struct Post {
    sort: &'static str,
    pid: Arc<AtomicU32>,
    orders: mpsc::UnboundedSender<Signal>,
}

/// How a process is started. It may fail, as on a full disk.
pub(super) type Start = Box<dyn Fn() -> Result<Command, Failure> + Send>;

/// What a post is.
pub(super) struct Setup {
    pub(super) name: String,
    pub(super) sort: &'static str,
    pub(super) start: Start,
    /// The process that runs already.
    pub(super) first: Option<Child>,
}

/// Everybody who is kept running.
#[derive(Debug)]
pub(super) struct Crew {
    posts: Vec<Post>,
    stop: CancellationToken,
    keepers: TaskTracker,
    tally: Tally,
    plant: Arc<Plant>,
}

impl Crew {
    pub(super) fn new(tally: &Tally, plant: &Arc<Plant>) -> Self {
        Self {
            posts: Vec::new(),
            stop: CancellationToken::new(),
            keepers: TaskTracker::new(),
            tally: tally.clone(),
            plant: plant.clone(),
        }
    }

    /// Keeps one more, until [`Self::dismiss`] or the end of `stop`.
    pub(super) fn keep(&mut self, setup: Setup) {
        let (orders, heard) = mpsc::unbounded_channel();
        let pid = Arc::new(AtomicU32::new(0));
        self.posts.push(Post {
            sort: setup.sort,
            pid: pid.clone(),
            orders,
        });
        let keeper = Keeper {
            setup,
            pid,
            heard,
            stop: self.stop.clone(),
            tally: self.tally.clone(),
            plant: self.plant.clone(),
        };
        self.keepers.spawn(keeper.run());
    }

    /// One of these sorts, as drawn, that lives.
    pub(super) fn pick(&self, sorts: &[&str], pick: u32) -> Option<&Post> {
        let alive: Vec<&Post> = self
            .posts
            .iter()
            .filter(|post| sorts.contains(&post.sort) && post.pid() != 0)
            .collect();
        alive.get(pick as usize % alive.len().max(1)).copied()
    }

    /// Asks all to stop and waits until they have.
    pub(super) async fn dismiss(self) {
        self.stop.cancel();
        self.keepers.close();
        self.keepers.wait().await;
    }
}

impl Post {
    /// Its process; 0 while there is none.
    pub(super) fn pid(&self) -> u32 {
        self.pid.load(Ordering::SeqCst)
    }

    /// Sends its process a signal.
    pub(super) fn signal(&self, signal: Signal) {
        // An error means that its keeper has gone home.
        let _ = self.orders.send(signal);
    }

    /// The way to signal it later.
    pub(super) fn line(&self) -> mpsc::UnboundedSender<Signal> {
        self.orders.clone()
    }
}

struct Keeper {
    setup: Setup,
    pid: Arc<AtomicU32>,
    heard: mpsc::UnboundedReceiver<Signal>,
    stop: CancellationToken,
    tally: Tally,
    plant: Arc<Plant>,
}

impl Keeper {
    async fn run(mut self) {
        while !self.stop.is_cancelled() {
            let started = match self.setup.first.take() {
                Some(child) => Ok(child),
                None => self.start(),
            };
            let is_again_at_once = match started {
                Ok(child) => self.see_through(child).await,
                // A full disk has no room for a log either.
                Err(_) => false,
            };
            if !is_again_at_once {
                tokio::select! {
                    () = pause(AGAIN) => {}
                    () = self.stop.cancelled() => {}
                }
            }
        }
    }

    fn start(&self) -> Result<Child, Failure> {
        let mut command = (self.setup.start)()?;
        command
            // Whoever is started with its parent ends when we do.
            .stdin(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        command.spawn().map_err(|e| Failure::environment(&e))
    }

    /// Waits for its end; says whether it is to be started again at once.
    async fn see_through(&mut self, mut child: Child) -> bool {
        let _leash = child.stdin.take();
        let pid = child.id().unwrap_or(0);
        self.tally.started(&self.setup.name, pid);
        self.pid.store(pid, Ordering::SeqCst);
        let (mut struck, mut asked, mut ended) = (None, false, false);
        let status = loop {
            tokio::select! {
                status = child.wait() => break status,
                Some(signal) = self.heard.recv() => {
                    if let Some(pid) = child.id() {
                        if signal == Signal::KILL {
                            struck = struck.or(Some(now_ms()));
                        }
                        ended |= signal == Signal::TERM;
                        processes::signal(pid, signal);
                    }
                }
                () = self.stop.cancelled(), if !asked => {
                    (asked, ended) = (true, true);
                    processes::signal(pid, Signal::CONT);
                    processes::signal(pid, Signal::TERM);
                }
                () = pause(STOP_MAX), if asked => {
                    hung::tell(&self.plant, &self.setup.name, pid).await;
                    self.tally.found(format!("{} does not stop when it is asked to", self.setup.name));
                    processes::signal(pid, Signal::KILL);
                    struck = struck.or(Some(now_ms()));
                    break child.wait().await;
                }
            }
        };
        self.pid.store(0, Ordering::SeqCst);
        faketime::forget(pid);
        match status {
            Ok(status) => self.judge(status, struck, ended),
            Err(_) => false,
        }
    }

    fn judge(&self, status: ExitStatus, struck: Option<i64>, ended: bool) -> bool {
        let Setup { name, sort, .. } = &self.setup;
        match (status.signal(), struck) {
            (Some(9), Some(at_ms)) => {
                self.tally.killed(sort, name, at_ms);
                return true;
            }
            // It was asked to stop before it listened.
            (Some(15), _) if ended => self.tally.ended(format!("{sort}:term")),
            (Some(signal), _) => {
                let text = format!("{name} ended by signal {signal}, which is not the drill's");
                self.tally.found(text);
            }
            (None, _) => {}
        }
        if let Some(code) = status.code() {
            if code == PANICKED {
                self.tally
                    .found(format!("{name} panicked; its log says where"));
            }
            self.tally.ended(format!("{sort}:{code}"));
        }
        status.success() || ended
    }
}
