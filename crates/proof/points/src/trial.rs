//! One trial: a scenario, a fault, and the spot where it strikes.
//!
//! ```text
//!   copy the template ─ before ─ support ─ subject behind its taps ─ set off ─▶ struck
//!        killed  ─▶ heirs take over (behind a tap of their own in a pair; struck, and then others)
//!        cut     ─▶ the subject must do it itself
//!        delayed ─▶ its running file is out of sight and its line down: given up, heirs, then let go
//!   ─▶ goal ─▶ the auditor, the scenario's checks, processes left over
//! ```
//! *Who judges.* `homeostat drill audit`, a process that shares nothing with what was struck, and the
//! scenario's own questions. *Limits.* A goal that is not reached within a minute counts as stuck.

use std::{fmt, path::Path, sync::Arc, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use rustix::process::Signal;
use serde::Serialize;

use crate::{
    database::{Cluster, Database},
    fault::Fault,
    http::HttpTap,
    pg::{Order, Point, Progress, Spot, Tap},
    plant::{Behind, Plant, Process},
    scenario::{Before, Check, Midway, Role, Scenario, named},
    template::Templates,
    trouble::Trouble,
};

/// A blow that has not fallen so long after the goal falls no more.
const STILL_TO_FALL: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(10);
/// An answer to nobody in particular is held so long when there is no epoch to be given up.
const HELD: Duration = Duration::from_secs(4);
/// An open act whose money nobody holds.
const OPEN_AND_UNHELD: &str = "SELECT count(*) FROM homeostat.effect e
    WHERE e.finished_at IS NULL AND e.amount_micros > 0 AND NOT EXISTS (
        SELECT FROM homeostat.hold h WHERE h.effect_id = e.id AND h.state = 'held')";
const NOBODY_GIVEN_UP: Check = Check {
    name: "nobody who lived was given up",
    sql: "SELECT count(*) FROM homeostat.process WHERE ended_by = 'guess'",
    only: None,
    except: None,
};
/// How long the auditor waits for what is still being looked after.
const SETTLE: Duration = Duration::from_secs(5);

/// What all trials stand on.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) program: std::path::PathBuf,
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) templates: Templates,
    /// What has not come by then never comes.
    pub(crate) patience: Duration,
}

/// Where a fault strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) fault: Fault,
    pub(crate) spot: Spot,
}

/// A trial, by which it is played and repeated.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    pub(crate) scenario: &'static Scenario,
    /// None: it is played without a fault, and recorded.
    pub(crate) first: Option<Strike>,
    /// Strikes who takes over.
    pub(crate) second: Option<Strike>,
    pub(crate) mutant: Option<String>,
    /// Where the first spot was when it was recorded, for when its label does not come again.
    pub(crate) place: Option<usize>,
}

/// How it came out.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Played {
    pub(crate) trial: String,
    /// What was struck; none: the spot never came.
    pub(crate) struck: Option<String>,
    /// The same of who took over.
    pub(crate) struck_second: Option<String>,
    /// What broke.
    pub(crate) violations: Vec<String>,
    /// From the blow to the goal.
    pub(crate) recovery_ms: Option<u64>,
    /// What was said to Postgres and to vendors: of the subject, or of the heir where there is a first
    /// strike.
    #[serde(skip)]
    pub(crate) points: Vec<Point>,
    #[serde(skip)]
    pub(crate) calls: Vec<Point>,
    /// How the acts of the trial ended.
    pub(crate) effects: Vec<String>,
}

/// The taps of one process.
#[derive(Debug, Clone)]
struct Taps {
    pg: Arc<Tap>,
    http: Arc<HttpTap>,
}

impl Taps {
    fn new(ground: &Ground) -> Self {
        Self {
            pg: Arc::new(Tap::new(ground.cluster.admin())),
            http: Arc::new(HttpTap::new()),
        }
    }

    fn behind(&self) -> Behind {
        Behind {
            pg: Some(self.pg.clone()),
            http: Some(self.http.clone()),
        }
    }

    fn arm(&self, strike: Option<&Strike>) {
        let (mut pg, mut http) = (None, None);
        match strike {
            None => {}
            Some(Strike {
                fault: Fault::Pg(fault),
                spot,
            }) => {
                pg = Some(Order {
                    spot: spot.clone(),
                    fault: *fault,
                });
            }
            Some(Strike {
                fault: Fault::Http(fault),
                spot,
            }) => http = Some((spot.clone(), *fault)),
        }
        self.pg.arm(pg);
        self.http.arm(http);
    }

    fn progress(&self, fault: Fault) -> Progress {
        match fault {
            Fault::Pg(_) => *self.pg.progress().borrow(),
            Fault::Http(_) => *self.http.progress().borrow(),
        }
    }

    fn struck_at(&self) -> Option<Point> {
        self.pg.struck_at().or_else(|| self.http.struck_at())
    }

    fn let_go(&self) {
        self.http.let_go();
        self.pg.let_go();
    }
}

impl Trial {
    /// A scenario as it is, to be recorded.
    pub(crate) fn undisturbed(scenario: &'static Scenario) -> Self {
        Self {
            scenario,
            first: None,
            second: None,
            mutant: None,
            place: None,
        }
    }

    /// The same, struck.
    pub(crate) fn with_first(&self, strike: Strike, place: Option<usize>) -> Self {
        Self {
            first: Some(strike),
            place,
            ..self.clone()
        }
    }

    /// The same, and who takes over is struck too.
    pub(crate) fn with_second(&self, strike: Strike) -> Self {
        Self {
            second: Some(strike),
            ..self.clone()
        }
    }

    /// The same with a mistake built in.
    pub(crate) fn with_mutant(&self, name: &str) -> Self {
        Self {
            mutant: Some(name.to_owned()),
            ..self.clone()
        }
    }

    /// The same struck by its place, when its label did not come.
    fn by_place(&self) -> Option<Self> {
        let (place, first) = (self.place?, self.first.as_ref()?);
        let spot = Spot::Place(place);
        let first = Strike {
            spot,
            ..first.clone()
        };
        Some(self.with_first(first, None))
    }

    /// Plays it, and by its place where what is to be struck does not come.
    pub(crate) async fn play_to_the_blow(&self, ground: &Ground) -> Result<Played, Trouble> {
        let played = self.play(ground).await?;
        if played.struck.is_some() || !played.violations.is_empty() {
            return Ok(played);
        }
        match self.by_place() {
            Some(again) => {
                let name = self.to_string();
                let again = again.play(ground).await?;
                Ok(Played {
                    trial: name,
                    ..again
                })
            }
            None => Ok(played),
        }
    }

    /// Plays it. What breaks is in the answer; an error means that nothing was shown.
    pub(crate) async fn play(&self, ground: &Ground) -> Result<Played, Trouble> {
        let mut play = Play::set_up(self, ground).await?;
        let watch = Stopwatch::start();
        let done = play.run().await;
        let mut played = play.played.clone();
        let mut left = play.plant.clear(std::mem::take(&mut play.crew)).await?;
        match done {
            Ok(()) => {}
            Err(Trouble::Ground(text)) if self.first.is_some() => played.violations.push(text),
            Err(other) => {
                let logs = play.plant.keep();
                return Err(Trouble::Ground(format!(
                    "{self}: {other}; logs in {}",
                    logs.display()
                )));
            }
        }
        left.sort_unstable();
        if !left.is_empty() {
            played
                .violations
                .push(format!("orphan: processes {left:?} outlived the trial"));
        }
        if !played.violations.is_empty() {
            played.violations.push(format!(
                "after {} ms; logs in {}",
                watch.elapsed().as_millis(),
                play.plant.keep().display()
            ));
        }
        play.plant.database.drop().await;
        Ok(played)
    }
}

impl fmt::Display for Trial {
    /// The name by which it is repeated.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.scenario.name)?;
        for strike in [&self.first, &self.second].into_iter().flatten() {
            write!(f, "|{}|{}", strike.fault.name(), strike.spot)?;
        }
        match &self.mutant {
            Some(mutant) => write!(f, "|mutant|{mutant}"),
            None => Ok(()),
        }
    }
}

impl std::str::FromStr for Trial {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('|');
        let name = parts.next().unwrap_or_default();
        let scenario = named(name).ok_or_else(|| format!("no scenario is called {name:?}"))?;
        let mut trial = Self {
            scenario,
            first: None,
            second: None,
            mutant: None,
            place: None,
        };
        while let Some(what) = parts.next() {
            let value = parts
                .next()
                .ok_or_else(|| format!("{what:?} lacks its spot"))?;
            if what == "mutant" {
                trial.mutant = Some(value.to_owned());
                continue;
            }
            let fault = Fault::named(what).ok_or_else(|| format!("no fault is called {what:?}"))?;
            let strike = Strike {
                fault,
                spot: value.parse()?,
            };
            match trial.first {
                None => trial.first = Some(strike),
                Some(_) => trial.second = Some(strike),
            }
        }
        Ok(trial)
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Label(key, nth) => write!(f, "{key}#{nth}"),
            Self::Place(place) => write!(f, "@{place}"),
        }
    }
}

impl std::str::FromStr for Spot {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse().map_err(|e| format!("{text:?}: {e}"));
        if let Some(place) = text.strip_prefix('@') {
            return Ok(Self::Place(number(place)? as usize));
        }
        let (key, nth) = text
            .rsplit_once('#')
            .ok_or_else(|| format!("{text:?} is no spot: write WHAT#NTH or @PLACE"))?;
        Ok(Self::Label(key.to_owned(), number(nth)?))
    }
}

/// A trial that is being played.
struct Play<'a> {
    trial: &'a Trial,
    ground: &'a Ground,
    plant: Plant,
    crew: Vec<Process>,
    played: Played,
}

impl<'a> Play<'a> {
    async fn set_up(trial: &'a Trial, ground: &'a Ground) -> Result<Self, Trouble> {
        let (of, books) = match trial.scenario.world {
            true => (&ground.templates.world, Some(ground.templates.books.path())),
            false => (&ground.templates.plain, None),
        };
        let database = copy(ground, of).await?;
        let plant = Plant::new(&ground.program, trial.mutant.as_deref(), database, books).await?;
        Ok(Self {
            trial,
            ground,
            plant,
            crew: Vec::new(),
            played: Played {
                trial: trial.to_string(),
                ..Played::default()
            },
        })
    }

    async fn run(&mut self) -> Result<(), Trouble> {
        let scenario = self.trial.scenario;
        if let Some(before) = &scenario.before {
            self.a_life_before(before).await?;
        }
        self.start_all(scenario.support).await?;
        self.plant.database.run(scenario.first).await?;
        if let Some(order) = scenario.order {
            self.plant.order(order).await?;
        }
        let taps = Taps::new(self.ground);
        let mut lock = None;
        if scenario.from_start {
            self.plant.database.run(scenario.sql).await?;
            if let Some((sql, _)) = scenario.lock {
                lock = Some(self.plant.database.lock(sql).await?);
            }
            taps.arm(self.trial.first.as_ref());
        }
        let mut subject = self.plant.start(&scenario.subject, taps.behind()).await?;
        if !scenario.from_start {
            subject.is_ready().await?;
            taps.arm(self.trial.first.as_ref());
            self.plant.database.run(scenario.sql).await?;
        }
        if let Some((_, meanwhile)) = scenario.lock {
            self.until(meanwhile, "others go on beside a locked job")
                .await?;
        }
        drop(lock);
        self.midway(&subject).await?;
        match &self.trial.first {
            None => self.undisturbed(subject, &taps).await?,
            Some(strike) => self.struck(subject, &taps, strike.fault).await?,
        }
        self.judge().await
    }

    /// What befalls the subject in any case.
    async fn midway(&mut self, subject: &Process) -> Result<(), Trouble> {
        match self.trial.scenario.midway {
            None => Ok(()),
            Some(Midway::Term { when }) => {
                self.until(when, "the work is in hand").await?;
                subject.stop();
                Ok(())
            }
            Some(Midway::Stall { when, acts, until }) => {
                self.until(when, "the work is in hand").await?;
                self.until_acts(acts).await?;
                subject.signal(Signal::STOP);
                self.start_all(self.trial.scenario.heirs).await?;
                let taken = self.until(until, "others have its work").await;
                subject.signal(Signal::CONT);
                taken
            }
        }
    }

    async fn until_acts(&self, acts: usize) -> Result<(), Trouble> {
        let watch = Stopwatch::start();
        while self.acts()? < acts && watch.elapsed() < self.ground.patience {
            pause(LOOK).await;
        }
        Ok(())
    }

    /// Nothing befalls it; a subject that ends by itself has heirs all the same.
    async fn undisturbed(&mut self, mut subject: Process, taps: &Taps) -> Result<(), Trouble> {
        if self.ends_by_itself() {
            subject.ended().await;
            self.start_all(self.trial.scenario.heirs).await?;
        } else {
            self.crew.push(subject);
        }
        self.goal().await?;
        (self.played.points, self.played.calls) = (taps.pg.points(), taps.http.points());
        Ok(())
    }

    fn ends_by_itself(&self) -> bool {
        let scenario = self.trial.scenario;
        matches!(scenario.subject, Role::Command(_))
            || matches!(scenario.midway, Some(Midway::Term { .. }))
    }

    async fn struck(
        &mut self,
        mut subject: Process,
        taps: &Taps,
        fault: Fault,
    ) -> Result<(), Trouble> {
        if !self.fallen(&mut subject, taps, fault).await? {
            self.crew.push(subject);
            return Ok(());
        }
        let watch = Stopwatch::start();
        self.played.struck = taps
            .struck_at()
            .map(|point| format!("{}#{}", point.label, point.nth));
        if fault.delays() {
            self.delayed(&mut subject, taps).await?;
        } else if fault.kills() || self.ends_by_itself() {
            if fault.kills() {
                // The tap killed it, and it may be the parent of more.
                subject.ended().await;
            } else {
                self.must_end(&mut subject).await?;
            }
            self.succeed().await?;
        } else {
            self.mends_itself(&mut subject).await?;
        }
        self.goal().await?;
        self.played.recovery_ms = u64::try_from(watch.elapsed().as_millis()).ok();
        self.crew.push(subject);
        Ok(())
    }

    /// Nobody helps it. A process that ends over what befell it is started again, as whoever keeps it
    /// would do.
    async fn mends_itself(&mut self, subject: &mut Process) -> Result<(), Trouble> {
        let watch = Stopwatch::start();
        while !self.is_reached().await? && watch.elapsed() < self.ground.patience {
            if subject.has_ended() {
                return self.succeed().await;
            }
            pause(LOOK).await;
        }
        Ok(())
    }

    /// Waits until the blow has fallen. False: the work was over, and it never did.
    async fn fallen(
        &mut self,
        subject: &mut Process,
        taps: &Taps,
        fault: Fault,
    ) -> Result<bool, Trouble> {
        let watch = Stopwatch::start();
        let mut over = None;
        loop {
            let is_held = fault.delays() && taps.progress(fault) == Progress::Holding;
            if is_held || taps.progress(fault) == Progress::Struck {
                return Ok(true);
            }
            if over.is_none() && self.is_reached().await? {
                over = Some(Stopwatch::start());
            }
            let too_late = over
                .as_ref()
                .is_some_and(|since| since.elapsed() > STILL_TO_FALL);
            if too_late
                || (subject.has_ended() && over.is_some())
                || watch.elapsed() > self.ground.patience
            {
                return Ok(taps.progress(fault) == Progress::Struck);
            }
            if subject.has_ended() && self.ends_by_itself() && over.is_none() {
                self.start_all(self.trial.scenario.heirs).await?;
                self.goal().await?;
            }
            pause(LOOK).await;
        }
    }

    /// Everybody else gives the subject up; its answer comes when its work is done by others.
    async fn delayed(&mut self, subject: &mut Process, taps: &Taps) -> Result<(), Trouble> {
        // As if it were on another machine: nothing of it can be seen from here.
        let hidden = subject.run_dir.with_extension("hidden");
        std::fs::rename(&subject.run_dir, &hidden)?;
        taps.pg.cut_line();
        self.succeed().await?;
        match self.trial.scenario.subject {
            Role::Command(_) => pause(HELD).await,
            Role::Scheduler | Role::Worker(..) => {
                let sql = format!(
                    "SELECT count(*) FROM (SELECT max(id) AS id FROM homeostat.process WHERE pid = {}) mine
                     WHERE id IS NULL OR EXISTS (SELECT FROM homeostat.process p WHERE p.id = mine.id AND p.state = 'ended')",
                    subject.pid
                );
                self.until(&sql, "it is given up").await?;
            }
        }
        // An act may wait for the proof that its sender is dead; all else is done without it.
        if !self.trial.scenario.world {
            self.goal().await?;
        }
        taps.let_go();
        // It hears the answer, and that it is over.
        self.must_end(subject).await?;
        std::fs::rename(&hidden, &subject.run_dir)?;
        Ok(())
    }

    /// Who was given up, or was asked to stop, ends by itself.
    async fn must_end(&mut self, subject: &mut Process) -> Result<(), Trouble> {
        let watch = Stopwatch::start();
        while !subject.has_ended() {
            if watch.elapsed() > self.ground.patience {
                return Err(Trouble::Ground(
                    "work_stuck: the process that was struck does not end".into(),
                ));
            }
            pause(LOOK).await;
        }
        Ok(())
    }

    /// Who takes over: a person gives a command again, others are started.
    async fn succeed(&mut self) -> Result<(), Trouble> {
        let scenario = self.trial.scenario;
        if let Role::Command(words) = scenario.subject {
            let (code, said) = self.plant.ask(words).await?;
            return match code {
                Some(0) => Ok(()),
                _ => Err(Trouble::Ground(format!(
                    "the command, given again, failed: {said}"
                ))),
            };
        }
        match &self.trial.second {
            None => self.start_all(scenario.heirs).await,
            Some(strike) => self.heir_is_struck(strike).await,
        }
    }

    /// The recovery itself is struck, and somebody else makes up for it. Without a spot it is recorded.
    async fn heir_is_struck(&mut self, strike: &Strike) -> Result<(), Trouble> {
        let taps = Taps::new(self.ground);
        let is_recorded = strike.spot == Spot::Place(usize::MAX);
        taps.arm(Some(strike));
        let [role, rest @ ..] = self.trial.scenario.heirs else {
            return Err(Trouble::Ground("there is nobody to strike".into()));
        };
        self.start_all(rest).await?;
        let mut heir = self.plant.start(role, taps.behind()).await?;
        if is_recorded {
            self.goal().await?;
            (self.played.points, self.played.calls) = (taps.pg.points(), taps.http.points());
        } else if self.fallen(&mut heir, &taps, strike.fault).await? {
            self.played.struck_second = taps
                .struck_at()
                .map(|point| format!("{}#{}", point.label, point.nth));
            if strike.fault.kills() {
                heir.ended().await;
                self.start_all(&[*role]).await?;
            }
        }
        self.crew.push(heir);
        Ok(())
    }

    async fn a_life_before(&mut self, before: &Before) -> Result<(), Trouble> {
        if let Some(order) = before.order {
            self.plant.order(order).await?;
        }
        let taps = Taps::new(self.ground);
        taps.arm(None);
        let mut process = self.plant.start(&before.role, taps.behind()).await?;
        process.is_ready().await?;
        self.plant.database.run(before.sql).await?;
        self.until(before.until, "the life before is in the middle")
            .await?;
        self.until_acts(before.acts).await?;
        let watch = Stopwatch::start();
        while taps.http.points().len() < before.calls && watch.elapsed() < self.ground.patience {
            pause(LOOK).await;
        }
        process.kill();
        process.ended().await;
        Ok(())
    }

    /// Our acts in the vendor's books.
    fn acts(&self) -> Result<usize, Trouble> {
        let path = self.plant.books().join("meta.jsonl");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let before = self.ground.templates.books.path().join("meta.jsonl");
        let known = std::fs::read_to_string(before)
            .unwrap_or_default()
            .lines()
            .count();
        let ours = text
            .lines()
            .skip(known)
            .filter(|line| line.contains("\"effect-"));
        Ok(ours.count())
    }

    async fn start_all(&mut self, roles: &[Role]) -> Result<(), Trouble> {
        for role in roles {
            let mut process = self.plant.start(role, Behind::default()).await?;
            process.is_ready().await?;
            self.crew.push(process);
        }
        Ok(())
    }

    async fn is_reached(&self) -> Result<bool, Trouble> {
        Ok(self.plant.database.number(self.trial.scenario.goal).await? > 0)
    }

    async fn goal(&self) -> Result<(), Trouble> {
        self.until(self.trial.scenario.goal, "the work is done")
            .await
    }

    async fn until(&self, sql: &str, what: &str) -> Result<(), Trouble> {
        let watch = Stopwatch::start();
        while self.plant.database.number(sql).await? == 0 {
            self.must_always_hold().await?;
            if watch.elapsed() > self.ground.patience {
                return Err(Trouble::Ground(format!(
                    "work_stuck: it never came to be that {what}"
                )));
            }
            pause(LOOK).await;
        }
        Ok(())
    }

    /// What no instant may show, looked at whenever something is waited for.
    async fn must_always_hold(&self) -> Result<(), Trouble> {
        if !self.trial.scenario.world {
            return Ok(());
        }
        match self.plant.database.number(OPEN_AND_UNHELD).await? {
            0 => Ok(()),
            n => Err(Trouble::Ground(format!(
                "money_leaked_micros: {n} open acts hold nothing"
            ))),
        }
    }

    /// The auditor, and what the scenario asks besides.
    async fn judge(&mut self) -> Result<(), Trouble> {
        let scenario = self.trial.scenario;
        let found = self.plant.audit(SETTLE, scenario.fails).await?;
        self.played.violations.extend(found);
        let fault = self.trial.first.as_ref().map(|strike| strike.fault);
        let name = fault.map(Fault::name);
        let applies = |check: &&Check| {
            check.only.is_none_or(|only| Some(only) == name.as_deref())
                && check
                    .except
                    .is_none_or(|except| Some(except) != name.as_deref())
        };
        let mut checks: Vec<Check> = scenario.checks.iter().filter(applies).copied().collect();
        if fault.is_some_and(|fault| !fault.kills() && !fault.delays()) {
            checks.push(NOBODY_GIVEN_UP);
        }
        for check in checks {
            let n = self.plant.database.number(check.sql).await?;
            if n != 0 {
                self.played
                    .violations
                    .push(format!("not so: {} ({n})", check.name));
            }
        }
        let sql = "SELECT string_agg(e.class || '/' || e.state || '/' || coalesce(e.provenance, '-') || '/' ||
                       EXISTS (SELECT FROM homeostat.event x WHERE x.entity = 'effect' AND x.entity_id = e.id::text
                               AND x.to_state = 'unknown'), ',') FROM homeostat.effect e";
        let ended = self.plant.database.text(sql).await?.unwrap_or_default();
        self.played.effects = ended
            .split(',')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        Ok(())
    }
}

async fn copy(ground: &Ground, of: &Database) -> Result<Database, Trouble> {
    use rand::Rng;
    let entropy = homeostat_clock::Entropy::from_system()
        .map_err(|e| Trouble::Ground(format!("no entropy: {e}")))?;
    let name = format!("trial_{:016x}", entropy.rng().next_u64());
    ground.cluster.copy(of.name(), &name).await
}

/// Whether this program could be asked to play at all.
pub(crate) fn must_exist(program: &Path) -> Result<(), Trouble> {
    match program.is_file() {
        true => Ok(()),
        false => Err(Trouble::Ground(format!(
            "{} is not built",
            program.display()
        ))),
    }
}
