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
    time::{MissedTickBehavior, interval, timeout},
};

use super::{
    Deploy, Guard, Held, Options, Stage, Told,
    deploy::{Fault, Heard},
    leash::{Grip, STANDBY_VARIABLE, TREE_VARIABLE, TRIAL_VARIABLE, Word},
    overdue::Overdue,
};
use crate::{
    mechanism::{LeafName, Tree},
    oom,
    process::Process,
    sockets,
    spawn::{self, Exit},
    trampoline::{self, Setup},
};

/// Whatever becomes of its file.
const OURSELVES: &str = "/proc/self/exe";
/// A start that takes longer is one that a deploy may end.
const SLOW: Duration = Duration::from_secs(10);
/// How often limits and overdue leaves are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// And however short the limits are, not more often than this.
const LOOK_AT_MOST: Duration = Duration::from_millis(20);

/// What the dead said is there already.
const LAST_WORDS: Duration = Duration::from_millis(50);

/// How one life ended.
#[derive(Debug)]
pub(super) enum End {
    /// By itself.
    Died(Exit),
    /// We killed it because it gave no sign of life.
    Hung,
    /// We asked it to stop because we were asked.
    Stopped(Exit),
    /// We asked it to end because another one's turn has come.
    Drained,
}

/// When a supervisor that is started works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// At once, as the version that is run here.
    Its,
    /// At once, as one that is taken back when it does not come to be ready.
    OnTrial,
    /// The same, once it has stood by.
    Later,
}

/// A supervisor that runs.
#[derive(Debug)]
pub(super) struct Running {
    process: Process,
    since: Stopwatch,
    handle: AsyncFd<OwnedFd>,
    grip: Grip,
    us: PathBuf,
    last_sign: Stopwatch,
    first_sign: bool,
    ready: bool,
    leash_is_held: bool,
    /// Why it will end, in its own words.
    because: Option<String>,
    /// Since when it is to end, by our word or by its own.
    stopping: Option<Stopwatch>,
    /// We passed a request on.
    asked: bool,
    /// Another one's turn comes after its end.
    draining: bool,
    hung: bool,
    overdue: Overdue,
}

/// What woke the guard.
enum Woken {
    Asked,
    Said(Option<Word>),
    OfNext(Heard),
    ChildEnded,
    Ended,
    Look,
}

impl Running {
    /// Starts `us` as a supervisor of this tree.
    pub(super) fn start(
        guard: &Guard<'_>,
        (tree, us): (&Tree, PathBuf),
        turn: Turn,
    ) -> io::Result<Self> {
        let (grip, theirs) = Grip::pair()?;
        let process = spawn(guard, (tree, &us), turn, theirs.into())?;
        let handle = process
            .handle()?
            .ok_or_else(|| io::Error::other("it ended before it was seen"))?;
        #[expect(
            deprecated,
            reason = "unsound only for handles that may be closed under it; this one is owned"
        )]
        let handle = AsyncFd::with_interest(handle, Interest::READABLE)?;
        Ok(Self {
            process,
            since: Stopwatch::start(),
            handle,
            grip,
            us,
            last_sign: Stopwatch::start(),
            first_sign: false,
            ready: false,
            leash_is_held: true,
            because: None,
            stopping: None,
            asked: false,
            draining: false,
            hung: false,
            overdue: Overdue::default(),
        })
    }

    pub(super) fn process(&self) -> Process {
        self.process
    }

    pub(super) fn is_ready(&self) -> bool {
        self.ready
    }

    pub(super) fn because(&self) -> Option<&str> {
        self.because.as_deref()
    }

    /// What it says, or that it has ended.
    pub(super) async fn heard(&mut self) -> Heard {
        tokio::select! {
            biased;
            word = self.grip.word(), if self.leash_is_held => match word {
                Some(word) => Heard::Said(word),
                None => {
                    self.leash_is_held = false;
                    Heard::Ended
                }
            },
            _ = self.handle.readable() => Heard::Ended,
        }
    }

    /// Returns when it has ended. Whatever it leaves is the caller's.
    pub(super) async fn watch(&mut self, guard: &mut Guard<'_>) -> End {
        let mut looks = interval(
            LOOK.min(guard.options.heartbeat_limit / 4)
                .max(LOOK_AT_MOST),
        );
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            // What it said comes before how long it was silent: the guard may have been stopped itself.
            let woken = tokio::select! {
                biased;
                told = guard.stop.told() => match told {
                    Told::ToStop => Woken::Asked,
                    Told::OfAnEnd => Woken::ChildEnded,
                },
                word = self.grip.word(), if self.leash_is_held => Woken::Said(word),
                heard = Deploy::heard(&mut guard.deploy) => Woken::OfNext(heard),
                _ = self.handle.readable() => Woken::Ended,
                _ = looks.tick() => Woken::Look,
            };
            match woken {
                Woken::Asked => {
                    self.pass_on();
                    guard.give_up_next("everything was asked to stop", Fault::None);
                }
                Woken::Said(Some(word)) => self.hear(word, guard).await,
                // It closed its standard input: from now on it is silent, which is judged as silence.
                Woken::Said(None) => self.leash_is_held = false,
                Woken::OfNext(heard) => {
                    if guard.hear_next(heard, self.stopping.is_some()).await {
                        self.drain();
                    }
                }
                Woken::ChildEnded => {
                    if let Some(exit) = reap(&mut guard.held, Some(self.process.pid)) {
                        return self.end(exit).await;
                    }
                }
                Woken::Ended => {
                    // It has ended for certain; how is a detail that somebody may have taken from us.
                    let exit = reap(&mut guard.held, Some(self.process.pid));
                    return self.end(exit.unwrap_or(Exit::Signal(0))).await;
                }
                Woken::Look => {
                    self.look(guard);
                    guard.look_at_next();
                    self.look_for_order(guard).await;
                }
            }
        }
    }

    async fn end(&mut self, exit: Exit) -> End {
        self.last_words().await;
        if self.draining && !self.asked {
            return End::Drained;
        }
        match (&self.stopping, self.hung) {
            (Some(_), _) => End::Stopped(exit),
            (None, true) => End::Hung,
            (None, false) => End::Died(exit),
        }
    }

    /// Its end and what it said before are there at once when the guard was busy. Of the dead only the reason
    /// counts: a request is nobody's any more.
    async fn last_words(&mut self) {
        while self.leash_is_held {
            match timeout(LAST_WORDS, self.grip.word()).await {
                Ok(Some(Word::Because(why))) => self.because = Some(why),
                Ok(Some(_)) => {}
                // Somebody of its own may hold the other end still, and says nothing by it.
                Ok(None) | Err(_) => self.leash_is_held = false,
            }
        }
    }

    /// What follows from its words, whether it has its turn or waits for it.
    pub(super) async fn hear(&mut self, word: Word, guard: &mut Guard<'_>) {
        self.first_sign = true;
        self.last_sign = Stopwatch::start();
        match word {
            // Whose turn it is not has nothing to tell by these.
            Word::Beat | Word::Standby => {}
            Word::Ready if guard.main != Some(self.process) => {}
            Word::Ready => self.is_good(guard),
            // Nobody asked it, so nobody hurries it but the limit of a stop.
            Word::Ending => {
                self.stopping.get_or_insert_with(Stopwatch::start);
            }
            Word::Because(why) => self.because = Some(why),
            Word::Hold(hold) => {
                let held = guard.held.hold(&hold, &guard.home, &self.us);
                self.grip.answer(&held).await;
            }
            Word::Keep(name, socket) => {
                if let Err(error) = guard.kept.keep(&name, socket) {
                    tracing::warn!(%error, name, "a socket cannot be kept");
                }
            }
            Word::Forget(name) => guard.kept.forget(&name),
        }
    }

    /// One that does not come to be ready is not waited for: the order is what may mend that.
    async fn look_for_order(&mut self, guard: &mut Guard<'_>) {
        if self.stopping.is_some() {
            return;
        }
        if self.ready {
            guard.take_order(false).await;
        } else if self.since.elapsed() > SLOW && guard.take_order(true).await {
            guard.reach(Stage::Draining);
            self.drain();
        }
    }

    fn is_good(&mut self, guard: &mut Guard<'_>) {
        // Whatever it says at its end, what is tried by now is another.
        if self.draining || std::mem::replace(&mut self.ready, true) {
            return;
        }
        if let Some(us) = guard.copies.promote() {
            self.us = us;
        }
        guard.is_deployed();
    }

    /// Its turn is over.
    fn drain(&mut self) {
        self.draining = true;
        self.stopping.get_or_insert_with(Stopwatch::start);
        self.signal(Signal::USR1);
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
        } else if self.last_sign.elapsed() > self.patience(options) || guard.is_late() {
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

    pub(super) fn signal(&self, signal: Signal) {
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

fn spawn(
    guard: &Guard<'_>,
    (tree, us): (&Tree, &Path),
    turn: Turn,
    leash: OwnedFd,
) -> io::Result<Process> {
    let options = guard.options;
    let leaf = LeafName::new("supervisor").and_then(|name| tree.make_leaf(&name));
    let join = leaf.map_err(io::Error::other)?.join();
    let kept = guard.kept.all();
    let setup = Setup {
        enter: join.enter,
        parent: i32::try_from(std::process::id()).ok(),
        oom_score_adj: Some(oom::SUPERVISOR),
        sockets: spawn::names(kept),
        ..Setup::default()
    };
    // By our own program: what never becomes a trampoline would never enter its leaf.
    let mut command = Command::new(OURSELVES);
    command
        .arg(trampoline::WORD)
        .arg(serde_json::to_string(&setup)?)
        .arg(us)
        .args(&options.args)
        .env_remove(sockets::COUNT_VARIABLE)
        .env_remove(sockets::NAMES_VARIABLE)
        .env_remove(sockets::PID_VARIABLE)
        .env_remove(STANDBY_VARIABLE)
        .env_remove(TRIAL_VARIABLE)
        .env(TREE_VARIABLE, serde_json::to_string(&tree.reference())?)
        .envs(join.mark)
        .envs((turn == Turn::Later).then_some((STANDBY_VARIABLE, "1")))
        .envs((turn != Turn::Its).then_some((TRIAL_VARIABLE, "1")))
        .envs(options.env.iter().cloned())
        .stdin(Stdio::from(leash));
    spawn::give(kept, &mut command)?;
    let child = command.spawn()?;
    let pid = i32::try_from(child.id()).map_err(io::Error::other)?;
    // Nobody waits for it but us, so the number is its own until we do.
    let known = Pid::from_raw(pid).and_then(|_| Process::of(pid));
    known.ok_or_else(|| io::Error::other("/proc does not show it"))
}
