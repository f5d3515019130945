//! The guard: the small process above the supervisor, that outlives it and lets nothing outlive it.
//!
//! ```text
//!              ┌────────────── tree proven empty ◀── kill the work ◀──┐
//!              ▼                                                      │
//!   [empty] ─ wait 0 … 60 s ─▶ [running] ──died, or no heartbeat──────┘
//!                                  │ TERM or INT passed on, or it ended with 0
//!                                  ▼
//!                              [stopping] ─▶ kill what is left ─▶ end
//! ```
//! A deploy ([`deploy`]) puts another version beside the running one, and then in its place.
//! It needs no database, no `PATH` and no configuration, so it shares no fault with what it watches. It
//! starts a supervisor only when nothing of the one before is alive: two copies of one worker would act
//! twice. It reaps whatever ends, and a number that it does not know means nothing to it.
//!
//! *Who is authoritative.* The kernel: the supervisor's handle for its death, the tree for what is left.
//! *What local time is for.* The heartbeat, the waits between starts, and deadlines in leaf names; these
//! are measured from when the leaf was first seen, so a clock that jumps kills nobody early.
//! *Crash points.* The guard's own death ends the supervisor by its death signal and closes its leash;
//! the children lose their standard input. What is left even so is ended by the next guard, which finds
//! the tree by the reference in its directory. Killed between two starts it leaves nothing.
//! *Limits.* Nobody guards the guard but its own parent: run it as the first process of a container, or
//! as a service that is restarted with its whole control group.

mod copies;
mod deploy;
mod held;
mod kept;
mod last_end;
mod leash;
mod order;
mod overdue;
mod watch;

use std::{ffi::OsString, fs::File, path::PathBuf, time::Duration};

use homeostat_clock::Stopwatch;
use rustix::fs::{FlockOperation, flock};
use sha2::{Digest, Sha256};
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};

pub use deploy::{home_tree, next_tree};
pub use held::{Hold, Holding};
pub use last_end::LastEnd;
pub use leash::{Leash, STANDBY_VARIABLE, TREE_VARIABLE, TRIAL_VARIABLE, turns};
pub use order::{NotOrdered, Order, Ordered, Right, Stage};

use crate::{
    Error,
    mechanism::{Mechanism, Reference, Tree, probe},
    oom,
    process::Process,
    spawn::Exit,
};
use copies::Copies;
use deploy::{Deploy, Fault, other_tree, with_reason};
use held::Held;
use kept::Kept;
use watch::{End, Running, Turn};

/// Waits before the n-th start in a row; the last one stays.
const WAITS_MS: [u64; 6] = [0, 250, 1_000, 4_000, 15_000, 60_000];
/// After this without emptiness, survivors are named in the log, again and again.
const NAME_SURVIVORS: Duration = Duration::from_secs(5);
/// Between two looks for an order while nothing runs.
const ORDER_LOOK: Duration = Duration::from_secs(1);
/// Between tries where the kernel does not even take the order.
const TRY_AGAIN: Duration = Duration::from_millis(250);
/// Exit codes by which a supervisor that was never ready says that trying again is of no use: bad
/// input, and a machine that lacks something.
const HOPELESS: [i32; 2] = [2, 3];

/// What to guard, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The beginning of the tree's name; the directory makes the rest of it.
    pub name: String,
    /// For the lock, the copies of the binary and the reference to the tree.
    pub dir: PathBuf,
    /// Where a new version of the binary appears.
    pub binary: PathBuf,
    /// The supervisor's arguments.
    pub args: Vec<OsString>,
    /// What it finds in its environment beside ours.
    pub env: Vec<(String, String)>,
    /// The wall clock, in milliseconds since 1970: the deadlines in the names of leaves are of it.
    pub wall_ms: fn() -> i64,
    /// A mechanism to use in place of the best one.
    pub mechanism: Option<Mechanism>,
    /// A supervisor that is silent for longer is killed.
    pub heartbeat_limit: Duration,
    /// The same until its first heartbeat.
    pub start_limit: Duration,
    /// How long a planned stop may take.
    pub stop_limit: Duration,
    /// A supervisor that was ready and lived this long makes the next wait the first one again.
    pub healthy_after: Duration,
}

impl Options {
    /// The usual limits.
    pub fn new(
        name: &str,
        (dir, binary): (PathBuf, PathBuf),
        args: Vec<OsString>,
        wall_ms: fn() -> i64,
    ) -> Self {
        Self {
            wall_ms,
            name: name.to_owned(),
            dir,
            binary,
            args,
            env: Vec::new(),
            mechanism: None,
            heartbeat_limit: Duration::from_secs(10),
            start_limit: Duration::from_secs(120),
            stop_limit: Duration::from_secs(30),
            healthy_after: Duration::from_secs(10),
        }
    }
}

/// How a guard's life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// The supervisor's last end.
    pub exit: Exit,
    /// Starts after the first.
    pub restarts: u64,
}

struct Guard<'a> {
    options: &'a Options,
    /// The first tree; what is held is beside it.
    home: Tree,
    /// The tree of the supervisor whose turn it is.
    tree: Tree,
    copies: Copies,
    held: Held,
    kept: Kept,
    deploy: Option<Deploy>,
    /// What the next start is to run, where a deploy says so.
    offered: Option<PathBuf>,
    /// The supervisor whose turn it is.
    main: Option<Process>,
    /// Trees of versions that were given up and do not end.
    ending: Vec<Tree>,
    stop: Stop,
    restarts: u64,
    in_a_row: usize,
    was_ready: bool,
}

/// What the kernel tells a guard by signal.
struct Stop {
    term: Signals,
    int: Signals,
    child: Signals,
}

/// One such signal.
enum Told {
    ToStop,
    OfAnEnd,
}

impl Stop {
    async fn told(&mut self) -> Told {
        tokio::select! {
            biased;
            _ = self.term.recv() => Told::ToStop,
            _ = self.int.recv() => Told::ToStop,
            _ = self.child.recv() => Told::OfAnEnd,
        }
    }

    async fn asked(&mut self) {
        while !matches!(self.told().await, Told::ToStop) {}
    }
}

/// Guards until a planned stop. Call it from the thread that starts the program, where nothing else
/// starts or awaits processes: it reaps all children of this process.
///
/// # Errors
/// When it cannot even begin: another guard holds the directory, or no tree can be made. What goes
/// wrong later is logged and tried again.
pub async fn run(options: &Options) -> Result<Ended, Error> {
    let _lock = lock(options)?;
    // Only a wish: it takes a privilege.
    let _ = std::fs::write("/proc/self/oom_score_adj", oom::GUARD.to_string());
    let listen = |kind| signal(kind).map_err(|e| Error::file("signals", e));
    let stop = Stop {
        term: listen(SignalKind::terminate())?,
        int: listen(SignalKind::interrupt())?,
        child: listen(SignalKind::child())?,
    };
    let home = plant(options).await?;
    Order::forget(&options.dir);
    deploy::note_turn(&options.dir, &home);
    let mut guard = Guard {
        options,
        tree: home.clone(),
        home,
        copies: Copies::open(&options.dir, &options.binary),
        held: Held::default(),
        kept: Kept::default(),
        deploy: None,
        offered: None,
        main: None,
        ending: Vec::new(),
        stop,
        restarts: 0,
        in_a_row: 0,
        was_ready: false,
    };
    let exit = guard.live().await;
    guard.held.stop(options.stop_limit);
    guard.clear().await;
    for tree in &guard.ending {
        until_empty(|limit| tree.kill_all(&[], limit)).await;
        tree.remove();
    }
    for tree in [&guard.tree, &guard.home] {
        tree.remove();
    }
    Ok(Ended {
        exit,
        restarts: guard.restarts,
    })
}

/// One guard per directory.
fn lock(options: &Options) -> Result<File, Error> {
    let path = options.dir.join("guard.lock");
    let open = || {
        std::fs::create_dir_all(&options.dir)?;
        File::options().create(true).append(true).open(&path)
    };
    let file = open().map_err(|e| Error::file(&path, e))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(Error::Guarded(options.dir.clone())),
        Err(error) => Err(Error::file(&path, error.into())),
    }
}

/// Ends what an earlier guard left, of both colours, and makes the tree.
async fn plant(options: &Options) -> Result<Tree, Error> {
    let name = tree_name(options)?;
    for name in [&name, &other_tree(&name)] {
        let path = reference_path(options, name);
        let former = std::fs::read(&path).ok();
        let former = former.and_then(|text| serde_json::from_slice::<Reference>(&text).ok());
        if let Some(former) = former {
            let tree = Tree::attach(&former)?;
            until_empty(|limit| tree.kill_leftovers(limit)).await;
            tree.remove();
        }
    }
    let found = probe();
    let mechanism = options.mechanism.unwrap_or_else(|| found.best());
    let tree = Tree::create(&name, mechanism)?;
    until_empty(|limit| tree.kill_leftovers(limit)).await;
    tracing::info!(%mechanism, refused = ?found.refused, "guards");
    note(options, &tree)?;
    Ok(tree)
}

/// Writes down where a tree is, for the next guard.
fn note(options: &Options, tree: &Tree) -> Result<(), Error> {
    let path = reference_path(options, tree.name());
    let text = serde_json::to_vec(&tree.reference()).map_err(|e| Error::file(&path, e.into()))?;
    homeostat_files::replace(&path, &text).map_err(|e| Error::file(&path, e))
}

fn reference_path(options: &Options, tree: &str) -> PathBuf {
    let is_second = home_tree(tree) != tree;
    options.dir.join(if is_second {
        "tree-2.json"
    } else {
        "tree.json"
    })
}

/// Kills until it is proven that nobody is left, however long the kernel takes.
async fn until_empty(kill: impl Fn(Duration) -> Result<(), Error>) {
    while let Err(error) = kill(NAME_SURVIVORS) {
        tracing::error!(%error, "the work is not empty; nothing is started beside it");
        homeostat_clock::pause(TRY_AGAIN).await;
    }
}

/// Two systems of one name on one host must not take each other's processes for their own.
fn tree_name(options: &Options) -> Result<String, Error> {
    let dir = options.dir.canonicalize();
    let dir = dir.map_err(|e| Error::file(&options.dir, e))?;
    let hash = Sha256::digest(dir.as_os_str().as_encoded_bytes());
    let [a, b, c, d, ..] = <[u8; 32]>::from(hash);
    Ok(format!("{}-{a:02x}{b:02x}{c:02x}{d:02x}", options.name))
}

impl Guard<'_> {
    /// Starts supervisors until one ends as planned.
    async fn live(&mut self) -> Exit {
        let mut next = None;
        self.clear().await;
        loop {
            let up = Stopwatch::start();
            let (end, was_ready, because) = match self.start(next.take()) {
                Ok(mut running) => {
                    self.main = Some(running.process());
                    let end = running.watch(self).await;
                    self.main = None;
                    let because = running.because().map(str::to_owned);
                    (end, running.is_ready(), because)
                }
                Err(error) => {
                    tracing::error!(%error, "the supervisor could not be started");
                    (End::Died(Exit::Code(1)), false, None)
                }
            };
            self.was_ready |= was_ready;
            if was_ready && up.elapsed() >= self.options.healthy_after {
                self.in_a_row = 0;
            }
            let why = match end {
                End::Drained => {
                    self.clear().await;
                    // Without one that lives to have its turn, the good version is started again.
                    next = self.switch();
                    if self.offered.is_some() {
                        // What it drained for begins only now.
                        self.reach(Stage::Switching);
                    }
                    continue;
                }
                End::Stopped(exit) | End::Died(exit @ Exit::Code(0)) => {
                    self.give_up_next("everything was asked to stop", Fault::None);
                    self.is_not_deployed("everything was asked to stop");
                    self.clear().await;
                    return exit;
                }
                End::Died(exit) => format!("it ended by itself ({exit})"),
                End::Hung if self.is_late() => "it was not ready in time".into(),
                End::Hung => "it gave no sign of life and was killed".into(),
            };
            self.give_turn_at_once();
            self.clear().await;
            if self.offered.is_some() {
                self.restarts += 1;
                continue;
            }
            let falls_back = !was_ready && self.copies.refuse();
            // What was only tried says nothing about what this guard was started for.
            let is_new_to_it = !self.was_ready && !falls_back && self.deploy.is_none();
            if let End::Died(exit @ Exit::Code(code)) = end
                && is_new_to_it
                && HOPELESS.contains(&code)
            {
                return exit;
            }
            let why = with_reason(&why, because.as_deref());
            self.is_not_deployed(&why);
            self.note(why, falls_back);
            if self.wait().await.is_err() {
                return Exit::Code(0);
            }
            self.restarts += 1;
        }
    }

    /// Starts a supervisor, or goes on with one that has stood by.
    fn start(&mut self, next: Option<Running>) -> std::io::Result<Running> {
        if let Some(next) = next {
            return Ok(next);
        }
        let offered = self.offered.take();
        let turn = match offered {
            Some(_) => Turn::OnTrial,
            None => Turn::Its,
        };
        let us = offered.unwrap_or_else(|| self.copies.choose());
        Running::start(self, (&self.tree, us), turn)
    }

    /// Tells the log and the next supervisor of an end that nobody asked for.
    fn note(&self, mut why: String, falls_back: bool) {
        if falls_back {
            why.push_str(
                "; it was of a new version that never came to be ready, so the one before is run",
            );
        }
        tracing::error!(why, "the supervisor ended");
        let restart = self.restarts + 1;
        LastEnd { why, restart }.keep(&self.options.dir);
    }

    /// Waits for the turn of the next start; an error means that we were asked to stop.
    async fn wait(&mut self) -> Result<(), ()> {
        let wait = WAITS_MS[self.in_a_row.min(WAITS_MS.len() - 1)];
        self.in_a_row += 1;
        let wait = homeostat_clock::pause(Duration::from_millis(wait));
        tokio::pin!(wait);
        loop {
            // What is deployed now may be what mends it.
            self.take_order(true).await;
            self.look_at_next();
            if self.offered.is_some() {
                return Ok(());
            }
            tokio::select! {
                biased;
                () = self.stop.asked() => return Err(()),
                () = &mut wait => return Ok(()),
                () = homeostat_clock::pause(ORDER_LOOK) => {}
            }
        }
    }

    /// Nothing of the work is alive when this returns.
    async fn clear(&mut self) {
        let mut spared = self.held.processes();
        if let Some(deploy) = &self.deploy {
            spared.extend(deploy.next());
            spared.push(deploy.by());
        }
        until_empty(|limit| self.tree.kill_all(&spared, limit)).await;
        watch::reap(&mut self.held, None);
        self.tree.remove_leaves();
    }
}
