//! What a brand's day came to: acts that were closed, decisions that were made, what calls cost, the day's windows.
//!
//! *Two times.* Decisions and windows go by the world's clock, acts and calls by the database's. Whoever asks brings the
//! day in both; [`decided_around`] tells where a moment of the world lies in the other one.

use homeostat_model::{DecisionId, EffectId, Money, RuntimeTime, WorldTime};
use homeostat_store::{Db, Stamp, StoreError};
use serde::Serialize;

use super::EffectState;

/// Kinds of act, vendors, windows of a day: there are a few of each.
const GROUPS_MAX: i64 = 200;

/// Acts of one kind that came to one end within a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActsOfDay {
    /// The actuator's kind.
    pub kind: String,
    /// `settled`, `refused` or `void`.
    pub state: EffectState,
    /// How many.
    pub n: i64,
    /// Of them, those whose answer was lost and whose end was proven afterwards.
    pub recovered: i64,
    /// The first of them, at most three.
    pub first: Vec<EffectId>,
    /// What those acted on, in the same order.
    pub targets: Vec<String>,
    /// Why the last of them was refused or is void.
    pub reason: Option<String>,
}

/// Acts of a brand that were closed in a span of time, counted.
///
/// # Errors
/// When the database does not answer.
pub async fn acts_of_day(
    db: &Db,
    brand: &str,
    (from, until): (RuntimeTime, RuntimeTime),
) -> Result<Vec<ActsOfDay>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT kind, state, count(*) AS "n!",
               count(*) FILTER (WHERE provenance IN ('recovered', 'probed', 'deduplicated')) AS "recovered!",
               (array_agg(id ORDER BY finished_at, id))[1:3] AS "first!: Vec<i64>",
               (array_agg(target ORDER BY finished_at, id))[1:3] AS "targets!: Vec<String>",
               (array_agg(reason ORDER BY finished_at DESC, id DESC))[1] AS "reason?"
           FROM homeostat.effect WHERE brand = $1 AND finished_at >= $2 AND finished_at < $3
           GROUP BY kind, state ORDER BY kind, state LIMIT $4"#,
        brand,
        Stamp::from(from) as Stamp,
        Stamp::from(until) as Stamp,
        GROUPS_MAX,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ActsOfDay {
                kind: row.kind,
                state: row.state.parse()?,
                n: row.n,
                recovered: row.recovered,
                first: row.first.into_iter().map(EffectId).collect(),
                targets: row.targets,
                reason: row.reason,
            })
        })
        .collect()
}

/// An act that happened, and whose wish it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayAct {
    /// The act.
    pub id: EffectId,
    /// The actuator's kind.
    pub kind: String,
    /// The entity acted on.
    pub target: String,
    /// The policy that decided it.
    pub policy: String,
}

/// Acts of these kinds that settled in a span of time, in the order they did; at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn settled_of_day(
    db: &Db,
    brand: &str,
    (from, until): (RuntimeTime, RuntimeTime),
    kinds: &[String],
    limit: u32,
) -> Result<Vec<DayAct>, StoreError> {
    let rows = sqlx::query!(
        "SELECT e.id, e.kind, e.target, d.policy
         FROM homeostat.effect e JOIN homeostat.decision d ON d.id = e.decision_id
         WHERE e.brand = $1 AND e.finished_at >= $2 AND e.finished_at < $3 AND e.state = 'settled'
           AND e.kind = ANY ($4)
         ORDER BY e.finished_at, e.id LIMIT $5",
        brand,
        Stamp::from(from) as Stamp,
        Stamp::from(until) as Stamp,
        kinds,
        super::limit(limit),
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|row| DayAct {
        id: EffectId(row.id),
        kind: row.kind,
        target: row.target,
        policy: row.policy,
    });
    Ok(rows.collect())
}

/// Decisions of a day that stand in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionsOfDay {
    /// `proposed`, `permitted`, `refused`, `shadowed`, `expired` or `vetoed`.
    pub state: String,
    /// How many.
    pub n: i64,
}

/// Decisions of a brand in a span of world time, counted by how they stand now.
///
/// # Errors
/// When the database does not answer.
pub async fn decisions_of_day(
    db: &Db,
    brand: &str,
    (from, until): (WorldTime, WorldTime),
) -> Result<Vec<DecisionsOfDay>, StoreError> {
    Ok(sqlx::query_as!(
        DecisionsOfDay,
        r#"SELECT state, count(*) AS "n!" FROM homeostat.decision
           WHERE brand = $1 AND decided_at >= $2 AND decided_at < $3 GROUP BY state ORDER BY state LIMIT $4"#,
        brand,
        Stamp::from(from) as Stamp,
        Stamp::from(until) as Stamp,
        GROUPS_MAX,
    )
    .fetch_all(db.pool())
    .await?)
}

/// A decision that the envelope refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedDecision {
    /// The row.
    pub id: DecisionId,
    /// The entity to act on.
    pub target: String,
    /// The policy.
    pub policy: String,
    /// The verdict.
    pub verdict: Option<String>,
}

/// Decisions of a brand in a span of world time that were refused, the newest first; at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn refused_of_day(
    db: &Db,
    brand: &str,
    (from, until): (WorldTime, WorldTime),
    limit: u32,
) -> Result<Vec<RefusedDecision>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, target, policy, verdict FROM homeostat.decision
         WHERE brand = $1 AND decided_at >= $2 AND decided_at < $3 AND state = 'refused'
         ORDER BY decided_at DESC, id DESC LIMIT $4",
        brand,
        Stamp::from(from) as Stamp,
        Stamp::from(until) as Stamp,
        super::limit(limit),
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|row| RefusedDecision {
        id: DecisionId(row.id),
        target: row.target,
        policy: row.policy,
        verdict: row.verdict,
    });
    Ok(rows.collect())
}

/// A proposal that a person must answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitingDecision {
    /// The row.
    pub id: DecisionId,
    /// The brand.
    pub brand: String,
    /// The entity to act on.
    pub target: String,
    /// The policy.
    pub policy: String,
    /// What the sensors said.
    pub inputs: String,
    /// What the estimator believed.
    pub belief: String,
    /// What the policy proposes.
    pub proposal: String,
    /// Since when it waits.
    pub created_at: RuntimeTime,
}

/// Proposals of all brands that were judged and wait for a person's word alone, the oldest first; at most `limit`. One
/// that waits for a breaker passes by itself and is left out.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting_decisions(db: &Db, limit: u32) -> Result<Vec<WaitingDecision>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, brand, target, policy, inputs, belief, proposal, created_at FROM homeostat.decision
         WHERE state = 'proposed' AND approved_by IS NULL AND verdict LIKE '%autonomy suggest%'
         ORDER BY created_at LIMIT $1",
        super::limit(limit),
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|row| WaitingDecision {
        id: DecisionId(row.id),
        brand: row.brand,
        target: row.target,
        policy: row.policy,
        inputs: row.inputs,
        belief: row.belief,
        proposal: row.proposal,
        created_at: row.created_at.runtime(),
    });
    Ok(rows.collect())
}

/// What one vendor was paid for calls, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallsOfDay {
    /// The vendor.
    pub vendor: String,
    /// How many calls.
    pub n: i64,
    /// What they cost; absent: no price is known.
    pub cost: Option<Money>,
}

/// Calls for a brand in a span of time, with what they cost, the dearest first.
///
/// # Errors
/// When the database does not answer.
pub async fn calls_of_day(
    db: &Db,
    brand: &str,
    (from, until): (RuntimeTime, RuntimeTime),
) -> Result<Vec<CallsOfDay>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT vendor, currency, count(*) AS "n!", sum(cost_micros)::bigint AS "cost!"
           FROM homeostat.api_usage WHERE at >= $2 AND at < $3 AND brand = $1
           GROUP BY vendor, currency ORDER BY sum(cost_micros) DESC, count(*) DESC, vendor LIMIT $4"#,
        brand,
        Stamp::from(from) as Stamp,
        Stamp::from(until) as Stamp,
        GROUPS_MAX,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row.currency.map(|code| code.parse()).transpose();
            let currency =
                currency.map_err(|error| StoreError::corrupt("api_usage.currency", error))?;
            Ok(CallsOfDay {
                vendor: row.vendor,
                n: row.n,
                cost: currency.map(|currency| Money::from_micros(row.cost, currency)),
            })
        })
        .collect()
}

/// The window of a day of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WindowOfDay {
    /// The interlock.
    pub interlock: String,
    /// Whose cap.
    pub scope: String,
    /// The cap.
    pub cap: Money,
    /// Promised.
    pub held: Money,
    /// Used.
    pub settled: Money,
}

/// The windows of money of a brand's day, by the world instant at which that day ends.
///
/// # Errors
/// When the database does not answer.
pub async fn windows_of_day(
    db: &Db,
    brand: &str,
    ends_at: WorldTime,
) -> Result<Vec<WindowOfDay>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT interlock, scope, currency AS "currency!", cap, held, settled FROM homeostat.budget_window
           WHERE brand = $1 AND ends_at = $2 AND unit = 'money' AND period = 'day'
           ORDER BY scope, interlock LIMIT $3"#,
        brand,
        Stamp::from(ends_at) as Stamp,
        GROUPS_MAX,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row
                .currency
                .parse()
                .map_err(|error| StoreError::corrupt("budget_window.currency", error))?;
            let money = |micros| Money::from_micros(micros, currency);
            Ok(WindowOfDay {
                interlock: row.interlock,
                scope: row.scope,
                cap: money(row.cap),
                held: money(row.held),
                settled: money(row.settled),
            })
        })
        .collect()
}

/// A moment by both clocks. It holds both times because telling one by the other is its purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// By the database's clock.
    pub runtime: RuntimeTime,
    /// By the world's.
    pub world: WorldTime,
}

/// The decisions of a brand nearest to an instant of the world: the last one until then and the first one after it, each
/// as the moment in which it was made and stored.
///
/// # Errors
/// When the database does not answer.
pub async fn decided_around(
    db: &Db,
    brand: &str,
    at: WorldTime,
) -> Result<(Option<Moment>, Option<Moment>), StoreError> {
    let rows = sqlx::query!(
        r#"(SELECT decided_at AS "decided_at!", created_at AS "created_at!" FROM homeostat.decision
            WHERE brand = $1 AND decided_at <= $2 ORDER BY decided_at DESC LIMIT 1)
           UNION ALL
           (SELECT decided_at, created_at FROM homeostat.decision
            WHERE brand = $1 AND decided_at > $2 ORDER BY decided_at LIMIT 1)"#,
        brand,
        Stamp::from(at) as Stamp,
    )
    .fetch_all(db.pool())
    .await?;
    let moments: Vec<Moment> = rows
        .into_iter()
        .map(|row| Moment {
            runtime: row.created_at.runtime(),
            world: row.decided_at.world(),
        })
        .collect();
    let find = |wanted: fn(&Moment, WorldTime) -> bool| {
        moments.iter().copied().find(|moment| wanted(moment, at))
    };
    let before = find(|moment, at| moment.world <= at);
    Ok((before, find(|moment, at| moment.world > at)))
}
