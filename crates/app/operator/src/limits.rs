//! A brand's configuration as the envelope's limits.

use homeostat_envelope::Limits;

use crate::config::Brand;

/// The caps the owner wrote, with the envelope's own defaults for every guard.
pub fn limits(brand: &Brand) -> Limits {
    Limits {
        hour_cap_micros: Some(brand.cap_hour.amount_micros),
        month_cap_micros: Some(brand.cap_month.amount_micros),
        lifetime_cap_micros: Some(brand.cap_lifetime.amount_micros),
        ..Limits::new(
            brand.currency,
            brand.zone_name.clone(),
            brand.cap_day.amount_micros,
        )
    }
}
