//! Another version in place of the one that runs: no worker of both at once, nobody refused, and back again
//! when it is no good.

use std::{
    fs::{self, Permissions},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    thread::yield_now,
};

use homeostat_clock::Stopwatch;
use homeostat_supervisor::{
    guard::{Order, Ordered, Right, Stage as Reached},
    mechanism::Mechanism,
    process::{Process, Stat},
};
use rustix::process::Signal;

use crate::{
    guard::{CHILDREN, Stage, mechanisms},
    kit::{LIMIT, offered, toy},
};

fn order(stage: &Stage, id: &str, binary: &Path, ready_limit_ms: u64) -> Ordered {
    let order = Order {
        id: id.to_owned(),
        by: Process::own().unwrap(),
        binary: binary.to_owned(),
        ready_limit_ms,
    };
    let right = Right::take(&stage.guard_dir()).unwrap();
    right.give(&order).unwrap()
}

/// Waits until it is over, and says how, and why.
fn outcome(ordered: &Ordered) -> (Reached, Option<String>) {
    let watch = Stopwatch::start();
    loop {
        let told = ordered.told().filter(|told| told.stage.is_over());
        if let Some(told) = told {
            return (told.stage, told.why);
        }
        assert!(watch.elapsed() < LIMIT, "{:?}", ordered.told());
        yield_now();
    }
}

/// Longer than any test.
const PATIENT_MS: u64 = 600_000;

#[test]
fn the_new_version_works_only_when_nothing_of_the_old_one_lives() {
    for mechanism in mechanisms() {
        let mut stage = Stage::new(mechanism, "deploy");
        let mut cast = stage.cast(&[]);
        // Three times: there and back again.
        for n in 0..3 {
            let ordered = order(&stage, &n.to_string(), &toy(), PATIENT_MS);
            assert_eq!(stage.words.line(), "standby", "{mechanism}");
            let next = stage.cast(&cast);
            assert_eq!(outcome(&ordered), (Reached::Done, None), "{mechanism}");
            assert_eq!(next.len(), CHILDREN + 1, "{mechanism}");
            cast = next;
        }
        let program = fs::read_link(format!("/proc/{}/exe", stage.supervisor().pid)).unwrap();
        assert!(program.ends_with("last-good"), "{program:?}");
        stage.supervisor().signal(Signal::KILL).unwrap();
        stage.cast(&cast);
        stage.end_guard();
        assert_eq!(stage.over(), Some(0), "{mechanism}");
    }
}

/// Whatever is wrong with it before its turn, the old one goes on as if nothing had been.
#[test]
fn a_version_that_never_stands_by_changes_nothing() {
    for mechanism in mechanisms() {
        let mut stage = Stage::new(mechanism, "deploy:dies");
        let cast = stage.cast(&[]);
        let ordered = order(&stage, "dies", &toy(), PATIENT_MS);
        let (reached, why) = outcome(&ordered);
        assert_eq!(reached, Reached::RolledBack, "{mechanism}");
        let why = why.unwrap();
        assert!(why.ends_with("its turn: it has its reasons"), "{why}");
        drop(ordered);
        let missing = order(&stage, "missing", Path::new("/nowhere"), PATIENT_MS);
        assert_eq!(outcome(&missing).0, Reached::RolledBack, "{mechanism}");
        drop(missing);
        // Not even a program of ours: nobody set it up but the guard.
        let stranger = stage.guard_dir().join("stranger");
        fs::write(&stranger, "#!/bin/sh\nsleep 1000\n").unwrap();
        fs::set_permissions(&stranger, Permissions::from_mode(0o755)).unwrap();
        let ordered = order(&stage, "stranger", &stranger, 1);
        assert_eq!(outcome(&ordered).0, Reached::RolledBack, "{mechanism}");
        while stage.living().len() > cast.len() {
            yield_now();
        }
        stays(&stage, &cast);
    }
    for mechanism in mechanisms() {
        let mut stage = Stage::new(mechanism, "deploy:waits");
        let cast = stage.cast(&[]);
        let ordered = order(&stage, "late", &toy(), 1);
        assert_eq!(stage.words.line(), "waits");
        let (reached, why) = outcome(&ordered);
        let why = why.unwrap();
        assert_eq!(reached, Reached::RolledBack, "{mechanism}");
        assert_eq!(why, "it did not stand by within 1 ms");
        drop(ordered);
        // Whoever asked has gone.
        let ordered = order(&stage, "left", &toy(), PATIENT_MS);
        assert_eq!(stage.words.line(), "waits");
        drop(ordered);
        while stage.living().len() > cast.len() {
            yield_now();
        }
        stays(&stage, &cast);
    }
}

fn stays(stage: &Stage, cast: &[Process]) {
    assert!(cast.iter().all(|process| process.is_alive()));
    let mechanism = stage.mechanism;
    assert_eq!(
        stage.living().len(),
        cast.len(),
        "{mechanism}: and no other"
    );
}

/// Once the old one has drained there is no way back but a start of the last good version.
#[test]
fn a_version_that_is_never_ready_makes_room_for_the_last_good_one() {
    for (behave, limit_ms, said) in [
        ("deploy:fails", PATIENT_MS, "it ended by itself (code 9)"),
        ("deploy:hangs", 2_000, "it was not ready in time"),
    ] {
        for mechanism in offered() {
            let mut stage = Stage::new(mechanism, behave);
            let cast = stage.cast(&[]);
            let last_good = stage.guard_dir().join("last-good.json");
            // The guard writes it down soon after all are there.
            let before = loop {
                match fs::read(&last_good) {
                    Ok(before) => break before,
                    Err(_) => yield_now(),
                }
            };
            let ordered = order(&stage, "bad", &toy(), limit_ms);
            assert_eq!(stage.words.line(), "standby");
            let (reached, why) = outcome(&ordered);
            assert_eq!(reached, Reached::RolledBack, "{mechanism}");
            assert_eq!(why.as_deref(), Some(said), "{mechanism}");
            stage.cast(&cast);
            let after = fs::read(&last_good).unwrap();
            assert_eq!(
                before, after,
                "{mechanism}: the good one is the one from before"
            );
        }
    }
}

/// It says why it ends and ends while the guard looks elsewhere: both are there at once. Red when the guard takes
/// note of the end and not of what was said before it.
#[test]
fn the_last_words_of_a_version_are_heard() {
    for mechanism in offered() {
        let mut stage = Stage::new(mechanism, "deploy:tells");
        let cast = stage.cast(&[]);
        let ordered = order(&stage, "tells", &toy(), PATIENT_MS);
        assert_eq!(stage.words.line(), "standby");
        assert_eq!(stage.words.line(), "its turn");
        let next = stage.supervisor();
        stage.signal_guard(Signal::STOP);
        next.signal(Signal::USR1).unwrap();
        while next.is_alive() {
            yield_now();
        }
        stage.signal_guard(Signal::CONT);
        let (reached, why) = outcome(&ordered);
        assert_eq!(reached, Reached::RolledBack, "{mechanism}");
        let said = "it ended by itself (code 9): it has its reasons";
        assert_eq!(why.as_deref(), Some(said), "{mechanism}");
        stage.cast(&cast);
    }
}

/// What had no readiness of its own is hopeless at a first start only, whatever code it ends with later.
#[test]
fn a_failed_deploy_never_ends_the_guard() {
    let mut stage = Stage::new(offered()[0], "deploy:refuses");
    let cast = stage.cast(&[]);
    let ordered = order(&stage, "refuses", &toy(), PATIENT_MS);
    assert_eq!(stage.words.line(), "standby");
    assert_eq!(outcome(&ordered).0, Reached::RolledBack);
    // The good one ends once with a code of bad input, and is started again all the same.
    stage.cast(&cast);
}

/// The old colour dies in the middle, and the guard is asked to stop in the middle.
#[test]
fn a_death_in_the_middle_leaves_one_colour() {
    for mechanism in mechanisms() {
        let mut stage = Stage::new(mechanism, "deploy:waits");
        let cast = stage.cast(&[]);
        let old = stage.supervisor();
        let ordered = order(&stage, "old dies", &toy(), PATIENT_MS);
        assert_eq!(stage.words.line(), "waits");
        old.signal(Signal::KILL).unwrap();
        // Nothing is left that the new one would have to wait for.
        let cast = stage.cast(&cast);
        assert_eq!(outcome(&ordered).0, Reached::Done, "{mechanism}");
        drop(ordered);
        let _ordered = order(&stage, "stop", &toy(), PATIENT_MS);
        assert_eq!(stage.words.line(), "waits");
        assert!(cast.iter().all(|process| process.is_alive()));
        stage.end_guard();
        assert_eq!(stage.over(), Some(0), "{mechanism}");
    }
}

/// It lives and gives signs of life, and is never ready: a deploy is what may mend that.
#[test]
fn a_version_that_does_not_come_to_be_ready_is_not_waited_for() {
    let mut stage = Stage::new(offered()[0], "deploy:slow");
    let cast = stage.cast(&[]);
    let ordered = order(&stage, "mends", &toy(), PATIENT_MS);
    stage.cast(&cast);
    assert_eq!(outcome(&ordered).0, Reached::Done);
}

/// Where whoever is in the namespace is the guard's to end, who ordered is in it too.
#[test]
fn who_orders_from_within_the_namespace_hears_the_outcome() {
    if !mechanisms().contains(&Mechanism::Pid1) {
        return eprintln!("not tested: no namespace can be made here");
    }
    for (behave, code) in [("deploy", 0), ("deploy:dies", 1)] {
        let mut stage = Stage::new(Mechanism::Pid1, behave);
        let cast = stage.cast(&[]);
        let guard = stage.guard_process().pid.to_string();
        let mut asker = Command::new("/usr/bin/nsenter")
            .args(["--target", &guard, "--pid", "--mount"])
            .arg(toy())
            .arg("order")
            .arg(stage.guard_dir())
            .spawn()
            .unwrap();
        assert_eq!(asker.wait().unwrap().code(), Some(code), "{behave}");
        if code == 0 {
            assert_eq!(stage.words.line(), "standby");
            stage.cast(&cast);
        } else {
            stays(&stage, &cast);
        }
    }
}

/// The guard of a broken version has nothing to drain.
#[test]
fn a_deploy_mends_what_cannot_even_start() {
    let mut stage = Stage::broken(offered()[0]);
    let ordered = order(&stage, "mends", &toy(), PATIENT_MS);
    stage.cast(&[]);
    assert_eq!(outcome(&ordered), (Reached::Done, None));
    // What is outside is the broken one still.
    let cast = stage.living();
    stage.supervisor().signal(Signal::KILL).unwrap();
    stage.cast(&cast);
}

#[test]
fn a_killed_guard_in_the_middle_leaves_nothing_of_either_colour() {
    for mechanism in offered() {
        let mut stage = Stage::new(mechanism, "deploy:waits");
        let cast = stage.cast(&[]);
        let ordered = order(&stage, "cut", &toy(), PATIENT_MS);
        assert_eq!(stage.words.line(), "waits");
        stage.kill_guard_and_start_another();
        drop(ordered);
        let next = stage.cast(&cast);
        assert_eq!(next.len(), CHILDREN + 1, "{mechanism}");
        // What was under way is forgotten, so another may follow.
        let _ordered = order(&stage, "again", &toy(), PATIENT_MS);
        assert_eq!(stage.words.line(), "waits");
    }
}

/// It is bound once; whoever connects while nobody serves waits for the next one.
#[test]
fn a_kept_socket_refuses_nobody_while_the_supervisor_is_dead() {
    let mut stage = Stage::new(offered()[0], "listen");
    let mut at = None;
    for life in 0..3 {
        let mut lines: Vec<String> = (0..CHILDREN + 2).map(|_| stage.words.line()).collect();
        lines.retain(|line| line.starts_with("bound ") || line.starts_with("given "));
        let (how, address) = lines[0].split_once(' ').unwrap();
        assert_eq!(how, if life == 0 { "bound" } else { "given" });
        assert_eq!(at.get_or_insert(address.to_owned()), address);
        let supervisor = stage.supervisor();
        // The guard stands still, so nobody is started again before we have connected.
        stage.signal_guard(Signal::STOP);
        supervisor.signal(Signal::KILL).unwrap();
        while supervisor.stat().is_some_and(|stat: Stat| stat.is_alive()) {
            yield_now();
        }
        TcpStream::connect(address).unwrap();
        stage.signal_guard(Signal::CONT);
    }
}
