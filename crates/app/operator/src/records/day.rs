//! A brand's campaigns on one day: what each may spend, and what was read of it.

use homeostat_model::{Money, WorldTime};
use homeostat_store::{Db, Stamp, StoreError};
use jiff::civil::Date;
use serde::Serialize;

/// Campaigns of a brand that are read.
const CAMPAIGNS_MAX: i64 = 10_000;

/// A campaign on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CampaignDay {
    /// The vendor's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its daily budget as last read, where it carries one.
    pub daily_budget: Option<Money>,
    /// The day as last read; absent: nothing was read of it.
    pub read: Option<DayRead>,
}

/// A campaign's day as last read. Figures are of the whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DayRead {
    /// What the ads report as spent.
    pub spend: Money,
    /// What they report as sold.
    pub sales: i64,
    /// World time of the reading that changed a figure last.
    pub read_at: WorldTime,
}

/// The campaigns of a brand with what was read of one day in the brand's zone, by id.
///
/// # Errors
/// When the database does not answer.
pub async fn campaigns_of_day(
    db: &Db,
    brand: &str,
    day: Date,
) -> Result<Vec<CampaignDay>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT c.id, c.name, c.daily_budget_micros, c.currency, o.spend_micros AS "spend?", o.sales AS "sales?",
               o.currency AS "spent_in?", o.read_at AS "read_at?: Stamp"
           FROM homeostat.campaign c
           LEFT JOIN LATERAL (
               SELECT o.spend_micros, o.sales, o.currency, o.read_at FROM homeostat.observation o
               WHERE o.brand = c.brand AND o.campaign = c.id AND o.day = $2::text::date
               ORDER BY o.id DESC LIMIT 1) o ON true
           WHERE c.brand = $1 ORDER BY c.id LIMIT $3"#,
        brand,
        day.to_string(),
        CAMPAIGNS_MAX,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row
                .currency
                .parse()
                .map_err(|error| StoreError::corrupt("campaign.currency", error))?;
            let spent_in = row.spent_in.map(|code| code.parse()).transpose();
            let spent_in =
                spent_in.map_err(|error| StoreError::corrupt("observation.currency", error))?;
            let read = row.spend.zip(spent_in).zip(row.read_at);
            Ok(CampaignDay {
                id: row.id,
                name: row.name,
                daily_budget: row
                    .daily_budget_micros
                    .map(|micros| Money::from_micros(micros, currency)),
                read: read.map(|((spend, spent_in), read_at)| DayRead {
                    spend: Money::from_micros(spend, spent_in),
                    sales: row.sales.unwrap_or_default(),
                    read_at: read_at.world(),
                }),
            })
        })
        .collect()
}
