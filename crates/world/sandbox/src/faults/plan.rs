//! How often what goes wrong, and for how long.

use std::{collections::BTreeMap, str::FromStr};

use homeostat_clock::Entropy;
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::{Class, Fault, desk::Strike};

/// Named plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Nothing goes wrong.
    None,
    /// Each fault strikes one call in a hundred or so.
    Mild,
    /// Most faults strike 3 to 10 calls in a hundred.
    Harsh,
}

/// Probabilities per kind of call, and durations in real milliseconds. One entry is drawn per
/// call; the shares of a kind add up to at most 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultPlan {
    /// Its name, for people.
    pub name: String,
    /// Shares of reads that each fault strikes.
    pub reads: BTreeMap<Fault, f64>,
    /// Shares of writes that each fault strikes.
    pub writes: BTreeMap<Fault, f64>,
    /// How late a late request lands: least and most.
    pub land_late_ms: (u64, u64),
    /// How slow a slow answer is.
    pub slow_ms: (u64, u64),
    /// How long `effective_status`, or delivery, lags.
    pub lag_ms: (u64, u64),
    /// How long an account stays throttled.
    pub throttle_ms: (u64, u64),
    /// How long a new object is missing from lists, although it can be read by its id.
    #[serde(default)]
    pub list_lag_ms: (u64, u64),
    /// Share of ten-minute spans of world time in which insights are behind by up to 45 minutes.
    pub insights_behind: f64,
}

impl FaultPlan {
    /// One of the named plans.
    pub fn preset(preset: Preset) -> Self {
        let (name, factor, insights_behind) = match preset {
            Preset::None => ("none", 0.0, 0.0),
            Preset::Mild => ("mild", 0.2, 0.1),
            Preset::Harsh => ("harsh", 1.0, 0.3),
        };
        // Added to the latest landing it must stay within the horizon that callers wait for.
        let list_lag_ms = if factor > 0.0 { (500, 1_500) } else { (0, 0) };
        Self {
            name: name.to_owned(),
            reads: shares(&HARSH_READS, factor),
            writes: shares(&HARSH_WRITES, factor),
            land_late_ms: (2_500, 6_000),
            slow_ms: (200, 1_200),
            lag_ms: (1_000, 4_000),
            throttle_ms: (500, 2_000),
            list_lag_ms,
            insights_behind,
        }
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        let maps = [("reads", &self.reads), ("writes", &self.writes)];
        for (name, shares) in maps {
            if let Some((fault, share)) = shares.iter().find(|(_, s)| !(0.0..=1.0).contains(*s)) {
                return Err(format!("{name}.{fault:?} is {share}, must be 0 to 1"));
            }
            let sum: f64 = shares.values().sum();
            if sum > 1.0 {
                return Err(format!("{name} adds up to {sum}, must be at most 1"));
            }
        }
        let spans = [
            ("land_late_ms", self.land_late_ms),
            ("slow_ms", self.slow_ms),
            ("lag_ms", self.lag_ms),
            ("throttle_ms", self.throttle_ms),
            ("list_lag_ms", self.list_lag_ms),
        ];
        for (name, (least, most)) in spans {
            if least > most || most > 60_000 {
                return Err(format!("{name} must be [least, most], at most 60000"));
            }
        }
        if !(0.0..=1.0).contains(&self.insights_behind) {
            return Err("insights_behind must be 0 to 1".to_owned());
        }
        Ok(())
    }

    /// What befalls the call that this seed stands for.
    pub(crate) fn draw(&self, class: Class, entropy: &Entropy) -> Option<Strike> {
        let shares = if class.writes {
            &self.writes
        } else {
            &self.reads
        };
        let mut place: f64 = entropy.child("which").rng().random();
        let (fault, _) = shares.iter().find(|(_, share)| {
            place -= **share;
            place < 0.0
        })?;
        fault.fits(class).then(|| Strike {
            fault: *fault,
            after_ms: self.duration_ms(*fault, entropy),
        })
    }

    /// How long a fault lasts.
    pub(crate) fn duration_ms(&self, fault: Fault, entropy: &Entropy) -> u64 {
        let (least, most) = match fault {
            Fault::LandLate => self.land_late_ms,
            Fault::Slow | Fault::HoldReply => self.slow_ms,
            Fault::PartialPause
            | Fault::StaleStatus
            | Fault::SettleLater
            | Fault::SettleBadly
            | Fault::StaleIndex => self.lag_ms,
            Fault::Throttle => self.throttle_ms,
            Fault::LoseReply
            | Fault::LoseRequest
            | Fault::ErrorBefore
            | Fault::ErrorAfter
            | Fault::ThrottleAccount
            | Fault::UnavailableText
            | Fault::EmptyPage
            | Fault::MovingInsights
            | Fault::TokenDead
            | Fault::Blocked
            | Fault::NullPart
            | Fault::IdentityMissing
            | Fault::Challenge
            | Fault::TooHeavy
            | Fault::SilentBlock
            | Fault::NewLayout
            | Fault::CapInMinor
            | Fault::InProgress
            | Fault::PartialAnswer
            | Fault::NewWord
            | Fault::AnswerAgain => (0, 0),
        };
        entropy.child("how long").rng().random_range(least..=most)
    }

    /// How long the next new object is missing from lists.
    pub(crate) fn list_lag_ms(&self, entropy: &Entropy) -> u64 {
        let (least, most) = self.list_lag_ms;
        entropy.rng().random_range(least..=most)
    }
}

const HARSH_READS: [(Fault, f64); 15] = [
    (Fault::LoseReply, 0.03),
    (Fault::LoseRequest, 0.03),
    (Fault::ErrorBefore, 0.04),
    (Fault::Throttle, 0.01),
    (Fault::ThrottleAccount, 0.01),
    (Fault::Slow, 0.08),
    (Fault::UnavailableText, 0.03),
    (Fault::EmptyPage, 0.05),
    (Fault::MovingInsights, 0.05),
    (Fault::Challenge, 0.01),
    (Fault::TooHeavy, 0.05),
    (Fault::SilentBlock, 0.02),
    (Fault::StaleIndex, 0.05),
    (Fault::PartialAnswer, 0.03),
    (Fault::NewWord, 0.02),
];

const HARSH_WRITES: [(Fault, f64); 15] = [
    (Fault::LoseReply, 0.10),
    (Fault::LoseRequest, 0.07),
    (Fault::LandLate, 0.07),
    (Fault::PartialPause, 0.08),
    (Fault::StaleStatus, 0.10),
    (Fault::ErrorBefore, 0.05),
    (Fault::ErrorAfter, 0.05),
    (Fault::Throttle, 0.03),
    (Fault::ThrottleAccount, 0.03),
    (Fault::Slow, 0.08),
    (Fault::UnavailableText, 0.04),
    (Fault::InProgress, 0.02),
    (Fault::SettleLater, 0.10),
    (Fault::SettleBadly, 0.03),
    (Fault::AnswerAgain, 0.05),
];

fn shares(harsh: &[(Fault, f64)], factor: f64) -> BTreeMap<Fault, f64> {
    if factor <= 0.0 {
        return BTreeMap::new();
    }
    harsh
        .iter()
        .map(|(fault, share)| (*fault, share * factor))
        .collect()
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::None),
            "mild" => Ok(Self::Mild),
            "harsh" => Ok(Self::Harsh),
            other => Err(format!("faults {other:?} must be none, mild or harsh")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET_STATUS: Class = Class {
        name: "meta.set_status",
        writes: true,
        also: &[],
    };

    #[test]
    fn the_presets_are_sound_and_strike_as_often_as_they_say() {
        for preset in [Preset::None, Preset::Mild, Preset::Harsh] {
            FaultPlan::preset(preset).check().unwrap();
        }
        let plan = FaultPlan::preset(Preset::Harsh);
        let root = Entropy::from_seed(1);
        let struck = (0..4_000)
            .filter_map(|n| plan.draw(SET_STATUS, &root.child(&n.to_string())))
            .filter(|strike| strike.fault == Fault::LoseReply)
            .count();
        assert!((320..480).contains(&struck), "{struck} of 4000 at 10 %");
    }

    #[test]
    fn a_bad_plan_is_named() {
        let mut plan = FaultPlan::preset(Preset::Harsh);
        plan.writes.insert(Fault::LandLate, 0.9);
        assert!(plan.check().unwrap_err().contains("writes"));
        let mut plan = FaultPlan::preset(Preset::None);
        plan.slow_ms = (5, 1);
        assert!(plan.check().unwrap_err().contains("slow_ms"));
    }

    #[test]
    fn a_plan_survives_its_file() {
        let plan = FaultPlan::preset(Preset::Harsh);
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<FaultPlan>(&text).unwrap(), plan);
    }
}
