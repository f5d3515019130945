//! L12, of memory: a command that does not fit is refused with the figures and nothing of it runs; one
//! that takes more than it was granted is ended and named; nothing of one that has ended is left.
//!
//! Under test: `homeostat exec`, the grants of a host, the limit of a leaf. Without a database.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::plant::{gone, kill};

/// What the host of these tests has to grant, of which a part stays for what nobody reserved.
const BUDGET_MB: &str = "400";
const CEILING_MB: u64 = 340;

struct Host(TempDir);

/// A command that has begun.
struct Running {
    process: Child,
    out: BufReader<ChildStdout>,
}

impl Host {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The arguments of `homeostat`, which finds no database anywhere.
    fn homeostat(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeostat"));
        command
            .arg("--state-dir")
            .arg(self.path("state"))
            .args(args)
            .env("HOMEOSTAT_GRANTS", self.path("grants.json"))
            .env("HOMEOSTAT_MEMORY_MB", BUDGET_MB)
            .env("DATABASE_URL", "postgres://127.0.0.1:1/nowhere");
        command
    }

    fn shell(&self, mb: u64, script: &str) -> Command {
        let mb = mb.to_string();
        self.homeostat(&["--json", "exec", "--memory", &mb, "--", "sh", "-c", script])
    }

    /// Runs it to its end, with nothing on its standard input.
    fn run(&self, mb: u64, script: &str) -> Output {
        let mut command = self.shell(mb, script);
        command.stdin(Stdio::null()).output().unwrap()
    }

    /// Starts it; its standard input stays open.
    fn start(&self, mb: u64, script: &str) -> Running {
        let mut command = self.shell(mb, script);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(process.stdout.take().unwrap());
        Running { process, out }
    }

    fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }
}

impl Running {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn number(&mut self) -> u32 {
        self.line().parse().unwrap()
    }

    fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Closes its standard input and waits for its end.
    fn end(mut self) -> (Option<i32>, String) {
        drop(self.process.stdin.take());
        let output = self.process.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said)
    }
}

fn json(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Control groups of this one.
fn groups_of(exec: u32) -> Vec<PathBuf> {
    fn look(dir: &Path, mark: &str, found: &mut Vec<PathBuf>) {
        let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
        for entry in entries.filter(|e| e.file_type().is_ok_and(|kind| kind.is_dir())) {
            if entry.file_name().to_string_lossy().contains(mark) {
                found.push(entry.path());
            } else {
                look(&entry.path(), mark, found);
            }
        }
    }
    let mut found = Vec::new();
    look(
        Path::new("/sys/fs/cgroup"),
        &format!("-{exec}-"),
        &mut found,
    );
    found.retain(|dir| dir.to_string_lossy().contains("homeostat-exec-"));
    found
}

/// Red when `Grants::ask` does not add up what the living hold.
#[test]
fn one_that_does_not_fit_beside_another_is_refused_with_the_figures() {
    let host = Host::new();
    let mut first = host.start(200, "echo runs; exec cat");
    assert_eq!(first.line(), "runs");
    let script = format!("echo ran > {}", host.path("ran").display());
    let second = host.run(200, &script);
    assert_eq!(second.status.code(), Some(75), "{}", said(&second));
    let told = json(&second);
    assert_eq!(told["what"], "exec sh");
    assert_eq!(told["asked_mb"], 200);
    assert_eq!(told["free_mb"], CEILING_MB - 200);
    assert_eq!(told["never"], false);
    assert_eq!(told["holders"][0]["mb"], 200);
    let text = said(&second);
    assert!(text.contains("200 MB and 140 MB are free"), "{text}");
    assert!(!host.has("ran"), "nothing of it");
    let small = host.run(100, "exit 0");
    assert_eq!(
        small.status.code(),
        Some(0),
        "what fits runs: {}",
        said(&small)
    );
    assert_eq!(first.end().0, Some(0));
    assert_eq!(host.run(200, &script).status.code(), Some(0));
    assert!(host.has("ran"), "after the first has ended");
}

/// Red when the refusal of what never fits says to try again, or a command is started before it is found.
#[test]
fn bad_input_is_named_and_nothing_is_granted() {
    let host = Host::new();
    let never = host.run(CEILING_MB + 1, "exit 0");
    assert_eq!(never.status.code(), Some(2), "{}", said(&never));
    assert_eq!(json(&never)["never"], true);
    assert!(said(&never).contains("--memory"), "{}", said(&never));
    let cases: [(&[&str], &str); 5] = [
        (&["exec"], "CMD"),
        (&["exec", "--memory", "0", "--", "true"], "--memory"),
        (
            &["exec", "--", "no-such-program"],
            "command: \"no-such-program\" is not found; searched PATH",
        ),
        (&["exec", "--", "./run"], "command: \"./run\" is relative"),
        (
            &["exec", "--", "/etc/passwd"],
            "command: /etc/passwd is not executable",
        ),
    ];
    for (args, words) in cases {
        let output = host.homeostat(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(said(&output).contains(words), "{args:?}: {}", said(&output));
    }
    let mut command = host.shell(10, "exit 0");
    let output = command.env("HOMEOSTAT_MEMORY_MB", "much").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("HOMEOSTAT_MEMORY_MB"),
        "{}",
        said(&output)
    );
    let mut command = host.shell(10, "exit 0");
    let output = command
        .env("HOMEOSTAT_GRANTS", "grants.json")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("HOMEOSTAT_GRANTS"),
        "{}",
        said(&output)
    );
    assert!(!host.has("grants.json") || std::fs::read(host.path("grants.json")).unwrap() == b"[]");
}

/// Red without the limit of the leaf, or when its kills are not asked for.
#[test]
fn one_over_its_memory_is_killed_whole_and_named_and_the_neighbour_is_not() {
    let host = Host::new();
    let mut neighbour = host.start(64, "echo $$; exec cat");
    neighbour.number();
    // The eater holds what it took until somebody reads it, which nobody does. The leader of it all eats
    // nothing.
    let script = "exec 3<&0; echo $$; setsid sleep 1000 & echo $!
        head -c 300000000 /dev/zero | tail -n 1 | cat <&3";
    let mut greedy = host.start(64, script);
    let all = [greedy.number(), greedy.number()];
    let stdin = greedy.process.stdin.take();
    let exec = greedy.pid();
    let (code, said) = greedy.end();
    drop(stdin);
    assert_eq!(code, Some(137), "{said}");
    assert!(said.contains("killed: over its 64 MB"), "{said}");
    for pid in all {
        gone(pid);
    }
    assert_eq!(groups_of(exec), [] as [PathBuf; 0]);
    assert_eq!(neighbour.end(), (Some(0), String::new()));
}

/// Red when the leaf is not ended with its leader, or the exit code is not the command's.
#[test]
fn its_end_is_the_command_s_and_nobody_stays() {
    let host = Host::new();
    assert_eq!(host.run(32, "exit 7").status.code(), Some(7));
    let killed = host.run(32, "kill -KILL $$");
    assert_eq!(killed.status.code(), Some(137));
    assert!(!said(&killed).contains("over its"), "{}", said(&killed));
    let mut leaves = host.start(
        32,
        "setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1000; done' &
        read go",
    );
    let heir = leaves.number();
    let exec = leaves.pid();
    assert_eq!(leaves.end().0, Some(1), "the end of its input");
    gone(heir);
    assert_eq!(groups_of(exec), [] as [PathBuf; 0]);
    let mut piped = host.start(32, "cat");
    std::io::Write::write_all(piped.process.stdin.as_mut().unwrap(), b"through\n").unwrap();
    assert_eq!(piped.line(), "through");
    assert_eq!(piped.end().0, Some(0));
}

/// Red when a signal ends us and not the command.
#[test]
fn what_we_are_told_the_command_is_told() {
    let host = Host::new();
    for (signal, code) in [(Signal::TERM, 5), (Signal::INT, 6)] {
        let script = "trap 'exit 5' TERM; trap 'exit 6' INT; sleep 1000 & echo up; wait";
        let mut told = host.start(32, script);
        assert_eq!(told.line(), "up");
        kill_process(Pid::from_raw(told.pid().cast_signed()).unwrap(), signal).unwrap();
        assert_eq!(told.end().0, Some(code));
    }
}

/// Red without the death signal of the command, or when the lines of the dead count.
#[test]
fn a_killed_one_takes_its_command_along_and_what_that_left_is_named() {
    let host = Host::new();
    let mut first = host.start(200, "setsid sleep 1000 & echo $!; echo $$; exec cat");
    let (heir, command) = (first.number(), first.number());
    // Held open, so that its end is no reason to end.
    let stdin = first.process.stdin.take();
    kill(first.pid());
    first.process.wait().unwrap();
    gone(command);
    drop(stdin);
    let refused = host.run(CEILING_MB + 1, "exit 0");
    let told = json(&refused);
    assert_eq!(told["free_mb"], CEILING_MB, "the line of the dead is gone");
    let strays = told["strays"].as_array().unwrap();
    let stray = strays.iter().find(|stray| stray["process"]["pid"] == heir);
    let stray = stray.unwrap_or_else(|| panic!("{heir} is not among {strays:?}"));
    assert_eq!(stray["command"], "sleep");
    let line = format!("sleep, process {heir}");
    assert!(said(&refused).contains(&line), "{}", said(&refused));
    kill(heir);
    gone(heir);
    assert_eq!(host.run(200, "exit 0").status.code(), Some(0));
    assert_eq!(
        groups_of(first.pid()),
        [] as [PathBuf; 0],
        "removed by the next one"
    );
}
