//! A start waits for nobody: what every worker writes when it starts is there already, and whoever was stopped
//! in the middle of its own start keeps no other from theirs.

use homeostat_store::Db;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

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

/// Each column by itself: red when one of them is left out of what is compared.
#[tokio::test]
async fn whatever_differs_is_written() {
    const DIFFERENT: [&str; 11] = [
        "priority = priority + 1",
        "concurrency = coalesce(concurrency, 0) + 1",
        "timeout_ms = timeout_ms + 1",
        "attempts_max = attempts_max - 1",
        "snoozes_max = snoozes_max + 1",
        "interruptions_max = interruptions_max + 1",
        "backoff_ms = backoff_ms + 1",
        "backoff_ms_max = backoff_ms_max + 1",
        "give_up_after_s = give_up_after_s + 1",
        "pipeline = 'other'",
        "phases = ARRAY['other']",
    ];
    let ground = Ground::new().await;
    let before = row(&ground.db).await;
    for change in DIFFERENT {
        let sql = AssertSqlSafe(format!(
            "UPDATE homeostat.job_kind SET {change} WHERE name = 'task'"
        ));
        sqlx::query(sql).execute(ground.db.pool()).await.unwrap();
        assert_ne!(row(&ground.db).await, before, "{change}");
        ground.registry().register(&ground.db).await.unwrap();
        assert_eq!(row(&ground.db).await, before, "{change}");
    }
}

async fn row(db: &Db) -> serde_json::Value {
    sqlx::query_scalar("SELECT to_jsonb(k) FROM homeostat.job_kind k WHERE name = 'task'")
        .fetch_one(db.pool())
        .await
        .unwrap()
}
