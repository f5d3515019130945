//! `guard.baseline`: what is normal for a brand's store, and whether it has fallen silent.
//!
//! *As of when.* The last complete reading of the shop, whenever this runs: what was not read is no silence. A reading
//! that was judged before is judged to the same row, and nothing is written.
//!
//! *Only an order ends a silence.* The store's own rate fades with the days without one, so a long silence would come
//! to look usual.
//!
//! *What it is for.* Checkout or pixel is broken, and no campaign is to blame: a person must look. Nothing is stopped.
//! The incident opens when the store falls silent, and one that a person has closed does not open again before it has
//! sold.
//!
//! *Limits.* No vendor of ours counts visits, so there is no conversion. An order's click is not read, so the delay
//! from click to order stays the assumed one. A store whose ads were all stopped may well be silent; the incident says
//! how many campaigns run.

use std::time::Duration;

use homeostat_control::baseline::{Belief, Inputs, Params, Silence, estimate};
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::LoopError;
use crate::{
    Operator,
    config::Brand,
    records::{
        baseline::{self, Baseline, State},
        campaign, sensor,
    },
    sensors::{row_id, shopify_orders::ShopifyOrders},
};

/// Orders of this time are normal.
const SPAN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A store that has just begun is taken to have been there for so long.
const SPAN_MIN: SignedDuration = SignedDuration::from_hours(1);
/// A silence less likely than this wakes a person, in thousand-millionths: a healthy store does once in 100,000 orders.
const SILENT_BELOW_PPB: u32 = 10_000;
/// Of more orders than these the newest count, and the time is as short as theirs.
const ORDERS_MAX: u32 = 20_000;

/// Judge one brand's store.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardBaseline {
    /// The brand.
    pub brand: String,
}

impl Job for GuardBaseline {
    const KIND: &'static str = "guard.baseline";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(3_600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Baselines(pub Operator);

#[async_trait::async_trait]
impl Worker for Baselines {
    type Job = GuardBaseline;

    async fn work(&self, job: GuardBaseline, _: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let read_at = sensor::as_of(&operator.db, &row_id::<ShopifyOrders>(brand)).await?;
        let Some(read_at) = read_at else {
            return Ok(Outcome::Done(json!({ "state": "never read" })));
        };
        let counted = Counted::read(operator, brand, read_at).await?;
        let belief = estimate(&counted.inputs).map_err(Failure::permanent)?;
        let (state, is_new) = settle(operator, brand, &counted, &belief).await?;
        Ok(Outcome::Done(json!({
            "state": state, "orders": belief.orders, "is_cut": counted.is_cut, "is_new": is_new,
        })))
    }
}

/// What was read of a store.
struct Counted {
    inputs: Inputs,
    last_order_at: Option<WorldTime>,
    /// There were more orders.
    is_cut: bool,
}

impl Counted {
    async fn read(
        operator: &Operator,
        brand: &Brand,
        read_at: WorldTime,
    ) -> Result<Self, LoopError> {
        let (db, id, currency) = (&operator.db, brand.id.as_str(), brand.currency);
        let ends = baseline::ends(db, id, currency, read_at).await?;
        // Before its first order a store was not there to be silent.
        let begun = ends.map_or(read_at, |(first, _)| first);
        let mut from = read_at.plus(-SPAN).max(begun.min(read_at.plus(-SPAN_MIN)));
        let span = (from, read_at);
        let mut orders = baseline::orders(db, id, currency, span, ORDERS_MAX + 1).await?;
        let is_cut = orders.len() > ORDERS_MAX as usize;
        if is_cut {
            orders.truncate(ORDERS_MAX as usize);
            from = orders.last().map_or(from, |oldest| oldest.at);
            tracing::warn!(brand = %brand.id, %from, "more orders than are counted: the newest are");
        }
        let inputs = Inputs {
            params: Params {
                silent_below_ppb: SILENT_BELOW_PPB,
                ..Params::default()
            },
            from,
            now: read_at,
            visits: None,
            orders,
        };
        Ok(Self {
            inputs,
            last_order_at: ends.map(|(_, last)| last),
            is_cut,
        })
    }
}

/// Writes the row, and what follows from a change of its state, in one transaction. Returns the state, and whether
/// anything was written.
async fn settle(
    operator: &Operator,
    brand: &Brand,
    counted: &Counted,
    belief: &Belief,
) -> Result<(State, bool), LoopError> {
    let id = brand.id.as_str();
    let running = campaign::in_state(&operator.db, id, "ACTIVE").await?.len();
    let at = operator.clock.now();
    transact!(operator.db, |tx| -> Result<(State, bool), LoopError> {
        let known = baseline::known(&mut *tx, id).await?;
        let before = known.as_ref().map(|known| known.state);
        let one = row(brand, counted, belief, known.as_ref());
        let is_new = baseline::record(&mut *tx, &one, at).await?;
        if is_new && before != Some(one.state) {
            match one.state {
                State::Silent => {
                    let reason = reason(brand, &belief.silence, running);
                    tracing::warn!(brand = %brand.id, reason, "the store is silent");
                    baseline::fell_silent(&mut *tx, id, &reason).await?;
                }
                State::Usual | State::Unjudged => baseline::sells_again(&mut *tx, id).await?,
            }
        }
        Ok((one.state, is_new))
    })
}

fn row(brand: &Brand, counted: &Counted, belief: &Belief, known: Option<&Baseline>) -> Baseline {
    let went_silent = known.is_some_and(|known| {
        known.state == State::Silent && counted.last_order_at <= known.last_order_at
    });
    let state = match belief.silence.is_silent || went_silent {
        true => State::Silent,
        false if belief.orders < counted.inputs.params.silence_orders => State::Unjudged,
        false => State::Usual,
    };
    Baseline {
        brand: brand.id.to_string(),
        state,
        currency: brand.currency,
        counted_from: counted.inputs.from,
        counted_to: counted.inputs.now,
        orders: belief.orders,
        aov_micros: belief.aov_micros,
        conversion_ppm: belief.conversion_ppm,
        orders_per_hour_micro: belief.orders_per_hour_micro,
        delays_measured: belief.delays_measured,
        last_order_at: counted.last_order_at,
    }
}

fn reason(brand: &Brand, silence: &Silence, running: usize) -> String {
    let (whole, tenth) = (
        silence.expected_micro / 1_000_000,
        silence.expected_micro / 100_000 % 10,
    );
    let campaigns = match running {
        0 => "no campaign runs".to_owned(),
        1 => "1 campaign runs".to_owned(),
        n => format!("{n} campaigns run"),
    };
    format!(
        "{}: no order since {}, and {whole}.{tenth} were due; {campaigns}",
        brand.id, silence.since
    )
}
