//! The owner's programs on this machine: can each of them run?
//!
//! Every one is looked at, whatever is wrong with another. Preflight commands run in a tree of their own,
//! of which nothing is left when the answer is given.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use homeostat_operator::config::Settings;
use homeostat_supervisor::{
    budget::Ledger,
    mechanism::{Mechanism, Tree, probe},
    preflight::{self, Kind, Refused},
    spawn::Spawner,
};
use serde::Serialize;

use crate::{
    failure::{Failure, chain},
    grants, ui, up,
};

/// How long the kernel may take to end what a preflight left.
const KILL_LIMIT: Duration = Duration::from_secs(10);

/// The most that can be reserved for one program beside our own roles.
///
/// # Errors
/// When the machine does not say how much memory it has.
pub(crate) fn ceiling_mb(settings: &Settings) -> Result<u64, Failure> {
    let ceiling_mb = Ledger::new(grants::budget()?.mb()).ceiling_mb();
    let ours: u64 = up::names(settings)
        .iter()
        .map(|name| up::role_mb(name))
        .sum();
    Ok(ceiling_mb.saturating_sub(ours))
}

/// What was found of one program.
#[derive(Debug, Serialize)]
pub(crate) struct Program {
    /// Its section, `jobs.NAME` or `daemons.NAME`.
    name: String,
    /// The absolute path of what is run.
    command: Option<PathBuf>,
    /// By field, why it is not enabled.
    refused: Option<String>,
}

/// Looks at all of them.
pub(crate) async fn check(settings: &Settings) -> Result<Vec<Program>, Failure> {
    let jobs = settings.jobs.iter();
    let jobs = jobs.map(|(name, job)| (format!("jobs.{name}"), job.to_kind(name), job.memory_mb));
    let daemons = settings.daemons.iter().map(|(name, daemon)| {
        let kind = daemon.to_kind(name);
        (format!("daemons.{name}"), kind, daemon.memory_mb)
    });
    let all: Vec<(String, Kind, u64)> = jobs.chain(daemons).collect();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let ceiling_mb = ceiling_mb(settings)?;
    let ground = Ground::open()?;
    let mut programs = Vec::new();
    for (name, kind, memory_mb) in all {
        let looked = preflight::check(&kind, &ground.tree, &ground.spawner).await;
        let (command, refused) = match looked {
            Ok(command) => (Some(command), over(memory_mb, ceiling_mb)),
            Err(refused) => (None, Some(named(&refused))),
        };
        programs.push(Program {
            refused: refused.map(|why| format!("{name}.{why}")),
            name,
            command,
        });
    }
    ground.close()?;
    Ok(programs)
}

/// What can never be admitted is refused here, and not left in the queue for ever.
pub(crate) fn over(memory_mb: u64, ceiling_mb: u64) -> Option<String> {
    (memory_mb > ceiling_mb).then(|| {
        format!(
            "memory_mb: {memory_mb} is over the {ceiling_mb} MB that can be reserved here beside our own roles"
        )
    })
}

/// With its field in front.
pub(crate) fn named(refused: &Refused) -> String {
    match refused {
        Refused::NotMade(_) => format!("preflight: {}", chain(refused)),
        Refused::Command(_)
        | Refused::Directory(_)
        | Refused::Preflight(_)
        | Refused::Failed { .. }
        | Refused::TooSlow { .. } => chain(refused),
    }
}

/// Prints them.
pub(crate) fn show(programs: &[Program]) {
    for program in programs {
        match (&program.refused, &program.command) {
            (Some(why), _) => ui::line(&format!("{}: refused. {why}", program.name)),
            (None, Some(path)) => ui::line(&format!("{}: runs {}", program.name, path.display())),
            (None, None) => {}
        }
    }
}

/// Bad input when one cannot run.
pub(crate) fn exit_code(programs: &[Program]) -> ExitCode {
    match programs.iter().any(|program| program.refused.is_some()) {
        true => ExitCode::from(2),
        false => ExitCode::SUCCESS,
    }
}

/// Where preflight commands run.
struct Ground {
    tree: Tree,
    spawner: Spawner,
}

impl Ground {
    fn open() -> Result<Self, Failure> {
        let mechanism = match probe().best() {
            Mechanism::CgroupV2 => Mechanism::CgroupV2,
            Mechanism::Pid1 | Mechanism::ProcessGroup => Mechanism::ProcessGroup,
        };
        let tree = Tree::create(&format!("check-{}", std::process::id()), mechanism)
            .map_err(|e| Failure::environment(&e))?;
        let spawner = Spawner::start((PathBuf::from("/proc/self/exe"), Vec::new()))
            .map_err(|e| Failure::environment(&e))?;
        Ok(Self { tree, spawner })
    }

    fn close(&self) -> Result<(), Failure> {
        let left = self.tree.kill_all(&[], KILL_LIMIT);
        left.map_err(|e| Failure::environment(&e))?;
        self.tree.remove();
        Ok(())
    }
}
