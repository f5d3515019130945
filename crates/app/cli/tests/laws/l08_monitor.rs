//! L8, of a job that is dead in the hands of a worker that lives: the worker is killed, its death is
//! proven, and only then is the job somebody else's. Once, and not before the job's own deadline.
//!
//! Under test: the monitor of `up`. The worker is one that nobody keeps, so that nothing else ends it.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

use homeostat_store::{Embedded, EmbeddedOptions};

use crate::plant::{Plant, Up, freeze, gone};

const CONFIG: &str = r#"
[jobs.quiet]
command = "/bin/sh"
args = ["-c", "exec sleep 45"]
timeout_s = 1
memory_mb = 32

[monitor]
never_spawned_s = 1
died_s = 1
maybe_working_s = 1

[web]
enabled = false

[[brand]]
id = "aurora"
currency = "EUR"
time_zone = "Europe/Berlin"
target_cpa = "20.00"
meta_account = "act_1001"
"#;

/// A worker on this plant that is nobody's child but the test's.
struct ByHand(Child);

impl ByHand {
    fn start(plant: &Plant, config: &Path) -> Self {
        let system = plant.system();
        let cluster = EmbeddedOptions {
            dir: system.join("pg"),
            durable: true,
        };
        let child = Command::new(env!("CARGO_BIN_EXE_homeostat"))
            .args(["run", "worker", "--name", "hand", "--kind", "job.quiet"])
            .env("DATABASE_URL", Embedded::url_for(&cluster).unwrap())
            .env("HOMEOSTAT_RUN_DIR", system.join("run"))
            .env("HOMEOSTAT_LOG_DIR", system.join("log"))
            .env("HOMEOSTAT_CONFIG", config)
            .env("HOMEOSTAT_META_URL", "http://127.0.0.1:1")
            .env("META_ACCESS_TOKEN", "none")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn count(up: &Up, plant: &Plant, what: &str, from: &str) {
    up.wait_for(what, || plant.count(from).filter(|n| *n == 1));
}

/// Red without the monitor (the deadline takes the job, and the worker lives on), and when its end is not
/// proven.
#[test]
fn a_job_that_is_dead_in_living_hands_is_taken_after_a_kill_and_its_proof() {
    let plant = Plant::new(31, "none");
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("homeostat.toml");
    std::fs::write(&config, CONFIG).unwrap();
    let up = plant.up_with(240, &["--config", config.to_str().unwrap()]);
    up.until("homeostat is up");
    // What is kept is watched by its keeper, and would be ended for its silence.
    let stopped = plant
        .command(&["processes", "stop", "worker-jobs"])
        .status();
    assert!(stopped.unwrap().success());
    let worker = ByHand::start(&plant, &config);
    let kind = "homeostat.job_kind WHERE name = 'job.quiet'";
    count(&up, &plant, "a worker that knows the kind", kind);
    let enqueued = plant.command(&["enqueue", "job.quiet", "{}"]).status();
    assert!(enqueued.unwrap().success());
    let job = "homeostat.job WHERE kind = 'job.quiet' AND state = 'running'";
    count(&up, &plant, "the job in the worker's hands", job);
    let pid = worker.0.id();
    freeze(pid);
    gone(pid);
    let end =
        format!("homeostat.process WHERE pid = {pid} AND state = 'ended' AND ended_by = 'flock'");
    count(&up, &plant, "proof of its death", &end);
    // Not by its deadline, and once.
    let given_back =
        "homeostat.event WHERE entity = 'job' AND from_state = 'running' AND to_state = 'ready'
                      AND entity_id IN (SELECT entity_id FROM homeostat.event
                                        WHERE entity = 'job' AND data ->> 'kind' = 'job.quiet')";
    count(&up, &plant, "the job given back once", given_back);
    assert_eq!(
        plant.count(&format!("{given_back} AND cause = 'timeout'")),
        Some(0)
    );
    // Its own account gives it a second, and fifteen more to be ended in good order.
    let early = "homeostat.event given JOIN homeostat.event taken USING (entity, entity_id)
                 WHERE given.entity = 'job' AND given.from_state = 'running' AND given.to_state = 'ready'
                   AND taken.to_state = 'running' AND taken.id < given.id
                   AND given.at - taken.at < interval '16 s'
                   AND given.entity_id IN (SELECT entity_id FROM homeostat.event
                                           WHERE entity = 'job' AND data ->> 'kind' = 'job.quiet')";
    assert_eq!(plant.count(early), Some(0));
    drop(worker);
    plant.verify();
    up.stop();
}
