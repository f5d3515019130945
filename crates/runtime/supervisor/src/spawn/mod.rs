//! Starting children: one thread that never ends, and what is held of each child.
//!
//! ```text
//!   caller ──request──▶ spawner thread ──fork──▶ trampoline ──exec──▶ program
//!      ◀──────────────── Child: handle, stdin, captured output, leaf
//! ```
//! The thread never ends because the death signal of a child follows the thread that forked it, not the
//! process. It is also the only one that reaps strangers (orphans that this process took in), so it
//! never takes a fresh child for one.
//!
//! *Who is authoritative.* The kernel, through the handle of each child: its number is free for others
//! only once we have waited for it. *Environment.* Exactly what the request lists, and the leaf's mark
//! where leaves are found by it. *Standard input.* A pipe whose other end we hold: our death closes it.
//! *Crash points.* Dying between fork and answer leaves a child that its leaf knows.

mod capture;
mod child;
mod log;

use std::{
    collections::HashSet,
    ffi::OsString,
    io,
    os::fd::OwnedFd,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Arc, mpsc},
};

use command_fds::{CommandFdExt, FdMapping};
use rustix::process::{Pid, WaitOptions, waitpid};
use tokio::sync::oneshot;

pub use capture::{Bounds, Capture, Captured, LINE_BYTES_MAX};
pub use child::{Child, Exit, Pipe};
pub use log::Log;

use crate::{
    mechanism::Leaf,
    oom,
    process::{Process, Stat},
    sockets::{self, Held},
    trampoline::{self, Setup},
};

/// What to start.
#[derive(Debug)]
pub struct Request {
    /// An absolute path, resolved before.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Its whole environment.
    pub env: Vec<(String, String)>,
    /// User, limits, directory. Leaf, parent and sockets are filled in, and [`oom::WEB`] where it has no score.
    pub setup: Setup,
    /// Where it belongs.
    pub leaf: Leaf,
    /// What it listens on, in this order; usually nothing.
    pub sockets: Vec<Arc<Held>>,
    /// How much of its output is kept, and where.
    pub stdout: Bounds,
    /// The same for standard error.
    pub stderr: Bounds,
}

/// A child could not be started; nothing of it runs.
#[derive(Debug, thiserror::Error)]
#[error("the system starts no process now")]
pub struct NotSpawned(#[from] pub io::Error);

/// The way to the spawner thread. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Spawner {
    orders: mpsc::Sender<Order>,
}

enum Order {
    Spawn(Box<Request>, oneshot::Sender<io::Result<Raw>>),
    Forget(Process),
    ReapStrangers(oneshot::Sender<usize>),
}

/// What comes back from the thread, before output is read.
struct Raw {
    process: Process,
    handle: OwnedFd,
    stdin: OwnedFd,
    stdout: OwnedFd,
    stderr: OwnedFd,
    leaf: Leaf,
    bounds: (Bounds, Bounds),
}

impl Spawner {
    /// Starts the thread. `us` is how our own binary is run as a trampoline: usually
    /// `/proc/self/exe` and nothing else.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub fn start(us: (PathBuf, Vec<OsString>)) -> io::Result<Self> {
        let (orders, inbox) = mpsc::channel();
        std::thread::Builder::new()
            .name("spawner".into())
            .spawn(move || serve(&inbox, &us))?;
        Ok(Self { orders })
    }

    /// Starts a child.
    ///
    /// # Errors
    /// When the system has no process or no handle to give.
    pub async fn spawn(&self, request: Request) -> Result<Child, NotSpawned> {
        let (answer, answered) = oneshot::channel();
        let order = Order::Spawn(Box::new(request), answer);
        self.orders.send(order).map_err(|_| gone())?;
        let raw = answered.await.map_err(|_| gone())??;
        Ok(Child::new(raw, self.clone())?)
    }

    /// Waits for the orphans among our children that have ended, so that their numbers are free again.
    /// Says how many there were.
    pub async fn reap_strangers(&self) -> usize {
        let (answer, answered) = oneshot::channel();
        match self.orders.send(Order::ReapStrangers(answer)) {
            Ok(()) => answered.await.unwrap_or(0),
            Err(_) => 0,
        }
    }

    fn forget(&self, process: Process) {
        // Without the thread there is nobody left to mistake it for a child.
        let _ = self.orders.send(Order::Forget(process));
    }
}

fn gone() -> io::Error {
    io::Error::other("the spawner thread has ended")
}

fn serve(inbox: &mpsc::Receiver<Order>, us: &(PathBuf, Vec<OsString>)) {
    let mut ours = HashSet::new();
    while let Ok(order) = inbox.recv() {
        match order {
            Order::Spawn(request, answer) => {
                let raw = spawn(*request, us);
                if let Ok(raw) = &raw {
                    ours.insert(raw.process);
                }
                // A caller who left has dropped the child's stdin with the answer.
                let _ = answer.send(raw);
            }
            Order::Forget(process) => {
                ours.remove(&process);
            }
            Order::ReapStrangers(answer) => {
                let _ = answer.send(reap_strangers(&ours));
            }
        }
    }
    // Children may live on, and their death signal is tied to this thread.
    loop {
        std::thread::park();
    }
}

fn spawn(request: Request, us: &(PathBuf, Vec<OsString>)) -> io::Result<Raw> {
    let join = request.leaf.join();
    let setup = Setup {
        enter: join.enter,
        parent: i32::try_from(std::process::id()).ok(),
        sockets: names(&request.sockets),
        // Else it would be as protected as we are.
        oom_score_adj: request.setup.oom_score_adj.or(Some(oom::WEB)),
        ..request.setup
    };
    let mut command = Command::new(&us.0);
    command
        .args(&us.1)
        .arg(trampoline::WORD)
        .arg(serde_json::to_string(&setup)?)
        .arg(&request.program)
        .args(&request.args)
        .env_clear()
        .envs(request.env)
        .envs(join.mark)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    give(&request.sockets, &mut command)?;
    let mut child = command.spawn()?;
    let pid = i32::try_from(child.id()).map_err(io::Error::other)?;
    // Nobody waits for it but us, so the number is its own until we do.
    let process = Process::of(pid).ok_or_else(|| io::Error::other("/proc does not show it"))?;
    let handle = process
        .handle()?
        .ok_or_else(|| io::Error::other("/proc does not show it"))?;
    let mut leaf = request.leaf;
    leaf.led_by(process);
    let piped = || io::Error::other("a pipe is missing");
    Ok(Raw {
        process,
        handle,
        stdin: child.stdin.take().ok_or_else(piped)?.into(),
        stdout: child.stdout.take().ok_or_else(piped)?.into(),
        stderr: child.stderr.take().ok_or_else(piped)?.into(),
        leaf,
        bounds: (request.stdout, request.stderr),
    })
}

pub(crate) fn names(sockets: &[Arc<Held>]) -> Vec<String> {
    let names = sockets.iter().map(|held| held.name().to_owned());
    names.collect()
}

/// Whatever else this process has open closes at the exec, so a child has these and no others. Their
/// copies are made before the command's own pipes and so take what is free of the child's numbers: none
/// of those pipes is written over.
pub(crate) fn give(sockets: &[Arc<Held>], command: &mut Command) -> io::Result<()> {
    // Without any the child is started the fast way, which runs nothing between fork and exec.
    if sockets.is_empty() {
        return Ok(());
    }
    let mapping = |(held, child_fd): (&Arc<Held>, i32)| {
        let parent_fd = held.copy()?;
        Ok(FdMapping {
            parent_fd,
            child_fd,
        })
    };
    let mappings: io::Result<Vec<_>> = sockets
        .iter()
        .zip(sockets::FIRST_FD..)
        .map(mapping)
        .collect();
    command.fd_mappings(mappings?).map_err(io::Error::other)?;
    Ok(())
}

/// Zombies whose parent we are and whom we did not start.
fn reap_strangers(ours: &HashSet<Process>) -> usize {
    let me = i32::try_from(std::process::id()).unwrap_or(0);
    let all = Stat::all().unwrap_or_default();
    let strangers = all
        .iter()
        .filter(|stat| stat.parent == me && !stat.is_alive() && !ours.contains(&stat.process));
    strangers
        .filter_map(|stat| Pid::from_raw(stat.process.pid))
        .filter(|pid| matches!(waitpid(Some(*pid), WaitOptions::NOHANG), Ok(Some(_))))
        .count()
}
