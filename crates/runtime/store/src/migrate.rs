//! Brings the schema up to date.

use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;

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
    /// When a migration fails, or the database holds one that this program does not know.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        Ok(MIGRATIONS.run(self.pool()).await?)
    }
}
