//! Effects as the CLI and the console read them.

use homeostat_model::{BrandId, DecisionId, EffectId, Money, ProcessId, RuntimeTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde::Serialize;

use super::{EffectState, Provenance, limit};
use crate::Class;

/// An effect as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EffectView {
    /// The row.
    pub id: EffectId,
    /// Under which it is done at most once.
    pub key: String,
    /// What decided it.
    pub decision: DecisionId,
    /// The actuator's kind.
    pub kind: String,
    /// The vendor.
    pub vendor: String,
    /// How it is done at most once.
    pub class: Class,
    /// The brand.
    pub brand: String,
    /// The entity acted on.
    pub target: String,
    /// The actuator's parameters, as JSON text.
    pub request: String,
    /// Hash over amount, target and kind.
    pub request_hash: String,
    /// The worst case that was held.
    pub worst_case: Money,
    /// The vendor's idempotency key.
    pub vendor_key: Option<String>,
    /// Where it stands.
    pub state: EffectState,
    /// Who calls or probes now.
    pub owner: Option<ProcessId>,
    /// The fence.
    pub calls: i32,
    /// Permits given.
    pub sends: i32,
    /// Probes made.
    pub probes: i32,
    /// Why it is refused, void or unknown.
    pub reason: Option<String>,
    /// The vendor's answer, as JSON text.
    pub receipt: Option<String>,
    /// The vendor's own name for it.
    pub vendor_ref: Option<String>,
    /// How the outcome came to be known.
    pub provenance: Option<Provenance>,
    /// What it cost, in micro-units of the worst case's currency.
    pub actual_micros: Option<i64>,
    /// Nobody could tell since then.
    pub unknown_since: Option<RuntimeTime>,
    /// When the vendor is asked next.
    pub next_probe_at: Option<RuntimeTime>,
    /// When it was intended.
    pub created_at: RuntimeTime,
    /// When it was closed.
    pub finished_at: Option<RuntimeTime>,
}

/// Which effects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EffectFilter {
    /// Of this brand.
    pub brand: Option<BrandId>,
    /// In this state.
    pub state: Option<EffectState>,
    /// On this target.
    pub target: Option<String>,
    /// Only those that are not closed.
    pub open_only: bool,
    /// Those before this one.
    pub before: Option<EffectId>,
    /// At most so many; 0: 100.
    pub limit: u32,
}

/// Effects, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn effects(db: &Db, filter: &EffectFilter) -> Result<Vec<EffectView>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, key, decision_id, kind, vendor, class, brand, target, request, request_hash,
               amount_micros, currency, vendor_key, state, owner, calls, sends, probes, reason,
               receipt, vendor_ref, provenance, actual_micros, unknown_since, next_probe_at,
               created_at, finished_at
           FROM homeostat.effect
           WHERE ($1::text IS NULL OR brand = $1) AND ($2::text IS NULL OR state = $2)
             AND ($3::text IS NULL OR target = $3) AND (NOT $4 OR finished_at IS NULL)
             AND ($6::bigint IS NULL OR id < $6)
           ORDER BY id DESC LIMIT $5"#,
        filter.brand.as_ref().map(BrandId::as_str),
        filter.state.map(EffectState::as_str),
        filter.target.as_deref(),
        filter.open_only,
        limit(filter.limit),
        filter.before.map(|id| id.0),
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter().map(Row::view).collect()
}

/// One effect.
///
/// # Errors
/// When the database does not answer.
pub async fn effect(db: &Db, id: EffectId) -> Result<Option<EffectView>, StoreError> {
    let mut connection = db.pool().acquire().await?;
    effect_in(&mut connection, id).await
}

/// These effects, in no order.
///
/// # Errors
/// When the database does not answer.
pub async fn effects_of(db: &Db, ids: &[EffectId]) -> Result<Vec<EffectView>, StoreError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, key, decision_id, kind, vendor, class, brand, target, request, request_hash,
               amount_micros, currency, vendor_key, state, owner, calls, sends, probes, reason,
               receipt, vendor_ref, provenance, actual_micros, unknown_since, next_probe_at,
               created_at, finished_at
           FROM homeostat.effect WHERE id = ANY ($1)"#,
        &ids,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter().map(Row::view).collect()
}

/// One effect, within a transaction.
pub(crate) async fn effect_in(
    connection: &mut PgConnection,
    id: EffectId,
) -> Result<Option<EffectView>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, key, decision_id, kind, vendor, class, brand, target, request, request_hash,
               amount_micros, currency, vendor_key, state, owner, calls, sends, probes, reason,
               receipt, vendor_ref, provenance, actual_micros, unknown_since, next_probe_at,
               created_at, finished_at
           FROM homeostat.effect WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::view).transpose()
}

/// How many acts are not closed, by state.
///
/// # Errors
/// When the database does not answer.
pub async fn open_counts(db: &Db) -> Result<Vec<(EffectState, i64)>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT state, count(*) AS "n!" FROM homeostat.effect WHERE finished_at IS NULL GROUP BY state ORDER BY state"#
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.state.parse()?, row.n)))
        .collect()
}

/// The newest act of each of these decisions, in no order. A decision of which none came is not among them.
///
/// # Errors
/// When the database does not answer.
pub async fn acts_of(db: &Db, decisions: &[DecisionId]) -> Result<Vec<EffectView>, StoreError> {
    let ids: Vec<i64> = decisions.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT DISTINCT ON (decision_id) id, key, decision_id, kind, vendor, class, brand, target, request,
               request_hash, amount_micros, currency, vendor_key, state, owner, calls, sends, probes, reason,
               receipt, vendor_ref, provenance, actual_micros, unknown_since, next_probe_at,
               created_at, finished_at
           FROM homeostat.effect WHERE decision_id = ANY ($1) ORDER BY decision_id, id DESC"#,
        &ids,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter().map(Row::view).collect()
}

/// The newest act of a decision; none: none came of it.
///
/// # Errors
/// When the database does not answer.
pub async fn act_of(db: &Db, decision: DecisionId) -> Result<Option<EffectView>, StoreError> {
    Ok(acts_of(db, &[decision]).await?.pop())
}

/// The effect under a key, within a transaction.
pub(crate) async fn effect_by_key(
    connection: &mut PgConnection,
    key: &str,
) -> Result<Option<EffectView>, StoreError> {
    let id = sqlx::query_scalar!("SELECT id FROM homeostat.effect WHERE key = $1", key)
        .fetch_optional(&mut *connection)
        .await?;
    match id {
        Some(id) => effect_in(connection, EffectId(id)).await,
        None => Ok(None),
    }
}

struct Row {
    id: i64,
    key: String,
    decision_id: i64,
    kind: String,
    vendor: String,
    class: String,
    brand: String,
    target: String,
    request: String,
    request_hash: String,
    amount_micros: i64,
    currency: String,
    vendor_key: Option<String>,
    state: String,
    owner: Option<i64>,
    calls: i32,
    sends: i32,
    probes: i32,
    reason: Option<String>,
    receipt: Option<String>,
    vendor_ref: Option<String>,
    provenance: Option<String>,
    actual_micros: Option<i64>,
    unknown_since: Option<Stamp>,
    next_probe_at: Option<Stamp>,
    created_at: Stamp,
    finished_at: Option<Stamp>,
}

impl Row {
    fn view(self) -> Result<EffectView, StoreError> {
        let currency = self
            .currency
            .parse()
            .map_err(|error| StoreError::corrupt("effect.currency", error))?;
        Ok(EffectView {
            id: EffectId(self.id),
            key: self.key,
            decision: DecisionId(self.decision_id),
            kind: self.kind,
            vendor: self.vendor,
            class: Class::parse(&self.class)?,
            brand: self.brand,
            target: self.target,
            request: self.request,
            request_hash: self.request_hash,
            worst_case: Money::from_micros(self.amount_micros, currency),
            vendor_key: self.vendor_key,
            state: self.state.parse()?,
            owner: self.owner.map(ProcessId),
            calls: self.calls,
            sends: self.sends,
            probes: self.probes,
            reason: self.reason,
            receipt: self.receipt,
            vendor_ref: self.vendor_ref,
            provenance: self.provenance.as_deref().map(str::parse).transpose()?,
            actual_micros: self.actual_micros,
            unknown_since: self.unknown_since.map(Stamp::runtime),
            next_probe_at: self.next_probe_at.map(Stamp::runtime),
            created_at: self.created_at.runtime(),
            finished_at: self.finished_at.map(Stamp::runtime),
        })
    }
}
