//! Processes as the kernel knows them: who descends from whom, and signals to them.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use homeostat_supervisor::trampoline::WORD as TRAMPOLINE;
use rustix::process::{Pid, Signal, kill_process};

use crate::failure::Failure;

/// The kernel ends a killed process within this, unless the disk is stuck.
const GONE: Duration = Duration::from_secs(20);

/// A process and everything that descends from it, the ancestors first.
pub(in crate::drill) fn tree(root: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    for entry in entries {
        let pid = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        if let Some(pid) = pid
            && let Some((_, parent)) = state_of(pid)
        {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = vec![root];
    let mut at = 0;
    while let Some(pid) = found.get(at) {
        found.extend(children.get(pid).into_iter().flatten());
        at += 1;
    }
    found
}

/// Every process that works in this directory, as a Postgres server and its backends do.
pub(in crate::drill) fn working_in(dir: &Path) -> Vec<u32> {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &u32| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == dir))
        .collect()
}

/// State letter and parent; `None` when the process is no more.
fn state_of(pid: u32) -> Option<(char, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name is in brackets and may hold anything.
    let mut after = stat.rsplit_once(')')?.1.split_whitespace();
    let state = after.next()?.chars().next()?;
    Some((state, after.next()?.parse().ok()?))
}

/// Sends a signal; the process may be gone already.
pub(in crate::drill) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Waits until none of them runs any more. A zombie runs nothing and holds nothing.
pub(in crate::drill) async fn gone(pids: &[u32]) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    let lives = |pid: &&u32| !matches!(state_of(**pid), None | Some(('Z', _)));
    while let Some(pid) = pids.iter().find(lives) {
        if watch.elapsed() > GONE {
            let text = format!("process {pid} does not die");
            return Err(Failure::Environment(text));
        }
        pause(Duration::from_millis(2)).await;
    }
    Ok(())
}

/// Live processes below this one whose command line holds these words one after another, and that have
/// become their program: a trampoline is still about to.
pub(in crate::drill) fn running(root: u32, words: &[&str]) -> Vec<u32> {
    let mut found = tree(root);
    found.retain(|pid| has_words(*pid, words) && has_become_its_program(*pid) && lives(*pid));
    found
}

/// The words of its command line, each ended by a zero.
pub(in crate::drill) fn command_line(pid: u32) -> Vec<u8> {
    fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()
}

fn has_words(pid: u32, words: &[&str]) -> bool {
    let bytes = command_line(pid);
    let line: Vec<_> = bytes
        .split(|byte| *byte == 0)
        .map(String::from_utf8_lossy)
        .collect();
    line.windows(words.len()).any(|part| part == words)
}

/// Guard and supervisor of the `up` that was started by this process, or is it. What makes a namespace
/// before it has the same words, behind its own.
pub(in crate::drill) fn guard_and_supervisor(root: u32) -> Option<(u32, u32)> {
    let mut ups = running(root, &["up", "--seed"]);
    ups.retain(|pid| {
        let line = command_line(*pid);
        line.split(|byte| *byte == 0).nth(1) == Some(b"--state-dir")
    });
    let guard = *ups.first()?;
    let supervisor = ups.iter().find(|pid| parent_of(**pid) == Some(guard));
    supervisor.map(|supervisor| (guard, *supervisor))
}

/// Whether a process that was started is no trampoline any more.
pub(in crate::drill) fn has_become_its_program(pid: u32) -> bool {
    let bytes = command_line(pid);
    let second = bytes.split(|byte| *byte == 0).nth(1);
    !bytes.is_empty() && second.is_none_or(|word| word != TRAMPOLINE.as_bytes())
}

/// Whether it runs; a zombie does not.
pub(in crate::drill) fn lives(pid: u32) -> bool {
    !matches!(state_of(pid), None | Some(('Z' | 'X', _)))
}

/// Its parent, while it is there.
pub(in crate::drill) fn parent_of(pid: u32) -> Option<u32> {
    state_of(pid).map(|(_, parent)| parent)
}

/// Threads of a process: a role has more than one once its main function has begun its runtime.
pub(in crate::drill) fn threads(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/task")).map_or(0, Iterator::count)
}
