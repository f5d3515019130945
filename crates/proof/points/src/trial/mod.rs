//! One trial: a scenario, a fault, and the spot where it strikes.
//!
//! ```text
//!   copy the template ─ before ─ support ─ subject behind its taps ─ set off ─▶ struck
//!        killed  ─▶ heirs take over (behind a tap of their own in a pair; struck, and then others)
//!        cut     ─▶ the subject must do it itself
//!        killed with its command ─▶ heirs take over in its place, as who keeps a worker would start it
//!        delayed ─▶ its running file is out of sight and its line down: given up, heirs, then let go
//!   ─▶ goal ─▶ the auditor, the scenario's checks, processes left over
//! ```
//! *Who judges.* `homeostat drill audit`, a process that shares nothing with what was struck, and the
//! scenario's own questions. *Limits.* A goal that is not reached within a minute counts as stuck.

mod play;
mod taps;

use std::{fmt, path::Path, sync::Arc, time::Duration};

use homeostat_clock::Stopwatch;
use serde::Serialize;

use self::play::Play;
use crate::{
    database::Cluster,
    fault::Fault,
    scenario::{Scenario, named},
    strike::{Point, Spot, key_of},
    template::Templates,
    trouble::Trouble,
};

/// A blow that does not fall is tried so often.
const TRIES: usize = 6;

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
    /// Where the spot was when it was recorded, for when its label does not come again.
    pub(crate) place: Option<usize>,
}

impl Strike {
    /// Of a recorded point.
    pub(crate) fn at(point: &Point, fault: Fault) -> Self {
        Self {
            fault,
            spot: point.spot(),
            place: Some(point.place),
        }
    }

    /// The same at its place, and at each later try nearer to the beginning.
    fn by_place(&self, nth_try: usize) -> Option<Self> {
        let place = self.place?;
        let spot = Spot::Place(place - place * nth_try.min(TRIES) / TRIES);
        Some(Self {
            spot,
            ..self.clone()
        })
    }

    /// Whether what was struck is another message than the one that was meant: at its place, when its label
    /// did not come.
    fn is_elsewhere(&self, struck: Option<&str>) -> bool {
        let struck = struck.and_then(|struck| struck.rsplit_once('#'));
        match (&self.spot, struck) {
            (Spot::Label(key, nth), Some((label, n))) => {
                key_of(label) != key || n != nth.to_string()
            }
            (Spot::Place(_), _) | (_, None) => false,
        }
    }
}

/// What befalls who takes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Second {
    /// Nothing: what it says is recorded.
    Recorded,
    /// It is struck too.
    Struck(Strike),
}

/// A trial, by which it is played and repeated.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    pub(crate) scenario: &'static Scenario,
    /// None: it is played without a fault, and recorded.
    pub(crate) first: Option<Strike>,
    /// What befalls who takes over; none: nothing.
    pub(crate) second: Option<Second>,
    pub(crate) mutant: Option<String>,
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
    /// The runs of the command.
    #[serde(skip)]
    pub(crate) runs: Vec<Point>,
    /// How the acts of the trial ended.
    pub(crate) effects: Vec<String>,
}

impl Trial {
    /// A scenario as it is, to be recorded.
    pub(crate) fn undisturbed(scenario: &'static Scenario) -> Self {
        Self {
            scenario,
            first: None,
            second: None,
            mutant: None,
        }
    }

    /// The same, struck.
    pub(crate) fn with_first(&self, strike: Strike) -> Self {
        Self {
            first: Some(strike),
            ..self.clone()
        }
    }

    /// The same, and something befalls who takes over.
    pub(crate) fn with_second(&self, second: Second) -> Self {
        Self {
            second: Some(second),
            ..self.clone()
        }
    }

    /// Where who takes over is struck.
    pub(crate) fn second_strike(&self) -> Option<&Strike> {
        match &self.second {
            Some(Second::Struck(strike)) => Some(strike),
            Some(Second::Recorded) | None => None,
        }
    }

    /// The same with a mistake built in.
    pub(crate) fn with_mutant(&self, name: &str) -> Self {
        Self {
            mutant: Some(name.to_owned()),
            ..self.clone()
        }
    }

    /// The same by the honest program.
    pub(crate) fn without_mutant(&self) -> Self {
        Self {
            mutant: None,
            ..self.clone()
        }
    }

    /// The same with what did not fall struck by its place, or before it. After a first blow at its place the recovery
    /// is another one, so the second is at its place too.
    fn by_place(&self, missed: &Played, nth_try: usize) -> Option<Self> {
        let second = self.second_strike().map(|second| second.by_place(nth_try));
        let trial = match second {
            Some(second) => self.with_second(Second::Struck(second?)),
            None => self.clone(),
        };
        match missed.struck {
            Some(_) => Some(trial),
            None => Some(trial.with_first(self.first.as_ref()?.by_place(nth_try)?)),
        }
    }

    /// Whether all that was to be struck was, by what was.
    pub(crate) fn is_covered(&self, struck: Option<&str>, second: Option<&str>) -> bool {
        (self.first.is_none() || struck.is_some())
            && (self.second_strike().is_none() || second.is_some())
    }

    /// Whether one of the blows fell on another message than the one that was meant.
    pub(crate) fn is_elsewhere(&self, struck: Option<&str>, second: Option<&str>) -> bool {
        let is_elsewhere =
            |strike: Option<&Strike>, struck| strike.is_some_and(|one| one.is_elsewhere(struck));
        is_elsewhere(self.first.as_ref(), struck) || is_elsewhere(self.second_strike(), second)
    }

    /// Plays it until the blow falls: by what is said, and by its place where that does not come. What a
    /// process says at its very end comes only when it is slow enough to say it, so this is tried some times,
    /// and then further and further before its place: nothing may come there or after.
    pub(crate) async fn play_to_the_blow(&self, ground: &Ground) -> Result<Played, Trouble> {
        let mut last: Option<Played> = None;
        for n in 0..TRIES {
            let by_place = last.as_ref().filter(|_| n % 2 == 1);
            let by_place = by_place.and_then(|missed| self.by_place(missed, n - 1));
            let trial = by_place.unwrap_or_else(|| self.clone());
            let played = Played {
                trial: self.to_string(),
                ..trial.play(ground).await?
            };
            let fell = self.is_covered(played.struck.as_deref(), played.struck_second.as_deref());
            if fell || !played.violations.is_empty() {
                return Ok(played);
            }
            last = Some(played);
        }
        Ok(last.unwrap_or_default())
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
            Err(Trouble::Broken(text)) => played.violations.push(text),
            // After a blow the honest program must get everybody going again. Of a mistake that is not demanded,
            // and whoever did not start has noticed nothing.
            Err(Trouble::Ground(text)) if self.first.is_some() && self.mutant.is_none() => {
                played.violations.push(text)
            }
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
            let dir = play.plant.keep();
            // Nobody can ask the database any more when somebody reads of it.
            if let Ok(Some(story)) = play.plant.database.text(STORY).await {
                std::fs::write(dir.join("story.json"), story)?;
            }
            played.violations.push(format!(
                "after {} ms; logs in {}",
                watch.elapsed().as_millis(),
                dir.display()
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
        for strike in [self.first.as_ref(), self.second_strike()]
            .into_iter()
            .flatten()
        {
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
                place: None,
            };
            match trial.first {
                None => trial.first = Some(strike),
                Some(_) => trial.second = Some(Second::Struck(strike)),
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

/// All that a trial's database tells, for whoever reads of a violation.
const STORY: &str = "SELECT jsonb_pretty(jsonb_build_object(
    'mode', (SELECT jsonb_agg(to_jsonb(x)) FROM homeostat.mode x),
    'job', (SELECT jsonb_agg(to_jsonb(x)) FROM homeostat.job x),
    'effect', (SELECT jsonb_agg(to_jsonb(x)) FROM homeostat.effect x),
    'decision', (SELECT jsonb_agg(to_jsonb(x)) FROM homeostat.decision x),
    'process', (SELECT jsonb_agg(to_jsonb(x)) FROM homeostat.process x),
    'breaker', (SELECT jsonb_agg(to_jsonb(x)) FROM homeostat.breaker x),
    'event', (SELECT jsonb_agg(to_jsonb(x) ORDER BY x.id) FROM homeostat.event x)))";

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_message_or_another_time_is_elsewhere() {
        let trial: Trial = "work|pg.cut_after|Sync [79663c]#2".parse().unwrap();
        let is_elsewhere = |struck: &str| trial.is_elsewhere(Some(struck), None);
        assert!(!is_elsewhere("Sync [79663c] COMMIT#2"));
        assert!(is_elsewhere("Sync [79663c] COMMIT#12"));
        assert!(is_elsewhere("Query [79663c] COMMIT#2"));
        let bare: Trial = "work|pg.cut_after|Sync #2".parse().unwrap();
        assert!(bare.is_elsewhere(Some("Sync [79663c] COMMIT#2"), None));
        assert!(!bare.is_elsewhere(Some("Sync #2"), None));
        assert!(!bare.is_elsewhere(None, None));
        let pair: Trial = "work|pg.kill_before|Sync #2|pg.kill_before|Sync #4"
            .parse()
            .unwrap();
        assert!(pair.is_elsewhere(Some("Sync #2"), Some("Sync #3")));
        assert!(!pair.is_elsewhere(Some("Sync #2"), Some("Sync #4")));
    }

    #[test]
    fn the_blow_that_did_not_fall_is_struck_by_its_place() {
        let strike = |nth, place| Strike {
            fault: Fault::Pg(crate::fault::PgFault::KillBefore),
            spot: Spot::Label("Sync".into(), nth),
            place: Some(place),
        };
        let first = Trial::undisturbed(named("work").unwrap()).with_first(strike(1, 9));
        let pair = first.with_second(Second::Struck(strike(2, 12)));
        let missed = |struck: Option<&str>| Played {
            struck: struck.map(str::to_owned),
            ..Played::default()
        };
        let told = |struck| pair.by_place(&missed(struck), 2).unwrap().to_string();
        assert_eq!(told(None), "work|pg.kill_before|@6|pg.kill_before|@8");
        let second = "work|pg.kill_before|Sync#1|pg.kill_before|@8";
        assert_eq!(told(Some("Sync#1")), second);
    }
}
