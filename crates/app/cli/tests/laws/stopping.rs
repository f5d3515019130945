//! A process can be asked to stop from its first moment on, and says what came of it.

use std::process::Stdio;

use homeostat_clock::Stopwatch;
use homeostat_testkit::Database;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::Connection;
use tokio::process::Command;

use crate::stage::count;

const WAITS: &str =
    "pg_stat_activity WHERE application_name = 'homeostat scheduler' AND wait_event_type = 'Lock'
    AND datname = current_database()";
const PATIENCE_S: u64 = 60;
/// Not done; may be tried again.
const TRY_AGAIN: i32 = 75;

/// Red when a process listens for signals only once its epoch has begun: who stops what has just come to life then
/// kills it, and nobody knows whether that was planned.
#[tokio::test]
async fn who_is_asked_to_stop_while_it_begins_says_so() {
    let database = Database::fresh().await;
    let mut connection = database.db().pool().acquire().await.unwrap();
    let mut holder = connection.begin().await.unwrap();
    sqlx::query("LOCK TABLE homeostat.process")
        .execute(&mut *holder)
        .await
        .unwrap();
    let mut scheduler = Command::new(env!("CARGO_BIN_EXE_homeostat"))
        .args(["run", "scheduler"])
        .env("DATABASE_URL", database.url())
        .env("HOMEOSTAT_RUN_DIR", database.dir())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let watch = Stopwatch::start();
    while count(&database, WAITS).await == 0 {
        let ended = scheduler.try_wait().unwrap();
        assert!(ended.is_none(), "{ended:?}");
        assert!(watch.elapsed().as_secs() < PATIENCE_S, "it never began");
        tokio::task::yield_now().await;
    }
    let pid = Pid::from_raw(scheduler.id().unwrap().try_into().unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(scheduler.wait().await.unwrap().code(), Some(TRY_AGAIN));
    holder.rollback().await.unwrap();
}
