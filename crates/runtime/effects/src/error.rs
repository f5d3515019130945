//! What can go wrong around an effect, apart from what the vendor says.

use homeostat_envelope::EnvelopeError;
use homeostat_model::{Classify, DecisionId, EffectId, Fault, MoneyError};
use homeostat_store::{StoreError, StoreFault};

/// An intent whose commit got no answer. It carries what is needed to look whether it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguous {
    /// The decision the intent was for.
    pub decision: DecisionId,
    /// The effect's key.
    pub key: String,
    /// The id the effect has if the commit was written. No other transaction can have used it.
    pub effect: Option<EffectId>,
}

/// A failure of the effect protocol.
#[derive(Debug, thiserror::Error)]
pub enum EffectsError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The limits or the ask cannot be judged.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Amounts that do not combine.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A value that must become JSON does not.
    #[error("{field} cannot be written as JSON: {reason}")]
    Json {
        /// What was being written.
        field: &'static str,
        /// What the serialiser said.
        reason: String,
    },
    /// This process's epoch is over.
    #[error("epoch {0} has ended; this process must exit")]
    EpochEnded(homeostat_model::ProcessId),
    /// This process's program is older than what the database allows to act.
    #[error("epoch {0} runs a version below min_version; this process must exit and be updated")]
    Outdated(homeostat_model::ProcessId),
    /// No such decision.
    #[error("decision {0} does not exist")]
    NoDecision(DecisionId),
    /// No such effect.
    #[error("effect {0} does not exist")]
    NoEffect(EffectId),
    /// The effect is finished; its state is a fact.
    #[error("effect {effect} is already {state}")]
    AlreadyClosed {
        /// The effect.
        effect: EffectId,
        /// Its state.
        state: String,
    },
    /// A decision key was used for another decision.
    #[error("decision key {key:?} was used for another decision; {field} differs")]
    DecisionKeyReused {
        /// The key.
        key: String,
        /// The field that differs.
        field: &'static str,
    },
    /// An effect key was used for another request.
    #[error("effect key {0:?} was used for another request (amount, target or kind differ)")]
    KeyReused(String),
    /// The commit of an intent got no answer: look with `resolve_ambiguous` before anything else.
    #[error("the intent {:?} may or may not have been written", .0.key)]
    Ambiguous(Box<Ambiguous>),
    /// Only a person may do this.
    #[error("mode {from} with cause {cause} is lifted by a person only")]
    NeedsPerson {
        /// The mode now.
        from: String,
        /// Why it is so.
        cause: String,
    },
    /// A required text is missing.
    #[error("{0} must not be empty")]
    Empty(&'static str),
    /// An amount must be above zero.
    #[error("{0} must be above zero")]
    NotPositive(&'static str),
    /// An amount must not be below zero.
    #[error("{0} must not be below zero")]
    Negative(&'static str),
    /// The authorising statement refused what the envelope had allowed.
    #[error("window {0} has no room for the hold; nothing was written")]
    LedgerRefused(i64),
}

impl StoreFault for EffectsError {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Envelope(_)
            | Self::Money(_)
            | Self::Json { .. }
            | Self::EpochEnded(_)
            | Self::Outdated(_)
            | Self::NoDecision(_)
            | Self::NoEffect(_)
            | Self::AlreadyClosed { .. }
            | Self::DecisionKeyReused { .. }
            | Self::KeyReused(_)
            | Self::Ambiguous(_)
            | Self::NeedsPerson { .. }
            | Self::Empty(_)
            | Self::NotPositive(_)
            | Self::Negative(_)
            | Self::LedgerRefused(_) => None,
        }
    }
}

impl Classify for EffectsError {
    fn fault(&self) -> Fault {
        match self {
            Self::Store(error) => error.fault(),
            Self::Ambiguous(_) => Fault::UnknownOutcome,
            Self::LedgerRefused(_) => Fault::Transient,
            Self::Envelope(_)
            | Self::Money(_)
            | Self::Json { .. }
            | Self::EpochEnded(_)
            | Self::Outdated(_)
            | Self::NoDecision(_)
            | Self::NoEffect(_)
            | Self::AlreadyClosed { .. }
            | Self::DecisionKeyReused { .. }
            | Self::KeyReused(_)
            | Self::NeedsPerson { .. }
            | Self::Empty(_)
            | Self::NotPositive(_)
            | Self::Negative(_) => Fault::Permanent,
        }
    }
}

impl From<sqlx::Error> for EffectsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Writes a value as JSON text.
pub(crate) fn json<T: serde::Serialize>(
    field: &'static str,
    value: &T,
) -> Result<String, EffectsError> {
    serde_json::to_string(value).map_err(|error| EffectsError::Json {
        field,
        reason: error.to_string(),
    })
}
