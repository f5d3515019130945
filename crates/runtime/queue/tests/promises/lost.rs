//! The answer to a claim is lost: the job is given back and done, and not left to its deadline.

use homeostat_queue::{Enqueue, Pool, PoolOptions, enqueue};
use homeostat_store::Listener;
use homeostat_testkit::Proxy;
use tokio_util::sync::CancellationToken;

use crate::common::{Alone, Ground};

/// A look at an empty queue commits too, and may be what loses its answer instead.
const TRIES_MAX: u64 = 30;

/// Red when the pool goes on claiming without a look at what runs in its name: the job then waits for its
/// deadline, and nothing finishes.
#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_given_back() {
    let ground = Ground::new().await;
    ground.gate.add_permits(100);
    let proxy = Proxy::before(&ground.base);
    let (db, epoch, stop) = (
        proxy.db().await,
        ground.epoch("a").await,
        CancellationToken::new(),
    );
    let (listener, wake) = Listener::new(&ground.db, &[Pool::CHANNEL]);
    tokio::spawn(listener.run(stop.clone()));
    let options = PoolOptions {
        poll_ms: 200,
        ..PoolOptions::default()
    };
    let (pool, handle) = Pool::new(
        &db,
        &epoch,
        ground.registry(),
        &ground.entropy,
        options,
        wake,
    )
    .unwrap();
    let running = tokio::spawn(pool.run(stop.clone()));
    handle.idle().at_least(1).await;
    let mut given_back = 0;
    for n in 1..=TRIES_MAX {
        proxy.lose_answer_after(0);
        enqueue(&ground.db, &Alone {}, &Enqueue::default())
            .await
            .unwrap();
        handle.finished().at_least(n).await;
        given_back = sqlx::query_scalar!(
            r#"SELECT count(*) AS "n!" FROM homeostat.event
               WHERE entity = 'job' AND from_state = 'running' AND to_state = 'ready' AND cause = 'interruption'"#
        )
        .fetch_one(ground.db.pool())
        .await
        .unwrap();
        if given_back > 0 {
            break;
        }
    }
    assert_eq!(given_back, 1);
    stop.cancel();
    running.await.unwrap().unwrap();
}
