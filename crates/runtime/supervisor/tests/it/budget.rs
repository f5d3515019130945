//! Nothing is promised twice, and a refusal has its figures.

use std::process::{Command, Stdio};

use homeostat_supervisor::budget::{Grants, Ledger, NotGranted, Peaks, Refusal};
use proptest::prelude::*;

use crate::kit::{Wood, Words, offered, shell, spawner};

#[test]
fn a_refusal_has_the_figures() {
    let mut ledger = Ledger::new(1_000);
    assert_eq!(ledger.ceiling_mb(), 850, "a part stays unreserved");
    ledger.reserve("worker-a", 500).unwrap();
    let refusal = ledger.reserve("worker-b", 400).unwrap_err();
    let expected = Refusal {
        what: "worker-b".into(),
        asked_mb: 400,
        free_mb: 350,
        never: false,
        pressed: false,
    };
    assert_eq!(refusal, expected);
    assert_eq!(
        refusal.to_string(),
        "memory: worker-b asks for 400 MB and 350 MB are free"
    );
    assert!(ledger.reserve("x", 851).unwrap_err().never);
    assert_eq!(ledger.release("worker-a"), 500);
    ledger.reserve("worker-b", 400).unwrap();
    let granted = Ledger::within(850);
    assert_eq!(granted.ceiling_mb(), 850, "the granter left the part");
}

#[test]
fn a_holder_may_grow_into_what_is_free_and_keeps_what_it_had() {
    let mut ledger = Ledger::new(1_000);
    ledger.reserve("a", 500).unwrap();
    ledger.reserve("b", 300).unwrap();
    assert_eq!(ledger.reserve("a", 551).unwrap_err().free_mb, 550);
    assert_eq!(ledger.held_mb("a"), Some(500));
    ledger.reserve("a", 550).unwrap();
    assert_eq!(ledger.free_mb(), 0);
}

#[test]
fn what_was_learned_counts_after_some_runs_and_never_goes_below_the_floor() {
    let mut peaks = Peaks::default();
    for n in 0..4 {
        peaks.saw(1_000 + n);
    }
    assert_eq!(peaks.expected_mb(64), 64, "too few");
    peaks.saw(10);
    assert_eq!(peaks.expected_mb(64), 1_003);
    for _ in 0..200 {
        peaks.saw(30);
    }
    assert_eq!(peaks.expected_mb(64), 64, "the old ones are forgotten");
    peaks.saw(9_999);
    assert_eq!(peaks.expected_mb(64), 64, "one in two hundred");
}

#[test]
fn grants_add_up_over_the_host_and_are_given_back() {
    let dir = tempfile::tempdir().unwrap();
    let grants = Grants::new(dir.path().join("grants.json"), 1_000);
    let first = grants.ask("deploy", 600).unwrap();
    let refused = grants.ask("exec", 300).unwrap_err();
    let NotGranted::Refused(refusal) = refused else {
        panic!("{refused}")
    };
    assert_eq!((refusal.asked_mb, refusal.free_mb), (300, 250));
    assert_eq!(grants.entries().unwrap(), [first.entry().clone()]);
    drop(first);
    assert_eq!(grants.entries().unwrap(), []);
    grants.ask("exec", 300).unwrap();
}

/// A tree has one line: it is the colour's, whoever asked for it first.
#[test]
fn who_asks_for_a_tree_takes_the_place_of_who_asked_before() {
    let dir = tempfile::tempdir().unwrap();
    let grants = Grants::new(dir.path().join("grants.json"), 1_000);
    let standby = grants.ask_for_tree("deploy", 200, "up-2").unwrap();
    let old = grants.ask_for_tree("up", 600, "up").unwrap();
    assert!(
        grants.ask_for_tree("up", 600, "up-2").is_err(),
        "beside the old one"
    );
    assert_eq!(
        grants.entries().unwrap().len(),
        2,
        "and nothing is lost by asking"
    );
    drop(old);
    let new = grants.ask_for_tree("up", 850, "up-2").unwrap();
    drop(standby);
    assert_eq!(grants.entries().unwrap(), [new.entry().clone()]);
}

#[test]
fn a_dead_holder_holds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("grants.json");
    let grants = Grants::new(path.clone(), 1_000);
    let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let grant = grants.ask("exec", 800).unwrap();
    // The line of somebody else who lives.
    let mut entry = grant.entry().clone();
    let pid = i32::try_from(child.id()).unwrap();
    entry.process = homeostat_supervisor::process::Process::of(pid).unwrap();
    drop(grant);
    std::fs::write(&path, serde_json::to_string(&[&entry]).unwrap()).unwrap();
    assert!(grants.ask("exec", 100).is_err(), "it lives");
    // The same number, started at another time: not the holder.
    let mut reused = entry.clone();
    reused.process.start_ticks -= 1;
    // Another namespace: nobody can tell from here.
    let mut elsewhere = reused.clone();
    elsewhere.namespace = "pid:[1]".into();
    let mut earlier = entry.clone();
    earlier.boot = "another".into();
    let lines = [&reused, &elsewhere, &earlier];
    std::fs::write(&path, serde_json::to_string(&lines).unwrap()).unwrap();
    assert_eq!(grants.entries().unwrap(), [elsewhere]);
    child.kill().unwrap();
    child.wait().unwrap();
    std::fs::write(&path, serde_json::to_string(&[&entry]).unwrap()).unwrap();
    grants.ask("exec", 800).unwrap();
}

#[test]
fn a_file_that_cannot_be_read_grants_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("grants.json");
    std::fs::write(&path, "[{\"what\":").unwrap();
    let grants = Grants::new(path, 1_000);
    assert!(matches!(grants.ask("exec", 1), Err(NotGranted::File(_))));
}

/// What a killed holder left is named, and what somebody holds a grant for is not.
#[tokio::test]
async fn a_process_whose_tree_has_no_grant_is_a_stray() {
    for mechanism in offered() {
        let dir = tempfile::tempdir().unwrap();
        let mut words = Words::in_dir(dir.path());
        let wood = Wood::grow(mechanism);
        let script = "echo $$ > $words; exec cat";
        let request = shell(wood.leaf("command"), &words, script);
        let _child = spawner().spawn(request).await.unwrap();
        let left = words.processes(1)[0];
        let grants = Grants::new(dir.path().join("grants.json"), 1_000);
        let ours = wood.0.name();
        let strays = || {
            let strays = grants.strays(|tree| tree != ours).unwrap();
            strays.into_iter().map(|stray| stray.process)
        };
        assert_eq!(strays().collect::<Vec<_>>(), [left], "{mechanism}");
        let grant = grants.ask_for_tree("exec cat", 10, ours).unwrap();
        assert_eq!(strays().count(), 0, "{mechanism}");
        drop(grant);
        assert_eq!(strays().count(), 1, "{mechanism}");
    }
}

proptest! {
    /// Whoever asks, grows and leaves in whatever order.
    #[test]
    fn the_sum_never_passes_the_ceiling(
        budget in 0u64..5_000,
        acts in prop::collection::vec((0u8..6, prop::option::of(0u64..2_000)), 0..60),
    ) {
        let mut ledger = Ledger::new(budget);
        for (who, act) in acts {
            let who = who.to_string();
            let before = ledger.held_mb(&who);
            match act {
                Some(mb) => match ledger.reserve(&who, mb) {
                    Ok(()) => prop_assert_eq!(ledger.held_mb(&who), Some(mb)),
                    Err(refusal) => {
                        prop_assert!(refusal.asked_mb > refusal.free_mb);
                        prop_assert_eq!(ledger.held_mb(&who), before);
                    }
                },
                None => prop_assert_eq!(ledger.release(&who), before.unwrap_or(0)),
            }
            let sum: u64 = ledger.holders().map(|(_, mb)| mb).sum();
            prop_assert!(sum <= ledger.ceiling_mb());
            prop_assert_eq!(ledger.free_mb(), ledger.ceiling_mb() - sum);
        }
    }
}
