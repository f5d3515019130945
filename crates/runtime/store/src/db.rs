//! Connections to one Postgres database.

use std::{str::FromStr, time::Duration};

use homeostat_model::RuntimeTime;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::StoreError;

/// How a process connects.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// Upper bound of the pool.
    pub connections_max: u32,
    /// Shown in `pg_stat_activity`.
    pub application_name: String,
    /// How long a caller waits for a free connection.
    pub acquire_timeout: Duration,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self {
            connections_max: 6,
            application_name: "homeostat".into(),
            acquire_timeout: Duration::from_secs(5),
        }
    }
}

/// A cheap handle to the database.
#[derive(Debug, Clone)]
pub struct Db {
    pool: PgPool,
    connect: PgConnectOptions,
}

impl Db {
    /// Opens a pool. Connections are made when they are first needed.
    ///
    /// # Errors
    /// When the URL cannot be understood or the database does not answer.
    pub async fn connect(url: &str, options: &DbOptions) -> Result<Self, StoreError> {
        let connect = PgConnectOptions::from_str(url)?
            .application_name(&options.application_name)
            // A statement that waits longer than this holds locks nobody should hold.
            .options([
                ("statement_timeout", "60s"),
                ("idle_in_transaction_session_timeout", "60s"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(options.connections_max)
            .acquire_timeout(options.acquire_timeout)
            .connect_with(connect.clone())
            .await?;
        Ok(Self { pool, connect })
    }

    /// For single statements that need no transaction of their own.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// For connections that must not be pooled: LISTEN and the liveness lock.
    pub fn connect_options(&self) -> &PgConnectOptions {
        &self.connect
    }

    /// The database's clock.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn now(&self) -> Result<RuntimeTime, StoreError> {
        let now = sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#)
            .fetch_one(self.pool())
            .await?;
        Ok(now.runtime())
    }

    /// The server's name and version, as it says itself; too old a server is refused.
    ///
    /// # Errors
    /// When it does not answer, or is older than 15.
    pub async fn server_version(&self) -> Result<String, StoreError> {
        let row = sqlx::query!(
            r#"SELECT current_setting('server_version_num')::int / 10000 AS "major!",
                      'Postgres ' || current_setting('server_version') AS "name!""#
        )
        .fetch_one(self.pool())
        .await?;
        if row.major < 15 {
            return Err(StoreError::corrupt(
                "server_version",
                format!("{} is older than 15", row.name),
            ));
        }
        Ok(row.name)
    }

    /// Closes every connection of the pool.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
