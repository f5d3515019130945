use super::{
    host::{Alerts, Kind},
    *,
};

fn now() -> RuntimeTime {
    RuntimeTime("2026-06-16T02:47:12Z".parse().unwrap())
}

fn kind(name: &str, stands: Stands) -> Kind {
    Kind {
        name: name.into(),
        stands,
        since: None,
        pid: None,
        started: None,
        restarts: 0,
        bad_ends: 0,
        last_end: None,
        last_words: None,
        progress: None,
        processes: 0,
        memory_mb: 0,
    }
}

fn made(view: &HostView, away: Option<&str>) -> Processes {
    board(view, &Facts::default(), away, (now(), &TimeZone::UTC))
}

#[test]
fn a_console_without_a_supervisor_says_so() {
    let board = made(&HostView::default(), None);
    assert!(board.lead.starts_with("No supervisor started this console"));
    assert!(board.tree.is_empty() && board.memory.is_none() && board.alerts.is_none());
}

#[test]
fn a_supervisor_that_is_silent_is_told_of_and_alerts_stay() {
    let view = HostView {
        tree: Some(Err("no supervisor listens".into())),
        alerts: Some(Ok(Alerts {
            sinks: Some(0),
            ..Alerts::default()
        })),
    };
    let board = made(&view, Some("connection refused"));
    assert!(board.lead.contains("No supervisor listens."));
    assert!(board.notes[0].starts_with("The database does not answer: Connection refused."));
    assert_eq!(board.alerts, Some(Vec::new()));
    assert_eq!(board.alert_notes.len(), 1);
}

#[test]
fn what_does_not_run_is_named_the_worst_first() {
    let tree = Tree {
        kinds: vec![
            kind("web", Stands::Running),
            kind("scheduler", Stands::Gated),
            kind(
                "worker-ads",
                Stands::Quarantined {
                    needs_change: false,
                    probe_at: now(),
                },
            ),
        ],
        waiting: vec![("job.scrape".into(), "memory: 64 MB are free".into())],
        ..Tree::default()
    };
    let mut view = HostView {
        tree: Some(Ok(tree)),
        alerts: None,
    };
    let board = made(&view, None);
    assert_eq!(
        board.lead,
        "1 of 3 processes below the supervisor run. In quarantine: worker-ads. Waiting for the database: scheduler."
    );
    assert_eq!(
        board.notes,
        ["Jobs of job.scrape stay in the queue: Memory: 64 MB are free."]
    );
    if let Some(Ok(tree)) = &mut view.tree {
        tree.kinds.retain(|kind| kind.stands == Stands::Running);
    }
    assert_eq!(lead(&view), "The one process below the supervisor runs.");
}

#[test]
fn the_memory_of_a_stranger_is_not_ours() {
    let status = "Name:\thomeostat\nUmask:\t0022\nVmRSS:\t   20481 kB\n";
    assert_eq!(resident_in(status), Some(21));
    assert_eq!(resident_in(&status.replace("homeostat", "bash")), None);
    assert_eq!(resident_in("Name:\thomeostat\n"), None);
}
