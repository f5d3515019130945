//! The drill of what hangs, in full: it takes a minute and has no shorter form. Counts only; how soon is
//! the drill's own question.

use crate::drills::played;

/// Nothing of a command that will not end is left, three workers that hang lose their jobs to others, and
/// what one of them says later changes nothing. Red when a stuck attempt is no reason for a worker to say
/// that it is broken, when silence ends nobody, and when a result is taken without its fence.
#[test]
fn what_hangs_is_ended_and_its_work_is_done_elsewhere() {
    let (_, answer) = played(&["hang"]);
    for (field, wanted) in [
        ("survivors", 0),
        ("jobs_running_elsewhere", 3),
        ("stale_results_accepted", 0),
    ] {
        assert_eq!(answer[field], wanted, "{field}: {answer:#}");
    }
    assert_eq!(answer["ended_by_deadline"], true, "{answer:#}");
    assert!(answer["late_results"].as_i64() >= Some(1), "{answer:#}");
    // A loaded machine may be late.
    let failed = answer["failed"].as_array().unwrap();
    assert!(
        failed.iter().all(|law| law == "deadline_overrun_ms"),
        "{answer:#}"
    );
}
