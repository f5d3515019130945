//! The supervisor's answers: one question a connection, one JSON line each way.
//!
//! It needs no database, so a person is answered when everything else is down. The socket is the owner's
//! alone, and whoever connects is of our user or root. *Crash points.* A question whose answer was lost
//! may be asked again: each order says what should be, but for a restart, which then happens twice.

use std::{path::Path, process::id as own_pid, sync::Arc, time::Duration};

use homeostat_supervisor::{
    jobs::{Jobs, Wire, is_job_line, listen},
    kinds::Kinds,
    mechanism::{Tree, probe},
    process::Stat,
};
use tokio::{
    net::UnixStream,
    task::{JoinHandle, spawn_blocking},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::memory::Memory;
use crate::{
    control::{Answer, Ask, Member, Report, Row, memory_mb},
    failure::Failure,
};

/// Whoever connects says at once what for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is asked about.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) kinds: Kinds,
    pub(super) jobs: Arc<Jobs>,
    pub(super) memory: Memory,
    pub(super) tree: Tree,
}

/// Answers until stopped.
pub(super) fn serve(
    socket: &Path,
    desk: Desk,
    stop: CancellationToken,
) -> Result<JoinHandle<()>, Failure> {
    let listener = listen(socket)
        .map_err(|e| Failure::Environment(format!("cannot use {}: {e}", socket.display())))?;
    Ok(tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) if is_ours(&stream) => {
                    let desk = desk.clone();
                    // Whoever leaves gets no answer.
                    tokio::spawn(async move { desk.attend(Wire::over(stream)).await.ok() });
                }
                Ok(_) => {}
                // No descriptors are left: the next try may find some.
                Err(_) => homeostat_clock::pause(Duration::from_millis(100)).await,
            }
        }
    }))
}

fn is_ours(stream: &UnixStream) -> bool {
    let own = rustix::process::getuid().as_raw();
    stream
        .peer_cred()
        .is_ok_and(|peer| peer.uid() == own || peer.uid() == 0)
}

impl Desk {
    /// The first line says whether a worker wants room for a job, or somebody asks.
    async fn attend(&self, mut wire: Wire) -> std::io::Result<()> {
        let Ok(line) = timeout(PATIENCE, wire.line()).await else {
            return Ok(());
        };
        let Some(line) = line? else {
            return Ok(());
        };
        if is_job_line(&line) {
            wire.put_back(&line);
            self.jobs.serve(wire).await;
            return Ok(());
        }
        let desk = self.clone();
        // What processes have in memory takes the kernel a while to add up.
        let answer = spawn_blocking(move || desk.answer(&line)).await;
        wire.say(&answer.map_err(std::io::Error::other)?).await
    }

    fn answer(&self, line: &str) -> Answer {
        match serde_json::from_str(line) {
            Ok(Ask::Processes) => Answer::Processes(Box::new(report(self))),
            Ok(Ask::Kind { name }) => match self.kinds.view(&name) {
                Ok(view) => Answer::Kind(view),
                Err(unknown) => Answer::Refused(unknown.to_string()),
            },
            Ok(Ask::Wish { name, wish }) => match self.kinds.wish(&name, wish) {
                Ok(()) => Answer::Done,
                Err(unknown) => Answer::Refused(unknown.to_string()),
            },
            Err(error) => Answer::Refused(format!("the question is not understood: {error}")),
        }
    }
}

fn report(desk: &Desk) -> Report {
    let Desk {
        kinds,
        jobs,
        memory,
        tree,
    } = desk;
    let leaves = tree.leaves().unwrap_or_default();
    let rows = kinds.views().into_iter().map(|view| {
        let mut leaves = leaves.iter();
        let leaf = leaves.find(|leaf| leaf.name().as_str() == view.name);
        let members = leaf.and_then(|leaf| leaf.members().ok());
        Row {
            processes: members.map_or(0, |members| members.len()),
            memory_mb: leaf.and_then(|leaf| leaf.used_mb().ok()).unwrap_or(0),
            view,
        }
    });
    let guard = rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get());
    let all = Stat::all().unwrap_or_default();
    let member = |stat: &Stat| Member {
        name: stat.comm.clone(),
        pid: stat.process.pid,
        memory_mb: memory_mb(std::slice::from_ref(stat)),
    };
    let us = i32::try_from(own_pid()).unwrap_or(0);
    let of_guard = all
        .iter()
        .filter(|stat| stat.parent == guard && stat.is_alive());
    Report {
        mechanism: tree.mechanism(),
        not_available: probe().refused,
        guard: all
            .iter()
            .find(|stat| stat.process.pid == guard)
            .map(member),
        supervisor: all.iter().find(|stat| stat.process.pid == us).map(member),
        held: of_guard
            .filter(|stat| stat.process.pid != us)
            .map(member)
            .collect(),
        jobs: jobs.list(),
        waiting: jobs.waiting(),
        not_enabled: jobs.closed(),
        memory: memory.report(tree),
        kinds: rows.collect(),
    }
}
