//! Brings the schema up to date.
//!
//! A program also runs on the schema of the versions after it, since a deploy that fails is taken back when
//! its migrations are already there. So a migration adds, and what the version before still reads goes only
//! in a later one. Pages run on the schema before theirs too, for as long as the old version drains.

use std::{borrow::Cow, collections::BTreeMap};

use sha2::{Digest, Sha256};
use sqlx::{
    Connection,
    migrate::{MigrateError, Migrator},
};

use crate::{Db, StoreError};

/// A database that nothing was applied to.
const UNDEFINED_TABLE: &str = "42P01";

static MIGRATIONS: Migrator = sqlx::migrate!("../../../db/migrations");

/// Names the schema this program expects: a hash over its migrations.
pub fn schema_fingerprint() -> String {
    let mut hash = Sha256::new();
    for migration in MIGRATIONS.iter() {
        hash.update(&migration.checksum);
    }
    hex::encode(&hash.finalize()[..6])
}

impl Db {
    /// Applies the migrations that are missing. Concurrent callers wait for each other.
    ///
    /// # Errors
    /// When a migration fails, or the database holds one that this program does not know and that is none of
    /// a later version.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
        // One of its own, closed at the end: a run that fails leaves its lock with its connection.
        let mut connection = self.pool().acquire().await?.detach();
        let mut run = MIGRATIONS.run(&mut connection).await;
        if let Err(MigrateError::VersionMissing(version)) = &run
            && Some(*version) > newest
        {
            tracing::warn!(version, "the schema is of a later version of this program");
            run = lenient().run(&mut connection).await;
        }
        // What closes badly is closed too.
        let _ = connection.close().await;
        Ok(run?)
    }

    /// How the schema differs from the one that this program was built for; `None` when it does not, or is one of a
    /// later version, on which this program runs too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn schema_difference(&self) -> Result<Option<String>, StoreError> {
        let applied = sqlx::query!(
            "SELECT version, checksum FROM homeostat.schema_migration WHERE success ORDER BY version"
        )
        .fetch_all(self.pool())
        .await
        .map_err(StoreError::from);
        let applied = match applied {
            Err(error) if error.sqlstate().as_deref() == Some(UNDEFINED_TABLE) => {
                return Ok(Some("there is none".into()));
            }
            applied => applied?.into_iter().map(|row| (row.version, row.checksum)),
        };
        let ours = MIGRATIONS.iter();
        let ours = ours.map(|one| (one.version, one.checksum.to_vec()));
        Ok(difference(&ours.collect(), &applied.collect()))
    }
}

/// Compares migrations by number and checksum.
fn difference(ours: &BTreeMap<i64, Vec<u8>>, applied: &BTreeMap<i64, Vec<u8>>) -> Option<String> {
    let newest = ours.keys().max();
    let told = |version: &i64, problem: &str| format!("migration {version:04} {problem}");
    let ours_first = ours
        .iter()
        .find_map(|(version, checksum)| match applied.get(version) {
            None => Some(told(version, "is missing")),
            Some(other) if other != checksum => Some(told(version, "is another one than ours")),
            Some(_) => None,
        });
    ours_first.or_else(|| {
        let unknown = applied.keys().find(|version| !ours.contains_key(version));
        let unknown = unknown.filter(|version| Some(*version) < newest);
        unknown.map(|version| told(version, "is none of ours"))
    })
}

fn lenient() -> Migrator {
    Migrator {
        migrations: Cow::Borrowed(&MIGRATIONS.migrations),
        ignore_missing: true,
        locking: MIGRATIONS.locking,
        no_tx: MIGRATIONS.no_tx,
        table_name: Cow::Borrowed(&MIGRATIONS.table_name),
        create_schemas: Cow::Borrowed(&MIGRATIONS.create_schemas),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_ours_when_it_holds_all_of_ours_and_nothing_strange_before() {
        let of = |all: &[(i64, u8)]| all.iter().map(|(v, sum)| (*v, vec![*sum])).collect();
        let ours = of(&[(100, 1), (200, 2)]);
        let told = |applied: &[(i64, u8)]| difference(&ours, &of(applied));
        assert_eq!(told(&[(100, 1), (200, 2)]), None);
        assert_eq!(told(&[(100, 1), (200, 2), (300, 3)]), None);
        let wrong: [(&[(i64, u8)], &str); 5] = [
            (&[], "0100 is missing"),
            (&[(100, 1)], "0200 is missing"),
            (&[(100, 1), (300, 3)], "0200 is missing"),
            (&[(100, 1), (200, 9)], "0200 is another"),
            (&[(100, 1), (150, 1), (200, 2)], "0150 is none"),
        ];
        for (applied, problem) in wrong {
            let told = told(applied).unwrap();
            assert!(told.contains(problem), "{told}");
        }
    }
}
