//! Between fork and the child's own program: our binary again, as `__child`, which sets itself up and
//! becomes the program.
//!
//! ```text
//!   enter the leaf ─ oom score ─ limits ─ user ─ session ─ die with the parent ─ directory ─ exec
//! ```
//! It does with safe calls what must be done inside the new process, so nobody of the leaf ever runs
//! outside of it. The order is the order of privileges: what needs ours comes before the change of user,
//! and that before the death signal, which the kernel clears at such a change. The parent is compared
//! after the signal is armed, since it may have died before.
//!
//! *Crash points.* Killed anywhere it is an ended child. *Limits.* The death signal is an extra: it
//! follows the thread that forked, and no grandchild inherits it.

use std::{
    ffi::OsString,
    fs,
    io::{self, Write},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, ExitCode},
};

use rustix::process::{
    Gid, Resource, Rlimit, Signal, Uid, getppid, set_parent_process_death_signal, setrlimit, setsid,
};
use serde::{Deserialize, Serialize};

use crate::sockets;

/// The word by which our binary knows that it is one.
pub const WORD: &str = "__child";

/// The child could not be set up; its program never ran.
pub const SETUP_FAILED: u8 = 125;
/// There is such a program and the kernel does not run it.
pub const NOT_EXECUTABLE: u8 = 126;
/// There is no such program.
pub const NOT_FOUND: u8 = 127;

/// How the child is to be set up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// Files to write `0` to.
    pub enter: Vec<PathBuf>,
    /// Whose death is ours too. Dead already, and the child does not begin.
    pub parent: Option<i32>,
    /// Added to its badness when memory runs out, from -1000 (never) to 1000 (first).
    pub oom_score_adj: Option<i32>,
    /// Limits of the kernel.
    pub limits: Vec<Limit>,
    /// Whom to become.
    pub user: Option<User>,
    /// Where it starts.
    pub dir: Option<PathBuf>,
    /// What it is called in lists of processes, in place of its path.
    pub called: Option<String>,
    /// The names of the sockets that it has, from the third descriptor on.
    pub sockets: Vec<String>,
}

/// One limit of the kernel, soft and hard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Of what.
    pub of: Limited,
    /// At most.
    pub most: u64,
}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// Bytes of a core file.
    Core,
    /// Open files.
    OpenFiles,
    /// Bytes of address space.
    AddressSpace,
    /// Bytes of a file that is written.
    FileSize,
}

/// Whom a child becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// User id.
    pub uid: u32,
    /// Group id; it has no other groups.
    pub gid: u32,
}

/// What went wrong before the program ran.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the set-up is no JSON: {0}")]
    Setup(serde_json::Error),
    #[error("no program was named")]
    NoProgram,
    #[error("cannot {0}: {1}")]
    Step(&'static str, io::Error),
    #[error("the parent has ended")]
    Orphan,
    #[error("cannot run {0:?}: {1}")]
    Exec(OsString, io::Error),
}

/// Becomes the program. `args` are what follows [`WORD`]: the set-up as JSON, the program as an
/// absolute path, its arguments. Returns only when that failed, with the code to exit with.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let failure = become_it(args.into_iter());
    // Standard error is the child's, so this is the last line of its log.
    let _ = writeln!(io::stderr(), "homeostat: {failure}");
    ExitCode::from(match failure {
        Failure::Exec(_, error) if error.kind() == io::ErrorKind::NotFound => NOT_FOUND,
        Failure::Exec(..) => NOT_EXECUTABLE,
        Failure::Setup(_) | Failure::NoProgram | Failure::Step(..) | Failure::Orphan => {
            SETUP_FAILED
        }
    })
}

fn become_it(mut args: impl Iterator<Item = OsString>) -> Failure {
    let setup = args.next().unwrap_or_default();
    let setup: Setup = match serde_json::from_slice(setup.as_encoded_bytes()) {
        Ok(setup) => setup,
        Err(error) => return Failure::Setup(error),
    };
    let Some(program) = args.next() else {
        return Failure::NoProgram;
    };
    if let Err(failure) = set_up(&setup) {
        return failure;
    }
    let mut command = Command::new(&program);
    if let Some(name) = &setup.called {
        command.arg0(name);
    }
    command.args(args).envs(given(&setup.sockets));
    let error = command.exec();
    Failure::Exec(program, error)
}

fn set_up(setup: &Setup) -> Result<(), Failure> {
    let step = |what, done: io::Result<()>| done.map_err(|error| Failure::Step(what, error));
    for file in &setup.enter {
        step("enter the control group", fs::write(file, "0"))?;
    }
    if let Some(score) = setup.oom_score_adj {
        // To ask to be spared takes a privilege; without it the child is as killable as others.
        let _ = fs::write("/proc/self/oom_score_adj", score.to_string());
    }
    for limit in &setup.limits {
        step("set a limit", limit.set())?;
    }
    if let Some(user) = setup.user {
        step("change the user", user.assume())?;
    }
    step("begin a session", setsid().map(drop).map_err(Into::into))?;
    if let Some(parent) = setup.parent {
        let armed = set_parent_process_death_signal(Some(Signal::KILL)).map_err(Into::into);
        step("follow the parent", armed)?;
        if getppid().is_none_or(|now| now.as_raw_nonzero().get() != parent) {
            return Err(Failure::Orphan);
        }
    }
    match &setup.dir {
        Some(dir) => step("enter the directory", std::env::set_current_dir(dir)),
        None => Ok(()),
    }
}

/// What it is told of its sockets. The program will have the number that we have.
fn given(names: &[String]) -> Vec<(&'static str, String)> {
    if names.is_empty() {
        return Vec::new();
    }
    vec![
        (sockets::COUNT_VARIABLE, names.len().to_string()),
        (sockets::NAMES_VARIABLE, names.join(sockets::BETWEEN_NAMES)),
        (sockets::PID_VARIABLE, std::process::id().to_string()),
    ]
}

impl Limit {
    fn set(self) -> io::Result<()> {
        let resource = match self.of {
            Limited::Core => Resource::Core,
            Limited::OpenFiles => Resource::Nofile,
            Limited::AddressSpace => Resource::As,
            Limited::FileSize => Resource::Fsize,
        };
        let most = Some(self.most);
        let limit = Rlimit {
            current: most,
            maximum: most,
        };
        setrlimit(resource, limit).map_err(Into::into)
    }
}

impl User {
    /// One thread only runs here, so its identity is the process's.
    fn assume(self) -> io::Result<()> {
        let (uid, gid) = (Uid::from_raw(self.uid), Gid::from_raw(self.gid));
        rustix::thread::set_thread_groups(&[gid])?;
        rustix::thread::set_thread_res_gid(gid, gid, gid)?;
        rustix::thread::set_thread_res_uid(uid, uid, uid)?;
        Ok(())
    }
}
