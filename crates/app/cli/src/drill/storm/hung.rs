//! What is known of a process that was to stop and does not: without it a rare hang is a name and nothing more.

use std::{fs, path::PathBuf};

use serde::Deserialize;

use crate::{drill::plant::Plant, ui};

/// Lines of its log that are told.
const LINES: usize = 30;

/// A session, in one line.
#[derive(Debug, Deserialize)]
struct Session {
    told: String,
}

/// Tells where its threads wait, what it said last, what its sessions with the database do, and which others are not
/// idle.
pub(super) async fn tell(plant: &Plant, name: &str, pid: u32) {
    for (thread, wait) in threads(pid) {
        ui::note(&format!("{name}: thread {thread} waits in {wait}"));
    }
    let said = plant.said(name);
    let lines: Vec<&str> = said.lines().collect();
    for line in &lines[lines.len().saturating_sub(LINES)..] {
        ui::note(&format!("{name}: {line}"));
    }
    let sql = "SELECT format('session %s of %s, %s (%s %s) for %s s: %s', pid, application_name, state, wait_event_type,
                             wait_event, extract(epoch FROM clock_timestamp() - state_change)::bigint,
                             left(regexp_replace(query, '\\s+', ' ', 'g'), 200)) AS told
               FROM pg_stat_activity WHERE (state <> 'idle' OR application_name LIKE '%' || $1) AND pid <> pg_backend_pid()";
    let Ok(mut witness) = plant.witness() else {
        return;
    };
    match witness.rows::<Session>(sql, &[name]).await {
        Ok(sessions) => sessions.iter().for_each(|it| ui::note(&it.told)),
        Err(error) => ui::note(&format!("its sessions cannot be told: {error}")),
    }
}

/// Name and kernel function of each thread.
fn threads(pid: u32) -> Vec<(String, String)> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"));
    let read = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    let tasks = tasks.into_iter().flatten().flatten().map(|task| {
        let (name, wait) = (
            read(task.path().join("comm")),
            read(task.path().join("wchan")),
        );
        (name.trim().to_owned(), wait)
    });
    tasks.collect()
}
