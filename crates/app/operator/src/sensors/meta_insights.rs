//! What each campaign spent and sold on each of the last days.
//!
//! Figures move for days: an order is credited to the day of its click, and arrives later. So each
//! look reads back as far as a click can still bring an order, and the first look reads further.

use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::meta;
use jiff::ToSpan;

use super::{Sensor, meta_campaigns::account, row_id};
use crate::{
    Operator,
    config::Brand,
    records::{observation, sensor},
};

/// Clicks are credited for 7 days; one more for zones and one for luck.
const DAYS_BACK: i64 = 9;
/// How far the first look reaches.
const DAYS_BACK_FIRST: i64 = 60;

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
    ) -> Result<Self::Reading, meta::Error> {
        // Not knowing whether we looked before only costs a longer look.
        let known = sensor::as_of(&operator.db, &row_id::<Self>(brand))
            .await
            .ok()
            .flatten();
        let days_back = if known.is_some() {
            DAYS_BACK
        } else {
            DAYS_BACK_FIRST
        };
        let today = at.0.to_zoned(brand.zone.clone()).date();
        let since = today.saturating_sub(days_back.days());
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
