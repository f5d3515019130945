//! A supervisor's life: the database, the roles, and what wakes it until it is asked to stop.
//!
//! Nothing here waits for anything but the next thing that happens; kinds are kept, buried and told of by
//! tasks of their own, so a database that is away keeps nobody from being started or answered.

use std::{sync::Arc, time::Duration};

use homeostat_clock::{Entropy, Stopwatch};
use homeostat_effects::LEASE_RENEWAL;
use homeostat_liveness::Epoch;
use homeostat_operator::config::Config;
use homeostat_store::Db;
use homeostat_supervisor::sockets::Held;
use tokio::signal::unix::Signal;
use tokio_util::sync::CancellationToken;

use super::{
    boot, fallback, hear,
    house::{self, House},
    lease,
    link::{self, Link},
    monitor, narrator,
    options::Options,
    pages, pulse,
    roles::{self, Roles, SANDBOX, SUPERVISOR_NAME},
    server::Server,
    summary::{self, Since, Summary},
    world::World,
};
use crate::{
    failure::Failure,
    run::{self, Asked},
    state::State,
    ui,
};

/// A supervisor that lived this long after an end is well again.
const WELL_AFTER: Duration = Duration::from_secs(60);

/// Everything a supervisor holds.
#[derive(Debug)]
pub(super) struct Up<'a> {
    pub(super) options: &'a Options,
    pub(super) link: Link,
    pub(super) asked: &'a mut Asked,
    /// By which it hears that its turn is over.
    pub(super) turn: &'a mut Signal,
    /// Another version ran until now, and comes back if this one is not ready.
    pub(super) on_trial: bool,
    /// What the pages listen on.
    pub(super) pages: Option<Arc<Held>>,
    /// Its turn is over; another version goes on.
    pub(super) drained: bool,
    pub(super) config: &'a Config,
    pub(super) state: &'a State,
    pub(super) house: &'a House,
    pub(super) entropy: Entropy,
    pub(super) started: Stopwatch,
}

/// What woke it.
enum Woken {
    ServerEnded(String),
    TimeIsUp,
    IsWell,
    AskedToStop,
    TurnIsOver,
    EpochOver(String),
    SignOfLife,
}

/// A supervisor with a database.
struct Life<'a, 'b> {
    up: &'b mut Up<'a>,
    server: &'b mut Server,
    db: Db,
    epoch: Epoch,
}

impl Up<'_> {
    /// Lives until told to stop. `None` when that came before there was anything to sum up, or when another
    /// version goes on.
    pub(super) async fn run(mut self) -> Result<Option<Summary>, Failure> {
        let link = self.link.clone();
        let spool = self.house.spool.clone();
        let opened = Box::pin(Server::open(self.state, &link, &spool));
        let opened = self.unless_asked(opened).await?;
        let Some(mut server) = opened else {
            return Ok(None);
        };
        let served = Box::pin(self.serve(&mut server)).await;
        if self.drained {
            // The server is the next one's.
            return served.map(|_| None);
        }
        // Whatever became of the run, no server is left behind; the run's own error says more.
        let stopped = server.stop().await;
        let summary = served?;
        stopped?;
        Ok(summary)
    }

    /// Does what takes its time, with signs of life, unless we are asked to stop meanwhile, or the time that
    /// we were given is over.
    async fn unless_asked<T>(
        &mut self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<Option<T>, Failure> {
        let link = self.link.clone();
        tokio::select! {
            biased;
            () = self.asked.wait() => {
                link.ending().await?;
                Ok(None)
            }
            Some(()) = self.turn.recv() => {
                self.drained = true;
                Ok(None)
            }
            () = time_is_up(self.options, &self.started) => {
                link.ending().await?;
                let text = "the time is up, and what the system waits for is not there yet";
                Err(Failure::TryAgain(text.to_owned()))
            }
            done = link.beating(work) => done.map(Some),
        }
    }

    async fn serve(&mut self, server: &mut Server) -> Result<Option<Summary>, Failure> {
        let spool = self.house.spool.clone();
        let Some(db) = self.unless_asked(server.connect(&spool)).await? else {
            return Ok(None);
        };
        let run_dir = self.state.run_dir();
        let begun = run::begin_epoch(&db, "supervisor", true, run_dir, &self.entropy);
        let epoch = begun.await.map_err(gone_again)?;
        self.house.db.send_replace(Some(db.clone()));
        let since = Since::now(&db).await.map_err(gone_again)?;
        let (state, started) = (self.state, self.started);
        let mut life = Life {
            up: self,
            server,
            db,
            epoch,
        };
        let lived = life.live().await;
        let summary = match life.up.drained {
            true => Ok(None),
            false => {
                let url = life.server.url().to_owned();
                summary::report(&life.db, &url, state, &since, started)
                    .await
                    .map(Some)
            }
        };
        let ended = life.epoch.end("planned stop").await;
        life.db.close().await;
        lived?;
        ended?;
        summary
    }
}

/// Returns when the time is over for which the system was to run; never when it has none.
fn time_is_up(options: &Options, started: &Stopwatch) -> impl Future<Output = ()> + use<> {
    let left = options.run_for;
    let left = left.map(|limit| limit.saturating_sub(started.elapsed()));
    async move {
        match left {
            Some(left) => homeostat_clock::pause(left).await,
            None => std::future::pending().await,
        }
    }
}

/// The database was there a moment ago, so the guard is to try again; else a first start would end here.
fn gone_again(failure: Failure) -> Failure {
    Failure::TryAgain(failure.to_string())
}

impl Life<'_, '_> {
    async fn live(&mut self) -> Result<(), Failure> {
        let (link, house) = (self.up.link.clone(), self.up.house);
        let recovered = boot::recover(&self.db, &self.up.entropy);
        let recovered = link.beating(recovered).await.map_err(gone_again)?;
        let stop = CancellationToken::new();
        let gate = house.gate.clone();
        gate.send_replace(true);
        let spool = house.spool.clone();
        let pulse = pulse::keep(self.db.clone(), gate, spool, stop.clone());
        let lease = lease::keep(
            self.db.clone(),
            self.epoch.clone(),
            LEASE_RENEWAL,
            stop.clone(),
        );
        let narrator = narrator::tell(self.db.clone(), stop.clone());
        let (settings, state) = (&self.up.config.settings, self.up.state);
        let monitor = monitor::keep(self.db.clone(), settings, state, stop.clone());
        let mut watched = self.start().await;
        if let Ok(Some(world)) = &watched {
            let (options, state) = (self.up.options, self.up.state);
            ui::note(&options.greeting(state, world.as_ref(), recovered));
            watched = self.watch().await.map(|()| None);
        }
        // A stop takes its time; the guard is to know before that this end is meant. Of a turn that is over it
        // knows, and for init nothing stops.
        let told = match watched {
            Ok(_) if !self.up.drained => link.ending().await,
            Ok(_) | Err(_) => Ok(()),
        };
        // Workers first, then the world they act on.
        house.kinds.end(|name| name != SANDBOX).await;
        house.kinds.end(|_| true).await;
        stop.cancel();
        let _ = tokio::join!(pulse, lease, narrator, monitor);
        watched.map(drop).and(told)
    }

    /// Starts everything, and gives back the sandbox where there is one; nothing when we were asked to
    /// stop meanwhile.
    async fn start(&mut self) -> Result<Option<Option<World>>, Failure> {
        let up = &mut self.up;
        let (options, state, settings) = (up.options, up.state, &up.config.settings);
        let mut roles = Roles::new(up.house, state, self.server.url());
        let world = if settings.meta.base_url.is_none() {
            let started = roles.start_world(options, state);
            match up.unless_asked(started).await? {
                Some(world) => Some(world),
                None => return Ok(None),
            }
        } else {
            None
        };
        let anchor = world.as_ref().map(World::anchor).transpose()?;
        state.keep_world_clock(anchor.as_deref())?;
        if up.asked.already().await {
            return Ok(None);
        }
        roles.start_workers(&settings.workers, options);
        up.house.kinds.forget_others();
        hear::close_what_is_over(&up.house.spool, &up.house.kinds, settings);
        state.make_current()?;
        // Here a version that is no good can still be taken back.
        if up.on_trial && !self.pass_trial().await? {
            return Ok(None);
        }
        self.up.link.ready().await?;
        Ok(Some(world))
    }

    /// From here on there is no way back: what the version before had is given up. False when we were asked to
    /// stop meanwhile.
    async fn pass_trial(&mut self) -> Result<bool, Failure> {
        if !self.all_ready().await? {
            return Ok(false);
        }
        let up = &self.up;
        fallback::keep(up.state, &up.config.settings)?;
        house::forget_other(up.state);
        pages::keep(up.pages.as_deref(), &up.link).await?;
        Ok(true)
    }

    /// Waits until our own roles are ready; false when we were asked to stop meanwhile.
    async fn all_ready(&mut self) -> Result<bool, Failure> {
        let up = &mut self.up;
        let roles = Roles::new(up.house, up.state, self.server.url());
        for name in roles::names(&up.config.settings) {
            // Somebody else's sandbox is no kind of ours.
            let is_ours = name != SANDBOX || up.options.sandbox.is_none();
            if name == SUPERVISOR_NAME || !is_ours {
                continue;
            }
            if up.unless_asked(roles.until_ready(&name)).await?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns when the system should stop.
    async fn watch(&mut self) -> Result<(), Failure> {
        let time_is_up = time_is_up(self.up.options, &self.up.started);
        tokio::pin!(time_is_up);
        let is_well = homeostat_clock::pause(WELL_AFTER);
        tokio::pin!(is_well);
        let mut told_well = false;
        let mut beats = link::beats();
        loop {
            let woken = tokio::select! {
                biased;
                said = self.server.ended() => Woken::ServerEnded(said),
                () = &mut time_is_up => Woken::TimeIsUp,
                () = &mut is_well, if !told_well => Woken::IsWell,
                () = self.up.asked.wait() => Woken::AskedToStop,
                Some(()) = self.up.turn.recv() => Woken::TurnIsOver,
                _ = beats.tick() => Woken::SignOfLife,
                reason = self.epoch.ended() => Woken::EpochOver(reason),
            };
            match woken {
                Woken::ServerEnded(said) => {
                    tracing::warn!(said, "Postgres ended; starting it again");
                    if !self.restart_server().await? {
                        return Ok(());
                    }
                }
                Woken::IsWell => {
                    told_well = true;
                    hear::supervisor_is_well(&self.up.house.spool);
                }
                Woken::TimeIsUp | Woken::AskedToStop => return Ok(()),
                Woken::TurnIsOver => {
                    self.up.drained = true;
                    return Ok(());
                }
                Woken::EpochOver(reason) => {
                    let text = format!("somebody ended this process's epoch: {reason}");
                    return Err(Failure::TryAgain(text));
                }
                Woken::SignOfLife => self.up.link.beat().await?,
            }
        }
    }

    /// Starts our server again, with the gate closed meanwhile; false when we were asked to stop.
    async fn restart_server(&mut self) -> Result<bool, Failure> {
        let house = self.up.house;
        house.gate.send_replace(false);
        let restarted = async {
            self.server.restart(&house.spool).await;
            Ok(())
        };
        let restarted = self.up.unless_asked(restarted).await?;
        house.gate.send_replace(restarted.is_some());
        Ok(restarted.is_some())
    }
}
