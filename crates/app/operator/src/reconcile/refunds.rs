//! Refunds: whether the shop shows each one that it has confirmed, and how much of an order went back.
//!
//! A refund that is not there, or is another amount, means that our receipt is wrong or that somebody undid it: that is
//! for a person. What the order's row says was given back is a copy, and is put right: people refund in the shop too.

use std::time::Duration;

use homeostat_effects::{EffectState, EffectView, taken, token};
use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::shopify::{Order, OrderId};
use serde_json::Value;

use super::{Compared, Differs, Look, Reconciled, TRAILS, turn};
use crate::{
    Operator,
    config::Brand,
    records::{
        drift,
        shop_order::{self, Reading},
    },
    sensors::{
        ReadError, Sensor,
        shopify_orders::{self, ShopifyOrders},
    },
};

/// The actuator's kind.
const ACT: &str = "shopify.refund";
/// Older ones are not looked at any more.
const SINCE: Duration = Duration::from_secs(72 * 3_600);
/// Orders of one pass; each is one query.
const ORDERS: usize = 4;

/// Refunds in the brand's shop.
#[derive(Debug)]
pub struct Refunds;

#[async_trait::async_trait]
impl Reconciled for Refunds {
    const KIND: &'static str = "refund";
    const VENDOR: &'static str = ShopifyOrders::VENDOR;
    type Seen = Box<Reading>;

    async fn look(
        operator: &Operator,
        brand: &Brand,
        _: WorldTime,
    ) -> Result<Look<Self::Seen>, StoreError> {
        let mut look = Look::default();
        let Some(shop) = operator.partners.shops.get(&brand.id) else {
            return Ok(look);
        };
        let (db, id) = (&operator.db, brand.id.as_str());
        let mut acts = taken(db, &brand.id, ACT, SINCE, TRAILS).await?;
        acts.retain(|act| act.state == EffectState::Settled && order_of(act).is_some());
        let checks = drift::checks(db, id, Self::KIND).await?;
        for act in turn(acts, subject, &checks, ORDERS) {
            let Some(order) = order_of(&act) else {
                continue;
            };
            let there = match shop.order(order).await {
                Ok(reply) => reply.value,
                Err(error) => {
                    look.unanswered = Some(ReadError::from(error));
                    break;
                }
            };
            look.compared.push(Compared {
                subject: subject(&act),
                differs: refund(&act, there.as_ref()),
                seen: None,
            });
            let Some(there) = there else {
                continue;
            };
            let here = shop_order::given_back(db, id, &order.to_string()).await?;
            if let Some(here) = here.filter(|here| *here != there.total_refunded) {
                look.compared.push(Compared {
                    subject: format!("order {}", there.id),
                    differs: Some(Differs {
                        believed: format!("{here} given back"),
                        seen: format!("{} given back", there.total_refunded),
                        is_ours_to_mend: true,
                    }),
                    seen: Some(Box::new(shopify_orders::reading(
                        &there,
                        &operator.partners.people,
                    ))),
                });
            }
        }
        Ok(look)
    }

    async fn mend(
        tx: &mut PgConnection,
        brand: &Brand,
        seen: &Self::Seen,
        at: WorldTime,
    ) -> Result<bool, StoreError> {
        let orders = std::slice::from_ref(seen.as_ref());
        Ok(shop_order::record(tx, brand.id.as_str(), orders, at).await? > 0)
    }
}

fn subject(act: &EffectView) -> String {
    format!("effect {}", act.id)
}

/// The order stands as the act's target, or in its request.
fn order_of(act: &EffectView) -> Option<OrderId> {
    let request: Value = serde_json::from_str(&act.request).unwrap_or_default();
    let told = request.get("order").and_then(Value::as_str);
    (act.target.parse().ok()).or_else(|| told?.parse().ok())
}

/// A refund is known by its id, and by the token in its note.
fn refund(act: &EffectView, order: Option<&Order>) -> Option<Differs> {
    let mut paid = act.worst_case;
    paid.amount_micros = act.actual_micros.unwrap_or(paid.amount_micros);
    let differs = |seen: String| {
        Some(Differs {
            believed: format!("{paid} given back"),
            seen,
            is_ours_to_mend: false,
        })
    };
    let Some(order) = order else {
        return differs("there is no such order".to_owned());
    };
    let token = token(&act.key);
    let mark = order.refunds.iter().find(|one| {
        act.vendor_ref.as_deref() == Some(one.id.to_string().as_str())
            || one
                .note
                .as_deref()
                .is_some_and(|note| note.contains(&token))
    });
    match mark {
        None => differs("the order has no such refund".to_owned()),
        Some(mark) if mark.total != paid => differs(format!("{} given back", mark.total)),
        Some(_) => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use homeostat_effects::Class;
    use homeostat_model::{DecisionId, EffectId, Money, RuntimeTime};

    use super::*;

    /// An act that has settled with these.
    pub(crate) fn act(kind: &str, target: &str, request: &str, vendor_ref: &str) -> EffectView {
        let at: RuntimeTime = RuntimeTime("2026-01-01T00:00:00Z".parse().unwrap());
        EffectView {
            id: EffectId(7),
            key: "key".into(),
            decision: DecisionId(3),
            kind: kind.into(),
            vendor: "shopify".into(),
            class: Class::Keyed,
            brand: "aurora".into(),
            target: target.into(),
            request: request.into(),
            request_hash: String::new(),
            worst_case: Money::from_micros(20_000_000, "EUR".parse().unwrap()),
            vendor_key: None,
            state: EffectState::Settled,
            owner: None,
            calls: 1,
            sends: 1,
            probes: 0,
            reason: None,
            receipt: Some("{}".into()),
            vendor_ref: Some(vendor_ref.into()),
            provenance: None,
            actual_micros: Some(20_000_000),
            unknown_since: None,
            next_probe_at: None,
            created_at: at,
            finished_at: Some(at),
        }
    }

    #[test]
    fn the_order_is_the_target_or_stands_in_the_request() {
        let id = "gid://shopify/Order/1";
        let by_target = act(ACT, id, "{}", "r");
        assert_eq!(
            order_of(&by_target).map(|one| one.to_string()).as_deref(),
            Some(id)
        );
        let by_request = act(ACT, "letter-1", &format!(r#"{{"order":"{id}"}}"#), "r");
        assert_eq!(order_of(&by_request), order_of(&by_target));
        for request in [
            "",
            "[]",
            "{\"order\":7}",
            "{\"order\":\"gid://shopify/Order/x\"}",
        ] {
            assert_eq!(
                order_of(&act(ACT, "letter-1", request, "r")),
                None,
                "{request}"
            );
        }
    }

    #[test]
    fn an_order_that_is_gone_is_for_a_person() {
        let differs = refund(&act(ACT, "gid://shopify/Order/1", "{}", "r"), None).unwrap();
        assert!(!differs.is_ours_to_mend);
        assert_eq!(differs.seen, "there is no such order");
    }
}
