//! What each campaign spent and sold on each of the last days.
//!
//! Figures move for days: an order is credited to the day of its click, and arrives later. So each
//! look reads back as far as a click could still bring an order at the look before, and the first look
//! reads further.

use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use jiff::{ToSpan, civil::Date};

use super::{ReadError, Sensor, meta_campaigns::account, row_id};
use crate::{
    Operator,
    config::Brand,
    records::{observation, sensor},
};

/// Clicks are credited for 7 days; one more for zones and one for luck.
const DAYS_BACK: i64 = 9;
/// How far the first look reaches, and at most any other.
const DAYS_BACK_MAX: i64 = 60;

/// The sensor. Lag: minutes; known bias: late orders are missing.
#[derive(Debug)]
pub struct MetaInsights;

#[async_trait::async_trait]
impl Sensor for MetaInsights {
    const NAME: &'static str = "meta.insights";
    const VENDOR: &'static str = "meta";
    type Reading = Vec<observation::Reading>;

    async fn read(
        operator: &Operator,
        brand: &Brand,
        at: WorldTime,
    ) -> Result<Self::Reading, ReadError> {
        // Not knowing whether we looked before only costs a longer look.
        let known = sensor::as_of(&operator.db, &row_id::<Self>(brand))
            .await
            .ok()
            .flatten();
        let day_of = |at: WorldTime| at.0.to_zoned(brand.zone.clone()).date();
        let today = day_of(at);
        let since = since(today, known.map(day_of));
        let reply = operator
            .meta
            .insights(&account(brand)?, since, today)
            .await?;
        Ok(reply
            .value
            .into_iter()
            .map(|row| observation::Reading {
                campaign: row.campaign_id.to_string(),
                day: row.date,
                spend: row.spend,
                sales: i64::try_from(row.purchases).unwrap_or(i64::MAX),
                value: row.purchase_value,
            })
            .collect())
    }

    async fn record(
        tx: &mut PgConnection,
        brand: &Brand,
        reading: &Self::Reading,
        at: WorldTime,
    ) -> Result<(), StoreError> {
        observation::record(tx, brand.id.as_str(), &brand.zone, reading, at)
            .await
            .map(drop)
    }
}

/// The first day to read: no day that could still move since the last look is left out.
fn since(today: Date, last_look: Option<Date>) -> Date {
    let farthest = today.saturating_sub(DAYS_BACK_MAX.days());
    match last_look {
        Some(day) => day
            .min(today)
            .saturating_sub(DAYS_BACK.days())
            .max(farthest),
        None => farthest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_absence_reads_further_back() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let today = day("2026-06-20");
        for (last, wanted) in [
            (None, "2026-04-21"),
            (Some("2026-06-20"), "2026-06-11"),
            (Some("2026-06-10"), "2026-06-01"),
            (Some("2026-01-01"), "2026-04-21"),
            (Some("2026-07-01"), "2026-06-11"),
        ] {
            assert_eq!(since(today, last.map(day)), day(wanted), "{last:?}");
        }
    }
}
