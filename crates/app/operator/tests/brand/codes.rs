//! A customer whose complaint was served, and who is trusted, gets one code. Here a refund is played by an act of its
//! kind that does nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use async_trait::async_trait;
use homeostat_control::{
    Policy, customer, dispute,
    refund::{Belief, Refund},
};
use homeostat_effects::{
    Acted, Actuator, ActuatorSpec, CallError, Class, DecisionDraft, EffectFilter, EffectState,
    EffectView, Intent, Permit, Probe, Request, VendorReceipt, act, decide, effects,
    ensure_autonomy,
};
use homeostat_model::{Autonomy, Money, WorldTime};
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

/// What was believed of somebody who disputed so much.
fn believed(disputes: u32) -> String {
    let now = WorldTime("2026-03-02T06:00:00Z".parse().unwrap());
    let profile = customer::Profile {
        orders: 4,
        kept_orders: 3,
        disputes,
        ..customer::Profile::default()
    };
    let belief = Belief {
        customer: customer::estimate(&customer::Inputs {
            profile,
            ..customer::Inputs::default()
        })
        .unwrap(),
        disputes: dispute::estimate(&dispute::Inputs {
            now,
            window_s: 1,
            orders_in_window: 4,
            order: None,
            disputes: Vec::new(),
        }),
        delivery: None,
        ceiling: None,
    };
    serde_json::to_string(&belief).unwrap()
}

/// A settled refund of an order.
async fn refund(stage: &Stage, order: &str, disputes: u32) {
    let now = stage.operator.clock.now();
    ensure_autonomy(stage.db(), Refund::NAME, Autonomy::Full)
        .await
        .unwrap();
    let draft = DecisionDraft {
        key: format!("played:{order}"),
        brand: BRAND.parse().unwrap(),
        target: order.to_owned(),
        policy: Refund::NAME.to_owned(),
        version: Refund::VERSION.to_owned(),
        seed: None,
        inputs: "{}".to_owned(),
        belief: believed(disputes),
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
    refund(&stage, &one, 0).await;
    stage
        .befall("shopify.discount_create", "lose_reply", 1)
        .await;
    stage.ask("decide.discount").await;
    assert_eq!(offers(&stage).await.len(), 1);
    let pass = stage.recover().await;
    assert_eq!((pass.settled, pass.resent), (1, 0), "{pass:?}");
    let offer = offers(&stage).await.remove(0);
    assert_eq!(offer.state, EffectState::Settled);
    assert!(offer.target.starts_with("customer-"), "{}", offer.target);
    refund(&stage, &other, 0).await;
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

/// Red when the customer is counted a second time for the code, by other rules than for the refund.
#[tokio::test]
async fn who_was_not_trusted_when_the_refund_was_decided_gets_none_and_it_is_kept_why() {
    let stage = guarded().await;
    stage.ask("sense.shop").await;
    let [one, _] = two_orders(&stage).await;
    refund(&stage, &one, 4).await;
    stage.ask("decide.discount").await;
    stage.ask("decide.discount").await;
    assert!(offers(&stage).await.is_empty());
    let kept = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.kept_decision WHERE policy = 'discount'"#
    );
    assert_eq!(kept.fetch_one(stage.db().pool()).await.unwrap(), 1);
}
