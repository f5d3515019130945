//! Decisions as the CLI and the console read them.

use homeostat_model::{BrandId, DecisionId, RuntimeTime, WorldTime};
use homeostat_store::{Db, Stamp, StoreError};
use serde::Serialize;

use super::limit;

/// A decision as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionView {
    /// The row.
    pub id: DecisionId,
    /// Its key.
    pub key: String,
    /// The brand.
    pub brand: String,
    /// The entity to act on.
    pub target: String,
    /// The policy.
    pub policy: String,
    /// The version of its rules.
    pub version: String,
    /// The seed of its chance.
    pub seed: Option<i64>,
    /// What the sensors said.
    pub inputs: String,
    /// What the estimator believed.
    pub belief: String,
    /// What the policy proposes.
    pub proposal: String,
    /// The case as judged.
    pub judged: Option<String>,
    /// The verdict.
    pub verdict: Option<String>,
    /// `proposed`, `permitted`, `refused`, `shadowed`, `expired` or `vetoed`.
    pub state: String,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// World time of the decision.
    pub decided_at: WorldTime,
    /// How fresh its data was.
    pub data_as_of: WorldTime,
    /// Database time of the row.
    pub created_at: RuntimeTime,
}

/// Which decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    /// Of this brand.
    pub brand: Option<BrandId>,
    /// In this state.
    pub state: Option<String>,
    /// On this target.
    pub target: Option<String>,
    /// Older than this one.
    pub before: Option<DecisionId>,
    /// At most so many; 0: 100.
    pub limit: u32,
}

/// Decisions, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn decisions(db: &Db, filter: &DecisionFilter) -> Result<Vec<DecisionView>, StoreError> {
    let rows = sqlx::query_as!(
        DecisionRow,
        "SELECT id, key, brand, target, policy, version, seed, inputs, belief, proposal, judged, verdict,
             state, approved_by, decided_at, data_as_of, created_at
         FROM homeostat.decision
         WHERE ($1::text IS NULL OR brand = $1) AND ($2::text IS NULL OR state = $2)
           AND ($3::text IS NULL OR target = $3) AND id < $4
         ORDER BY id DESC LIMIT $5",
        filter.brand.as_ref().map(BrandId::as_str),
        filter.state.as_deref(),
        filter.target.as_deref(),
        filter.before.map_or(i64::MAX, |id| id.0),
        limit(filter.limit),
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(DecisionRow::view).collect())
}

/// One decision.
///
/// # Errors
/// When the database does not answer.
pub async fn decision(db: &Db, id: DecisionId) -> Result<Option<DecisionView>, StoreError> {
    let row = sqlx::query_as!(
        DecisionRow,
        "SELECT id, key, brand, target, policy, version, seed, inputs, belief, proposal, judged, verdict,
             state, approved_by, decided_at, data_as_of, created_at
         FROM homeostat.decision WHERE id = $1",
        id.0,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(row.map(DecisionRow::view))
}

/// These decisions, in no order.
///
/// # Errors
/// When the database does not answer.
pub async fn decisions_of(db: &Db, ids: &[DecisionId]) -> Result<Vec<DecisionView>, StoreError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        DecisionRow,
        "SELECT id, key, brand, target, policy, version, seed, inputs, belief, proposal, judged, verdict,
             state, approved_by, decided_at, data_as_of, created_at
         FROM homeostat.decision WHERE id = ANY ($1)",
        &ids,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(DecisionRow::view).collect())
}

/// Decisions of one minute that stand in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionMinute {
    /// The minute.
    pub begins_at: RuntimeTime,
    /// `proposed`, `permitted`, `refused`, `shadowed`, `expired` or `vetoed`.
    pub state: String,
    /// How many.
    pub n: i64,
}

/// How many decisions were stored in each minute since then.
///
/// # Errors
/// When the database does not answer.
pub async fn decision_minutes(
    db: &Db,
    brand: &str,
    since: RuntimeTime,
) -> Result<Vec<DecisionMinute>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT date_trunc('minute', created_at) AS "begins_at!: Stamp", state, count(*) AS "n!"
           FROM homeostat.decision WHERE brand = $1 AND created_at >= $2 GROUP BY 1, 2 ORDER BY 1"#,
        brand,
        Stamp::from(since) as Stamp,
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|row| DecisionMinute {
        begins_at: row.begins_at.runtime(),
        state: row.state,
        n: row.n,
    });
    Ok(rows.collect())
}

struct DecisionRow {
    id: i64,
    key: String,
    brand: String,
    target: String,
    policy: String,
    version: String,
    seed: Option<i64>,
    inputs: String,
    belief: String,
    proposal: String,
    judged: Option<String>,
    verdict: Option<String>,
    state: String,
    approved_by: Option<String>,
    decided_at: Stamp,
    data_as_of: Stamp,
    created_at: Stamp,
}

impl DecisionRow {
    fn view(self) -> DecisionView {
        DecisionView {
            id: DecisionId(self.id),
            key: self.key,
            brand: self.brand,
            target: self.target,
            policy: self.policy,
            version: self.version,
            seed: self.seed,
            inputs: self.inputs,
            belief: self.belief,
            proposal: self.proposal,
            judged: self.judged,
            verdict: self.verdict,
            state: self.state,
            approved_by: self.approved_by,
            decided_at: self.decided_at.world(),
            data_as_of: self.data_as_of.world(),
            created_at: self.created_at.runtime(),
        }
    }
}
