//! `drift`: where a vendor said something else than what we believed.
//!
//! A difference in our own row is put right in the transaction that writes it down, and is `repaired` at once. Any other
//! is `found`; when a look a minute later still sees it, it is `left` for a person, with an incident. Once both sides
//! agree again it is `repaired`, and the incident closes by itself.

use std::collections::BTreeMap;

use homeostat_effects::{open_incident_in, settle_incident_in};
use homeostat_model::WorldTime;
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use jiff::SignedDuration;
use serde::Serialize;

/// The incident's kind.
pub const INCIDENT: &str = "drift";
/// A difference that is still there after this is no late answer.
const SURE_AFTER: SignedDuration = SignedDuration::from_secs(60);
/// Checks of what nobody looks at any more are forgotten after this.
const CHECKS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 60);

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The row.
    pub id: i64,
    /// The brand.
    pub brand: String,
    /// What differs: `campaign`, `refund`, `payout` or `shipment`.
    pub kind: String,
    /// The row, or the act, that it is about.
    pub subject: String,
    /// `found`, `left` or `repaired`.
    pub state: String,
    /// What we had.
    pub believed: String,
    /// What the vendor said.
    pub seen: String,
    /// When it was first seen.
    pub found_at: WorldTime,
    /// Since when both sides agree.
    pub ended_at: Option<WorldTime>,
}

/// What a difference is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The brand.
    pub brand: &'a str,
    /// What differs.
    pub kind: &'a str,
    /// The row, or the act.
    pub subject: &'a str,
}

/// Notes a difference that the caller's transaction has put right.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn repaired(
    tx: &mut PgConnection,
    about: About<'_>,
    (believed, seen): (&str, &str),
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.drift (brand, kind, subject, state, believed, seen, found_at, ended_at)
         VALUES ($1, $2, $3, 'repaired', $4, $5, $6, $6)",
        about.brand,
        about.kind,
        about.subject,
        believed,
        seen,
        Stamp::from(at) as Stamp,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Notes a difference that is not ours to put right. The second look at it leaves it for a person.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn found(
    tx: &mut PgConnection,
    about: About<'_>,
    (believed, seen): (&str, &str),
    at: WorldTime,
) -> Result<(), StoreError> {
    let is_new = sqlx::query!(
        "INSERT INTO homeostat.drift (brand, kind, subject, state, believed, seen, found_at)
         VALUES ($1, $2, $3, 'found', $4, $5, $6)
         ON CONFLICT (brand, kind, subject) WHERE ended_at IS NULL DO NOTHING",
        about.brand,
        about.kind,
        about.subject,
        believed,
        seen,
        Stamp::from(at) as Stamp,
    )
    .execute(&mut *tx)
    .await?;
    if is_new.rows_affected() > 0 {
        return Ok(());
    }
    let left = sqlx::query_scalar!(
        "UPDATE homeostat.drift SET state = 'left', seen = $5
         WHERE brand = $1 AND kind = $2 AND subject = $3 AND state = 'found' AND found_at <= $4
         RETURNING id",
        about.brand,
        about.kind,
        about.subject,
        Stamp::from(at.plus(-SURE_AFTER)) as Stamp,
        seen,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(id) = left {
        let reason = format!(
            "{} {}: we believe {believed}, its vendor says {seen}",
            about.kind, about.subject
        );
        let entity = ("drift", id.to_string());
        open_incident_in(tx, INCIDENT, Some(about.brand), entity, &reason).await?;
    }
    Ok(())
}

/// Both sides agree about these. What was open about them ends. Returns how many did.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn agreed(
    tx: &mut PgConnection,
    brand: &str,
    kind: &str,
    subjects: &[String],
    at: WorldTime,
) -> Result<usize, StoreError> {
    let ended = sqlx::query_scalar!(
        "UPDATE homeostat.drift SET state = 'repaired', ended_at = $4
         WHERE brand = $1 AND kind = $2 AND subject = ANY($3) AND ended_at IS NULL
         RETURNING id",
        brand,
        kind,
        subjects,
        Stamp::from(at) as Stamp,
    )
    .fetch_all(&mut *tx)
    .await?;
    for id in &ended {
        settle_incident_in(&mut *tx, INCIDENT, ("drift", id.to_string())).await?;
    }
    Ok(ended.len())
}

/// Differences, newest first; at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &Db,
    brand: Option<&str>,
    open_only: bool,
    limit: u32,
) -> Result<Vec<Drift>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, brand, kind, subject, state, believed, seen, found_at, ended_at FROM homeostat.drift
         WHERE ($1::text IS NULL OR brand = $1) AND (NOT $2 OR ended_at IS NULL)
         ORDER BY id DESC LIMIT $3",
        brand,
        open_only,
        i64::from(limit),
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Drift {
            id: row.id,
            brand: row.brand,
            kind: row.kind,
            subject: row.subject,
            state: row.state,
            believed: row.believed,
            seen: row.seen,
            found_at: row.found_at.world(),
            ended_at: row.ended_at.map(Stamp::world),
        })
        .collect())
}

/// When each of a brand's things of a kind was checked last, by its subject.
///
/// # Errors
/// When the database does not answer.
pub async fn checks(
    db: &Db,
    brand: &str,
    kind: &str,
) -> Result<BTreeMap<String, WorldTime>, StoreError> {
    let rows = sqlx::query!(
        "SELECT subject, checked_at FROM homeostat.drift_check WHERE brand = $1 AND kind = $2",
        brand,
        kind,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.subject, row.checked_at.world()))
        .collect())
}

/// These were checked at `at`.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn checked(
    tx: &mut PgConnection,
    brand: &str,
    kind: &str,
    subjects: &[String],
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.drift_check (brand, kind, subject, checked_at)
         SELECT DISTINCT $1::text, $2::text, s.subject, $4::timestamptz FROM unnest($3::text[]) AS s (subject)
         ON CONFLICT (brand, kind, subject) DO UPDATE SET checked_at = excluded.checked_at",
        brand,
        kind,
        subjects,
        Stamp::from(at) as Stamp,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "DELETE FROM homeostat.drift_check WHERE brand = $1 AND kind = $2 AND checked_at < $3",
        brand,
        kind,
        Stamp::from(at.plus(-CHECKS_KEPT)) as Stamp,
    )
    .execute(tx)
    .await?;
    Ok(())
}
