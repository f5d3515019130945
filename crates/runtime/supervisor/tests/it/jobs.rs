//! A job as a process of its own: it begins when there is room, ends at its deadline at the latest, and
//! with its worker; and nothing of it is left.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use homeostat_clock::Stopwatch;
use homeostat_supervisor::{
    budget::Ledger,
    jobs::{Begun, Door, Jobs, Meter, NoRoom, Room, Seen, listen},
    mechanism::{Leaf, Limiter, Mechanism},
    process::Process,
    spawn::{Child, Exit, Spawner},
};
use tempfile::TempDir;

use crate::kit::{LIMIT, Wood, Words, offered, request, shell, spawner, toy};

/// Reached by no job that ends by itself.
const LONG: Duration = Duration::from_secs(600);
/// Long enough to start a shell, and no longer.
const SHORT: Duration = Duration::from_secs(1);

/// A leader that hears no TERM, and three of its children in sessions of their own that hear none either.
const STUBBORN: &str = r#"trap "" TERM
    for i in 1 2 3; do setsid sh -c 'echo $$ > $words; exec sleep 1000' & done
    echo $$ > $words
    wait"#;
const STUBBORN_PROCESSES: usize = 4;

struct Ground {
    dir: TempDir,
    wood: Wood,
    jobs: Arc<Jobs>,
    door: Door,
    words: Words,
    spawner: Spawner,
}

impl Ground {
    fn new(mechanism: Mechanism) -> Self {
        Self::metered(mechanism, |jobs| jobs)
    }

    /// Of 200 MB, 170 can be reserved.
    fn metered(mechanism: Mechanism, with: impl Fn(Jobs) -> Jobs) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let wood = Wood::grow(mechanism);
        let ledger = Arc::new(Mutex::new(Ledger::new(200)));
        let peaks = dir.path().join("peaks.json");
        let jobs = Arc::new(with(Jobs::new(wood.0.clone(), ledger, &peaks, wall_ms)));
        Self {
            words: Words::in_dir(dir.path()),
            door: Door::Own(jobs.clone()),
            spawner: spawner(),
            dir,
            wood,
            jobs,
        }
    }

    async fn room(&self, kind: &str, mb: u64) -> Result<Room, NoRoom> {
        self.door.room(kind, mb).await
    }

    async fn begin(&self, (job, fence): (i64, i64), limit: Duration) -> Result<Begun, NoRoom> {
        let room = self.room("job.test", 50).await.unwrap();
        room.begin(job, fence, limit).await
    }

    async fn spawn(&self, begun: &Begun, script: &str) -> Child {
        let request = shell(begun.leaf().unwrap(), &self.words, script);
        self.spawner.spawn(request).await.unwrap()
    }
}

fn alive(processes: &[Process]) -> usize {
    processes.iter().filter(|p| p.is_alive()).count()
}

/// Asks until there is room: what frees it is noticed by the other side.
async fn soon(ground: &Ground, kind: &str, mb: u64) -> Room {
    let watch = Stopwatch::start();
    loop {
        match ground.room(kind, mb).await {
            Ok(room) => return room,
            Err(error) => assert!(watch.elapsed() < LIMIT, "{error}"),
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn nobody_outlives_the_deadline_and_the_deaf_are_named() {
    for mechanism in offered() {
        let mut ground = Ground::new(mechanism);
        let begun = ground.begin((7, 1), SHORT).await.unwrap();
        let mut child = ground.spawn(&begun, STUBBORN).await;
        let all = ground.words.processes(STUBBORN_PROCESSES);
        // Nobody here waits for the time: the supervisor's end of it is the signal.
        assert_eq!(child.ended().await.unwrap(), Exit::Signal(9), "{mechanism}");
        let ended = begun.end().await.unwrap();
        assert_eq!(alive(&all), 0, "{mechanism}: survivors");
        assert!(ended.overdue, "{mechanism}");
        let mut deaf: Vec<_> = ended.ignored_term.iter().map(|s| s.pid).collect();
        let mut expected: Vec<_> = all.iter().map(|p| p.pid).collect();
        deaf.sort_unstable();
        expected.sort_unstable();
        assert_eq!(deaf, expected, "{mechanism}");
        let sleeps = ended.ignored_term.iter().filter(|s| s.comm == "sleep");
        assert_eq!(sleeps.count(), 3, "{mechanism}: {ended:?}");
        assert_eq!(ground.jobs.list(), []);
    }
}

#[tokio::test]
async fn what_a_job_leaves_behind_ends_with_it() {
    for mechanism in offered() {
        let mut ground = Ground::new(mechanism);
        let begun = ground.begin((7, 1), LONG).await.unwrap();
        let script = "setsid sh -c 'echo $$ > $words; exec sleep 1000' & exit 0";
        let mut child = ground.spawn(&begun, script).await;
        let left = ground.words.processes(1);
        assert_eq!(child.ended().await.unwrap(), Exit::Code(0));
        let shown = ground.jobs.list().remove(0);
        assert_eq!((shown.job, shown.kind.as_str()), (7, "job.test"));
        assert!(shown.leaf.ends_with(&shown.deadline_ms.to_string()));
        let ended = begun.end().await.unwrap();
        assert_eq!(alive(&left), 0, "{mechanism}");
        assert!(!ended.overdue && ended.ignored_term.is_empty());
        assert_eq!(ground.wood.0.leaves().unwrap().len(), 0, "{mechanism}");
    }
}

/// The connection is the lease: its end is the worker's death, as far as anybody can tell.
#[tokio::test]
async fn a_worker_that_dies_takes_its_job_with_it() {
    for mechanism in offered() {
        let mut ground = Ground::new(mechanism);
        let begun = ground.begin((7, 1), LONG).await.unwrap();
        let mut child = ground.spawn(&begun, STUBBORN).await;
        let all = ground.words.processes(STUBBORN_PROCESSES);
        drop(begun);
        assert_eq!(child.ended().await.unwrap(), Exit::Signal(9), "{mechanism}");
        // All of the room is given back only once nobody of it is left.
        soon(&ground, "job.other", 170).await;
        assert_eq!(alive(&all), 0, "{mechanism}");
    }
}

#[tokio::test]
async fn two_jobs_of_which_one_fits() {
    let ground = Ground::new(offered()[0]);
    let first = ground.room("job.a", 100).await.unwrap();
    assert_eq!(first.mb(), 100);
    let refused = ground.room("job.b", 100).await.unwrap_err();
    let NoRoom::Refused(refusal) = refused else {
        panic!("{refused}")
    };
    assert_eq!(
        (refusal.what.as_str(), refusal.asked_mb, refusal.free_mb),
        ("job.b", 100, 70)
    );
    assert!(!refusal.never);
    let waiting = ground.jobs.waiting();
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        (waiting[0].kind.as_str(), &waiting[0].refusal),
        ("job.b", &refusal)
    );
    // A smaller one goes past it.
    drop(ground.room("job.c", 60).await.unwrap());

    let begun = first.begin(1, 1, LONG).await.unwrap();
    assert!(ground.room("job.b", 100).await.is_err(), "it runs");
    begun.end().await.unwrap();
    let second = ground.room("job.b", 100).await.unwrap();
    assert_eq!(ground.jobs.waiting(), []);
    drop(second);

    let NoRoom::Refused(refusal) = ground.room("job.d", 171).await.unwrap_err() else {
        panic!("no figures")
    };
    assert!(refusal.never, "it would not fit alone");
}

#[tokio::test]
async fn room_that_was_only_asked_for_is_given_back() {
    let ground = Ground::new(offered()[0]);
    drop(ground.room("job.a", 170).await.unwrap());
    soon(&ground, "job.b", 170).await;
}

/// A claim that was taken away must neither run beside the one that followed, nor end it.
#[tokio::test]
async fn of_two_claims_of_a_job_the_later_one_runs() {
    for mechanism in offered() {
        let mut ground = Ground::new(mechanism);
        let former = ground.begin((7, 1), LONG).await.unwrap();
        let mut child = ground.spawn(&former, STUBBORN).await;
        let stale = ground.words.processes(STUBBORN_PROCESSES);
        let later = ground.begin((7, 2), LONG).await.unwrap();
        assert_eq!(
            alive(&stale),
            0,
            "{mechanism}: killed before the other begins"
        );
        child.ended().await.unwrap();
        let mut child = ground.spawn(&later, "echo $$ > $words; exec cat").await;
        let current = ground.words.processes(1);
        drop(former);
        let refused = ground.begin((7, 1), LONG).await.unwrap_err();
        assert!(refused.to_string().contains("later claim"), "{refused}");
        assert_eq!(alive(&current), 1, "{mechanism}");
        child.let_go();
        assert_eq!(child.ended().await.unwrap(), Exit::Code(0));
        later.end().await.unwrap();
    }
}

struct Seer;

impl Meter for Seer {
    fn limit(&self, _: &Leaf, mb: u64) {
        assert!(mb == 50 || mb == 90, "{mb}");
    }

    fn seen(&self, _: &Leaf) -> Option<Seen> {
        Some(Seen {
            peak_mb: 90,
            oom_kills: 1,
        })
    }
}

#[tokio::test]
async fn what_a_kind_takes_is_learned_and_outlives_the_supervisor() {
    let ground = Ground::metered(offered()[0], |jobs| jobs.metered_by(Box::new(Seer)));
    for job in 0..5 {
        let begun = ground.begin((job, 1), LONG).await.unwrap();
        let ended = begun.end().await.unwrap();
        assert!(ended.out_of_memory);
        assert_eq!(ended.peak_mb, Some(90));
    }
    assert_eq!(ground.room("job.test", 50).await.unwrap().mb(), 90);
    let peaks: PathBuf = ground.dir.path().join("peaks.json");
    let ledger = Arc::new(Mutex::new(Ledger::new(200)));
    let again = Arc::new(Jobs::new(ground.wood.0.clone(), ledger, &peaks, wall_ms));
    let room = Door::Own(again).room("job.test", 50).await.unwrap();
    assert_eq!(room.mb(), 90);
}

/// Red when the worker makes the leaf anew that the supervisor has limited: the limit goes with the old one.
#[tokio::test]
async fn a_job_has_no_more_memory_than_its_room() {
    for mechanism in offered() {
        let ground = Ground::new(mechanism);
        if ground.wood.0.limiter() == Limiter::None {
            eprintln!("not tested: {mechanism}: nothing limits memory here");
            continue;
        }
        let begun = ground.begin((7, 1), LONG).await.unwrap();
        let eater = request(
            begun.leaf().unwrap(),
            toy().to_str().unwrap(),
            &["eat", "300"],
        );
        let mut child = ground.spawner.spawn(eater).await.unwrap();
        // It would wait for the end of its input with all that it asked for.
        child.let_go();
        assert_eq!(child.ended().await.unwrap(), Exit::Signal(9), "{mechanism}");
        let ended = begun.end().await.unwrap();
        assert!(ended.out_of_memory, "{mechanism}: {ended:?}");
    }
}

/// Red when the worker of the former claim makes the leaf again that was ended under it.
#[tokio::test]
async fn a_claim_whose_leaf_was_ended_spawns_nothing() {
    let Some(Mechanism::CgroupV2) = offered().first().copied() else {
        return eprintln!("not tested: a leaf is no thing of its own without control groups");
    };
    let ground = Ground::new(Mechanism::CgroupV2);
    let former = ground.begin((7, 1), LONG).await.unwrap();
    let later = ground.begin((7, 2), LONG).await.unwrap();
    assert!(former.leaf().is_err());
    later.leaf().unwrap();
    later.end().await.unwrap();
}

struct Unlimited;

impl Meter for Unlimited {
    fn limit(&self, _: &Leaf, _: u64) {}

    fn seen(&self, _: &Leaf) -> Option<Seen> {
        None
    }
}

struct Short;

impl Meter for Short {
    fn limit(&self, _: &Leaf, _: u64) {}

    fn seen(&self, _: &Leaf) -> Option<Seen> {
        None
    }

    fn admits(&self) -> bool {
        false
    }
}

/// Red when it is not asked whether the machine is short of memory.
#[tokio::test]
async fn a_machine_short_of_memory_begins_nothing_new_and_says_so() {
    let ground = Ground::metered(offered()[0], |jobs| jobs.metered_by(Box::new(Short)));
    let refused = ground.room("job.test", 50).await.unwrap_err();
    let text = "memory: job.test asks for 50 MB and 170 MB are free, but the machine is short of memory already";
    assert_eq!(refused.to_string(), text);
    assert!(ground.jobs.waiting()[0].refusal.pressed);
}

/// Red when the one that is furthest over is not killed, or is not named for it.
#[tokio::test]
async fn where_nothing_limits_memory_the_job_furthest_over_is_killed() {
    let mut ground = Ground::metered(offered()[0], |jobs| jobs.metered_by(Box::new(Unlimited)));
    let toy = toy();
    let toy = toy.display();
    let script = |mb: u32| format!("{toy} eat {mb} | {{ read ate; echo $$ > $words; cat; }}");
    let greedy = ground.begin((1, 1), LONG).await.unwrap();
    let mut eats = ground.spawn(&greedy, &script(96)).await;
    let modest = ground.begin((2, 1), LONG).await.unwrap();
    let mut beside = ground.spawn(&modest, &script(16)).await;
    ground.words.processes(2);
    let jobs = ground.jobs.clone();
    let over = tokio::task::spawn_blocking(move || jobs.end_over());
    let over = over.await.unwrap().unwrap().unwrap();
    assert_eq!(over.job(), Some(1));
    assert_eq!(eats.ended().await.unwrap(), Exit::Signal(9));
    assert!(greedy.end().await.unwrap().out_of_memory);
    beside.let_go();
    assert_eq!(beside.ended().await.unwrap(), Exit::Code(0));
    assert!(!modest.end().await.unwrap().out_of_memory);
}

/// The way that a worker of another process has.
#[tokio::test]
async fn a_worker_finds_the_supervisor_at_its_socket() {
    let ground = Ground::new(offered()[0]);
    let path = ground.dir.path().join("supervisor.sock");
    let door = Door::Supervisor(path.clone());
    let nobody = door.room("job.a", 1).await.unwrap_err();
    assert!(matches!(nobody, NoRoom::NoAnswer(_)), "{nobody}");
    let listener = listen(&path).unwrap();
    let jobs = ground.jobs.clone();
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        jobs.serve_one(stream).await;
    });
    let begun = door.room("job.a", 1).await.unwrap();
    let begun = begun.begin(3, 1, LONG).await.unwrap();
    begun.end().await.unwrap();
    serving.await.unwrap();
}

fn wall_ms() -> i64 {
    homeostat_clock::wall().0.as_millisecond()
}
