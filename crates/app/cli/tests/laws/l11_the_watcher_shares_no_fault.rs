//! L11: the watcher shares no fault with the watched. The parent learns of a death from the kernel,
//! by waitpid, so it sees the database die as well as what depends on it, and brings both back.
//!
//! Under test: the parent's watch and `Embedded::restart`; alerts without a database; the dead-man's
//! switch and the canary; the units for init.

mod alerts;
mod faults;
mod units;
mod watch;

use homeostat_clock::wall;

use crate::plant::{Plant, gone, kill};

/// Postgres dies under a running system, and at the same moment a worker, whose burial needs the
/// database. Both come back and the loop goes on. Red without `server_ended` in the parent's watch.
#[test]
fn a_dead_database_is_noticed_without_it_and_the_loop_goes_on() {
    let plant = Plant::new(13, "none");
    let up = plant.up(120);
    up.until("paused");
    let (postgres, worker) = (up.child("postgres"), up.child("act"));
    kill(worker);
    kill(postgres);
    gone(postgres);
    let since = wall();
    up.replaced("postgres", postgres);
    up.replaced("act", worker);
    up.balanced(&plant);
    up.turns(&plant, since);
    let summary = up.stop();
    assert_eq!(summary["violations"], 0, "{summary:#}");
    plant.verify();
}
