//! A database, a sandbox of all vendors whose clock tests move, and a pool that does the house's jobs.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use homeostat_clock::{Entropy, WorldClock};
use homeostat_effects::{Ctx, EffectSettings, Recovered, recover};
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_model::JobId;
use homeostat_operator::{
    Operator, Partners, People, actuators,
    config::Config,
    jobs::{self, serve::Serve},
    records::sensor,
    schedules::define_autonomy,
};
use homeostat_queue::{Enqueue, Pool, PoolOptions, Registry, enqueue_raw};
use homeostat_sandbox::{
    AD_LIBRARY_TOKEN, AGENTMAIL_KEY, Handle, META_TOKEN, ORIGIN, Options, REVOLUT_CLIENT_ID,
    REVOLUT_ISSUER, REVOLUT_PRIVATE_KEY, REVOLUT_REFRESH_TOKEN, SHOPIFY_TOKEN, TRACK17_KEY, serve,
};
use homeostat_store::{Db, Listener};
use homeostat_testkit::Database;
use homeostat_vendors::{
    Endpoint, ad_library, agentmail, meta, revolut,
    shopify::{self, Credentials},
    track17,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// The brand that the tests look at.
pub(crate) const BRAND: &str = "aurora";
/// A key for digests of people.
pub(crate) const KEYS: &str = "1:6a1f0c52d9e84b37a05c7e19f2b8463d915e70ca48fb2d63087ea4c91b5f3d26";

/// Waits that vendors ask for are this much shorter: their clock stands.
const WAIT_DIVISOR: u32 = 600;
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// World time that one try of a job takes.
const TRY_TAKES: SignedDuration = SignedDuration::from_secs(10);

pub(crate) struct Stage {
    pub(crate) operator: Operator,
    pub(crate) effects: Ctx,
    pub(crate) sandbox: Handle,
    _database: Database,
    epoch: Epoch,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// With another sandbox than the usual one.
    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let database = Database::fresh().await;
        let db = database.db();
        let mut options = Options::new(database.dir().join("world"));
        options.clock = Some(WorldClock::manual(ORIGIN));
        change(&mut options);
        let sandbox = serve(options).await.unwrap();
        let operator = operator(&db, &sandbox);
        define_autonomy(&db, &operator.config).await.unwrap();
        let epoch = EpochOptions {
            kind: "worker".into(),
            host: Host::this().unwrap(),
            version: "test".into(),
            run_dir: database.dir().to_path_buf(),
            comes_back: false,
        };
        let epoch = Epoch::begin(&db, &epoch, &Entropy::from_seed(5)).await;
        let epoch = epoch.unwrap();
        Self {
            effects: Ctx::new(&db, &epoch, EffectSettings::default()),
            operator,
            sandbox,
            _database: database,
            epoch,
        }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.operator.db
    }

    /// World time passes.
    pub(crate) fn pass(&self, hours: i64) {
        let span = SignedDuration::from_hours(hours);
        self.sandbox.clock().advance(span);
    }

    /// One job of the brand, and everything that follows from it, to the end of the last.
    pub(crate) async fn ask(&self, kind: &str) -> Vec<(String, String)> {
        self.ask_with(kind, json!({ "brand": BRAND })).await
    }

    /// The same with args of its own. Returns the kind and state of each job that ended meanwhile, in order.
    pub(crate) async fn ask_with(&self, kind: &str, args: Value) -> Vec<(String, String)> {
        let registry = jobs::registry(&self.operator, &self.effects).unwrap();
        self.work(registry, None, (kind, args)).await
    }

    /// The shop's orders are known, as far as the test has put any into the store: letters wait for that.
    pub(crate) async fn shop_was_read(&self) {
        let mut connection = self.db().pool().acquire().await.unwrap();
        let (id, at) = (
            format!("shopify.orders:{BRAND}"),
            self.sandbox.clock().now(),
        );
        sensor::saw(&mut connection, &id, BRAND, at).await.unwrap();
    }

    /// What is decided about a letter; nobody acts on it.
    pub(crate) async fn decide(&self, letter: &str) {
        let house = jobs::registry(&self.operator, &self.effects).unwrap();
        house.register(self.db()).await.unwrap();
        let mut registry = Registry::new();
        registry.add(Serve::new(&self.operator)).unwrap();
        let asked = ("decide.service", json!({ "letter": letter }));
        self.work(registry, Some(asked.0), asked).await;
    }

    /// Works until no job of the kind is left, or none at all.
    async fn work(
        &self,
        registry: Registry,
        only: Option<&str>,
        (kind, args): (&str, Value),
    ) -> Vec<(String, String)> {
        registry.register(self.db()).await.unwrap();
        let how = Enqueue {
            brand: Some(BRAND.parse().unwrap()),
            ..Enqueue::default()
        };
        let asked = enqueue_raw(self.db(), kind, args, &how).await.unwrap();
        let stop = CancellationToken::new();
        let (listener, wake) = Listener::new(self.db(), &[Pool::CHANNEL]);
        tokio::spawn(listener.run(stop.clone()));
        let options = PoolOptions {
            poll_ms: 20,
            ..PoolOptions::default()
        };
        let entropy = Entropy::from_seed(6);
        let pool = Pool::new(self.db(), &self.epoch, registry, &entropy, options, wake);
        let (pool, handle) = pool.unwrap();
        let pool = tokio::spawn(pool.run(stop.clone()));
        loop {
            let finished = handle.finished().count();
            if self.open_jobs(only).await == 0 {
                break;
            }
            handle.finished().at_least(finished + 1).await;
            // Vendors' limits fill up with their time, which stands unless it is moved.
            self.sandbox.clock().advance(TRY_TAKES);
        }
        stop.cancel();
        pool.await.unwrap().unwrap();
        self.ended_since(asked.job).await
    }

    async fn open_jobs(&self, only: Option<&str>) -> i64 {
        sqlx::query_scalar!(
            r#"SELECT count(*) AS "n!" FROM homeostat.job
               WHERE state <> 'failed' AND ($1::text IS NULL OR kind = $1)"#,
            only,
        )
        .fetch_one(self.db().pool())
        .await
        .unwrap()
    }

    async fn ended_since(&self, first: JobId) -> Vec<(String, String)> {
        sqlx::query!(
            r#"SELECT born.data->>'kind' AS "kind!",
                      (SELECT e.to_state FROM homeostat.event e
                       WHERE e.entity = 'job' AND e.entity_id = born.entity_id ORDER BY e.id DESC LIMIT 1) AS "state!"
               FROM homeostat.event born
               WHERE born.entity = 'job' AND born.from_state IS NULL AND born.entity_id::bigint >= $1
               ORDER BY born.id"#,
            first.0,
        )
        .map(|row| (row.kind, row.state))
        .fetch_all(self.db().pool())
        .await
        .unwrap()
    }

    /// One pass of recovery over acts whose outcome is open.
    pub(crate) async fn recover(&self) -> Recovered {
        let registry = actuators::registry(&self.operator);
        recover(&self.effects, &registry).await.unwrap()
    }

    /// Orders a fault for the next `times` calls of a kind, such as `shopify.refund_create`.
    pub(crate) async fn befall(&self, on: &str, fault: &str, times: u32) {
        let order = json!({ "on": on, "fault": fault, "times": times, "after_ms": 1 });
        let url = format!("http://{}/_faults", self.sandbox.address());
        let reply = reqwest::Client::new().post(url).body(order.to_string());
        let reply = reply.send().await.unwrap();
        let is_taken = reply.status().is_success();
        assert!(is_taken, "{order}: {}", reply.text().await.unwrap());
    }
}

/// The operator of the demonstration, whose partners are all played by the sandbox.
fn operator(db: &Db, sandbox: &Handle) -> Operator {
    let endpoint = |url: &str| Endpoint {
        base_url: url.to_owned(),
        call_timeout: CALL_TIMEOUT,
        wait_divisor: WAIT_DIVISOR,
    };
    let graph = |token: &str, url: &str| {
        let mut config = meta::Config::new(token.into());
        config.endpoint = endpoint(url);
        config
    };
    let config = Config::read(None).unwrap();
    let mut shops = BTreeMap::new();
    for brand in &config.brands {
        let url = sandbox.shopify_url(brand.id.as_str());
        let credentials = Credentials::Token(SHOPIFY_TOKEN.into());
        let mut wanted = shopify::Config::new(&url, credentials);
        wanted.endpoint = endpoint(&url);
        shops.insert(brand.id.clone(), shopify::Client::new(wanted).unwrap());
    }
    let mut parcels = track17::Config::new(TRACK17_KEY.into());
    parcels.endpoint = endpoint(&sandbox.track17_url());
    let mut mail = agentmail::Config::new(AGENTMAIL_KEY.into());
    mail.endpoint = endpoint(&sandbox.agentmail_url());
    let key = REVOLUT_PRIVATE_KEY.into();
    let refresh = REVOLUT_REFRESH_TOKEN.into();
    let mut bank = revolut::Config::new(REVOLUT_CLIENT_ID, REVOLUT_ISSUER, key, refresh);
    bank.endpoint = endpoint(&sandbox.revolut_url());
    let archive = graph(AD_LIBRARY_TOKEN, &sandbox.ad_library_url());
    Operator {
        db: db.clone(),
        clock: sandbox.clock(),
        config: Arc::new(config),
        meta: meta::Client::new(graph(META_TOKEN, &sandbox.meta_url())).unwrap(),
        ad_library: Some(ad_library::Client::new(archive).unwrap()),
        partners: Partners {
            people: People::new(&KEYS.into()).unwrap(),
            shops,
            parcels: Some(track17::Client::new(parcels).unwrap()),
            mail: Some(agentmail::Client::new(mail).unwrap()),
            bank: Some(revolut::Client::new(bank).unwrap()),
            browser: None,
        },
    }
}
