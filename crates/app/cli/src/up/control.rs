//! The supervisor's answers: one question a connection, one JSON line each way.
//!
//! It needs no database, so a person is answered when everything else is down. The socket is the owner's
//! alone, and whoever connects is of our user or root. *Crash points.* A question whose answer was lost
//! may be asked again: each order says what should be, but for a restart, which then happens twice.

use std::{path::Path, process::id as own_pid, time::Duration};

use homeostat_supervisor::{
    kinds::Kinds,
    local,
    mechanism::{LeafName, Tree, probe},
    process::Stat,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    control::{Answer, Ask, Member, Report, Row, memory_mb},
    failure::Failure,
};

/// A question is short.
const BYTES_MAX: u64 = 64 << 10;
/// Whoever connects asks at once.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers until stopped.
pub(super) fn serve(
    socket: &Path,
    kinds: Kinds,
    tree: Tree,
    stop: CancellationToken,
) -> Result<JoinHandle<()>, Failure> {
    let broken =
        |e: std::io::Error| Failure::Environment(format!("cannot use {}: {e}", socket.display()));
    let listener = local::listen(socket).map_err(broken)?;
    let listener = UnixListener::from_std(listener).map_err(broken)?;
    Ok(tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) if is_ours(&stream) => {
                    let (kinds, tree) = (kinds.clone(), tree.clone());
                    tokio::spawn(async move {
                        // Whoever hangs or leaves gets no answer.
                        let _ = timeout(PATIENCE, answer(stream, &kinds, &tree)).await;
                    });
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

async fn answer(stream: UnixStream, kinds: &Kinds, tree: &Tree) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    BufReader::new(read.take(BYTES_MAX))
        .read_line(&mut line)
        .await?;
    let said = match serde_json::from_str(&line) {
        Ok(Ask::Processes) => Answer::Processes(report(kinds, tree)),
        Ok(Ask::Kind { name }) => match kinds.view(&name) {
            Ok(view) => Answer::Kind(view),
            Err(unknown) => Answer::Refused(unknown.to_string()),
        },
        Ok(Ask::Wish { name, wish }) => match kinds.wish(&name, wish) {
            Ok(()) => Answer::Done,
            Err(unknown) => Answer::Refused(unknown.to_string()),
        },
        Err(error) => Answer::Refused(format!("the question is not understood: {error}")),
    };
    let mut text = serde_json::to_vec(&said)?;
    text.push(b'\n');
    write.write_all(&text).await
}

fn report(kinds: &Kinds, tree: &Tree) -> Report {
    let leaves = tree.leaves().unwrap_or_default();
    let members = |name: &str| {
        let leaf = leaves.iter().find(|leaf| leaf.name().as_str() == name);
        leaf.and_then(|leaf| leaf.members().ok())
            .unwrap_or_default()
    };
    let rows = kinds.views().into_iter().map(|view| {
        let members = members(&view.name);
        Row {
            processes: members.len(),
            memory_mb: memory_mb(&members),
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
        not_available: probe()
            .refused
            .into_iter()
            .map(|(m, why)| (m, why))
            .collect(),
        guard: all
            .iter()
            .find(|stat| stat.process.pid == guard)
            .map(member),
        supervisor: all.iter().find(|stat| stat.process.pid == us).map(member),
        held: of_guard
            .filter(|stat| stat.process.pid != us)
            .map(member)
            .collect(),
        jobs: leaves
            .iter()
            .map(|leaf| leaf.name())
            .filter(|name| name.deadline_ms().is_some())
            .map(LeafName::to_string)
            .collect(),
        kinds: rows.collect(),
    }
}
