//! What can be wrong with what the envelope is given.

use homeostat_model::{Classify, Fault};

/// A configuration or a stored case that cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The zone is not in the IANA database.
    #[error("limits.zone {0:?} is not an IANA time zone; use one such as Europe/Berlin")]
    UnknownZone(String),
    /// A limit has a value that cannot hold.
    #[error("limits.{field} {reason}")]
    InvalidLimit {
        /// The field of [`crate::Limits`].
        field: &'static str,
        /// What is wrong and what would be right.
        reason: &'static str,
    },
    /// An instant lies outside the calendar.
    #[error("ask.at {0} is outside the calendar")]
    OutsideCalendar(String),
    /// A stored case is not what this version of the program wrote.
    #[error("stored case cannot be read: {0}")]
    UnreadableCase(String),
}

impl Classify for EnvelopeError {
    fn fault(&self) -> Fault {
        match self {
            Self::UnknownZone(_)
            | Self::InvalidLimit { .. }
            | Self::OutsideCalendar(_)
            | Self::UnreadableCase(_) => Fault::Permanent,
        }
    }
}
