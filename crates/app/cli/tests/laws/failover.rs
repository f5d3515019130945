//! A failover, once: the primary of a replicated Postgres dies in the middle of effects, and nothing is lost or done
//! twice. More of them, and what an asynchronous standby loses, are `homeostat drill failover`.

use std::path::Path;

use serde_json::json;

use crate::drills::drill;

/// Red when sessions do not follow the primary, when what was committed is not looked at again, or when a lost
/// answer is taken for a refusal.
#[test]
fn a_primary_that_dies_takes_nothing_with_it() {
    for program in ["/usr/bin/patroni", "/usr/bin/etcd"] {
        if !Path::new(program).is_file() {
            println!(
                "not tested: there is no {program} (Debian: apt-get install patroni etcd-server)"
            );
            return;
        }
    }
    let answer = drill(&["failover", "--rounds", "1"]);
    assert_eq!(answer["findings"], json!([]));
    assert_eq!(answer["violations"], 0);
    assert_eq!(answer["failovers"], 1, "{answer:#}");
    for none in [
        "effects_lost",
        "effects_duplicated",
        "acts_unknown_to_us",
        "jobs_lost",
        "open",
    ] {
        assert_eq!(answer[none], 0, "{none}: {answer:#}");
    }
    for some in [
        "effects",
        "effects_in_the_middle",
        "jobs_accepted",
        "conservation_checks",
    ] {
        assert!(answer[some].as_u64() > Some(0), "{some}: {answer:#}");
    }
}
