//! One life of a supervisor, as its guard sees it.

use std::{
    io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use homeostat_clock::Stopwatch;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, pidfd_send_signal, wait};
use tokio::{
    io::{Interest, unix::AsyncFd},
    time::{MissedTickBehavior, interval},
};

use super::{
    Guard, Held, Options, Told,
    leash::{Grip, TREE_VARIABLE, Word},
    overdue::Overdue,
};
use crate::{
    mechanism::{LeafName, Tree},
    oom,
    process::Process,
    spawn::Exit,
    trampoline::{self, Setup},
};

/// How often limits and overdue leaves are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// And however short the limits are, not more often than this.
const LOOK_AT_MOST: Duration = Duration::from_millis(20);

/// How one life ended.
#[derive(Debug)]
pub(super) enum End {
    /// By itself.
    Died(Exit),
    /// We killed it because it gave no sign of life.
    Hung,
    /// We asked it to stop because we were asked.
    Stopped(Exit),
}

/// A supervisor that runs.
#[derive(Debug)]
pub(super) struct Running {
    pid: i32,
    handle: AsyncFd<OwnedFd>,
    grip: Grip,
    us: PathBuf,
    last_sign: Stopwatch,
    first_sign: bool,
    ready: bool,
    /// Since when it is to end, by our word or by its own.
    stopping: Option<Stopwatch>,
    /// We passed a request on.
    asked: bool,
    hung: bool,
    overdue: Overdue,
}

/// What woke the guard.
enum Woken {
    Asked,
    Said(Option<Word>),
    ChildEnded,
    Ended,
    Look,
}

impl Running {
    pub(super) fn start(guard: &mut Guard<'_>) -> io::Result<Self> {
        let us = guard.copies.choose();
        let (grip, theirs) = Grip::pair()?;
        let process = spawn(guard.options, &guard.tree, &us, theirs.into())?;
        let handle = process
            .handle()?
            .ok_or_else(|| io::Error::other("it ended before it was seen"))?;
        #[expect(
            deprecated,
            reason = "unsound only for handles that may be closed under it; this one is owned"
        )]
        let handle = AsyncFd::with_interest(handle, Interest::READABLE)?;
        Ok(Self {
            pid: process.pid,
            handle,
            grip,
            us,
            last_sign: Stopwatch::start(),
            first_sign: false,
            ready: false,
            stopping: None,
            asked: false,
            hung: false,
            overdue: Overdue::default(),
        })
    }

    pub(super) fn is_ready(&self) -> bool {
        self.ready
    }

    /// Returns when it has ended. Whatever it leaves is the caller's.
    pub(super) async fn watch(&mut self, guard: &mut Guard<'_>) -> End {
        let mut looks = interval(
            LOOK.min(guard.options.heartbeat_limit / 4)
                .max(LOOK_AT_MOST),
        );
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut leash_is_held = true;
        loop {
            // What it said comes before how long it was silent: the guard may have been stopped itself.
            let woken = tokio::select! {
                biased;
                told = guard.stop.told() => match told {
                    Told::ToStop => Woken::Asked,
                    Told::OfAnEnd => Woken::ChildEnded,
                },
                word = self.grip.word(), if leash_is_held => Woken::Said(word),
                _ = self.handle.readable() => Woken::Ended,
                _ = looks.tick() => Woken::Look,
            };
            match woken {
                Woken::Asked => self.pass_on(),
                Woken::Said(Some(word)) => self.heard(word, guard).await,
                // It closed its standard input: from now on it is silent, which is judged as silence.
                Woken::Said(None) => leash_is_held = false,
                Woken::ChildEnded => {
                    if let Some(exit) = reap(&mut guard.held, Some(self.pid)) {
                        return self.end(exit);
                    }
                }
                Woken::Ended => {
                    // It has ended for certain; how is a detail that somebody may have taken from us.
                    let exit = reap(&mut guard.held, Some(self.pid));
                    return self.end(exit.unwrap_or(Exit::Signal(0)));
                }
                Woken::Look => self.look(guard),
            }
        }
    }

    fn end(&self, exit: Exit) -> End {
        match (&self.stopping, self.hung) {
            (Some(_), _) => End::Stopped(exit),
            (None, true) => End::Hung,
            (None, false) => End::Died(exit),
        }
    }

    async fn heard(&mut self, word: Word, guard: &mut Guard<'_>) {
        self.first_sign = true;
        self.last_sign = Stopwatch::start();
        match word {
            Word::Beat => {}
            Word::Ready => {
                self.ready = true;
                if let Some(us) = guard.copies.promote() {
                    self.us = us;
                }
            }
            // Nobody asked it, so nobody hurries it but the limit of a stop.
            Word::Ending => {
                self.stopping.get_or_insert_with(Stopwatch::start);
            }
            Word::Hold(hold) => {
                let held = guard.held.hold(&hold, &guard.tree, &self.us);
                self.grip.answer(&held).await;
            }
        }
    }

    /// The first request is passed on; at the second the supervisor has no more time.
    fn pass_on(&mut self) {
        let again = std::mem::replace(&mut self.asked, true);
        self.stopping.get_or_insert_with(Stopwatch::start);
        self.signal(if again { Signal::KILL } else { Signal::TERM });
    }

    fn look(&mut self, guard: &Guard<'_>) {
        let options = guard.options;
        if let Some(since) = &self.stopping {
            if since.elapsed() > options.stop_limit {
                self.signal(Signal::KILL);
            }
        } else if self.last_sign.elapsed() > self.patience(options) {
            self.hung = true;
            self.signal(Signal::KILL);
        }
        self.overdue.sweep(&guard.tree, (options.wall_ms)());
    }

    fn patience(&self, options: &Options) -> Duration {
        if self.first_sign {
            options.heartbeat_limit
        } else {
            options.start_limit
        }
    }

    fn signal(&self, signal: Signal) {
        // It may have ended by itself.
        let _ = pidfd_send_signal(self.handle.get_ref(), signal);
    }
}

/// Waits for every child that has ended. Returns how the one we ask for did, if it is among them.
pub(super) fn reap(held: &mut Held, of: Option<i32>) -> Option<Exit> {
    let mut found = None;
    while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
        if Some(pid.as_raw_nonzero().get()) == of {
            found = Some(exit_of(status));
        }
        // Everybody else is an orphan that we took in, or something that we hold.
        held.ended(pid);
    }
    found
}

fn exit_of(status: WaitStatus) -> Exit {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or(0)),
    }
}

fn spawn(options: &Options, tree: &Tree, us: &Path, leash: OwnedFd) -> io::Result<Process> {
    let leaf = LeafName::new("supervisor").and_then(|name| tree.make_leaf(&name));
    let join = leaf.map_err(io::Error::other)?.join();
    let setup = Setup {
        enter: join.enter,
        parent: i32::try_from(std::process::id()).ok(),
        oom_score_adj: Some(oom::SUPERVISOR),
        ..Setup::default()
    };
    let child = Command::new(us)
        .arg(trampoline::WORD)
        .arg(serde_json::to_string(&setup)?)
        .arg(us)
        .args(&options.args)
        .env(TREE_VARIABLE, serde_json::to_string(&tree.reference())?)
        .envs(join.mark)
        .envs(options.env.iter().cloned())
        .stdin(Stdio::from(leash))
        .spawn()?;
    let pid = i32::try_from(child.id()).map_err(io::Error::other)?;
    // Nobody waits for it but us, so the number is its own until we do.
    let known = Pid::from_raw(pid).and_then(|_| Process::of(pid));
    known.ok_or_else(|| io::Error::other("/proc does not show it"))
}
