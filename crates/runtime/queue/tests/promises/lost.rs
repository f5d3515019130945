//! The answer to a claim is lost: the job is given back and done, and not left to its deadline.

use homeostat_liveness::Epoch;
use homeostat_model::JobId;
use homeostat_queue::{
    Enqueue, Error, Job, Pool, PoolHandle, PoolOptions, Stopped, enqueue, enqueue_in,
};
use homeostat_store::{Listener, StoreError, transact};
use homeostat_testkit::Proxy;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::common::{Alone, Ground, Way};

/// A look at an empty queue commits too, and may be what loses its answer instead.
const TRIES_MAX: u64 = 30;

/// What a pool has in hand is not lost. Red when it gives back whatever runs in its name.
#[tokio::test]
async fn what_is_in_hand_is_not_given_back() {
    let ground = Ground::new().await;
    let proxy = Proxy::before(&ground.base);
    let held = ground.enqueue(Way::WaitForCancel).await;
    let pool = Lossy::start(&ground, &proxy).await;
    pool.handle.started().at_least(1).await;
    ground.gate.add_permits(100);
    assert_eq!(pool.lose_a_claim(&ground, &proxy).await, 1);
    assert_eq!(claims(&ground, held).await, 1);
    assert_eq!(pool.handle.stale().count(), 0);
    pool.stop.cancel();
    pool.running.abort();
}

/// Red when the pool goes on claiming without a look at what runs in its name: the job then waits for its
/// deadline, and nothing finishes.
#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_given_back() {
    let ground = Ground::new().await;
    ground.gate.add_permits(100);
    let proxy = Proxy::before(&ground.base);
    let pool = Lossy::start(&ground, &proxy).await;
    assert_eq!(pool.lose_a_claim(&ground, &proxy).await, 1);
    pool.stop.cancel();
    pool.running.await.unwrap().unwrap();
}

/// The server writes the claim only after its worker has looked for it in vain. Red when nobody looks again: the job
/// then waits for its deadline, and nothing finishes.
#[tokio::test]
async fn a_claim_that_is_written_late_is_given_back() {
    let ground = Ground::new().await;
    ground.gate.add_permits(100);
    let proxy = Proxy::before(&ground.base);
    let pool = Lossy::start(&ground, &proxy).await;
    let (owner, kind) = (pool.epoch.id().0, Alone::KIND);
    transact!(ground.db, |tx| -> Result<(), Error> {
        let job = enqueue_in(&mut *tx, &Alone {}, &Enqueue::default()).await?;
        let claim = "UPDATE homeostat.job SET state = 'running', owner = $1, fence = fence + 1, claimed_at = now(),
                         deadline = now() + interval '1 hour' WHERE id = $2 AND kind = $3";
        let claim = sqlx::query(claim).bind(owner).bind(job.job.0).bind(kind);
        let claimed = claim.execute(&mut *tx).await.map_err(StoreError::from)?;
        assert_eq!(claimed.rows_affected(), 1);
        Ok(())
    })
    .unwrap();
    pool.handle.finished().at_least(1).await;
    assert_eq!(pool.handle.stale().count(), 0);
    pool.stop.cancel();
    pool.running.await.unwrap().unwrap();
}

/// Nothing of what it came to could be stored. Its work is done all the same, so it is its deadline that ends it. Red
/// when a pool forgets it: it is given back then, and done again.
#[tokio::test]
async fn a_job_whose_result_cannot_be_stored_is_not_begun_anew() {
    let ground = Ground::new().await;
    ground.gate.add_permits(100);
    let sql = async |sql: &'static str| {
        sqlx::raw_sql(sql).execute(ground.db.pool()).await.unwrap();
    };
    sql(
        "CREATE FUNCTION no_result() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
         CREATE TRIGGER no_result BEFORE UPDATE OR DELETE ON homeostat.job FOR EACH ROW
         WHEN (OLD.kind = 'task' AND OLD.state = 'running') EXECUTE FUNCTION no_result()",
    )
    .await;
    let proxy = Proxy::before(&ground.base);
    let pool = Lossy::start(&ground, &proxy).await;
    let job = ground.enqueue(Way::Done).await;
    pool.handle.finished().at_least(1).await;
    sql("DROP TRIGGER no_result ON homeostat.job").await;
    // A pool in doubt looks at all that runs in its name.
    assert_eq!(pool.lose_a_claim(&ground, &proxy).await, 1);
    assert_eq!(claims(&ground, job).await, 1);
    pool.stop.cancel();
    pool.running.await.unwrap().unwrap();
}

/// How many times it was claimed.
async fn claims(ground: &Ground, job: JobId) -> i64 {
    let claims = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.event
           WHERE entity = 'job' AND entity_id = $1 AND to_state = 'running'"#,
        job.to_string()
    );
    claims.fetch_one(ground.db.pool()).await.unwrap()
}

/// A pool behind a proxy.
struct Lossy {
    handle: PoolHandle,
    stop: CancellationToken,
    running: JoinHandle<Result<Stopped, Error>>,
    epoch: Epoch,
}

impl Lossy {
    async fn start(ground: &Ground, proxy: &Proxy) -> Self {
        let (db, stop) = (proxy.db().await, CancellationToken::new());
        let epoch = ground.epoch("a").await;
        let (listener, wake) = Listener::new(&ground.db, &[Pool::CHANNEL]);
        tokio::spawn(listener.run(stop.clone()));
        let options = PoolOptions {
            poll_ms: 200,
            ..PoolOptions::default()
        };
        let (registry, entropy) = (ground.registry(), &ground.entropy);
        let (pool, handle) = Pool::new(&db, &epoch, registry, entropy, options, wake).unwrap();
        let running = tokio::spawn(pool.run(stop.clone()));
        handle.idle().at_least(1).await;
        Self {
            handle,
            stop,
            running,
            epoch,
        }
    }

    /// Enqueues until the answer to the claim of one job was lost. Gives back how many were given back.
    async fn lose_a_claim(&self, ground: &Ground, proxy: &Proxy) -> i64 {
        let before = self.handle.finished().count();
        for n in 1..=TRIES_MAX {
            proxy.lose_answer_after(0);
            enqueue(&ground.db, &Alone {}, &Enqueue::default())
                .await
                .unwrap();
            self.handle.finished().at_least(before + n).await;
            let given_back = sqlx::query_scalar!(
                r#"SELECT count(*) AS "n!" FROM homeostat.event
                   WHERE entity = 'job' AND from_state = 'running' AND to_state = 'ready' AND cause = 'interruption'"#
            );
            let given_back = given_back.fetch_one(ground.db.pool()).await.unwrap();
            if given_back > 0 {
                return given_back;
            }
        }
        0
    }
}
