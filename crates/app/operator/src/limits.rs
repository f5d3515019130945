//! A brand's configuration as the envelope's limits.

use homeostat_envelope::{Limits, Purse};

use crate::config::Brand;

/// The caps the owner wrote, with the envelope's own defaults for every guard.
pub fn limits(brand: &Brand) -> Limits {
    let service = brand.service.as_ref();
    let payouts = brand.payouts.as_ref();
    Limits {
        refunds: service.map_or_else(Purse::default, |service| Purse {
            day_cap_micros: service.cap_day.amount_micros,
            month_cap_micros: Some(service.cap_month.amount_micros),
            // A day's complaints come when they come.
            pacing_percent: Some(100),
            ..Purse::default()
        }),
        payouts: payouts.map_or_else(Purse::default, |payouts| Purse {
            day_cap_micros: payouts.cap_day.amount_micros,
            month_cap_micros: Some(payouts.cap_month.amount_micros),
            lifetime_cap_micros: Some(payouts.cap_lifetime.amount_micros),
            // Each supplier is paid at once.
            pacing_percent: Some(100),
            ..Purse::default()
        }),
        refund_cap_micros: service.map(|service| service.refund_cap.amount_micros),
        customer_room_micros: service.map(|service| service.customer_room.amount_micros),
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
