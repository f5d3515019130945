//! The drill of the watchers, short: who speaks of a fault first. Not after how long: that is of the machine.

use serde_json::{Value, json};

use crate::drills::drill;

/// The drill's answer to these faults: who spoke of each.
fn watchers(faults: &[&str]) -> Vec<(String, String)> {
    let mut args = vec!["watchers", "--watch-limit-s", "60"];
    args.extend(faults.iter().flat_map(|fault| ["--only", fault]));
    let answer = drill(&args);
    assert_eq!(answer["failed"], json!([]), "{answer:#}");
    let word = |played: &Value, field: &str| played[field].as_str().unwrap().to_owned();
    let played = answer["faults"].as_array().unwrap().iter();
    played
        .map(|played| (word(played, "fault"), word(played, "watcher")))
        .collect()
}

/// What needs a PATH is told of by what needs none. Red when the supervisor finds its own roles, or the
/// server, by a bare name.
#[test]
fn without_a_path_the_supervisor_tells_and_the_work_goes_on() {
    let said = [("path".to_owned(), "crash_loop alert".to_owned())];
    assert_eq!(watchers(&["path"]), said);
}

/// A supervisor that stands still is replaced by its guard, and the next one says so. Red when the guard does not
/// keep the last end.
#[test]
fn a_supervisor_that_hangs_is_replaced_and_told_of() {
    let watcher = "guard, by a supervisor_restarted alert";
    let said = [("supervisor_hung".to_owned(), watcher.to_owned())];
    assert_eq!(watchers(&["supervisor-hung"]), said);
}

/// A slip of the pen under a running system stops nothing: it goes on with what it had, and the field is
/// told. Before the first start it is refused. Red when a supervisor below a guard reads only the
/// owner's file.
#[test]
fn a_spoilt_configuration_is_told_by_its_field_and_stops_nothing() {
    let said = [
        ("config_broken".to_owned(), "config_broken alert".to_owned()),
        (
            "config_broken_at_start".to_owned(),
            "check at start".to_owned(),
        ),
    ];
    let faults = ["config-broken", "config-broken-at-start"];
    assert_eq!(watchers(&faults), said);
}
