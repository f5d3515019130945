//! How many of a brand's campaigns should run by themselves.

use homeostat_control::portfolio::CAMPAIGNS_MAX;
use homeostat_model::Money;
use homeostat_vendors::meta;
use serde::{Deserialize, Serialize};

use super::{Brand, ConfigError, brand::amount};

/// A campaign that is tried out may spend this part of the day's cap at most.
const BUDGET_PART: i64 = 4;
/// The number and the token stand after it.
const NAME_CHARS_MAX: usize = 100;

/// The campaigns that should run, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPortfolio {
    /// How many.
    pub campaigns: u32,
    /// What a launched one may spend a day, decimal text.
    pub test_budget: String,
    /// What the names of launched ones begin with; absent, the brand's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The campaigns that should run, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    /// How many.
    pub campaigns: u32,
    /// What a launched one may spend a day, in whole minor units.
    pub test_budget: Money,
    /// What the names of launched ones begin with.
    pub name: String,
}

impl Portfolio {
    /// `brand` is the rest of the brand, whose caps bound it.
    ///
    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn read(
        raw: &RawPortfolio,
        brand: &Brand,
        at: &impl Fn(&str) -> String,
    ) -> Result<Self, ConfigError> {
        if !(1..=CAMPAIGNS_MAX).contains(&raw.campaigns) {
            let problem = format!("{} must be 1 to {CAMPAIGNS_MAX}", raw.campaigns);
            return Err(ConfigError::field(at("portfolio.campaigns"), problem));
        }
        let field = at("portfolio.test_budget");
        let test_budget = amount(&field, &raw.test_budget, brand.currency)?;
        let most = brand.cap_day.amount_micros / BUDGET_PART;
        if test_budget.amount_micros > most || meta::to_minor(test_budget).is_none() {
            let most = Money::from_micros(most, brand.currency);
            let problem = format!(
                "{:?} must be at most {most}, a quarter of caps.day, in whole minor units",
                raw.test_budget
            );
            return Err(ConfigError::field(field, problem));
        }
        let name = raw.name.as_deref().unwrap_or(brand.id.as_str()).trim();
        let is_short = (1..=NAME_CHARS_MAX).contains(&name.chars().count());
        if !is_short || name.chars().any(char::is_control) {
            let problem = format!(
                "must have 1 to {NAME_CHARS_MAX} characters, none of control; leave it out for the brand's id"
            );
            return Err(ConfigError::field(at("portfolio.name"), problem));
        }
        Ok(Self {
            campaigns: raw.campaigns,
            test_budget,
            name: name.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_portfolio_that_cannot_be_is_named() {
        let mut brand = Config::read(None).unwrap().brands.remove(0);
        brand.cap_day = Money::from_micros(200_000_000, brand.currency);
        let told = |campaigns, test_budget: &str, name: Option<&str>| {
            let raw = RawPortfolio {
                campaigns,
                test_budget: test_budget.into(),
                name: name.map(str::to_owned),
            };
            let read = Portfolio::read(&raw, &brand, &|name: &str| name.to_owned());
            read.map(|read| (read.name, read.test_budget.amount_micros))
                .map_err(|e| e.to_string())
        };
        assert_eq!(told(2, "50.00", None), Ok(("aurora".into(), 50_000_000)));
        assert_eq!(
            told(20, "0.01", Some(" Linen ")),
            Ok(("Linen".into(), 10_000))
        );
        let long = "x".repeat(101);
        for (campaigns, budget, name, field) in [
            (0, "20", None, "portfolio.campaigns"),
            (21, "20", None, "portfolio.campaigns"),
            (2, "0", None, "portfolio.test_budget"),
            (2, "50.01", None, "portfolio.test_budget"),
            (2, "20.001", None, "portfolio.test_budget"),
            (2, "20", Some(" "), "portfolio.name"),
            (2, "20", Some("a\nb"), "portfolio.name"),
            (2, "20", Some(long.as_str()), "portfolio.name"),
        ] {
            let error = told(campaigns, budget, name).unwrap_err();
            assert!(error.contains(field), "{field}: {error}");
        }
    }
}
