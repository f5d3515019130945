//! Whose child the server is: ours, or that of somebody who outlives us and keeps it.
//!
//! A kept server goes on when we die. Our next life knows it by its parent: the process of
//! `postmaster.pid` that still uses the directory and is the keeper's child is the one to attach to,
//! everything else in there is a leftover.

use std::{
    fmt::Debug,
    fs, io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use rustix::process::Pid;
use tokio::process::{Child, Command};

use super::leftovers::users_of;
use crate::ProcessExit;

/// A server's whole command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerCommand {
    /// An absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its whole environment.
    pub env: Vec<(String, String)>,
    /// Where it starts.
    pub dir: PathBuf,
    /// User and group, where they are not ours.
    pub ids: Option<(u32, u32)>,
    /// Where its output goes.
    pub log: PathBuf,
}

/// Somebody who keeps the server beside us and stops it at its own end.
#[async_trait::async_trait]
pub trait Keeper: Debug + Send + Sync {
    /// Starts the server, or names the one that it keeps already.
    ///
    /// # Errors
    /// When it could not be started.
    async fn keep(&self, server: &ServerCommand) -> io::Result<u32>;

    /// Whose child it is.
    fn pid(&self) -> u32;
}

/// The server's process.
#[derive(Debug)]
pub(super) enum Running {
    Ours(Child),
    Kept { pid: u32, exit: ProcessExit },
}

impl Running {
    /// Starts it as a child of ours.
    pub(super) fn spawn(server: &ServerCommand) -> io::Result<Self> {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(&server.log)?;
        let mut command = std::process::Command::new(&server.program);
        command
            .args(&server.args)
            .env_clear()
            .envs(server.env.iter().cloned())
            .current_dir(&server.dir)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        if let Some((uid, gid)) = server.ids {
            command.uid(uid).gid(gid);
        }
        // Its own group: an interrupt typed at our terminal is ours to pass on, in order.
        command.process_group(0);
        Command::from(command).spawn().map(Self::Ours)
    }

    /// Has it kept.
    pub(super) async fn kept(keeper: &dyn Keeper, server: &ServerCommand) -> io::Result<Self> {
        let pid = keeper.keep(server).await?;
        let exit = ProcessExit::of(pid)?;
        Ok(Self::Kept { pid, exit })
    }

    pub(super) fn pid(&self) -> Option<u32> {
        match self {
            Self::Ours(child) => child.id(),
            Self::Kept { pid, .. } => Some(*pid),
        }
    }

    pub(super) fn has_ended(&mut self) -> bool {
        match self {
            Self::Ours(child) => matches!(child.try_wait(), Ok(Some(_))),
            Self::Kept { exit, .. } => exit.is_over(),
        }
    }

    /// Returns when it has ended, with how.
    pub(super) async fn ended(&mut self) -> String {
        match self {
            Self::Ours(child) => match child.wait().await {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            },
            Self::Kept { exit, .. } => match exit.wait().await {
                Ok(()) => "ended".to_owned(),
                Err(error) => error.to_string(),
            },
        }
    }
}

/// Whether the server of this directory runs as a child of the keeper.
pub(super) fn is_kept(data: &Path, keeper: &dyn Keeper) -> bool {
    let Ok(data) = data.canonicalize() else {
        return false;
    };
    let note = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let pid = note
        .lines()
        .next()
        .and_then(|line| line.trim().parse().ok());
    let Some(pid) = pid.and_then(Pid::from_raw) else {
        return false;
    };
    users_of(&data).contains(&pid) && parent_of(pid) == Some(keeper.pid())
}

fn parent_of(pid: Pid) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    line.trim().parse().ok()
}
