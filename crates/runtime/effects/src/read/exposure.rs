//! Who holds money of a brand now: acts that are not closed, and what spends by itself.

use homeostat_model::{BrandId, Currency, EffectId, Money, RuntimeTime, WorldTime};
use homeostat_store::{Db, Stamp, StoreError};
use serde::Serialize;

use super::EffectState;
use crate::Class;

/// An act that is not closed and holds money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exposure {
    /// The act.
    pub effect: EffectId,
    /// The actuator's kind.
    pub kind: String,
    /// The entity acted on.
    pub target: String,
    /// How it is done at most once.
    pub class: Class,
    /// `sending`, `accepted` or `unknown`.
    pub state: EffectState,
    /// What it holds, in the currency of its windows. Each of them holds the same money.
    pub held: Money,
    /// The last request certainly never left.
    pub is_unsent: bool,
    /// Somebody calls or asks until then; absent: nobody does.
    pub call_deadline: Option<RuntimeTime>,
    /// When the vendor is asked next.
    pub next_probe_at: Option<RuntimeTime>,
    /// Nobody could tell since then.
    pub unknown_since: Option<RuntimeTime>,
    /// When it was intended.
    pub created_at: RuntimeTime,
}

/// What spends by itself and has days that are not closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StandingExposure {
    /// The row of `standing_hold`.
    pub standing: i64,
    /// What spends, such as a campaign's id.
    pub target: String,
    /// The most that a local day can take.
    pub per_day: Money,
    /// It runs; otherwise only its last days are still open.
    pub is_active: bool,
    /// The act that began it; absent: a sensor found it.
    pub effect: Option<EffectId>,
    /// Since when it runs or ran.
    pub started_at: WorldTime,
    /// The last complete reading of what was spent.
    pub read_at: Option<WorldTime>,
    /// What its open days hold together.
    pub held: Money,
    /// How many days are open.
    pub days: i64,
    /// What its newest day may take and found no room for.
    pub missing: Money,
}

/// Acts that are not closed and hold money: first those that nobody knows about, each the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn exposures(db: &Db, brand: &BrandId, limit: u32) -> Result<Vec<Exposure>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT e.id, e.kind, e.target, e.class, e.state, e.unsent, e.call_deadline, e.next_probe_at,
               e.unknown_since, e.created_at, held.amount AS "amount!", held.currency AS "currency!"
           FROM homeostat.effect e
           CROSS JOIN LATERAL (
               SELECT h.amount, w.currency FROM homeostat.hold h
               JOIN homeostat.budget_window w ON w.id = h.window_id
               WHERE h.effect_id = e.id AND h.state = 'held' AND w.unit = 'money'
               ORDER BY h.amount DESC LIMIT 1) held
           WHERE e.brand = $1 AND e.finished_at IS NULL
           ORDER BY e.unknown_since NULLS LAST, e.id LIMIT $2"#,
        brand.as_str(),
        super::limit(limit),
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Exposure {
                effect: EffectId(row.id),
                kind: row.kind,
                target: row.target,
                class: Class::parse(&row.class)?,
                state: row.state.parse()?,
                held: Money::from_micros(row.amount, currency(&row.currency)?),
                is_unsent: row.unsent,
                call_deadline: row.call_deadline.map(Stamp::runtime),
                next_probe_at: row.next_probe_at.map(Stamp::runtime),
                unknown_since: row.unknown_since.map(Stamp::runtime),
                created_at: row.created_at.runtime(),
            })
        })
        .collect()
}

/// What spends by itself and has days that are not closed; who holds most comes first.
///
/// # Errors
/// When the database does not answer.
pub async fn standing_exposures(
    db: &Db,
    brand: &BrandId,
    limit: u32,
) -> Result<Vec<StandingExposure>, StoreError> {
    // A day lies in several windows, and each of them holds the same money.
    let rows = sqlx::query!(
        r#"WITH days AS (
               SELECT h.standing_id, h.day, max(greatest(h.amount - h.settled_amount, 0)) AS held,
                   max(greatest(h.amount, h.settled_amount)) AS covered
               FROM homeostat.hold h
               WHERE h.brand = $1 AND h.state = 'held' AND h.standing_id IS NOT NULL
               GROUP BY h.standing_id, h.day)
           SELECT s.id, s.target, s.per_day_micros, s.currency, s.state = 'active' AS "is_active!", s.effect_id,
               s.started_at, s.read_at, sum(d.held)::bigint AS "held!", count(*) AS "days!",
               (array_agg(d.covered ORDER BY d.day DESC))[1] AS "covered!"
           FROM days d JOIN homeostat.standing_hold s ON s.id = d.standing_id
           GROUP BY s.id ORDER BY sum(d.held) DESC, s.id LIMIT $2"#,
        brand.as_str(),
        super::limit(limit),
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = currency(&row.currency)?;
            let missing = match row.is_active {
                true => (row.per_day_micros - row.covered).max(0),
                false => 0,
            };
            Ok(StandingExposure {
                standing: row.id,
                target: row.target,
                per_day: Money::from_micros(row.per_day_micros, currency),
                is_active: row.is_active,
                effect: row.effect_id.map(EffectId),
                started_at: row.started_at.world(),
                read_at: row.read_at.map(Stamp::world),
                held: Money::from_micros(row.held, currency),
                days: row.days,
                missing: Money::from_micros(missing, currency),
            })
        })
        .collect()
}

fn currency(code: &str) -> Result<Currency, StoreError> {
    code.parse()
        .map_err(|error| StoreError::corrupt("budget_window.currency", error))
}
