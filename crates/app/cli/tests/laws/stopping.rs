//! A process can be asked to stop from its first moment on, and says what came of it.

use std::process::{ExitStatus, Stdio};

use homeostat_clock::Stopwatch;
use homeostat_testkit::Database;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::Connection;
use tokio::process::{Child, Command};

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
    let scheduler = scheduler(&database)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let ended = told_to_stop_once(&database, WAITS, scheduler.unwrap()).await;
    assert_eq!(ended.code(), Some(TRY_AGAIN), "{ended}");
    holder.rollback().await.unwrap();
}

/// A scheduler, to be started. A test that fails leaves nobody behind.
pub(crate) fn scheduler(database: &Database) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeostat"));
    command
        .args(["run", "scheduler"])
        .env("DATABASE_URL", database.url())
        .env("HOMEOSTAT_RUN_DIR", database.dir())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Waits for such a row, asks the process to stop, and gives back how it ended.
pub(crate) async fn told_to_stop_once(
    database: &Database,
    from: &str,
    mut process: Child,
) -> ExitStatus {
    let watch = Stopwatch::start();
    while count(database, from).await == 0 {
        let ended = process.try_wait().unwrap();
        assert!(ended.is_none(), "{ended:?}");
        assert!(watch.elapsed().as_secs() < PATIENCE_S, "never: {from}");
        tokio::task::yield_now().await;
    }
    let pid = Pid::from_raw(process.id().unwrap().try_into().unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    process.wait().await.unwrap()
}
