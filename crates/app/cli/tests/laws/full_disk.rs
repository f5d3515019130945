//! A full disk takes the logs, and nothing else with them.

use std::{fs::File, process::Stdio};

use homeostat_clock::Stopwatch;
use homeostat_testkit::Database;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Command;

use crate::stage::count;

const LIVE: &str = "homeostat.process WHERE kind = 'scheduler' AND state = 'live'";
const PATIENCE_S: u64 = 60;

/// Red when a line that cannot be written is told on stderr: there it cannot be written either, and that panics, in
/// the middle of a beginning, of a finish, or of the wait for the signal to stop.
#[tokio::test]
async fn who_cannot_log_works_on_and_stops_when_asked() {
    let database = Database::fresh().await;
    // Every write to it finds no space left.
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let mut scheduler = Command::new(env!("CARGO_BIN_EXE_homeostat"))
        .args(["run", "scheduler"])
        .env("DATABASE_URL", database.url())
        .env("HOMEOSTAT_RUN_DIR", database.dir())
        .stdin(Stdio::null())
        .stdout(full())
        .stderr(full())
        // A test that fails leaves nobody behind.
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let watch = Stopwatch::start();
    while count(&database, LIVE).await == 0 {
        let ended = scheduler.try_wait().unwrap();
        assert!(ended.is_none(), "{ended:?}");
        assert!(watch.elapsed().as_secs() < PATIENCE_S, "it never began");
        tokio::task::yield_now().await;
    }
    let pid = Pid::from_raw(scheduler.id().unwrap().try_into().unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert!(scheduler.wait().await.unwrap().success());
    assert_eq!(count(&database, LIVE).await, 0);
}
