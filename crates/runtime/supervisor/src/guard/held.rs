//! What the guard keeps beside the work: a database server must outlive the supervisor that uses it.
//!
//! Held processes are started for the supervisor, once per name while they live, and are stopped at the
//! guard's end. When one ends by itself the supervisor asks for it again; the guard decides nothing.

use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal};
use serde::{Deserialize, Serialize};

use crate::{
    mechanism::{LeafName, Tree},
    oom,
    process::{Process, wait_for_ends},
    trampoline::{self, Setup},
};

/// What to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// One is held per name.
    pub name: String,
    /// An absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its whole environment.
    pub env: Vec<(String, String)>,
    /// User, limits, directory.
    pub setup: Setup,
    /// By which signal it stops in good order.
    pub stop_signal: i32,
    /// Where its output goes.
    pub log: PathBuf,
}

/// What is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Who it is.
    pub process: Process,
    /// Whether it was held before it was asked for.
    pub before: bool,
}

/// All that is held.
#[derive(Debug, Default)]
pub(super) struct Held(BTreeMap<String, (Process, Signal)>);

impl Held {
    /// Who must not be killed with the work.
    pub(super) fn processes(&self) -> Vec<Process> {
        self.0.values().map(|(process, _)| *process).collect()
    }

    /// Holds it, if it is not held already.
    pub(super) fn hold(
        &mut self,
        hold: &Hold,
        tree: &Tree,
        us: &std::path::Path,
    ) -> Result<Holding, String> {
        // One that has ended may not be reaped yet.
        let held = self.0.get(&hold.name);
        if let Some((process, _)) = held.filter(|(process, _)| process.is_alive()) {
            return Ok(Holding {
                process: *process,
                before: true,
            });
        }
        let stop = Signal::from_named_raw(hold.stop_signal)
            .ok_or_else(|| format!("stop_signal: {} is none", hold.stop_signal))?;
        let process = start(hold, tree, us).map_err(|e| e.to_string())?;
        self.0.insert(hold.name.clone(), (process, stop));
        Ok(Holding {
            process,
            before: false,
        })
    }

    /// A child was reaped; if it was held, it is no more.
    pub(super) fn ended(&mut self, pid: Pid) {
        self.0
            .retain(|_, (process, _)| process.pid != pid.as_raw_nonzero().get());
    }

    /// Stops all in good order, those that do not with force.
    pub(super) fn stop(&mut self, limit: Duration) {
        for (name, (process, stop)) in std::mem::take(&mut self.0) {
            let _ = process.signal(stop);
            if !matches!(wait_for_ends(&[process], limit), Ok(true)) {
                tracing::warn!(name, "did not stop when asked; killed");
                let _ = process.signal(Signal::KILL);
                let _ = wait_for_ends(&[process], limit);
            }
        }
    }
}

fn start(hold: &Hold, tree: &Tree, us: &std::path::Path) -> io::Result<Process> {
    let name = LeafName::new(&hold.name).map_err(io::Error::other)?;
    let join = tree.beside(&name).map_err(io::Error::other)?;
    let setup = Setup {
        enter: join.enter,
        // It outlives the supervisor, and at the guard's death its next life deals with it.
        parent: None,
        oom_score_adj: hold.setup.oom_score_adj.or(Some(oom::HELD)),
        ..hold.setup.clone()
    };
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(&hold.log)?;
    let child = Command::new(us)
        .arg(trampoline::WORD)
        .arg(serde_json::to_string(&setup)?)
        .arg(&hold.program)
        .args(&hold.args)
        .env_clear()
        .envs(hold.env.iter().cloned())
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    let pid = i32::try_from(child.id()).map_err(io::Error::other)?;
    Process::of(pid).ok_or_else(|| io::Error::other("/proc does not show it"))
}
