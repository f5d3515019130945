//! A database for each trial, copied from one that was made ready once.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::Mutex;

use crate::trouble::Trouble;

/// A cluster that anybody may make databases in.
#[derive(Debug)]
pub(crate) struct Cluster {
    admin: String,
}

/// One database of it; gone when it is dropped.
#[derive(Debug)]
pub(crate) struct Database {
    cluster: Arc<Cluster>,
    name: String,
    url: String,
    /// For the trial's own questions, of which there are many.
    line: Mutex<Option<PgConnection>>,
}

impl Cluster {
    /// The cluster behind the URL of its `postgres` database.
    pub(crate) fn at(admin: String) -> Arc<Self> {
        Arc::new(Self { admin })
    }

    /// Where its databases are made and backends are ended.
    pub(crate) fn admin(&self) -> &str {
        &self.admin
    }

    /// A copy of another database, to which nobody may be connected.
    pub(crate) async fn copy(self: &Arc<Self>, of: &str, name: &str) -> Result<Database, Trouble> {
        let mut admin = PgConnection::connect(&self.admin).await?;
        // Of a database that is as small as these, copying its files costs a third of logging its pages.
        let sql = format!("CREATE DATABASE {name} TEMPLATE {of} STRATEGY FILE_COPY");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut admin).await?;
        admin.close().await?;
        let (base, query) = self.admin.split_once('?').unwrap_or((&self.admin, ""));
        let root = base.rsplit_once('/').map_or(base, |(root, _)| root);
        Ok(Database {
            cluster: self.clone(),
            name: name.to_owned(),
            url: format!("{root}/{name}?{query}"),
            line: Mutex::new(None),
        })
    }
}

impl Database {
    /// Where processes connect.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its name on the cluster.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// One number.
    pub(crate) async fn number(&self, sql: &str) -> Result<i64, Trouble> {
        let mut line = self.line.lock().await;
        let sql = AssertSqlSafe(format!("SELECT ({sql})::bigint"));
        let query = sqlx::query_scalar::<_, Option<i64>>(sql);
        let n = query.fetch_one(self.connected(&mut line).await?).await?;
        Ok(n.unwrap_or_default())
    }

    /// One text.
    pub(crate) async fn text(&self, sql: &str) -> Result<Option<String>, Trouble> {
        let mut line = self.line.lock().await;
        let sql = AssertSqlSafe(format!("SELECT ({sql})::text"));
        let query = sqlx::query_scalar(sql);
        Ok(query.fetch_one(self.connected(&mut line).await?).await?)
    }

    /// Statements whose answer is of no interest.
    pub(crate) async fn run(&self, sql: &str) -> Result<(), Trouble> {
        let mut line = self.line.lock().await;
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        query.execute(self.connected(&mut line).await?).await?;
        Ok(())
    }

    async fn connected<'a>(
        &self,
        line: &'a mut Option<PgConnection>,
    ) -> Result<&'a mut PgConnection, Trouble> {
        let connection = match line.take() {
            Some(connection) => connection,
            None => PgConnection::connect(&self.url).await?,
        };
        Ok(line.insert(connection))
    }

    /// A transaction of its own that holds what this selects for as long as it lives.
    pub(crate) async fn lock(&self, sql: &str) -> Result<PgConnection, Trouble> {
        let mut connection = PgConnection::connect(&self.url).await?;
        let sql = AssertSqlSafe(format!("BEGIN; {sql}"));
        sqlx::raw_sql(sql).execute(&mut connection).await?;
        Ok(connection)
    }

    /// Nobody of the trial itself is connected any more.
    pub(crate) async fn hang_up(&self) {
        if let Some(connection) = self.line.lock().await.take() {
            // Its other end is gone with it.
            let _ = connection.close().await;
        }
    }

    /// Removes it.
    pub(crate) async fn drop(self) {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        // The cluster is thrown away in the end: one that stays is only in the way.
        if let Ok(mut admin) = PgConnection::connect(&self.cluster.admin).await {
            let _ = sqlx::query(AssertSqlSafe(sql)).execute(&mut admin).await;
        }
    }
}
