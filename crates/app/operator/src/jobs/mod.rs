//! The jobs of the loop, one file per kind: sense → decide → act.

pub mod act;
pub mod answer;
pub mod baseline;
pub mod browse;
pub mod canary;
mod day_room;
pub mod decide;
pub mod discount;
mod fault;
pub mod guard;
mod keep;
pub mod payout;
pub mod portfolio;
pub mod reconcile;
pub mod retention;
pub mod scale;
pub mod sense;
pub mod sense_bank;
pub mod sense_catalog;
pub mod sense_inbox;
pub mod sense_parcels;
pub mod sense_shop;
pub mod serve;
pub mod stock;

use homeostat_effects::Ctx;
use homeostat_mutants::mutant;
use homeostat_queue::{Context, Failure, Registry};

pub use fault::LoopError;

use crate::{Operator, actuators, config::Brand, pipelines::ads};

/// Every kind of job of the house, and every pipeline. A new one adds its file and a line here.
///
/// # Errors
/// When two workers claim one kind.
pub fn registry(operator: &Operator, effects: &Ctx) -> Result<Registry, homeostat_queue::Error> {
    let mut registry = Registry::new();
    registry.add(sense::Sense(operator.clone()))?;
    registry.add(sense_shop::Shops(operator.clone()))?;
    registry.add(sense_inbox::Inboxes(operator.clone()))?;
    registry.add(serve::Serve::new(operator))?;
    registry.add(sense_parcels::Parcels(operator.clone()))?;
    registry.add(sense_catalog::Catalogs(operator.clone()))?;
    registry.add(stock::Stocks(operator.clone()))?;
    registry.add(discount::Discounts(operator.clone()))?;
    registry.add(browse::Visits(operator.clone()))?;
    registry.add(decide::Decide(operator.clone()))?;
    registry.add(scale::Scales(operator.clone()))?;
    registry.add(sense_bank::Banks(operator.clone()))?;
    registry.add(payout::Payouts(operator.clone()))?;
    registry.add(portfolio::Portfolios(operator.clone()))?;
    registry.add(answer::Answers(operator.clone()))?;
    registry.add(guard::Guard(operator.clone()))?;
    registry.add(baseline::Baselines(operator.clone()))?;
    registry.add(reconcile::Reconciler(operator.clone()))?;
    registry.add(retention::Retention(operator.clone()))?;
    registry.add(canary::Canary(operator.clone()))?;
    actuators::workers(&mut registry, operator, effects)?;
    registry.add_pipeline(ads::pipeline(operator))?;
    Ok(registry)
}

/// The key of a decision that a job makes about a target. It is the job's, whichever attempt makes it:
/// a retry finds what was decided before and cannot decide anew.
pub fn decision_key(policy: &str, target: &str, context: &Context) -> String {
    let mut key = format!("{policy}:{target}:job-{}", context.job());
    if mutant!("decide_anew") {
        key += &format!(":attempt-{}", context.attempt());
    }
    key
}

/// The brand that a job names.
pub(crate) fn brand<'a>(operator: &'a Operator, id: &str) -> Result<&'a Brand, Failure> {
    operator.config.brand(id).ok_or_else(|| {
        let known: Vec<&str> = operator
            .config
            .brands
            .iter()
            .map(|b| b.id.as_str())
            .collect();
        Failure::permanent(format!(
            "args.brand: {id:?} is no brand; known: {}",
            known.join(", ")
        ))
    })
}
