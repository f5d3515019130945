//! A trial that is being played.

mod overtaken;

use std::{path::Path, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use rustix::process::Signal;

use super::{Ground, Played, Second, Trial, taps::Taps};
use crate::{
    database::Database,
    errand::Errand,
    fault::Fault,
    plant::{Behind, Plant, Process},
    scenario::{Before, Check, Midway, NOBODY_GIVEN_UP, Role},
    strike::{Point, Progress},
    trouble::Trouble,
};

/// A blow that has not fallen so long after the goal falls no more.
const STILL_TO_FALL: Duration = Duration::from_secs(3);
/// Between two looks at the database. Side by side they cost as much as the work does when they are frequent.
const LOOK: Duration = Duration::from_millis(30);
/// An open act whose money nobody holds.
const OPEN_AND_UNHELD: &str = "SELECT count(*) FROM homeostat.effect e
    WHERE e.finished_at IS NULL AND e.amount_micros > 0 AND NOT EXISTS (
        SELECT FROM homeostat.hold h WHERE h.effect_id = e.id AND h.state = 'held')";
/// What was decided, what became of it, and who was given up, in one line for whoever reads of a violation.
const IN_SHORT: &str = "SELECT concat_ws('; ', (SELECT string_agg(format('decision %s %s %s, effect %s', d.id, d.state,
        left(d.verdict::text, 300), coalesce(e.state, 'none')), '; ' ORDER BY d.id)
    FROM homeostat.decision d LEFT JOIN homeostat.effect e ON e.decision_id = d.id WHERE d.policy = 'request'),
    (SELECT string_agg(format('%s, life %s, was given up: %s', kind, id, end_reason), '; ' ORDER BY id)
    FROM homeostat.process WHERE ended_by = 'guess'))";
/// How long the auditor waits for what is still being looked after.
const SETTLE: Duration = Duration::from_secs(5);

/// A trial that is being played.
pub(super) struct Play<'a> {
    trial: &'a Trial,
    ground: &'a Ground,
    pub(super) plant: Plant,
    pub(super) crew: Vec<Process>,
    pub(super) played: Played,
    /// Since the end of the life before.
    since_before: Option<Stopwatch>,
}

impl<'a> Play<'a> {
    pub(super) async fn set_up(trial: &'a Trial, ground: &'a Ground) -> Result<Self, Trouble> {
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
            since_before: None,
            played: Played {
                trial: trial.to_string(),
                ..Played::default()
            },
        })
    }

    pub(super) async fn run(&mut self) -> Result<(), Trouble> {
        let scenario = self.trial.scenario;
        if let Some(before) = &scenario.before {
            self.a_life_before(before).await?;
        }
        self.start_all(scenario.support).await?;
        self.plant.database.run(scenario.first).await?;
        if let Some(order) = scenario.order {
            self.plant.order(order).await?;
        }
        let taps = Taps::new(self.ground, &self.plant);
        let mut lock = None;
        if scenario.from_start {
            self.plant.database.run(scenario.sql).await?;
            if let Some((sql, _)) = scenario.lock {
                lock = Some(self.plant.database.lock(sql).await?);
            }
            taps.arm(self.trial.first.as_ref())?;
        }
        let mut subject = self.plant.start(&scenario.subject, taps.behind()).await?;
        if !scenario.from_start {
            subject.is_ready().await?;
            taps.arm(self.trial.first.as_ref())?;
            self.plant.database.run(scenario.sql).await?;
        }
        if let Some((_, meanwhile)) = scenario.lock {
            self.until(meanwhile, "others go on beside a locked job")
                .await?;
        }
        drop(lock);
        self.midway(&mut subject, &taps).await?;
        match &self.trial.first {
            None => self.undisturbed(subject, &taps).await?,
            Some(strike) => self.struck(subject, &taps, strike.fault).await?,
        }
        self.judge().await
    }

    /// What befalls the subject in any case.
    async fn midway(&mut self, subject: &mut Process, taps: &Taps) -> Result<(), Trouble> {
        match self.trial.scenario.midway {
            None => Ok(()),
            Some(Midway::Term { when }) => {
                if self.until_or_struck(when, subject, taps).await? {
                    subject.stop();
                }
                Ok(())
            }
            Some(Midway::Company { when }) => {
                self.until(when, "the work is in hand").await?;
                self.start_all(self.trial.scenario.heirs).await
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

    /// False: the blow fell first, and what was waited for need not come.
    async fn until_or_struck(
        &self,
        sql: &str,
        subject: &mut Process,
        taps: &Taps,
    ) -> Result<bool, Trouble> {
        let fault = self.trial.first.as_ref().map(|strike| strike.fault);
        let watch = Stopwatch::start();
        while self.plant.database.number(sql).await? == 0 {
            let is_struck = fault.is_some_and(|fault| {
                matches!(taps.progress(fault), Progress::Struck | Progress::Holding)
            });
            // Where the line is only cut, who was struck goes on to the work all the same.
            if is_struck && fault.is_some_and(|fault| fault.kills() || fault.delays()) {
                return Ok(false);
            }
            if subject.has_ended() {
                return Ok(false);
            }
            if watch.elapsed() > self.ground.patience {
                return Err(Trouble::Broken(
                    "work_stuck: the work never came to be in hand".into(),
                ));
            }
            pause(LOOK).await;
        }
        Ok(true)
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
        taps.record(&mut self.played);
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
        self.played.struck = taps.struck_at().map(|point| told(&point));
        if fault.delays() {
            self.delayed(&mut subject, taps).await?;
        } else if fault.kills() || self.ends_by_itself() {
            if fault.kills() {
                // The tap killed it, and it may be the parent of more.
                subject.ended().await;
            } else {
                self.must_end(&mut subject).await?;
            }
            if matches!(fault, Fault::Run(_)) {
                self.succeed_in_place(&subject.run_dir).await?;
            } else {
                self.succeed().await?;
            }
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
            // Asked for before the blow: who was struck and is dead by now did not end by itself.
            let has_ended = subject.has_ended();
            if fault.kills() && taps.progress(fault) == Progress::Holding {
                // Its command stands; nobody else can kill the worker at this very point.
                subject.kill();
                taps.errand.has_fallen();
            }
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
            if too_late || (has_ended && over.is_some()) || watch.elapsed() > self.ground.patience {
                return Ok(taps.progress(fault) == Progress::Struck);
            }
            if has_ended && self.ends_by_itself() && over.is_none() {
                self.start_all(self.trial.scenario.heirs).await?;
                self.goal().await?;
            }
            pause(LOOK).await;
        }
    }

    /// Who takes over: a person gives a command again, others are started.
    async fn succeed(&mut self) -> Result<(), Trouble> {
        let scenario = self.trial.scenario;
        if let Role::Command(words) = scenario.subject {
            let (code, said) = self.plant.ask(words).await?;
            return match code {
                Some(0) => Ok(()),
                _ => Err(Trouble::Broken(format!(
                    "the command, given again, failed: {said}"
                ))),
            };
        }
        match &self.trial.second {
            None => self.start_all(scenario.heirs).await,
            Some(second) => self.heir_is_watched(second).await,
        }
    }

    /// Whoever keeps a worker starts it again where it was, and so it finds what its former life has left.
    async fn succeed_in_place(&mut self, run_dir: &Path) -> Result<(), Trouble> {
        for role in self.trial.scenario.heirs {
            let behind = Behind {
                run_dir: Some(run_dir.to_owned()),
                ..Behind::default()
            };
            let mut process = self.plant.start(role, behind).await?;
            process.is_ready().await?;
            self.crew.push(process);
        }
        Ok(())
    }

    /// The recovery itself is recorded, or struck; then somebody else makes up for it.
    async fn heir_is_watched(&mut self, second: &Second) -> Result<(), Trouble> {
        let taps = Taps::new(self.ground, &self.plant);
        taps.arm(self.trial.second_strike())?;
        let [role, rest @ ..] = self.trial.scenario.heirs else {
            return Err(Trouble::Ground("there is nobody to strike".into()));
        };
        self.start_all(rest).await?;
        let mut heir = self.plant.start(role, taps.behind()).await?;
        match second {
            Second::Recorded => {
                self.goal().await?;
                taps.record(&mut self.played);
            }
            Second::Struck(strike) => {
                if self.fallen(&mut heir, &taps, strike.fault).await? {
                    self.played.struck_second = taps.struck_at().map(|point| told(&point));
                    if strike.fault.kills() {
                        heir.ended().await;
                        self.start_all(&[*role]).await?;
                    }
                }
            }
        }
        self.crew.push(heir);
        Ok(())
    }

    async fn a_life_before(&mut self, before: &Before) -> Result<(), Trouble> {
        if let Some(order) = before.order {
            self.plant.order(order).await?;
        }
        let taps = Taps::new(self.ground, &self.plant);
        taps.arm(None)?;
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
        self.since_before = Some(Stopwatch::start());
        Ok(())
    }

    /// A request that is on its way when its sender dies lands in its own time.
    async fn until_landed(&self) {
        let before = self.trial.scenario.before.as_ref();
        let within = before.map_or(0, |before| before.lands_within_ms);
        if let Some(since) = self.since_before {
            pause(Duration::from_millis(within).saturating_sub(since.elapsed())).await;
        }
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
        self.must_always_hold().await?;
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
                return Err(Trouble::Broken(format!(
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
            n => Err(Trouble::Broken(format!(
                "money_leaked_micros: {n} open acts hold nothing"
            ))),
        }
    }

    /// The auditor, and what the scenario asks besides.
    async fn judge(&mut self) -> Result<(), Trouble> {
        self.until_landed().await;
        let scenario = self.trial.scenario;
        let fault = self.trial.first.as_ref().map(|strike| strike.fault);
        let name = fault.map(Fault::name);
        let may_fail = scenario
            .may_fail_after
            .is_some_and(|after| Some(after) == name.as_deref());
        let found = self.plant.audit(SETTLE, scenario.fails || may_fail).await?;
        self.played.violations.extend(found);
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
        if scenario.runs {
            let errand = Errand::in_dir(self.plant.dir().to_owned());
            self.played.violations.extend(errand.judge(fault));
        }
        for check in checks {
            let n = self.plant.database.number(check.sql).await?;
            if n != 0 {
                self.played
                    .violations
                    .push(format!("not so: {} ({n})", check.name));
            }
        }
        if !self.played.violations.is_empty() {
            let told = self.plant.database.text(IN_SHORT).await?;
            self.played.violations.extend(told);
        }
        let sql = "SELECT string_agg(e.class || '/' || e.state || '/' || coalesce(e.provenance, '-') || '/' ||
                       EXISTS (SELECT FROM homeostat.event x WHERE x.entity = 'effect' AND x.entity_id = e.id::text
                               AND x.to_state = 'unknown'), ',')
                   FROM homeostat.effect e JOIN homeostat.decision d ON d.id = e.decision_id WHERE d.policy = 'request'";
        let ended = self.plant.database.text(sql).await?.unwrap_or_default();
        self.played.effects = ended
            .split(',')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        Ok(())
    }
}

/// For people.
fn told(point: &Point) -> String {
    format!("{}#{}", point.label, point.nth)
}

async fn copy(ground: &Ground, of: &Database) -> Result<Database, Trouble> {
    use rand::Rng;
    let entropy = homeostat_clock::Entropy::from_system()
        .map_err(|e| Trouble::Ground(format!("no entropy: {e}")))?;
    let name = format!("trial_{:016x}", entropy.rng().next_u64());
    ground.cluster.copy(of.name(), &name).await
}
