//! The house's own workers, run in this process until the queue is empty.

use std::time::Duration;

use homeostat_clock::{Entropy, Stopwatch};
use homeostat_control::{Policy, kill::Kill};
use homeostat_effects::{Ctx, EffectSettings, renew_lease, set_autonomy};
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_model::Autonomy;
use homeostat_operator::jobs;
use homeostat_queue::{Pool, PoolOptions};
use homeostat_store::Listener;
use homeostat_testkit::Database;
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::{stage::count, vendor::Vendor};

/// Longest wait for work that must end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A database of its own, with the house's kinds of jobs, and a vendor.
pub(crate) struct Crew {
    pub(crate) database: Database,
    pub(crate) vendor: Vendor,
    epoch: Epoch,
    effects: Ctx,
}

impl Crew {
    pub(crate) async fn new(seed: u64) -> Self {
        let database = Database::fresh().await;
        let db = database.db();
        let vendor = Vendor::new(&db, seed).await;
        let options = EpochOptions {
            kind: "worker".into(),
            host: Host::this().unwrap(),
            version: env!("CARGO_PKG_VERSION").into(),
            run_dir: database.dir().to_path_buf(),
            comes_back: false,
        };
        let epoch = Epoch::begin(&db, &options, &Entropy::from_seed(seed))
            .await
            .unwrap();
        let effects = Ctx::new(&db, &epoch, EffectSettings::default());
        set_autonomy(&db, Kill::NAME, Autonomy::Full, "ada", "a test")
            .await
            .unwrap();
        renew_lease(&db, epoch.id(), None).await.unwrap();
        let crew = Self {
            database,
            vendor,
            epoch,
            effects,
        };
        crew.registry().register(&db).await.unwrap();
        crew
    }

    fn registry(&self) -> homeostat_queue::Registry {
        jobs::registry(&self.vendor.operator, &self.effects).unwrap()
    }

    /// Ten days of the world pass, the brand is looked at once, and what is decided is done.
    pub(crate) async fn ten_days(&self) {
        self.vendor
            .handle
            .clock()
            .advance(SignedDuration::from_hours(240));
        self.enqueue("sense.meta", r#"{"brand":"aurora"}"#).await;
        self.work().await;
    }

    /// Enqueues from SQL, as any program may.
    pub(crate) async fn enqueue(&self, kind: &str, args: &str) -> i64 {
        sqlx::query_scalar("SELECT homeostat.enqueue($1, $2::text::jsonb)")
            .bind(kind)
            .bind(args)
            .fetch_one(self.database.db().pool())
            .await
            .unwrap()
    }

    /// Works until `done` selects no row any more, then stops.
    pub(crate) async fn work_while(&self, busy: &str) {
        let db = self.database.db();
        let stop = CancellationToken::new();
        let (listener, wake) = Listener::new(&db, &[Pool::CHANNEL]);
        tokio::spawn(listener.run(stop.clone()));
        // One slot: jobs run in the order of their ids.
        let options = PoolOptions {
            slots: 1,
            poll_ms: 50,
            ..PoolOptions::default()
        };
        let entropy = Entropy::from_seed(1);
        let (pool, _) =
            Pool::new(&db, &self.epoch, self.registry(), &entropy, options, wake).unwrap();
        let running = tokio::spawn(pool.run(stop.clone()));
        let started = Stopwatch::start();
        while count(&self.database, busy).await > 0 {
            assert!(started.elapsed() < PATIENCE, "still at work: {busy}");
            tokio::task::yield_now().await;
        }
        stop.cancel();
        running.await.unwrap().unwrap();
    }

    /// Works until no job is ready or running.
    pub(crate) async fn work(&self) {
        self.work_while("homeostat.job WHERE state <> 'failed'")
            .await;
    }
}
