//! The dead-man's switch, and the canary that keeps it quiet.

use std::{
    io::{BufRead, BufReader},
    os::unix::net::UnixDatagram,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::plant::Plant;

const PATIENCE: Duration = Duration::from_secs(90);

/// A running watch with nothing in its environment. Dropped, it is killed.
struct Watch {
    process: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(beat: &Path, max_age: &str, spool: &Path, sink: &str, env: &[(&str, &Path)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_homeostat"))
            .args(["watch", "--max-age", max_age, "--sink", sink, "--file"])
            .arg(beat)
            .arg("--spool")
            .arg(spool)
            .env_clear()
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = process.stderr.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                eprintln!("watch: {line}");
                let _ = sender.send(line);
            }
        });
        Self { process, lines }
    }

    /// Waits for a line with these words.
    fn until(&self, words: &[&str]) {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if words.iter().all(|word| line.contains(word)) => return,
                Ok(_) => {}
                Err(error) => panic!("the watch never said {words:?}: {error}"),
            }
        }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    /// Stops it as init does.
    fn stop(mut self) {
        self.signal(Signal::TERM);
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn events(log: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(log).unwrap();
    let read = |line: &str| {
        let said: Value = serde_json::from_str(line).unwrap();
        let word = |field: &str| said[field].as_str().unwrap().to_owned();
        (word("event"), word("notice"))
    };
    text.lines().map(read).collect()
}

/// Names and places of one watch.
fn ground() -> (TempDir, PathBuf, PathBuf, PathBuf) {
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    let places = (at("beat"), at("spool"), at("alerts.jsonl"));
    (dir, places.0, places.1, places.2)
}

/// Red when the watch forgets what it said, or never takes it back.
#[test]
fn a_silence_is_told_once_over_restarts_and_taken_back() {
    let (_dir, beat, spool, log) = ground();
    std::fs::write(&beat, "").unwrap();
    let sink = format!("file = {:?}", log.to_string_lossy());
    let watch = Watch::start(&beat, "500ms", &spool, &sink, &[]);
    watch.until(&["told", "/raised/critical"]);
    watch.stop();
    // Started again in the same silence: it is seen again, and not told again.
    let watch = Watch::start(&beat, "500ms", &spool, &sink, &[]);
    watch.until(&["silence"]);
    std::fs::write(&beat, "").unwrap();
    watch.until(&["told", "/resolved/critical"]);
    watch.stop();
    let said = events(&log);
    let words: Vec<&str> = said.iter().map(|(event, _)| event.as_str()).collect();
    // The beat is not touched again, so a second silence may have been told by then.
    assert_eq!(words[..2], ["raised", "resolved"], "{said:?}");
}

/// The real crash: the sink takes the notice and kills who brought it. Red when what was told is
/// written before it is delivered: the second watch is silent.
#[test]
fn killed_when_the_sink_had_taken_it_the_same_notice_comes_again() {
    let (dir, beat, spool, log) = ground();
    std::fs::write(&beat, "").unwrap();
    let flag = dir.path().join("flag");
    let script = format!(
        "cat >> {log}; echo >> {log}; [ -e {flag} ] || {{ : > {flag}; kill -9 $PPID; }}",
        log = log.display(),
        flag = flag.display()
    );
    let sink = format!("command = [\"/bin/sh\", \"-c\", {script:?}]");
    let mut watch = Watch::start(&beat, "300ms", &spool, &sink, &[]);
    let ended = watch.process.wait().unwrap();
    assert!(!ended.success(), "{ended}");
    let watch = Watch::start(&beat, "300ms", &spool, &sink, &[]);
    watch.until(&["told", "/raised/critical"]);
    watch.stop();
    let said = events(&log);
    assert_eq!(said.len(), 2, "{said:?}");
    assert_eq!(said[0], said[1], "the same notice, by the same name");
}

/// Init hears that it is ready and that it looks. Red without `notifier.say` in the watch's loop.
#[test]
fn init_hears_that_the_watch_looks() {
    let (dir, beat, spool, log) = ground();
    let address = dir.path().join("notify");
    let init = UnixDatagram::bind(&address).unwrap();
    init.set_read_timeout(Some(PATIENCE)).unwrap();
    let sink = format!("file = {:?}", log.to_string_lossy());
    let watch = Watch::start(&beat, "2s", &spool, &sink, &[("NOTIFY_SOCKET", &address)]);
    let mut heard = [0; 64];
    for _ in 0..2 {
        let count = init.recv(&mut heard).unwrap();
        assert_eq!(&heard[..count], b"READY=1\nWATCHDOG=1");
    }
    watch.stop();
}

/// From end to end: while work gets done the watch is quiet; a worker that is stopped in the middle of
/// life, which holds its claims and its lock, is silence; and it ends with the work. Red when the beat
/// is touched by anything but the job's work, such as by the scheduler.
#[test]
fn a_wedged_worker_is_silence() {
    let plant = Plant::new(17, "none");
    let dir = TempDir::new().unwrap();
    let (spool, log, file) = (
        dir.path().join("spool"),
        dir.path().join("alerts.jsonl"),
        dir.path().join("homeostat.toml"),
    );
    let example =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../examples/homeostat.toml");
    let text = std::fs::read_to_string(example).unwrap();
    assert!(text.contains("every_s = 60"));
    std::fs::write(&file, text.replace("every_s = 60", "every_s = 1")).unwrap();
    let up = plant.up_with(120, &["--config", &file.to_string_lossy()]);
    let beat = plant.system().join("canary/beat");
    up.wait_for("a beat", || beat.exists().then_some(()));
    let sink = format!("file = {:?}", log.to_string_lossy());
    let modified = || std::fs::metadata(&beat).unwrap().modified().unwrap();
    let another = || {
        let last = modified();
        up.wait_for("another beat", || (modified() > last).then_some(()));
    };
    // The rush of the start is over with the second.
    another();
    let watch = Watch::start(&beat, "10s", &spool, &sink, &[]);
    another();
    another();
    assert!(!log.exists(), "quiet while work gets done");
    let worker = Pid::from_raw(up.child("act").cast_signed()).unwrap();
    kill_process(worker, Signal::STOP).unwrap();
    watch.until(&["told", "/raised/critical"]);
    kill_process(worker, Signal::CONT).unwrap();
    watch.until(&["told", "/resolved/critical"]);
    watch.stop();
    let summary = up.stop();
    assert_eq!(summary["violations"], 0, "{summary:#}");
}
