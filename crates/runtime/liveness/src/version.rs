//! Which programs are too old to work.

use homeostat_store::{Db, StoreError};

use crate::rows;

/// Sets the oldest version (`major.minor.patch`) that may claim work or call vendors. Older
/// processes claim nothing from now on, and their epochs are over at the next ping.
///
/// # Errors
/// When it is no version, or the database does not answer.
pub async fn set_min_version(db: &Db, version: &str) -> Result<(), StoreError> {
    let mut connection = db.pool().acquire().await?;
    rows::set_min_version(&mut connection, version).await
}
