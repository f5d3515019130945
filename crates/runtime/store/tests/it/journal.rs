//! Every change leaves its row, whoever makes it.

use homeostat_store::{
    Db,
    journal::{CheckState, verify},
};
use homeostat_testkit::Database;
use sqlx::{AssertSqlSafe, Row};

async fn run(db: &Db, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sql).execute(db.pool()).await.map(drop)
}

/// A journaled table and two rows in it.
async fn things(db: &Db) {
    run(
        db,
        "CREATE TABLE homeostat.thing (id bigint PRIMARY KEY, state text NOT NULL, n int, seen int);
         SELECT homeostat.journal('thing', 'thing', 'state', '{seen}');
         INSERT INTO homeostat.thing VALUES (1, 'a', 1, 0), (2, 'a', 2, 0);",
    )
    .await
    .unwrap();
}

async fn transitions(db: &Db) -> Vec<String> {
    sqlx::query("SELECT entity_id, from_state, to_state FROM homeostat.event WHERE entity = 'thing' ORDER BY id")
        .fetch_all(db.pool())
        .await
        .unwrap()
        .iter()
        .map(|row| {
            let from: Option<String> = row.get(1);
            format!("{}:{}>{}", row.get::<String, _>(0), from.unwrap_or_default(), row.get::<String, _>(2))
        })
        .collect()
}

async fn violated(db: &Db) -> Vec<&'static str> {
    let checks = verify(db).await.unwrap();
    checks
        .iter()
        .filter(|c| c.state == CheckState::Violated)
        .map(|c| c.name)
        .collect()
}

#[tokio::test]
async fn one_row_for_each_transition_and_none_for_derived_columns() {
    let database = Database::fresh().await;
    let db = database.db();
    things(&db).await;
    run(&db, "UPDATE homeostat.thing SET state = 'b' WHERE id = 1")
        .await
        .unwrap();
    run(&db, "UPDATE homeostat.thing SET seen = 9")
        .await
        .unwrap();
    run(&db, "UPDATE homeostat.thing SET n = n").await.unwrap();
    assert_eq!(transitions(&db).await, ["1:>a", "2:>a", "1:a>b"]);
    assert!(violated(&db).await.is_empty());
}

#[tokio::test]
async fn a_row_leaves_with_its_declared_outcome_or_as_an_incident() {
    let database = Database::fresh().await;
    let db = database.db();
    things(&db).await;
    run(
        &db,
        r#"WITH o AS MATERIALIZED (SELECT set_config('homeostat.outcome', '{"1": {"state": "done"}}', true) AS x)
           DELETE FROM homeostat.thing USING o WHERE id = 1 AND o.x IS NOT NULL"#,
    )
    .await
    .unwrap();
    assert!(violated(&db).await.is_empty());
    run(&db, "DELETE FROM homeostat.thing WHERE id = 2")
        .await
        .unwrap();
    assert_eq!(transitions(&db).await[2..], ["1:a>done", "2:a>deleted"]);
    assert_eq!(violated(&db).await, ["deletions_are_declared"]);
}

#[tokio::test]
async fn the_past_can_be_read_and_not_rewritten() {
    let database = Database::fresh().await;
    let db = database.db();
    things(&db).await;
    let before = sqlx::query("SELECT max(at) AS at FROM homeostat.event")
        .fetch_one(db.pool())
        .await
        .unwrap()
        .get::<homeostat_store::Stamp, _>("at")
        .runtime();
    run(
        &db,
        "UPDATE homeostat.thing SET state = 'b', n = NULL WHERE id = 1",
    )
    .await
    .unwrap();
    let then = db.state_at("thing", "1", before).await.unwrap().unwrap();
    assert_eq!(then, serde_json::json!({"id": 1, "state": "a", "n": 1}));
    for forbidden in [
        "UPDATE homeostat.event SET cause = 'x'",
        "DELETE FROM homeostat.event",
        "TRUNCATE homeostat.event",
        "TRUNCATE homeostat.thing",
        "UPDATE homeostat.thing SET id = 7 WHERE id = 1",
    ] {
        let error = sqlx::raw_sql(AssertSqlSafe(forbidden))
            .execute(db.pool())
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("refused"),
            "{forbidden}: {error}"
        );
    }
}

#[tokio::test]
async fn verify_sees_a_row_changed_behind_the_journal() {
    let database = Database::fresh().await;
    let db = database.db();
    things(&db).await;
    run(
        &db,
        "ALTER TABLE homeostat.thing DISABLE TRIGGER USER;
         UPDATE homeostat.thing SET n = 99 WHERE id = 2;
         ALTER TABLE homeostat.thing ENABLE TRIGGER USER;",
    )
    .await
    .unwrap();
    let checks = verify(&db).await.unwrap();
    let fold = checks
        .iter()
        .find(|c| c.name == "fold_equals_state")
        .unwrap();
    assert_eq!(
        (fold.violations, fold.first.as_deref()),
        (1, Some("thing 2"))
    );
}

#[tokio::test]
async fn partitions_are_made_ahead_and_strays_come_home() {
    let database = Database::fresh().await;
    let db = database.db();
    run(
        &db,
        "INSERT INTO homeostat.event (at, entity, entity_id, to_state, data)
         VALUES ('2031-05-03 00:00Z', 'thing', '1', 'a', '{}')",
    )
    .await
    .unwrap();
    assert_eq!(violated(&db).await, ["partitions_are_ahead"]);
    for made in [3, 0] {
        let row = sqlx::query("SELECT homeostat.keep_event_partitions('2031-05-01 00:00Z', 2)")
            .fetch_one(db.pool())
            .await
            .unwrap();
        assert_eq!(row.get::<i32, _>(0), made);
    }
    assert!(violated(&db).await.is_empty());
}
