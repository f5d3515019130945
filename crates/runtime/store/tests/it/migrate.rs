//! A version that was taken back runs on the schema of the one that it follows.

use homeostat_store::{Db, StoreError};
use homeostat_testkit::Database;

async fn applied(db: &Db, version: i64) {
    sqlx::query(
        "INSERT INTO homeostat.schema_migration (version, description, success, checksum, execution_time)
         VALUES ($1, 'of another version', true, ''::bytea, 0)",
    )
    .bind(version)
    .execute(db.pool())
    .await
    .unwrap();
}

#[tokio::test]
async fn a_later_schema_is_no_reason_to_stand_still_and_a_strange_one_is() {
    let database = Database::fresh().await;
    let db = database.db();
    db.migrate().await.unwrap();
    applied(&db, 99_999_999).await;
    db.migrate().await.unwrap();
    // Between those that it knows: a branch, and nobody can say what it changed.
    applied(&db, 101).await;
    let refused = db.migrate().await.unwrap_err();
    assert!(matches!(refused, StoreError::Migrate(_)), "{refused:?}");
}
