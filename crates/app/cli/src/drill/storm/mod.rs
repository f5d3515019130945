//! `homeostat drill storm`: minutes of faults from a seed, on everything at once, while money is spent near its
//! caps. Conservation is checked throughout; when the storm is over and what it left has come to its end, the
//! whole auditor judges.
//!
//! ```text
//! plan (pure, from the seed) ──▶ nemesis ──▶ crew · up and below · Postgres · sandbox · wire · clocks · disk
//!                 load ──▶ system ◀── conservation      … quiet … ──▶ settled ──▶ auditor, verify, leftovers
//! ```
//! The crew are workers and schedulers of the drill's own, started again at once whenever they die: they carry
//! the mass of the kills, since a supervisor holds back who dies too often. Some of them reach the database
//! through a [`wire`](super::wire) that can be cut.
//!
//! *Who is authoritative.* The sandbox's books for what happened in the world, the database for what we know of
//! it, the keepers' waits for who died. *Limits.* The same seed gives the same plan; who is alive when a strike
//! comes is the machine's doing, so two storms of one seed are alike and not the same. The vendor's horizon is
//! respected: what comes later than a vendor promises, nobody can be safe from.

mod clocks;
pub(super) mod conserve;
mod crew;
mod disk;
mod hung;
pub(super) mod load;
mod nemesis;
mod plan;
mod recovery;
mod report;
pub(super) mod settle;
pub(super) mod tally;
mod targets;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    clocks::{Clocks, Reach},
    crew::{Crew, Setup},
    disk::Filler,
    load::Accepted,
    nemesis::{CREW, GUARD, HOLDER, Nemesis, SANDBOX},
    plan::{Fault, Plan},
    report::{Judged, Report},
    tally::Tally,
};
use super::{
    auditor::{Audit, Finding},
    plant::{Plant, Setting},
    sabotage,
    wire::Wire,
    witness::Witness,
};
use crate::{failure::Failure, run::stop_signal, ui};

/// The first life of a system is there within this.
const UP: Duration = Duration::from_secs(120);
/// What was begun has come to its end within this.
const SETTLES: Duration = Duration::from_secs(240);
/// How long the system may take to stand as before, when the drill's own workers are gone.
const BACK: Duration = Duration::from_secs(60);
/// A system that has nothing more to do is clean within this.
const CLEAN: Duration = Duration::from_secs(30);
/// Between two looks at the database.
const LOOK: Duration = Duration::from_millis(100);
const NO_CLOCK: &str = "clock_jump: libfaketime is not here to move the clock for a process alone (Debian: \
                        apt-get install faketime)";
const NO_DISK: &str = "disk_full: no disk can be mounted here by this user";

/// How long, and which one.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How long it lasts
    #[arg(long, default_value_t = 5.0, value_name = "M", value_parser = minutes)]
    pub(super) minutes: f64,
    /// Where everything is drawn from
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(super) seed: u64,
    /// Kills of the crew a second
    #[arg(long, default_value_t = 10.0, hide = true, value_parser = rate)]
    pub(super) kills_per_s: f64,
    /// A place that is not on the small disk which temporary files are on
    #[arg(long, value_name = "DIR", hide = true)]
    pub(super) outside: Option<PathBuf>,
    /// Where to copy the logs when something was found
    #[arg(long, value_name = "DIR", hide = true)]
    pub(super) keep_logs: Option<PathBuf>,
    /// A mistake that the processes under test are to make
    #[arg(long, hide = true)]
    pub(super) mutant: Option<String>,
}

fn minutes(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.1..=1_440.0).contains(n));
    number.ok_or_else(|| format!("{text:?} must be a number of minutes, 0.1 to 1440"))
}

fn rate(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.1..=100.0).contains(n));
    number.ok_or_else(|| format!("{text:?} must be a number of kills a second, 0.1 to 100"))
}

/// Plays it; exit code 1 when anything was found.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    sabotage::check(options.mutant.as_deref())?;
    if options.outside.is_none()
        && let Some(played) = disk::apart(options, json).await?
    {
        return Ok(played);
    }
    let books = options.outside.as_ref().map(|place| place.join("books"));
    let mut plant = Plant::new(setting(books, options.mutant.clone())).await?;
    let tally = Tally::default();
    let world = plant.take_world();
    let plant = Arc::new(plant);
    let played = {
        let storm = Storm::new(options, &plant, world, &tally)?;
        storm.play().await
    };
    let plant = Arc::into_inner(plant).ok_or_else(|| {
        Failure::Environment("somebody of the drill still holds its stage".to_owned())
    })?;
    if let Some(keep) = &options.keep_logs {
        plant.keep_logs(keep)?;
    }
    plant.clear().await?;
    let report = played?;
    match json {
        true => ui::json(&report),
        false => report.show(),
    }
    Ok(match report.violations {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    })
}

fn setting(books: Option<PathBuf>, mutant: Option<String>) -> Setting {
    Setting {
        config: include_str!("homeostat.toml").into(),
        // An hour of the world is a minute: a decision may wait for two of them before its news is old.
        speed: "60",
        faults: "mild",
        kinds: &["drill.decide", "drill.load"],
        // The drill kills the supervisor more often than life does.
        more: &["--guard-healthy-after", "1s"],
        world: Vec::new(),
        // So many processes must share the sessions that the server has.
        env: &[("HOMEOSTAT_CONNECTIONS", "5")],
        books,
        mutant,
        database: None,
    }
}

/// Everything that plays.
struct Storm<'a> {
    options: &'a Options,
    plant: Arc<Plant>,
    /// Workers and schedulers of the drill; gone when all has settled.
    crew: Arc<Crew>,
    /// The guard and the sandbox, which live to the end.
    house: Arc<Crew>,
    wire: Arc<Wire>,
    clocks: Option<Clocks>,
    filler: Option<Filler>,
    tally: Tally,
    url: String,
}

impl<'a> Storm<'a> {
    fn new(
        options: &'a Options,
        plant: &Arc<Plant>,
        world: Option<tokio::process::Child>,
        tally: &Tally,
    ) -> Result<Self, Failure> {
        let url = plant.witness()?.url().to_owned();
        let wire = Arc::new(Wire::new(&plant.dir().join("w"), &url)?);
        let clocks = Clocks::new(plant.dir())?;
        let filler = options
            .outside
            .as_ref()
            .map(|_| Filler::on(&std::env::temp_dir()));
        let mut house = Crew::new(tally, plant);
        let of_world = plant.clone();
        house.keep(Setup {
            name: SANDBOX.to_owned(),
            sort: SANDBOX,
            start: Box::new(move || of_world.world_command()),
            first: world,
        });
        let of_up = plant.clone();
        house.keep(Setup {
            name: GUARD.to_owned(),
            sort: GUARD,
            start: Box::new(move || of_up.up_command()),
            first: None,
        });
        Ok(Self {
            options,
            plant: plant.clone(),
            crew: Arc::new(Crew::new(tally, plant)),
            house: Arc::new(house),
            wire,
            clocks,
            filler,
            tally: tally.clone(),
            url,
        })
    }

    async fn play(mut self) -> Result<Report, Failure> {
        let played = tokio::select! {
            played = self.storm() => played,
            () = stop_signal() => Err(Failure::TryAgain("interrupted".into())),
        };
        self.dismiss_crew().await;
        let Self {
            plant,
            house,
            tally,
            ..
        } = self;
        if let Some(house) = Arc::into_inner(house) {
            house.dismiss().await;
        }
        let judged = played?;
        for left in settle::leftovers(&plant)? {
            tally.found(left);
        }
        let mut not_done = Vec::new();
        not_done.extend(self.clocks.is_none().then(|| NO_CLOCK.to_owned()));
        not_done.extend(self.filler.is_none().then(|| NO_DISK.to_owned()));
        let which = (self.options.seed, self.options.minutes);
        Ok(Report::new(which, tally.snapshot(), judged, not_done))
    }

    async fn storm(&mut self) -> Result<Judged, Failure> {
        self.come_up().await?;
        self.man()?;
        let length = Duration::from_secs_f64(self.options.minutes * 60.0);
        let plan = Plan::draw(
            self.options.seed,
            u64::try_from(length.as_millis()).unwrap_or(u64::MAX),
            self.options.kills_per_s,
        );
        ui::note(&format!(
            "the storm begins: seed {}, {} strikes in {} s",
            self.options.seed,
            plan.strikes.len(),
            length.as_secs()
        ));
        let audit = Audit {
            may_fail: true,
            ..self.plant.audit()
        };
        let accepted = Accepted::default();
        let (loading, watching) = (CancellationToken::new(), CancellationToken::new());
        let beside = TaskTracker::new();
        beside.spawn(
            accepted
                .clone()
                .give(self.witness(), self.options.seed, loading.clone()),
        );
        beside.spawn(conserve::watch(
            self.witness(),
            audit.clone(),
            self.tally.clone(),
            watching.clone(),
        ));
        self.strike(&plan, length).await;
        ui::note("the storm is over");
        loading.cancel();
        let watch = Stopwatch::start();
        let mut witness = self.witness();
        let open = settle::settled(&self.plant, &mut witness, SETTLES).await;
        let settled_after_s = (watch.elapsed().as_secs_f64() * 10.0).round() / 10.0;
        if let Some(open) = open {
            self.tally
                .found(format!("still under way when all was quiet: {open:?}"));
        }
        watching.cancel();
        beside.close();
        beside.wait().await;
        // What they held of the database's sessions is for those who judge.
        self.dismiss_crew().await;
        if let Some(missing) = settle::missing(&self.plant, &mut witness, BACK).await {
            self.tally
                .found(format!("not as before the storm: {missing}"));
        }
        self.judge(&mut witness, &audit, &accepted, settled_after_s)
            .await
    }

    /// Waits for the first life of the system.
    async fn come_up(&self) -> Result<(), Failure> {
        let watch = Stopwatch::start();
        let mut witness = self.witness();
        let known = "SELECT count(*) FROM homeostat.job_kind WHERE name IN ('drill.load', 'drill.decide', 'ads')";
        while !witness.number(known, &[]).await.is_ok_and(|n| n == 3) {
            if watch.elapsed() > UP {
                let said = self.plant.said("up");
                let text = format!("the system never came up; it said: {}", said.trim());
                return Err(Failure::Law(text));
            }
            pause(LOOK).await;
        }
        Ok(())
    }

    fn witness(&self) -> Witness {
        Witness::at(self.url.clone())
    }

    /// The crew comes aboard.
    fn man(&mut self) -> Result<(), Failure> {
        let lacking = || Failure::Environment("the crew is at sea already".to_owned());
        let worker = |name: &'static str, kinds: &'static [&'static str]| Berth {
            name,
            kinds,
            wired: false,
            reach: None,
        };
        let berths = [
            Berth {
                wired: true,
                ..worker("storm-load-1", &["drill.load"])
            },
            Berth {
                reach: Some(Reach::Far),
                ..worker("storm-load-2", &["drill.load"])
            },
            worker("storm-holder-1", load::HELD),
            worker("storm-holder-2", load::HELD),
            worker("storm-decide-1", &["drill.decide", "decide.*"]),
            Berth {
                wired: true,
                ..worker("storm-decide-2", &["drill.decide", "decide.*"])
            },
            worker("storm-act-1", &["act.*"]),
            Berth {
                wired: true,
                ..worker("storm-act-2", &["act.*"])
            },
            worker("storm-ads", &["ads.*"]),
            worker("storm-scheduler-1", &[]),
            Berth {
                reach: Some(Reach::Near),
                ..worker("storm-scheduler-2", &[])
            },
        ];
        let crew = Arc::get_mut(&mut self.crew).ok_or_else(lacking)?;
        for berth in berths {
            let url = match berth.wired {
                true => self.wire.url().to_owned(),
                false => self.url.clone(),
            };
            crew.keep(berth.setup(&self.plant, url, self.clocks.clone()));
        }
        Ok(())
    }

    async fn dismiss_crew(&mut self) {
        let nobody = Arc::new(Crew::new(&self.tally, &self.plant));
        if let Some(crew) = Arc::into_inner(std::mem::replace(&mut self.crew, nobody)) {
            crew.dismiss().await;
        }
    }

    /// Both hands of the nemesis, and then quiet.
    async fn strike(&self, plan: &Plan, length: Duration) {
        let nemesis = Nemesis {
            crew: self.crew.clone(),
            house: self.house.clone(),
            plant: self.plant.clone(),
            wire: self.wire.clone(),
            clocks: self.clocks.clone(),
            filler: self.filler.clone(),
            tally: self.tally.clone(),
            data: self.plant.cluster().dir.join("data"),
            url: self.url.clone(),
            pending: TaskTracker::new(),
        };
        let pending = nemesis.pending.clone();
        let watch = Stopwatch::start();
        let (light, after) = (nemesis.clone(), nemesis.clone());
        tokio::join!(
            light.play(plan.of_weight(false), length, watch),
            nemesis.play(plan.of_weight(true), length, watch),
        );
        pending.close();
        pending.wait().await;
        self.wire.stand_still(false);
        after.calm_the_vendor().await;
        // Ordered is not done: each waits for a commit to strike.
        let lost = self.wire.answers_lost();
        self.tally.did_in_all(Fault::WireLosesAnswer, lost);
        if let Some(clocks) = &self.clocks {
            // What cannot be written now stays as it is, which nobody minds.
            let _ = clocks.calm();
        }
        if let Some(filler) = &self.filler {
            filler.clear();
        }
    }

    async fn judge(
        &self,
        witness: &mut Witness,
        audit: &Audit,
        accepted: &Accepted,
        settled_after_s: f64,
    ) -> Result<Judged, Failure> {
        let found = audit.settled(witness, CLEAN).await?;
        let words = |finding: Finding| format!("{}: {}", finding.field.name(), finding.what);
        found
            .into_iter()
            .map(words)
            .for_each(|what| self.tally.found(what));
        for lost in settle::lost(witness, accepted).await? {
            self.tally.found(lost);
        }
        for violated in self.plant.verify().await? {
            self.tally.found(format!("verify: {violated}"));
        }
        let (classes, unknown_rate) = settle::classes(witness).await?;
        let lives = recovery::lives(witness).await?;
        Ok(Judged {
            classes,
            unknown_rate,
            recovery: recovery::times(&self.tally.snapshot(), &lives),
            work: settle::work(witness).await?,
            accepted: accepted.jobs().len(),
            settled_after_s,
        })
    }
}

/// One of the crew. Without kinds it is a scheduler.
struct Berth {
    name: &'static str,
    kinds: &'static [&'static str],
    wired: bool,
    reach: Option<Reach>,
}

impl Berth {
    fn setup(self, plant: &Arc<Plant>, url: String, clocks: Option<Clocks>) -> Setup {
        let Self {
            name, kinds, reach, ..
        } = self;
        let plant = plant.clone();
        let is_scheduler = kinds.is_empty();
        let start = move || {
            let mut command = plant.role_command(name, &url)?;
            match is_scheduler {
                true => {
                    command.arg("scheduler");
                }
                false => {
                    command.args(["worker", "--name", name, "--slots", "3"]);
                    for kind in kinds {
                        command.args(["--kind", kind]);
                    }
                }
            }
            command.arg("--with-parent");
            if let (Some(clocks), Some(reach)) = (&clocks, reach) {
                clocks.give(&mut command, reach);
            }
            Ok(command)
        };
        let sort = match kinds {
            [] => CREW[1],
            kinds if kinds == load::HELD => HOLDER,
            _ => CREW[0],
        };
        Setup {
            name: name.to_owned(),
            sort,
            start: Box::new(start),
            first: None,
        }
    }
}
