//! `shopify.set_shelf`: take a product off sale because nothing of it is left, or put it on sale again.
//!
//! Class *idempotent*: the shop takes no key, and a status that is set twice is the same. It compares nothing either,
//! the last writer wins, so the product is read just before the act is asked for, and an act that rests on another
//! status is not done. Between that and the call somebody may still change it; the next look shows who won. Where the
//! shop does not answer the mirror decides, which is an hour old at most. Undo: the other status.

use async_trait::async_trait;
use homeostat_control::{
    Policy,
    stock::{Proposal, Stock},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, DecisionView, EffectFilter, EffectView, EffectsError,
    Intent, Permit, Probe, Request, VendorReceipt, effects,
};
use homeostat_envelope::Action;
use homeostat_model::{BrandId, Money};
use homeostat_queue::Failure;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::shopify::{ProductChange, ProductId, ProductStatus};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Deed, Planned, Words, another_act,
    at_shop::{self, client, free},
    stored, undo,
    vendor_errors::{sort, unanswered, unusable},
};
use crate::{
    Operator,
    config::{Brand, Config},
    records::product,
};

/// The actuator.
#[derive(Debug)]
pub struct SetShelf {
    spec: ActuatorSpec,
    operator: Operator,
}

/// What is stored with the effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    brand: BrandId,
    product: ProductId,
    status: ProductStatus,
}

#[async_trait]
impl Deed for SetShelf {
    const KIND: &'static str = "shopify.set_shelf";
    const JOB: &'static str = "act.shelf";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] =
        &[(Stock::NAME, "mark_draft"), (Stock::NAME, "mark_active")];
    const WORDS: Words = Words {
        subject: "Product",
        done: "taken off sale or put on it",
        lowers_risk: false,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        ActuatorSpec {
            action: Action::Adjust,
            undo: undo("set the status that was there before", Self::KIND),
            ..at_shop::spec(Self::KIND, Class::Idempotent, config)
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
        let (product, from, to) = match stored("proposal", &decided.proposal)? {
            Proposal::MarkDraft { product } => {
                (product, ProductStatus::Active, ProductStatus::Draft)
            }
            Proposal::MarkActive { product } => {
                (product, ProductStatus::Draft, ProductStatus::Active)
            }
            Proposal::SetQuantity { .. } | Proposal::Human { .. } | Proposal::Keep => {
                return Err(another_act(decided));
            }
        };
        let product: ProductId = product.parse().map_err(Failure::permanent)?;
        still(operator, brand, decided, product, (&from, &to)).await?;
        let risk_reducing = to == ProductStatus::Draft;
        let body = Body {
            brand: brand.id.clone(),
            product,
            status: to,
        };
        let request = serde_json::to_string(&body).map_err(Failure::permanent)?;
        let free = Money::zero(brand.currency);
        Ok(Planned {
            spec: ActuatorSpec {
                // What is not on sale cannot be sold without being there.
                risk_reducing,
                ..self.spec.clone()
            },
            intent: Intent {
                grounds: at_shop::grounds(operator, brand).await?,
                ..Intent::new(operator.clock.now(), request, free)
            },
        })
    }
}

#[async_trait]
impl Actuator for SetShelf {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let body: Body =
            serde_json::from_str(&request.body).map_err(|problem| unusable("request", problem))?;
        let shop =
            client(&self.operator, &body.brand).map_err(|problem| unusable("brand", problem))?;
        let change = ProductChange {
            status: Some(body.status.clone()),
            ..ProductChange::default()
        };
        let reference = format!("effect-{}", permit.effect());
        match shop.product_update(body.product, &change, &reference).await {
            Ok(reply) => Ok(free(
                json!({ "status": body.status, "updated_at": reply.value }),
                request.worst_case,
            )),
            Err(error) => Err(sort(&error)),
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let body = match body(effect) {
            Ok(body) => body,
            Err(error) => return Probe::CannotTell(error.to_string()),
        };
        let shop = match client(&self.operator, &body.brand) {
            Ok(shop) => shop,
            Err(reason) => return Probe::CannotTell(reason),
        };
        match shop.product(body.product, effect.worst_case.currency).await {
            Ok(reply) => match reply.value {
                Some(found) if found.status == body.status => Probe::Happened(free(
                    json!({ "read_back": { "status": found.status, "updated_at": found.updated_at } }),
                    effect.worst_case,
                )),
                Some(_) => Probe::Absent,
                None => Probe::CannotTell("the product is gone".to_owned()),
            },
            Err(error) => unanswered(&error),
        }
    }

    async fn on_settled(
        &self,
        connection: &mut PgConnection,
        effect: &EffectView,
    ) -> Result<(), EffectsError> {
        let body = body(effect)?;
        let (brand, at) = (body.brand.as_str(), self.operator.clock.now());
        let (id, state) = (body.product.to_string(), body.status.as_str());
        product::shelf_confirmed(connection, brand, &id, state, at).await?;
        Ok(())
    }
}

/// The product is as the decision takes it to be, or as this very decision has made it. A shop that does not answer
/// says nothing against it.
async fn still(
    operator: &Operator,
    brand: &Brand,
    decided: &DecisionView,
    product: ProductId,
    (from, to): (&ProductStatus, &ProductStatus),
) -> Result<(), Failure> {
    let shop = client(operator, &brand.id).map_err(Failure::permanent)?;
    let Ok(reply) = shop.product(product, brand.currency).await else {
        return Ok(());
    };
    let there = reply.value.map(|found| found.status);
    if there.as_ref() == Some(from) {
        return Ok(());
    }
    if there.as_ref() == Some(to) {
        let which = EffectFilter {
            brand: Some(brand.id.clone()),
            target: Some(decided.target.clone()),
            ..EffectFilter::default()
        };
        let acts = effects(&operator.db, &which).await?;
        if acts.iter().any(|act| act.decision == decided.id) {
            return Ok(());
        }
    }
    let there = there.map_or("gone".to_owned(), String::from);
    Err(Failure::permanent(format!(
        "the product was {} when it was decided, and is {there}",
        from.as_str()
    )))
}

fn body(effect: &EffectView) -> Result<Body, StoreError> {
    serde_json::from_str(&effect.request)
        .map_err(|error| StoreError::corrupt("effect.request", error))
}
