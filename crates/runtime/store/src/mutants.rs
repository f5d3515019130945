//! A mistake that several mechanisms make alike; the list of them is in `homeostat-mutants`.

use crate::StoreError;

/// Breaks a transaction in two at this place: a crash between them finds one half written. An ordinary
/// build breaks nothing.
///
/// # Errors
/// The database's.
pub async fn apart(connection: &mut sqlx::PgConnection) -> Result<(), StoreError> {
    if homeostat_mutants::BUILT {
        sqlx::raw_sql("COMMIT; BEGIN").execute(connection).await?;
    }
    Ok(())
}
