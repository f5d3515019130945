//! `decide.stock`: whether a shop's number of an item is right, and whether what is sold out is still on sale.
//!
//! *Whose count.* Nobody here counts shelves, and a delivery or a stock-taking is entered at the shop by people. So
//! the shop's own number is the count of the moment at which it last changed. What was ordered after that moment must
//! have changed it again; an order that did not was never taken off, and the count is less by its units. Such a gap is
//! ours to close. An order that was missed before the number changed once more cannot be told from a correction by
//! hand, and stays.
//!
//! *Not knowing.* Without a number, or when the orders or the number were not read lately, nothing is proposed: not to
//! see is not the same as to see none.

use std::time::Duration;

use homeostat_control::{
    Policy, record,
    stock::{Inputs, Proposal, Shelf, Stock},
};
use homeostat_effects::{DecisionDraft, KeptDraft, decide_in};
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{LoopError, act::wish_in, decide::rests, keep};
use crate::{
    Operator,
    config::Brand,
    records::{
        product::{self, Item},
        sensor,
    },
    sensors::{row_id, shopify_orders::ShopifyOrders, shopify_products::ShopifyProducts},
};

/// The policy draws nothing.
const SEED: u64 = 0;
/// An older reading says nothing about what is there, seconds of world time.
pub(crate) const FRESHNESS_S: u32 = 2 * 3_600;
/// More units than these are not corrected by rule.
const LARGEST_STEP: u32 = 20;
/// How far an order must be from the shop's number, and from its reading, to be before or after it.
const MARGIN: SignedDuration = SignedDuration::from_mins(10);

/// Judge one brand's stock.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideStock {
    /// The brand.
    pub brand: String,
}

impl Job for DecideStock {
    const KIND: &'static str = "decide.stock";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Stocks(pub Operator);

#[async_trait::async_trait]
impl Worker for Stocks {
    type Job = DecideStock;

    async fn work(&self, job: DecideStock, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let now = operator.clock.now();
        let sees = sees(operator, brand, now).await?;
        let items = product::items(&operator.db, brand.id.as_str(), MARGIN).await?;
        let (mut proposed, mut for_a_person, mut kept) = (0, 0, Vec::new());
        for item in &items {
            let Some(inputs) = inputs(item, sees, now) else {
                continue;
            };
            match decide(operator, brand, item, &inputs, context).await? {
                Decided::Act => proposed += 1,
                Decided::Person => for_a_person += 1,
                Decided::Keep(draft) => kept.push(*draft),
                Decided::Rests => {}
            }
        }
        let stored = keep::store(operator, brand, &kept).await?;
        Ok(Outcome::Done(serde_json::json!({
            "looked_at": items.len(), "proposed": proposed, "for_a_person": for_a_person, "stored": stored,
        })))
    }
}

/// Which sensors see, of those that a count rests on.
#[derive(Debug, Clone, Copy)]
struct Sees {
    products: bool,
    orders: bool,
}

async fn sees(operator: &Operator, brand: &Brand, now: WorldTime) -> Result<Sees, LoopError> {
    let ids = [
        row_id::<ShopifyProducts>(brand),
        row_id::<ShopifyOrders>(brand),
    ];
    let age = Duration::from_secs(FRESHNESS_S.into());
    let grounds = sensor::grounds(&operator.db, &ids, age).await?;
    let fresh = |nth: usize| {
        grounds.get(nth).is_some_and(|one| {
            let is_young = |at: WorldTime| now.since(at).as_secs() <= FRESHNESS_S.into();
            one.sees && one.as_of.is_some_and(is_young)
        })
    };
    Ok(Sees {
        products: fresh(0),
        orders: fresh(1),
    })
}

/// Everything the policy may look at; `None` for an item of which the shop has no number.
fn inputs(item: &Item, sees: Sees, now: WorldTime) -> Option<Inputs> {
    let seen = item.available?;
    let counted = match item.ordered_since {
        Some(ordered) if sees.products && sees.orders => Some(seen - ordered),
        Some(_) | None => None,
    };
    Some(Inputs {
        item: item.item.clone(),
        product: item.is_only.then(|| item.product.clone()),
        seen,
        shelf: match (item.state.as_str(), item.is_draft_by_us) {
            ("ACTIVE", _) => Shelf::Active,
            ("DRAFT", true) => Shelf::DraftByUs,
            _ => Shelf::Other,
        },
        counted,
        counted_at: item.read_at,
        now,
        freshness_s: FRESHNESS_S,
        largest_step: LARGEST_STEP,
    })
}

enum Decided {
    Act,
    Person,
    Keep(Box<KeptDraft>),
    Rests,
}

async fn decide(
    operator: &Operator,
    brand: &Brand,
    item: &Item,
    inputs: &Inputs,
    context: &Context,
) -> Result<Decided, LoopError> {
    let decided = record::<Stock>(inputs, SEED).map_err(|e| LoopError::NoAct(e.to_string()))?;
    let target = match &decided.proposal {
        Proposal::SetQuantity { item, .. } => item,
        Proposal::MarkDraft { product } | Proposal::MarkActive { product } => product,
        Proposal::Human { apart } => {
            tracing::warn!(item = item.item, apart, "a person should count again");
            return Ok(Decided::Person);
        }
        Proposal::Keep => {
            let figures = (
                inputs.seen,
                &inputs.shelf,
                inputs.counted,
                inputs.freshness_s,
            );
            let at = (inputs.now, item.read_at);
            let kept = keep::left_alone(&item.item, (&decided, SEED), &figures, at)?;
            return Ok(Decided::Keep(Box::new(kept)));
        }
    };
    if rests(operator, brand, target, inputs.now).await? {
        return Ok(Decided::Rests);
    }
    let draft = DecisionDraft {
        key: super::decision_key(Stock::NAME, target, context),
        brand: brand.id.clone(),
        target: target.clone(),
        policy: Stock::NAME.to_owned(),
        version: Stock::VERSION.to_owned(),
        seed: i64::try_from(SEED).ok(),
        inputs: decided.inputs_json,
        belief: decided.belief_json,
        proposal: decided.proposal_json,
        decided_at: inputs.now,
        data_as_of: item.read_at,
    };
    transact!(operator.db, |tx| -> Result<(), LoopError> {
        let decision = decide_in(&mut *tx, &draft).await?;
        let what = (draft.policy.as_str(), draft.proposal.as_str());
        wish_in(&mut *tx, decision, &brand.id, what).await?;
        Ok(())
    })?;
    Ok(Decided::Act)
}
