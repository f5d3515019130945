//! Judging: every interlock, one verdict.

use serde::{Deserialize, Serialize};

use crate::{Ask, EnvelopeError, Limits, Position, Purse, interlocks};

/// The rules of today. A rule that is added or changed raises it, so that what was judged before judges again by the
/// rules that there were.
pub const RULES: u32 = 3;

/// Everything a verdict depends on. Stored as text beside it, so that it can be judged again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The rules it was judged by; those of the first version where nothing is said.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub rules: u32,
    /// The brand's limits at that moment.
    pub limits: Limits,
    /// Where things stood.
    pub position: Position,
    /// What was asked.
    pub ask: Ask,
}

fn first() -> u32 {
    1
}

fn is_first(rules: &u32) -> bool {
    *rules == first()
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Every interlock passed.
    pub allowed: bool,
    /// Each interlock's finding, in the order of registration.
    pub interlocks: Vec<InterlockVerdict>,
}

/// One interlock's finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterlockVerdict {
    /// The interlock, such as `daily_budget`.
    pub name: String,
    /// It does not object.
    pub passed: bool,
    /// Why, in words for a person.
    pub reason: String,
}

/// Judges an ask by the rules of today. Every interlock speaks, also after the first refusal.
pub fn judge(limits: &Limits, position: &Position, ask: &Ask) -> Verdict {
    judge_by(RULES, limits, position, ask)
}

fn judge_by(rules: u32, limits: &Limits, position: &Position, ask: &Ask) -> Verdict {
    let facts = Facts {
        rules,
        limits,
        position,
        ask,
    };
    let interlocks: Vec<_> = interlocks::ALL
        .iter()
        .filter(|interlock| interlock.since <= rules)
        .map(|interlock| {
            let finding = (interlock.judge)(&facts);
            let passed = finding.is_ok();
            let (Ok(reason) | Err(reason)) = finding;
            InterlockVerdict {
                name: interlock.name.to_owned(),
                passed,
                reason,
            }
        })
        .collect();
    Verdict {
        allowed: interlocks.iter().all(|one| one.passed),
        interlocks,
    }
}

/// Judges a stored [`Case`] again and returns the verdict's text (L13).
///
/// # Errors
/// When the text is not a case.
pub fn rejudge(case_json: &str) -> Result<String, EnvelopeError> {
    let unreadable = |error: serde_json::Error| EnvelopeError::UnreadableCase(error.to_string());
    let case: Case = serde_json::from_str(case_json).map_err(unreadable)?;
    if case.rules > RULES {
        let problem = format!("judged by rules {}, this build knows {RULES}", case.rules);
        return Err(EnvelopeError::UnreadableCase(problem));
    }
    let verdict = judge_by(case.rules, &case.limits, &case.position, &case.ask);
    serde_json::to_string(&verdict).map_err(unreadable)
}

/// An interlock in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct InterlockWords {
    /// Its name, such as `daily_budget`.
    pub name: &'static str,
    /// What it refuses, for a person.
    pub refuses: &'static str,
}

/// Every interlock in words, in the order they are judged and shown.
pub fn interlock_words() -> Vec<InterlockWords> {
    let words = interlocks::ALL.iter().map(|interlock| InterlockWords {
        name: interlock.name,
        refuses: interlock.refuses,
    });
    words.collect()
}

/// The registered interlocks, in the order they are judged and shown.
pub fn interlock_names() -> Vec<&'static str> {
    interlocks::ALL
        .iter()
        .map(|interlock| interlock.name)
        .collect()
}

impl Verdict {
    /// The interlocks that refused.
    pub fn refusals(&self) -> impl Iterator<Item = &InterlockVerdict> {
        self.interlocks.iter().filter(|one| !one.passed)
    }

    /// Whether this interlock refused.
    pub fn refused_by(&self, name: &str) -> bool {
        self.refusals().any(|one| one.name == name)
    }
}

/// The borrowed form of a [`Case`] that interlocks read.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) rules: u32,
    pub(crate) limits: &'a Limits,
    pub(crate) position: &'a Position,
    pub(crate) ask: &'a Ask,
}

impl Facts<'_> {
    /// The caps that the ask draws on.
    pub(crate) fn purse(&self) -> Purse {
        self.limits.purse(self.ask.action)
    }
}
