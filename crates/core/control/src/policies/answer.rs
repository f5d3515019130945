//! What a customer is told about a refund: what was paid once it is paid, that it is being processed while nobody can
//! tell, and that a person takes over when it was not done.
//!
//! The amount is the receipt's, never that of the proposal. Each word is said once; after a person was promised the
//! money may still arrive, and then that is said too.

use homeostat_model::{DecisionId, Money};
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::EstimateError;

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct Answer;

/// A refund that was decided, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The letter that asked for it.
    pub letter: String,
    /// The language of the answer, ISO 639-1.
    pub language: String,
    /// The decision to refund.
    pub decision: DecisionId,
    /// What became of it.
    pub outcome: Outcome,
    /// What was said about it before.
    pub said: Vec<Word>,
}

/// What became of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// The money is on its way back; the shop says so.
    Settled {
        /// How much, by the shop's receipt.
        paid: Money,
    },
    /// Asked for, and not settled or of unknown outcome.
    UnderWay,
    /// The envelope or the shop said no.
    Refused,
    /// A person has to approve it.
    Waits,
    /// Given up, expired or vetoed.
    NotDone,
}

/// What can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// So much was paid.
    Settled,
    /// It is being processed.
    Processing,
    /// A person takes over.
    Person,
}

/// Which word is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Belief {
    /// This one.
    Due {
        /// Which.
        word: Word,
    },
    /// None: it was said before.
    Said,
}

/// What should be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// Say what was paid.
    ReplySettled {
        /// How much, by the shop's receipt.
        amount: Money,
    },
    /// Say that it is being processed.
    ReplyProcessing,
    /// Say that a person takes over.
    ReplyPerson,
    /// Say nothing.
    Nothing,
}

impl Word {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Settled, Self::Processing, Self::Person];

    /// The word as stored, and as it stands in the key of its decision.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Processing => "processing",
            Self::Person => "person",
        }
    }
}

impl Outcome {
    /// The word for it. A refund that paid nothing is one that a person has to look at.
    fn word(self) -> Word {
        match self {
            Self::Settled { paid } if paid.amount_micros > 0 => Word::Settled,
            Self::UnderWay => Word::Processing,
            Self::Settled { .. } | Self::Refused | Self::Waits | Self::NotDone => Word::Person,
        }
    }
}

impl Policy for Answer {
    const NAME: &'static str = "answer";
    const VERSION: &'static str = "answer-v1";
    type Inputs = Inputs;
    type Belief = Belief;
    type Proposal = Proposal;

    fn believe(inputs: &Inputs) -> Result<Belief, EstimateError> {
        for (field, text) in [("letter", &inputs.letter), ("language", &inputs.language)] {
            if text.trim().is_empty() {
                return Err(EstimateError::Empty { field });
            }
        }
        if inputs.decision.0 <= 0 {
            return Err(EstimateError::NotPositive {
                field: "decision",
                value: inputs.decision.0,
            });
        }
        let word = inputs.outcome.word();
        let said = |word| inputs.said.contains(&word);
        let is_said = match word {
            Word::Settled => said(Word::Settled),
            Word::Person => said(Word::Settled) || said(Word::Person),
            // Whoever was told more would learn nothing from it.
            Word::Processing => !inputs.said.is_empty(),
        };
        Ok(if is_said {
            Belief::Said
        } else {
            Belief::Due { word }
        })
    }

    fn decide(inputs: &Inputs, belief: &Belief, _seed: u64) -> Proposal {
        match (belief, inputs.outcome) {
            (Belief::Said, _) => Proposal::Nothing,
            (
                Belief::Due {
                    word: Word::Settled,
                },
                Outcome::Settled { paid },
            ) => Proposal::ReplySettled { amount: paid },
            (
                Belief::Due {
                    word: Word::Processing,
                },
                _,
            ) => Proposal::ReplyProcessing,
            (
                Belief::Due {
                    word: Word::Settled | Word::Person,
                },
                _,
            ) => Proposal::ReplyPerson,
        }
    }
}

/// Why this is said.
pub(crate) fn because(inputs: &Inputs, belief: Belief) -> String {
    if belief == Belief::Said {
        return "it was said before".to_owned();
    }
    match inputs.outcome {
        Outcome::Settled { paid } => format!("the shop has refunded {paid}"),
        Outcome::UnderWay => "the refund is not settled yet".to_owned(),
        Outcome::Refused => "the refund was refused".to_owned(),
        Outcome::Waits => "the refund waits for a person".to_owned(),
        Outcome::NotDone => "the refund was not made".to_owned(),
    }
}
