//! A database, a sandbox whose clock tests move, and a pool that does the phases.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use homeostat_clock::{Entropy, WorldClock};
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_model::{JobId, RunId};
use homeostat_operator::{Operator, config::Config, records::archive::report};
use homeostat_queue::{
    Enqueue, JobFilter, Pool, PoolOptions, Registry, RunFilter, RunRow, enqueue_raw, jobs, runs,
};
use homeostat_sandbox::{AD_LIBRARY_TOKEN, Handle, META_TOKEN, ORIGIN, Options, serve};
use homeostat_store::{Db, Listener};
use homeostat_testkit::Database;
use homeostat_vendors::{ad_library, meta};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// The brand that the tests look at.
pub(crate) const BRAND: &str = "aurora";

pub(crate) struct Stage {
    pub(crate) operator: Operator,
    pub(crate) sandbox: Handle,
    _database: Database,
    epoch: Epoch,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let database = Database::fresh().await;
        let mut options = Options::new(database.dir().join("world"));
        options.clock = Some(WorldClock::manual(ORIGIN));
        let sandbox = serve(options).await.unwrap();
        let graph = |token: &str, url: String| {
            let mut config = meta::Config::new(token.into());
            config.endpoint.base_url = url;
            config.endpoint.call_timeout = Duration::from_secs(20);
            // What the archive calls a minute is over soon.
            config.endpoint.wait_divisor = 600;
            config
        };
        let archive = graph(AD_LIBRARY_TOKEN, sandbox.ad_library_url());
        let operator = Operator {
            db: database.db(),
            clock: sandbox.clock(),
            config: Arc::new(Config::read(None).unwrap()),
            meta: meta::Client::new(graph(META_TOKEN, sandbox.meta_url())).unwrap(),
            ad_library: Some(ad_library::Client::new(archive).unwrap()),
            partners: homeostat_operator::Partners::default(),
        };
        let epoch = EpochOptions {
            kind: "worker-ads".into(),
            host: Host::this().unwrap(),
            version: "test".into(),
            run_dir: database.dir().to_path_buf(),
            comes_back: false,
        };
        let entropy = Entropy::from_seed(5);
        let epoch = Epoch::begin(&database.db(), &epoch, &entropy)
            .await
            .unwrap();
        Self {
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
    pub(crate) fn pass(&self, days: i64) {
        let span = SignedDuration::from_hours(24 * days);
        self.sandbox.clock().advance(span);
    }

    /// One run by the phases of a registry, to its end.
    pub(crate) async fn run_by(&self, registry: Registry, brand: &str) -> RunRow {
        let job = self.work(registry, "ads", brand).await;
        self.row(RunId(job.0)).await
    }

    /// One job of a kind, or a run, by the workers of a registry until nothing is left of it.
    pub(crate) async fn work(&self, registry: Registry, kind: &str, brand: &str) -> JobId {
        registry.register(self.db()).await.unwrap();
        let how = Enqueue::default();
        let args = json!({ "brand": brand });
        let job = enqueue_raw(self.db(), kind, args, &how).await.unwrap().job;
        let stop = CancellationToken::new();
        let (listener, wake) = Listener::new(self.db(), &[Pool::CHANNEL]);
        tokio::spawn(listener.run(stop.clone()));
        let options = PoolOptions {
            poll_ms: 50,
            ..PoolOptions::default()
        };
        let entropy = Entropy::from_seed(6);
        let pool = Pool::new(self.db(), &self.epoch, registry, &entropy, options, wake);
        let (pool, handle) = pool.unwrap();
        let pool = tokio::spawn(pool.run(stop.clone()));
        loop {
            let finished = handle.finished().count();
            let left = sqlx::query_scalar!(
                r#"SELECT count(*) AS "n!" FROM homeostat.job WHERE state IN ('ready', 'running')"#
            );
            if left.fetch_one(self.db().pool()).await.unwrap() == 0 {
                break;
            }
            handle.finished().at_least(finished + 1).await;
        }
        stop.cancel();
        pool.await.unwrap().unwrap();
        job
    }

    /// Why a job failed; `None` of one that is done.
    pub(crate) async fn failure(&self, job: JobId) -> Option<String> {
        let filter = JobFilter {
            id: Some(job),
            ..JobFilter::default()
        };
        let row = jobs(self.db(), &filter).await.unwrap().pop();
        row.filter(|row| row.state != "done")
            .and_then(|row| row.last_error)
    }

    pub(crate) async fn row(&self, run: RunId) -> RunRow {
        let filter = RunFilter {
            id: Some(run),
            ..RunFilter::default()
        };
        runs(self.db(), &filter).await.unwrap().remove(0)
    }

    /// The brand's latest report.
    pub(crate) async fn report(&self) -> Value {
        let mut reports = report::latest(self.db(), Some(BRAND)).await.unwrap();
        reports.pop().unwrap_or_default()
    }

    /// Orders a fault for the archive's next `times` calls of a class.
    pub(crate) async fn befall(&self, class: &str, fault: &str, times: u32, object: Option<&str>) {
        let order = json!({
            "on": format!("ad_library.{class}"), "fault": fault, "times": times, "object": object,
            "after_ms": 1,
        });
        let reply = self.http("POST", "/_faults", &order.to_string()).await;
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    }

    /// How many calls of a class a fault has struck.
    pub(crate) async fn struck(&self, class: &str, fault: &str) -> u64 {
        let reply = self.http("GET", "/_faults", "").await;
        let (_, body) = reply.split_once("\r\n\r\n").unwrap();
        let told: Value = serde_json::from_str(body).unwrap();
        let struck = &told["struck"][format!("ad_library.{class}:{fault}")];
        struck.as_u64().unwrap_or_default()
    }

    async fn http(&self, method: &str, path: &str, body: &str) -> String {
        let address = self.sandbox.address();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let exchange = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut reply = String::new();
            stream.read_to_string(&mut reply).unwrap();
            reply
        };
        tokio::task::spawn_blocking(exchange).await.unwrap()
    }

    /// Everything that the pipeline has written, row by row.
    pub(crate) async fn rows(&self) -> Value {
        let rows = sqlx::query_scalar!(
            r#"SELECT jsonb_build_object(
                 'ad', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM homeostat.ad t),
                 'watch', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM homeostat.competitor_watch t),
                 'look', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.run_id, t.page_id)
                          FROM homeostat.competitor_look t),
                 'competitor', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM homeostat.competitor t),
                 'keyword', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM homeostat.keyword t),
                 'find', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.library_id) FROM homeostat.ad_find t),
                 'report', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM homeostat.ads_report t),
                 'sensor', (SELECT jsonb_agg(to_jsonb(t) - 'readings' ORDER BY t.id) FROM homeostat.sensor t)) AS "rows!""#
        );
        rows.fetch_one(self.db().pool()).await.unwrap()
    }

    /// Names of the competitors that are watched.
    pub(crate) async fn watched(&self) -> Vec<(String, String)> {
        sqlx::query!(
            "SELECT page_id, name FROM homeostat.competitor
             WHERE brand = $1 AND state = 'watched' ORDER BY page_id",
            BRAND
        )
        .map(|r| (r.page_id, r.name))
        .fetch_all(self.db().pool())
        .await
        .unwrap()
    }

    /// How many ads are in a state.
    pub(crate) async fn ads(&self, state: &str) -> i64 {
        sqlx::query_scalar!(
            r#"SELECT count(*) AS "n!" FROM homeostat.ad WHERE brand = $1 AND state = $2"#,
            BRAND,
            state,
        )
        .fetch_one(self.db().pool())
        .await
        .unwrap()
    }

    /// The sensors' states, by id.
    pub(crate) async fn sensors(&self) -> Vec<(String, String)> {
        sqlx::query!("SELECT id, state FROM homeostat.sensor ORDER BY id")
            .map(|r| (r.id, r.state))
            .fetch_all(self.db().pool())
            .await
            .unwrap()
    }
}
