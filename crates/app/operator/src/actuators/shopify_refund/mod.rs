//! `shopify.refund`: give a customer's money back, through the payment that it came by.
//!
//! Class *keyed*: the shop remembers the key for a day and then gives the first refund's result, so a lost reply is
//! sent again. The probe reads the order itself, which is fresh, and looks for the token in the notes of its refunds:
//! so a key that was forgotten pays nothing twice. Undo: none. Money that went back is asked for again by a person.
//!
//! What the shop took is not paid yet: the payment of a refund may be pending, and fail. Until it is final the effect
//! is `accepted`, its money held, and nobody is told of an amount. Its settling brings the word to the customer, in one
//! transaction with the order's row.
//!
//! *Limit.* An order does not say which payment belongs to which refund. Where the reply was lost, ours is known by
//! its amount; two of the same amount that ended differently are for a person.

mod told;

use std::time::Duration;

use async_trait::async_trait;
use homeostat_control::{
    Policy,
    refund::{Belief, Inputs, Proposal, Refund},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, DecisionView, EffectFilter, EffectView, EffectsError,
    Intent, Permit, Probe, Request, VendorReceipt, effects, token,
};
use homeostat_envelope::{Action, Grounds, RefundGrounds};
use homeostat_model::{BrandId, Money};
use homeostat_queue::Failure;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::shopify::{self, NewRefund, OrderId, TransactionId};
use serde::{Deserialize, Serialize};

use super::{
    Deed, Planned, Words, another_act, at_vendor, brand_of, in_real_time, stored,
    vendor_errors::{sort, unanswered, unusable},
};
use told::{found, taken};

use crate::{
    Operator,
    config::{Brand, Config},
    jobs::answer,
    records::{letter, sensor, shop_order},
    sensors::{row_id, shopify_orders::ShopifyOrders},
};

/// Orders that were looked at longer ago are no ground for a refund.
const ORDERS_AGE_MAX: Duration = Duration::from_secs(2 * 3_600);
/// The shop forgets a key after that long.
const KEY_LIFE: Duration = Duration::from_secs(24 * 3_600);

/// The actuator.
#[derive(Debug)]
pub struct ShopifyRefund {
    spec: ActuatorSpec,
    operator: Operator,
}

/// What is stored with the effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Whose shop it is.
    pub brand: BrandId,
    /// How much.
    pub amount: Money,
    /// The payment that is given back.
    pub payment: TransactionId,
    /// Through whom it was paid.
    pub gateway: String,
    /// What it is for, in the policy's word.
    pub claim: String,
    /// What had been given back of the order before.
    pub refunded_before: Money,
}

#[async_trait]
impl Deed for ShopifyRefund {
    const KIND: &'static str = "shopify.refund";
    const JOB: &'static str = "act.refund";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] = &[(Refund::NAME, "refund")];
    const WORDS: Words = Words {
        subject: "Order",
        done: "refunded",
        lowers_risk: false,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        ActuatorSpec {
            action: Action::Refund,
            key_life: KEY_LIFE,
            ..at_vendor(
                Self::KIND,
                "shopify",
                Class::Keyed,
                &config.settings.shopify,
            )
        }
    }

    fn new(operator: &Operator) -> Self {
        Self {
            spec: in_real_time(Self::declare(&operator.config), operator),
            operator: operator.clone(),
        }
    }

    async fn plan(
        &self,
        operator: &Operator,
        brand: &Brand,
        decided: &DecisionView,
    ) -> Result<Planned, Failure> {
        let Proposal::Refund { amount, reason, .. } = stored("proposal", &decided.proposal)? else {
            return Err(another_act(decided));
        };
        let claim = claim(&reason)?;
        let (letter, order) = asked(operator, &decided.target).await?;
        if order.total.currency != amount.currency {
            let (theirs, ours) = (order.total.currency, amount.currency);
            return Err(Failure::permanent(format!(
                "the order is in {theirs}, the refund in {ours}"
            )));
        }
        let (Some(payment), Some(gateway)) = (&order.payment, &order.gateway) else {
            return Err(Failure::permanent(
                "the shop shows no payment of the order that can be given back",
            ));
        };
        let body = Body {
            brand: brand.id.clone(),
            amount,
            payment: payment.parse().map_err(Failure::permanent)?,
            gateway: gateway.clone(),
            claim: claim.clone(),
            refunded_before: order.refunded,
        };
        let request = serde_json::to_string(&body).map_err(Failure::permanent)?;
        let behind = [row_id::<ShopifyOrders>(brand)];
        let pending_micros = pending(operator, brand, decided, &order.vendor_id).await?;
        let refund = RefundGrounds {
            claim,
            pending_micros,
            ..figures(decided, &letter, &order)?
        };
        let grounds = Grounds {
            refund: Some(refund),
            sensors: sensor::grounds(&operator.db, &behind, ORDERS_AGE_MAX).await?,
            ..Grounds::default()
        };
        Ok(Planned {
            spec: self.spec.clone(),
            intent: Intent {
                grounds,
                target: Some(order.vendor_id),
                ..Intent::new(operator.clock.now(), request, amount)
            },
        })
    }
}

#[async_trait]
impl Actuator for ShopifyRefund {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let body = read(&request.body).map_err(|problem| unusable("request", problem))?;
        let order = order_id(&request.target).map_err(|problem| unusable("target", problem))?;
        let shop = self
            .shop(&body)
            .map_err(|problem| unusable("brand", problem))?;
        let key = request.vendor_key.as_deref();
        let key = key.ok_or_else(|| unusable("vendor_key", "is missing"))?;
        let wanted = NewRefund {
            order,
            amount: body.amount,
            // The customer paid in it; the sensor knows no payment where that is another one.
            shop_currency: body.amount.currency,
            parent: body.payment,
            gateway: body.gateway,
            note: format!("{} [{}]", body.claim, token(&request.key)),
            // Our own answer tells the customer.
            notify: false,
            lines: Vec::new(),
        };
        let reference = format!("effect-{}", permit.effect());
        match shop.refund_create(&wanted, key, &reference).await {
            Ok(reply) => taken(&reply.value, body.amount),
            Err(error) => Err(sort(&error)),
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let (order, body) = match (order_id(&effect.target), read(&effect.request)) {
            (Ok(order), Ok(body)) => (order, body),
            (Err(reason), _) | (_, Err(reason)) => return Probe::CannotTell(reason),
        };
        let shop = match self.shop(&body) {
            Ok(shop) => shop,
            Err(reason) => return Probe::CannotTell(reason),
        };
        match shop.order(order).await {
            Ok(reply) => match reply.value {
                Some(order) => found(&order, &body, effect),
                None => Probe::CannotTell("the shop shows no such order".into()),
            },
            Err(error) => unanswered(&error),
        }
    }

    async fn on_settled(
        &self,
        connection: &mut PgConnection,
        effect: &EffectView,
    ) -> Result<(), EffectsError> {
        let brand = brand_of(effect)?;
        let body =
            read(&effect.request).map_err(|error| StoreError::corrupt("effect.request", error))?;
        let paid = effect
            .actual_micros
            .unwrap_or(effect.worst_case.amount_micros);
        let now_micros = body.refunded_before.amount_micros.saturating_add(paid);
        shop_order::refunded_in(connection, brand.as_str(), &effect.target, now_micros).await?;
        answer::wish_in(connection, &brand, effect.decision).await
    }
}

impl ShopifyRefund {
    fn shop(&self, body: &Body) -> Result<&shopify::Client, String> {
        let shop = self.operator.partners.shops.get(&body.brand);
        shop.ok_or_else(|| format!("{} has no shop", body.brand))
    }
}

/// The letter that asks, and its order.
async fn asked(
    operator: &Operator,
    id: &str,
) -> Result<(letter::Letter, shop_order::Refundable), Failure> {
    let letter = letter::find(&operator.db, id).await?;
    let letter = letter.ok_or_else(|| Failure::permanent(format!("there is no letter {id}")))?;
    let order = match &letter.order {
        Some(order) => shop_order::refundable(&operator.db, order).await?,
        None => None,
    };
    let order = order.ok_or_else(|| Failure::permanent("the letter's order is not known"))?;
    Ok((letter, order))
}

/// What the envelope looks at: the order as it is known now, the customer as it was decided.
fn figures(
    decided: &DecisionView,
    letter: &letter::Letter,
    order: &shop_order::Refundable,
) -> Result<RefundGrounds, Failure> {
    let inputs: Inputs = stored("inputs", &decided.inputs)?;
    let belief: Belief = stored("belief", &decided.belief)?;
    let share_milli = inputs.params.caps.share_milli(belief.customer.tier);
    // Whoever asks for another's order is nobody; then a person decides.
    let customer = order
        .customer
        .clone()
        .filter(|_| order.customer == letter.customer);
    Ok(RefundGrounds {
        order: order.vendor_id.clone(),
        claim: String::new(),
        customer: customer.unwrap_or_default(),
        paid_micros: order.paid_micros(),
        refunded_micros: order.refunded.amount_micros,
        pending_micros: 0,
        tier_percent: u8::try_from(share_milli / 10).unwrap_or(u8::MAX),
        customer_30d_micros: inputs.customer_refunded_30d_micros,
        open_disputes: belief.disputes.open,
        lost_disputes_180d: belief.disputes.lost,
    })
}

/// What is on its way back to the order's buyer by other decisions.
async fn pending(
    operator: &Operator,
    brand: &Brand,
    decided: &DecisionView,
    order: &str,
) -> Result<i64, Failure> {
    let which = EffectFilter {
        brand: Some(brand.id.clone()),
        target: Some(order.to_owned()),
        open_only: true,
        ..EffectFilter::default()
    };
    let open = effects(&operator.db, &which).await?;
    let others = open
        .iter()
        .filter(|one| one.kind == ShopifyRefund::KIND && one.decision != decided.id);
    Ok(others
        .map(|one| one.worst_case.amount_micros)
        .fold(0, i64::saturating_add))
}

/// The policy's word for what a refund is for: the same claim about the same order is paid once.
fn claim(reason: &homeostat_control::refund::Reason) -> Result<String, Failure> {
    match serde_json::to_value(reason) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(_) => Err(Failure::permanent("proposal.reason: is no word")),
        Err(error) => Err(Failure::permanent(error)),
    }
}

fn order_id(target: &str) -> Result<OrderId, String> {
    target
        .parse()
        .map_err(|error: shopify::InvalidId| error.to_string())
}

fn read(request: &str) -> Result<Body, String> {
    serde_json::from_str(request).map_err(|error| error.to_string())
}
