//! One run of a kind, from the moment it was spawned.

use std::{io, time::Duration};

use homeostat_clock::Stopwatch;
use rustix::process::Signal;
use tokio::{
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval},
};

use super::{Event, Ground, Spec, State, Talks, View, keeper::Order};
use crate::{
    crash_loop::{Cause, Ending, Run},
    deadline::KILL_LIMIT,
    notify::{Notifications, Said},
    spawn::{Child, Exit},
};

use super::Wish;

/// How often silence and limits are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// How long one that speaks may take to say that it is ready.
const START_MAX: Duration = Duration::from_secs(120);
/// How long one that hangs may take to write down where it hangs.
const ABORT: Duration = Duration::from_secs(2);
/// How long the rest of its output is read.
const PATIENCE: Duration = Duration::from_millis(100);

/// A run that goes on.
#[derive(Debug)]
pub(super) struct Life<'a> {
    pub(super) spec: &'a Spec,
    pub(super) ground: &'a Ground,
    pub(super) view: &'a watch::Sender<View>,
    child: Child,
    notifications: Option<Notifications>,
    started: Stopwatch,
    last_sign: Stopwatch,
    turns: Option<(u64, Stopwatch)>,
    looked: Stopwatch,
    ready: bool,
    worked: bool,
    /// It had more memory than is reserved for it.
    was_over: bool,
    /// It was told to end, how long ago, and by what it will be forced to.
    ending: Option<Leaving>,
}

#[derive(Debug)]
struct Leaving {
    since: Stopwatch,
    limit: Duration,
    hung: bool,
}

/// What a run came to.
#[derive(Debug)]
pub(super) struct Lived {
    pub(super) run: Run,
    pub(super) cause: Cause,
    /// What it needs was not there at its end.
    pub(super) gated: bool,
    /// The order that ended it.
    pub(super) by: Option<Order>,
}

enum Woken {
    Ended(io::Result<Exit>),
    Said(Said),
    Told(Order),
    Look,
}

impl<'a> Life<'a> {
    pub(super) fn new(
        (spec, ground, view): (&'a Spec, &'a Ground, &'a watch::Sender<View>),
        child: Child,
        notifications: Option<Notifications>,
    ) -> Self {
        let silent = spec.talks == Talks::Not;
        // Only who is asked for signs of life gives any.
        let beats = matches!(
            &spec.talks,
            Talks::Notify {
                silence_max: Some(_),
                ..
            }
        );
        Self {
            spec,
            ground,
            view,
            child,
            notifications,
            started: Stopwatch::start(),
            last_sign: Stopwatch::start(),
            turns: None,
            looked: Stopwatch::start(),
            // Of one that says nothing, being there is all that is known.
            ready: silent,
            worked: !beats,
            was_over: false,
            ending: None,
        }
    }

    /// Returns when nothing of it lives any more.
    pub(super) async fn live(mut self, orders: &mut mpsc::UnboundedReceiver<Order>) -> Lived {
        let name = &self.spec.kind.name;
        let process = self.child.process();
        self.ground.tell(Event::Started {
            name: name.clone(),
            process,
        });
        if self.ready {
            self.is_ready();
        }
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut by = None;
        let exit = loop {
            let woken = tokio::select! {
                biased;
                exit = self.child.ended() => Woken::Ended(exit),
                Some(order) = orders.recv() => Woken::Told(order),
                said = heard(&self.notifications) => Woken::Said(said),
                _ = looks.tick() => Woken::Look,
            };
            match woken {
                Woken::Ended(exit) => break exit,
                Woken::Said(said) => {
                    self.heard(said);
                    // One that never stops talking is looked at all the same.
                    if self.looked.elapsed() > LOOK {
                        self.look().await;
                    }
                }
                Woken::Told(order) if order.ends() => {
                    self.leave(Some(Signal::TERM), self.spec.stop_limit, false);
                    by = Some(order);
                }
                Woken::Told(Order::Over(who)) => {
                    // It may have been meant for the life before.
                    if who == process {
                        self.was_over = true;
                        self.kill().await;
                    }
                }
                Woken::Told(Order::Wish(Wish::Unquarantine)) => {
                    let record = self.ground.pardon(name);
                    self.view.send_modify(|view| view.take(&record));
                }
                // It runs already; told to stop before, it comes back.
                Woken::Told(_) => by = by.map(|_| Order::Wish(Wish::Restart)),
                Woken::Look => self.look().await,
            }
        };
        self.over(exit, by).await
    }

    fn run(&self) -> Run {
        Run {
            uptime: self.started.elapsed(),
            ready: self.ready,
            worked: self.worked,
        }
    }

    fn heard(&mut self, said: Said) {
        self.last_sign = Stopwatch::start();
        match said {
            Said::Ready if !self.ready => {
                self.ready = true;
                self.is_ready();
            }
            Said::Ready => {}
            Said::Watchdog => self.worked = true,
            Said::Turns(n) => {
                if self.turns.as_ref().is_none_or(|(before, _)| *before != n) {
                    self.turns = Some((n, Stopwatch::start()));
                    self.view
                        .send_modify(|view| view.progress = Some(format!("{n} turns")));
                }
            }
            Said::Status(text) => self.view.send_modify(|view| view.progress = Some(text)),
            // It ends by itself; a second order might cut that short.
            Said::Stopping => self.leave(None, self.spec.stop_limit, false),
            Said::WatchdogTrigger => self.leave(Some(Signal::ABORT), ABORT, true),
            Said::WantsAlone => self.ground.tell(Event::WantsAlone {
                name: self.spec.kind.name.clone(),
            }),
            Said::Other => {}
        }
    }

    fn is_ready(&self) {
        let since_ms = self.ground.now_ms();
        let is_ending = self.ending.is_some();
        self.view.send_modify(|view| {
            if !is_ending {
                view.state = State::Running;
                view.since_ms = since_ms;
            }
        });
        self.ground.tell(Event::Ready {
            name: self.spec.kind.name.clone(),
        });
    }

    async fn look(&mut self) {
        self.looked = Stopwatch::start();
        if let Some(record) = self.ground.going(&self.spec.kind.name, &self.run()) {
            self.view.send_modify(|view| view.take(&record));
        }
        if !self.spec.may_start()
            && let Some((_, since)) = &mut self.turns
        {
            *since = Stopwatch::start();
        }
        if self.is_out_of_memory() {
            // The kernel may have taken one process of it only; the rest is a cripple.
            return self.kill().await;
        }
        match &self.ending {
            Some(leaving) if leaving.since.elapsed() > leaving.limit => self.kill().await,
            Some(_) => {}
            None => {
                if let Some(why) = self.hangs() {
                    tracing::error!(name = self.spec.kind.name, why, "hangs");
                    self.leave(Some(Signal::ABORT), ABORT, true);
                }
            }
        }
    }

    fn is_out_of_memory(&self) -> bool {
        let counted = || self.spec.memory_mb.is_some() && self.child.leaf().oom_killed_since(0);
        self.was_over || counted()
    }

    /// Whether it was silent, or at a stand, for longer than it may be.
    fn hangs(&self) -> Option<&'static str> {
        let Talks::Notify {
            silence_max,
            stall_max,
        } = self.spec.talks
        else {
            return None;
        };
        let over = |since: &Stopwatch, most: Option<Duration>| {
            most.is_some_and(|most| since.elapsed() > most)
        };
        let stands = |(_, since): &(u64, Stopwatch)| over(since, stall_max);
        if self.ready && over(&self.last_sign, silence_max) {
            Some("gave no sign of life")
        } else if !self.ready && over(&self.started, Some(START_MAX)) {
            Some("never came to be ready")
        } else if self.turns.as_ref().is_some_and(stands) {
            Some("says that it lives, and its work stands still")
        } else {
            None
        }
    }

    /// From now on it is to end. It is told once, if at all; the limit does the rest.
    fn leave(&mut self, signal: Option<Signal>, limit: Duration, hung: bool) {
        if self.ending.is_some() {
            return;
        }
        self.ending = Some(Leaving {
            since: Stopwatch::start(),
            limit,
            hung,
        });
        self.view.send_modify(|view| view.state = State::Stopping);
        let told = signal.map_or(Ok(()), |signal| self.child.signal(signal));
        if let Err(error) = told {
            tracing::warn!(name = self.spec.kind.name, %error, "cannot be told to end");
        }
    }

    /// Ends all of its leaf, also what it started.
    async fn kill(&self) {
        let leaf = self.child.leaf().clone();
        let killed = tokio::task::spawn_blocking(move || leaf.kill_all(KILL_LIMIT)).await;
        if let Ok(Err(error)) = killed {
            tracing::error!(name = self.spec.kind.name, %error, "does not end");
        }
    }

    async fn over(self, exit: io::Result<Exit>, by: Option<Order>) -> Lived {
        let run = self.run();
        let gated = !self.spec.may_start();
        let process = self.child.process();
        // What it started must not meet what is started next.
        self.kill().await;
        let out_of_memory = self.is_out_of_memory();
        self.child.leaf().remove();
        let hung = self.ending.as_ref().is_some_and(|leaving| leaving.hung);
        let ending = match exit {
            _ if hung => Ending::Hung,
            _ if out_of_memory => Ending::OutOfMemory,
            Ok(_) if by.is_some() => Ending::Planned,
            Ok(exit) => exit.into(),
            // It is gone; how is not known.
            Err(_) => Ending::Killed(0),
        };
        let (spec, ground) = (self.spec, self.ground);
        let (_, err) = self.child.output(PATIENCE).await;
        let last_words = err.last_words();
        let cause = Cause { ending, last_words };
        ground.tell(Event::Ended {
            name: spec.kind.name.clone(),
            process,
            cause: cause.clone(),
        });
        Lived {
            run,
            cause,
            gated,
            by,
        }
    }
}

async fn heard(notifications: &Option<Notifications>) -> Said {
    match notifications {
        Some(notifications) => notifications.next().await,
        None => std::future::pending().await,
    }
}
