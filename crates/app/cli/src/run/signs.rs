//! A role's signs of life to its supervisor: ready, and once a second that it is there and how often the
//! loop that does its work has gone round. A loop that stands still is told apart from a process that does.
//! A role that knows that it is broken says that in place of the rest.

use std::time::Duration;

use homeostat_supervisor::notify::{Notifier, TURNS};

const EVERY: Duration = Duration::from_secs(1);

/// What a role knows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It is there, and has no loop to tell of.
    Here,
    /// How often its loop has gone round.
    Turns(u64),
    /// It cannot mend itself, and is to be ended and started again.
    Broken,
}

/// Gives them for ever; `sign` is asked each time.
pub(crate) async fn give(sign: impl Fn() -> Sign) {
    let supervisor = Notifier::from_environment();
    supervisor.say("READY=1");
    loop {
        match sign() {
            Sign::Here => supervisor.say("WATCHDOG=1"),
            Sign::Turns(turns) => {
                supervisor.say("WATCHDOG=1");
                supervisor.say(&format!("{TURNS}={turns}"));
            }
            Sign::Broken => supervisor.say("WATCHDOG=trigger"),
        }
        homeostat_clock::pause(EVERY).await;
    }
}
