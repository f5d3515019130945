//! A brand's limits: configuration, with the defaults that hold when nothing is said.

use homeostat_model::Currency;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::{Action, EnvelopeError};

/// The caps and guards of one brand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The currency of every cap; asks in another one are refused.
    pub currency: Currency,
    /// The brand's IANA zone: days and months begin at its midnights.
    pub zone: String,
    /// Cap of one hour; absent: only pacing limits an hour.
    #[serde(default)]
    pub hour_cap_micros: Option<i64>,
    /// Cap of one local day.
    pub day_cap_micros: i64,
    /// Cap of one calendar month; absent: none.
    #[serde(default)]
    pub month_cap_micros: Option<i64>,
    /// Cap for ever; absent: none.
    #[serde(default)]
    pub lifetime_cap_micros: Option<i64>,
    /// Caps of what goes back to customers.
    #[serde(default, skip_serializing_if = "Purse::is_default")]
    pub refunds: Purse,
    /// Caps of what goes to suppliers.
    #[serde(default, skip_serializing_if = "Purse::is_default")]
    pub payouts: Purse,
    /// Most that one refund may give back by itself; absent: none is given back without a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_cap_micros: Option<i64>,
    /// Most that one customer gets back in 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_room_micros: Option<i64>,
    /// From this many disputes on that a customer has won in 180 days, a person decides.
    #[serde(
        default = "defaults::lost_disputes",
        skip_serializing_if = "defaults::is_lost_disputes"
    )]
    pub lost_disputes: u32,
    /// Share of the day's remaining room that one hour may take, in percent.
    #[serde(default = "defaults::pacing_percent")]
    pub pacing_percent: u8,
    /// Kills per hour that are always allowed.
    #[serde(default = "defaults::mass_kill_floor")]
    pub mass_kill_floor: u32,
    /// Kills per hour as a share of the live campaigns, in percent. The larger of both counts.
    #[serde(default = "defaults::mass_kill_percent")]
    pub mass_kill_percent: u8,
    /// Rest between two acts on one entity, in seconds.
    #[serde(default = "defaults::cooldown_s")]
    pub cooldown_s: u32,
    /// Acts on one entity per local day.
    #[serde(default = "defaults::actions_per_entity_day")]
    pub actions_per_entity_day: u32,
    /// Oldest data a decision may rest on, in seconds.
    #[serde(default = "defaults::freshness_s")]
    pub freshness_s: u32,
    /// When a kill is justified.
    #[serde(default)]
    pub kill: KillThreshold,
}

/// Caps of one purse beside the brand's own money. Nothing leaves a purse without a cap of the day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Purse {
    /// Cap of one hour; absent: only pacing limits an hour.
    pub hour_cap_micros: Option<i64>,
    /// Cap of one local day.
    pub day_cap_micros: i64,
    /// Cap of one calendar month; absent: none.
    pub month_cap_micros: Option<i64>,
    /// Cap for ever; absent: none.
    pub lifetime_cap_micros: Option<i64>,
    /// Share of the day's remaining room that one hour may take, in percent; absent: as the brand's.
    pub pacing_percent: Option<u8>,
}

/// When a kill is justified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KillThreshold {
    /// Rule A: matured spend without a sale, in target costs per sale.
    #[serde(default = "defaults::zero_sale_cpas")]
    pub zero_sale_cpas: u32,
    /// Rule C: raw spend without a sale, in target costs per sale.
    #[serde(default = "defaults::hard_stop_cpas")]
    pub hard_stop_cpas: u32,
    /// From this many conversions in 30 days a kill needs a second check.
    #[serde(default = "defaults::proven_conversions")]
    pub proven_conversions: u32,
    /// Time between the two checks, in seconds.
    #[serde(default = "defaults::second_check_s")]
    pub second_check_s: u32,
}

mod defaults {
    pub(super) fn lost_disputes() -> u32 {
        2
    }
    pub(super) fn is_lost_disputes(count: &u32) -> bool {
        *count == lost_disputes()
    }
    pub(super) fn pacing_percent() -> u8 {
        25
    }
    pub(super) fn mass_kill_floor() -> u32 {
        3
    }
    pub(super) fn mass_kill_percent() -> u8 {
        30
    }
    pub(super) fn cooldown_s() -> u32 {
        6 * 3_600
    }
    pub(super) fn actions_per_entity_day() -> u32 {
        3
    }
    pub(super) fn freshness_s() -> u32 {
        2 * 3_600
    }
    pub(super) fn zero_sale_cpas() -> u32 {
        3
    }
    pub(super) fn hard_stop_cpas() -> u32 {
        6
    }
    pub(super) fn proven_conversions() -> u32 {
        50
    }
    pub(super) fn second_check_s() -> u32 {
        24 * 3_600
    }
}

impl Default for KillThreshold {
    fn default() -> Self {
        Self {
            zero_sale_cpas: defaults::zero_sale_cpas(),
            hard_stop_cpas: defaults::hard_stop_cpas(),
            proven_conversions: defaults::proven_conversions(),
            second_check_s: defaults::second_check_s(),
        }
    }
}

impl Purse {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Limits {
    /// The default guards around one cap per local day.
    pub fn new(currency: Currency, zone: impl Into<String>, day_cap_micros: i64) -> Self {
        Self {
            currency,
            zone: zone.into(),
            hour_cap_micros: None,
            day_cap_micros,
            month_cap_micros: None,
            lifetime_cap_micros: None,
            refunds: Purse::default(),
            payouts: Purse::default(),
            refund_cap_micros: None,
            customer_room_micros: None,
            lost_disputes: defaults::lost_disputes(),
            pacing_percent: defaults::pacing_percent(),
            mass_kill_floor: defaults::mass_kill_floor(),
            mass_kill_percent: defaults::mass_kill_percent(),
            cooldown_s: defaults::cooldown_s(),
            actions_per_entity_day: defaults::actions_per_entity_day(),
            freshness_s: defaults::freshness_s(),
            kill: KillThreshold::default(),
        }
    }

    /// Checks that the limits make sense together.
    ///
    /// # Errors
    /// The first field that does not.
    pub fn validate(&self) -> Result<(), EnvelopeError> {
        self.time_zone()?;
        let purse = |hour, day, month, lifetime, purse: &Purse| {
            [
                (hour, purse.hour_cap_micros),
                (day, Some(purse.day_cap_micros)),
                (month, purse.month_cap_micros),
                (lifetime, purse.lifetime_cap_micros),
            ]
        };
        let caps = [
            ("refund_cap_micros", self.refund_cap_micros),
            ("customer_room_micros", self.customer_room_micros),
        ];
        let own = self.brand();
        let caps = purse(
            "hour_cap_micros",
            "day_cap_micros",
            "month_cap_micros",
            "lifetime_cap_micros",
            &own,
        )
        .into_iter()
        .chain(purse(
            "refunds.hour_cap_micros",
            "refunds.day_cap_micros",
            "refunds.month_cap_micros",
            "refunds.lifetime_cap_micros",
            &self.refunds,
        ))
        .chain(purse(
            "payouts.hour_cap_micros",
            "payouts.day_cap_micros",
            "payouts.month_cap_micros",
            "payouts.lifetime_cap_micros",
            &self.payouts,
        ))
        .chain(caps);
        for (field, cap) in caps {
            if cap.is_some_and(|cap| cap < 0) {
                return Err(EnvelopeError::InvalidLimit {
                    field,
                    reason: "is negative; use 0 or more",
                });
            }
        }
        let percents = [
            (
                "refunds.pacing_percent",
                self.refunds.pacing_percent.unwrap_or(0),
            ),
            (
                "payouts.pacing_percent",
                self.payouts.pacing_percent.unwrap_or(0),
            ),
            ("pacing_percent", self.pacing_percent),
            ("mass_kill_percent", self.mass_kill_percent),
        ];
        for (field, percent) in percents {
            if percent > 100 {
                return Err(EnvelopeError::InvalidLimit {
                    field,
                    reason: "is over 100; use 0 to 100",
                });
            }
        }
        Ok(())
    }

    /// The caps that an action draws on.
    pub fn purse(&self, action: Action) -> Purse {
        match action {
            Action::Kill | Action::Adjust | Action::Reply | Action::Other => self.brand(),
            Action::Refund => self.refunds.clone(),
            Action::Payout => self.payouts.clone(),
        }
    }

    /// The brand's own money, of which ads are paid.
    fn brand(&self) -> Purse {
        Purse {
            hour_cap_micros: self.hour_cap_micros,
            day_cap_micros: self.day_cap_micros,
            month_cap_micros: self.month_cap_micros,
            lifetime_cap_micros: self.lifetime_cap_micros,
            pacing_percent: Some(self.pacing_percent),
        }
    }

    /// The brand's zone.
    ///
    /// # Errors
    /// When the name is not in the IANA database.
    pub fn time_zone(&self) -> Result<TimeZone, EnvelopeError> {
        TimeZone::get(&self.zone).map_err(|_| EnvelopeError::UnknownZone(self.zone.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_limit_is_named() {
        let mut limits = Limits::new("EUR".parse().unwrap(), "Europe/Berlin", 1);
        assert_eq!(limits.validate(), Ok(()));
        limits.month_cap_micros = Some(-1);
        assert!(
            limits
                .validate()
                .unwrap_err()
                .to_string()
                .contains("month_cap_micros")
        );
        limits.zone = "Berlin".into();
        assert_eq!(
            limits.validate(),
            Err(EnvelopeError::UnknownZone("Berlin".into()))
        );
    }

    #[test]
    fn defaults_fill_a_short_configuration() {
        let short = r#"{"currency":"EUR","zone":"Europe/Berlin","day_cap_micros":5}"#;
        let limits: Limits = serde_json::from_str(short).unwrap();
        assert_eq!(
            limits,
            Limits::new("EUR".parse().unwrap(), "Europe/Berlin", 5)
        );
    }
}
