//! `sensor`: how well each sensor sees. A blind sensor is never read as "no activity".

use std::time::Duration;

use homeostat_envelope::SensorGrounds;
use homeostat_model::WorldTime;
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde::Serialize;

/// A sensor's health.
#[derive(Debug, Clone, Serialize)]
pub struct Sensor {
    /// Kind and brand, such as `meta.insights:aurora`.
    pub id: String,
    /// `seeing` or `blind`.
    pub state: String,
    /// World time of the last complete reading.
    pub as_of: Option<WorldTime>,
    /// Why it is blind.
    pub fault: Option<String>,
}

/// A complete reading began at `as_of`.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn saw(
    tx: &mut PgConnection,
    id: &str,
    brand: &str,
    as_of: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.sensor (id, brand, state, as_of, readings) VALUES ($1, $2, 'seeing', $3, 1)
         ON CONFLICT (id) DO UPDATE SET state = 'seeing', fault = NULL, readings = homeostat.sensor.readings + 1,
             as_of = greatest(homeostat.sensor.as_of, excluded.as_of)",
        id,
        brand,
        Stamp::from(as_of),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A reading failed. What was seen before stays, with its age.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn missed(db: &Db, id: &str, brand: &str, fault: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.sensor (id, brand, state, fault) VALUES ($1, $2, 'blind', $3)
         ON CONFLICT (id) DO UPDATE SET state = 'blind', fault = excluded.fault",
        id,
        brand,
        fault,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// World time of the last complete reading; `None` when there never was one.
///
/// # Errors
/// When the database does not answer.
pub async fn as_of(db: &Db, id: &str) -> Result<Option<WorldTime>, StoreError> {
    let at = sqlx::query_scalar!("SELECT as_of FROM homeostat.sensor WHERE id = $1", id)
        .fetch_optional(db.pool())
        .await?;
    Ok(at.flatten().map(Stamp::world))
}

/// How the sensors behind a decision are, in the order asked for. One that has no row never saw anything.
///
/// # Errors
/// When the database does not answer.
pub async fn grounds(
    db: &Db,
    ids: &[String],
    max_age: Duration,
) -> Result<Vec<SensorGrounds>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, state, as_of FROM homeostat.sensor WHERE id = ANY($1)",
        ids,
    )
    .fetch_all(db.pool())
    .await?;
    let each = ids.iter().map(|id| {
        let row = rows.iter().find(|row| row.id == *id);
        SensorGrounds {
            name: id.clone(),
            sees: row.is_some_and(|row| row.state == "seeing"),
            as_of: row.and_then(|row| row.as_of).map(Stamp::world),
            max_age_s: u32::try_from(max_age.as_secs()).unwrap_or(u32::MAX),
        }
    });
    Ok(each.collect())
}

/// How many complete readings each sensor ever took, by its id.
///
/// # Errors
/// When the database does not answer.
pub async fn readings(db: &Db) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = sqlx::query!("SELECT id, readings FROM homeostat.sensor ORDER BY id")
        .fetch_all(db.pool())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.readings)).collect())
}

/// Every sensor.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db) -> Result<Vec<Sensor>, StoreError> {
    let rows = sqlx::query!("SELECT id, state, as_of, fault FROM homeostat.sensor ORDER BY id")
        .fetch_all(db.pool())
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Sensor {
            id: r.id,
            state: r.state,
            as_of: r.as_of.map(Stamp::world),
            fault: r.fault,
        })
        .collect())
}
