//! How far each policy is trusted: by its name for all brands, or as `policy@brand` for one, which
//! wins. A policy nobody spoke about only watches.

use homeostat_model::{Autonomy, BrandId};
use homeostat_store::{Db, PgConnection, StoreError};

use crate::EffectsError;

/// Sets a policy's autonomy.
///
/// # Errors
/// When the database does not answer, or `who` or `reason` is empty.
pub async fn set_autonomy(
    db: &Db,
    policy: &str,
    level: Autonomy,
    who: &str,
    reason: &str,
) -> Result<(), EffectsError> {
    for (field, text) in [("policy", policy), ("who", who), ("reason", reason)] {
        if text.is_empty() {
            return Err(EffectsError::Empty(field));
        }
    }
    sqlx::query!(
        "INSERT INTO homeostat.autonomy AS a (id, level, who, reason) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET level = excluded.level, who = excluded.who,
             reason = excluded.reason, changed_at = clock_timestamp()
         WHERE a.level <> excluded.level",
        policy,
        level.as_str(),
        who,
        reason,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// How far one policy is trusted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PolicyAutonomy {
    /// Its name, or `policy@brand`.
    pub policy: String,
    /// How far.
    pub level: Autonomy,
    /// Who said so.
    pub who: String,
    /// Why.
    pub reason: String,
}

/// How far each policy is trusted of which anybody spoke, by name; at most 500.
///
/// # Errors
/// When the database does not answer.
pub async fn autonomies(db: &Db) -> Result<Vec<PolicyAutonomy>, StoreError> {
    let rows =
        sqlx::query!("SELECT id, level, who, reason FROM homeostat.autonomy ORDER BY id LIMIT 500")
            .fetch_all(db.pool())
            .await?;
    let told = rows.into_iter().map(|row| {
        let level = row.level.parse();
        Ok(PolicyAutonomy {
            policy: row.id,
            level: level.map_err(|error| StoreError::corrupt("autonomy.level", error))?,
            who: row.who,
            reason: row.reason,
        })
    });
    told.collect()
}

/// Gives a policy its configured autonomy, unless it has one already: a person's word stays.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure_autonomy(db: &Db, policy: &str, level: Autonomy) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.autonomy (id, level, who, reason)
         VALUES ($1, $2, 'system', 'configuration') ON CONFLICT (id) DO UPDATE SET level = excluded.level, changed_at = clock_timestamp()
         WHERE homeostat.autonomy.who = 'system' AND homeostat.autonomy.level <> excluded.level",
        policy,
        level.as_str(),
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// The policy's autonomy; shadow when nobody set one.
pub(crate) async fn read(
    connection: &mut PgConnection,
    policy: &str,
    brand: &BrandId,
) -> Result<Autonomy, StoreError> {
    let level = sqlx::query_scalar!(
        "SELECT level FROM homeostat.autonomy WHERE id IN ($1, $1 || '@' || $2)
         ORDER BY length(id) DESC LIMIT 1",
        policy,
        brand.as_str(),
    )
    .fetch_optional(connection)
    .await?;
    level.map_or(Ok(Autonomy::Shadow), |word| {
        word.parse()
            .map_err(|error| StoreError::corrupt("autonomy.level", error))
    })
}
