//! L2: every accepted job ends done, failed or cancelled, or is still live, whatever dies and in
//! whatever order.
//!
//! Under test, on the real processes: rescue on proof, recovery at boot, restarts by the parent, and
//! the embedded server that comes back under its clients.

use std::collections::BTreeMap;

use homeostat_store::Db;

use crate::plant::{Plant, gone, kill};

/// The jobs that the journal knows and nobody has any more, by their last state.
async fn ends(db: &Db) -> BTreeMap<String, i64> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT last.to_state, count(*)
         FROM (SELECT DISTINCT ON (entity_id) entity_id, to_state FROM homeostat.event
               WHERE entity = 'job' ORDER BY entity_id, id DESC) last
         WHERE NOT EXISTS (SELECT FROM homeostat.job j WHERE j.id::text = last.entity_id)
         GROUP BY 1",
    )
    .fetch_all(db.pool())
    .await
    .unwrap();
    rows.into_iter().collect()
}

/// What the ends of processes rest on.
async fn evidence(db: &Db) -> Vec<(String, String)> {
    sqlx::query_as("SELECT kind, ended_by FROM homeostat.process WHERE state = 'ended' ORDER BY id")
        .fetch_all(db.pool())
        .await
        .unwrap()
}

fn assert_nothing_lost(plant: &Plant) {
    plant.verify();
    plant.assert_no_act_twice();
    let ends = plant.at_rest(async |db| ends(db).await);
    assert!(ends.get("done").is_some_and(|n| *n > 0), "{ends:?}");
    let lost: Vec<_> = ends
        .keys()
        .filter(|state| !["done", "failed", "cancelled"].contains(&state.as_str()))
        .collect();
    assert!(lost.is_empty(), "{ends:?}");
}

/// Everything of ours dies at once, at an awkward moment: right after the first acts. Red without
/// `boot::recover` and the recovery of effects: running jobs and open effects stay behind.
#[test]
fn all_processes_killed_at_once_come_back_whole() {
    let plant = Plant::new(11, "mild");
    let up = plant.up(120);
    up.until("paused");
    let mut processes = up.children();
    assert!(
        processes.iter().any(|(role, _)| role == "scheduler"),
        "{processes:?}"
    );
    processes.push(("up".into(), up.pid()));
    for (_, pid) in &processes {
        kill(*pid);
    }
    drop(up);
    for (_, pid) in &processes {
        gone(*pid);
    }
    let summary = plant.up(12).summary();
    assert_eq!(summary["violations"], 0, "{summary:#}");
    assert_nothing_lost(&plant);
}

/// One after the other, each process of ours is killed under a running parent and replaced; Postgres
/// and a worker then die together. Red without `self.restart(..)` or `self.restart_server(..)` in the
/// parent's watch (nobody replaces them), and without the rescue (jobs stay running under the dead).
#[test]
fn each_role_killed_alone_is_replaced_and_nothing_is_lost() {
    let plant = Plant::new(12, "mild");
    let up = plant.up(120);
    up.until("paused");
    let roles: Vec<_> = up.children();
    for (role, pid) in &roles {
        kill(*pid);
        up.replaced(role, *pid);
    }
    let killed = roles
        .iter()
        .filter(|(role, _)| !["postgres", "sandbox"].contains(&role.as_str()))
        .count();
    for _ in 0..killed {
        up.until("started (epoch");
    }
    let summary = up.stop();
    assert_eq!(summary["violations"], 0, "{summary:#}");
    assert_nothing_lost(&plant);
    let dead = plant.at_rest(async |db| evidence(db).await);
    let proven = dead
        .iter()
        .filter(|(_, by)| ["waitpid", "flock"].contains(&by.as_str()))
        .count();
    assert_eq!(proven, killed, "each death was proven: {dead:?}");
    assert!(dead.iter().all(|(_, by)| by != "guess"), "{dead:?}");
}
