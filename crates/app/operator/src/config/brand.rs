//! One brand, understood.

use homeostat_model::{Autonomy, BrandId, Currency, Money};
use jiff::tz::TimeZone;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{BrandAds, ConfigError, Payouts, Portfolio, RawBrand, Service, Shop};

/// A brand with its amounts, zone and ladder step.
#[derive(Debug, Clone)]
pub struct Brand {
    /// Its name.
    pub id: BrandId,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// The zone of its days.
    pub zone: TimeZone,
    /// The zone's IANA name.
    pub zone_name: String,
    /// What a sale may cost.
    pub target_cpa: Money,
    /// The ad account.
    pub meta_account: String,
    /// How far the policies are trusted.
    pub autonomy: Autonomy,
    /// Cap of an hour.
    pub cap_hour: Money,
    /// Cap of a day.
    pub cap_day: Money,
    /// Cap of a calendar month.
    pub cap_month: Money,
    /// Cap for ever.
    pub cap_lifetime: Money,
    /// What is looked for in the archive of ads; `None` when nothing is.
    pub ads: Option<BrandAds>,
    /// Its shop; `None` when only its ads are run.
    pub shop: Option<Shop>,
    /// How its customers are served; `None` when nobody is answered.
    pub service: Option<Service>,
    /// Whom it pays; `None` when nobody is.
    pub payouts: Option<Payouts>,
    /// How many of its campaigns should run; `None` when none is launched by itself.
    pub portfolio: Option<Portfolio>,
}

impl TryFrom<(usize, &RawBrand)> for Brand {
    type Error = ConfigError;

    fn try_from((index, raw): (usize, &RawBrand)) -> Result<Self, Self::Error> {
        let at = |name: &str| format!("brand[{index}].{name}");
        let currency: Currency = raw
            .currency
            .parse()
            .map_err(|e| ConfigError::field(at("currency"), format!("{e}")))?;
        let zone = TimeZone::get(&raw.time_zone).map_err(|_| {
            let problem = format!(
                "{:?} is no IANA zone; write one like Europe/Berlin",
                raw.time_zone
            );
            ConfigError::field(at("time_zone"), problem)
        })?;
        let cap = |name: &str, text: &str| amount(&at(&format!("caps.{name}")), text, currency);
        let mut brand = Self {
            id: raw
                .id
                .parse()
                .map_err(|e| ConfigError::field(at("id"), format!("{e}")))?,
            currency,
            zone,
            zone_name: raw.time_zone.clone(),
            target_cpa: target(raw, currency, &at)?,
            meta_account: account(&raw.meta_account, &at)?,
            autonomy: match &raw.autonomy {
                Some(word) => word
                    .parse()
                    .map_err(|e| ConfigError::field(at("autonomy"), format!("{e}")))?,
                None => Autonomy::Shadow,
            },
            cap_hour: cap("hour", &raw.caps.hour)?,
            cap_day: cap("day", &raw.caps.day)?,
            cap_month: cap("month", &raw.caps.month)?,
            cap_lifetime: cap("lifetime", &raw.caps.lifetime)?,
            ads: match &raw.ads {
                Some(ads) => Some(BrandAds::read(ads, &at)?),
                None => None,
            },
            shop: match &raw.shop {
                Some(shop) => Some(Shop::read(shop, &at)?),
                None => None,
            },
            service: match &raw.service {
                Some(_) if raw.shop.is_none() => {
                    return Err(ConfigError::field(
                        at("service"),
                        "needs the brand's shop: what customers ask about is there",
                    ));
                }
                Some(service) => Some(Service::read(service, currency, &at)?),
                None => None,
            },
            payouts: match &raw.payouts {
                Some(_) if raw.shop.is_none() => {
                    return Err(ConfigError::field(
                        at("payouts"),
                        "needs the brand's shop: what is owed follows from its sales",
                    ));
                }
                Some(payouts) => Some(Payouts::read(payouts, currency, &at)?),
                None => None,
            },
            portfolio: None,
        };
        if let Some(portfolio) = &raw.portfolio {
            brand.portfolio = Some(Portfolio::read(portfolio, &brand, &at)?);
        }
        Ok(brand)
    }
}

/// Either said outright, or the average order divided by the wanted return.
fn target(
    raw: &RawBrand,
    currency: Currency,
    at: &impl Fn(&str) -> String,
) -> Result<Money, ConfigError> {
    match (&raw.target_cpa, &raw.aov, &raw.roas_target) {
        (Some(cpa), None, None) => amount(&at("target_cpa"), cpa, currency),
        (None, Some(aov), Some(roas)) => {
            let basket = decimal(&at("aov"), aov)?;
            let wanted = decimal(&at("roas_target"), roas)?;
            micros(&at("roas_target"), (basket / wanted).round_dp(6), currency)
        }
        _ => Err(ConfigError::field(
            at("target_cpa"),
            "write either target_cpa, or aov and roas_target",
        )),
    }
}

fn account(text: &str, at: &impl Fn(&str) -> String) -> Result<String, ConfigError> {
    let digits = text.strip_prefix("act_").unwrap_or_default();
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(ConfigError::field(
            at("meta_account"),
            format!("{text:?} must be act_ and digits"),
        ))
    }
}

pub(super) fn amount(field: &str, text: &str, currency: Currency) -> Result<Money, ConfigError> {
    micros(field, decimal(field, text)?, currency)
}

fn decimal(field: &str, text: &str) -> Result<Decimal, ConfigError> {
    match Decimal::from_str_exact(text) {
        Ok(value) if value > Decimal::ZERO => Ok(value),
        Ok(_) | Err(_) => Err(ConfigError::field(
            field,
            format!("{text:?} must be an amount above zero, written like \"20.00\""),
        )),
    }
}

fn micros(field: &str, value: Decimal, currency: Currency) -> Result<Money, ConfigError> {
    let scaled = value.checked_mul(Decimal::from(1_000_000));
    let whole = scaled.filter(Decimal::is_integer).and_then(|v| v.to_i64());
    whole
        .map(|amount_micros| Money::from_micros(amount_micros, currency))
        .ok_or_else(|| {
            ConfigError::field(
                field,
                format!("{value} needs at most six decimals and a sane size"),
            )
        })
}
