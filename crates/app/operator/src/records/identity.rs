//! `identity`: whose digest is whose, and the only way from a person to what is kept under a number.
//!
//! Orders, letters, windows and decisions name a *subject*, such as `customer-17`. A digest leads to it here, so whoever
//! is seen again under a newer key stays the same, and erasing somebody needs no row of a ledger changed: with these
//! rows gone nothing leads to the number any more.
//!
//! *Races.* Two looks may see the same person for the first time: the digest is unique, and who comes second takes the
//! subject of who came first. Rows are written in the order of their digests, so none waits for the other in a circle.

use std::collections::BTreeMap;

use homeostat_model::WorldTime;
use homeostat_store::{Db, PgConnection, Stamp, StoreError, transact};
use serde::Serialize;

use crate::people::Sight;

/// What an erasure has taken away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// Digests of people and households that led to them.
    pub digests: u64,
    /// Orders that belong to nobody now.
    pub orders: u64,
    /// Letters that nobody wrote now.
    pub letters: u64,
}

/// Whom these sights are of: the subject of each, by its newest digest. Who was never seen gets one.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn subjects_in(
    tx: &mut PgConnection,
    sights: &[Sight],
    at: WorldTime,
) -> Result<BTreeMap<String, String>, StoreError> {
    let sights: BTreeMap<&str, &Sight> = sights.iter().map(|one| (one.newest(), one)).collect();
    let digests: Vec<String> = sights
        .values()
        .flat_map(|one| one.digests())
        .cloned()
        .collect();
    let rows = sqlx::query!(
        r#"SELECT digest, coalesce(same_as, id) AS "first!", kind || '-' || coalesce(same_as, id) AS "subject!",
                  seen_at > $2::timestamptz - interval '1 day' AS "is_fresh!"
           FROM homeostat.identity WHERE digest = ANY ($1)"#,
        &digests,
        Stamp::from(at) as Stamp,
    )
    .fetch_all(&mut *tx)
    .await?;
    let known: BTreeMap<&str, _> = rows.iter().map(|row| (row.digest.as_str(), row)).collect();
    let mut subjects = BTreeMap::new();
    let (mut new, mut kinds, mut first) = (Vec::new(), Vec::new(), Vec::new());
    for (newest, sight) in sights {
        let found = sight
            .digests()
            .iter()
            .find_map(|one| known.get(one.as_str()));
        match found {
            Some(row) if row.digest == newest && row.is_fresh => {
                subjects.insert(newest.to_owned(), row.subject.clone());
            }
            _ => {
                new.push(newest.to_owned());
                kinds.push(sight.kind().to_owned());
                // One that stands for itself is not the same as itself.
                first.push(
                    found
                        .filter(|row| row.digest != newest)
                        .map(|row| row.first),
                );
            }
        }
    }
    if new.is_empty() {
        return Ok(subjects);
    }
    let written = sqlx::query!(
        r#"INSERT INTO homeostat.identity AS known (digest, kind, same_as, seen_at)
           SELECT u.digest, u.kind, u.same_as, $4
           FROM unnest($1::text[], $2::text[], $3::bigint[]) AS u (digest, kind, same_as) ORDER BY u.digest
           ON CONFLICT (digest) DO UPDATE SET seen_at = greatest(known.seen_at, excluded.seen_at)
           RETURNING digest, kind || '-' || coalesce(same_as, id) AS "subject!""#,
        &new,
        &kinds,
        &first as &[Option<i64>],
        Stamp::from(at) as Stamp,
    )
    .fetch_all(tx)
    .await?;
    subjects.extend(written.into_iter().map(|row| (row.digest, row.subject)));
    Ok(subjects)
}

/// Takes away everything that leads to whom these digests are of. Who is seen again is somebody new.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn erase(db: &Db, digests: &[String]) -> Result<Erased, StoreError> {
    transact!(db, |tx| -> Result<Erased, StoreError> {
        let first = sqlx::query_scalar!(
            r#"SELECT DISTINCT coalesce(same_as, id) AS "first!" FROM homeostat.identity WHERE digest = ANY ($1)"#,
            digests,
        );
        let first = first.fetch_all(&mut *tx).await?;
        forget_in(&mut *tx, &first).await
    })
}

/// The same for those who were last seen before `before`, some hundreds at a time.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn forget_before(db: &Db, before: WorldTime) -> Result<Erased, StoreError> {
    transact!(db, |tx| -> Result<Erased, StoreError> {
        let first = sqlx::query_scalar!(
            r#"SELECT DISTINCT coalesce(i.same_as, i.id) AS "first!" FROM homeostat.identity i
               WHERE i.seen_at < $1 AND NOT EXISTS (
                   SELECT FROM homeostat.identity other
                   WHERE other.seen_at >= $1
                     AND (other.same_as = coalesce(i.same_as, i.id) OR other.id = coalesce(i.same_as, i.id)))
               LIMIT 500"#,
            Stamp::from(before) as Stamp,
        );
        let first = first.fetch_all(&mut *tx).await?;
        forget_in(&mut *tx, &first).await
    })
}

/// The words of a letter are digested too: whoever sends the same again would be known by them. A household that had
/// no orders but theirs goes with them.
async fn forget_in(tx: &mut PgConnection, first: &[i64]) -> Result<Erased, StoreError> {
    let subjects = sqlx::query!(
        "DELETE FROM homeostat.identity WHERE id = ANY ($1) OR same_as = ANY ($1)",
        first
    )
    .execute(&mut *tx)
    .await?;
    let orders = sqlx::query!(
        "UPDATE homeostat.shop_order SET household = NULL
         WHERE household IN (SELECT 'household-' || f FROM unnest($1::bigint[]) AS f)",
        first
    )
    .execute(&mut *tx)
    .await?;
    let theirs = sqlx::query!(
        "WITH before AS (
             SELECT id, household FROM homeostat.shop_order
             WHERE customer IN (SELECT 'customer-' || f FROM unnest($1::bigint[]) AS f) FOR UPDATE
         )
         UPDATE homeostat.shop_order o SET customer = NULL, household = NULL FROM before WHERE o.id = before.id
         RETURNING before.household",
        first
    )
    .fetch_all(&mut *tx)
    .await?;
    let count = theirs.len() as u64;
    let households: Vec<String> = theirs.into_iter().filter_map(|row| row.household).collect();
    let empty = sqlx::query!(
        "DELETE FROM homeostat.identity i
         WHERE i.kind = 'household' AND 'household-' || coalesce(i.same_as, i.id) = ANY ($1)
           AND NOT EXISTS (SELECT FROM homeostat.shop_order o
                           WHERE o.household = 'household-' || coalesce(i.same_as, i.id))",
        &households
    )
    .execute(&mut *tx)
    .await?;
    let letters = sqlx::query!(
        "UPDATE homeostat.letter SET customer = NULL, said = NULL
         WHERE customer IN (SELECT 'customer-' || f FROM unnest($1::bigint[]) AS f)",
        first
    )
    .execute(tx)
    .await?;
    Ok(Erased {
        digests: subjects.rows_affected() + empty.rows_affected(),
        orders: orders.rows_affected() + count,
        letters: letters.rows_affected(),
    })
}
