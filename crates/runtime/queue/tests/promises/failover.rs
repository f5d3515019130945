//! The database goes on elsewhere, and has not heard of all that it said was done.

use std::time::Duration;

use homeostat_queue::{Enqueue, PoolOptions, Stopped, enqueue};
use homeostat_store::{Db, DbOptions};
use homeostat_testkit::Pair;

use crate::common::{Alone, Ground};

/// The successor knows the claim and not the finish: the job runs in the hands of a worker that has forgotten it.
/// Red when a pool looks at what runs in its name only after a lost answer: then the job waits for its deadline.
#[tokio::test]
async fn a_finish_that_was_lost_with_its_server_is_made_up_for() {
    let mut pair = Pair::start();
    let options = DbOptions {
        acquire_timeout: Duration::from_secs(30),
        ..DbOptions::default()
    };
    let db = Db::connect(&pair.url(), &options).await.unwrap();
    db.migrate().await.unwrap();
    let ground = Ground {
        db,
        ..Ground::new().await
    };
    ground.registry().register(&ground.db).await.unwrap();
    let options = PoolOptions {
        poll_ms: 200,
        ..PoolOptions::default()
    };
    let pool = ground.pool("a", options).await;
    enqueue(&ground.db, &Alone {}, &Enqueue::default())
        .await
        .unwrap();
    pool.handle.started().at_least(1).await;
    pair.wait_for_nobody();
    pair.hold_up();
    ground.gate.add_permits(1);
    pool.handle.finished().at_least(1).await;
    pair.kill(0);
    pair.promote(1);
    ground.gate.add_permits(1);
    pool.handle.finished().at_least(2).await;
    assert_eq!(pair.sql(1, "SELECT count(*) FROM homeostat.job"), "0");
    assert!(matches!(pool.stop().await, Stopped::Planned));
}
