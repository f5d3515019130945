//! Judging: every interlock, one verdict.

use serde::{Deserialize, Serialize};

use crate::{Ask, EnvelopeError, Limits, Position, interlocks};

/// Everything a verdict depends on. Stored as text beside it, so that it can be judged again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The brand's limits at that moment.
    pub limits: Limits,
    /// Where things stood.
    pub position: Position,
    /// What was asked.
    pub ask: Ask,
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

/// Judges an ask. Every interlock speaks, also after the first refusal.
pub fn judge(limits: &Limits, position: &Position, ask: &Ask) -> Verdict {
    let facts = Facts {
        limits,
        position,
        ask,
    };
    let interlocks: Vec<_> = interlocks::ALL
        .iter()
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
    serde_json::to_string(&judge(&case.limits, &case.position, &case.ask)).map_err(unreadable)
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
pub(crate) struct Facts<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) position: &'a Position,
    pub(crate) ask: &'a Ask,
}
