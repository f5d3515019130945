//! The windows of recurring spend: a live campaign takes its daily budget on every local day, so
//! its day is held in the day's window, the month's and the one for ever.

use homeostat_model::{BrandId, Money, WorldTime};
use jiff::civil::Date;

use crate::{Action, Ask, EnvelopeError, Limits, Period, Unit, WindowSpec, windows_for};

/// The local day of the brand that contains `at`.
///
/// # Errors
/// When the zone is unknown.
pub fn day_of(limits: &Limits, at: WorldTime) -> Result<Date, EnvelopeError> {
    Ok(at.0.to_zoned(limits.time_zone()?).date())
}

/// First instant of a local day and the first one after it: 23, 24 or 25 hours later.
///
/// # Errors
/// When the zone is unknown or the day lies outside the calendar.
pub fn bounds_of_day(limits: &Limits, day: Date) -> Result<(WorldTime, WorldTime), EnvelopeError> {
    let zone = limits.time_zone()?;
    let midnight = |date: Result<Date, jiff::Error>| {
        date.and_then(|date| date.to_zoned(zone.clone()))
            .map(|start| WorldTime(start.timestamp()))
            .map_err(|_| EnvelopeError::OutsideCalendar(day.to_string()))
    };
    Ok((midnight(Ok(day))?, midnight(day.tomorrow())?))
}

/// The money windows that a local day lies in: its own, its month's, and the one for ever; those
/// without a cap are left out. The hour has no part in it: when in the day a campaign spends is the
/// vendor's choice. `take` stays 0: what each window can give is known once it is locked.
///
/// # Errors
/// When the zone is unknown or the day lies outside the calendar.
pub fn windows_of_day(
    limits: &Limits,
    brand: &BrandId,
    day: Date,
) -> Result<Vec<WindowSpec>, EnvelopeError> {
    let (opens_at, _) = bounds_of_day(limits, day)?;
    let mut specs = windows_for(limits, &spending(limits, brand, opens_at), 0)?;
    specs.retain(|spec| match (spec.unit, spec.period) {
        (Unit::Money, Period::Day | Period::Month | Period::Lifetime) => true,
        (Unit::Money, Period::Hour | Period::Cooldown) | (Unit::Act, _) => false,
    });
    for spec in &mut specs {
        spec.take = 0;
    }
    Ok(specs)
}

/// An ask that draws on every money window of the brand.
fn spending(limits: &Limits, brand: &BrandId, at: WorldTime) -> Ask {
    Ask {
        kind: String::new(),
        action: Action::Other,
        brand: brand.clone(),
        target: String::new(),
        worst_case: Money::from_micros(1, limits.currency),
        risk_reducing: false,
        policy: String::new(),
        policy_version: String::new(),
        effect_key: String::new(),
        request_hash: String::new(),
        data_as_of: at,
        at,
        evidence: None,
        grounds: crate::Grounds::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> WorldTime {
        WorldTime(text.parse().unwrap())
    }

    fn limits() -> Limits {
        let mut limits = Limits::new("EUR".parse().unwrap(), "Europe/Berlin", 100);
        limits.month_cap_micros = Some(1_000);
        limits.lifetime_cap_micros = Some(10_000);
        limits
    }

    #[test]
    fn a_day_lies_in_its_own_window_its_months_and_the_one_for_ever() {
        let day = day_of(&limits(), at("2026-10-24T22:30:00Z")).unwrap();
        assert_eq!(day.to_string(), "2026-10-25");
        let specs = windows_of_day(&limits(), &"acme".parse().unwrap(), day).unwrap();
        let seen: Vec<_> = specs
            .iter()
            .map(|s| (s.interlock.as_str(), s.cap))
            .collect();
        let wanted = [
            ("daily_budget", 100),
            ("monthly_budget", 1_000),
            ("lifetime_budget", 10_000),
        ];
        assert_eq!(seen, wanted);
        // 25 hours.
        assert_eq!(specs[0].starts_at, at("2026-10-24T22:00:00Z"));
        assert_eq!(specs[0].ends_at, at("2026-10-25T23:00:00Z"));
        assert_eq!(
            bounds_of_day(&limits(), day).unwrap(),
            (specs[0].starts_at, specs[0].ends_at)
        );
    }

    #[test]
    fn a_window_without_a_cap_is_left_out() {
        let mut limits = limits();
        limits.month_cap_micros = None;
        let day = "2026-03-29".parse().unwrap();
        let specs = windows_of_day(&limits, &"acme".parse().unwrap(), day).unwrap();
        assert_eq!(specs.len(), 2);
        let (opens_at, closes_at) = bounds_of_day(&limits, day).unwrap();
        assert_eq!(closes_at.since(opens_at).as_hours(), 23);
    }
}
