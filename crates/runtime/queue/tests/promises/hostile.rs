//! Workers and machines that misbehave: bounded, named, nothing lost.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, mpsc},
};

use homeostat_clock::Entropy;
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_queue::{
    Context, Enqueue, Failure, Job, JobFilter, Outcome, PoolOptions, Registry, Scheduler,
    SchedulerOptions, Worker, enqueue, jobs,
};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::common::{Ground, Way};

/// Its first attempt blocks its thread and never answers.
#[derive(Debug, Serialize, Deserialize)]
struct Blocks {}

impl Job for Blocks {
    const KIND: &'static str = "blocks";
}

struct Blocker {
    says_so: mpsc::Sender<()>,
    wakes: Arc<Mutex<mpsc::Receiver<()>>>,
}

#[async_trait::async_trait]
impl Worker for Blocker {
    type Job = Blocks;

    async fn work(&self, _: Blocks, context: &Context) -> Result<Outcome, Failure> {
        if context.attempt() == 1 {
            let _ = self.says_so.send(());
            // Not a wait that anybody could cancel: the thread itself stands still.
            let _ = self.wakes.lock().unwrap().recv();
        }
        Ok(Outcome::done())
    }
}

/// A worker that blocks its thread cannot be timed out by its own process. Its deadline ends the
/// attempt, another process does the job, and what the first says at last is stale. Red without the
/// chore `deadlines`.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_worker_that_never_answers_is_ended_by_its_deadline() {
    let ground = Ground::new().await;
    let (says_so, blocked) = mpsc::channel();
    let (wake, wakes) = mpsc::channel();
    let wakes = Arc::new(Mutex::new(wakes));
    let registry = || {
        let mut registry = Registry::new();
        let blocker = Blocker {
            says_so: says_so.clone(),
            wakes: wakes.clone(),
        };
        registry.add(blocker).unwrap();
        registry
    };
    registry().register(&ground.db).await.unwrap();
    let job = enqueue(&ground.db, &Blocks {}, &Enqueue::default())
        .await
        .unwrap()
        .job;
    let options = || PoolOptions {
        poll_ms: 20,
        stop_grace_ms: 50,
        ..PoolOptions::default()
    };
    let first = ground.pool_of(ground.epoch("first").await, registry(), options());
    tokio::task::spawn_blocking(move || blocked.recv())
        .await
        .unwrap()
        .unwrap();
    sqlx::query("UPDATE homeostat.job SET deadline = clock_timestamp() WHERE id = $1")
        .bind(job.0)
        .execute(ground.db.pool())
        .await
        .unwrap();
    let (scheduler, _) = Scheduler::new(
        &ground.db,
        &ground.epoch("scheduler").await,
        Host::this().unwrap(),
        homeostat_clock::WorldClock::System,
        &ground.entropy,
        SchedulerOptions::default(),
    )
    .unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(scheduler.run(stop.clone()));
    let second = ground.pool_of(ground.epoch("second").await, registry(), options());
    loop {
        let done = first.handle.finished().count() + second.handle.finished().count();
        if done > 0 {
            break;
        }
        tokio::select! {
            () = first.handle.finished().at_least(1) => {}
            () = second.handle.finished().at_least(1) => {}
        }
    }
    assert_eq!(ground.end_of(job).await.0, "done");
    wake.send(()).unwrap();
    first.handle.stale().at_least(1).await;
    assert_eq!(
        ground.end_of(job).await.0,
        "done",
        "what came too late changed nothing"
    );
    stop.cancel();
    tokio::join!(first.stop(), second.stop());
}

/// A file system of 64 KiB, unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this user may not mount.
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).ok()?;
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs"])
            .arg(at)
            .status();
        mount
            .is_ok_and(|s| s.success())
            .then(|| Self(at.to_path_buf()))
    }

    /// Fills it to the last byte.
    fn fill(&self) -> PathBuf {
        use std::io::Write;
        let path = self.0.join("filler");
        let mut file = std::fs::File::create(&path).unwrap();
        for size in [4096, 1] {
            while file.write_all(&vec![b'x'; size]).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// A running file that cannot be written puts the job off, by name and without an attempt: work that
/// nobody could see begin must not begin. With room again it is done.
#[tokio::test]
async fn a_full_disk_puts_work_off() {
    let ground = Ground::new().await;
    let Some(disk) = SmallDisk::mount(&ground.base.dir().join("small")) else {
        eprintln!("NOT RUN: this user may not mount a small tmpfs");
        return;
    };
    let options = EpochOptions {
        kind: "worker".into(),
        host: Host::this().unwrap(),
        version: "test".into(),
        run_dir: disk.0.clone(),
        comes_back: false,
    };
    let epoch = Epoch::begin(&ground.db, &options, &Entropy::from_seed(3))
        .await
        .unwrap();
    // The header has its page; the lines that follow need another one.
    let file = disk.0.join(format!("{}.json", epoch.id()));
    pad_to_page(&file);
    let filler = disk.fill();
    let job = ground.enqueue(Way::Done).await;
    let options = PoolOptions {
        poll_ms: 20,
        ..PoolOptions::default()
    };
    let pool = ground.pool_of(epoch, ground.registry(), options);
    pool.handle.finished().at_least(1).await;
    let filter = JobFilter {
        id: Some(job),
        ..JobFilter::default()
    };
    let row = jobs(&ground.db, &filter).await.unwrap().remove(0);
    assert_eq!(
        (row.state.as_str(), row.attempts_used, row.snoozes),
        ("ready", 0, 1)
    );
    let error = row.last_error.unwrap();
    assert!(
        error.starts_with("the running file cannot be written"),
        "{error}"
    );
    assert_eq!(pool.handle.started().count(), 0, "nothing began");

    std::fs::remove_file(filler).unwrap();
    pool.handle.started().at_least(1).await;
    pool.handle.finished().at_least(2).await;
    pool.stop().await;
    assert_eq!(ground.end_of(job).await.0, "done");
}

/// Appends empty lines until the file ends with its page.
fn pad_to_page(file: &Path) {
    use std::io::Write;
    let bytes = usize::try_from(std::fs::metadata(file).unwrap().len()).unwrap();
    let mut append = std::fs::OpenOptions::new().append(true).open(file).unwrap();
    append.write_all(&vec![b'\n'; 4096 - bytes % 4096]).unwrap();
}
