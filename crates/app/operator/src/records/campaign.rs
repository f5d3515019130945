//! `campaign`: one row per campaign, as the vendor last showed it.

use std::collections::BTreeMap;

use homeostat_model::{Currency, Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde::Serialize;

/// A campaign as read from its vendor.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The vendor's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Configured status: ACTIVE, PAUSED, ARCHIVED or DELETED.
    pub status: String,
    /// What the vendor says it is doing now; may lag.
    pub effective_status: String,
    /// Daily budget, where the campaign carries one.
    pub daily_budget: Option<Money>,
}

/// A campaign as known.
#[derive(Debug, Clone, Serialize)]
pub struct Campaign {
    /// The vendor's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Configured status.
    pub state: String,
    /// First of two checks, where one was made.
    pub flagged_at: Option<WorldTime>,
    /// Why the policy kept it last.
    pub kept_because: Option<String>,
}

/// Writes a complete listing of the brand's campaigns, begun at `read_at`. A reading older than what
/// is known changes nothing. A campaign that should run or rest and is not listed any more is
/// archived: the vendor leaves archived and deleted ones out. One that comes back is listed again.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn record(
    tx: &mut PgConnection,
    brand: &str,
    currency: &str,
    readings: &[Reading],
    read_at: WorldTime,
) -> Result<(), StoreError> {
    let column = |f: fn(&Reading) -> &String| readings.iter().map(f).cloned().collect::<Vec<_>>();
    let budgets: Vec<Option<i64>> = readings
        .iter()
        .map(|r| r.daily_budget.map(|m| m.amount_micros))
        .collect();
    sqlx::query!(
        "INSERT INTO homeostat.campaign
             (id, brand, vendor, name, state, effective_status, daily_budget_micros, currency, read_at)
         SELECT r.id, $1, 'meta', r.name, r.status, r.effective_status, r.budget, $2, $3
         FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[])
             AS r (id, name, status, effective_status, budget)
         ON CONFLICT (id) DO UPDATE SET
             name = excluded.name, state = excluded.state, effective_status = excluded.effective_status,
             daily_budget_micros = excluded.daily_budget_micros, read_at = excluded.read_at
         WHERE homeostat.campaign.read_at <= excluded.read_at",
        brand,
        currency,
        Stamp::from(read_at),
        &column(|r| &r.id),
        &column(|r| &r.name),
        &column(|r| &r.status),
        &column(|r| &r.effective_status),
        &budgets as &[Option<i64>],
    )
    .execute(&mut *tx)
    .await?;
    archive_missing(tx, brand, &column(|r| &r.id), read_at).await
}

/// What was read or confirmed at `read_at` or later is left alone: this listing cannot know better.
async fn archive_missing(
    tx: &mut PgConnection,
    brand: &str,
    listed: &[String],
    read_at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.campaign
         SET state = 'ARCHIVED', effective_status = 'ARCHIVED', read_at = $3
         WHERE brand = $1 AND vendor = 'meta' AND id <> ALL($2::text[]) AND read_at < $3
           AND state IN ('ACTIVE', 'PAUSED') AND effective_status <> 'UNLISTED'",
        brand,
        listed,
        Stamp::from(read_at),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The brand's campaigns in a state.
///
/// # Errors
/// When the database does not answer.
pub async fn in_state(db: &Db, brand: &str, state: &str) -> Result<Vec<Campaign>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, name, state, flagged_at, kept_because FROM homeostat.campaign
         WHERE brand = $1 AND state = $2 ORDER BY id",
        brand,
        state,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Campaign {
            id: r.id,
            name: r.name,
            state: r.state,
            flagged_at: r.flagged_at.map(Stamp::world),
            kept_because: r.kept_because,
        })
        .collect())
}

/// The daily budgets of the brand's running campaigns, by campaign. One that carries none is left out.
///
/// # Errors
/// When the database does not answer.
pub async fn budgets(
    connection: &mut PgConnection,
    brand: &str,
    currency: Currency,
) -> Result<BTreeMap<String, Money>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT id, daily_budget_micros AS "budget!" FROM homeostat.campaign
           WHERE brand = $1 AND state = 'ACTIVE' AND daily_budget_micros > 0 AND currency = $2 ORDER BY id"#,
        brand,
        currency.as_str(),
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, Money::from_micros(row.budget, currency)))
        .collect())
}

/// A campaign with the money it may spend.
#[derive(Debug, Clone, Serialize)]
pub struct Known {
    /// The vendor's id.
    pub id: String,
    /// The brand.
    pub brand: String,
    /// Its name.
    pub name: String,
    /// Configured status.
    pub state: String,
    /// What it really does, as last read.
    pub effective_status: String,
    /// Daily budget, where the campaign carries one.
    pub daily_budget: Option<Money>,
    /// World time of the last reading.
    pub read_at: WorldTime,
}

/// Every campaign, or those of a brand, or one.
async fn select(db: &Db, brand: Option<&str>, id: Option<&str>) -> Result<Vec<Known>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, brand, name, state, effective_status, daily_budget_micros, currency, read_at
         FROM homeostat.campaign
         WHERE ($1::text IS NULL OR brand = $1) AND ($2::text IS NULL OR id = $2)
         ORDER BY brand, id LIMIT 10000",
        brand,
        id,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row
                .currency
                .parse()
                .map_err(|error| StoreError::corrupt("campaign.currency", error))?;
            Ok(Known {
                id: row.id,
                brand: row.brand,
                name: row.name,
                state: row.state,
                effective_status: row.effective_status,
                daily_budget: row
                    .daily_budget_micros
                    .map(|micros| Money::from_micros(micros, currency)),
                read_at: row.read_at.world(),
            })
        })
        .collect()
}

/// The campaigns of a brand, or all of them.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db, brand: Option<&str>) -> Result<Vec<Known>, StoreError> {
    select(db, brand, None).await
}

/// One campaign.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &Db, id: &str) -> Result<Option<Known>, StoreError> {
    Ok(select(db, None, Some(id)).await?.pop())
}

/// The name of a campaign.
///
/// # Errors
/// When the database does not answer.
pub async fn name(db: &Db, id: &str) -> Result<Option<String>, StoreError> {
    Ok(
        sqlx::query_scalar!("SELECT name FROM homeostat.campaign WHERE id = $1", id)
            .fetch_optional(db.pool())
            .await?,
    )
}

/// Keeps what the policy remembers of a campaign between two checks.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn remember(
    tx: &mut PgConnection,
    id: &str,
    flagged_at: Option<WorldTime>,
    kept_because: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.campaign SET flagged_at = $2, kept_because = $3
         WHERE id = $1 AND (flagged_at, kept_because) IS DISTINCT FROM ($2, $3)",
        id,
        flagged_at.map(Stamp::from) as Option<Stamp>,
        kept_because,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A campaign that was just created and is in no listing yet.
#[derive(Debug, Clone, Copy)]
pub struct Created<'a> {
    /// The vendor's id.
    pub id: &'a str,
    /// The brand.
    pub brand: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Daily budget.
    pub daily_budget: Money,
}

/// Notes a campaign that the vendor has confirmed to have created, paused, at `at`. A listing begun
/// later may still miss it, and does not archive it; one that shows it takes over.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn created(
    tx: &mut PgConnection,
    campaign: &Created<'_>,
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.campaign
             (id, brand, vendor, name, state, effective_status, daily_budget_micros, currency, read_at)
         VALUES ($1, $2, 'meta', $3, 'PAUSED', 'UNLISTED', $4, $5, $6)
         ON CONFLICT (id) DO NOTHING",
        campaign.id,
        campaign.brand,
        campaign.name,
        campaign.daily_budget.amount_micros,
        campaign.daily_budget.currency.as_str(),
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Corrects what is known of one campaign to a reading that was begun at `read_at`. False when it is known from a later
/// one, or says the same.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn corrected(
    tx: &mut PgConnection,
    reading: &Reading,
    read_at: WorldTime,
) -> Result<bool, StoreError> {
    let budget = reading.daily_budget.map(|budget| budget.amount_micros);
    let done = sqlx::query!(
        "UPDATE homeostat.campaign
         SET state = $2, effective_status = $3, daily_budget_micros = $4, read_at = $5
         WHERE id = $1 AND read_at <= $5 AND (state, daily_budget_micros) IS DISTINCT FROM ($2, $4)",
        reading.id,
        reading.status,
        reading.effective_status,
        budget,
        Stamp::from(read_at),
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Notes a status that the vendor has confirmed to us at `at`, so that an older reading cannot undo it.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn confirmed(
    tx: &mut PgConnection,
    id: &str,
    state: &str,
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.campaign SET state = $2, read_at = greatest(read_at, $3) WHERE id = $1",
        id,
        state,
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Notes a daily budget that the vendor has confirmed to us at `at`, so that an older reading cannot undo it.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn budget_confirmed(
    tx: &mut PgConnection,
    id: &str,
    daily_budget: Money,
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.campaign SET daily_budget_micros = $2, read_at = greatest(read_at, $3)
         WHERE id = $1 AND currency = $4",
        id,
        daily_budget.amount_micros,
        Stamp::from(at),
        daily_budget.currency.as_str(),
    )
    .execute(tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use homeostat_testkit::Database;

    use super::*;

    fn at(hour: i64) -> WorldTime {
        let start = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
        start.plus(jiff::SignedDuration::from_hours(hour))
    }

    /// Records a listing of running campaigns.
    async fn listing(db: &Db, brand: &str, ids: &[&str], hour: i64) {
        let reading = |id: &&str| Reading {
            id: (*id).to_owned(),
            name: format!("campaign {id}"),
            status: "ACTIVE".into(),
            effective_status: "ACTIVE".into(),
            daily_budget: None,
        };
        let readings: Vec<_> = ids.iter().map(reading).collect();
        let mut connection = db.pool().acquire().await.unwrap();
        record(&mut connection, brand, "EUR", &readings, at(hour))
            .await
            .unwrap();
    }

    async fn ids(db: &Db, brand: &str, state: &str) -> Vec<String> {
        let found = in_state(db, brand, state).await.unwrap();
        found.into_iter().map(|c| c.id).collect()
    }

    #[tokio::test]
    async fn what_a_listing_leaves_out_is_archived_until_it_is_listed_again() {
        let base = Database::fresh().await;
        let db = base.db();
        listing(&db, "acme", &["1", "2"], 0).await;
        listing(&db, "other", &["9"], 0).await;
        listing(&db, "acme", &["2"], 1).await;
        assert_eq!(ids(&db, "acme", "ACTIVE").await, ["2"]);
        assert_eq!(ids(&db, "acme", "ARCHIVED").await, ["1"]);
        assert_eq!(ids(&db, "other", "ACTIVE").await, ["9"], "another brand");
        listing(&db, "acme", &["1", "2"], 2).await;
        assert_eq!(ids(&db, "acme", "ACTIVE").await, ["1", "2"]);
        listing(&db, "acme", &[], 3).await;
        assert_eq!(ids(&db, "acme", "ARCHIVED").await, ["1", "2"]);
    }

    #[tokio::test]
    async fn a_new_campaign_that_no_listing_shows_yet_is_not_archived() {
        let base = Database::fresh().await;
        let db = base.db();
        let new = Created {
            id: "7",
            brand: "acme",
            name: "new",
            daily_budget: Money::from_micros(1, "EUR".parse().unwrap()),
        };
        let mut connection = db.pool().acquire().await.unwrap();
        created(&mut connection, &new, at(1)).await.unwrap();
        listing(&db, "acme", &["1"], 2).await;
        assert_eq!(ids(&db, "acme", "PAUSED").await, ["7"]);
        listing(&db, "acme", &["1", "7"], 3).await;
        assert_eq!(ids(&db, "acme", "ACTIVE").await, ["1", "7"]);
        listing(&db, "acme", &["1"], 4).await;
        assert_eq!(
            ids(&db, "acme", "ARCHIVED").await,
            ["7"],
            "it was listed before"
        );
    }

    #[tokio::test]
    async fn an_older_listing_archives_nothing_newer() {
        let base = Database::fresh().await;
        let db = base.db();
        listing(&db, "acme", &["1"], 0).await;
        listing(&db, "acme", &["1", "2"], 2).await;
        // Begun before the one above, recorded after it.
        listing(&db, "acme", &[], 1).await;
        assert_eq!(ids(&db, "acme", "ACTIVE").await, ["1", "2"]);
        let mut connection = db.pool().acquire().await.unwrap();
        confirmed(&mut connection, "1", "PAUSED", at(4))
            .await
            .unwrap();
        listing(&db, "acme", &["2"], 3).await;
        assert_eq!(ids(&db, "acme", "PAUSED").await, ["1"]);
    }
}
