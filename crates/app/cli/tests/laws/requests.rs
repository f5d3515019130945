//! What a person asks for, acted on by hand of the test: with the house's own plan, intent and call.

use std::sync::Arc;

use homeostat_clock::Entropy;
use homeostat_effects::{Performed, decision, effects, intend, perform};
use homeostat_model::DecisionId;
use homeostat_operator::{
    actuators::{Deed, create_campaign::CreateCampaign},
    jobs,
    requests::{self, Asked, Asker, RequestError},
};

use crate::{
    stage::{BRAND, Stage, permitted},
    vendor::Vendor,
};

/// A stage whose vendor takes requests, and what creates campaigns there.
pub(crate) async fn stage() -> (Stage, Vendor, Arc<CreateCampaign>) {
    let (stage, vendor) = Vendor::stage(1).await;
    let kinds = jobs::registry(&vendor.operator, &stage.ctx).unwrap();
    kinds.register(&stage.ctx.db).await.unwrap();
    let create = Arc::new(CreateCampaign::new(&vendor.operator));
    (stage, vendor, create)
}

/// Makes a request as ada.
pub(crate) async fn asked(
    stage: &Stage,
    vendor: &Vendor,
    request: impl AsyncFnOnce(&Asker<'_>) -> Result<Asked, RequestError>,
) -> Result<Asked, RequestError> {
    let entropy = Entropy::from_system().unwrap();
    let asker = Asker {
        db: &stage.ctx.db,
        config: &vendor.operator.config,
        who: "ada",
        reason: "a test",
        now: vendor.handle.clock().now(),
        entropy: &entropy,
    };
    request(&asker).await
}

/// Asks for a campaign of 20 EUR a day.
pub(crate) async fn launch(stage: &Stage, vendor: &Vendor, name: &str) -> DecisionId {
    let brand = BRAND.parse().unwrap();
    let launch = async |asker: &Asker<'_>| requests::launch(asker, &brand, name, "20.00").await;
    asked(stage, vendor, launch).await.unwrap().decision
}

/// Acts on a decision, which must be permitted.
pub(crate) async fn act<D: Deed>(
    stage: &Stage,
    vendor: &Vendor,
    actuator: &Arc<D>,
    id: DecisionId,
) -> Performed {
    let found = decision(&stage.ctx.db, id).await.unwrap().unwrap();
    let brand = vendor.operator.config.brand(BRAND).unwrap();
    let planned = actuator.plan(&vendor.operator, brand, &found).await;
    let planned = planned.unwrap();
    let intended = intend(
        &stage.ctx,
        &planned.spec,
        id,
        &planned.intent,
        &stage.limits,
    )
    .await;
    let permit = permitted(intended.unwrap());
    perform(&stage.ctx, actuator.clone(), permit).await.unwrap()
}

/// Every effect, oldest first.
pub(crate) async fn all(stage: &Stage) -> Vec<homeostat_effects::EffectView> {
    let mut all = effects(&stage.ctx.db, &homeostat_effects::EffectFilter::default())
        .await
        .unwrap();
    all.reverse();
    all
}
