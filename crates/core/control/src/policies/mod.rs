//! From beliefs to proposals, one file per policy, all of the same shape.

pub mod answer;
pub mod cadence;
pub mod discount;
pub mod kill;
pub mod pace;
pub mod payout;
pub mod portfolio;
pub mod refund;
pub mod request;
pub mod scale;
pub mod spend_cap;
pub mod stock;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::estimators::EstimateError;

/// A pure rule that proposes acts.
///
/// The whole way from inputs to proposal is a function of the inputs and the seed. Thresholds belong
/// to the inputs, so that a stored decision carries them.
pub trait Policy {
    /// The name in the decision's row.
    const NAME: &'static str;
    /// The version of this code in the decision's row; a change of behaviour takes a new one.
    const VERSION: &'static str;
    /// What is looked at.
    type Inputs: Serialize + DeserializeOwned;
    /// What it says.
    type Belief: Serialize;
    /// What should be done.
    type Proposal: Serialize;

    /// Estimates.
    ///
    /// # Errors
    /// When the inputs make no sense; the field is named.
    fn believe(inputs: &Self::Inputs) -> Result<Self::Belief, EstimateError>;

    /// Proposes. `seed` is the only source of chance.
    fn decide(inputs: &Self::Inputs, belief: &Self::Belief, seed: u64) -> Self::Proposal;
}

/// One decision with the exact bytes to store.
#[derive(Debug, Clone)]
pub struct Record<P: Policy> {
    /// The inputs as stored.
    pub inputs_json: String,
    /// What they say.
    pub belief: P::Belief,
    /// The same as stored.
    pub belief_json: String,
    /// What should be done.
    pub proposal: P::Proposal,
    /// The same as stored.
    pub proposal_json: String,
}

/// What a stored decision comes to when it is run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redecided {
    /// The belief, byte for byte.
    pub belief_json: String,
    /// The proposal, byte for byte.
    pub proposal_json: String,
}

/// No decision could be made.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The row names a policy that this build does not have.
    #[error("policy {policy} {version} is not in this build; it has {}", known())]
    UnknownPolicy {
        /// The name in the row.
        policy: String,
        /// The version in the row.
        version: String,
    },
    /// The stored inputs are not this policy's.
    #[error("inputs of policy {policy} cannot be read")]
    Inputs {
        /// The policy.
        policy: &'static str,
        /// The field and place.
        #[source]
        source: serde_json::Error,
    },
    /// The inputs make no sense.
    #[error("policy {policy} cannot form a belief")]
    Estimate {
        /// The policy.
        policy: &'static str,
        /// The field.
        #[source]
        source: EstimateError,
    },
    /// A value has no JSON form.
    #[error("the {what} of policy {policy} has no JSON form")]
    Unwritable {
        /// The policy.
        policy: &'static str,
        /// Inputs, belief or proposal.
        what: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

/// Decides, and keeps the bytes.
///
/// The decision is made from the inputs as read back from their bytes, never from the values in
/// memory: what is stored is what was decided on.
///
/// # Errors
/// When the inputs make no sense.
pub fn record<P: Policy>(inputs: &P::Inputs, seed: u64) -> Result<Record<P>, DecideError> {
    run(to_json::<P>("inputs", inputs)?, seed)
}

/// Runs a stored decision again (L13).
///
/// # Errors
/// When the policy is unknown to this build or the inputs cannot be read.
pub fn redecide(
    policy: &str,
    version: &str,
    inputs_json: &str,
    seed: u64,
) -> Result<Redecided, DecideError> {
    match (policy, version) {
        (answer::Answer::NAME, answer::Answer::VERSION) => {
            redecide_as::<answer::Answer>(inputs_json, seed)
        }
        (cadence::Cadence::NAME, cadence::Cadence::VERSION) => {
            redecide_as::<cadence::Cadence>(inputs_json, seed)
        }
        (kill::Kill::NAME, kill::Kill::VERSION) => redecide_as::<kill::Kill>(inputs_json, seed),
        (request::Request::NAME, request::Request::VERSION) => {
            redecide_as::<request::Request>(inputs_json, seed)
        }
        (scale::Scale::NAME, scale::Scale::VERSION) => {
            redecide_as::<scale::Scale>(inputs_json, seed)
        }
        (spend_cap::SpendCap::NAME, spend_cap::SpendCap::VERSION) => {
            redecide_as::<spend_cap::SpendCap>(inputs_json, seed)
        }
        (refund::Refund::NAME, refund::Refund::VERSION) => {
            redecide_as::<refund::Refund>(inputs_json, seed)
        }
        (payout::Payout::NAME, payout::Payout::VERSION) => {
            redecide_as::<payout::Payout>(inputs_json, seed)
        }
        (portfolio::Portfolio::NAME, portfolio::Portfolio::VERSION) => {
            redecide_as::<portfolio::Portfolio>(inputs_json, seed)
        }
        (stock::Stock::NAME, stock::Stock::VERSION) => {
            redecide_as::<stock::Stock>(inputs_json, seed)
        }
        (discount::Discount::NAME, discount::Discount::VERSION) => {
            redecide_as::<discount::Discount>(inputs_json, seed)
        }
        _ => Err(DecideError::UnknownPolicy {
            policy: policy.to_owned(),
            version: version.to_owned(),
        }),
    }
}

/// [`redecide`] for a policy that this crate does not know: a program's own.
///
/// # Errors
/// When the inputs cannot be read.
pub fn redecide_as<P: Policy>(inputs_json: &str, seed: u64) -> Result<Redecided, DecideError> {
    let record = run::<P>(inputs_json.to_owned(), seed)?;
    Ok(Redecided {
        belief_json: record.belief_json,
        proposal_json: record.proposal_json,
    })
}

fn run<P: Policy>(inputs_json: String, seed: u64) -> Result<Record<P>, DecideError> {
    let policy = P::NAME;
    let inputs = serde_json::from_str(&inputs_json)
        .map_err(|source| DecideError::Inputs { policy, source })?;
    let belief = P::believe(&inputs).map_err(|source| DecideError::Estimate { policy, source })?;
    let proposal = P::decide(&inputs, &belief, seed);
    Ok(Record {
        belief_json: to_json::<P>("belief", &belief)?,
        proposal_json: to_json::<P>("proposal", &proposal)?,
        inputs_json,
        belief,
        proposal,
    })
}

fn to_json<P: Policy>(what: &'static str, value: &impl Serialize) -> Result<String, DecideError> {
    serde_json::to_string(value).map_err(|source| DecideError::Unwritable {
        policy: P::NAME,
        what,
        source,
    })
}

fn known() -> String {
    [
        (answer::Answer::NAME, answer::Answer::VERSION),
        (cadence::Cadence::NAME, cadence::Cadence::VERSION),
        (kill::Kill::NAME, kill::Kill::VERSION),
        (request::Request::NAME, request::Request::VERSION),
        (scale::Scale::NAME, scale::Scale::VERSION),
        (spend_cap::SpendCap::NAME, spend_cap::SpendCap::VERSION),
        (refund::Refund::NAME, refund::Refund::VERSION),
        (payout::Payout::NAME, payout::Payout::VERSION),
        (portfolio::Portfolio::NAME, portfolio::Portfolio::VERSION),
        (stock::Stock::NAME, stock::Stock::VERSION),
        (discount::Discount::NAME, discount::Discount::VERSION),
    ]
    .map(|(name, version)| format!("{name} {version}"))
    .join(", ")
}
