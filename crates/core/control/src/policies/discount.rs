//! A code that wins a customer back whose complaint was served: a percentage, for one order, once.

use homeostat_model::WorldTime;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::{EstimateError, customer::Tier};

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct Discount;

/// A complaint that has come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The conversation.
    pub conversation: String,
    /// World time of the check.
    pub now: WorldTime,
    /// What was promised has happened: the refund is settled, the parcel is there.
    pub is_served: bool,
    /// How far the customer is trusted.
    pub tier: Tier,
    /// When the customer was last given a code.
    pub last_code_at: Option<WorldTime>,
    /// What is given, in percent.
    pub percent: u8,
    /// How long it is valid, in days.
    pub valid_days: u16,
    /// One code for a customer in so many days.
    pub rest_days: u16,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Belief {
    /// A code is due.
    Due,
    /// The complaint is open.
    NotServed,
    /// The customer is not of low risk: a code would reward complaining.
    NotTrusted,
    /// The last code is not long ago.
    Resting,
}

/// What should be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// Make a code and send it.
    Offer {
        /// The code. Unique, so that making it twice is refused by the vendor and found by it.
        code: String,
        /// What it takes off, in percent.
        percent: u8,
        /// How often it can be used.
        usage_limit: u32,
        /// When it ends.
        ends_at: WorldTime,
    },
    /// Nothing.
    Nothing,
}

/// Crockford's base 32: no letter that is taken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 65 bits, so that the whole seed is in the code.
const CODE_CHARS: u32 = 13;

impl Policy for Discount {
    const NAME: &'static str = "discount";
    const VERSION: &'static str = "discount-v1";
    type Inputs = Inputs;
    type Belief = Belief;
    type Proposal = Proposal;

    fn believe(inputs: &Inputs) -> Result<Belief, EstimateError> {
        if inputs.conversation.trim().is_empty() {
            return Err(EstimateError::Empty {
                field: "conversation",
            });
        }
        if !(1..=50).contains(&inputs.percent) {
            return Err(EstimateError::OutOfRange {
                field: "percent",
                value: inputs.percent.into(),
                fix: "use 1 to 50",
            });
        }
        let rest = SignedDuration::from_hours(24 * i64::from(inputs.rest_days));
        let is_resting = inputs
            .last_code_at
            .is_some_and(|at| inputs.now < at.plus(rest));
        Ok(match inputs.tier {
            _ if !inputs.is_served => Belief::NotServed,
            Tier::Mid | Tier::High => Belief::NotTrusted,
            Tier::Low if is_resting => Belief::Resting,
            Tier::Low => Belief::Due,
        })
    }

    fn decide(inputs: &Inputs, belief: &Belief, seed: u64) -> Proposal {
        match belief {
            Belief::Due => Proposal::Offer {
                code: code(seed),
                percent: inputs.percent,
                usage_limit: 1,
                ends_at: inputs.now.plus(SignedDuration::from_hours(
                    24 * i64::from(inputs.valid_days),
                )),
            },
            Belief::NotServed | Belief::NotTrusted | Belief::Resting => Proposal::Nothing,
        }
    }
}

/// Why a code is given or not.
pub(crate) fn because(belief: Belief) -> &'static str {
    match belief {
        Belief::Due => "a served complaint of a trusted customer",
        Belief::NotServed => "the complaint is open",
        Belief::NotTrusted => "a code would reward complaining",
        Belief::Resting => "the last code is not long ago",
    }
}

/// One code for each seed: the bits are mixed, so that neighbours do not look alike, and none is lost.
fn code(seed: u64) -> String {
    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection.
    let mut bits = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    let letters = (0..CODE_CHARS).map(|place| {
        let index = usize::try_from((bits >> (5 * place)) & 31).unwrap_or_default();
        ALPHABET.get(index).copied().map_or('0', char::from)
    });
    letters.collect()
}
