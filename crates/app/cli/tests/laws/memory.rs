//! Memory, short: one round of the drill with few jobs. It is the drill's own answer that is looked at.

use serde_json::json;

use crate::drills::drill;

/// Who is inside what was promised lives, who is over dies of it, who does not fit is refused with the
/// figures, and no job is lost, also when another version takes over in the middle. Red when the supervisor asks for no grant, when a job is claimed without
/// room, or when a leaf has no limit.
#[test]
fn more_is_asked_for_than_there_is_and_nobody_dies_of_it_but_the_greedy() {
    let answer = drill(&["memory", "--jobs", "6"]);
    assert_eq!(answer["killed_inside_reservation"], 0, "{answer:#}");
    assert_eq!(answer["greedy_killed"], json!(["greedy"]), "{answer:#}");
    assert_eq!(answer["jobs_lost"], 0, "{answer:#}");
    let refusals = answer["refusals"].as_array().unwrap();
    let whats: Vec<_> = refusals
        .iter()
        .filter_map(|one| one["what"].as_str())
        .collect();
    assert_eq!(
        whats,
        [
            "up sandbox-seed1-none",
            "job.hog",
            "deploy sandbox-seed1-none",
            "exec true"
        ],
        "{answer:#}"
    );
    for one in refusals {
        assert!(
            one["asked_mb"].as_u64() > one["free_mb"].as_u64(),
            "{answer:#}"
        );
    }
    assert_eq!(refusals[2]["free_mb"], 0, "{answer:#}");
    // The command that runs meanwhile has 64 of the 224 MB that the one before it gave back.
    assert_eq!(refusals[3]["free_mb"], 160, "{answer:#}");
    assert_eq!(answer["deployed"], true, "{answer:#}");
}
