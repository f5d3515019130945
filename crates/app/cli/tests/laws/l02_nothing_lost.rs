//! L2: every accepted job ends done, failed or cancelled, or is still live, whatever dies and in
//! whatever order.
//!
//! Under test, on the real processes: rescue on proof, recovery at boot, restarts by the parent, and
//! the embedded server that comes back under its clients.

use std::collections::BTreeMap;

use homeostat_clock::wall;
use homeostat_store::Db;

use crate::plant::{Plant, Up, freeze, gone, ground::Ground, kill, thaw, trip::Road};

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

/// The processes that did not stop as planned, and what their ends rest on.
async fn deaths(db: &Db) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT kind, ended_by FROM homeostat.process WHERE ended_by <> 'planned' ORDER BY kind",
    )
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

/// Freezes the vendor and waits for a job that hangs on it: the moment to kill somebody.
fn a_job_in_flight(plant: &Plant, up: &Up) {
    freeze(up.child("sandbox"));
    up.wait_for("a job that waits for the vendor", || {
        plant
            .count("homeostat.job WHERE state = 'running' AND kind LIKE 'sense.%'")
            .filter(|n| *n > 0)
    });
}

/// Everything of ours dies at once while a job is at work. Red without `recovery_pass` and `rescue`
/// (the job stays running for ever under an owner that is dead).
#[test]
fn all_processes_killed_at_once_come_back_whole() {
    let plant = Plant::new(11, "mild");
    let up = plant.up(120);
    up.until("paused");
    a_job_in_flight(&plant, &up);
    let mut processes = up.children();
    // Beside the pages, whose address another system on this machine may have.
    let others = processes.iter().filter(|(role, _)| role != "web");
    assert_eq!(others.count(), 8, "{processes:?}");
    processes.push(("up".into(), up.pid()));
    for (_, pid) in &processes {
        kill(*pid);
    }
    drop(up);
    for (_, pid) in &processes {
        gone(*pid);
    }
    let again = wall();
    let up = plant.up(120);
    up.until("homeostat is up");
    up.balanced(&plant);
    up.turns(&plant, again);
    let summary = up.stop();
    assert_eq!(summary["violations"], 0, "{summary:#}");
    assert_nothing_lost(&plant);
}

/// One after the other, each process of ours is killed under a running parent, the senses with a job
/// in their hands, and is replaced. Red without `self.restart(..)` or `self.restart_server(..)` in the
/// supervisor's watch and `Running::start` in the guard's (nobody replaces them), and without `rescue`
/// (the work stays with the dead).
#[test]
fn each_role_killed_alone_is_replaced_and_nothing_is_lost() {
    let plant = Plant::new(12, "mild");
    let up = plant.up(120);
    up.until("paused");
    a_job_in_flight(&plant, &up);
    let mut roles: Vec<_> = up.children().into_iter().map(|(role, _)| role).collect();
    // The supervisor last: the others go with it.
    roles.sort_by_key(|role| (role == "supervisor", role != "sense"));
    for role in &roles {
        let pid = up.child(role);
        kill(pid);
        up.replaced(role, pid);
        if role == "sense" {
            thaw(up.child("sandbox"));
        }
    }
    let since = wall();
    up.balanced(&plant);
    up.turns(&plant, since);
    let summary = up.stop();
    assert_eq!(summary["violations"], 0, "{summary:#}");
    assert_nothing_lost(&plant);
    let ends = plant.at_rest(async |db| deaths(db).await);
    // Who starts while the database is away may end by itself once more.
    let mut kinds: Vec<_> = ends.iter().map(|(kind, _)| kind.as_str()).collect();
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            "scheduler",
            "supervisor",
            "worker-act",
            "worker-ads",
            "worker-decide",
            "worker-sense"
        ]
    );
    assert!(
        ends.iter().all(|(_, by)| by == "waitpid" || by == "flock"),
        "proven: {ends:?}"
    );
}

/// While no supervisor lives, the server is the guard's all the same, and a command that asks something
/// leaves it alone. Red without `is_up` in `Session::open`: the command takes it for a leftover.
#[test]
fn a_command_leaves_the_server_of_a_system_alone_whose_supervisor_died() {
    let plant = Plant::new(20, "none");
    let up = plant.up(120);
    up.until("homeostat is up");
    let (postgres, supervisor) = (up.child("postgres"), up.child("supervisor"));
    // The guard cannot start the next one yet.
    freeze(up.pid());
    kill(supervisor);
    gone(supervisor);
    assert!(plant.ask(&["status"])["jobs"].is_array());
    assert_eq!(up.child("postgres"), postgres);
    thaw(up.pid());
    up.replaced("supervisor", supervisor);
    up.balanced(&plant);
    assert_eq!(up.child("postgres"), postgres);
    assert_eq!(up.stop()["violations"], 0);
}

/// A run goes on at the phase in which its process died; what was done before is not done again. Red
/// when `pipeline::advance` and the end of the phase's job are two transactions, or when a rescue starts
/// the run anew.
#[tokio::test]
async fn a_run_goes_on_at_the_phase_that_was_interrupted() {
    let ground = Ground::new().await;
    let scheduler = ground.scheduler("scheduler").await;
    let run = ground.start_trip(Road::Blocked).await;
    let dies = ground.pool("dies", 2).await;
    let drive = ground.driving(run, 1).await;
    ground.kill(dies.die().await).await;

    let next = ground.pool("next", 2).await;
    ground.driving(run, 2).await;
    ground.let_go(ground.fences_of(drive)[1]);
    let ended = ground.trip_ended(run).await;
    next.stop().await;
    assert_eq!((ended.state.as_str(), ended.resumes), ("done", 1));
    assert_eq!(ended.resumed_from.as_deref(), Some("drive"));
    let done = ground.checkpoints(run).await;
    let names: Vec<_> = done.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["pack", "drive", "arrive"]);
    let pack = homeostat_model::JobId(run.0);
    assert_eq!(ground.fences_of(pack).len(), 1, "the first phase ran once");
    drop(scheduler);
}
