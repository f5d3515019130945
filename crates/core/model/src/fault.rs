//! The three answers an error can give about what to do next.

use serde::{Deserialize, Serialize};

/// What a failure means for the caller.
///
/// `UnknownOutcome` is the one that costs money when it is treated as `Transient`: the act may have
/// happened, so it goes to the probe and is never blindly sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Trying again cannot help; nothing happened.
    Permanent,
    /// Nothing happened; trying again later may help.
    Transient,
    /// It may or may not have happened.
    UnknownOutcome,
}

/// Every error that crosses a retry decision names its class in one exhaustive match.
pub trait Classify {
    /// The class of this error. Implementations name every variant, without a wildcard.
    fn fault(&self) -> Fault;
}

/// The error and what caused it, in one sentence. A cause that the text quotes already is not told twice.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    text
}
