//! The rows of `standing_hold`.

use std::collections::BTreeMap;

use homeostat_model::{BrandId, EffectId, Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use jiff::civil::Date;
use serde::Serialize;

/// A standing hold whose newest day could not be held in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShortHold {
    /// The row.
    pub standing: i64,
    /// What spends, such as a campaign's id.
    pub target: String,
    /// The local day.
    pub day: Date,
    /// What the day lacks, micro-units of the brand's currency.
    pub missing_micros: i64,
}

/// A standing hold as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StandingView {
    /// The row.
    pub id: i64,
    /// The brand.
    pub brand: String,
    /// What spends.
    pub target: String,
    /// The most a local day can take.
    pub per_day_micros: i64,
    /// Its currency.
    pub currency: String,
    /// It runs; otherwise it has ended.
    pub is_active: bool,
    /// The act that began it; absent: a sensor found it.
    pub effect: Option<EffectId>,
    /// Since when it runs or ran.
    pub started_at: WorldTime,
    /// Until when it ran.
    pub ended_at: Option<WorldTime>,
    /// The newest day in the books.
    pub day: Option<Date>,
    /// Authorised for that day.
    pub day_micros: i64,
    /// Still held of it.
    pub day_held_micros: i64,
    /// Observed of that day.
    pub day_settled_micros: i64,
}

/// A standing hold as a pass over a brand reads it.
#[derive(Debug, Clone)]
pub(super) struct Life {
    pub(super) id: i64,
    pub(super) per_day_micros: i64,
    pub(super) started_at: WorldTime,
    pub(super) ended_at: Option<WorldTime>,
    pub(super) last_day: Option<Date>,
    /// What the last day has, if it is open.
    pub(super) last_amount: Option<i64>,
}

pub(super) async fn id_of(
    connection: &mut PgConnection,
    brand: &BrandId,
    target: &str,
) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar!(
        "SELECT id FROM homeostat.standing_hold WHERE brand = $1 AND target = $2",
        brand.as_str(),
        target,
    )
    .fetch_optional(connection)
    .await?)
}

pub(super) async fn is_active(
    connection: &mut PgConnection,
    brand: &BrandId,
    target: &str,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM homeostat.standing_hold
               WHERE brand = $1 AND target = $2 AND state = 'active') AS "is!""#,
        brand.as_str(),
        target,
    )
    .fetch_one(connection)
    .await?)
}

/// What runs for a brand and takes how much per day, by target.
///
/// # Errors
/// When the database does not answer.
pub async fn running_in(
    connection: &mut PgConnection,
    brand: &BrandId,
) -> Result<BTreeMap<String, Money>, StoreError> {
    let rows = sqlx::query!(
        "SELECT target, per_day_micros, currency FROM homeostat.standing_hold
         WHERE brand = $1 AND state = 'active'",
        brand.as_str(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row
                .currency
                .parse()
                .map_err(|error| StoreError::corrupt("standing_hold.currency", error))?;
            Ok((row.target, Money::from_micros(row.per_day_micros, currency)))
        })
        .collect()
}

/// A running one keeps its start and its act; an ended one begins again.
pub(super) async fn begin(
    connection: &mut PgConnection,
    brand: &BrandId,
    target: &str,
    per_day: Money,
    by: Option<EffectId>,
    at: WorldTime,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(
        "INSERT INTO homeostat.standing_hold AS s (brand, target, per_day_micros, currency, effect_id, started_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (brand, target) DO UPDATE SET
             per_day_micros = excluded.per_day_micros, currency = excluded.currency, state = 'active',
             effect_id = CASE WHEN s.state = 'ended' THEN excluded.effect_id
                              ELSE coalesce(s.effect_id, excluded.effect_id) END,
             started_at = CASE WHEN s.state = 'ended' THEN excluded.started_at ELSE s.started_at END,
             ended_at = NULL
         RETURNING id",
        brand.as_str(),
        target,
        per_day.amount_micros,
        per_day.currency.as_str(),
        by.map(|effect| effect.0),
        Stamp::from(at) as Stamp,
    )
    .fetch_one(connection)
    .await?)
}

pub(super) async fn end(
    connection: &mut PgConnection,
    brand: &BrandId,
    target: &str,
    at: WorldTime,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.standing_hold SET state = 'ended', ended_at = greatest($3, started_at)
         WHERE brand = $1 AND target = $2 AND state = 'active'",
        brand.as_str(),
        target,
        Stamp::from(at) as Stamp,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The brand's standing holds with their newest day; ended ones too, as their last days may be missing.
pub(super) async fn lives(
    connection: &mut PgConnection,
    brand: &BrandId,
) -> Result<Vec<Life>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT s.id, s.per_day_micros, s.started_at, s.ended_at AS "ended_at?",
               last.day::text AS "day?", last.open_amount AS "open_amount?"
           FROM homeostat.standing_hold s
           LEFT JOIN LATERAL (
               SELECT h.day, CASE WHEN h.state = 'held' THEN greatest(h.amount, h.settled_amount) END AS open_amount
               FROM homeostat.hold h WHERE h.standing_id = s.id ORDER BY h.day DESC LIMIT 1) last ON true
           WHERE s.brand = $1 ORDER BY s.id"#,
        brand.as_str(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Life {
                id: row.id,
                per_day_micros: row.per_day_micros,
                started_at: row.started_at.world(),
                ended_at: row.ended_at.map(Stamp::world),
                last_day: row.day.map(parse).transpose()?,
                last_amount: row.open_amount,
            })
        })
        .collect()
}

/// The standing holds whose newest day lacks something: what could be paused so that the rest fits.
/// The largest lack comes first.
///
/// # Errors
/// When the database does not answer.
pub async fn short_holds(db: &Db, brand: &BrandId) -> Result<Vec<ShortHold>, StoreError> {
    let mut short: Vec<ShortHold> = standing_holds(db, Some(brand))
        .await?
        .into_iter()
        .filter(|one| one.is_active)
        .filter_map(|one| {
            let covered = one.day_micros.max(one.day_settled_micros);
            Some(ShortHold {
                standing: one.id,
                target: one.target,
                day: one.day?,
                missing_micros: one.per_day_micros - covered,
            })
        })
        .filter(|one| one.missing_micros > 0)
        .collect();
    short.sort_by_key(|one| (-one.missing_micros, one.standing));
    Ok(short)
}

/// All standing holds, of one brand or of every one, in the order they first began.
///
/// # Errors
/// When the database does not answer.
pub async fn standing_holds(
    db: &Db,
    brand: Option<&BrandId>,
) -> Result<Vec<StandingView>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT s.id, s.brand, s.target, s.per_day_micros, s.currency, s.state = 'active' AS "is_active!",
               s.effect_id, s.started_at, s.ended_at AS "ended_at?", last.day::text AS "day?",
               coalesce(last.amount, 0) AS "amount!", coalesce(last.held, 0) AS "held!",
               coalesce(last.settled_amount, 0) AS "settled!"
           FROM homeostat.standing_hold s
           LEFT JOIN LATERAL (
               SELECT h.day, h.amount, h.settled_amount,
                   CASE WHEN h.state = 'held' THEN greatest(h.amount - h.settled_amount, 0) END AS held
               FROM homeostat.hold h
               WHERE h.standing_id = s.id ORDER BY h.day DESC LIMIT 1) last ON true
           WHERE $1::text IS NULL OR s.brand = $1 ORDER BY s.id"#,
        brand.map(BrandId::as_str),
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StandingView {
                id: row.id,
                brand: row.brand,
                target: row.target,
                per_day_micros: row.per_day_micros,
                currency: row.currency,
                is_active: row.is_active,
                effect: row.effect_id.map(EffectId),
                started_at: row.started_at.world(),
                ended_at: row.ended_at.map(Stamp::world),
                day: row.day.map(parse).transpose()?,
                day_micros: row.amount,
                day_held_micros: row.held,
                day_settled_micros: row.settled,
            })
        })
        .collect()
}

pub(super) fn parse(day: String) -> Result<Date, StoreError> {
    day.parse()
        .map_err(|error| StoreError::corrupt("hold.day", error))
}
