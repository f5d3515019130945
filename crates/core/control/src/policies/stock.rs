//! What a shop should say about an item: the quantity that was counted, and nothing on sale that is not there.
//!
//! One act at a time, each tied to what was seen, so that a sale in between makes it stale instead of wrong.

use homeostat_model::WorldTime;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::EstimateError;

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct Stock;

/// An item as the shop says and as it was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The item at its place: the vendor's id.
    pub item: String,
    /// The product that it is the only item of; none when there are others.
    pub product: Option<String>,
    /// What the shop says is there.
    pub seen: i64,
    /// Whether the product is on sale.
    pub shelf: Shelf,
    /// What was counted, less what is ordered and not sent; none without a count.
    pub counted: Option<i64>,
    /// World time of the count.
    pub counted_at: WorldTime,
    /// World time of the check.
    pub now: WorldTime,
    /// Older counts say nothing, seconds of world time.
    pub freshness_s: u32,
    /// A larger correction is a person's.
    pub largest_step: u32,
}

/// Whether a product is on sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// On sale.
    Active,
    /// Taken off by this policy.
    DraftByUs,
    /// Taken off by somebody else, archived, or in a state that is not known: not ours to change.
    Other,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// What is there; none when nobody knows.
    pub there: Option<i64>,
}

/// What should be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// Write the quantity, if the shop still says what was seen.
    SetQuantity {
        /// The item.
        item: String,
        /// What to write.
        quantity: i64,
        /// What must still stand there.
        compare: i64,
    },
    /// Take the product off sale, if it still is on sale.
    MarkDraft {
        /// The product.
        product: String,
    },
    /// Put it on sale again, if it still is as we left it.
    MarkActive {
        /// The product.
        product: String,
    },
    /// A person should count again.
    Human {
        /// How far shop and count are apart.
        apart: u64,
    },
    /// All is as it should be, or nobody knows.
    Keep,
}

impl Policy for Stock {
    const NAME: &'static str = "stock";
    const VERSION: &'static str = "stock-v1";
    type Inputs = Inputs;
    type Belief = Belief;
    type Proposal = Proposal;

    fn believe(inputs: &Inputs) -> Result<Belief, EstimateError> {
        if inputs.item.trim().is_empty() {
            return Err(EstimateError::Empty { field: "item" });
        }
        if inputs
            .product
            .as_ref()
            .is_some_and(|product| product.trim().is_empty())
        {
            return Err(EstimateError::Empty { field: "product" });
        }
        let age_s = inputs.now.since(inputs.counted_at).as_secs().unsigned_abs();
        let is_fresh = age_s <= u64::from(inputs.freshness_s);
        // More ordered than counted: nothing is there to sell.
        let there = inputs
            .counted
            .filter(|_| is_fresh)
            .map(|count| count.max(0));
        Ok(Belief { there })
    }

    fn decide(inputs: &Inputs, belief: &Belief, _seed: u64) -> Proposal {
        let Some(there) = belief.there else {
            return Proposal::Keep;
        };
        let apart = inputs.seen.abs_diff(there);
        if apart > u64::from(inputs.largest_step) {
            return Proposal::Human { apart };
        }
        if apart > 0 {
            return Proposal::SetQuantity {
                item: inputs.item.clone(),
                quantity: there,
                compare: inputs.seen,
            };
        }
        match (&inputs.product, inputs.shelf) {
            (Some(product), Shelf::Active) if there == 0 => Proposal::MarkDraft {
                product: product.clone(),
            },
            (Some(product), Shelf::DraftByUs) if there > 0 => Proposal::MarkActive {
                product: product.clone(),
            },
            (_, Shelf::Active | Shelf::DraftByUs | Shelf::Other) => Proposal::Keep,
        }
    }
}

/// What a correction or its absence rests on, in one line.
pub(crate) fn because(inputs: &Inputs, belief: &Belief, proposal: &Proposal) -> String {
    let Some(there) = belief.there else {
        return "no count, or an old one".to_owned();
    };
    let told = format!("the shop says {}, {there} are there", inputs.seen);
    match proposal {
        Proposal::SetQuantity { .. } | Proposal::Keep => told,
        Proposal::MarkDraft { .. } => format!("{told}: sold out"),
        Proposal::MarkActive { .. } => format!("{told}: back in stock"),
        Proposal::Human { apart } => format!("{told}: {apart} is too far to correct by rule"),
    }
}
