//! The drills about processes, short: counts and order, no times. Each is the drill's own answer about a real
//! system that it started.

use std::process::{Command, ExitStatus, Stdio};

use serde_json::{Value, json};

/// Plays a drill whose promises must all hold, and gives back its answer.
pub(crate) fn drill(args: &[&str]) -> Value {
    let (status, answer) = played(args);
    assert!(status.success(), "{status}: {answer:#}");
    answer
}

/// Plays a drill, and gives back how it ended and its answer.
pub(crate) fn played(args: &[&str]) -> (ExitStatus, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_homeostat"))
        .arg("drill")
        .args(args)
        .arg("--json")
        .env_remove("DATABASE_URL")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let answer = serde_json::from_slice(&output.stdout);
    let said = String::from_utf8_lossy(&output.stdout);
    (
        output.status,
        answer.unwrap_or_else(|e| panic!("{e}: {said}")),
    )
}

/// Twelve hours by the decisions that rule the real ones, and a loop of fast runs on a real system: told of
/// once, mended by itself, and nobody else is touched.
#[test]
fn a_loop_is_bounded_told_of_and_mended() {
    let answer = drill(&[
        "crash-loop",
        "--seconds",
        "1",
        "--lives-s",
        "0.1",
        // How fast a loaded machine is, is no question of this test.
        "--alert-max-s",
        "60",
    ]);
    assert_eq!(answer["failed"], json!([]));
    let cases = answer["cases"].as_array().unwrap();
    let of = |class: &str| cases.iter().find(|case| case["class"] == class).unwrap();
    let (unhealthy, configuration) = (of("unhealthy"), of("configuration"));
    assert!(
        unhealthy["starts_12h"].as_u64() <= Some(60),
        "{unhealthy:#}"
    );
    assert!(
        configuration["starts_12h"].as_u64() <= Some(15),
        "{configuration:#}"
    );
    assert_eq!(unhealthy["alert_at_run"], 3);
    for case in cases {
        assert_eq!(case["alerts_12h"], 1, "{case:#}");
        assert_eq!(case["others_affected"], 0, "{case:#}");
    }
}

/// The supervisor is killed once under each mechanism that the machine offers.
#[test]
fn a_killed_supervisor_leaves_nobody_and_nothing_runs_twice() {
    let answer = drill(&["orphans", "--repeat", "1"]);
    let played = answer["mechanisms"].as_array().unwrap();
    assert!(!played.is_empty(), "{answer:#}");
    for mechanism in played {
        for field in ["orphans", "double_copies", "server_restarts"] {
            assert_eq!(mechanism[field], 0, "{mechanism:#}");
        }
        assert_eq!(mechanism["kills"], 1);
    }
}

/// Every kind is killed once and comes back.
#[test]
fn every_kind_that_is_killed_comes_back() {
    let answer = drill(&["restart", "--repeat", "1"]);
    assert_eq!(answer["failed"], json!([]));
    let kinds = answer["kinds"].as_array().unwrap();
    assert_eq!(answer["kills"].as_u64().unwrap() as usize, kinds.len());
    let names: Vec<&str> = kinds
        .iter()
        .map(|kind| kind["kind"].as_str().unwrap())
        .collect();
    for name in ["sandbox", "scheduler", "script", "web", "worker-act"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

/// Webhooks of five vendors lie, come twice, late or never, and after one reconciliation we believe what is so. Red
/// without the look at a signature, when a delivery leads to no look or is believed, and without the reconciliation.
#[test]
fn what_webhooks_claim_is_not_believed_and_what_they_hint_at_is_read() {
    let more = ["--changes", "20", "--untold", "5", "--trouble", "30"];
    let answer = drill(&[&["webhooks"], &more[..]].concat());
    for (field, wanted) in [
        ("wrong_state", 0),
        ("accepted_forged", 0),
        ("learnt_untold", 0),
        ("told_but_unknown", 0),
    ] {
        assert_eq!(answer[field], wanted, "{field}: {answer:#}");
    }
    assert_eq!(answer["failed"], json!([]), "{answer:#}");
    assert!(answer["drift_max_s"].as_f64() > Some(0.0), "{answer:#}");
    let found = answer["found_by_reconciliation"].as_u64();
    assert!(found >= answer["untold"].as_u64(), "{answer:#}");
    assert!(answer["untold"].as_u64() >= Some(4), "{answer:#}");
    for vendor in ["meta", "shopify", "track17", "agentmail", "revolut"] {
        let of = &answer["by_vendor"][vendor];
        for field in ["compared", "changes"] {
            assert!(of[field].as_u64() > Some(0), "{vendor} {field}: {answer:#}");
        }
        let sent = answer["sent_by_vendor"][vendor].as_u64();
        assert!(sent > Some(0), "{vendor}: {answer:#}");
    }
}
