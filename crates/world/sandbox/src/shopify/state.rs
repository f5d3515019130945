//! The state of Shopify's side: its books, and what follows from them.

use std::collections::HashMap;

use homeostat_model::WorldTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bucket::Buckets;
use crate::{
    app::Booked,
    books::{Act, Books},
};

/// The vendor's name in the books.
pub(crate) const VENDOR: &str = "shopify";

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) books: Books,
    pub(super) buckets: Buckets,
    /// By order.
    pub(super) refunds: HashMap<u64, Vec<Refund>>,
    /// By stock item, in time order.
    pub(super) stock: HashMap<u64, Vec<StockSet>>,
    /// By product, in time order.
    pub(super) edits: HashMap<u64, Vec<Edit>>,
    pub(super) discounts: Vec<Discount>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) bulks: Vec<Bulk>,
    /// By shop and key.
    pub(super) keys: HashMap<(String, String), KeyUse>,
}

/// What an act must tell a restarted shop beside its values.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Detail {
    /// The brand's name.
    pub(super) shop: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<Key>,
    pub(super) what: What,
}

/// An idempotency key and what it was first used for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(super) key: String,
    pub(super) input: Value,
}

/// What was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Refund(Refund),
    Stock(StockSet),
    Edit(Edit),
    Discount(Discount),
    /// The discount of this number was stopped.
    Stop(u64),
    Subscription(Subscription),
    Bulk(Bulk),
    /// Nothing: the key was used for something that was refused.
    Refusal,
}

/// A key that has been used.
#[derive(Debug, Clone)]
pub(super) struct KeyUse {
    pub(super) at: WorldTime,
    pub(super) input: Value,
    /// The number of the refund or of the group of stock changes; `None` when it was refused.
    pub(super) made: Option<u64>,
}

/// Money given back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Refund {
    pub(super) id: u64,
    pub(super) transaction: u64,
    pub(super) order: u64,
    pub(super) amount_micros: i64,
    pub(super) currency: String,
    pub(super) note: String,
    pub(super) at: WorldTime,
    /// Pending until then.
    pub(super) settles_at: WorldTime,
    /// Whether it fails then.
    pub(super) fails: bool,
    /// Lines and how many of each.
    pub(super) lines: Vec<(u64, i64)>,
}

/// A quantity that was set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StockSet {
    pub(super) group: u64,
    pub(super) item: u64,
    pub(super) at: WorldTime,
    pub(super) quantity: i64,
    pub(super) delta: i64,
}

/// A change of a product; what is absent stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Edit {
    pub(super) product: u64,
    pub(super) at: WorldTime,
    pub(super) title: Option<String>,
    pub(super) status: Option<String>,
    pub(super) price_micros: Option<i64>,
}

/// A discount with a code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Discount {
    pub(super) id: u64,
    pub(super) shop: String,
    pub(super) title: String,
    pub(super) code: String,
    pub(super) starts_at: WorldTime,
    pub(super) ends_at: Option<WorldTime>,
    pub(super) usage_limit: Option<u32>,
}

/// A subscription to webhooks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Subscription {
    pub(super) id: u64,
    pub(super) shop: String,
    pub(super) topic: String,
    pub(super) uri: String,
}

/// A bulk operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Bulk {
    pub(super) id: u64,
    pub(super) shop: String,
    pub(super) filter: String,
    pub(super) at: WorldTime,
    pub(super) ends_at: WorldTime,
    /// Whether it fails then, with a part of its file.
    pub(super) fails: bool,
}

impl Refund {
    /// How far its payment is at an instant.
    pub(super) fn status(&self, now: WorldTime) -> &'static str {
        match (now < self.settles_at, self.fails) {
            (true, _) => "PENDING",
            (false, false) => "SUCCESS",
            (false, true) => "FAILURE",
        }
    }

    /// What it takes of its order's money at an instant.
    pub(super) fn counts_micros(&self, now: WorldTime) -> i64 {
        match self.fails && now >= self.settles_at {
            true => 0,
            false => self.amount_micros,
        }
    }
}

impl State {
    /// The state after all acts in the books.
    pub(crate) fn new(books: Books) -> Self {
        let mut state = Self {
            books,
            buckets: Buckets::default(),
            refunds: HashMap::new(),
            stock: HashMap::new(),
            edits: HashMap::new(),
            discounts: Vec::new(),
            subscriptions: Vec::new(),
            bulks: Vec::new(),
            keys: HashMap::new(),
        };
        for act in state.books.acts().to_vec() {
            state.follow(&act);
        }
        state
    }

    /// The refunds of an order, the first first.
    pub(super) fn refunds_of(&self, order: u64) -> &[Refund] {
        self.refunds.get(&order).map_or(&[], Vec::as_slice)
    }
}

impl Booked for State {
    fn books(&mut self) -> &mut Books {
        &mut self.books
    }

    fn follow(&mut self, act: &Act) {
        let Ok(detail) = serde_json::from_value::<Detail>(act.detail.clone()) else {
            tracing::warn!(n = act.n, "the books hold an act that makes no sense");
            return;
        };
        let made = match &detail.what {
            What::Refund(refund) => Some(refund.id),
            What::Stock(set) => Some(set.group),
            What::Edit(_)
            | What::Discount(_)
            | What::Stop(_)
            | What::Subscription(_)
            | What::Bulk(_)
            | What::Refusal => None,
        };
        if let Some(Key { key, input }) = detail.key {
            let used = KeyUse {
                at: act.at_world,
                input,
                made,
            };
            self.keys.insert((detail.shop, key), used);
        }
        match detail.what {
            What::Refund(refund) => self.refunds.entry(refund.order).or_default().push(refund),
            What::Stock(set) => self.stock.entry(set.item).or_default().push(set),
            What::Edit(edit) => self.edits.entry(edit.product).or_default().push(edit),
            What::Discount(discount) => self.discounts.push(discount),
            What::Stop(id) => {
                let known = self.discounts.iter_mut().find(|discount| discount.id == id);
                if let Some(discount) = known {
                    discount.ends_at = Some(act.at_world);
                }
            }
            What::Subscription(subscription) => self.subscriptions.push(subscription),
            What::Bulk(bulk) => self.bulks.push(bulk),
            What::Refusal => {}
        }
    }
}
