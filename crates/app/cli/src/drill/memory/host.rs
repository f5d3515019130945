//! The host of the drill: what is run beside `up` and asks of the same memory.

use std::{path::PathBuf, process::Stdio, time::Duration};

use homeostat_supervisor::budget::Refusal;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use crate::{deploy::Deployed, drill::stage::Stage, failure::Failure, ui};

/// What takes longer than this never comes.
const PATIENCE: Duration = Duration::from_secs(60);
/// What does not fit now is to be tried again later.
const LATER: i32 = 75;

/// Who asked for how much, and what there was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Figures {
    pub(super) what: String,
    pub(super) asked_mb: u64,
    pub(super) free_mb: u64,
}

impl From<&Refusal> for Figures {
    fn from(refusal: &Refusal) -> Self {
        Self {
            what: refusal.what.clone(),
            asked_mb: refusal.asked_mb,
            free_mb: refusal.free_mb,
        }
    }
}

/// Where commands are run.
#[derive(Debug)]
pub(super) struct Host {
    program: PathBuf,
    dir: PathBuf,
    budget_mb: u64,
}

/// A command that holds memory until it is let go.
#[derive(Debug)]
pub(super) struct Eating(Child);

impl Host {
    pub(super) fn new(stage: &Stage, budget_mb: u64) -> Result<Self, Failure> {
        Ok(Self {
            program: std::env::current_exe().map_err(|e| Failure::environment(&e))?,
            dir: stage.dir().to_owned(),
            budget_mb,
        })
    }

    /// Variables by which all of it is one host.
    pub(super) fn settings(&self) -> [String; 2] {
        [
            format!("HOMEOSTAT_MEMORY_MB={}", self.budget_mb),
            format!(
                "HOMEOSTAT_GRANTS={}",
                self.dir.join("grants.json").display()
            ),
        ]
    }

    fn homeostat(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        for setting in self.settings() {
            if let Some((name, value)) = setting.split_once('=') {
                command.env(name, value);
            }
        }
        command
            .env_remove("DATABASE_URL")
            .arg("--state-dir")
            .arg(&self.dir)
            .args(words)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Runs a command within so much memory that takes less; returns once it has it.
    pub(super) async fn eat(&self, memory_mb: u64, mb: u64) -> Result<Eating, Failure> {
        let program = self.program.to_string_lossy();
        let (memory_mb, mb) = (memory_mb.to_string(), mb.to_string());
        let words = [
            "exec", "--memory", &memory_mb, "--", &program, "drill", "eat", &mb,
        ];
        let mut command = self.homeostat(&words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|e| Failure::environment(&e))?;
        let said = first_line(child.stdout.take()).await;
        match said.as_deref() {
            Some(line) if line.starts_with("ate ") => Ok(Eating(child)),
            Some(_) | None => Err(Failure::Law(format!(
                "a command of {memory_mb} MB fits and did not run"
            ))),
        }
    }

    /// Asks for more than is free, and gives back the figures of the refusal.
    pub(super) async fn refused(&self, words: &[&str]) -> Result<Figures, Failure> {
        let (code, said) = self.run(&[&["--json"], words].concat()).await?;
        match said {
            Some(figures) if code == Some(LATER) => Ok(figures),
            Some(_) | None => Err(Failure::Law(format!(
                "{} does not fit, and ended with {code:?}",
                words.join(" ")
            ))),
        }
    }

    /// Puts this version in its own place; says whether it runs.
    pub(super) async fn deploy(&self) -> Result<bool, Failure> {
        let (code, said) = self.run(&["--json", "deploy"]).await?;
        let said: Option<Deployed> = said;
        if let Some(why) = said.as_ref().and_then(|said| said.why.as_ref()) {
            ui::note(&format!("not deployed: {}", ui::printable(why)));
        }
        Ok(code == Some(0) && said.is_some_and(|said| said.deployed))
    }

    /// Enqueues a job as an owner would; gives back its number.
    pub(super) async fn enqueue(&self, kind: &str, args: &str) -> Result<i64, Failure> {
        #[derive(Deserialize)]
        struct Accepted {
            job: i64,
        }
        let (_, said) = self.run(&["--json", "enqueue", kind, args]).await?;
        let accepted: Option<Accepted> = said;
        let accepted = accepted.ok_or_else(|| Failure::Law(format!("{kind} was not accepted")));
        Ok(accepted?.job)
    }

    async fn run<T: DeserializeOwned>(
        &self,
        words: &[&str],
    ) -> Result<(Option<i32>, Option<T>), Failure> {
        // Why not is in the answer.
        let mut command = self.homeostat(words);
        let output = command.stderr(Stdio::null()).output().await;
        let output = output.map_err(|e| Failure::environment(&e))?;
        let said = serde_json::from_slice(&output.stdout).ok();
        Ok((output.status.code(), said))
    }
}

impl Eating {
    /// Lets it go: 1 when it is not there any more, or does not end by itself.
    pub(super) async fn ends_badly(mut self) -> Result<u64, Failure> {
        let died = self.0.try_wait().map_err(|e| Failure::environment(&e))?;
        drop(self.0.stdin.take());
        let ended = timeout(PATIENCE, self.0.wait()).await;
        let ended_well = matches!(ended, Ok(Ok(status)) if status.success());
        Ok(u64::from(died.is_some() || !ended_well))
    }
}

async fn first_line(out: Option<ChildStdout>) -> Option<String> {
    let mut line = String::new();
    let read = timeout(PATIENCE, async {
        BufReader::new(out?).read_line(&mut line).await.ok()
    });
    read.await.ok()??;
    Some(line)
}
