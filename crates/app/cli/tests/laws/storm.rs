//! A storm, short: every fault at least once on a loaded system, and nothing is lost, doubled or over a cap. How
//! many were killed is the machine's doing; a storm that says more is `homeostat drill storm --minutes 20`.

use serde_json::json;

use crate::drills::drill;

/// What befalls somebody whenever it is ordered, wherever the tests run.
const EVERYWHERE: [&str; 19] = [
    "end_crew",
    "kill_backend",
    "kill_crew",
    "kill_guard",
    "kill_postmaster",
    "kill_role",
    "kill_sandbox",
    "kill_supervisor",
    "stop_backend",
    "stop_crew",
    "stop_guard",
    "stop_holder",
    "stop_role",
    "stop_sandbox",
    "stop_server",
    "stop_supervisor",
    "vendor",
    "wire_cut",
    "wire_still",
];

#[test]
fn a_storm_takes_nothing_with_it() {
    let answer = drill(&[
        "storm",
        "--minutes",
        "0.4",
        "--seed",
        "1",
        "--kills-per-s",
        "3",
    ]);
    assert_eq!(answer["findings"], json!([]));
    assert_eq!(answer["violations"], 0);
    assert!(answer["kills"].as_u64() > Some(20), "{answer:#}");
    assert!(
        answer["conservation_checks"].as_u64() > Some(0),
        "{answer:#}"
    );
    assert!(answer["jobs_done"].as_u64() > Some(0), "{answer:#}");
    for fault in EVERYWHERE {
        assert!(answer["faults"][fault].as_u64() > Some(0), "{fault}");
    }
    let not_done = answer["not_done"].as_array().unwrap();
    for fault in ["clock_jump", "disk_full"] {
        let reason = not_done
            .iter()
            .find(|why| why.as_str().unwrap().starts_with(fault));
        match reason {
            Some(why) => println!("not tested: {why}"),
            None => assert!(answer["faults"][fault].as_u64() > Some(0), "{fault}"),
        }
    }
}
