//! A full disk takes the logs, and nothing else with them.

use std::{fs::File, process::Stdio};

use homeostat_testkit::Database;

use crate::{
    stage::count,
    stopping::{scheduler, told_to_stop_once},
};

const LIVE: &str = "homeostat.process WHERE kind = 'scheduler' AND state = 'live'";

/// Red when a line that cannot be written is told on stderr: there it cannot be written either, and that panics, in
/// the middle of a beginning, of a finish, or of the wait for the signal to stop.
#[tokio::test]
async fn who_cannot_log_works_on_and_stops_when_asked() {
    let database = Database::fresh().await;
    // Every write to it finds no space left.
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let scheduler = scheduler(&database).stdout(full()).stderr(full()).spawn();
    let ended = told_to_stop_once(&database, LIVE, scheduler.unwrap()).await;
    assert!(ended.success(), "{ended}");
    assert_eq!(count(&database, LIVE).await, 0);
}
