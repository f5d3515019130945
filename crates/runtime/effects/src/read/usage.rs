//! What paid calls cost, added up by what they were for.

use homeostat_model::{EffectId, Money, RuntimeTime};
use homeostat_store::{Db, Stamp, StoreError};
use serde::Serialize;

/// By what calls are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageBy {
    /// Who was called.
    Vendor,
    /// The model that answered, or the one that was asked for.
    Model,
    /// For whom.
    Brand,
    /// What for.
    Task,
}

/// Calls of one group within one step of time, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsageStep {
    /// Which step, from 0.
    pub step: usize,
    /// The group; absent: the calls say none.
    pub group: Option<String>,
    /// How many calls.
    pub calls: i64,
    /// Of them, those that brought no answer, or a refusal.
    pub failed: i64,
    /// What they cost; absent: no price is known.
    pub cost: Option<Money>,
}

impl UsageBy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Vendor, Self::Model, Self::Brand, Self::Task];

    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Model => "model",
            Self::Brand => "brand",
            Self::Task => "task",
        }
    }
}

/// Calls of all brands in steps of time. A step lasts from its own beginning to the next one's, the last one has no
/// end; `begins` is in order. What costs most comes first, so a limit cuts off what costs least.
///
/// # Errors
/// When the database does not answer.
pub async fn usage_by(
    db: &Db,
    by: UsageBy,
    begins: &[RuntimeTime],
    limit: u32,
) -> Result<Vec<UsageStep>, StoreError> {
    let begins: Vec<Stamp> = begins.iter().map(|at| Stamp::from(*at)).collect();
    // Each step by itself: all at once they would be sorted, on disk, since nobody knows how few groups there are.
    let rows = sqlx::query!(
        r#"WITH step AS (
               SELECT f AS since, lead(f, 1, 'infinity') OVER (ORDER BY f) AS until, row_number() OVER (ORDER BY f) AS n
               FROM unnest($1::timestamptz[]) f)
           SELECT step.n AS "step!", u."group" AS "group?", u.currency AS "currency?", u.calls AS "calls!",
               u.failed AS "failed!", u.cost AS "cost!"
           FROM step CROSS JOIN LATERAL (
               SELECT CASE $2::text WHEN 'vendor' THEN vendor WHEN 'model' THEN coalesce(model_answered, model_asked)
                          WHEN 'brand' THEN brand ELSE task END AS "group",
                      currency, count(*) AS calls, count(*) FILTER (WHERE outcome <> 'ok') AS failed,
                      sum(cost_micros)::bigint AS cost
               FROM homeostat.api_usage WHERE at >= step.since AND at < step.until
               GROUP BY 1, 2) u
           ORDER BY u.cost DESC, u.calls DESC LIMIT $3"#,
        &begins as &[Stamp],
        by.as_str(),
        super::limit(limit),
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row.currency.map(|code| code.parse()).transpose();
            let currency =
                currency.map_err(|error| StoreError::corrupt("api_usage.currency", error))?;
            Ok(UsageStep {
                // Buckets count from 1.
                step: usize::try_from(row.step).unwrap_or(1).saturating_sub(1),
                group: row.group,
                calls: row.calls,
                failed: row.failed,
                cost: currency.map(|currency| Money::from_micros(row.cost, currency)),
            })
        })
        .collect()
}

/// A call that was made for an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActCall {
    /// When its outcome was written.
    pub ended_at: RuntimeTime,
    /// From the beginning of the call to its outcome.
    pub latency_ms: i64,
    /// `ok`, `refused`, `unsent`, `throttled` or `unknown`.
    pub outcome: String,
}

/// The first calls of an act, oldest first. Questions to the vendor are no calls.
///
/// # Errors
/// When the database does not answer.
pub async fn calls_of(db: &Db, effect: EffectId, limit: u32) -> Result<Vec<ActCall>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT at AS "at: Stamp", latency_ms, outcome FROM homeostat.api_usage
           WHERE effect_id = $1 ORDER BY id LIMIT $2"#,
        effect.0,
        super::limit(limit),
    )
    .fetch_all(db.pool())
    .await?;
    let calls = rows.into_iter().map(|row| ActCall {
        ended_at: row.at.runtime(),
        latency_ms: row.latency_ms,
        outcome: row.outcome,
    });
    Ok(calls.collect())
}
