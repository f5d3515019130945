//! A system with everybody who watches it: its own alerts to a file, and beside it the dead-man's switch
//! with an environment, a memory and a file of its own. Heard is what stands in the files.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, SystemTime},
};

use homeostat_clock::{Stopwatch, pause};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::{drill::stage::Stage, failure::Failure};

/// Between two looks into the files.
const LOOK: Duration = Duration::from_millis(20);
/// Our roles and the sandbox.
pub(super) const KINDS_MIN: usize = 6;

/// Who spoke, of what, after how long.
#[derive(Debug)]
pub(super) struct Spoke {
    pub(super) watcher: String,
    pub(super) text: String,
    pub(super) after: Duration,
}

/// A system that is watched.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) stage: Stage,
    place: TempDir,
    limit_s: u64,
    /// Killed when it is dropped.
    watch: Option<Child>,
    /// Since when it is broken, and what stood in the files before.
    broken: Stopwatch,
    before: [usize; 2],
}

/// A line of a file sink.
#[derive(Debug, Deserialize)]
struct Line {
    event: String,
    code: String,
    text: String,
}

impl Scene {
    /// Makes it. `outside` is for what must not be on the system's disk; `more` goes into the configuration,
    /// `sink` beside the file.
    pub(super) fn new(
        outside: Option<&Path>,
        limit_s: u64,
        sink: &str,
        more: &str,
    ) -> Result<Self, Failure> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("homeostat-drill-");
        let place = match outside {
            Some(dir) => builder.tempdir_in(dir),
            None => builder.tempdir(),
        };
        let place = place.map_err(|e| Failure::environment(&e))?;
        let file = place.path().join("system.jsonl");
        let config = format!(
            "[canary]\nevery_s = 1\n\n[alerts]\nsinks = [{{ file = {:?} }}{sink}]\n{more}",
            file.to_string_lossy()
        );
        Ok(Self {
            stage: Stage::new(&config)?,
            place,
            limit_s,
            watch: None,
            broken: Stopwatch::start(),
            before: [0; 2],
        })
    }

    /// Starts the system, and the watch beside it.
    pub(super) fn start(&mut self, before: &[&str], more: &[&str]) -> Result<(), Failure> {
        self.stage.start(before, more)?;
        let program = std::env::current_exe().map_err(|e| Failure::environment(&e))?;
        let sink = format!("file = {:?}", self.files()[1].to_string_lossy());
        let watch = Command::new(program)
            .args(["watch", "--sink", &sink, "--max-age"])
            .arg(format!("{}s", self.limit_s))
            .arg("--file")
            .arg(self.beat())
            .arg("--spool")
            .arg(self.place.path().join("spool"))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        self.watch = Some(watch.map_err(|e| Failure::environment(&e))?);
        Ok(())
    }

    /// Starts it and waits until work gets done from end to end.
    pub(super) async fn start_whole(&mut self, more: &[&str]) -> Result<(), Failure> {
        self.start(&[], more)?;
        self.stage.all_at_work(KINDS_MIN).await?;
        self.beats(2).await
    }

    /// Waits for so many more beats of the canary.
    pub(super) async fn beats(&self, count: u32) -> Result<(), Failure> {
        let beat = self.beat();
        let modified = || -> Option<SystemTime> { fs::metadata(&beat).ok()?.modified().ok() };
        for _ in 0..count {
            let last = modified();
            let another = async || modified().filter(|at| Some(*at) != last);
            self.stage.until("a beat of the canary", another).await?;
        }
        Ok(())
    }

    /// From now on it is broken; what was said before counts for nothing.
    pub(super) fn is_broken_now(&mut self) {
        self.before = self.files().map(|file| lines(&file).len());
        self.broken = Stopwatch::start();
    }

    /// The first of the watchers to speak, of anything but what these codes are about.
    pub(super) async fn first(&self, limit: Duration, but: &[&str]) -> Option<Spoke> {
        let files = self.files();
        while self.broken.elapsed() < limit {
            for (at, file) in files.iter().enumerate() {
                let after = self.broken.elapsed();
                let said = lines(file).into_iter().skip(self.before[at]);
                let mut raised = said.filter(|line| line.event == "raised");
                if let Some(line) = raised.find(|line| !but.contains(&line.code.as_str())) {
                    let watcher = match at {
                        0 => format!("{} alert", line.code),
                        _ => "homeostat watch".to_owned(),
                    };
                    let text = line.text;
                    return Some(Spoke {
                        watcher,
                        text,
                        after,
                    });
                }
            }
            pause(LOOK).await;
        }
        None
    }

    /// The system's file and the watch's.
    fn files(&self) -> [PathBuf; 2] {
        ["system.jsonl", "watch.jsonl"].map(|name| self.place.path().join(name))
    }

    fn beat(&self) -> PathBuf {
        self.stage.state.canary_dir().join("beat")
    }
}

/// The whole lines of a file sink; one that is just being written is read at the next look.
fn lines(file: &Path) -> Vec<Line> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let read = text.lines().map(serde_json::from_str);
    read.map_while(Result::ok).collect()
}
