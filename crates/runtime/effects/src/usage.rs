//! Usage: one row per model or paid vendor call, failures too.

use std::time::Duration;

use homeostat_model::EffectId;
use homeostat_store::{PgConnection, StoreError};

use crate::Usage;

/// What a row of usage is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) brand: Option<&'a str>,
    pub(crate) vendor: &'a str,
    pub(crate) task: &'a str,
    pub(crate) effect: Option<EffectId>,
    pub(crate) outcome: &'a str,
    pub(crate) latency: Duration,
}

/// Records a paid call that is no effect, such as a model's answer. `outcome`: `ok`, `refused`,
/// `unsent`, `throttled` or `unknown`.
///
/// # Errors
/// When the database does not answer.
pub async fn record_usage(
    connection: &mut PgConnection,
    brand: Option<&str>,
    vendor: &str,
    task: &str,
    (outcome, latency): (&str, Duration),
    usage: &Usage,
) -> Result<(), StoreError> {
    let about = About {
        brand,
        vendor,
        task,
        effect: None,
        outcome,
        latency,
    };
    insert(connection, about, Some(usage)).await
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    about: About<'_>,
    usage: Option<&Usage>,
) -> Result<(), StoreError> {
    let cost = usage.and_then(|usage| usage.cost);
    let units = usage.map_or_else(|| serde_json::json!({}), |usage| usage.units.clone());
    sqlx::query!(
        "INSERT INTO homeostat.api_usage (brand, vendor, task, effect_id, model_asked, model_answered,
             units, price_row, cost_micros, currency, latency_ms, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        about.brand,
        about.vendor,
        about.task,
        about.effect.map(|id| id.0),
        usage.and_then(|usage| usage.model_asked.as_deref()),
        usage.and_then(|usage| usage.model_answered.as_deref()),
        units,
        usage.and_then(|usage| usage.price_row.as_deref()),
        cost.map_or(0, |cost| cost.amount_micros),
        cost.map(|cost| cost.currency.to_string()),
        crate::ctx::millis(about.latency),
        about.outcome,
    )
    .execute(connection)
    .await?;
    Ok(())
}
