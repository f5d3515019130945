//! Does what the plan says, to whoever is there. Two hands: the light one keeps to the clock; the heavy one
//! takes away what others need, so its strikes come one after another, each when there is somebody to strike.

use std::{path::PathBuf, sync::Arc, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use rustix::process::Signal;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;

use super::{
    clocks::Clocks,
    crew::{Crew, Post},
    disk::Filler,
    plan::{Fault, Strike},
    tally::{Tally, now_ms},
    targets::{self, Target},
};
use crate::drill::{http, plant::Plant, wire::Wire, witness::Witness};

/// How long the heavy hand waits for somebody to strike.
const PATIENCE: Duration = Duration::from_secs(15);
/// What comes late is done late, up to here beyond the end.
const OVERTIME: Duration = Duration::from_secs(45);
/// Between two looks whether somebody is there, dead, or back.
const LOOK: Duration = Duration::from_millis(10);
/// What has not died or come back by then is not counted; the auditor speaks of what never does.
const WATCH_MAX: Duration = Duration::from_secs(60);
/// The sorts of posts that the crew is.
pub(super) const CREW: [&str; 2] = ["worker", "scheduler"];
/// Workers that are stopped for long, and not killed.
pub(super) const HOLDER: &str = "holder";
pub(super) const GUARD: &str = "guard";
pub(super) const SANDBOX: &str = "sandbox";
/// The class of calls, the fault, and how long it lasts where it does.
const VENDOR: [(&str, &str, Option<u64>); 16] = [
    ("meta.create_campaign", "lose_reply", None),
    ("meta.create_campaign", "lose_request", None),
    ("meta.create_campaign", "land_late", Some(5_000)),
    ("meta.create_campaign", "hold_reply", Some(4_000)),
    ("meta.create_campaign", "error_after", None),
    ("meta.create_campaign", "error_before", None),
    ("meta.create_campaign", "unavailable_text", None),
    ("meta.create_campaign", "slow", Some(2_000)),
    ("meta.set_status", "lose_reply", None),
    ("meta.set_status", "lose_request", None),
    ("meta.set_status", "land_late", Some(4_000)),
    ("meta.set_status", "hold_reply", Some(4_000)),
    ("meta.set_status", "error_after", None),
    ("meta.set_status", "stale_status", Some(3_000)),
    ("meta.set_status", "throttle", Some(1_000)),
    ("meta.insights", "slow", Some(3_000)),
];

/// The hands, and what they know.
#[derive(Debug, Clone)]
pub(super) struct Nemesis {
    /// Workers and schedulers of the drill.
    pub(super) crew: Arc<Crew>,
    /// The guard and the sandbox.
    pub(super) house: Arc<Crew>,
    pub(super) plant: Arc<Plant>,
    pub(super) wire: Arc<Wire>,
    pub(super) clocks: Option<Clocks>,
    pub(super) filler: Option<Filler>,
    pub(super) tally: Tally,
    /// Data directory and URL of the server.
    pub(super) data: PathBuf,
    pub(super) url: String,
    /// What is stopped and will go on, what was killed and will be back.
    pub(super) pending: TaskTracker,
}

impl Nemesis {
    /// Does one hand's part. Returns at its end, or soon after the storm's.
    pub(super) async fn play(self, strikes: Vec<Strike>, length: Duration, watch: Stopwatch) {
        for strike in strikes {
            let at = Duration::from_millis(strike.at_ms);
            pause(at.saturating_sub(watch.elapsed())).await;
            let is_over = watch.elapsed() > length;
            // Each fault is to be seen at least once.
            if is_over && (self.tally.has_done(strike.fault) || watch.elapsed() > length + OVERTIME)
            {
                continue;
            }
            match self.strike(strike).await {
                true => self.tally.did(strike.fault),
                false => self.tally.missed(strike.fault),
            }
        }
    }

    /// Whether it hit.
    async fn strike(&self, strike: Strike) -> bool {
        let Strike { pick, for_ms, .. } = strike;
        match strike.fault {
            Fault::KillCrew => self.order(&CREW, pick, Signal::KILL),
            Fault::EndCrew => self.order(&CREW, pick, Signal::TERM),
            Fault::StopCrew => self.stop_post(&CREW, strike),
            Fault::StopHolder => self.stop_post(&[HOLDER], strike),
            Fault::KillGuard => self.wait_and_order(GUARD, pick, Signal::KILL).await,
            Fault::StopGuard => self.stop_post(&[GUARD], strike),
            Fault::KillSandbox => {
                let hit = self.wait_and_order(SANDBOX, pick, Signal::KILL).await;
                if hit {
                    self.see_the_vendor_back();
                }
                hit
            }
            Fault::StopSandbox => self.stop_post(&[SANDBOX], strike),
            Fault::KillRole => self.kill(async || self.role(pick), "role").await,
            Fault::StopRole => self.halt(async || self.role(pick), for_ms).await,
            Fault::KillSupervisor => self.kill(async || self.supervisor(), "supervisor").await,
            Fault::StopSupervisor => self.halt(async || self.supervisor(), for_ms).await,
            Fault::KillBackend => {
                self.kill_server(async || self.backend(pick), "backend")
                    .await
            }
            Fault::KillPostmaster => {
                let postmaster = async || targets::server(&self.data).map(|(it, _)| it);
                self.kill_server(postmaster, "postmaster").await
            }
            Fault::StopBackend => self.halt(async || self.backend(pick), for_ms).await,
            Fault::StopServer => self.stop_server(for_ms),
            Fault::WireCut => {
                self.wire.cut();
                true
            }
            Fault::WireStill => {
                let wire = self.wire.clone();
                wire.stand_still(true);
                self.later(for_ms, move || wire.stand_still(false));
                true
            }
            Fault::WireLosesAnswer => {
                self.wire.lose_an_answer();
                true
            }
            Fault::ClockJump => self.clocks.as_ref().is_some_and(|c| c.jump(pick).is_ok()),
            Fault::DiskFull => self.fill(for_ms).await,
            Fault::Vendor => self.order_fault(pick).await,
            Fault::Person => self.person(pick).await.unwrap_or(false),
        }
    }

    fn pick(&self, sorts: &[&str], pick: u32) -> Option<&Post> {
        let in_crew = self.crew.pick(sorts, pick);
        in_crew.or_else(|| self.house.pick(sorts, pick))
    }

    fn order(&self, sorts: &[&str], pick: u32, signal: Signal) -> bool {
        let post = self.pick(sorts, pick);
        post.inspect(|post| post.signal(signal)).is_some()
    }

    async fn wait_and_order(&self, sort: &str, pick: u32, signal: Signal) -> bool {
        let found = async || self.order(&[sort], pick, signal).then_some(());
        waited(found, PATIENCE).await.is_some()
    }

    fn stop_post(&self, sorts: &[&str], strike: Strike) -> bool {
        let Some(post) = self.pick(sorts, strike.pick) else {
            return false;
        };
        post.signal(Signal::STOP);
        let line = post.line();
        self.later(strike.for_ms, move || {
            // An error means that the storm is over and its process gone.
            let _ = line.send(Signal::CONT);
        });
        true
    }

    fn later(&self, for_ms: u64, then: impl FnOnce() + Send + 'static) {
        self.pending.spawn(async move {
            pause(Duration::from_millis(for_ms)).await;
            then();
        });
    }

    fn guard(&self) -> Option<u32> {
        let pid = self.house.pick(&[GUARD], 0).map(Post::pid);
        pid.filter(|pid| *pid != 0)
    }

    fn supervisor(&self) -> Option<Target> {
        targets::supervisor(self.guard()?)
    }

    fn role(&self, pick: u32) -> Option<Target> {
        let roles = targets::roles(self.guard()?);
        roles.get(pick as usize % roles.len().max(1)).cloned()
    }

    fn backend(&self, pick: u32) -> Option<Target> {
        let (_, backends) = targets::server(&self.data)?;
        backends.get(pick as usize % backends.len().max(1)).cloned()
    }

    /// Kills what is found. Says whether it was alive and died.
    async fn kill(&self, find: impl AsyncFnMut() -> Option<Target>, sort: &str) -> bool {
        let Some(target) = waited(find, PATIENCE).await else {
            return false;
        };
        let at_ms = now_ms();
        if !target.signal(Signal::KILL) {
            return false;
        }
        let dead = async || (!target.is_alive()).then_some(());
        let died = waited(dead, WATCH_MAX).await.is_some();
        if died {
            self.tally.killed(sort, &target.name, at_ms);
        }
        died
    }

    /// The same of a process of the server; and how soon that answers again is watched.
    async fn kill_server(
        &self,
        find: impl AsyncFnMut() -> Option<Target>,
        sort: &'static str,
    ) -> bool {
        let mut witness = Witness::at(self.url.clone());
        // A session from before: its end shows that the server has noticed.
        let answers = witness.number("1", &[]).await.is_ok();
        let watch = Stopwatch::start();
        let killed = self.kill(find, sort).await;
        if killed && answers {
            let tally = self.tally.clone();
            self.pending.spawn(async move {
                if server_is_back(&mut witness).await {
                    tally.recovered(sort, watch.elapsed());
                }
            });
        }
        killed
    }

    async fn halt(&self, find: impl AsyncFnMut() -> Option<Target>, for_ms: u64) -> bool {
        let Some(target) = waited(find, PATIENCE).await else {
            return false;
        };
        let hit = target.signal(Signal::STOP);
        self.later(for_ms, move || {
            target.signal(Signal::CONT);
        });
        hit
    }

    fn stop_server(&self, for_ms: u64) -> bool {
        let Some((postmaster, mut all)) = targets::server(&self.data) else {
            return false;
        };
        all.push(postmaster);
        let mut hit = false;
        for target in &all {
            hit |= target.signal(Signal::STOP);
        }
        self.later(for_ms, move || {
            for target in &all {
                target.signal(Signal::CONT);
            }
        });
        hit
    }

    /// Opens the vendor anew on its books. What it was still to do badly is in its memory alone, and would else meet the
    /// first calls after the storm, whenever a breaker lets them through.
    pub(super) async fn calm_the_vendor(&self) {
        if self.wait_and_order(SANDBOX, 0, Signal::TERM).await {
            vendor_is_back(&self.plant.sandbox).await;
        }
    }

    fn see_the_vendor_back(&self) {
        let (url, tally) = (self.plant.sandbox.clone(), self.tally.clone());
        let watch = Stopwatch::start();
        self.pending.spawn(async move {
            if vendor_is_back(&url).await {
                tally.recovered(SANDBOX, watch.elapsed());
            }
        });
    }

    async fn fill(&self, for_ms: u64) -> bool {
        let Some(filler) = self.filler.clone() else {
            return false;
        };
        let at_work = filler.clone();
        let filled = tokio::task::spawn_blocking(move || at_work.fill()).await;
        // Others of the heavy hand wait: a system on a full disk is broken enough.
        pause(Duration::from_millis(for_ms)).await;
        filler.clear();
        matches!(filled, Ok(Ok(())))
    }

    async fn order_fault(&self, pick: u32) -> bool {
        let (on, fault, after_ms) = VENDOR[pick as usize % VENDOR.len()];
        let mut order = json!({"on": on, "fault": fault});
        if let Some(ms) = after_ms {
            order["after_ms"] = json!(ms);
        }
        let asked = http::post::<Value>(&self.plant.sandbox, "/_faults", &order);
        let asked = tokio::time::timeout(Duration::from_secs(1), asked).await;
        matches!(asked, Ok(Ok(_)))
    }

    async fn person(&self, pick: u32) -> Option<bool> {
        #[derive(Deserialize)]
        struct Paused {
            id: String,
        }
        let mut witness = Witness::at(self.url.clone());
        let sql = "SELECT id FROM homeostat.campaign WHERE state = 'PAUSED' ORDER BY id";
        let rows = tokio::time::timeout(Duration::from_secs(1), witness.rows(sql, &[])).await;
        let paused: Vec<Paused> = rows.ok()?.ok()?;
        let one = paused.get(pick as usize % paused.len().max(1))?;
        let done =
            tokio::time::timeout(Duration::from_secs(1), self.plant.run_again(&one.id)).await;
        Some(matches!(done, Ok(Ok(()))))
    }
}

/// Looks until there is something, or patience is over.
async fn waited<T>(mut look: impl AsyncFnMut() -> Option<T>, patience: Duration) -> Option<T> {
    let watch = Stopwatch::start();
    loop {
        if let Some(found) = look().await {
            return Some(found);
        }
        if watch.elapsed() > patience {
            return None;
        }
        pause(LOOK).await;
    }
}

/// Whether the server was seen away and answers again.
async fn server_is_back(witness: &mut Witness) -> bool {
    let (watch, mut was_away) = (Stopwatch::start(), false);
    while watch.elapsed() < WATCH_MAX {
        match witness.number("1", &[]).await {
            Ok(_) if was_away => return true,
            Ok(_) => {}
            Err(_) => was_away = true,
        }
        pause(LOOK).await;
    }
    false
}

/// The same of the vendor.
async fn vendor_is_back(url: &str) -> bool {
    let (watch, mut was_away) = (Stopwatch::start(), false);
    while watch.elapsed() < WATCH_MAX {
        match http::get::<Value>(url, "/clock").await {
            Ok(_) if was_away => return true,
            Ok(_) => {}
            Err(_) => was_away = true,
        }
        pause(LOOK).await;
    }
    false
}
