//! Wakes an observer when a process of this host ends, long before its next look.
//!
//! Only a hint: the number of a process may be another's by now, and some systems have no such handle.
//! What is true of a process is found by looking at its locks.

use std::{collections::HashSet, io};

use homeostat_model::ProcessId;
use homeostat_store::ProcessExit;
use tokio::task::JoinSet;

/// The processes that are waited for.
#[derive(Debug, Default)]
pub(crate) struct Exits {
    watched: HashSet<ProcessId>,
    waiting: JoinSet<ProcessId>,
}

impl Exits {
    /// Waits for this one too, once in its life.
    pub(crate) fn watch(&mut self, process: ProcessId, pid: i32) {
        if self.watched.insert(process) {
            self.waiting.spawn(async move {
                exit_of(pid).await;
                process
            });
        }
    }

    /// Keeps in mind only these.
    pub(crate) fn retain(&mut self, is_live: impl Fn(ProcessId) -> bool) {
        self.watched.retain(|&process| is_live(process));
    }

    /// The next one that ends.
    pub(crate) async fn next(&mut self) -> ProcessId {
        loop {
            match self.waiting.join_next().await {
                Some(Ok(process)) => return process,
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }
}

/// Returns when the process has ended, or at once when there is none; never when this system cannot
/// tell.
async fn exit_of(pid: i32) {
    let told = match u32::try_from(pid).map(ProcessExit::of) {
        Ok(Ok(exit)) => exit.wait().await,
        Ok(Err(error)) => Err(error),
        // No process has such a number.
        Err(_) => return,
    };
    match told {
        Err(error) if error.kind() != io::ErrorKind::NotFound => std::future::pending().await,
        Ok(()) | Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[tokio::test]
    async fn an_end_is_heard_of_once_and_at_once() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let mut exits = Exits::default();
        exits.watch(ProcessId(1), pid);
        exits.watch(ProcessId(1), pid);
        assert!(exits.waiting.try_join_next().is_none(), "it lives");
        child.kill().unwrap();
        assert_eq!(exits.next().await, ProcessId(1));
        assert!(exits.waiting.is_empty());
        child.wait().unwrap();
        exits.watch(ProcessId(2), pid);
        assert_eq!(exits.next().await, ProcessId(2), "it had ended before");
    }
}
