//! The wrapper's budget, against real conflicts and a really cut connection.

use std::task::Poll;

use homeostat_model::{Classify, Fault};
use homeostat_store::{Attempt, Db, DbOptions, StoreError, transact};
use homeostat_testkit::Database;
use sqlx::Row;

async fn count(db: &Db) -> i64 {
    sqlx::query("SELECT count(*) FROM n")
        .fetch_one(db.pool())
        .await
        .unwrap()
        .get(0)
}

#[tokio::test]
async fn a_conflict_is_tried_again_and_written_once() {
    let database = Database::fresh().await;
    let db = database.db();
    sqlx::query("CREATE TABLE n (id int)")
        .execute(db.pool())
        .await
        .unwrap();
    let mut tries = 0;
    let done = transact!(db, |tx| -> Result<i32, StoreError> {
        tries += 1;
        sqlx::query("INSERT INTO n VALUES (1)")
            .execute(&mut *tx)
            .await?;
        if tries < 3 {
            sqlx::query("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$")
                .execute(&mut *tx)
                .await?;
        }
        Ok(tries)
    });
    assert_eq!((done.unwrap(), count(&db).await), (3, 1));
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    let database = Database::fresh().await;
    let db = database.db();
    let mut tries = 0;
    let done = transact!(db, |tx| -> Result<(), StoreError> {
        tries += 1;
        sqlx::query("SELECT 1 / 0").execute(&mut *tx).await?;
        Ok(())
    });
    assert_eq!((done.unwrap_err().fault(), tries), (Fault::Permanent, 1));
}

/// A deferred trigger that ends its own backend cuts the connection inside COMMIT.
#[tokio::test]
async fn a_connection_cut_in_the_commit_is_ambiguous_and_never_repeated() {
    let database = Database::fresh().await;
    let db = database.db();
    sqlx::raw_sql(
        "CREATE TABLE n (id int);
         CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON n DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION cut();",
    )
    .execute(db.pool())
    .await
    .unwrap();
    let mut tries = 0;
    let done = transact!(db, |tx| -> Result<(), StoreError> {
        tries += 1;
        sqlx::query("INSERT INTO n VALUES (1)")
            .execute(&mut *tx)
            .await?;
        Ok(())
    });
    let error = done.unwrap_err();
    assert!(matches!(error, StoreError::AmbiguousCommit(_)), "{error:?}");
    assert_eq!((error.fault(), tries), (Fault::UnknownOutcome, 1));
}

/// Who gives up waiting for a transaction to open leaves nobody in it. Red when the BEGIN is dropped with its waiter:
/// the next statement on that connection is told it is written, and is not.
#[tokio::test]
async fn a_begin_that_nobody_waits_for_is_rolled_back() {
    let database = Database::fresh().await;
    let options = DbOptions {
        connections_max: 1,
        ..DbOptions::default()
    };
    let db = Db::connect(database.url(), &options).await.unwrap();
    let mut given_up = 0;
    for patience in 0..50 {
        let mut attempt = Attempt::new(&db);
        let mut begin = Box::pin(attempt.begin());
        // Whatever it is waiting for when patience is over.
        let mut looks = 0;
        let is_open = std::future::poll_fn(|cx| {
            looks += 1;
            match begin.as_mut().poll(cx) {
                Poll::Ready(begun) => Poll::Ready(begun.is_ok()),
                Poll::Pending if looks > patience => Poll::Ready(false),
                Poll::Pending => Poll::Pending,
            }
        });
        given_up += u32::from(!is_open.await);
        drop(begin);
        // In one message: each message of the others has a time of its own.
        let is_alone: bool = sqlx::raw_sql("SELECT now() = statement_timestamp()")
            .fetch_one(db.pool())
            .await
            .unwrap()
            .get(0);
        assert!(is_alone, "a transaction of somebody else is open here");
    }
    assert!(given_up > 0);
}
