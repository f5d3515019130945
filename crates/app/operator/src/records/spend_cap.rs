//! `spend_cap`: each ad account's own limit at its vendor. It is the one stop that works with all our
//! servers dead, so "written" is not enough: a limit counts only as it is read back.

use homeostat_model::{Currency, Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde::Serialize;

/// The limit of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpendCap {
    /// The vendor's id of the account.
    pub account: String,
    /// The brand.
    pub brand: String,
    /// What it should be.
    pub intended: Money,
    /// `confirmed` or `missing`.
    pub state: String,
    /// What the account said last.
    pub read_back: Option<Money>,
    /// Why it is missing.
    pub fault: Option<String>,
    /// World time of the write.
    pub set_at: WorldTime,
    /// World time of the last reading.
    pub read_at: WorldTime,
}

/// A limit that was written, or tried to be.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// The vendor's id of the account.
    pub account: &'a str,
    /// The brand.
    pub brand: &'a str,
    /// What it should be.
    pub intended: Money,
    /// What was read back; `None`: no limit, or nothing could be read.
    pub read_back: Option<Money>,
}

/// What is wrong with a limit as it was read back. An amount in another unit is the known danger: it
/// would be a hundred times too much or too little.
pub fn fault(intended: Money, read_back: Option<Money>) -> Option<String> {
    match read_back {
        Some(amount) if amount == intended => None,
        Some(amount) => Some(format!(
            "the account says {amount}, {intended} was intended"
        )),
        None => Some(format!(
            "the account says no limit, {intended} was intended"
        )),
    }
}

/// Whether every account's limit was read back as it was written.
///
/// # Errors
/// When the database does not answer.
pub async fn none_is_missing(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let all = sqlx::query_scalar!(
        r#"SELECT NOT EXISTS (SELECT FROM homeostat.spend_cap WHERE fault IS NOT NULL) AS "all!""#
    );
    Ok(all.fetch_one(connection).await?)
}

/// Notes a write and its reading at `at`. `failed` says why nothing could be written or read. Gives
/// back what is wrong, if anything.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn written(
    tx: &mut PgConnection,
    cap: &Written<'_>,
    failed: Option<&str>,
    at: WorldTime,
) -> Result<Option<String>, StoreError> {
    let fault = match failed {
        Some(why) => Some(why.to_owned()),
        None => fault(cap.intended, cap.read_back),
    };
    sqlx::query!(
        "INSERT INTO homeostat.spend_cap AS c
             (id, brand, currency, intended_micros, state, read_back_micros, fault, set_at, read_at)
         VALUES ($1, $2, $3, $4, CASE WHEN $6::text IS NULL THEN 'confirmed' ELSE 'missing' END, $5, $6, $7, $7)
         ON CONFLICT (id) DO UPDATE SET
             brand = excluded.brand, currency = excluded.currency, intended_micros = excluded.intended_micros,
             state = excluded.state, read_back_micros = excluded.read_back_micros, fault = excluded.fault,
             set_at = excluded.set_at, read_at = excluded.read_at
         WHERE c.set_at <= excluded.set_at",
        cap.account,
        cap.brand,
        cap.intended.currency.as_str(),
        cap.intended.amount_micros,
        cap.read_back.map(|amount| amount.amount_micros),
        fault,
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(fault)
}

/// Notes a reading of the account that began at `at`. One that began before the last write says
/// nothing about it.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn read(
    tx: &mut PgConnection,
    account: &str,
    read_back: Option<Money>,
    at: WorldTime,
) -> Result<(), StoreError> {
    let Some(known) = find(tx, account).await? else {
        return Ok(());
    };
    sqlx::query!(
        "UPDATE homeostat.spend_cap
         SET state = CASE WHEN $3::text IS NULL THEN 'confirmed' ELSE 'missing' END,
             read_back_micros = $2, fault = $3, read_at = $4
         WHERE id = $1 AND set_at < $4 AND read_at < $4",
        account,
        read_back.map(|amount| amount.amount_micros),
        fault(known.intended, read_back),
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Every account's limit.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db) -> Result<Vec<SpendCap>, StoreError> {
    let mut connection = db.pool().acquire().await?;
    select(&mut connection, None).await
}

/// The limit of one account, where one was ever written.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    connection: &mut PgConnection,
    account: &str,
) -> Result<Option<SpendCap>, StoreError> {
    Ok(select(connection, Some(account)).await?.pop())
}

async fn select(
    connection: &mut PgConnection,
    account: Option<&str>,
) -> Result<Vec<SpendCap>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, brand, currency, intended_micros, state, read_back_micros, fault, set_at, read_at
         FROM homeostat.spend_cap WHERE $1::text IS NULL OR id = $1 ORDER BY id LIMIT 10000",
        account,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency: Currency = row
                .currency
                .parse()
                .map_err(|error| StoreError::corrupt("spend_cap.currency", error))?;
            let money = |micros| Money::from_micros(micros, currency);
            Ok(SpendCap {
                account: row.id,
                brand: row.brand,
                intended: money(row.intended_micros),
                state: row.state,
                read_back: row.read_back_micros.map(money),
                fault: row.fault,
                set_at: row.set_at.world(),
                read_at: row.read_at.world(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use homeostat_testkit::Database;

    use super::*;

    fn eur(micros: i64) -> Money {
        Money::from_micros(micros, "EUR".parse().unwrap())
    }

    fn at(hour: i64) -> WorldTime {
        let start = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
        start.plus(jiff::SignedDuration::from_hours(hour))
    }

    #[tokio::test]
    async fn a_limit_counts_only_as_it_is_read_back() {
        let base = Database::fresh().await;
        let mut connection = base.db().pool().acquire().await.unwrap();
        let cap = |read_back| Written {
            account: "act_1",
            brand: "acme",
            intended: eur(500_000_000),
            read_back,
        };
        let found = written(&mut connection, &cap(Some(eur(5_000_000))), None, at(1)).await;
        assert!(found.unwrap().unwrap().contains("says 5.00 EUR"));
        // Begun before the write: it says nothing about it.
        read(&mut connection, "act_1", Some(eur(500_000_000)), at(1))
            .await
            .unwrap();
        let state = async |connection: &mut PgConnection| {
            find(connection, "act_1").await.unwrap().unwrap().state
        };
        assert_eq!(state(&mut connection).await, "missing");
        read(&mut connection, "act_1", Some(eur(500_000_000)), at(2))
            .await
            .unwrap();
        assert_eq!(state(&mut connection).await, "confirmed");
        read(&mut connection, "act_1", None, at(3)).await.unwrap();
        assert_eq!(state(&mut connection).await, "missing");
        let unread = cap(None);
        let found = written(&mut connection, &unread, Some("no answer"), at(4)).await;
        assert_eq!(found.unwrap().as_deref(), Some("no answer"));
        read(&mut connection, "act_2", None, at(5)).await.unwrap();
        assert_eq!(
            list(&base.db()).await.unwrap().len(),
            1,
            "never written, never missed"
        );
    }
}
