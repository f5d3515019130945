//! A declared job that cannot run is told of by its field at the start; its jobs wait, the others are done, and
//! mended it is done too.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::Value;

use crate::plant::Plant;

const STAGE: &str = include_str!("../../../src/drill/stage.toml");
const LONG_S: u32 = 600;

/// Red when a kind has room for its jobs before its preflight has said yes, or when only a log hears of it.
#[test]
fn what_cannot_run_waits_and_is_told_of_and_the_rest_is_done() {
    let plant = Plant::new(1, "none");
    let (program, licence) = (plant.place().join("program"), plant.place().join("licence"));
    let config = plant.place().join("homeostat.toml");
    let more = format!(
        "[jobs.good]\ncommand = \"/bin/cat\"\n\
         [jobs.lost]\ncommand = {program:?}\n\
         [jobs.unlicensed]\ncommand = \"/bin/cat\"\npreflight = [\"/bin/cat\", {licence:?}]\n\
         [jobs.greedy]\ncommand = \"/bin/cat\"\nmemory_mb = 16000000\n",
    );
    fs::write(&config, format!("{STAGE}\n{more}")).unwrap();
    let up = plant.up_with(LONG_S, &["--config", config.to_str().unwrap()]);
    up.until("Ctrl-C");
    // Until its worker has made it known, a kind is none.
    let job =
        |kind: &str| up.wait_for(kind, || plant.ask(&["enqueue", kind, "{}"])["job"].as_i64());
    let [lost, unlicensed, greedy, good] =
        ["job.lost", "job.unlicensed", "job.greedy", "job.good"].map(job);
    let done = |job: i64| {
        let event = format!(
            "homeostat.event WHERE entity = 'job' AND entity_id = '{job}' AND to_state = 'done'"
        );
        up.wait_for("the job done", || plant.count(&event).filter(|n| *n == 1));
    };
    done(good);
    let alerts = || plant.ask(&["alerts"])["alerts"].as_array().unwrap().clone();
    let open = || -> Vec<String> {
        let of_kinds = alerts().into_iter().filter(|a| a["code"] == "not_enabled");
        let open = of_kinds.filter(|alert| alert["resolved_at"] == Value::Null);
        open.map(|a| a["cause"].as_str().unwrap().to_owned())
            .collect()
    };
    let told = up.wait_for("three alerts", || Some(open()).filter(|all| all.len() == 3));
    for field in [
        "jobs.lost.command: ",
        "jobs.unlicensed.preflight: ",
        "jobs.greedy.memory_mb: ",
    ] {
        assert!(told.iter().any(|text| text.starts_with(field)), "{told:?}");
    }
    let waiting =
        format!("homeostat.job WHERE id IN ({lost}, {unlicensed}, {greedy}) AND fence = 0");
    assert_eq!(plant.count(&waiting), Some(3), "nobody claimed them");
    let why = &plant.ask(&["processes"])["not_enabled"]["job.lost"];
    assert!(
        why.as_str().unwrap().starts_with("jobs.lost.command: "),
        "{why}"
    );

    fs::write(&program, "#!/bin/sh\nexec cat\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    done(lost);
    up.wait_for("one alert less", || {
        Some(open()).filter(|all| all.len() == 2)
    });
    up.stop();
}
