//! What a started pool promises to the program around it.

use homeostat_liveness::{Evidence, declare_dead};
use homeostat_model::ProcessId;
use homeostat_queue::{PoolOptions, Stopped, Workers};
use tokio_util::sync::CancellationToken;

use crate::common::{Ground, Way};

async fn start(ground: &Ground, name: &str) -> (homeostat_liveness::Epoch, Workers) {
    let epoch = ground.epoch(name).await;
    let workers = Workers::start(
        &ground.db,
        &epoch,
        ground.registry(),
        PoolOptions::default(),
        &ground.entropy,
    );
    let workers = workers.await.unwrap();
    (epoch, workers)
}

#[tokio::test]
async fn what_is_enqueued_after_the_start_is_done_and_a_stop_is_planned() {
    let ground = Ground::new().await;
    let (_epoch, workers) = start(&ground, "a").await;
    let job = ground.enqueue(Way::Done).await;
    workers.handle().finished().at_least(1).await;
    assert_eq!(workers.stop().await.unwrap(), Stopped::Planned);
    assert_eq!(ground.end_of(job).await.0, "done");
}

/// Recovery comes before the first claim: nobody else looks after the dead here.
#[tokio::test]
async fn what_an_earlier_life_left_running_is_done_after_the_start() {
    let ground = Ground::new().await;
    let first: i64 = sqlx::query_scalar(
        "INSERT INTO homeostat.process (kind, host, boot_id, pid, lock_key, version, run_dir)
         VALUES ('worker', 'here', 'boot', 1, 1, 'test', '/') RETURNING id",
    )
    .fetch_one(ground.db.pool())
    .await
    .unwrap();
    let job = ground.enqueue(Way::Done).await;
    let claim = sqlx::query(
        "UPDATE homeostat.job SET state = 'running', owner = $1, fence = fence + 1,
             claimed_at = clock_timestamp(), deadline = clock_timestamp() + interval '1 minute'
         WHERE id = $2",
    );
    let claim = claim.bind(first).bind(job.0);
    claim.execute(ground.db.pool()).await.unwrap();
    declare_dead(&ground.db, ProcessId(first), Evidence::Waitpid, None)
        .await
        .unwrap();
    let (_epoch, workers) = start(&ground, "second").await;
    workers.handle().finished().at_least(1).await;
    workers.stop().await.unwrap();
    assert_eq!(ground.end_of(job).await.0, "done");
}

#[tokio::test]
async fn the_end_of_the_epoch_ends_the_work() {
    let ground = Ground::new().await;
    let (epoch, workers) = start(&ground, "a").await;
    declare_dead(&ground.db, epoch.id(), Evidence::Guess, None)
        .await
        .unwrap();
    epoch.check_now();
    let stopped = workers.until(&CancellationToken::new()).await.unwrap();
    assert!(matches!(stopped, Stopped::EpochEnded(_)), "{stopped:?}");
}
