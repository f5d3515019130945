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
use homeostat_model::RuntimeTime;
use serde_json::Value;

use crate::plant::{Plant, Up, children_of, freeze, gone, kill, thaw};

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
    goes_on(up, &plant, since);
}

/// Everything is at work again, and the books agree.
fn goes_on(up: Up, plant: &Plant, since: RuntimeTime) {
    up.balanced(plant);
    up.turns(plant, since);
    let summary = up.stop();
    assert_eq!(summary["violations"], 0, "{summary:#}");
    plant.verify();
}

/// A server and its sessions, until dropped.
struct Frozen(Vec<u32>);

impl Frozen {
    fn server(postgres: u32) -> Self {
        // First, so that it begins no session, and whoever ends keeps its number.
        freeze(postgres);
        let sessions = children_of(postgres).into_iter().map(|(_, pid)| pid);
        let all: Vec<u32> = sessions.chain([postgres]).collect();
        all.iter().copied().for_each(freeze);
        Self(all)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.0.iter().copied().for_each(thaw);
    }
}

/// The server and all its sessions stand still: no answer, and no error either. A worker that dies now waits
/// behind the gate, and comes back when there is something to come back to. Red when the gate stays open, and
/// when the worker has none.
#[test]
fn nobody_is_started_into_a_database_that_stands_still() {
    let plant = Plant::new(14, "none");
    let up = plant.up(120);
    up.until("paused");
    let worker = up.child("act");
    let server = Frozen::server(up.child("postgres"));
    up.wait_for("a worker behind the gate", || {
        let answer = plant.ask(&["processes"]);
        let rows = answer["kinds"].as_array().unwrap();
        let is_it = |row: &&Value| row["name"] == "worker-act";
        let row = rows.iter().find(is_it).unwrap();
        // Until the gate is seen closed it comes back as ever.
        if let Some(pid) = row["process"]["pid"].as_u64() {
            kill(u32::try_from(pid).unwrap());
        }
        (row["state"] == "gated").then_some(())
    });
    let since = wall();
    drop(server);
    up.replaced("act", worker);
    goes_on(up, &plant, since);
}
