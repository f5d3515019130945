//! `guard.reconcile`: compare a little of what the vendors say with what we believe.
//!
//! Each thing is a pass of its own: a vendor that does not answer holds up no other.

use std::time::Duration;

use homeostat_queue::{Context, Enqueue, Failure, Job, KindDefaults, Outcome, Worker, enqueue};
use serde::{Deserialize, Serialize};

use super::sense::SenseMeta;
use crate::{
    Operator,
    reconcile::{
        campaigns::Campaigns, pass, payouts::Payouts, refunds::Refunds, shipments::Shipments,
    },
};

/// Compare one brand.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reconcile {
    /// The brand.
    pub brand: String,
}

impl Job for Reconcile {
    const KIND: &'static str = "guard.reconcile";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(600),
            ..KindDefaults::default()
        }
    }
}

/// Real time in front of each pass. Where a world's minute is shorter, the vendors are not asked without a pause.
const PAUSE: Duration = Duration::from_secs(1);

/// The worker.
#[derive(Debug, Clone)]
pub struct Reconciler(pub Operator);

#[async_trait::async_trait]
impl Worker for Reconciler {
    type Job = Reconcile;

    async fn work(&self, job: Reconcile, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let has_paused: Option<bool> = context.progress()?;
        if has_paused.is_none() {
            context.save_progress(&true).await?;
            let reason = "between two passes".to_owned();
            return Ok(Outcome::Snooze {
                wait: PAUSE,
                reason,
            });
        }
        let at = operator.clock.now();
        let campaigns = pass::<Campaigns>(operator, brand, at).await?;
        let refunds = pass::<Refunds>(operator, brand, at).await?;
        let payouts = pass::<Payouts>(operator, brand, at).await?;
        let shipments = pass::<Shipments>(operator, brand, at).await?;
        if campaigns.repaired > 0 {
            // What a campaign may spend is held by the books, which follow a whole look.
            let how = Enqueue {
                brand: Some(brand.id.clone()),
                dedup_key: Some(format!("sense.meta:{}:{at}", brand.id)),
                ..Enqueue::default()
            };
            let look = SenseMeta { brand: job.brand };
            enqueue(&operator.db, &look, &how).await?;
        }
        Ok(Outcome::Done(serde_json::json!({
            "campaigns": campaigns, "refunds": refunds, "payouts": payouts, "shipments": shipments,
        })))
    }
}
