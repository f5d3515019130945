//! A start waits for nobody: what every worker writes when it starts is there already, and whoever was stopped
//! in the middle of its own start keeps no other from theirs.

use homeostat_store::Db;
use sqlx::{Connection, PgConnection};

use crate::common::Ground;

/// Returns once somebody waits for a lock.
async fn somebody_waits(db: &Db) {
    loop {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0",
        )
        .fetch_one(db.pool())
        .await
        .unwrap();
        if waiting > 0 {
            return;
        }
    }
}

#[tokio::test]
async fn known_kinds_are_registered_again_under_anybodys_lock() {
    let ground = Ground::new().await;
    let mut stopped = PgConnection::connect(ground.base.url()).await.unwrap();
    let mut stopped = stopped.begin().await.unwrap();
    sqlx::query("SELECT FROM homeostat.job_kind FOR UPDATE")
        .execute(&mut *stopped)
        .await
        .unwrap();
    let registry = ground.registry();
    tokio::select! {
        registered = registry.register(&ground.db) => registered.unwrap(),
        () = somebody_waits(&ground.db) => panic!("a start waits for a lock that it does not need"),
    }
}

#[tokio::test]
async fn what_differs_is_written() {
    let ground = Ground::new().await;
    let of = "SELECT priority FROM homeostat.job_kind WHERE name = 'task'";
    sqlx::query("UPDATE homeostat.job_kind SET priority = 7, concurrency = 3 WHERE name = 'task'")
        .execute(ground.db.pool())
        .await
        .unwrap();
    ground.registry().register(&ground.db).await.unwrap();
    let priority: i16 = sqlx::query_scalar(of)
        .fetch_one(ground.db.pool())
        .await
        .unwrap();
    assert_eq!(priority, 0);
}
