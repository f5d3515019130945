//! A person's word as a policy: what was asked for is what is believed and what is proposed.
//!
//! So an act that a person wants takes the same road as one that a rule wants: a stored decision that
//! decides again to the same bytes, the envelope, one call.

use homeostat_model::Money;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::EstimateError;

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct Request;

/// What was asked, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Who asks.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Drawn once per request. It tells two equal requests apart, also those of two databases that
    /// act on one vendor.
    pub nonce: String,
    /// The act that is wanted.
    pub wish: Wish,
}

/// An act that a person wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Wish {
    /// A new campaign, which rests until it is resumed.
    Launch {
        /// Its name.
        name: String,
        /// What it may spend a day once it runs.
        daily_budget: Money,
    },
    /// A paused campaign shall spend again.
    Resume {
        /// The vendor's id.
        campaign: String,
        /// What it may spend a day.
        daily_budget: Money,
    },
    /// A campaign shall stop spending.
    Pause {
        /// The vendor's id.
        campaign: String,
    },
    /// The account's own limit, over its life.
    SpendCap {
        /// The vendor's id.
        account: String,
        /// The limit.
        cap: Money,
    },
}

impl Policy for Request {
    const NAME: &'static str = "request";
    const VERSION: &'static str = "request-v1";
    type Inputs = Inputs;
    type Belief = Inputs;
    type Proposal = Wish;

    fn believe(inputs: &Inputs) -> Result<Inputs, EstimateError> {
        for (field, text) in [
            ("by", &inputs.by),
            ("reason", &inputs.reason),
            ("nonce", &inputs.nonce),
        ] {
            not_empty(field, text)?;
        }
        match &inputs.wish {
            Wish::Launch { name, daily_budget } => {
                not_empty("wish.name", name)?;
                positive("wish.daily_budget", daily_budget)?;
            }
            Wish::Resume {
                campaign,
                daily_budget,
            } => {
                not_empty("wish.campaign", campaign)?;
                positive("wish.daily_budget", daily_budget)?;
            }
            Wish::Pause { campaign } => not_empty("wish.campaign", campaign)?,
            Wish::SpendCap { account, cap } => {
                not_empty("wish.account", account)?;
                positive("wish.cap", cap)?;
            }
        }
        Ok(inputs.clone())
    }

    fn decide(_: &Inputs, belief: &Inputs, _seed: u64) -> Wish {
        belief.wish.clone()
    }
}

fn not_empty(field: &'static str, text: &str) -> Result<(), EstimateError> {
    if text.trim().is_empty() {
        return Err(EstimateError::Empty { field });
    }
    Ok(())
}

fn positive(field: &'static str, amount: &Money) -> Result<(), EstimateError> {
    if amount.amount_micros > 0 {
        return Ok(());
    }
    Err(EstimateError::NotPositive {
        field,
        value: amount.amount_micros,
    })
}
