//! A customer whose complaint was served, and who is trusted, gets one code. Here a refund is played by an act of its
//! kind that does nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use async_trait::async_trait;
use homeostat_effects::{
    Acted, Actuator, ActuatorSpec, CallError, Class, DecisionDraft, EffectFilter, EffectState,
    EffectView, Intent, Permit, Probe, Request, VendorReceipt, act, decide, effects,
    ensure_autonomy,
};
use homeostat_model::{Autonomy, Money};
use homeostat_operator::limits;
use homeostat_vendors::shopify::DiscountStatus;
use serde_json::json;

use crate::{
    catalog::guarded,
    stage::{BRAND, Stage},
};

struct Refunds(ActuatorSpec);

#[async_trait]
impl Actuator for Refunds {
    fn spec(&self) -> &ActuatorSpec {
        &self.0
    }

    async fn call(&self, _: Permit, _: &Request) -> Result<VendorReceipt, CallError> {
        Ok(VendorReceipt::done(json!({ "played": true })))
    }

    async fn probe(&self, _: &EffectView) -> Probe {
        Probe::Absent
    }
}

/// A settled refund of an order.
async fn refund(stage: &Stage, order: &str) {
    let now = stage.operator.clock.now();
    ensure_autonomy(stage.db(), "played", Autonomy::Full)
        .await
        .unwrap();
    let draft = DecisionDraft {
        key: format!("played:{order}"),
        brand: BRAND.parse().unwrap(),
        target: order.to_owned(),
        policy: "played".to_owned(),
        version: "1".to_owned(),
        seed: None,
        inputs: "{}".to_owned(),
        belief: "{}".to_owned(),
        proposal: "{}".to_owned(),
        decided_at: now,
        data_as_of: now,
    };
    let decision = decide(stage.db(), &draft).await.unwrap();
    let spec = ActuatorSpec::new("shopify.refund", "played", Class::Idempotent);
    let free = Money::zero("EUR".parse().unwrap());
    let brand = stage.operator.config.brand(BRAND).unwrap();
    let refunds = Arc::new(Refunds(spec.clone()));
    let intent = Intent::new(now, "{}", free);
    let acted = act(
        &stage.effects,
        refunds,
        &spec,
        decision,
        &intent,
        &limits(brand),
    )
    .await;
    assert!(matches!(acted, Ok(Acted::Called(_))), "{acted:?}");
}

/// An order, and another one, of one customer who gave nothing back and disputed nothing.
async fn two_orders(stage: &Stage) -> [String; 2] {
    let found = sqlx::query_scalar!(
        r#"SELECT array_agg(vendor_id ORDER BY vendor_id) AS "ids!" FROM homeostat.shop_order
           WHERE brand = $1 AND customer IS NOT NULL GROUP BY customer
           HAVING count(*) > 1 AND sum(refunded_micros) = 0 AND count(dispute) = 0 ORDER BY min(id) LIMIT 1"#,
        BRAND
    );
    let ids = found.fetch_one(stage.db().pool()).await.unwrap();
    [ids[0].clone(), ids[1].clone()]
}

async fn offers(stage: &Stage) -> Vec<EffectView> {
    let mut found = effects(stage.db(), &EffectFilter::default()).await.unwrap();
    found.retain(|act| act.kind == "shopify.offer_code");
    found
}

/// Red when a code is drawn anew by a retry, or a customer who rests is given one: leave `last_code_at` out in
/// `jobs/discount`.
#[tokio::test]
async fn a_served_complaint_of_a_trusted_customer_brings_one_code() {
    let stage = guarded().await;
    stage.ask("sense.shop").await;
    let [one, other] = two_orders(&stage).await;
    refund(&stage, &one).await;
    stage
        .befall("shopify.discount_create", "lose_reply", 1)
        .await;
    stage.ask("decide.discount").await;
    assert_eq!(offers(&stage).await.len(), 1);
    let pass = stage.recover().await;
    assert_eq!((pass.settled, pass.resent), (1, 0), "{pass:?}");
    let offer = offers(&stage).await.remove(0);
    assert_eq!(offer.state, EffectState::Settled);
    assert!(offer.target.starts_with("email:1:"), "{}", offer.target);
    refund(&stage, &other).await;
    stage.ask("decide.discount").await;
    stage.ask("decide.discount").await;
    assert_eq!(
        offers(&stage).await.len(),
        1,
        "the last code is not long ago"
    );
    let made = stage.sandbox.acts_of("shopify");
    let made: Vec<_> = made
        .iter()
        .filter(|act| act.act == "discount_create")
        .collect();
    assert_eq!(made.len(), 1);
    let shop = &stage.operator.partners.shops[&BRAND.parse().unwrap()];
    let code = shop
        .discount_by_code(&made[0].to)
        .await
        .unwrap()
        .value
        .unwrap();
    assert_eq!(
        (code.status, code.usage_limit),
        (Some(DiscountStatus::Active), Some(1))
    );
    assert_eq!(Some(code.id.to_string()), offer.vendor_ref);
}
