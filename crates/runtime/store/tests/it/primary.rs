//! Several servers in one URL: work goes to the primary, wherever that is, and to nothing else.

use std::time::Duration;

use homeostat_model::{Classify, Fault};
use homeostat_store::{Db, DbOptions, StoreError};
use homeostat_testkit::Pair;
use sqlx::AssertSqlSafe;

async fn open(url: &str) -> Db {
    let db = Db::connect(url, &patient()).await.unwrap();
    let table = "CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY)";
    sqlx::query(table).execute(db.pool()).await.unwrap();
    db
}

fn patient() -> DbOptions {
    DbOptions {
        acquire_timeout: Duration::from_secs(30),
        ..DbOptions::default()
    }
}

/// Waits for no longer than it takes to see that nobody answers.
fn hasty(url: &str) -> Db {
    let options = DbOptions {
        acquire_timeout: Duration::from_millis(500),
        ..DbOptions::default()
    };
    Db::lazy(url, &options).unwrap()
}

async fn keep(db: &Db, id: i32) -> Result<(), StoreError> {
    let insert = AssertSqlSafe(format!("INSERT INTO kept VALUES ({id})"));
    sqlx::query(insert).execute(db.pool()).await?;
    Ok(())
}

/// Tries until it is written. Every failure on the way must be one that may pass.
async fn keep_at_last(db: &Db, id: i32) {
    while let Err(error) = keep(db, id).await {
        assert_eq!(error.fault(), Fault::Transient, "{error:?}");
    }
}

async fn kept(db: &Db) -> Vec<i32> {
    let ids = sqlx::query_scalar("SELECT id FROM kept ORDER BY id");
    ids.fetch_all(db.pool()).await.unwrap()
}

#[tokio::test]
async fn work_and_sessions_follow_a_promotion() {
    let mut pair = Pair::start();
    let db = open(&pair.url()).await;
    keep(&db, 1).await.unwrap();
    pair.kill(0);
    pair.promote(1);
    keep_at_last(&db, 2).await;
    assert_eq!(kept(&db).await, [1, 2]);
    let mut session = db.session(&[("application_name", "alone")]).await.unwrap();
    let takes_writes: bool = sqlx::query_scalar("SELECT NOT pg_is_in_recovery()")
        .fetch_one(&mut session)
        .await
        .unwrap();
    assert!(takes_writes);
    assert_eq!(pair.sql(1, "SELECT count(*) FROM kept"), "2");
}

#[tokio::test]
async fn a_standby_is_never_worked_on() {
    let mut pair = Pair::start();
    let url = pair.url_in([1, 0]);
    let db = open(&url).await;
    keep(&db, 1).await.unwrap();
    pair.kill(0);
    let db = hasty(&url);
    let error = keep(&db, 2).await.unwrap_err();
    assert_eq!(error.fault(), Fault::Transient, "{error:?}");
    let error = db.session(&[]).await.unwrap_err();
    assert_eq!(error.fault(), Fault::Transient, "{error:?}");
    // Why there is none is told of each host.
    let error = db.answers().await.unwrap_err();
    assert_eq!(error.fault(), Fault::Transient, "{error:?}");
    let why = homeostat_model::chain(&error);
    assert!(why.contains("it takes no writes"), "{why}");
    assert_eq!(pair.sql(1, "SELECT count(*) FROM kept"), "1");
}

/// The old primary comes back as if nothing had happened, and the new one is away.
#[tokio::test]
async fn a_primary_of_the_past_is_refused_by_who_knows_its_successor() {
    let mut pair = Pair::start();
    pair.sql(0, "ALTER SYSTEM SET synchronous_standby_names = ''");
    open(&pair.url()).await;
    let db = hasty(&pair.url());
    keep_at_last(&db, 1).await;
    pair.kill(0);
    pair.promote(1);
    keep_at_last(&db, 2).await;
    pair.start_server(0);
    // With both to choose from, who comes anew takes the successor.
    let fresh = hasty(&pair.url());
    keep_at_last(&fresh, 4).await;
    assert_eq!(kept(&fresh).await, [1, 2, 4]);
    pair.kill(1);
    // What each of its sessions says first is that it has ended; then none is there.
    for db in [&db, &fresh, &db, &fresh] {
        let error = keep(db, 3).await.unwrap_err();
        assert_eq!(error.fault(), Fault::Transient, "{error:?}");
    }
    assert_eq!(pair.sql(0, "SELECT count(*) FROM kept WHERE id = 3"), "0");
    pair.start_server(1);
    keep_at_last(&db, 3).await;
    assert_eq!(kept(&db).await, [1, 2, 3, 4]);
}

/// Nobody has stopped the old primary, and it seems well.
#[tokio::test]
async fn a_promotion_is_followed_while_the_old_primary_still_takes_writes() {
    let pair = Pair::start();
    let db = open(&pair.url()).await;
    keep(&db, 1).await.unwrap();
    pair.wait_for_nobody();
    pair.promote(1);
    let mut id = 1;
    while pair.sql(1, "SELECT count(*) FROM kept WHERE id > 1") == "0" {
        id += 1;
        keep_at_last(&db, id).await;
    }
    // From now on nothing goes to the old one.
    let before = pair.sql(0, "SELECT max(id) FROM kept");
    keep_at_last(&db, id + 1).await;
    assert_eq!(pair.sql(0, "SELECT max(id) FROM kept"), before);
}

/// Whoever got a number from the old primary may still act under it.
#[tokio::test]
async fn a_number_that_was_lost_with_its_commit_is_given_to_nobody_else() {
    let mut pair = Pair::start();
    let db = Db::connect(&pair.url(), &patient()).await.unwrap();
    db.migrate().await.unwrap();
    let sequences = "SELECT count(*) FROM pg_sequences WHERE schemaname = 'homeostat'";
    assert_ne!(pair.sql(0, sequences), "0");
    let next = "SELECT string_agg(nextval(format('homeostat.%I', sequencename))::text, ' ' ORDER BY sequencename)
                FROM pg_sequences WHERE schemaname = 'homeostat'";
    let numbers = |text: String| -> Vec<i64> {
        let numbers = text.split(' ').map(|number| number.parse().unwrap());
        numbers.collect()
    };
    pair.sql(0, next);
    pair.wait_for_nobody();
    pair.hold_up();
    // Postgres logs some ahead; more than those are drawn.
    let mut lost = Vec::new();
    for _ in 0..40 {
        lost = numbers(pair.sql(0, next));
    }
    pair.kill(0);
    pair.promote(1);
    let drawn = loop {
        let drawn = sqlx::query_scalar(next).fetch_one(db.pool()).await;
        if let Ok(drawn) = drawn {
            break numbers(drawn);
        }
    };
    for (lost, drawn) in lost.iter().zip(&drawn) {
        assert!(drawn > lost, "{drawn} was given before, up to {lost}");
    }
    // Once: who comes later goes on from there.
    let fresh = Db::connect(&pair.url(), &patient()).await.unwrap();
    let again: String = sqlx::query_scalar(next)
        .fetch_one(fresh.pool())
        .await
        .unwrap();
    for (drawn, again) in drawn.iter().zip(numbers(again)) {
        assert_eq!(again, drawn + 1);
    }
}
