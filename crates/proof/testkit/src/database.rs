//! A migrated database for one test, copied from a template.

use std::path::Path;

use homeostat_clock::Entropy;
use homeostat_store::{Db, DbOptions, schema_fingerprint};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

/// Names the cluster that tests use: the URL of its `postgres` database.
const CLUSTER: &str = "HOMEOSTAT_TEST_URL";

/// A database nobody else uses, and a directory of its own.
#[derive(Debug)]
pub struct Database {
    db: Db,
    url: String,
    dir: TempDir,
    cluster: String,
    name: String,
}

impl Database {
    /// A fresh, migrated database.
    ///
    /// # Panics
    /// When no cluster was named or it does not answer: the test cannot say anything then.
    pub async fn fresh() -> Self {
        let cluster = std::env::var(CLUSTER)
            .unwrap_or_else(|_| panic!("{CLUSTER} is not set; run the tests with ./dev test"));
        let mut admin = PgConnection::connect(&cluster)
            .await
            .expect("the test cluster answers");
        let template = template(&mut admin, &cluster).await;
        let name = format!("t_{}", random_name());
        run(
            &mut admin,
            &format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"),
        )
        .await;
        let url = with_database(&cluster, &name);
        let db = Db::connect(&url, &DbOptions::default())
            .await
            .expect("the fresh database answers");
        Self {
            db,
            url,
            dir: TempDir::new().expect("a temporary directory"),
            cluster,
            name,
        }
    }

    /// A handle.
    pub fn db(&self) -> Db {
        self.db.clone()
    }

    /// Where other processes connect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A directory of this test, removed at its end.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

impl Drop for Database {
    /// Leaves nothing on the cluster. A test that panics leaves its database for a look at it.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let (cluster, sql) = (
            self.cluster.clone(),
            format!("DROP DATABASE {} WITH (FORCE)", self.name),
        );
        // A thread of its own: this may run inside a runtime, which must not be blocked.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(async {
                let mut admin = PgConnection::connect(&cluster)
                    .await
                    .expect("the test cluster answers");
                run(&mut admin, &sql).await;
            });
        });
        // The cluster is a throw-away: a failed drop is not the test's failure.
        let _ = dropping.join();
    }
}

/// Made once for each schema, under a lock, and never connected to again.
async fn template(admin: &mut PgConnection, cluster: &str) -> String {
    let name = format!("template_{}", schema_fingerprint());
    run(admin, "SELECT pg_advisory_lock(7253017)").await;
    let exists = sqlx::query("SELECT FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_optional(&mut *admin)
        .await
        .expect("the list of databases");
    if exists.is_none() {
        let draft = format!("{name}_draft");
        run(
            admin,
            &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)"),
        )
        .await;
        run(admin, &format!("CREATE DATABASE {draft}")).await;
        let db = Db::connect(&with_database(cluster, &draft), &DbOptions::default())
            .await
            .expect("the template answers");
        db.migrate().await.expect("the migrations apply");
        db.close().await;
        run(admin, &format!("ALTER DATABASE {draft} RENAME TO {name}")).await;
    }
    run(admin, "SELECT pg_advisory_unlock(7253017)").await;
    name
}

async fn run(admin: &mut PgConnection, sql: &str) {
    sqlx::query(AssertSqlSafe(sql))
        .execute(admin)
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// Replaces the path of a URL, which is the database's name.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url
        .split_once('?')
        .map_or((url, None), |(b, q)| (b, Some(q)));
    let root = base.rsplit_once('/').map_or(base, |(root, _)| root);
    let query = query.map(|q| format!("?{q}")).unwrap_or_default();
    format!("{root}/{name}{query}")
}

fn random_name() -> String {
    use rand::Rng;
    let seed = Entropy::from_system().expect("entropy");
    format!("{:016x}", seed.rng().next_u64())
}
