//! L10: one crate reads clocks and draws entropy; everybody else is handed both. So the same seed and
//! the same inputs give the same world and the same decisions.
//!
//! Under test: the ban in `clippy.toml`, which is an error in every build of ours; that nobody lifts
//! it; that what it cannot name is not used either; and the whole loop, run twice.

use std::collections::BTreeSet;

use sqlx::Row;

use crate::{crew::Crew, sources};

/// The crate that may.
const CLOCK: &str = "crates/runtime/clock/src/";

/// Red when a line of `clippy.toml` goes.
#[test]
fn the_compiler_bans_every_clock_and_timer() {
    let text = std::fs::read_to_string(sources::root().join("clippy.toml")).unwrap();
    let bans: toml::Table = text.parse().unwrap();
    let banned: BTreeSet<&str> = bans["disallowed-methods"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|ban| ban["path"].as_str())
        .collect();
    for path in [
        "std::time::SystemTime::now",
        "std::time::Instant::now",
        "jiff::Timestamp::now",
        "jiff::Zoned::now",
        "tokio::time::sleep",
        "std::thread::sleep",
    ] {
        assert!(banned.contains(path), "clippy.toml does not ban {path}");
    }
}

/// Red when any crate but the clock's reads one: write `jiff::Timestamp::now()` anywhere.
#[test]
fn no_other_crate_reads_a_clock_or_draws_entropy() {
    for call in [
        concat!("SystemTime", "::now"),
        concat!("Instant", "::now"),
        concat!("Timestamp", "::now"),
        concat!("Zoned", "::now"),
        concat!("time", "::sleep("),
        concat!("thread", "::sleep("),
        concat!("rand", "::rng()"),
        concat!("rand", "::random"),
        concat!("thread", "_rng"),
        concat!("Sys", "Rng"),
        concat!("Os", "Rng"),
        concat!("get", "random"),
        concat!("from_os", "_rng"),
    ] {
        let strangers: Vec<String> = sources::places(call)
            .into_iter()
            .filter(|place| !place.starts_with(CLOCK))
            .collect();
        assert!(
            strangers.iter().all(|place| is_this_file(place)),
            "{call}: {strangers:?}"
        );
    }
}

/// A clock that jumps moves no lease, deadline, backoff or grace: those are the database's or monotonic.
/// Red when anything of the runtime asks for the wall clock: write `homeostat_clock::wall()` in
/// `Keeper::hold`.
#[test]
fn the_runtime_never_asks_the_wall_clock() {
    let asks: Vec<String> = sources::places(concat!("wall", "()"))
        .into_iter()
        .filter(|place| place.starts_with("crates/runtime/") && place.contains("/src/"))
        .filter(|place| !place.starts_with(CLOCK))
        .collect();
    assert_eq!(asks, [""; 0]);
}

/// Red when the ban is lifted for a line elsewhere, or when a library draws its own root of chance.
#[test]
fn nobody_lifts_the_ban_and_only_programs_draw_a_root() {
    for (name, text) in sources::rust() {
        // The transaction's wrapper is the one place that may begin one.
        let may = name.starts_with(CLOCK) || name == "crates/runtime/store/src/transaction.rs";
        let lifts = text.contains(concat!("disallowed", "_methods"));
        assert!(may || !lifts || is_this_file(&name), "{name} lifts the ban");
    }
    for place in sources::places(concat!("Entropy::from", "_system()")) {
        let program = place.starts_with("crates/app/cli/") || place.starts_with("crates/proof/");
        assert!(program, "{place} draws its own root of chance");
    }
}

fn is_this_file(place: &str) -> bool {
    place.contains("l10_time_is_passed_in.rs")
}

/// Red when anything on the way from the world to a decision reads a clock or draws for itself: let
/// `decide.kill` take `homeostat_clock::wall()` for its world time.
#[tokio::test]
async fn the_same_seed_is_the_same_world_and_the_same_decisions() {
    let first = live(7).await;
    assert!(first.decisions.len() >= 2, "{first:#?}");
    assert_eq!(live(7).await, first);
    let other = live(8).await;
    assert_ne!(other.observed, first.observed, "the seed makes the world");
}

/// What is left of a brand's life.
#[derive(Debug, PartialEq)]
struct Life {
    observed: Vec<String>,
    decisions: Vec<String>,
    acts: BTreeSet<(String, String)>,
}

/// Ten days of a world, then one look, its decisions and their acts.
async fn live(seed: u64) -> Life {
    let crew = Crew::new(seed).await;
    crew.ten_days().await;
    let acts = crew
        .vendor
        .applied()
        .into_iter()
        .map(|act| (act.object, act.at_world.to_string()));
    Life {
        observed: rows(&crew, "SELECT to_jsonb(o)::text FROM homeostat.observation o ORDER BY id").await,
        decisions: rows(
            &crew,
            "SELECT concat_ws(' ', key, target, policy, version, seed, inputs, belief, proposal, decided_at)
             FROM homeostat.decision ORDER BY id",
        )
        .await,
        acts: acts.collect(),
    }
}

async fn rows(crew: &Crew, query: &'static str) -> Vec<String> {
    let rows = sqlx::query(query)
        .fetch_all(crew.database.db().pool())
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
