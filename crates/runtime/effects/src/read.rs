//! What the CLI and the console read: effects, decisions, budgets.

use std::{fmt, str::FromStr};

use homeostat_model::{BrandId, DecisionId, EffectId, Money, ProcessId, RuntimeTime, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde::Serialize;

use crate::Class;

/// Where an effect stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectState {
    /// A permit was given; the outcome is not recorded yet.
    Sending,
    /// The vendor took it and finishes later.
    Accepted,
    /// It happened.
    Settled,
    /// The vendor said no.
    Refused,
    /// Nobody can tell; its money is still held.
    Unknown,
    /// It certainly did not happen and will not.
    Void,
}

/// How the outcome came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// The call's own answer.
    Normal,
    /// After a crash of its owner.
    Recovered,
    /// The vendor was asked.
    Probed,
    /// The vendor recognised the key.
    Deduplicated,
    /// A person said so.
    Manual,
}

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
    /// `proposed`, `permitted`, `refused`, `shadowed` or `expired`.
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

/// A window as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BudgetView {
    /// The row.
    pub id: i64,
    /// The brand.
    pub brand: String,
    /// The interlock.
    pub interlock: String,
    /// Whose cap.
    pub scope: String,
    /// `money` or `act`.
    pub unit: String,
    /// `hour`, `day`, `month`, `lifetime` or `cooldown`.
    pub period: String,
    /// The currency of money windows.
    pub currency: Option<String>,
    /// First instant.
    pub starts_at: WorldTime,
    /// First instant after it.
    pub ends_at: WorldTime,
    /// The cap.
    pub cap: i64,
    /// Promised.
    pub held: i64,
    /// Used.
    pub settled: i64,
    /// The scope is frozen.
    pub frozen: bool,
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
    /// At most so many; 0: 100.
    pub limit: u32,
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
           ORDER BY id DESC LIMIT $5"#,
        filter.brand.as_ref().map(BrandId::as_str),
        filter.state.map(EffectState::as_str),
        filter.target.as_deref(),
        filter.open_only,
        limit(filter.limit),
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
           AND ($3::text IS NULL OR target = $3)
         ORDER BY id DESC LIMIT $4",
        filter.brand.as_ref().map(BrandId::as_str),
        filter.state.as_deref(),
        filter.target.as_deref(),
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

/// The windows that cover `at`, in the order scope, interlock; `None`: the last 500 by id.
///
/// # Errors
/// When the database does not answer.
pub async fn budgets(
    db: &Db,
    brand: Option<&BrandId>,
    at: Option<WorldTime>,
) -> Result<Vec<BudgetView>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT w.id, w.brand, w.interlock, w.scope, w.unit, w.period, w.currency, w.starts_at, w.ends_at,
               w.cap, w.held, w.settled,
               EXISTS (SELECT FROM homeostat.restraint r
                       WHERE r.scope = w.scope AND r.kind = 'freeze' AND r.state = 'active') AS "frozen!"
           FROM homeostat.budget_window w
           WHERE ($1::text IS NULL OR w.brand = $1)
             AND ($2::timestamptz IS NULL OR (w.starts_at <= $2 AND $2 < w.ends_at))
           ORDER BY w.scope, w.interlock, w.id DESC LIMIT 500"#,
        brand.map(BrandId::as_str),
        at.map(Stamp::from) as Option<Stamp>,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| BudgetView {
            id: row.id,
            brand: row.brand,
            interlock: row.interlock,
            scope: row.scope,
            unit: row.unit,
            period: row.period,
            currency: row.currency,
            starts_at: row.starts_at.world(),
            ends_at: row.ends_at.world(),
            cap: row.cap,
            held: row.held,
            settled: row.settled,
            frozen: row.frozen,
        })
        .collect())
}

fn limit(limit: u32) -> i64 {
    i64::from(if limit == 0 { 100 } else { limit })
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

impl EffectState {
    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Settled => "settled",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Void => "void",
        }
    }

    /// Whether the outcome is final.
    pub fn is_closed(self) -> bool {
        match self {
            Self::Settled | Self::Refused | Self::Void => true,
            Self::Sending | Self::Accepted | Self::Unknown => false,
        }
    }
}

impl fmt::Display for EffectState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EffectState {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "sending" => Ok(Self::Sending),
            "accepted" => Ok(Self::Accepted),
            "settled" => Ok(Self::Settled),
            "refused" => Ok(Self::Refused),
            "unknown" => Ok(Self::Unknown),
            "void" => Ok(Self::Void),
            other => Err(StoreError::corrupt(
                "effect.state",
                format!("unknown word {other:?}"),
            )),
        }
    }
}

impl Provenance {
    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Recovered => "recovered",
            Self::Probed => "probed",
            Self::Deduplicated => "deduplicated",
            Self::Manual => "manual",
        }
    }
}

impl FromStr for Provenance {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "normal" => Ok(Self::Normal),
            "recovered" => Ok(Self::Recovered),
            "probed" => Ok(Self::Probed),
            "deduplicated" => Ok(Self::Deduplicated),
            "manual" => Ok(Self::Manual),
            other => Err(StoreError::corrupt(
                "effect.provenance",
                format!("unknown word {other:?}"),
            )),
        }
    }
}
