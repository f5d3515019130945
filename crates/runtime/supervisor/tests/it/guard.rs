//! Whatever becomes of the supervisor, nothing of it is left, nothing runs twice, and it comes back.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
};

use homeostat_supervisor::{
    mechanism::{Limits, Mechanism, Reference, Tree},
    process::{Process, Stat},
};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::Signal,
};
use serde_json::json;
use tempfile::TempDir;

use crate::kit::{LIMIT, Words, offered, toy};

/// Two children and a grandchild in its own session of each.
pub(crate) const CHILDREN: usize = 4;

/// A guard with a toy supervisor.
pub(crate) struct Stage {
    dir: TempDir,
    pub(crate) words: Words,
    pub(crate) mechanism: Mechanism,
    behave: String,
    guard: Child,
}

impl Stage {
    pub(crate) fn new(mechanism: Mechanism, behave: &str) -> Self {
        Self::patient(mechanism, behave, 60_000)
    }

    /// With a guard that waits so long for a sign of life.
    fn patient(mechanism: Mechanism, behave: &str, heartbeat_ms: u64) -> Self {
        Self::with(&toy(), mechanism, behave, heartbeat_ms)
    }

    /// With a version that ends at once, whenever it is started.
    pub(crate) fn broken(mechanism: Mechanism) -> Self {
        let stage = Self::with(Path::new("/bin/false"), mechanism, "deploy", 60_000);
        while !stage.guard_dir().join("last-end.json").exists() {
            std::thread::yield_now();
        }
        stage
    }

    fn with(binary: &Path, mechanism: Mechanism, behave: &str, heartbeat_ms: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        deploy(&dir.path().join("homeostat"), binary);
        let words = Words::in_dir(dir.path());
        let guard = guard(mechanism, behave, &dir, &words, heartbeat_ms);
        Self {
            dir,
            words,
            mechanism,
            behave: behave.to_owned(),
            guard,
        }
    }

    /// What the guard keeps.
    pub(crate) fn guard_dir(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// The guard itself.
    pub(crate) fn guard_process(&self) -> Process {
        let started = i32::try_from(self.guard.id()).unwrap();
        if self.mechanism != Mechanism::Pid1 {
            return Process::of(started).unwrap();
        }
        // It is below what was started here.
        let all = Stat::all().unwrap();
        let guard = all.iter().find(|stat| stat.parent == started).unwrap();
        guard.process
    }

    /// Asks the guard itself to stop.
    pub(crate) fn end_guard(&self) {
        self.guard_process().signal(Signal::TERM).unwrap();
    }

    /// Takes the guard away with force.
    pub(crate) fn kill_guard_and_start_another(&mut self) {
        self.signal_guard(Signal::KILL);
        self.guard.wait().unwrap();
        let (mechanism, behave) = (self.mechanism, self.behave.clone());
        self.guard = guard(mechanism, &behave, &self.dir, &self.words, 60_000);
    }

    /// Waits until a supervisor and all its children run. Returns them, and asserts at the first sign
    /// of the new life that nothing of the one before is left.
    pub(crate) fn cast(&mut self, before: &[Process]) -> Vec<Process> {
        for n in 0..=CHILDREN {
            let line = self.words.line();
            if n == 0 {
                assert_eq!(line, "supervisor");
                let left: Vec<_> = before.iter().filter(|p| p.is_alive()).collect();
                assert!(left.is_empty(), "{}: orphans {left:?}", self.mechanism);
            }
        }
        let mut cast = self.living();
        // One that is just becoming another program shows no environment for a moment.
        while cast.len() <= CHILDREN {
            cast = self.living();
        }
        cast
    }

    /// Everybody of this play but the guard and what it was started with, in whatever namespace.
    pub(crate) fn living(&self) -> Vec<Process> {
        let mark = format!("words={}", self.words.path.display());
        let guard = i32::try_from(self.guard.id()).unwrap();
        let all = Stat::all().unwrap().into_iter().filter(Stat::is_alive);
        all.map(|stat| stat.process)
            .filter(|p| p.pid != guard && read(*p, "environ").contains(&mark))
            .filter(|p| !arguments(*p).iter().any(|arg| arg == "guard"))
            .collect()
    }

    pub(crate) fn supervisor(&self) -> Process {
        let all = self.living();
        let mut found = all.into_iter().filter(|p| is_supervisor(*p));
        let supervisor = found.next().unwrap();
        assert_eq!(found.next(), None, "two copies");
        supervisor
    }

    /// Waits for the guard's end; then nothing is left of anybody.
    pub(crate) fn over(mut self) -> Option<i32> {
        let code = self.guard.wait().unwrap().code();
        if let Some(groups) = self.limits() {
            assert!(!groups.exists(), "{}: {groups:?}", self.mechanism);
        }
        let left = self.living();
        assert!(left.is_empty(), "{}: {left:?}", self.mechanism);
        code
    }

    /// Where its leaves are held to their memory, if that is apart from them.
    fn limits(&self) -> Option<PathBuf> {
        let reference = fs::read(self.dir.path().join("state/tree.json")).ok()?;
        match serde_json::from_slice::<Reference>(&reference)
            .unwrap()
            .limits
        {
            Limits::CgroupV1(root) => Some(root),
            Limits::CgroupV2 | Limits::None => None,
        }
    }

    pub(crate) fn signal_guard(&self, signal: Signal) {
        let pid = i32::try_from(self.guard.id()).unwrap();
        Process::of(pid).unwrap().signal(signal).unwrap();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.guard.kill();
        let _ = self.guard.wait();
        for file in ["tree.json", "tree-2.json"] {
            let reference = fs::read(self.guard_dir().join(file)).unwrap_or_default();
            let Ok(reference) = serde_json::from_slice::<Reference>(&reference) else {
                continue;
            };
            let tree = Tree::attach(&reference).unwrap();
            let _ = tree.kill_leftovers(LIMIT);
            tree.remove();
        }
        for process in self.living() {
            let _ = process.signal(Signal::KILL);
        }
    }
}

fn guard(
    mechanism: Mechanism,
    behave: &str,
    dir: &TempDir,
    words: &Words,
    heartbeat_ms: u64,
) -> Child {
    let play = json!({
        "name": format!("test-{}", std::process::id()),
        "dir": dir.path().join("state"),
        "binary": dir.path().join("homeostat"),
        "mechanism": mechanism,
        "heartbeat_ms": heartbeat_ms,
        "stop_ms": if behave == "deaf" { 200 } else { 10_000 },
        "behave": behave,
    });
    let mut command = if mechanism == Mechanism::Pid1 {
        let mut command = Command::new("/usr/bin/unshare");
        command.args(["--pid", "--fork", "--kill-child", "--mount-proc"]);
        command.arg(toy());
        command
    } else {
        Command::new(toy())
    };
    // No PATH, no configuration: the guard needs none.
    command.args(["guard", &play.to_string()]).env_clear();
    command.env("words", &words.path).spawn().unwrap()
}

fn read(process: Process, file: &str) -> String {
    let bytes = fs::read(format!("/proc/{}/{file}", process.pid)).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn arguments(process: Process) -> Vec<String> {
    let line = read(process, "cmdline");
    line.split('\0').map(str::to_owned).collect()
}

fn is_supervisor(process: Process) -> bool {
    arguments(process)
        .get(1)
        .is_some_and(|arg| arg == "supervisor")
}

/// Waits for its end; says whether it came.
fn ends(process: Process) -> bool {
    let Some(handle) = process.handle().unwrap() else {
        return true;
    };
    let limit = Timespec::try_from(LIMIT).unwrap();
    let mut fds = [PollFd::new(&handle, PollFlags::IN)];
    poll(&mut fds, Some(&limit)).unwrap() == 1
}

/// Puts a new version in the place of the old one, as a deploy does.
fn deploy(to: &Path, from: &Path) {
    let beside = to.with_extension("part");
    fs::copy(from, &beside).unwrap();
    fs::rename(beside, to).unwrap();
}

/// All three, where the machine has them; the first process of a namespace needs the right to make one.
pub(crate) fn mechanisms() -> Vec<Mechanism> {
    let mut all = offered();
    let unshare = PathBuf::from("/usr/bin/unshare");
    if rustix::process::getuid().is_root() && unshare.exists() {
        all.push(Mechanism::Pid1);
    }
    all
}

#[test]
fn a_killed_supervisor_leaves_no_orphan_and_no_double_copy() {
    for mechanism in mechanisms() {
        let mut stage = Stage::new(mechanism, "work");
        let mut cast = stage.cast(&[]);
        for _ in 0..5 {
            stage.supervisor().signal(Signal::KILL).unwrap();
            cast = stage.cast(&cast);
        }
        stage.supervisor();
    }
}

/// It lives, and its loop does not go round; or it is stopped altogether.
#[test]
fn a_silent_supervisor_is_killed_and_comes_back() {
    for (mechanism, silencer) in mechanisms()
        .into_iter()
        .flat_map(|m| [(m, Signal::USR2), (m, Signal::STOP)])
    {
        let mut stage = Stage::patient(mechanism, "work", 2_000);
        let first = stage.cast(&[]);
        stage.supervisor().signal(silencer).unwrap();
        stage.cast(&first);
    }
}

#[test]
fn a_planned_stop_ends_everything_and_says_so() {
    for mechanism in mechanisms() {
        let mut stage = Stage::new(mechanism, "work");
        stage.cast(&[]);
        stage.end_guard();
        assert_eq!(stage.over(), Some(0), "{mechanism}");
    }
}

#[test]
fn a_supervisor_that_does_not_stop_is_stopped() {
    let mut stage = Stage::new(offered()[0], "deaf");
    stage.cast(&[]);
    stage.signal_guard(Signal::INT);
    assert_eq!(stage.over(), Some(100), "killed");
}

/// Its death takes the supervisor with it, and the next guard what is left, before it starts anything.
#[test]
fn a_killed_guard_is_followed_by_one_that_cleans_up() {
    let all = offered();
    // The machine may offer another mechanism to the next one.
    let pairs = all.iter().flat_map(|a| all.iter().map(move |b| (*a, *b)));
    for (mechanism, next) in pairs {
        let mut stage = Stage::new(mechanism, "work");
        let first = stage.cast(&[]);
        stage.signal_guard(Signal::KILL);
        stage.guard.wait().unwrap();
        stage.guard = guard(next, "work", &stage.dir, &stage.words, 60_000);
        stage.cast(&first);
    }
}

/// What held its leaves to their memory outlives a killed guard, and goes with the next one.
#[test]
fn the_next_guard_removes_the_limits_of_leaves_that_are_gone() {
    for mechanism in offered() {
        let mut stage = Stage::new(mechanism, "work");
        let first = stage.cast(&[]);
        let Some(limits) = stage.limits() else {
            eprintln!("not tested: {mechanism}: no limits apart from the leaves");
            continue;
        };
        assert!(limits.join("worker-a").is_dir(), "{mechanism}");
        let forgotten = limits.join("job-7-5");
        fs::create_dir(&forgotten).unwrap();
        stage.kill_guard_and_start_another();
        let second = stage.cast(&first);
        assert!(!forgotten.exists(), "{mechanism}");
        fs::create_dir(&forgotten).unwrap();
        stage.supervisor().signal(Signal::KILL).unwrap();
        stage.cast(&second);
        assert!(!forgotten.exists(), "{mechanism}: with its supervisor");
        stage.signal_guard(Signal::TERM);
        assert_eq!(stage.over(), Some(0), "{mechanism}");
    }
}

/// What starts the others again goes last; nobody inherits its protection.
#[test]
fn the_guard_is_the_last_to_go_when_memory_runs_out() {
    let mut stage = Stage::new(offered()[0], "work");
    let cast = stage.cast(&[]);
    let supervisor = stage.supervisor();
    let score = |pid: i32| {
        let text = fs::read_to_string(format!("/proc/{pid}/oom_score_adj")).unwrap();
        text.trim().parse::<i32>().unwrap()
    };
    let guard = score(i32::try_from(stage.guard.id()).unwrap());
    let own = "/proc/self/oom_score_adj";
    let before = fs::read_to_string(own).unwrap();
    if fs::write(own, "-1").is_ok() {
        fs::write(own, before.trim()).unwrap();
        assert_eq!((guard, score(supervisor.pid)), (-900, -500));
    } else {
        eprintln!("not tested: nobody may be protected here");
    }
    for process in cast.iter().filter(|process| **process != supervisor) {
        assert_eq!(score(process.pid), 0, "{process:?}");
    }
}

/// Even one that cannot act any more, and its children with it, without anybody to clean up.
#[test]
fn the_death_of_the_guard_is_that_of_all_who_were_started_directly() {
    for mechanism in offered() {
        let mut stage = Stage::new(mechanism, "work");
        let cast = stage.cast(&[]);
        let supervisor = stage.supervisor();
        let is_direct = |p: &&Process| p.stat().is_some_and(|s| s.parent == supervisor.pid);
        let direct: Vec<_> = cast.iter().filter(is_direct).copied().collect();
        assert_eq!(direct.len(), 2, "{mechanism}");
        supervisor.signal(Signal::STOP).unwrap();
        stage.signal_guard(Signal::KILL);
        for process in direct.into_iter().chain([supervisor]) {
            assert!(ends(process), "{mechanism}: {process:?}");
        }
    }
}

#[test]
fn a_second_guard_of_a_directory_is_refused() {
    let mut stage = Stage::new(offered()[0], "work");
    let cast = stage.cast(&[]);
    let mut second = guard(stage.mechanism, "work", &stage.dir, &stage.words, 60_000);
    assert_eq!(second.wait().unwrap().code(), Some(101));
    assert!(cast.iter().all(|process| process.is_alive()), "untouched");
}

#[test]
fn a_job_long_past_its_deadline_is_killed_without_the_supervisor() {
    for mechanism in mechanisms() {
        let mut stage = Stage::new(mechanism, "overdue");
        for _ in 0..CHILDREN + 3 {
            stage.words.line();
        }
        let supervisor = stage.supervisor();
        supervisor.signal(Signal::STOP).unwrap();
        let job: Vec<_> = stage.living();
        let deadline = "job-7-";
        let is_of_job = |p: &&Process| {
            read(**p, "cgroup").contains(deadline) || read(**p, "environ").contains(deadline)
        };
        let job: Vec<_> = job.iter().filter(is_of_job).collect();
        assert_eq!(job.len(), 2, "{mechanism}");
        for process in job {
            assert!(ends(*process), "{mechanism}");
        }
        assert!(supervisor.is_alive(), "{mechanism}: only the job");
    }
}

#[test]
fn a_bad_deploy_falls_back_to_the_last_good_copy() {
    let mut stage = Stage::new(offered()[0], "work");
    let first = stage.cast(&[]);
    deploy(&stage.dir.path().join("homeostat"), Path::new("/bin/false"));
    stage.supervisor().signal(Signal::KILL).unwrap();
    let second = stage.cast(&first);
    let program = fs::read_link(format!("/proc/{}/exe", stage.supervisor().pid)).unwrap();
    assert!(program.ends_with("last-good"), "{program:?}");
    // Gone altogether is no reason to stand still either.
    fs::remove_file(stage.dir.path().join("homeostat")).unwrap();
    stage.supervisor().signal(Signal::KILL).unwrap();
    stage.cast(&second);
}

#[test]
fn bad_input_is_not_tried_again() {
    for (behave, code) in [("exit:2", 2), ("exit:3", 3), ("exit:0", 0)] {
        assert_eq!(Stage::new(offered()[0], behave).over(), Some(code));
    }
}

/// The database server outlives the supervisor, is asked for again, and ends with the guard.
#[test]
fn what_is_held_outlives_the_supervisor_and_not_the_guard() {
    for mechanism in offered() {
        let mut stage = Stage::new(mechanism, "hold");
        let mut held = None;
        for life in 0..3 {
            let mut told = None;
            for _ in 0..CHILDREN + 2 {
                let line = stage.words.line();
                told = line.strip_prefix("held ").map(str::to_owned).or(told);
            }
            let told = told.unwrap();
            let (pid, before) = told.split_once(' ').unwrap();
            assert_eq!(
                before,
                if life == 0 { "false" } else { "true" },
                "{mechanism}"
            );
            let now = Process::of(pid.parse().unwrap()).unwrap();
            assert_eq!(*held.get_or_insert(now), now, "{mechanism}: the same one");
            assert!(now.is_alive());
            if life < 2 {
                stage.supervisor().signal(Signal::KILL).unwrap();
            }
        }
        stage.signal_guard(Signal::TERM);
        assert_eq!(stage.over(), Some(0));
    }
}
