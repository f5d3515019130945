//! Postings, the truth behind the windows, page by page.

use homeostat_model::{BrandId, EffectId, RuntimeTime, WorldTime};
use homeostat_store::{Db, StoreError};
use serde::Serialize;

/// One leg of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostingView {
    /// The row.
    pub id: i64,
    /// Its legs sum to nothing.
    pub transfer: i64,
    /// When it was written.
    pub at: RuntimeTime,
    /// `available`, `held` or `settled`.
    pub account: String,
    /// `hold`, `settle`, `release`, `record` or `correct`.
    pub kind: String,
    /// What the account changes by: micro-units of money, or acts.
    pub amount: i64,
    /// For whom.
    pub holder: Holder,
    /// The window whose account it is.
    pub window: PostingWindow,
}

/// For whom money moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// An act.
    Effect {
        /// The act.
        id: EffectId,
        /// The actuator's kind.
        kind: String,
        /// The entity acted on.
        target: String,
    },
    /// What spends by itself.
    Standing {
        /// The row of `standing_hold`.
        id: i64,
        /// What spends.
        target: String,
    },
}

/// The window of a posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostingWindow {
    /// The row.
    pub id: i64,
    /// The interlock.
    pub interlock: String,
    /// Whose cap.
    pub scope: String,
    /// `money` or `act`.
    pub unit: String,
    /// The currency of money windows.
    pub currency: Option<String>,
    /// `hour`, `day`, `month`, `lifetime` or `cooldown`.
    pub period: String,
    /// First instant.
    pub starts_at: WorldTime,
}

/// A brand's postings, newest first. `before`: those before this row.
///
/// # Errors
/// When the database does not answer.
pub async fn postings(
    db: &Db,
    brand: &BrandId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<PostingView>, StoreError> {
    // Always a bound: a plan that is kept for every value of it must still begin at the key.
    let rows = sqlx::query!(
        r#"SELECT p.id AS "id!", p.transfer_id AS "transfer!", p.at AS "at!", p.account AS "account!",
               p.kind AS "kind!", p.amount AS "amount!", p.effect_id, p.standing_id, p.window_id AS "window!",
               w.interlock, w.scope, w.unit, w.currency, w.period, w.starts_at,
               e.kind AS "act?", e.target AS "acted_on?", s.target AS "spends?"
           FROM (SELECT * FROM homeostat.posting WHERE brand = $1 AND id < $2 ORDER BY id DESC LIMIT $3) p
           JOIN homeostat.budget_window w ON w.id = p.window_id
           LEFT JOIN homeostat.effect e ON e.id = p.effect_id
           LEFT JOIN homeostat.standing_hold s ON s.id = p.standing_id
           ORDER BY p.id DESC"#,
        brand.as_str(),
        before.unwrap_or(i64::MAX),
        super::limit(limit),
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            let act = row.effect_id.zip(row.act).zip(row.acted_on);
            let spends = row.standing_id.zip(row.spends);
            let holder = match (act, spends) {
                (Some(((id, kind), target)), _) => Holder::Effect {
                    id: EffectId(id),
                    kind,
                    target,
                },
                (None, Some((id, target))) => Holder::Standing { id, target },
                (None, None) => return Err(StoreError::corrupt("posting.effect_id", "no holder")),
            };
            Ok(PostingView {
                id: row.id,
                transfer: row.transfer,
                at: row.at.runtime(),
                account: row.account,
                kind: row.kind,
                amount: row.amount,
                holder,
                window: PostingWindow {
                    id: row.window,
                    interlock: row.interlock,
                    scope: row.scope,
                    unit: row.unit,
                    currency: row.currency,
                    period: row.period,
                    starts_at: row.starts_at.world(),
                },
            })
        })
        .collect()
}
