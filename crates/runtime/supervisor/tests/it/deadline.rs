//! A deadline ends all of a tree, whatever it does against it, and nothing else.

use std::time::Duration;

use homeostat_clock::Stopwatch;
use homeostat_supervisor::{
    deadline::end,
    mechanism::{LeafName, Mechanism},
    process::{Process, Stat},
    spawn::Exit,
};
use rustix::process::Signal;

use crate::kit::{LIMIT, Wood, Words, offered, shell, spawner};

const SHORT: Duration = Duration::from_millis(200);

/// A leader that hears no TERM, three of its children in sessions of their own, a grandchild whose
/// parent has ended, and an own child.
const STUBBORN: &str = r#"
    trap "" TERM
    for i in 1 2 3; do setsid sh -c 'echo $$ > $words; exec sleep 1000' & done
    (setsid sh -c 'sh -c "echo \$\$ > $words; exec sleep 1000" & exit' &)
    sh -c 'echo $$ > $words; exec sleep 1000' &
    echo $$ > $words
    wait
"#;
const STUBBORN_PROCESSES: usize = 6;

fn alive(processes: &[Process]) -> Vec<Process> {
    let living = processes.iter().copied().filter(|p| p.is_alive());
    living.collect()
}

fn pids(stats: &[Stat]) -> Vec<Process> {
    let mut all: Vec<_> = stats.iter().map(|stat| stat.process).collect();
    all.sort();
    all
}

#[tokio::test]
async fn nobody_outlives_the_deadline_and_the_neighbour_does() {
    for mechanism in offered() {
        let dir = tempfile::tempdir().unwrap();
        let mut words = Words::in_dir(dir.path());
        let wood = Wood::grow(mechanism);
        let spawner = spawner();
        let neighbour = shell(wood.leaf("neighbour"), &words, "echo $$ > $words; cat");
        let _neighbour = spawner.spawn(neighbour).await.unwrap();
        let bystander = words.processes(1);
        let request = shell(wood.leaf("job-1-5"), &words, STUBBORN);
        let mut child = spawner.spawn(request).await.unwrap();
        let mut all = words.processes(STUBBORN_PROCESSES);
        all.sort();
        // The grandchild may speak before its parent has ended.
        let watch = Stopwatch::start();
        while pids(&child.leaf().members().unwrap()) != all {
            let there = child.leaf().members().unwrap();
            assert!(
                watch.elapsed() < LIMIT,
                "{mechanism}: {there:?}, not {all:?}"
            );
            std::thread::yield_now();
        }

        let ended = end(child.leaf(), SHORT).unwrap();

        assert_eq!(alive(&all), [], "{mechanism}");
        assert_eq!(
            pids(&ended.ignored_term),
            all,
            "{mechanism}: who ignored TERM"
        );
        let names: Vec<_> = ended.ignored_term.iter().map(|s| s.comm.as_str()).collect();
        assert_eq!(
            names.iter().filter(|n| **n == "sleep").count(),
            5,
            "{names:?}"
        );
        assert_eq!(child.ended().await.unwrap(), Exit::Signal(9));
        assert_eq!(alive(&bystander), bystander, "{mechanism}: another leaf");
    }
}

#[tokio::test]
async fn who_obeys_is_not_waited_for() {
    for mechanism in offered() {
        let dir = tempfile::tempdir().unwrap();
        let mut words = Words::in_dir(dir.path());
        let wood = Wood::grow(mechanism);
        let script = "setsid sh -c 'echo $$ > $words; exec sleep 1000' & echo $$ > $words; wait";
        let request = shell(wood.leaf("obedient"), &words, script);
        let mut child = spawner().spawn(request).await.unwrap();
        let all = words.processes(2);
        let ended = end(child.leaf(), LIMIT).unwrap();
        assert_eq!(ended.told.len(), 2, "{mechanism}");
        assert!(ended.ignored_term.is_empty() && ended.took < LIMIT);
        assert_eq!(alive(&all), []);
        assert_eq!(child.ended().await.unwrap(), Exit::Signal(15));
    }
}

/// What is stopped cannot answer TERM, and is ended all the same.
#[tokio::test]
async fn one_that_is_stopped_ends_too() {
    for mechanism in offered() {
        let dir = tempfile::tempdir().unwrap();
        let mut words = Words::in_dir(dir.path());
        let wood = Wood::grow(mechanism);
        let request = shell(wood.leaf("stopped"), &words, "echo $$ > $words; cat");
        let mut child = spawner().spawn(request).await.unwrap();
        let all = words.processes(1);
        child.signal(Signal::STOP).unwrap();
        end(child.leaf(), SHORT).unwrap();
        assert_eq!(alive(&all), [], "{mechanism}");
        child.ended().await.unwrap();
    }
}

/// The tree grows while it is killed.
#[tokio::test]
async fn a_tree_that_still_forks_ends_too() {
    for mechanism in offered() {
        let dir = tempfile::tempdir().unwrap();
        let mut words = Words::in_dir(dir.path());
        let wood = Wood::grow(mechanism);
        let script = "trap '' TERM; i=0
            while [ $i -lt 400 ]; do i=$((i+1)); [ $i = 40 ] && echo go > $words
            setsid sh -c 'sleep 1000 & sleep 1000' & done; wait";
        let request = shell(wood.leaf("storm"), &words, script);
        let mut child = spawner().spawn(request).await.unwrap();
        assert_eq!(words.line(), "go");
        child.leaf().kill_all(LIMIT).unwrap();
        assert!(child.leaf().members().unwrap().is_empty(), "{mechanism}");
        assert!(wood.0.members(&[]).unwrap().is_empty(), "{mechanism}");
        child.ended().await.unwrap();
        // Everybody had the pipe, so its end is the kernel's word that nobody is left.
        let (out, _) = child.output(LIMIT).await;
        assert!(!out.cut_off, "{mechanism}");
    }
}

/// Each lives for a moment and leaves a successor: whoever was listed is gone when it is signalled.
#[tokio::test]
async fn one_that_runs_away_by_forking_is_caught() {
    for mechanism in offered() {
        let dir = tempfile::tempdir().unwrap();
        let mut words = Words::in_dir(dir.path());
        let wood = Wood::grow(mechanism);
        let script = "r() { ( r ) & exit 0; }; ( r ) & echo go > $words; exit 0";
        let request = shell(wood.leaf("runner"), &words, script);
        let mut child = spawner().spawn(request).await.unwrap();
        assert_eq!(words.line(), "go");
        child.leaf().kill_all(LIMIT).unwrap();
        assert!(wood.0.members(&[]).unwrap().is_empty(), "{mechanism}");
        child.ended().await.unwrap();
        // Everybody had the pipe, so its end is the kernel's word that nobody is left.
        let (out, _) = child.output(LIMIT).await;
        assert!(!out.cut_off, "{mechanism}");
    }
}

#[tokio::test]
async fn frozen_nothing_moves_until_it_is_thawed() {
    for mechanism in offered() {
        let dir = tempfile::tempdir().unwrap();
        let mut words = Words::in_dir(dir.path());
        let wood = Wood::grow(mechanism);
        let script = "trap 'echo told > $words' TERM; echo $$ > $words; while :; do read x; done";
        let request = shell(wood.leaf("frozen"), &words, script);
        let child = spawner().spawn(request).await.unwrap();
        let all = words.processes(1);
        child.leaf().freeze().unwrap();
        assert_eq!(pids(&child.leaf().signal_all(Signal::TERM).unwrap()), all);
        std::fs::write(&words.path, "frozen\n").unwrap();
        child.leaf().thaw().unwrap();
        assert_eq!(
            words.line(),
            "frozen",
            "{mechanism}: the trap came after the thaw"
        );
        assert_eq!(words.line(), "told", "{mechanism}");
    }
}

/// A leaf is there for whoever looks, also for one who did not make it.
#[tokio::test]
async fn the_leaves_are_found_by_name() {
    for mechanism in offered() {
        let dir = tempfile::tempdir().unwrap();
        let mut words = Words::in_dir(dir.path());
        let wood = Wood::grow(mechanism);
        let name = LeafName::of_job(9, 1_000);
        let request = shell(wood.leaf(name.as_str()), &words, "echo $$ > $words; cat");
        let _child = spawner().spawn(request).await.unwrap();
        let all = words.processes(1);
        let leaves = wood.0.leaves().unwrap();
        assert_eq!(leaves.len(), 1, "{mechanism}");
        assert_eq!(leaves[0].name(), &name);
        leaves[0].kill_all(LIMIT).unwrap();
        assert_eq!(alive(&all), []);
    }
}

/// The lowest net under a double copy.
#[tokio::test]
async fn a_leaf_with_somebody_in_it_takes_no_second_child() {
    for mechanism in offered() {
        let dir = tempfile::tempdir().unwrap();
        let mut words = Words::in_dir(dir.path());
        let wood = Wood::grow(mechanism);
        let script = "setsid sh -c 'echo $$ > $words; exec sleep 1000' & exit 0";
        let request = shell(wood.leaf("worker"), &words, script);
        let mut child = spawner().spawn(request).await.unwrap();
        let inside = words.processes(1)[0].pid;
        child.ended().await.unwrap();
        let again = || wood.0.make_leaf(&LeafName::new("worker").unwrap());
        let refused = again().unwrap_err().to_string();
        assert!(
            refused.contains(&format!("{inside} (")),
            "{mechanism}: {refused}"
        );
        child.leaf().kill_all(LIMIT).unwrap();
        again().unwrap();
    }
}

#[test]
fn a_mechanism_that_is_not_offered_says_why() {
    assert_ne!(std::process::id(), 1);
    let error = homeostat_supervisor::mechanism::Tree::create("x", Mechanism::Pid1).unwrap_err();
    assert!(error.to_string().contains("first process"), "{error}");
}
