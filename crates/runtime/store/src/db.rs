//! Connections to one Postgres database.

use std::{io, sync::Arc, time::Duration};

use homeostat_model::RuntimeTime;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    StoreError,
    hosts::Hosts,
    primary::{Primary, Seeker},
};

/// How long the question why no connection came waits for its answer.
const WHY_TIMEOUT: Duration = Duration::from_secs(2);

/// How a process connects.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// Upper bound of the pool.
    pub connections_max: u32,
    /// Shown in `pg_stat_activity`.
    pub application_name: String,
    /// How long a caller waits for a free connection.
    pub acquire_timeout: Duration,
    /// Whether a plan may read a whole table. Off for the roles that work: tables of live work go from
    /// empty to full in a moment, and a plan that was kept from the empty one would read all of the full.
    pub table_scans: bool,
    /// Whether each statement is planned anew for its values. On for who reads with filters that may be left out: one
    /// plan for all of them would walk through a whole table.
    pub fresh_plans: bool,
    /// Longest that a statement may take. One that waits longer holds locks nobody should hold.
    pub statement_timeout: Duration,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self {
            connections_max: 6,
            application_name: "homeostat".into(),
            acquire_timeout: Duration::from_secs(5),
            table_scans: true,
            fresh_plans: false,
            statement_timeout: Duration::from_secs(60),
        }
    }
}

/// A connection that rested longer is asked whether it still lives before it is used.
const RESTED: Duration = Duration::from_millis(100);

/// A cheap handle to the database.
#[derive(Debug, Clone)]
pub struct Db {
    pool: PgPool,
    way: Way,
}

/// Where sessions are opened.
#[derive(Debug, Clone)]
enum Way {
    /// The one server.
    One(Arc<PgConnectOptions>),
    /// The primary of several. The seeker ends with the last handle.
    Primary {
        primary: Primary,
        _seeker: Arc<Seeker>,
    },
}

impl Db {
    /// Opens a pool. More connections are made when they are needed.
    ///
    /// # Errors
    /// When the URL cannot be understood or the database does not answer.
    pub async fn connect(url: &str, options: &DbOptions) -> Result<Self, StoreError> {
        let db = Self::lazy(url, options)?;
        if let Way::Primary { primary, .. } = &db.way {
            // Who dials before it is known dials the first of the list. None is found: that is told below.
            let known = primary.until_known();
            let _ = tokio::time::timeout(options.acquire_timeout, known).await;
        }
        db.answers().await?;
        Ok(db)
    }

    /// Opens a pool without a connection, for who works while the database does not.
    ///
    /// # Errors
    /// When the URL cannot be understood.
    pub fn lazy(url: &str, options: &DbOptions) -> Result<Self, StoreError> {
        let statement_timeout = format!("{}ms", options.statement_timeout.as_millis());
        let shape = |connect: PgConnectOptions| {
            connect
                .application_name(&options.application_name)
                .options([("statement_timeout", statement_timeout.as_str())])
                .options([
                    ("idle_in_transaction_session_timeout", "60s"),
                    // Compiling a plan takes longer than any of our statements. Where table scans are off, a plan
                    // that must read a table is costed as if that were worth it.
                    ("jit", "off"),
                    (
                        "enable_seqscan",
                        if options.table_scans { "on" } else { "off" },
                    ),
                    (
                        "plan_cache_mode",
                        if options.fresh_plans {
                            "force_custom_plan"
                        } else {
                            "auto"
                        },
                    ),
                ])
        };
        let pool = PgPoolOptions::new()
            .max_connections(options.connections_max)
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false);
        match Hosts::parse(url)? {
            Hosts::One(one) => {
                let one = shape(*one);
                let pool = pool.before_acquire(|connection, last| {
                    Box::pin(async move {
                        rested(connection, last.idle_for).await?;
                        Ok(true)
                    })
                });
                Ok(Self {
                    pool: pool.connect_lazy_with(one.clone()),
                    way: Way::One(Arc::new(one)),
                })
            }
            Hosts::Primary(hosts) => {
                let primary = Primary::new(hosts.into_iter().map(shape).collect());
                let (admits, knows) = (primary.clone(), primary.clone());
                let pool = pool
                    .after_connect(move |session, _| {
                        let primary = admits.clone();
                        Box::pin(async move { primary.admit(session).await })
                    })
                    .before_acquire(move |connection, last| {
                        let is_of_the_past = knows.has_moved_within(last.age);
                        Box::pin(async move {
                            if !is_of_the_past {
                                rested(connection, last.idle_for).await?;
                            }
                            Ok(!is_of_the_past)
                        })
                    })
                    .connect_lazy_with(primary.options());
                let way = Way::Primary {
                    _seeker: Arc::new(primary.seek(pool.clone())),
                    primary,
                };
                Ok(Self { pool, way })
            }
        }
    }

    /// Asks whether the database is there.
    ///
    /// # Errors
    /// Why it is not.
    pub async fn answers(&self) -> Result<(), StoreError> {
        let answered = async { self.pool.acquire().await?.ping().await };
        match answered.await {
            // The pool tries again until its time is over and then forgets why.
            Err(sqlx::Error::PoolTimedOut) => Err(self.why().await.into()),
            answered => Ok(answered?),
        }
    }

    /// For single statements that need no transaction of their own.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// A session that is not pooled, as the liveness lock needs one, with these settings.
    ///
    /// # Errors
    /// When the database does not answer, or the server that answers is not the primary.
    pub async fn session(&self, settings: &[(&str, &str)]) -> Result<PgConnection, StoreError> {
        let shape = |options: PgConnectOptions| options.options(settings.iter().copied());
        Ok(match &self.way {
            Way::One(one) => shape(PgConnectOptions::clone(one)).connect().await?,
            Way::Primary { primary, .. } => primary.session(shape).await?,
        })
    }

    /// How often another server has taken the place of the primary, as far as this process knows. What it was told
    /// was committed before may be gone.
    pub fn moves(&self) -> u64 {
        match &self.way {
            Way::One(_) => 0,
            Way::Primary { primary, .. } => primary.moves(),
        }
    }

    /// Returns when it has happened other than so often. With one server never.
    pub async fn moved(&self, moves: u64) {
        match &self.way {
            Way::One(_) => std::future::pending().await,
            Way::Primary { primary, .. } => primary.moved(moves).await,
        }
    }

    async fn why(&self) -> sqlx::Error {
        match &self.way {
            Way::One(one) => why(one).await,
            Way::Primary { primary, .. } => primary.why().await,
        }
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

/// One session with the database behind a URL, for who needs no pool: with the primary, where it names several
/// servers.
///
/// # Errors
/// When the URL cannot be understood, or no server of it answers that takes writes.
pub async fn session(url: &str) -> Result<PgConnection, StoreError> {
    match Hosts::parse(url)? {
        Hosts::One(one) => Ok(one.connect().await?),
        Hosts::Primary(hosts) => Ok(Primary::new(hosts).once().await?),
    }
}

/// One that was in use a moment ago is not asked whether it still lives.
async fn rested(connection: &mut PgConnection, idle_for: Duration) -> Result<(), sqlx::Error> {
    match idle_for > RESTED {
        true => connection.ping().await,
        false => Ok(()),
    }
}

/// What one connection outside of the pool fails with.
async fn why(connect: &PgConnectOptions) -> sqlx::Error {
    match tokio::time::timeout(WHY_TIMEOUT, connect.connect()).await {
        Ok(Err(error)) => error,
        Ok(Ok(connection)) => {
            // It answers by now, but it did not in the time that the pool had.
            let _ = connection.close().await;
            sqlx::Error::PoolTimedOut
        }
        Err(_) => sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "no answer")),
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use homeostat_model::{Classify, Fault};

    use super::*;

    async fn refused(url: &str) -> (StoreError, String) {
        let options = DbOptions {
            acquire_timeout: Duration::from_millis(50),
            ..DbOptions::default()
        };
        let error = Db::connect(url, &options).await.unwrap_err();
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        (error, text)
    }

    #[tokio::test]
    async fn a_url_that_is_none_is_told_by_name_and_without_its_password() {
        for url in [
            "",
            "geheim",
            "mysql://ada:geheim@localhost/x",
            "postgres://ada:geh/eim@localhost/x",
            "postgres://ada:geheim@localhost:port/x",
        ] {
            let (error, text) = refused(url).await;
            assert!(matches!(error, StoreError::Url(_)), "{url}: {text}");
            assert_eq!(error.fault(), Fault::Permanent);
            assert!(text.starts_with("DATABASE_URL: "), "{text}");
            assert!(!text.contains("geh"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_refused_connection_is_told_as_one() {
        // Port 1 is reserved, and nobody listens there.
        let (error, text) = refused("postgres://ada:geheim@127.0.0.1:1/x").await;
        assert!(matches!(error, StoreError::Unreachable(_)), "{text}");
        assert!(text.contains("refused"), "{text}");
        assert!(!text.contains("geheim"), "{text}");
    }
}
