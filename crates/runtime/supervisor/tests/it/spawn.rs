//! A child gets exactly what was asked for, and nobody who inherits from it keeps us waiting.

use std::{path::PathBuf, time::Duration};

use homeostat_supervisor::mechanism::Mechanism;
use homeostat_supervisor::{
    process::Stat,
    spawn::{Bounds, Captured, Child, Exit, Log, Pipe, Request},
    trampoline::{Limit, Limited, NOT_EXECUTABLE, NOT_FOUND, SETUP_FAILED, Setup, User, WORD},
};

use crate::kit::{LIMIT, Wood, Words, offered, request, shell, spawner, toy};

async fn output_of(mut child: Child) -> (Exit, Captured, Captured) {
    let exit = child.ended().await.unwrap();
    let (out, err) = child.output(LIMIT).await;
    (exit, out, err)
}

async fn run(request: Request) -> (Exit, String, String) {
    let child = spawner().spawn(request).await.unwrap();
    let (exit, out, err) = output_of(child).await;
    let text = |captured: Captured| String::from_utf8(captured.bytes).unwrap();
    (exit, text(out), text(err))
}

#[tokio::test]
async fn the_environment_is_exactly_what_was_listed() {
    for mechanism in offered() {
        let wood = Wood::grow(mechanism);
        let mut request = request(wood.leaf("env"), "/usr/bin/env", &[]);
        request.env = vec![("ONLY".into(), "this".into())];
        let (exit, out, _) = run(request).await;
        assert_eq!(exit, Exit::Code(0));
        let mut expected = "ONLY=this\n".to_owned();
        if mechanism != Mechanism::CgroupV2 {
            expected = format!("HOMEOSTAT_LEAF={}/env\n{expected}", wood.0.name());
        }
        assert_eq!(out, expected, "{mechanism}");
    }
}

#[tokio::test]
async fn the_child_is_set_up_before_it_runs() {
    let wood = Wood::grow(offered()[0]);
    let script = "cat /proc/self/oom_score_adj; ulimit -n; id -u; id -G; pwd";
    let mut request = request(wood.leaf("set-up"), "/bin/sh", &["-c", script]);
    request.setup.oom_score_adj = Some(321);
    request.setup.limits = vec![Limit {
        of: Limited::OpenFiles,
        most: 77,
    }];
    request.setup.dir = Some(PathBuf::from("/usr"));
    if rustix::process::getuid().is_root() {
        request.setup.user = Some(User {
            uid: 65534,
            gid: 65533,
        });
    }
    let (exit, out, err) = run(request).await;
    assert_eq!((exit, err.as_str()), (Exit::Code(0), ""));
    let lines: Vec<_> = out.lines().collect();
    assert_eq!((lines[0], lines[1], lines[4]), ("321", "77", "/usr"));
    if rustix::process::getuid().is_root() {
        assert_eq!((lines[2], lines[3]), ("65534", "65533"));
    }
}

/// A protected supervisor has no protected children; shown with a score that takes no privilege.
#[tokio::test]
async fn no_child_inherits_how_killable_we_are() {
    let own = "/proc/self/oom_score_adj";
    let before = std::fs::read_to_string(own).unwrap();
    std::fs::write(own, "100").unwrap();
    let wood = Wood::grow(offered()[0]);
    let (exit, out, _) = run(request(wood.leaf("score"), "/bin/cat", &[own])).await;
    std::fs::write(own, before.trim()).unwrap();
    assert_eq!((exit, out.as_str()), (Exit::Code(0), "0\n"));
}

#[tokio::test]
async fn a_child_leads_a_session_of_its_own_and_follows_our_death() {
    let dir = tempfile::tempdir().unwrap();
    let mut words = Words::in_dir(dir.path());
    let wood = Wood::grow(offered()[0]);
    let script = "echo $$ > $words; exec cat";
    let mut child = spawner()
        .spawn(shell(wood.leaf("session"), &words, script))
        .await
        .unwrap();
    let process = words.processes(1)[0];
    assert_eq!(process, child.process());
    assert_eq!(Stat::of(process.pid).unwrap().session, process.pid);
    // The end of its standard input is how it knows that it should end.
    child.let_go();
    assert_eq!(child.ended().await.unwrap(), Exit::Code(0));
}

#[tokio::test]
async fn input_goes_in_and_output_comes_back() {
    let wood = Wood::grow(offered()[0]);
    let request = request(wood.leaf("cat"), "/bin/cat", &[]);
    let mut child = spawner().spawn(request).await.unwrap();
    // More than a pipe holds.
    let args = "x".repeat(200_000);
    child.feed(args.as_bytes()).await;
    let (exit, out, _) = output_of(child).await;
    assert_eq!((exit, out.total_bytes), (Exit::Code(0), 200_000));
    assert_eq!(out.bytes.len(), 1 << 16, "the last of it");
    assert!(!out.cut_off);
}

#[tokio::test]
async fn output_is_kept_within_its_bounds() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep/child.log");
    let wood = Wood::grow(offered()[0]);
    let script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo line $i; done; echo bad >&2";
    let mut request = request(wood.leaf("loud"), "/bin/sh", &["-c", script]);
    request.stdout = Bounds {
        memory_bytes: 100,
        log: Some(Log::open(&path, 40_000).unwrap()),
    };
    let mut child = spawner().spawn(request).await.unwrap();
    child.ended().await.unwrap();
    let (out, err) = child.output(LIMIT).await;
    assert!(out.bytes.ends_with(b"line 20000\n") && out.bytes.len() == 100);
    assert!(out.total_bytes > 200_000);
    assert_eq!(err.bytes, b"bad\n");
    let size = |path: &std::path::Path| path.metadata().unwrap().len();
    let both = size(&path) + size(&path.with_file_name("child.log.1"));
    assert!(both <= 2 * (40_000 + 16_384), "{both} bytes on disk");
    let log = std::fs::read_to_string(&path).unwrap();
    assert!(log.ends_with("line 20000\n"));
}

#[tokio::test]
async fn lines_are_heard_while_it_runs_and_the_last_needs_no_end() {
    let wood = Wood::grow(offered()[0]);
    let script = "echo one; echo two; read go; printf three";
    let mut child = spawner()
        .spawn(request(wood.leaf("teller"), "/bin/sh", &["-c", script]))
        .await
        .unwrap();
    let (said, mut lines) = tokio::sync::mpsc::unbounded_channel();
    child.on_lines(Pipe::Stdout, move |line| {
        let _ = said.send(String::from_utf8(line.to_vec()).unwrap());
    });
    assert_eq!(lines.recv().await.unwrap(), "one");
    assert_eq!(lines.recv().await.unwrap(), "two");
    // It goes on only now.
    child.feed(b"go\n").await;
    let (exit, out, _) = output_of(child).await;
    assert_eq!(
        (exit, out.bytes.as_slice()),
        (Exit::Code(0), b"one\ntwo\nthree".as_slice())
    );
    assert_eq!(lines.recv().await.unwrap(), "three");
    assert_eq!(lines.recv().await, None);
}

/// The seven-day incident's cousin: a grandchild holds the pipe and lives.
#[tokio::test]
async fn whoever_inherits_the_pipe_does_not_keep_us_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let mut words = Words::in_dir(dir.path());
    let wood = Wood::grow(offered()[0]);
    let script = "echo result; setsid sh -c 'echo $$ > $words; exec sleep 1000' & exit 0";
    let request = shell(wood.leaf("heir"), &words, script);
    let mut child = spawner().spawn(request).await.unwrap();
    let heir = words.processes(1);
    assert_eq!(child.ended().await.unwrap(), Exit::Code(0));
    let (out, _) = child.output(Duration::from_millis(50)).await;
    assert_eq!(out.bytes, b"result\n");
    assert!(out.cut_off && heir[0].is_alive());
}

#[tokio::test]
async fn a_flood_by_an_heir_does_not_keep_us_either() {
    let dir = tempfile::tempdir().unwrap();
    let mut words = Words::in_dir(dir.path());
    let wood = Wood::grow(offered()[0]);
    let script = "setsid sh -c 'echo $$ > $words; exec yes' & exit 0";
    let request = shell(wood.leaf("flood"), &words, script);
    let mut child = spawner().spawn(request).await.unwrap();
    words.processes(1);
    child.ended().await.unwrap();
    let (out, _) = child.output(Duration::from_millis(50)).await;
    assert!(out.cut_off);
}

#[tokio::test]
async fn what_cannot_be_run_says_so_in_its_own_log() {
    let dir = tempfile::tempdir().unwrap();
    let wood = Wood::grow(offered()[0]);
    let plain = dir.path().join("plain");
    std::fs::write(&plain, "no program").unwrap();
    for (program, code, said) in [
        ("/nonexistent/program", NOT_FOUND, "cannot run"),
        (plain.to_str().unwrap(), NOT_EXECUTABLE, "cannot run"),
    ] {
        let (exit, _, err) = run(request(wood.leaf("bad"), program, &[])).await;
        assert_eq!(exit, Exit::Code(code.into()));
        assert!(err.contains(said) && err.contains(program), "{err}");
    }
    let mut lost = request(wood.leaf("bad"), "/bin/true", &[]);
    lost.setup.dir = Some(PathBuf::from("/nonexistent"));
    let (exit, _, err) = run(lost).await;
    assert_eq!(exit, Exit::Code(SETUP_FAILED.into()));
    assert!(err.contains("cannot enter the directory"), "{err}");
}

/// It may die between the fork and the arming of the signal.
#[test]
fn a_child_whose_parent_is_dead_already_does_not_begin() {
    let setup = Setup {
        parent: Some(i32::MAX),
        ..Setup::default()
    };
    let done = std::process::Command::new(toy())
        .args([WORD, &serde_json::to_string(&setup).unwrap()])
        .args(["/bin/echo", "it ran"])
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(SETUP_FAILED.into()));
    assert!(done.stdout.is_empty());
}

/// Orphans become our children where there are no control groups; their numbers must not pile up, and
/// no child of our own may lose its exit code over it.
#[tokio::test]
async fn strangers_are_reaped_and_children_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut words = Words::in_dir(dir.path());
    let wood = Wood::grow(Mechanism::ProcessGroup);
    let spawner = spawner();
    let script = "(sh -c 'echo $$ > $words; exec sleep 1000' &) ; exit 7";
    let request = shell(wood.leaf("orphan"), &words, script);
    let mut child = spawner.spawn(request).await.unwrap();
    let orphan = words.processes(1)[0];
    child.leaf().kill_all(LIMIT).unwrap();
    let zombie = orphan.stat().unwrap();
    assert_eq!(u32::try_from(zombie.parent).unwrap(), std::process::id());
    assert_eq!(spawner.reap_strangers().await, 1);
    assert!(orphan.stat().is_none());
    assert!(matches!(
        child.ended().await.unwrap(),
        Exit::Code(7) | Exit::Signal(9)
    ));
}
