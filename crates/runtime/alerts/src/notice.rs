//! What a sink is owed of an alert, and when a failed delivery is tried again. Pure.
//!
//! Level and not edge: what is owed follows from what the alert is and what the sink was told last. A
//! sink that was away while an alert closed and opened again is told that the opening it knows has
//! ended, and then of the new one.

use std::time::Duration;

use homeostat_model::RuntimeTime;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{Alert, AlertId, Severity};

/// The first wait after a failed delivery; it doubles.
const WAIT_FIRST: Duration = Duration::from_secs(1);
/// The longest wait. A sink that is back is told within this.
const WAIT_MAX: Duration = Duration::from_secs(300);

/// What is said of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It opened.
    Raised,
    /// It is open, and worse than what was said.
    Worsened,
    /// It closed.
    Resolved,
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Worsened => "worsened",
            Self::Resolved => "resolved",
        }
    }
}

/// What a sink was told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Which opening.
    pub raised_at: RuntimeTime,
    /// How bad.
    pub severity: Severity,
    /// What.
    pub stage: Stage,
}

/// What a sink is owed next, and what it has been told once it took that.
pub fn owed(alert: &Alert, told: Option<&Told>) -> Option<Told> {
    let say = |stage| {
        Some(Told {
            raised_at: alert.raised_at,
            severity: alert.severity,
            stage,
        })
    };
    match told {
        // Also when it is over by now: that it was is not lost.
        None => say(Stage::Raised),
        Some(told) if told.raised_at != alert.raised_at => match told.stage {
            Stage::Resolved => say(Stage::Raised),
            Stage::Raised | Stage::Worsened => Some(Told {
                stage: Stage::Resolved,
                ..*told
            }),
        },
        Some(told) if told.stage == Stage::Resolved => None,
        Some(_) if !alert.is_open() => say(Stage::Resolved),
        Some(told) if alert.severity > told.severity => say(Stage::Worsened),
        Some(_) => None,
    }
}

/// How long a delivery rests after so many failures in a row.
pub fn wait(failures: u32) -> Duration {
    let doubled = WAIT_FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16));
    doubled.min(WAIT_MAX)
}

/// Whether it is time. A wait that no rule would have set is the work of a clock that jumped.
pub fn is_due(next_try_at: Option<RuntimeTime>, now: RuntimeTime) -> bool {
    let longest = SignedDuration::try_from(WAIT_MAX).unwrap_or(SignedDuration::MAX);
    next_try_at.is_none_or(|at| at <= now || at.since(now) > longest)
}

/// What goes out: the same for every sink, and the same bytes' meaning when it goes out again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Names this notice. A receiver that has seen it before has nothing to do.
    pub notice: String,
    /// Names the alert: raised and resolved share it.
    pub alert: AlertId,
    /// What is said.
    pub event: Stage,
    /// How soon somebody must look.
    pub severity: Severity,
    /// The sort of trouble.
    pub code: String,
    /// What it is about.
    pub subject: String,
    /// What a person reads.
    pub cause: String,
    /// When it opened.
    pub raised_at: RuntimeTime,
    /// When it closed.
    pub resolved_at: Option<RuntimeTime>,
    /// How often it was raised since it opened.
    pub times_seen: u64,
    /// How often it has opened.
    pub times_opened: u64,
    /// Who says so.
    pub host: String,
    /// All of it in one line, for chat rooms that show this field.
    pub text: String,
}

impl Notice {
    /// The words for what a sink is owed.
    pub fn new(alert: &Alert, say: &Told, host: &str) -> Self {
        let resolved_at = match say.stage {
            Stage::Resolved if say.raised_at == alert.raised_at => alert.resolved_at,
            Stage::Resolved => alert.last_resolved_at,
            Stage::Raised | Stage::Worsened => None,
        };
        let (event, opened) = (say.stage.word(), say.raised_at.0.as_microsecond());
        Self {
            notice: format!("{}/{opened}/{event}/{}", alert.id, say.severity),
            alert: alert.id.clone(),
            event: say.stage,
            severity: say.severity,
            code: alert.code.clone(),
            subject: alert.subject.clone(),
            cause: alert.cause.clone(),
            raised_at: say.raised_at,
            resolved_at,
            times_seen: alert.times_seen,
            times_opened: alert.times_opened,
            host: host.to_owned(),
            text: format!(
                "[{host}] {event} ({}): {} {}: {}",
                say.severity, alert.code, alert.subject, alert.cause
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cause;

    fn at(second: i64) -> RuntimeTime {
        RuntimeTime(jiff::Timestamp::from_second(second).unwrap())
    }

    fn raised(before: Option<&Alert>, severity: Severity, second: i64) -> Alert {
        let cause = Cause {
            severity,
            code: "c".into(),
            subject: "s".into(),
            text: "t".into(),
        };
        Alert::raised(before, &cause, at(second))
    }

    /// Tells until nothing is owed.
    fn tell(alert: &Alert, told: &mut Option<Told>) -> Vec<(Stage, RuntimeTime)> {
        let mut said = Vec::new();
        while let Some(next) = owed(alert, told.as_ref()) {
            said.push((next.stage, next.raised_at));
            assert!(said.len() < 9, "{said:?}");
            *told = Some(next);
        }
        said
    }

    #[test]
    fn each_stage_is_told_once() {
        let (mut told, open) = (None, raised(None, Severity::Warning, 1));
        assert_eq!(tell(&open, &mut told), [(Stage::Raised, at(1))]);
        let again = raised(Some(&open), Severity::Warning, 2);
        assert_eq!(tell(&again, &mut told), []);
        let worse = raised(Some(&again), Severity::Critical, 3);
        assert_eq!(tell(&worse, &mut told), [(Stage::Worsened, at(1))]);
        let closed = worse.resolved(at(4)).unwrap();
        assert_eq!(tell(&closed, &mut told), [(Stage::Resolved, at(1))]);
        let anew = raised(Some(&closed), Severity::Warning, 5);
        assert_eq!(tell(&anew, &mut told), [(Stage::Raised, at(5))]);
    }

    #[test]
    fn what_came_and_went_unseen_is_told_all_the_same() {
        let closed = raised(None, Severity::Warning, 1).resolved(at(2)).unwrap();
        let said = tell(&closed, &mut None);
        assert_eq!(said, [(Stage::Raised, at(1)), (Stage::Resolved, at(1))]);
    }

    #[test]
    fn an_opening_that_a_sink_knows_is_closed_before_it_hears_of_the_next() {
        let open = raised(None, Severity::Warning, 1);
        let mut told = None;
        tell(&open, &mut told);
        let anew = raised(Some(&open.resolved(at(2)).unwrap()), Severity::Warning, 3);
        let next = owed(&anew, told.as_ref()).unwrap();
        assert_eq!(Notice::new(&anew, &next, "h").resolved_at, Some(at(2)));
        assert_eq!(
            tell(&anew, &mut told),
            [(Stage::Resolved, at(1)), (Stage::Raised, at(3))]
        );
    }

    #[test]
    fn a_notice_that_goes_out_again_has_the_same_name() {
        let open = raised(None, Severity::Warning, 1);
        let say = owed(&open, None).unwrap();
        let seen_again = raised(Some(&open), Severity::Warning, 2);
        let first = Notice::new(&open, &say, "h").notice;
        assert_eq!(
            first,
            Notice::new(&seen_again, &owed(&seen_again, None).unwrap(), "h").notice
        );
        let closed = owed(&open.resolved(at(3)).unwrap(), Some(&say)).unwrap();
        assert_ne!(first, Notice::new(&open, &closed, "h").notice);
    }

    #[test]
    fn waits_grow_to_a_bound_and_a_jump_of_the_clock_does_not_stretch_them() {
        let waits: Vec<u64> = [1, 2, 3, 9, 10, 4_000].map(|n| wait(n).as_secs()).to_vec();
        assert_eq!(waits, [1, 2, 4, 256, 300, 300]);
        assert!(is_due(None, at(0)) && is_due(Some(at(5)), at(5)));
        assert!(!is_due(Some(at(5)), at(4)));
        assert!(is_due(Some(at(5_000)), at(4)));
    }
}
