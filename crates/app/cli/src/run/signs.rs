//! A role's signs of life to its supervisor: ready, and once a second that it is there and how often the
//! loop that does its work has gone round. A loop that stands still is told apart from a process that does.

use std::time::Duration;

use homeostat_supervisor::notify::{Notifier, TURNS};

const EVERY: Duration = Duration::from_secs(1);

/// Gives them for ever; `turns` is asked each time.
pub(crate) async fn give(turns: impl Fn() -> Option<u64>) {
    let supervisor = Notifier::from_environment();
    supervisor.say("READY=1");
    loop {
        supervisor.say("WATCHDOG=1");
        if let Some(turns) = turns() {
            supervisor.say(&format!("{TURNS}={turns}"));
        }
        homeostat_clock::pause(EVERY).await;
    }
}
