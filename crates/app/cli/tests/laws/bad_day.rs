//! The bad day, short: one round on a small load. It is the drill's own answer that is looked at here;
//! the auditor behind it is shown to turn red by its own tests, and by `./dev sabotage`.

use serde_json::json;

use crate::drills::drill;

/// Everything under way, then SIGKILL to all of it: 47 jobs and a run go on, three acts are found at
/// the vendor, and nothing is lost, done twice or unaccounted for.
#[test]
fn everything_dies_at_once_and_nothing_is_lost() {
    let small = ["--load-events", "300", "--load-seconds", "1"];
    // How fast a loaded machine is, is no question of this test.
    let patient = ["--mttr-max-s", "60"];
    let answer = drill(&[&["bad-day"], &small[..], &patient[..]].concat());
    assert_eq!(answer["failed"], json!([]), "{answer:#}");
    assert_eq!(answer["jobs_rescued"], 47);
    assert_eq!(answer["run_resumed_from"], "track");
    assert!(
        answer["effects_recovered"].as_i64() >= Some(1),
        "{answer:#}"
    );
    for field in [
        "completed_phases_rerun",
        "effects_lost",
        "effects_duplicated",
        "money_leaked_micros",
        "events_missing",
        "stale_results_accepted",
        "manual_interventions",
    ] {
        assert_eq!(answer[field], 0, "{field}");
    }
    assert!(
        answer["timeline"]
            .as_array()
            .is_some_and(|moments| moments.len() > 10)
    );
}
