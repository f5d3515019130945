//! Small pieces of the wire format.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Visit, answer::Answer};

/// The minor unit of all shops' currencies.
const CENT_MICROS: i64 = 10_000;

impl Visit<'_> {
    /// The shop's currency.
    pub(super) fn currency(&self) -> &'static str {
        crate::world::BRANDS
            .get(self.nth)
            .map_or("EUR", |brand| brand.currency)
    }

    /// An amount with its currency.
    pub(super) fn money(&self, micros: i64) -> Value {
        json!({"amount": major(micros), "currencyCode": self.currency()})
    }

    /// An amount in the shop's currency and in the customer's, which are the same here.
    pub(super) fn bag(&self, micros: i64) -> Value {
        json!({"shopMoney": self.money(micros), "presentmentMoney": self.money(micros)})
    }

    pub(super) fn shop_told(&self) -> Value {
        let brand = crate::world::BRANDS.get(self.nth);
        json!({"shop": {
            "name": self.shop.brand,
            "myshopifyDomain": format!("{}.myshopify.com", self.shop.brand),
            "currencyCode": self.currency(),
            "ianaTimezone": brand.map_or("Etc/UTC", |brand| brand.time_zone),
        }})
    }

    pub(super) fn locations(&self) -> Value {
        let location = json!({"id": gid("Location", self.shop.location_id), "name": "Depot", "isActive": true});
        json!({"locations": {"nodes": [location], "pageInfo": {"hasNextPage": false, "endCursor": null}}})
    }
}

/// An amount in minor units, as the books tell it.
pub(super) fn minor(micros: i64) -> String {
    (micros / CENT_MICROS).to_string()
}

/// Decimal text in major units, as short as it goes.
pub(super) fn major(micros: i64) -> String {
    Decimal::new(micros, 6).normalize().to_string()
}

/// Decimal text in major units as micro-units; whole cents only, as all shops here count in them.
pub(super) fn micros(text: &str) -> Option<i64> {
    let amount: Decimal = text.parse().ok()?;
    let micros = amount.checked_mul(Decimal::from(1_000_000))?;
    let micros = micros.is_integer().then(|| i64::try_from(micros).ok())??;
    (micros % CENT_MICROS == 0).then_some(micros)
}

/// A global id.
pub(super) fn gid(kind: &str, number: u64) -> String {
    format!("gid://shopify/{kind}/{number}")
}

/// A user error with the path of its field.
pub(super) fn user_error(field: &[&str], code: Option<&str>, message: &str) -> Value {
    match code {
        None => json!({"field": field, "message": message}),
        Some(code) => json!({"field": field, "code": code, "message": message}),
    }
}

/// One page of sorted items, each with its place in the order. The cursor is the place of the last item; only what is on
/// the page is told.
pub(super) fn page<K: Ord + std::fmt::Display + std::str::FromStr, T>(
    variables: &Value,
    mut items: Vec<(K, T)>,
    tell: impl Fn(T) -> Value,
) -> Result<Value, Answer> {
    items.sort_by(|(a, _), (b, _)| a.cmp(b));
    let after = match variables.get("after").filter(|after| !after.is_null()) {
        None => None,
        Some(after) => {
            let place = after.as_str().and_then(|text| text.parse::<K>().ok());
            Some(place.ok_or_else(|| Answer::bad_variable("after"))?)
        }
    };
    let first = variables.get("first").and_then(Value::as_u64).unwrap_or(0);
    let mut rest = items
        .into_iter()
        .filter(|(place, _)| after.as_ref().is_none_or(|after| place > after));
    let shown = rest.by_ref().take(usize::try_from(first).unwrap_or(0));
    let shown: Vec<(K, T)> = shown.collect();
    let more = rest.next().is_some();
    let end = shown.last().map(|(place, _)| place.to_string());
    let nodes: Vec<Value> = shown.into_iter().map(|(_, item)| tell(item)).collect();
    Ok(json!({"nodes": nodes, "pageInfo": {"hasNextPage": more, "endCursor": end}}))
}

/// A place in an order by time: the time, then the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) nanos: i128,
    pub(super) number: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.nanos, self.number)
    }
}

impl std::str::FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (nanos, number) = text.split_once('.').ok_or(())?;
        Ok(Self {
            nanos: nanos.parse().map_err(|_| ())?,
            number: number.parse().map_err(|_| ())?,
        })
    }
}
