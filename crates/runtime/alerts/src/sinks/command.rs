//! A program that is given each notice on its standard input. Exit code 0 says that it took it.
//!
//! There is no shell, and no environment but what is named. It runs in a process group of its own,
//! which is killed when its time is over or nobody waits any more; what it puts into a session of its
//! own is beyond that.

use std::{process::Stdio, time::Duration};

use async_trait::async_trait;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStderr, Command},
};

use super::{Lookup, Sink, SinkError, is_variable, key};
use crate::{BadSink, Notice};

/// The end of its standard error that is kept.
const SAID_BYTES_MAX: usize = 500;
/// How long its standard error may stay open after its end: a grandchild may hold it.
const LAST_WORDS: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub(crate) struct CommandSink {
    words: Vec<String>,
    env: Vec<(String, String)>,
    missing: Option<String>,
    name: String,
    key: String,
    limit: Duration,
}

pub(crate) fn check(words: &[String], env: &[String]) -> Result<(), BadSink> {
    if !words
        .first()
        .is_some_and(|program| program.starts_with('/'))
    {
        let problem =
            "must begin with the absolute path of a program, such as [\"/usr/bin/mail\", \"me\"]";
        return Err(BadSink::new("command", problem));
    }
    if words.iter().any(|word| word.contains('\0')) {
        return Err(BadSink::new("command", "a word holds a NUL; remove it"));
    }
    match env.iter().find(|name| !is_variable(name)) {
        None => Ok(()),
        Some(name) => {
            let problem = format!("{name:?} is no name of a variable; write the name alone");
            Err(BadSink::new("env", problem))
        }
    }
}

impl CommandSink {
    pub(crate) fn new(
        words: &[String],
        env: &[String],
        limit: Duration,
        lookup: Lookup<'_>,
    ) -> Self {
        let found = |name: &String| Some((name.clone(), lookup(name)?));
        Self {
            // Arguments may be addresses of people; the program says enough.
            name: format!("command {}", words.first().map_or("", String::as_str)),
            key: key("command", &words.join("\0")),
            words: words.to_vec(),
            env: env.iter().filter_map(found).collect(),
            missing: env.iter().find(|name| lookup(name).is_none()).cloned(),
            limit,
        }
    }

    fn start(&self) -> std::io::Result<Child> {
        let (program, args) = self
            .words
            .split_first()
            .ok_or(std::io::ErrorKind::InvalidInput)?;
        Command::new(program)
            .args(args)
            .env_clear()
            .envs(self.env.iter().cloned())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }
}

#[async_trait]
impl Sink for CommandSink {
    fn name(&self) -> &str {
        &self.name
    }

    fn key(&self) -> &str {
        &self.key
    }

    fn limit(&self) -> Duration {
        self.limit
    }

    fn preflight(&self) -> Result<(), BadSink> {
        let program = self.words.first().map_or("", String::as_str);
        if rustix::fs::access(program, rustix::fs::Access::EXEC_OK).is_err() {
            let problem = format!("{program} cannot be run here; install it or correct the path");
            return Err(BadSink::new("command", problem));
        }
        match &self.missing {
            None => Ok(()),
            Some(name) => Err(BadSink::new(
                "env",
                format!("{name} is not set in this environment"),
            )),
        }
    }

    async fn deliver(&self, notice: &Notice) -> Result<(), SinkError> {
        let said = |source| SinkError::Io {
            what: self.name.clone(),
            source,
        };
        let bytes = serde_json::to_vec(notice).map_err(|e| said(e.into()))?;
        let mut child = self.start().map_err(said)?;
        let _group = child.id().map(Group);
        let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
        let feed = async {
            if let Some(mut stdin) = stdin {
                // One that does not read what it is given may still know what to do.
                let _ = stdin.write_all(&bytes).await;
            }
        };
        let mut words = Vec::new();
        let listen = listen(stderr, &mut words);
        let ended = async {
            let (ended, ()) = tokio::join!(child.wait(), feed);
            ended
        };
        let status = {
            tokio::pin!(listen, ended);
            tokio::select! {
                status = &mut ended => {
                    let _ = tokio::time::timeout(LAST_WORDS, listen).await;
                    status
                }
                () = &mut listen => ended.await,
            }
        };
        match status.map_err(said)? {
            status if status.success() => Ok(()),
            status => Err(SinkError::Ended {
                status: status.to_string(),
                said: String::from_utf8_lossy(&words).trim().to_owned(),
            }),
        }
    }
}

/// Reads to the end and keeps the last of it.
async fn listen(stderr: Option<ChildStderr>, words: &mut Vec<u8>) {
    let Some(mut stderr) = stderr else { return };
    let mut chunk = [0; 1024];
    while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
        words.extend_from_slice(&chunk[..count]);
        let surplus = words.len().saturating_sub(SAID_BYTES_MAX);
        words.drain(..surplus);
    }
}

/// Kills a group when the delivery is over, however it ended.
struct Group(u32);

impl Drop for Group {
    fn drop(&mut self) {
        // The leader is not reaped while we wait for it, or was a moment ago: the number is still its own.
        if let Some(pid) = i32::try_from(self.0).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}
