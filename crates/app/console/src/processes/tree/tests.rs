use std::collections::BTreeMap;

use super::*;
use crate::processes::host::{Memory, Stands};

fn time(text: &str) -> RuntimeTime {
    RuntimeTime(text.parse().unwrap())
}

fn kind(name: &str, pid: i32) -> Kind {
    Kind {
        name: name.into(),
        stands: Stands::Running,
        since: Some(time("2026-06-16T02:14:08Z")),
        pid: Some(pid),
        started: Some(time("2026-06-16T02:14:07Z")),
        restarts: 0,
        bad_ends: 0,
        last_end: None,
        last_words: None,
        progress: Some("812 turns".into()),
        processes: 1,
        memory_mb: 48,
    }
}

fn member(name: &str, pid: i32) -> Member {
    Member {
        name: name.into(),
        pid,
        since: Some(time("2026-06-15T22:00:00Z")),
        memory_mb: 12,
    }
}

fn epoch(id: i64, kind: &str, host: &str, pid: i32) -> Process {
    Process {
        id: ProcessId(id),
        kind: kind.into(),
        host: host.into(),
        pid,
        version: "1.4.0".into(),
        state: "live".into(),
        started_at: time("2026-06-16T02:14:07Z"),
        seen_at: time("2026-06-16T02:47:08Z"),
        ended_at: None,
        end_reason: None,
        ended_by: None,
    }
}

fn tree() -> Tree {
    Tree {
        mechanism: "cgroup_v2".into(),
        guard: Some(member("homeostat", 1)),
        held: vec![member("postgres", 2)],
        supervisor: Some(member("homeostat", 3)),
        kinds: vec![
            kind("sandbox", 4),
            kind("web", 5),
            kind("worker-ads", 6),
            kind("scheduler", 7),
        ],
        jobs: vec![LoneJob {
            job: 9,
            kind: "job.scrape".into(),
            since: time("2026-06-16T02:47:00Z"),
            deadline: time("2026-06-16T02:47:42Z"),
            reserved_mb: 128,
        }],
        memory: Memory {
            held: BTreeMap::from([("worker-ads".to_owned(), 64)]),
            ..Memory::default()
        },
        waiting: Vec::new(),
    }
}

fn with_known<T>(live: &[Process], at_work: &[AtWork], use_it: impl Fn(&Known<'_>) -> T) -> T {
    let known = Known {
        host: "marram",
        live,
        ended: &[],
        at_work,
        server: Some("Postgres 18.1"),
        own: (5, "1.4.1"),
        resident_mb: &|pid| (pid == 30).then_some(21),
        now: time("2026-06-16T02:47:12Z"),
        zone: &TimeZone::UTC,
    };
    use_it(&known)
}

#[test]
fn the_tree_goes_from_the_guard_down() {
    let nodes = with_known(&[], &[], |known| build(&tree(), known));
    let told: Vec<(u8, &str)> = nodes
        .iter()
        .map(|node| (node.depth, node.name.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (0, "guard"),
            (1, "postgres"),
            (1, "supervisor"),
            (2, "scheduler"),
            (2, "worker-ads"),
            (2, "web"),
            (2, "sandbox"),
            (2, "job 9, job.scrape"),
        ]
    );
    assert_eq!(
        nodes[0].since_text,
        "since Mon 15 June, 22:00:00, 4 h 47 min"
    );
    assert_eq!(nodes[1].place, "process 2, Postgres 18.1");
    assert_eq!(nodes[5].place, "process 5, version 1.4.1");
    assert_eq!(nodes[4].memory.text, "48 of 64 MB");
    assert_eq!(nodes[4].progress, "812 turns");
    assert_eq!(nodes[7].progress, "30 s left");
}

#[test]
fn a_life_in_the_database_is_joined_by_host_kind_and_number() {
    let live = [
        epoch(10, "worker-ads", "marram", 6),
        epoch(11, "worker-ads", "marram", 6),
        epoch(12, "worker-ads", "elsewhere", 6),
        epoch(13, "worker-hand", "marram", 30),
    ];
    let at_work = [
        ("ads.learn", 3, "2026-06-16T02:47:00Z"),
        ("sense.meta", 1, "2026-06-16T02:47:10Z"),
    ];
    let at_work = at_work.map(|(kind, jobs, since)| AtWork {
        owner: ProcessId(11),
        kind: kind.into(),
        jobs,
        since: time(since),
    });
    let mut tree = tree();
    tree.kinds.retain(|kind| kind.name == "worker-ads");
    tree.kinds[0].restarts = 2;
    let (nodes, rest) = with_known(&live, &at_work, |known| {
        let nodes = build(&tree, known);
        let rest = elsewhere(&nodes, known);
        (nodes, rest)
    });
    let worker = nodes.iter().find(|node| node.name == "worker-ads").unwrap();
    assert_eq!((worker.epoch, worker.version.as_str()), (Some(11), "1.4.0"));
    assert_eq!(worker.restarts_text, "2, the last 02:14:07");
    assert_eq!(worker.progress, "812 turns, seen 4.0 s ago");
    assert_eq!(
        worker.work_text,
        "Works on 3 ads.learn and 1 sense.meta, the oldest for 12 s."
    );
    let ids: Vec<_> = rest.iter().filter_map(|node| node.epoch).collect();
    assert_eq!(ids, [10, 12, 13]);
    assert_eq!(rest[1].place, "elsewhere, process 6, version 1.4.0");
    assert_eq!(rest[1].memory.used_mb, None, "of another host");
    assert_eq!(rest[2].memory.used_mb, Some(21));
    assert_eq!(rest[2].work_text, "Works on nothing now.");
}

#[test]
fn who_gives_no_sign_of_life_is_silent() {
    let mut late = epoch(10, "worker-ads", "elsewhere", 6);
    late.seen_at = time("2026-06-16T02:46:00Z");
    let rest = with_known(&[late], &[], |known| elsewhere(&[], known));
    assert_eq!((rest[0].state, rest[0].class), ("silent", "unknown"));
}
