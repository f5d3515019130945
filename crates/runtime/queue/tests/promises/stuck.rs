//! A handler that blocks its thread: its timeout cannot end it, and the pool says so.

use std::{
    sync::{Mutex, PoisonError, mpsc},
    time::Duration,
};

use homeostat_queue::{
    Context, Enqueue, Failure, Job, KindDefaults, Outcome, PoolOptions, Stopped, Worker, enqueue,
};
use serde::{Deserialize, Serialize};

use crate::common::{Ground, Hang, Way};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Block {}

impl Job for Block {
    const KIND: &'static str = "block";

    fn defaults() -> KindDefaults {
        KindDefaults {
            timeout: Duration::from_millis(1),
            ..KindDefaults::default()
        }
    }
}

/// Blocks until the other end is dropped.
struct Blocker(Mutex<mpsc::Receiver<()>>);

#[async_trait::async_trait]
impl Worker for Blocker {
    type Job = Block;

    async fn work(&self, _: Block, _: &Context) -> Result<Outcome, Failure> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = held.recv();
        Ok(Outcome::done())
    }
}

/// The loop goes round beside it and counts it once; what only takes its time, or hangs where its timeout
/// ends it, is not counted. Red when `see_stuck` is not called, or does not note whom it has counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocked_handler_is_counted_once_and_nobody_else() {
    let ground = Ground::new().await;
    let (hold, held) = mpsc::channel();
    let mut registry = ground.registry();
    registry.add(Blocker(Mutex::new(held))).unwrap();
    registry.register(&ground.db).await.unwrap();
    let options = PoolOptions {
        poll_ms: 10,
        stuck_after_ms: 2_000,
        stop_grace_ms: 1,
        ..PoolOptions::default()
    };
    let epoch = ground.epoch("a").await;
    let pool = ground.pool_of(epoch, registry, options);
    enqueue(&ground.db, &Hang {}, &Enqueue::default())
        .await
        .unwrap();
    ground.enqueue(Way::WaitForCancel).await;
    enqueue(&ground.db, &Block {}, &Enqueue::default())
        .await
        .unwrap();
    pool.handle.stuck().at_least(1).await;
    let turns = pool.handle.turns().count();
    pool.handle.turns().at_least(turns + 3).await;
    assert_eq!(pool.handle.stuck().count(), 1);
    drop(hold);
    assert_eq!(pool.stop().await, Stopped::Planned);
}

/// A process that is there for one job looks too. Red when `work_alone` does not call `see_stuck`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_blocks_a_process_of_its_own_is_counted() {
    let ground = Ground::new().await;
    let (hold, held) = mpsc::channel();
    let mut registry = ground.registry();
    registry.add(Blocker(Mutex::new(held))).unwrap();
    registry.register(&ground.db).await.unwrap();
    enqueue(&ground.db, &Block {}, &Enqueue::default())
        .await
        .unwrap();
    // As if it had taken its processes with it.
    sqlx::query("UPDATE homeostat.job SET crashes = 1, attempts_used = attempts_max - 1")
        .execute(ground.db.pool())
        .await
        .unwrap();
    let options = PoolOptions {
        poll_ms: 10,
        stuck_after_ms: 100,
        stop_grace_ms: 1,
        alone: true,
        ..PoolOptions::default()
    };
    let epoch = ground.epoch("a").await;
    let pool = ground.pool_of(epoch, registry, options);
    pool.handle.stuck().at_least(1).await;
    assert_eq!(pool.handle.started().count(), 1);
    drop(hold);
    assert_eq!(pool.stop().await, Stopped::Planned);
}
