//! What acts at a shop have in common.

use std::time::Duration;

use homeostat_effects::{ActuatorSpec, Class, VendorReceipt};
use homeostat_envelope::Grounds;
use homeostat_model::{BrandId, Money};
use homeostat_queue::Failure;
use homeostat_vendors::shopify;
use serde_json::Value;

use crate::{
    Operator,
    config::{Brand, Config},
    jobs::stock::FRESHNESS_S,
    records::sensor,
    sensors::{row_id, shopify_orders::ShopifyOrders, shopify_products::ShopifyProducts},
};

/// How long a shop remembers a key, by its vendor's word, in the shop's time.
pub(super) const KEY_LIFE: Duration = Duration::from_secs(24 * 3_600);

/// A spec of an act at a shop, with the owner's times; what differs is changed by the actuator.
pub(super) fn spec(kind: &str, class: Class, config: &Config) -> ActuatorSpec {
    let settings = &config.settings.shopify;
    ActuatorSpec {
        call_timeout: Duration::from_millis(settings.call_timeout_ms),
        horizon: Duration::from_millis(settings.horizon_ms),
        key_life: match class {
            Class::Keyed => KEY_LIFE,
            Class::Queryable | Class::Idempotent | Class::Blind => Duration::ZERO,
        },
        ..ActuatorSpec::new(kind, "shopify", class)
    }
}

/// The shop of a brand.
///
/// # Errors
/// Says that the brand has none, or has left the configuration.
pub(super) fn client<'a>(
    operator: &'a Operator,
    brand: &BrandId,
) -> Result<&'a shopify::Client, String> {
    let shop = operator.partners.shops.get(brand);
    shop.ok_or_else(|| format!("{brand} has no shop"))
}

/// The sensors behind a decision about stock.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn grounds(operator: &Operator, brand: &Brand) -> Result<Grounds, Failure> {
    let behind = [
        row_id::<ShopifyProducts>(brand),
        row_id::<ShopifyOrders>(brand),
    ];
    let age = Duration::from_secs(FRESHNESS_S.into());
    Ok(Grounds {
        sensors: sensor::grounds(&operator.db, &behind, age).await?,
        ..Grounds::default()
    })
}

/// A finished act that cost nothing.
pub(super) fn free(body: Value, worst_case: Money) -> VendorReceipt {
    VendorReceipt {
        actual: Some(Money::zero(worst_case.currency)),
        ..VendorReceipt::done(body)
    }
}
