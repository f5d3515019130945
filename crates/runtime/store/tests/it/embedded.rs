//! The private cluster: whole after any death of its owner, and owned by one.

use homeostat_store::{Database, Db, DbOptions, Embedded, EmbeddedError, EmbeddedOptions};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

fn options(dir: &TempDir) -> EmbeddedOptions {
    EmbeddedOptions {
        dir: dir.path().join("pg"),
        durable: true,
    }
}

fn kill(pid: u32) {
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL).unwrap();
}

async fn write_one(url: &str) {
    let db = Db::connect(url, &DbOptions::default()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS kept (id int); INSERT INTO kept VALUES (1)")
        .execute(db.pool())
        .await
        .unwrap();
    db.close().await;
}

async fn kept(url: &str) -> i64 {
    let db = Db::connect(url, &DbOptions::default()).await.unwrap();
    let row = sqlx::query_scalar("SELECT count(*) FROM kept")
        .fetch_one(db.pool())
        .await
        .unwrap();
    db.close().await;
    row
}

#[tokio::test]
async fn a_second_instance_is_refused_with_the_holder_named() {
    let dir = TempDir::new().unwrap();
    let first = Embedded::start(&options(&dir)).await.unwrap();
    let second = Embedded::start(&options(&dir)).await.unwrap_err();
    let EmbeddedError::AlreadyRunning { pid, .. } = second else {
        panic!("{second:?}")
    };
    assert_eq!(pid, std::process::id().to_string());
    first.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_written_survives_a_killed_postmaster() {
    let dir = TempDir::new().unwrap();
    let mut embedded = Embedded::start(&options(&dir)).await.unwrap();
    write_one(&embedded.url()).await;
    kill(embedded.pid().unwrap());
    embedded.ended().await;
    embedded.restart().await.unwrap();
    assert_eq!(kept(&embedded.url()).await, 1);
    embedded.stop().await.unwrap();
}

/// The owner dies without a word: its server lives on and holds the directory.
#[tokio::test]
async fn an_orphaned_server_is_stopped_before_a_new_one_starts() {
    let dir = TempDir::new().unwrap();
    let orphan = Embedded::start(&options(&dir)).await.unwrap();
    write_one(&orphan.url()).await;
    let old = orphan.pid();
    drop(orphan);
    let next = Embedded::start(&options(&dir)).await.unwrap();
    assert_ne!(next.pid(), old);
    assert_eq!(kept(&next.url()).await, 1);
    next.stop().await.unwrap();
}

/// A postmaster that died with its owner may stay a zombie for as long as nobody reaps it, and its
/// socket's lock file then names a process that seems to live. We are that process here.
#[tokio::test]
async fn a_socket_lock_that_names_a_live_stranger_does_not_stop_a_start() {
    let dir = TempDir::new().unwrap();
    Embedded::start(&options(&dir))
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    let lock = options(&dir).dir.join("s/.s.PGSQL.5432.lock");
    let ours = std::process::id();
    std::fs::write(
        &lock,
        format!("{ours}\n/nowhere\n0\n5432\n{}\n", dir.path().display()),
    )
    .unwrap();
    let next = Embedded::start(&options(&dir)).await.unwrap();
    next.stop().await.unwrap();
}

#[tokio::test]
async fn a_program_that_names_no_database_gets_one_of_its_own_and_leaves_no_server() {
    let dir = TempDir::new().unwrap();
    let path = options(&dir).dir;
    let own = Database::open(None, &path, &DbOptions::default())
        .await
        .unwrap();
    let url = Some(own.url().to_owned());
    // The second opening names it, so no cluster is made where it points.
    let nowhere = dir.path().join("nowhere");
    let named = Database::open(url, &nowhere, &DbOptions::default())
        .await
        .unwrap();
    assert!(
        named
            .db()
            .entities()
            .await
            .unwrap()
            .contains(&"job".to_owned())
    );
    assert!(!nowhere.exists());
    named.close().await.unwrap();
    own.close().await.unwrap();
    // Nobody holds the directory any more.
    let again = Embedded::start(&options(&dir)).await.unwrap();
    again.stop().await.unwrap();
}
