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

    /// The same struck by its place, or so many before it, when its label did not come.
    fn by_place(&self, before: usize) -> Option<Self> {
        let (place, first) = (self.place?, self.first.as_ref()?);
        let spot = Spot::Place(place.saturating_sub(before));
        let first = Strike {
            spot,
            ..first.clone()
        };
        Some(self.with_first(first, None))
    }

    /// Whether all that was to be struck was, by what was.
    pub(crate) fn is_covered(&self, struck: Option<&str>, second: Option<&str>) -> bool {
        (self.first.is_none() || struck.is_some())
            && (self.second_strike().is_none() || second.is_some())
    }

    /// Whether what was struck is another message than the one that was meant: at its place, when its label
    /// did not come.
    pub(crate) fn is_elsewhere(&self, struck: Option<&str>) -> bool {
        let struck = struck.and_then(|struck| struck.rsplit_once('#'));
        let (Some(first), Some((label, n))) = (&self.first, struck) else {
            return false;
        };
        match &first.spot {
            Spot::Place(_) => false,
            Spot::Label(key, nth) => key_of(label) != key || n != nth.to_string(),
        }
    }

    /// Plays it until the blow falls: by what is said, and by its place where that does not come. What a
    /// process says at its very end comes only when it is slow enough to say it, so this is tried some times,
    /// and then further and further before its place: nothing may come there or after.
    pub(crate) async fn play_to_the_blow(&self, ground: &Ground) -> Result<Played, Trouble> {
        let mut last = None;
        for n in 0..TRIES {
            let trial = match n % 2 {
                0 => self.clone(),
                _ => self.by_place(n - 1).unwrap_or_else(|| self.clone()),
            };
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
        let is_elsewhere = |struck: &str| trial.is_elsewhere(Some(struck));
        assert!(!is_elsewhere("Sync [79663c] COMMIT#2"));
        assert!(is_elsewhere("Sync [79663c] COMMIT#12"));
        assert!(is_elsewhere("Query [79663c] COMMIT#2"));
        let bare: Trial = "work|pg.cut_after|Sync #2".parse().unwrap();
        assert!(bare.is_elsewhere(Some("Sync [79663c] COMMIT#2")));
        assert!(!bare.is_elsewhere(Some("Sync #2")));
        assert!(!bare.is_elsewhere(None));
    }
}
