//! A shop's disputes: what banks take back, or ask about, and how each one ends.
//!
//! The list has no time of change to go on from, and a dispute may turn months later, so each look reads all of it.
//! A shop that takes no payments through its own vendor has an empty list, and its banks speak elsewhere.

use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::shopify::{Dispute, DisputeQuery, DisputeStatus, Paging};

use super::{
    ReadError, Sensor,
    shopify_orders::{shop, short},
};
use crate::{
    Operator,
    config::Brand,
    records::dispute::{self, Reading},
};

/// Disputes on a page.
const PAGE: u16 = 100;
/// A shop with more pages of disputes has other troubles, and is told so.
const PAGES_MAX: u16 = 50;

/// The sensor. Lag: the bank's, days. Known bias: what goes through other payment services is not seen.
#[derive(Debug)]
pub struct ShopifyDisputes;

#[async_trait::async_trait]
impl Sensor for ShopifyDisputes {
    const NAME: &'static str = "shopify.disputes";
    const VENDOR: &'static str = "shopify";
    type Reading = Vec<Reading>;

    async fn read(
        operator: &Operator,
        brand: &Brand,
        _: WorldTime,
    ) -> Result<Self::Reading, ReadError> {
        let shop = shop(operator, brand)?;
        let mut paging = Paging::first(PAGE);
        let mut found = Vec::new();
        for _ in 0..PAGES_MAX {
            let page = shop.disputes_page(DisputeQuery::All, &paging).await?.value;
            found.extend(page.items.iter().map(reading));
            paging.after = page.next;
            if paging.after.is_none() {
                return Ok(found);
            }
        }
        Err(ReadError::unusable(
            "disputes",
            format!("more than {} of them", found.len()),
        ))
    }

    async fn record(
        tx: &mut PgConnection,
        brand: &Brand,
        reading: &Self::Reading,
        at: WorldTime,
    ) -> Result<(), StoreError> {
        dispute::record(tx, brand.id.as_str(), reading, at).await
    }
}

fn reading(one: &Dispute) -> Reading {
    let (state, state_raw) = match &one.status {
        DisputeStatus::Unknown(raw) => ("UNKNOWN", raw.as_str()),
        known => (known.as_str(), known.as_str()),
    };
    Reading {
        number: one.id.number(),
        order: one.order.map(|order| order.number()),
        kind: short(one.kind.as_str()),
        state: state.to_owned(),
        state_raw: short(state_raw),
        reason: short(one.reason.as_str()),
        amount: one.amount,
        opened_at: one.initiated_at,
        due_at: one.evidence_due_by,
        ended_at: one.finalized_on,
    }
}
