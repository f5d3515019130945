//! The supervisor's link to its guard: signs of life upwards, and Postgres, which the guard keeps.

use std::{
    future::Future,
    io,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use homeostat_store::{Keeper, ServerCommand};
use homeostat_supervisor::{
    guard::{Hold, Leash},
    notify::Notifier,
    sockets::Held,
    trampoline::{Setup, User},
};
use rustix::process::Signal;
use tokio::{
    sync::Mutex,
    time::{MissedTickBehavior, interval},
};

use crate::failure::Failure;

/// How much longer init is to wait, in microseconds: a minute from now.
const MORE_TIME: &str = "EXTEND_TIMEOUT_USEC=60000000";
/// Between two signs of life.
pub(super) const BEAT_EVERY: Duration = Duration::from_secs(1);

/// Cheap to clone. Init hears the same as the guard: while the guard starts a supervisor again, it hears
/// nothing.
#[derive(Debug, Clone)]
pub(super) struct Link {
    leash: Arc<Mutex<Leash>>,
    init: Arc<Notifier>,
    /// Init knows one supervisor: the one whose turn it is.
    speaks: Arc<AtomicBool>,
}

impl Link {
    pub(super) fn new(leash: Leash) -> Self {
        Self {
            leash: Arc::new(Mutex::new(leash)),
            init: Arc::new(Notifier::from_environment()),
            speaks: Arc::new(AtomicBool::new(true)),
        }
    }

    /// Whether init is to hear what the guard hears.
    pub(super) fn speak_to_init(&self, speaks: bool) {
        self.speaks.store(speaks, Ordering::Relaxed);
    }

    fn tell_init(&self, word: &str) {
        if self.speaks.load(Ordering::Relaxed) {
            self.init.say(word);
        }
    }

    /// Says that the loop goes round. Without a guard nobody would take our children away with us, so
    /// its end is ours.
    pub(super) async fn beat(&self) -> Result<(), Failure> {
        self.tell_init("WATCHDOG=1");
        self.said(self.leash.lock().await.beat().await)
    }

    /// Says that all runs that may run beside the old colour.
    pub(super) async fn standby(&self) -> Result<(), Failure> {
        self.said(self.leash.lock().await.standby().await)
    }

    /// Says why the end comes which follows; a guard that is gone need not know.
    pub(super) async fn because(&self, failure: &Failure) {
        let _ = self.leash.lock().await.because(&failure.to_string()).await;
    }

    /// Has a socket kept for the supervisors after this one.
    pub(super) async fn keep(&self, held: &Held) -> io::Result<()> {
        self.leash.lock().await.keep(held).await
    }

    /// Says that nobody wants a kept socket any more.
    pub(super) async fn forget(&self, name: &str) -> io::Result<()> {
        self.leash.lock().await.forget(name).await
    }

    /// Says that everything runs.
    pub(super) async fn ready(&self) -> Result<(), Failure> {
        self.tell_init("READY=1");
        self.said(self.leash.lock().await.ready().await)
    }

    /// Says that this end is a planned one, whatever its exit code.
    pub(super) async fn ending(&self) -> Result<(), Failure> {
        self.tell_init("STOPPING=1");
        self.said(self.leash.lock().await.ending().await)
    }

    fn said(&self, said: io::Result<()>) -> Result<(), Failure> {
        said.map_err(|e| Failure::TryAgain(format!("the guard is gone: {e}")))
    }

    /// Gives signs of life while the work goes on. Both are of one task: a work that blocks is silent. Both
    /// are polled, since the work may just be speaking to the guard itself.
    pub(super) async fn beating<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut work = pin!(work);
        let mut beats = beats();
        loop {
            let beat = async {
                beats.tick().await;
                // Not ready yet, or at an end that takes its time: init is to wait as long as this goes on.
                self.tell_init(MORE_TIME);
                self.beat().await
            };
            tokio::select! {
                done = &mut work => return done,
                said = beat => said?,
            }
        }
    }
}

/// The times to give a sign of life.
pub(super) fn beats() -> tokio::time::Interval {
    let mut beats = interval(BEAT_EVERY);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats
}

#[async_trait::async_trait]
impl Keeper for Link {
    async fn keep(&self, server: &ServerCommand) -> io::Result<u32> {
        let hold = Hold {
            name: "postgres".to_owned(),
            program: server.program.clone(),
            args: server.args.clone(),
            env: server.env.clone(),
            setup: Setup {
                user: server.ids.map(|(uid, gid)| User { uid, gid }),
                dir: Some(server.dir.clone()),
                ..Setup::default()
            },
            // A fast shutdown: sessions are cut, everything is written.
            stop_signal: Signal::INT.as_raw(),
            log: server.log.clone(),
        };
        let holding = self.leash.lock().await.hold(&hold).await?;
        u32::try_from(holding.process.pid).map_err(io::Error::other)
    }

    fn pid(&self) -> u32 {
        rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get().unsigned_abs())
    }
}
