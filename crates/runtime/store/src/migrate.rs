//! Brings the schema up to date.
//!
//! A program also runs on the schema of the versions after it, since a deploy that fails is taken back when
//! its migrations are already there. So a migration adds, and what the version before still reads goes only
//! in a later one. Pages run on the schema before theirs too, for as long as the old version drains.

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use sqlx::{
    Connection,
    migrate::{MigrateError, Migrator},
};

use crate::{Db, StoreError};

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
