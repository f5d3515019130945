//! A brand's shop, the inbox of its customers, and whom it pays: everything beside its ads.

use std::{fmt::Display, str::FromStr};

use homeostat_model::{Currency, Money};
use homeostat_vendors::{
    agentmail::InboxId,
    revolut::{AccountId, CounterpartyAccountId, CounterpartyId},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ConfigError, brand::amount, vendors};

/// A brand's shop as written.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawShop {
    /// Such as `https://aurora.myshopify.com`; absent, the sandbox plays it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The language that its customers are answered in when nothing else tells: en, de, fr, es, it, nl or da.
    pub language: String,
    /// The country whose telephone numbers are written without a prefix, two letters.
    pub country: String,
}

/// How a brand's customers are served, as written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawService {
    /// The address that they write to, at `AgentMail`.
    pub inbox: String,
    /// Most that one refund gives back without a person, decimal text.
    pub refund_cap: String,
    /// Most that one customer gets back in 30 days.
    pub customer_room: String,
    /// Most that goes back to customers in a day.
    pub day: String,
    /// Most that goes back to customers in a month.
    pub month: String,
}

/// Whom a brand pays, and from what, as written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawPayouts {
    /// The account at the bank that is paid from.
    pub account: String,
    /// Most that is paid in a day, decimal text.
    pub day: String,
    /// Most that is paid in a month.
    pub month: String,
    /// Most that is ever paid.
    pub lifetime: String,
    /// Who is paid.
    pub suppliers: Vec<RawSupplier>,
}

/// A supplier as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSupplier {
    /// Its name, for people.
    pub name: String,
    /// Its id at the bank.
    pub counterparty: String,
    /// Its account's id at the bank.
    pub account: String,
    /// Its part of the net sales, in percent.
    pub cost_percent: u8,
    /// The first day whose sales it has a part in, such as `2026-01-31`.
    pub since: String,
}

/// A brand's shop, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// Where it is; `None`: the sandbox plays it.
    pub url: Option<String>,
    /// ISO 639-1.
    pub language: String,
    /// ISO 3166-1.
    pub country: String,
}

/// How a brand's customers are served, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The address that they write to.
    pub inbox: InboxId,
    /// Most that one refund gives back without a person.
    pub refund_cap: Money,
    /// Most that one customer gets back in 30 days.
    pub customer_room: Money,
    /// Most that goes back in a day.
    pub cap_day: Money,
    /// Most that goes back in a month.
    pub cap_month: Money,
}

/// Whom a brand pays, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payouts {
    /// The account at the bank that is paid from.
    pub account: AccountId,
    /// Most that is paid in a day.
    pub cap_day: Money,
    /// Most that is paid in a month.
    pub cap_month: Money,
    /// Most that is ever paid.
    pub cap_lifetime: Money,
    /// Who is paid, each once.
    pub suppliers: Vec<Supplier>,
}

/// A supplier, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplier {
    /// Its name, for people.
    pub name: String,
    /// Its id at the bank.
    pub counterparty: CounterpartyId,
    /// Its account's id at the bank.
    pub account: CounterpartyAccountId,
    /// Its part of the net sales, in millionths.
    pub share_ppm: u32,
    /// The first day whose sales it has a part in, in the brand's zone.
    pub since: Date,
}

/// The languages that a customer may be answered in.
const LANGUAGES: [&str; 7] = ["en", "de", "fr", "es", "it", "nl", "da"];
/// More than these are a list that nobody keeps by hand.
const SUPPLIERS_MAX: usize = 100;
/// All of the sales, in millionths.
const PPM: u32 = 1_000_000;

impl Default for RawService {
    fn default() -> Self {
        Self {
            inbox: String::new(),
            refund_cap: "50".into(),
            customer_room: "100".into(),
            day: "200".into(),
            month: "2000".into(),
        }
    }
}

impl Default for RawPayouts {
    fn default() -> Self {
        Self {
            account: String::new(),
            day: "1000".into(),
            month: "10000".into(),
            lifetime: "100000".into(),
            suppliers: Vec::new(),
        }
    }
}

impl Shop {
    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn read(raw: &RawShop, at: &impl Fn(&str) -> String) -> Result<Self, ConfigError> {
        vendors::url(&at("shop"), raw.url.as_deref())
            .map_err(|_| ConfigError::field(at("shop.url"), "must start with https://"))?;
        if !LANGUAGES.contains(&raw.language.as_str()) {
            let problem = format!("{:?} must be one of {}", raw.language, LANGUAGES.join(", "));
            return Err(ConfigError::field(at("shop.language"), problem));
        }
        let letters = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
        if !letters(&raw.country) {
            let problem = format!("{:?} must be two capitals, such as DE", raw.country);
            return Err(ConfigError::field(at("shop.country"), problem));
        }
        Ok(Self {
            url: raw.url.clone(),
            language: raw.language.clone(),
            country: raw.country.clone(),
        })
    }
}

impl Service {
    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn read(
        raw: &RawService,
        currency: Currency,
        at: &impl Fn(&str) -> String,
    ) -> Result<Self, ConfigError> {
        let money =
            |name: &str, text: &str| amount(&at(&format!("service.{name}")), text, currency);
        Ok(Self {
            inbox: raw
                .inbox
                .parse()
                .map_err(|e| ConfigError::field(at("service.inbox"), format!("{e}")))?,
            refund_cap: money("refund_cap", &raw.refund_cap)?,
            customer_room: money("customer_room", &raw.customer_room)?,
            cap_day: money("day", &raw.day)?,
            cap_month: money("month", &raw.month)?,
        })
    }
}

impl Payouts {
    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn read(
        raw: &RawPayouts,
        currency: Currency,
        at: &impl Fn(&str) -> String,
    ) -> Result<Self, ConfigError> {
        let money =
            |name: &str, text: &str| amount(&at(&format!("payouts.{name}")), text, currency);
        let account = id(at("payouts.account"), &raw.account)?;
        if !(1..=SUPPLIERS_MAX).contains(&raw.suppliers.len()) {
            let problem = format!("{} must be 1 to {SUPPLIERS_MAX}", raw.suppliers.len());
            return Err(ConfigError::field(at("payouts.suppliers"), problem));
        }
        let mut suppliers: Vec<Supplier> = Vec::new();
        for (nth, supplier) in raw.suppliers.iter().enumerate() {
            let field = |name: &str| at(&format!("payouts.suppliers[{nth}].{name}"));
            let supplier = Supplier::read(supplier, &field)?;
            if suppliers
                .iter()
                .any(|known| known.counterparty == supplier.counterparty)
            {
                let problem = "is there twice; write one supplier for each counterparty";
                return Err(ConfigError::field(field("counterparty"), problem));
            }
            suppliers.push(supplier);
            let parts: u32 = suppliers.iter().map(|known| known.share_ppm).sum();
            if parts > PPM {
                let problem = "must be above 0, and all of them together at most 100";
                return Err(ConfigError::field(field("cost_percent"), problem));
            }
        }
        Ok(Self {
            account,
            cap_day: money("day", &raw.day)?,
            cap_month: money("month", &raw.month)?,
            cap_lifetime: money("lifetime", &raw.lifetime)?,
            suppliers,
        })
    }
}

impl Supplier {
    fn read(raw: &RawSupplier, field: &impl Fn(&str) -> String) -> Result<Self, ConfigError> {
        if raw.name.trim().is_empty() {
            return Err(ConfigError::field(field("name"), "must not be empty"));
        }
        let counterparty = id(field("counterparty"), &raw.counterparty)?;
        let account = id(field("account"), &raw.account)?;
        if raw.cost_percent == 0 {
            let problem = "must be above 0, and all of them together at most 100";
            return Err(ConfigError::field(field("cost_percent"), problem));
        }
        let since = raw.since.parse().map_err(|_| {
            let problem = format!(
                "{:?} must be the first day whose sales are shared, such as 2026-01-31",
                raw.since
            );
            ConfigError::field(field("since"), problem)
        })?;
        Ok(Self {
            name: raw.name.trim().to_owned(),
            counterparty,
            account,
            share_ppm: u32::from(raw.cost_percent) * (PPM / 100),
            since,
        })
    }
}

/// An id as the bank writes it.
fn id<T: FromStr<Err: Display>>(field: String, text: &str) -> Result<T, ConfigError> {
    text.parse()
        .map_err(|problem: T::Err| ConfigError::field(field, problem.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[test]
    fn a_supplier_without_a_contract_or_beside_itself_is_named() {
        let played = Settings::demonstration().brand.remove(0);
        let raw = played.payouts.unwrap();
        let told = |change: &dyn Fn(&mut RawPayouts)| {
            let mut raw = raw.clone();
            change(&mut raw);
            let currency = "EUR".parse().unwrap();
            let read = Payouts::read(&raw, currency, &|name: &str| name.to_owned());
            read.map(|read| read.suppliers.len())
                .map_err(|e| e.to_string())
        };
        assert_eq!(told(&|_| ()), Ok(2));
        let bad = |change: &dyn Fn(&mut RawPayouts), field: &str| {
            let error = told(change).unwrap_err();
            assert!(error.contains(field), "{error}");
        };
        bad(&|raw| raw.account = "act_1".into(), "payouts.account");
        bad(&|raw| raw.suppliers.clear(), "payouts.suppliers");
        bad(&|raw| raw.suppliers[1].since.clear(), "suppliers[1].since");
        bad(
            &|raw| raw.suppliers[0].since = "2026-02-30".into(),
            "suppliers[0].since",
        );
        bad(
            &|raw| raw.suppliers[1].cost_percent = 76,
            "suppliers[1].cost_percent",
        );
        bad(
            &|raw| raw.suppliers[0].cost_percent = 0,
            "suppliers[0].cost_percent",
        );
        let twice = |raw: &mut RawPayouts| raw.suppliers[1] = raw.suppliers[0].clone();
        bad(&twice, "suppliers[1].counterparty: is there twice");
    }
}
