//! L2: every accepted job ends done, failed or cancelled, whatever dies and in whatever order.

use crate::plant::{Plant, gone, kill};

/// Everything of ours dies at once, at an awkward moment: right after an act was intended.
#[test]
fn all_processes_killed_at_once_come_back_whole() {
    let plant = Plant::new(11, "mild");
    let up = plant.up(120);
    up.until("meta.pause_campaign");
    let processes = plant.processes();
    assert!(processes.iter().any(|(kind, _)| kind == "scheduler"), "{processes:?}");
    kill(up.pid());
    for (_, pid) in &processes {
        kill(*pid);
    }
    for (_, pid) in &processes {
        gone(*pid);
    }
    drop(up);
    let summary = plant.up(15).summary();
    assert_eq!(summary["violations"], 0, "{summary:#}");
    plant.verify();
    assert!(plant.books().exists());
}
