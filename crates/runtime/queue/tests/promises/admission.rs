//! A kind whose jobs need room is claimed only when there is some, and holds up nobody.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use homeostat_model::JobId;
use homeostat_queue::{
    Admission, Context, Enqueue, Failure, JobFilter, KindDefaults, NamedWorker, NoRoom, Outcome,
    PoolOptions, Registry, Room, cancel, enqueue_raw, jobs,
};
use homeostat_store::Db;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::common::{Ground, Running, Way};

const KIND: &str = "job.big";

/// Room for as many as there are permits.
struct Porter {
    places: Arc<Semaphore>,
    asked: AtomicUsize,
}

#[async_trait::async_trait]
impl Admission for Porter {
    async fn room(&self, kind: &str) -> Result<Room, NoRoom> {
        assert_eq!(kind, KIND);
        self.asked.fetch_add(1, Ordering::SeqCst);
        let place = self.places.clone().try_acquire_owned();
        place
            .map(Room::new)
            .map_err(|_| NoRoom("no place is free".into()))
    }
}

/// Says what it was given, when it is let go.
struct Big(Arc<Semaphore>);

#[async_trait::async_trait]
impl NamedWorker for Big {
    async fn work(&self, args: Value, context: &Context) -> Result<Outcome, Failure> {
        let place = context.take_room::<OwnedSemaphorePermit>();
        assert!(place.is_some(), "begun without its room");
        assert!(context.take_room::<OwnedSemaphorePermit>().is_none());
        self.0.acquire().await.map_err(Failure::error)?.forget();
        Ok(Outcome::Done(args))
    }
}

struct Stage {
    ground: Ground,
    porter: Arc<Porter>,
    gate: Arc<Semaphore>,
    registry: Registry,
}

impl Stage {
    async fn new(places: usize, defaults: KindDefaults) -> Self {
        let ground = Ground::new().await;
        let porter = Arc::new(Porter {
            places: Arc::new(Semaphore::new(places)),
            asked: AtomicUsize::new(0),
        });
        let gate = Arc::new(Semaphore::new(0));
        let mut registry = ground.registry();
        let worker = Arc::new(Big(gate.clone()));
        registry.add_named(KIND.into(), defaults, worker).unwrap();
        registry.admit(KIND, porter.clone()).unwrap();
        assert!(registry.admit("nobody", porter.clone()).is_err());
        registry.register(&ground.db).await.unwrap();
        Self {
            ground,
            porter,
            gate,
            registry,
        }
    }

    async fn pool(&self) -> Running {
        let options = PoolOptions {
            poll_ms: 10,
            ..PoolOptions::default()
        };
        let epoch = self.ground.epoch("a").await;
        self.ground.pool_of(epoch, self.registry.clone(), options)
    }

    async fn enqueue(&self, n: usize) -> JobId {
        let how = Enqueue::default();
        let args = json!({ "n": n });
        let done = enqueue_raw(&self.ground.db, KIND, args, &how).await;
        done.unwrap().job
    }

    async fn state(&self, job: JobId) -> String {
        let filter = JobFilter {
            id: Some(job),
            ..JobFilter::default()
        };
        jobs(&self.ground.db, &filter)
            .await
            .unwrap()
            .remove(0)
            .state
    }
}

/// Looks at the queue that found nothing, from now on.
async fn idle(pool: &Running, looks: u64) {
    let signal = pool.handle.idle();
    signal.at_least(signal.count() + looks).await;
}

#[tokio::test]
async fn without_room_a_job_stays_in_the_queue_and_the_others_go_on() {
    let stage = Stage::new(0, KindDefaults::default()).await;
    stage.gate.add_permits(1);
    let big = stage.enqueue(7).await;
    let pool = stage.pool().await;
    for n in 1..=3 {
        stage.ground.enqueue(Way::Done).await;
        pool.handle.finished().at_least(n).await;
    }
    idle(&pool, 3).await;
    assert_eq!(stage.state(big).await, "ready");
    assert_eq!(pool.handle.claimed().count(), 3, "never claimed");
    assert!(stage.porter.asked.load(Ordering::SeqCst) >= 3);
    stage.porter.places.add_permits(1);
    pool.handle.finished().at_least(4).await;
    pool.stop().await;
    let (state, data) = stage.ground.end_of(big).await;
    assert_eq!(
        (state.as_str(), &data["result"]),
        ("done", &json!({"n": 7}))
    );
    assert_eq!(stage.porter.places.available_permits(), 1, "given back");
}

#[tokio::test]
async fn a_room_is_for_one_job() {
    let stage = Stage::new(2, KindDefaults::default()).await;
    let mut all = Vec::new();
    for n in 0..5 {
        all.push(stage.enqueue(n).await);
    }
    let pool = stage.pool().await;
    for done in 0..=3 {
        pool.handle.started().at_least(done + 2).await;
        idle(&pool, 3).await;
        assert_eq!(pool.handle.started().count(), done + 2, "two at a time");
        assert_eq!(pool.handle.claimed().count(), done + 2, "none ahead");
        stage.gate.add_permits(1);
        pool.handle.finished().at_least(done + 1).await;
    }
    stage.gate.add_permits(1);
    pool.handle.finished().at_least(5).await;
    pool.stop().await;
    for job in all {
        assert_eq!(stage.ground.end_of(job).await.0, "done");
    }
    assert_eq!(stage.porter.places.available_permits(), 2);
}

#[tokio::test]
async fn an_empty_queue_asks_for_no_room() {
    let stage = Stage::new(1, KindDefaults::default()).await;
    let pool = stage.pool().await;
    idle(&pool, 5).await;
    pool.stop().await;
    assert_eq!(stage.porter.asked.load(Ordering::SeqCst), 0);
}

/// The second may not run beside the first, so it wants no room: else a kind would wait for memory by its
/// own word, and take it from others meanwhile. Red without the kind's limit in `is_waiting`.
#[tokio::test]
async fn no_room_is_asked_for_a_job_that_may_not_run_yet() {
    let one = KindDefaults {
        concurrency: Some(1),
        ..KindDefaults::default()
    };
    let stage = Stage::new(2, one).await;
    stage.enqueue(1).await;
    let second = stage.enqueue(2).await;
    let pool = stage.pool().await;
    pool.handle.started().at_least(1).await;
    idle(&pool, 5).await;
    assert_eq!(stage.state(second).await, "ready");
    assert_eq!(stage.porter.asked.load(Ordering::SeqCst), 1);
    stage.gate.add_permits(2);
    pool.handle.finished().at_least(2).await;
    pool.stop().await;
    assert_eq!(stage.porter.places.available_permits(), 2);
}

/// Gives room, and sees to it that the job is gone when it is claimed.
struct Thief {
    porter: Arc<Porter>,
    db: Db,
    job: JobId,
}

#[async_trait::async_trait]
impl Admission for Thief {
    async fn room(&self, kind: &str) -> Result<Room, NoRoom> {
        // It may be gone already, after the first time.
        let _ = cancel(&self.db, self.job, "taken away").await;
        self.porter.room(kind).await
    }
}

/// Red when the room is kept by a round that claimed nothing.
#[tokio::test]
async fn room_that_no_job_came_for_is_given_back() {
    let mut stage = Stage::new(1, KindDefaults::default()).await;
    let job = stage.enqueue(1).await;
    let thief = Thief {
        porter: stage.porter.clone(),
        db: stage.ground.db.clone(),
        job,
    };
    let mut registry = stage.ground.registry();
    let worker = Arc::new(Big(stage.gate.clone()));
    let defaults = KindDefaults::default();
    registry.add_named(KIND.into(), defaults, worker).unwrap();
    registry.admit(KIND, Arc::new(thief)).unwrap();
    stage.registry = registry;
    let pool = stage.pool().await;
    idle(&pool, 3).await;
    // Before the pool gives back what it has at its end.
    assert_eq!(stage.porter.places.available_permits(), 1);
    pool.stop().await;
    assert_eq!(stage.porter.asked.load(Ordering::SeqCst), 1);
    assert_eq!(stage.ground.end_of(job).await.0, "cancelled");
}
