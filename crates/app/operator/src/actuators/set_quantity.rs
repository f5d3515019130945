//! `shopify.set_quantity`: what a shop says can be sold of an item, if it still says what was seen.
//!
//! Class *keyed*, with compare-and-set: the shop refuses when its number has moved, and then nothing has happened and
//! the next look decides anew. Sent again with its key, a request that had landed is answered as before, so the key
//! tells better than the number what became of it: a sale may have left the very number that was wanted. While the
//! key lives a probe therefore claims no trace. After that it goes by the number, and where a third number stands it
//! cannot tell. Undo: set the number that was there before.

use std::time::Duration;

use async_trait::async_trait;
use homeostat_control::{
    Policy,
    stock::{Proposal, Stock},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, DecisionView, EffectView, EffectsError, Intent,
    Permit, Probe, Request, Undo, VendorReceipt,
};
use homeostat_envelope::Action;
use homeostat_model::{BrandId, Money};
use homeostat_queue::Failure;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::shopify::{InventoryItemId, InventorySet, LocationId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Deed, Planned, Words, another_act,
    at_shop::{self, KEY_LIFE, client, free},
    stored,
    vendor_errors::{sort, unanswered, unusable},
};
use crate::{
    Operator,
    config::{Brand, Config},
    records::product,
};

/// A key that is this old, in real time, is no witness any more: recovery gives up resending about then.
const KEY_TRUSTED: Duration = Duration::from_secs(15 * 60);

/// The actuator.
#[derive(Debug)]
pub struct SetQuantity {
    spec: ActuatorSpec,
    operator: Operator,
}

/// What is stored with the effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    brand: BrandId,
    item: InventoryItemId,
    location: LocationId,
    quantity: i64,
    /// What the shop must say for it.
    compare: i64,
}

#[async_trait]
impl Deed for SetQuantity {
    const KIND: &'static str = "shopify.set_quantity";
    const JOB: &'static str = "act.quantity";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] = &[(Stock::NAME, "set_quantity")];
    const WORDS: Words = Words {
        subject: "Stock of item",
        done: "corrected",
        lowers_risk: false,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        ActuatorSpec {
            action: Action::Adjust,
            undo: Some(Undo::from("set the number that was there before")),
            ..at_shop::spec(Self::KIND, Class::Keyed, config)
        }
    }

    fn new(operator: &Operator) -> Self {
        let declared = Self::declare(&operator.config);
        Self {
            spec: ActuatorSpec {
                // A shop of the sandbox lives faster.
                key_life: KEY_LIFE / operator.clock.speed().max(1),
                ..declared
            },
            operator: operator.clone(),
        }
    }

    async fn plan(
        &self,
        operator: &Operator,
        brand: &Brand,
        decided: &DecisionView,
    ) -> Result<Planned, Failure> {
        let Proposal::SetQuantity {
            item,
            quantity,
            compare,
        } = stored("proposal", &decided.proposal)?
        else {
            return Err(another_act(decided));
        };
        let location = product::location(&operator.db, brand.id.as_str(), &item).await?;
        let location = location.ok_or_else(|| {
            Failure::permanent(format!("{item} is not counted in one place any more"))
        })?;
        let body = Body {
            brand: brand.id.clone(),
            item: item.parse().map_err(Failure::permanent)?,
            location: location.parse().map_err(Failure::permanent)?,
            quantity,
            compare,
        };
        let request = serde_json::to_string(&body).map_err(Failure::permanent)?;
        let free = Money::zero(brand.currency);
        Ok(Planned {
            spec: ActuatorSpec {
                // To offer less than is thought to be there risks nothing.
                risk_reducing: quantity < compare,
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
impl Actuator for SetQuantity {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let body: Body =
            serde_json::from_str(&request.body).map_err(|problem| unusable("request", problem))?;
        let shop =
            client(&self.operator, &body.brand).map_err(|problem| unusable("brand", problem))?;
        let key = request.vendor_key.as_deref();
        let key = key.ok_or_else(|| unusable("vendor_key", "is missing"))?;
        let wanted = InventorySet {
            item: body.item,
            location: body.location,
            available: body.quantity,
            change_from: body.compare,
            reason: "correction",
        };
        let reference = format!("effect-{}", permit.effect());
        match shop.inventory_set(&wanted, key, &reference).await {
            Ok(_) => Ok(free(
                json!({ "available": body.quantity, "before": body.compare }),
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
        match self.operator.db.now().await {
            Ok(now) if self.key_tells(Duration::try_from(now.since(effect.created_at))) => {
                return Probe::Absent;
            }
            Ok(_) => {}
            Err(error) => return Probe::CannotTell(error.to_string()),
        }
        let level = match shop.inventory_level(body.item, body.location).await {
            Ok(reply) => reply.value.map(|level| level.available),
            Err(error) => return unanswered(&error),
        };
        match level {
            Some(there) if there == body.quantity => Probe::Happened(free(
                json!({ "read_back": { "available": there } }),
                effect.worst_case,
            )),
            Some(there) if there == body.compare => Probe::Absent,
            Some(there) => Probe::CannotTell(format!("the shop says {there} by now")),
            None => Probe::CannotTell("the shop does not count it there".to_owned()),
        }
    }

    async fn on_settled(
        &self,
        connection: &mut PgConnection,
        effect: &EffectView,
    ) -> Result<(), EffectsError> {
        let body = body(effect)?;
        let (brand, at) = (body.brand.as_str(), self.operator.clock.now());
        let item = body.item.to_string();
        product::quantity_confirmed(connection, brand, &item, body.quantity, at).await?;
        Ok(())
    }
}

impl SetQuantity {
    /// Whether the shop still knows the key of a request of this age.
    fn key_tells<E>(&self, age: Result<Duration, E>) -> bool {
        age.is_ok_and(|age| age < KEY_TRUSTED.min(self.spec.key_life / 2))
    }
}

fn body(effect: &EffectView) -> Result<Body, StoreError> {
    serde_json::from_str(&effect.request)
        .map_err(|error| StoreError::corrupt("effect.request", error))
}
