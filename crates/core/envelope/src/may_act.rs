//! All the ways to stop an act, in one function with one precedence.
//!
//! The first stop that applies is the answer, because a person who asks "why does it not act" wants
//! the one thing to change first.

use std::fmt;

use homeostat_model::{Autonomy, Mode, RuntimeTime};
use serde::{Deserialize, Serialize};

/// Everything that can stop one act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The effective mode: the stored one, or SAFE when the dead-man lease has lapsed.
    pub mode: Mode,
    /// Why the mode is what it is.
    pub mode_cause: String,
    /// How far the policy is trusted.
    pub autonomy: Autonomy,
    /// A person approved this very decision.
    pub approved: bool,
    /// The act can only lower what is at risk.
    pub risk_reducing: bool,
    /// The tap to the vendor.
    pub breaker: Breaker,
    /// Why the target is in quarantine.
    pub quarantine: Option<String>,
    /// Why a person pinned the target: never touch it.
    pub pin: Option<String>,
    /// Why the schedule behind the decision is disabled.
    pub schedule_disabled: Option<String>,
}

/// The tap to one vendor. Runtime time, because it guards real calls and is never scaled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Breaker {
    /// Calls flow.
    Closed,
    /// One call is let through as a trial.
    Trial,
    /// No call until then.
    Open {
        /// When the next trial may go.
        until: RuntimeTime,
        /// What closed the tap.
        cause: String,
    },
}

/// A way to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The mode is HALT.
    Halt,
    /// A person pinned the target.
    Pin,
    /// The target is in quarantine.
    Quarantine,
    /// The mode is SAFE and the act does not reduce risk.
    Safe,
    /// The policy only watches.
    Shadow,
    /// The policy only suggests, and nobody approved.
    Suggest,
    /// The schedule is disabled.
    Schedule,
    /// The vendor's breaker is open. Last, because it passes by itself.
    Breaker,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MayAct {
    /// The first stop that applies.
    pub stop: Option<Stop>,
    /// The answer in words.
    pub reason: String,
}

const PRECEDENCE: [Stop; 8] = [
    Stop::Halt,
    Stop::Pin,
    Stop::Quarantine,
    Stop::Safe,
    Stop::Shadow,
    Stop::Suggest,
    Stop::Schedule,
    Stop::Breaker,
];

/// Whether an act in this scope may go ahead, and if not, what stops it first.
pub fn may_act(scope: &Scope) -> MayAct {
    let first = PRECEDENCE
        .into_iter()
        .find_map(|stop| Some((stop, applies(stop, scope)?)));
    match first {
        Some((stop, reason)) => MayAct {
            stop: Some(stop),
            reason,
        },
        None => MayAct {
            stop: None,
            reason: format!("mode {}, autonomy {}", scope.mode, scope.autonomy),
        },
    }
}

/// The ways to stop, the one that wins first.
pub fn precedence() -> &'static [Stop] {
    &PRECEDENCE
}

/// The precedence as a person reads it: one line per stop.
pub fn precedence_text() -> String {
    let mut text = String::new();
    for (rank, stop) in PRECEDENCE.iter().enumerate() {
        text.push_str(&format!("{}. {stop}: {}\n", rank + 1, stop.meaning()));
    }
    text
}

impl MayAct {
    /// Nothing stops the act.
    pub fn allowed(&self) -> bool {
        self.stop.is_none()
    }
}

impl Stop {
    fn meaning(self) -> &'static str {
        match self {
            Self::Halt => "mode HALT, nothing acts",
            Self::Pin => "a person pinned the target, never touch it",
            Self::Quarantine => "the target is in quarantine",
            Self::Safe => "mode SAFE, only acts that reduce risk",
            Self::Shadow => "the policy only watches",
            Self::Suggest => "the policy only suggests, unless a person approved the decision",
            Self::Schedule => "the schedule behind the decision is disabled",
            Self::Breaker => "the vendor's breaker is open, until its time",
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Halt => "halt",
            Self::Pin => "pin",
            Self::Quarantine => "quarantine",
            Self::Safe => "safe",
            Self::Shadow => "shadow",
            Self::Suggest => "suggest",
            Self::Schedule => "schedule",
            Self::Breaker => "breaker",
        })
    }
}

fn applies(stop: Stop, scope: &Scope) -> Option<String> {
    match stop {
        Stop::Halt => {
            (scope.mode == Mode::Halt).then(|| format!("mode HALT: {}", scope.mode_cause))
        }
        Stop::Pin => scope
            .pin
            .as_ref()
            .map(|why| format!("the target is pinned: {why}")),
        Stop::Quarantine => scope
            .quarantine
            .as_ref()
            .map(|why| format!("the target is in quarantine: {why}")),
        Stop::Safe => (scope.mode == Mode::Safe && !scope.risk_reducing).then(|| {
            format!(
                "mode SAFE: {}; the act does not reduce risk",
                scope.mode_cause
            )
        }),
        Stop::Shadow => (scope.autonomy == Autonomy::Shadow)
            .then(|| "autonomy shadow: the decision is stored, nothing is done".to_owned()),
        Stop::Suggest => (scope.autonomy == Autonomy::Suggest && !scope.approved)
            .then(|| "autonomy suggest: the decision waits for a person".to_owned()),
        Stop::Schedule => scope
            .schedule_disabled
            .as_ref()
            .map(|why| format!("the schedule is disabled: {why}")),
        Stop::Breaker => match &scope.breaker {
            Breaker::Open { until, cause } => Some(format!(
                "the vendor's breaker is open until {until}: {cause}"
            )),
            Breaker::Closed | Breaker::Trial => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free() -> Scope {
        Scope {
            mode: Mode::Normal,
            mode_cause: "started".into(),
            autonomy: Autonomy::Full,
            approved: false,
            risk_reducing: false,
            breaker: Breaker::Closed,
            quarantine: None,
            pin: None,
            schedule_disabled: None,
        }
    }

    /// Switches one stop on.
    fn put(scope: &mut Scope, stop: Stop) {
        match stop {
            Stop::Halt => scope.mode = Mode::Halt,
            Stop::Safe => scope.mode = scope.mode.max(Mode::Safe),
            Stop::Pin => scope.pin = Some("mine".into()),
            Stop::Quarantine => scope.quarantine = Some("poison".into()),
            Stop::Shadow => scope.autonomy = Autonomy::Shadow,
            Stop::Suggest => scope.autonomy = scope.autonomy.min(Autonomy::Suggest),
            Stop::Schedule => scope.schedule_disabled = Some("3 failures".into()),
            Stop::Breaker => {
                let until = RuntimeTime(jiff::Timestamp::UNIX_EPOCH);
                scope.breaker = Breaker::Open {
                    until,
                    cause: "429".into(),
                };
            }
        }
    }

    #[test]
    fn every_set_of_stops_is_answered_by_the_first_of_them() {
        assert_eq!(may_act(&free()).stop, None);
        for mask in 1_u32..1 << PRECEDENCE.len() {
            let chosen: Vec<Stop> = PRECEDENCE
                .into_iter()
                .enumerate()
                .filter_map(|(bit, stop)| (mask & (1 << bit) != 0).then_some(stop))
                .collect();
            let mut scope = free();
            // In reverse, so that the stronger of two that share a field is written last.
            chosen.iter().rev().for_each(|stop| put(&mut scope, *stop));
            assert_eq!(may_act(&scope).stop, chosen.first().copied(), "{chosen:?}");
        }
    }

    #[test]
    fn safe_lets_an_act_through_that_reduces_risk_and_halt_does_not() {
        let mut scope = Scope {
            mode: Mode::Safe,
            risk_reducing: true,
            ..free()
        };
        assert!(may_act(&scope).allowed());
        scope.mode = Mode::Halt;
        assert_eq!(may_act(&scope).stop, Some(Stop::Halt));
    }

    #[test]
    fn an_approval_turns_a_suggestion_into_an_act_but_not_a_shadow() {
        let mut scope = Scope {
            autonomy: Autonomy::Suggest,
            approved: true,
            ..free()
        };
        assert!(may_act(&scope).allowed());
        scope.autonomy = Autonomy::Shadow;
        assert_eq!(may_act(&scope).stop, Some(Stop::Shadow));
    }

    #[test]
    fn guarded_and_a_trial_go_ahead() {
        let scope = Scope {
            autonomy: Autonomy::Guarded,
            breaker: Breaker::Trial,
            ..free()
        };
        assert!(may_act(&scope).allowed());
    }

    #[test]
    fn the_precedence_is_printed_in_order() {
        let text = precedence_text();
        assert!(text.starts_with("1. halt: mode HALT"));
        assert_eq!(text.lines().count(), precedence().len());
    }
}
