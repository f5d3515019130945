//! What a person must look at, and how it opens, is seen again and closes. Pure.

use std::fmt;

use homeostat_model::RuntimeTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Longer words are cut: an alert is read on a telephone, and a spool has an end.
const CODE_CHARS_MAX: usize = 40;
const SUBJECT_CHARS_MAX: usize = 200;
const CAUSE_CHARS_MAX: usize = 4_000;

/// How soon somebody must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Today.
    Warning,
    /// Now.
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        })
    }
}

/// What is wrong with what. Two causes with the same code and subject are one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// How soon somebody must look.
    pub severity: Severity,
    /// The sort of trouble, such as `crash_loop`.
    pub code: String,
    /// What it is about, such as the name of a process kind.
    pub subject: String,
    /// What a person reads: what happened, and what to do.
    pub text: String,
}

/// The stable name of an alert: its code, and a digest of code and subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlertId(String);

impl AlertId {
    /// The alert that this code and subject mean.
    pub fn of(code: &str, subject: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(code)
            .chain_update([0])
            .chain_update(subject)
            .finalize();
        let word: String = code
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .take(CODE_CHARS_MAX)
            .collect();
        Self(format!("{word}-{}", hex::encode(&digest[..6])))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One alert, open until it is resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Derived from code and subject.
    pub id: AlertId,
    /// The worst it has been since it opened.
    pub severity: Severity,
    /// The sort of trouble.
    pub code: String,
    /// What it is about.
    pub subject: String,
    /// What was said last.
    pub cause: String,
    /// When it opened. Together with the id it names this opening.
    pub raised_at: RuntimeTime,
    /// When it was seen last.
    pub seen_at: RuntimeTime,
    /// When it closed.
    pub resolved_at: Option<RuntimeTime>,
    /// How often it was raised since it opened.
    pub times_seen: u64,
    /// How often it has opened.
    pub times_opened: u64,
    /// When the opening before this one closed.
    pub last_resolved_at: Option<RuntimeTime>,
}

impl Alert {
    /// What an alert becomes when its cause is seen.
    #[must_use]
    pub fn raised(before: Option<&Self>, cause: &Cause, at: RuntimeTime) -> Self {
        let fresh = Self {
            id: AlertId::of(&cause.code, &cause.subject),
            severity: cause.severity,
            code: cut(&cause.code, CODE_CHARS_MAX),
            subject: cut(&cause.subject, SUBJECT_CHARS_MAX),
            cause: cut(&cause.text, CAUSE_CHARS_MAX),
            raised_at: at,
            seen_at: at,
            resolved_at: None,
            times_seen: 1,
            times_opened: 1,
            last_resolved_at: None,
        };
        match before {
            None => fresh,
            Some(open) if open.resolved_at.is_none() => Self {
                severity: open.severity.max(cause.severity),
                raised_at: open.raised_at,
                times_seen: open.times_seen.saturating_add(1),
                times_opened: open.times_opened,
                last_resolved_at: open.last_resolved_at,
                ..fresh
            },
            Some(closed) => Self {
                // An opening has a moment of its own even when the clock was set back.
                raised_at: at.max(closed.raised_at.plus(jiff::SignedDuration::from_micros(1))),
                times_opened: closed.times_opened.saturating_add(1),
                last_resolved_at: closed.resolved_at,
                ..fresh
            },
        }
    }

    /// What it becomes when the cause is gone; `None` when it was closed already.
    #[must_use]
    pub fn resolved(&self, at: RuntimeTime) -> Option<Self> {
        self.resolved_at.is_none().then(|| Self {
            resolved_at: Some(at),
            ..self.clone()
        })
    }

    /// Whether somebody must still look.
    pub fn is_open(&self) -> bool {
        self.resolved_at.is_none()
    }
}

fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> RuntimeTime {
        RuntimeTime(jiff::Timestamp::from_second(second).unwrap())
    }

    fn cause(severity: Severity, text: &str) -> Cause {
        Cause {
            severity,
            code: "crash_loop".into(),
            subject: "ads".into(),
            text: text.into(),
        }
    }

    #[test]
    fn the_same_cause_is_the_same_alert_and_another_is_not() {
        let ads = AlertId::of("crash_loop", "ads");
        assert_eq!(ads, AlertId::of("crash_loop", "ads"));
        assert!(ads.as_str().starts_with("crash_loop-"));
        assert_ne!(ads, AlertId::of("crash_loop", "act"));
        assert_ne!(AlertId::of("a", "bc"), AlertId::of("ab", "c"));
        // It names a file.
        let odd = AlertId::of("../Über all", "x").to_string();
        assert!(
            odd.chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)),
            "{odd}"
        );
    }

    #[test]
    fn an_open_alert_counts_and_keeps_its_worst() {
        let first = Alert::raised(None, &cause(Severity::Critical, "a"), at(1));
        let again = Alert::raised(Some(&first), &cause(Severity::Warning, "b"), at(5));
        assert_eq!((again.raised_at, again.seen_at), (at(1), at(5)));
        assert_eq!((again.times_seen, again.times_opened), (2, 1));
        assert_eq!(
            (again.severity, again.cause.as_str()),
            (Severity::Critical, "b")
        );
    }

    #[test]
    fn a_resolved_alert_opens_anew_as_another_opening() {
        let first = Alert::raised(None, &cause(Severity::Critical, "a"), at(10));
        let closed = first.resolved(at(11)).unwrap();
        assert_eq!(closed.resolved(at(12)), None);
        let again = Alert::raised(Some(&closed), &cause(Severity::Warning, "b"), at(20));
        assert_eq!(
            (again.id.clone(), again.raised_at),
            (first.id.clone(), at(20))
        );
        assert_eq!((again.times_seen, again.times_opened), (1, 2));
        assert_eq!(
            (again.severity, again.last_resolved_at),
            (Severity::Warning, Some(at(11)))
        );
        // The clock was set back: still another opening.
        let back = Alert::raised(Some(&closed), &cause(Severity::Warning, "b"), at(3));
        assert!(back.raised_at > first.raised_at);
    }

    #[test]
    fn long_words_are_cut() {
        let long = Alert::raised(None, &cause(Severity::Warning, &"ü".repeat(9_000)), at(1));
        assert_eq!(long.cause.chars().count(), CAUSE_CHARS_MAX + 1);
    }
}
