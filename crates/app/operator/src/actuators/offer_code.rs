//! `shopify.offer_code`: a discount code for a customer whose complaint was served.
//!
//! Class *queryable*: the shop takes no key, but a code exists once. It is drawn with the decision, so a creation that
//! is sent again is refused as taken, and the probe finds the code by its text. Its title carries a token of the
//! effect's key: a code without it is somebody else's. A code costs nothing until it is used, and then less is paid.
//! Undo: deactivate it in the shop; an order that used it keeps its price.

use async_trait::async_trait;
use homeostat_control::{
    Policy,
    discount::{Discount, Proposal},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, DecisionView, EffectView, Intent, Permit, Probe,
    Request, Undo, VendorReceipt, token,
};
use homeostat_model::{BrandId, Money, WorldTime};
use homeostat_queue::Failure;
use homeostat_vendors::shopify::{self, DiscountValue, NewDiscount};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Deed, Planned, Words, another_act,
    at_shop::{self, client, free},
    stored,
    vendor_errors::{sort, unanswered, unusable},
};
use crate::{
    Operator,
    config::{Brand, Config},
};

/// The actuator.
#[derive(Debug)]
pub struct OfferCode {
    spec: ActuatorSpec,
    operator: Operator,
}

/// What is stored with the effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    brand: BrandId,
    code: String,
    percent: u8,
    usage_limit: u32,
    starts_at: WorldTime,
    ends_at: WorldTime,
}

#[async_trait]
impl Deed for OfferCode {
    const KIND: &'static str = "shopify.offer_code";
    const JOB: &'static str = "act.code";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] = &[(Discount::NAME, "offer")];
    const WORDS: Words = Words {
        subject: "Discount code for customer",
        done: "created",
        lowers_risk: false,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        ActuatorSpec {
            undo: Some(Undo::from("deactivate the code in the shop")),
            ..at_shop::spec(Self::KIND, Class::Queryable, config)
        }
    }

    fn new(operator: &Operator) -> Self {
        Self {
            spec: Self::declare(&operator.config),
            operator: operator.clone(),
        }
    }

    async fn plan(
        &self,
        operator: &Operator,
        brand: &Brand,
        decided: &DecisionView,
    ) -> Result<Planned, Failure> {
        let Proposal::Offer {
            code,
            percent,
            usage_limit,
            ends_at,
        } = stored("proposal", &decided.proposal)?
        else {
            return Err(another_act(decided));
        };
        let body = Body {
            brand: brand.id.clone(),
            code,
            percent,
            usage_limit,
            starts_at: decided.decided_at,
            ends_at,
        };
        let request = serde_json::to_string(&body).map_err(Failure::permanent)?;
        let free = Money::zero(brand.currency);
        Ok(Planned {
            spec: self.spec.clone(),
            intent: Intent::new(operator.clock.now(), request, free),
        })
    }
}

#[async_trait]
impl Actuator for OfferCode {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let body = read(&request.body).map_err(|problem| unusable("request", problem))?;
        let shop =
            client(&self.operator, &body.brand).map_err(|problem| unusable("brand", problem))?;
        let wanted = NewDiscount {
            title: title(&body, &request.key),
            code: body.code,
            value: DiscountValue::BasisPoints(u16::from(body.percent) * 100),
            usage_limit: Some(body.usage_limit),
            once_per_customer: true,
            starts_at: body.starts_at,
            ends_at: Some(body.ends_at),
        };
        let reference = format!("effect-{}", permit.effect());
        match shop.discount_code_create(&wanted, &reference).await {
            Ok(reply) => {
                let id = reply.value.id.to_string();
                let said = json!({ "id": id, "code": reply.value.code });
                Ok(receipt(id, said, request.worst_case))
            }
            Err(error) => Err(sort(&error)),
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let body = match read(&effect.request) {
            Ok(body) => body,
            Err(reason) => return Probe::CannotTell(reason),
        };
        let shop = match client(&self.operator, &body.brand) {
            Ok(shop) => shop,
            Err(reason) => return Probe::CannotTell(reason),
        };
        match shop.discount_by_code(&body.code).await {
            Ok(reply) => match reply.value {
                None => Probe::Absent,
                Some(found) => adopt(&found, effect),
            },
            Err(error) => unanswered(&error),
        }
    }
}

/// A code is ours by the token in its title.
fn adopt(found: &shopify::Discount, effect: &EffectView) -> Probe {
    let title = found.title.as_deref().unwrap_or_default();
    if !title.contains(&token(&effect.key)) {
        return Probe::CannotTell(format!("the code is taken by {}", found.id));
    }
    let id = found.id.to_string();
    let body = json!({ "adopted": { "id": id, "code": found.code } });
    Probe::Happened(receipt(id, body, effect.worst_case))
}

fn title(body: &Body, key: &str) -> String {
    format!("{}% off [{}]", body.percent, token(key))
}

fn receipt(id: String, body: Value, worst_case: Money) -> VendorReceipt {
    VendorReceipt {
        vendor_ref: Some(id),
        ..free(body, worst_case)
    }
}

fn read(request: &str) -> Result<Body, String> {
    serde_json::from_str(request).map_err(|error| error.to_string())
}
