//! The command itself: started in its leaf, told what we are told, and ended whole.

use std::{
    os::unix::process::ExitStatusExt,
    process::{ExitCode, ExitStatus},
    time::Duration,
};

use homeostat_supervisor::{
    Error,
    deadline::{self, GRACE, KILL_LIMIT},
    guard::TREE_VARIABLE,
    mechanism::{Leaf, LeafName, Limiter, Tree, probe},
    oom,
    process::Process,
    trampoline::{self, Setup},
};
use rustix::process::Signal;
use tokio::{
    process::{Child, Command},
    signal::unix::{Signal as Signals, SignalKind, signal},
};

use super::Order;
use crate::{
    failure::{Failure, chain},
    ui,
};

/// Between two looks at its memory.
const LOOK: Duration = Duration::from_secs(1);
/// What a shell says of a process that was killed.
const KILLED: u8 = 137;
const BY_SIGNAL: i32 = 128;

/// What came of it.
struct Ended {
    status: ExitStatus,
    was_over: bool,
}

/// A command that runs.
struct Running {
    child: Child,
    process: Process,
    leaf: Leaf,
    limiter: Limiter,
    memory_mb: u64,
    told: Told,
}

/// What we are asked to stop by, kept from before the command begins.
struct Told {
    term: Signals,
    int: Signals,
}

/// Runs it to its end in a tree of its own, of which nothing is left when this returns.
pub(super) async fn run(order: Order) -> Result<ExitCode, Failure> {
    let told = Told::listen()?;
    let tree = Tree::create(&order.tree, probe().best()).map_err(broken)?;
    let memory_mb = order.memory_mb;
    let ended = within(&tree, order, told).await;
    tree.remove();
    let ended = ended?;
    if ended.was_over {
        ui::note(&format!("homeostat: killed: over its {memory_mb} MB"));
        return Ok(ExitCode::from(KILLED));
    }
    let code = ended.status.code();
    let code = code.unwrap_or_else(|| BY_SIGNAL + ended.status.signal().unwrap_or(0));
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

async fn within(tree: &Tree, order: Order, told: Told) -> Result<Ended, Failure> {
    let name = LeafName::new("command").map_err(broken)?;
    let leaf = tree.make_leaf(&name).map_err(broken)?;
    let limiter = leaf.limit_memory(order.memory_mb).map_err(broken)?;
    let mut running = match Running::start(order, leaf.clone(), limiter, told) {
        Ok(running) => running,
        Err(error) => {
            leaf.kill_all(KILL_LIMIT).map_err(broken)?;
            leaf.remove();
            return Err(Failure::environment(&error));
        }
    };
    let ended = running.watch().await;
    let was_over = running.leaf.oom_killed_since(0);
    // Also when we could not watch it: nobody is left.
    deadline::end(&running.leaf, GRACE).map_err(broken)?;
    let mut ended = ended?;
    ended.was_over |= was_over;
    Ok(ended)
}

fn broken(error: Error) -> Failure {
    Failure::Environment(chain(&error))
}

impl Running {
    /// Called from the thread that starts the program, which ends only with it: the death signal of the
    /// command follows the thread.
    fn start(order: Order, mut leaf: Leaf, limiter: Limiter, told: Told) -> std::io::Result<Self> {
        let join = leaf.join();
        let setup = Setup {
            enter: join.enter,
            parent: i32::try_from(std::process::id()).ok(),
            oom_score_adj: Some(oom::WORKER),
            ..Setup::default()
        };
        let child = Command::new("/proc/self/exe")
            .arg(trampoline::WORD)
            .arg(serde_json::to_string(&setup)?)
            .arg(&order.program)
            .args(&order.args)
            // Nobody is its guard, and our standard input no leash.
            .env_remove(TREE_VARIABLE)
            .envs(join.mark)
            .spawn()?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
        let process = pid.and_then(Process::of);
        let process = process.ok_or_else(|| std::io::Error::other("/proc does not show it"))?;
        leaf.led_by(process);
        Ok(Self {
            child,
            process,
            leaf,
            limiter,
            memory_mb: order.memory_mb,
            told,
        })
    }

    /// Returns when the command has ended. What it started may still be there.
    async fn watch(&mut self) -> Result<Ended, Failure> {
        let mut was_over = false;
        loop {
            tokio::select! {
                biased;
                status = self.child.wait() => {
                    let status = status.map_err(|e| Failure::environment(&e))?;
                    return Ok(Ended { status, was_over });
                }
                signal = self.told.next() => self.pass_on(signal).map_err(broken)?,
                () = homeostat_clock::pause(LOOK) => if self.is_over().map_err(broken)? {
                    was_over = true;
                    // The kernel may have ended one of them only.
                    self.leaf.kill_all(KILL_LIMIT).map_err(broken)?;
                },
            }
        }
    }

    /// To all of it, as a terminal does.
    fn pass_on(&self, signal: Signal) -> Result<(), Error> {
        let reached = self.leaf.signal_all(signal)?;
        if !reached.iter().any(|stat| stat.process == self.process) {
            // It is not in its leaf yet, or it has ended.
            let _ = self.process.signal(signal);
        }
        Ok(())
    }

    fn is_over(&self) -> Result<bool, Error> {
        match self.limiter {
            Limiter::CgroupV2 | Limiter::CgroupV1 => Ok(self.leaf.oom_killed_since(0)),
            Limiter::None => Ok(self.leaf.used_mb()? > self.memory_mb),
        }
    }
}

impl Told {
    fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|e| Failure::environment(&e));
        Ok(Self {
            term: listen(SignalKind::terminate())?,
            int: listen(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.term.recv() => Signal::TERM,
            _ = self.int.recv() => Signal::INT,
        }
    }
}
