//! `homeostat exec`: a command beside the system, within what the host has to give.
//!
//! ```text
//!   resolve ─▶ grant ─▶ tree, leaf, limit ─▶ run ─▶ end all of it ─▶ give the grant back
//!      │         └─ refused, with the figures: 75, or 2 when it would never fit
//!      └─ no such command: 2
//! ```
//! The command is the leader of a leaf, and the leaf ends with it: nothing of a one-off command stays.
//! It has our standard streams and our environment; its exit code is ours.
//!
//! *Who is authoritative.* The file of grants for what is promised, the kernel for who was killed for its
//! memory. No database is asked, so it works while that is down. *What local time is for.* Between two
//! looks at its memory. *Crash points.* Killed, it takes the command with it by the death signal; what that
//! had started may stay, without a grant, and is named as a stray. The next one that is run removes
//! the groups. *Limits.* The command leads a session of its own, so a shell in it has no job control.

mod command;

use std::{ffi::OsString, path::Path, path::PathBuf, process::ExitCode};

use homeostat_supervisor::{
    budget::{Grant, Grants, NotGranted},
    mechanism,
    process::{Process, namespace},
    resolve::resolve,
};

use crate::{
    failure::{Failure, chain},
    grants::{TREE, grants, refused},
};

/// What to run, and within how much.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Megabytes that it may take: granted by this host or refused, and held to
    #[arg(long, default_value_t = 256, value_name = "MB", value_parser = clap::value_parser!(u64).range(1..))]
    memory: u64,
    /// The command, by an absolute path or found on PATH, and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<OsString>,
}

/// What was found to run.
struct Order {
    program: PathBuf,
    args: Vec<OsString>,
    memory_mb: u64,
    tree: String,
}

/// Runs it to its end. With `json` a refusal is one object on stdout; else stdout is the command's.
pub(crate) async fn run(args: Args, root: &Path, json: bool) -> Result<ExitCode, Failure> {
    let memory_mb = args.memory;
    let mut words = args.command.into_iter();
    let program = found(&words.next().unwrap_or_default())?;
    let own = own_tree().map_err(|e| Failure::environment(&e))?;
    mechanism::remove_dead(|tree| is_dead(tree, &own));
    let grants = grants(root)?;
    let grant = match granted(&grants, &program, memory_mb, &own.name()) {
        Ok(grant) => grant,
        Err(NotGranted::Refused(refusal)) => {
            let smaller = "--memory: more than this host ever has to give; ask for less";
            return Ok(refused(&grants, &refusal, smaller, json));
        }
        Err(NotGranted::File(error)) => return Err(Failure::Environment(chain(&error))),
    };
    let order = Order {
        program,
        args: words.collect(),
        memory_mb,
        tree: own.name(),
    };
    let ended = command::run(order).await;
    drop(grant);
    ended
}

fn found(program: &std::ffi::OsStr) -> Result<PathBuf, Failure> {
    let path = std::env::var("PATH").ok();
    let program = program
        .to_str()
        .ok_or_else(|| Failure::Usage(format!("command: {program:?} is no text")))?;
    resolve(program, path.as_deref()).map_err(|e| Failure::Usage(e.to_string()))
}

fn granted(grants: &Grants, program: &Path, mb: u64, tree: &str) -> Result<Grant, NotGranted> {
    // Its arguments may hold what is not for everybody who reads the file.
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    grants.ask_for_tree(&format!("exec {name}"), mb, tree)
}

/// Whose a tree is, written in its name, so that the next one can tell whether that process is dead.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owner {
    namespace: String,
    process: Process,
}

fn own_tree() -> std::io::Result<Owner> {
    let digits = |text: String| text.chars().filter(char::is_ascii_digit).collect();
    Ok(Owner {
        namespace: digits(namespace()?),
        process: Process::own()?,
    })
}

fn is_dead(tree: &str, own: &Owner) -> bool {
    Owner::of(tree).is_some_and(|owner| {
        // A number of another namespace says nothing here.
        owner.namespace == own.namespace && !owner.process.is_alive()
    })
}

impl Owner {
    fn name(&self) -> String {
        let Process { pid, start_ticks } = self.process;
        format!("{TREE}{}-{pid}-{start_ticks}", self.namespace)
    }

    fn of(tree: &str) -> Option<Self> {
        let mut parts = tree.strip_prefix(TREE)?.split('-');
        let owner = Self {
            namespace: parts.next()?.to_owned(),
            process: Process {
                pid: parts.next()?.parse().ok()?,
                start_ticks: parts.next()?.parse().ok()?,
            },
        };
        parts.next().is_none().then_some(owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_tree_says_whether_its_maker_is_dead() {
        let own = own_tree().unwrap();
        assert_eq!(Owner::of(&own.name()), Some(own.clone()));
        assert!(!is_dead(&own.name(), &own), "we live");
        let mut dead = own.clone();
        dead.process.start_ticks += 1;
        assert!(is_dead(&dead.name(), &own));
        dead.namespace = "1".into();
        assert!(!is_dead(&dead.name(), &own), "who knows");
        for other in ["up-1f0a3a8a", "exec-1", "exec-1-2-3-4", "exec-a-b-c"] {
            assert!(!is_dead(other, &own), "{other}");
        }
    }
}
