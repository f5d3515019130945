//! Decisions: stored before they are judged, under a key, so that a retry finds the first one.
//!
//! ```text
//!   proposed ──judged──▶ permitted            an effect exists
//!      │  ├──judged──▶ refused               an interlock said no; final
//!      │  ├──judged──▶ shadowed              the policy only watches
//!      │  └─ wait ──▶ proposed               suggest (a person), breaker (its time): judged again
//!      ├──too old──▶ expired
//!      └──a person says no──▶ vetoed     final, also while it waits for a breaker
//! ```

use homeostat_model::{BrandId, DecisionId, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError, transact};

use crate::EffectsError;

/// What a policy decided, with everything it decided from (L13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionDraft {
    /// Names the decision: the same key finds the first one again.
    pub key: String,
    /// The brand.
    pub brand: BrandId,
    /// The entity to act on.
    pub target: String,
    /// The policy.
    pub policy: String,
    /// The version of its rules.
    pub version: String,
    /// The seed of its chance, where it used any.
    pub seed: Option<i64>,
    /// What the sensors said; exact text.
    pub inputs: String,
    /// What the estimator believed; exact text.
    pub belief: String,
    /// What the policy proposes; exact text.
    pub proposal: String,
    /// World time of the decision.
    pub decided_at: WorldTime,
    /// How fresh the data is.
    pub data_as_of: WorldTime,
}

/// Stores a decision, or finds the one that its key names. A found one is returned as it was decided
/// first, whatever the draft's inputs say: a retry cannot decide anew.
///
/// # Errors
/// When the database does not answer, or the key names a decision of another brand, target or policy.
pub async fn decide(db: &Db, draft: &DecisionDraft) -> Result<DecisionId, EffectsError> {
    if draft.key.is_empty() {
        return Err(EffectsError::Empty("decision.key"));
    }
    transact!(db, |tx| -> Result<DecisionId, EffectsError> {
        decide_in(tx, draft).await
    })
}

/// Approves a suggestion, by name, in the caller's transaction. There is no other way: nobody polls a
/// decision that waits for a person, so what has to follow must commit with the approval. Gives back
/// the decision's brand; `None` when it no longer waits.
///
/// # Errors
/// When the database does not answer, or `who` is empty.
pub async fn approve_in(
    connection: &mut PgConnection,
    decision: DecisionId,
    who: &str,
) -> Result<Option<BrandId>, EffectsError> {
    if who.is_empty() {
        return Err(EffectsError::Empty("who"));
    }
    let brand = sqlx::query_scalar!(
        "UPDATE homeostat.decision SET approved_by = $2
         WHERE id = $1 AND state = 'proposed' AND approved_by IS NULL RETURNING brand",
        decision.0,
        who,
    )
    .fetch_optional(connection)
    .await?;
    let parsed = brand.map(BrandId::try_from).transpose();
    Ok(parsed.map_err(|error| StoreError::corrupt("decision.brand", error))?)
}

/// Says no to a decision that nobody has acted on, by name. Whoever comes to act on it later finds it closed. False
/// when it is judged already, or somebody said so before.
///
/// # Errors
/// When the database does not answer, or `who` is empty.
pub async fn veto(db: &Db, decision: DecisionId, who: &str) -> Result<bool, EffectsError> {
    if who.is_empty() {
        return Err(EffectsError::Empty("who"));
    }
    let said = sqlx::query!(
        "UPDATE homeostat.decision SET state = 'vetoed', vetoed_by = $2 WHERE id = $1 AND state = 'proposed'",
        decision.0,
        who,
    )
    .execute(db.pool())
    .await?;
    Ok(said.rows_affected() == 1)
}

/// [`decide`] in the caller's transaction: it is there if and only if that commits.
///
/// # Errors
/// As [`decide`].
pub async fn decide_in(
    connection: &mut PgConnection,
    draft: &DecisionDraft,
) -> Result<DecisionId, EffectsError> {
    let inserted = sqlx::query_scalar!(
        "INSERT INTO homeostat.decision (key, brand, target, policy, version, seed, inputs, belief,
             proposal, decided_at, data_as_of)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (key) DO NOTHING RETURNING id",
        draft.key,
        draft.brand.as_str(),
        draft.target,
        draft.policy,
        draft.version,
        draft.seed,
        draft.inputs,
        draft.belief,
        draft.proposal,
        Stamp::from(draft.decided_at) as Stamp,
        Stamp::from(draft.data_as_of) as Stamp,
    )
    .fetch_optional(&mut *connection)
    .await?;
    match inserted {
        Some(id) => Ok(DecisionId(id)),
        None => reuse(connection, draft).await,
    }
}

async fn reuse(
    connection: &mut PgConnection,
    draft: &DecisionDraft,
) -> Result<DecisionId, EffectsError> {
    let row = sqlx::query!(
        "SELECT id, brand, target, policy FROM homeostat.decision WHERE key = $1",
        draft.key,
    )
    .fetch_one(connection)
    .await?;
    let pairs = [
        ("brand", row.brand == draft.brand.as_str()),
        ("target", row.target == draft.target),
        ("policy", row.policy == draft.policy),
    ];
    match pairs.into_iter().find(|(_, same)| !same) {
        Some((field, _)) => Err(EffectsError::DecisionKeyReused {
            key: draft.key.clone(),
            field,
        }),
        None => Ok(DecisionId(row.id)),
    }
}

/// A decision, locked for judging.
#[derive(Debug)]
pub(crate) struct Locked {
    pub(crate) id: DecisionId,
    pub(crate) brand: BrandId,
    pub(crate) target: String,
    pub(crate) policy: String,
    pub(crate) version: String,
    pub(crate) state: String,
    pub(crate) approved: bool,
    pub(crate) data_as_of: WorldTime,
    pub(crate) verdict: Option<String>,
}

/// Locks a decision. The first lock an intent takes: two intents for one decision take turns.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    id: DecisionId,
) -> Result<Locked, EffectsError> {
    let row = sqlx::query!(
        "SELECT brand, target, policy, version, state, approved_by, data_as_of, verdict
         FROM homeostat.decision WHERE id = $1 FOR UPDATE",
        id.0,
    )
    .fetch_optional(connection)
    .await?
    .ok_or(EffectsError::NoDecision(id))?;
    let brand = BrandId::try_from(row.brand)
        .map_err(|error| StoreError::corrupt("decision.brand", error))?;
    Ok(Locked {
        id,
        brand,
        target: row.target,
        policy: row.policy,
        version: row.version,
        state: row.state,
        approved: row.approved_by.is_some(),
        data_as_of: row.data_as_of.world(),
        verdict: row.verdict,
    })
}

/// Stores how a decision was judged.
pub(crate) async fn judged(
    connection: &mut PgConnection,
    id: DecisionId,
    state: &str,
    case: &str,
    verdict: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.decision SET state = $2, judged = $3, verdict = $4 WHERE id = $1",
        id.0,
        state,
        case,
        verdict,
    )
    .execute(connection)
    .await?;
    Ok(())
}
