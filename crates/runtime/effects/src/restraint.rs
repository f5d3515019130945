//! Restraints: a target that a person pinned or that is in quarantine, a scope of money that is frozen.

use homeostat_model::{BrandId, RuntimeTime};
use homeostat_store::{Db, PgConnection, StoreError};

use crate::EffectsError;

/// What a restraint forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RestraintKind {
    /// A person said: never touch this entity.
    Pin,
    /// The entity behaves in a way nobody understands.
    Quarantine,
    /// A vendor took more than was held: no more money of this scope.
    Freeze,
}

/// An active restraint.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Restraint {
    /// The row.
    pub id: i64,
    /// The brand.
    pub brand: String,
    /// `pin`, `quarantine` or `freeze`.
    pub kind: String,
    /// `entity:<brand>/<target>` or `brand:<brand>`.
    pub scope: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub who: String,
    /// Since when.
    pub created_at: RuntimeTime,
}

/// Puts a restraint on `scope`: `entity:<brand>/<target>` or `brand:<brand>`. An active one stays.
///
/// # Errors
/// When the database does not answer, or `who` or `reason` is empty.
pub async fn restrain(
    db: &Db,
    brand: &BrandId,
    kind: RestraintKind,
    scope: &str,
    who: &str,
    reason: &str,
) -> Result<(), EffectsError> {
    for (field, text) in [("scope", scope), ("who", who), ("reason", reason)] {
        if text.is_empty() {
            return Err(EffectsError::Empty(field));
        }
    }
    let mut connection = db.pool().acquire().await?;
    put(&mut connection, brand.as_str(), kind, scope, who, reason).await?;
    Ok(())
}

/// Lifts a restraint. False when it is not active.
///
/// # Errors
/// When the database does not answer.
pub async fn lift(db: &Db, id: i64, who: &str) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.restraint SET state = 'lifted', lifted_at = clock_timestamp(), lifted_by = $2
         WHERE id = $1 AND state = 'active'",
        id,
        who,
    )
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The active restraints, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn restraints(db: &Db) -> Result<Vec<Restraint>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, brand, kind, scope, reason, who, created_at
         FROM homeostat.restraint WHERE state = 'active' ORDER BY id"
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Restraint {
            id: row.id,
            brand: row.brand,
            kind: row.kind,
            scope: row.scope,
            reason: row.reason,
            who: row.who,
            created_at: row.created_at.runtime(),
        })
        .collect())
}

/// What holds for one act.
#[derive(Debug, Default)]
pub(crate) struct Restraints {
    pub(crate) pin: Option<String>,
    pub(crate) quarantine: Option<String>,
    pub(crate) frozen_scopes: Vec<String>,
}

/// The restraints on an entity and its brand.
pub(crate) async fn read(
    connection: &mut PgConnection,
    brand: &str,
    target: &str,
) -> Result<Restraints, StoreError> {
    let entity = format!("entity:{brand}/{target}");
    let rows = sqlx::query!(
        "SELECT kind, scope, reason FROM homeostat.restraint
         WHERE state = 'active' AND scope IN ($1, 'brand:' || $2)",
        entity,
        brand,
    )
    .fetch_all(connection)
    .await?;
    let mut found = Restraints::default();
    for row in rows {
        match row.kind.as_str() {
            "pin" => found.pin = Some(row.reason),
            "quarantine" => found.quarantine = Some(row.reason),
            _ => found.frozen_scopes.push(row.scope),
        }
    }
    Ok(found)
}

/// Puts a restraint; an active one of the same kind stays as it is.
pub(crate) async fn put(
    connection: &mut PgConnection,
    brand: &str,
    kind: RestraintKind,
    scope: &str,
    who: &str,
    reason: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.restraint (brand, kind, scope, who, reason) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (scope, kind) WHERE state = 'active' DO NOTHING",
        brand,
        kind.as_str(),
        scope,
        who,
        reason,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl RestraintKind {
    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Quarantine => "quarantine",
            Self::Freeze => "freeze",
        }
    }
}
