//! The history that a server writes: of which cluster, and on which of its timelines. A promotion begins one.
//!
//! *Crash points.* A timeline is begun in one transaction, before the first session on it is lent to anybody: every
//! sequence has moved on and the row says so, or neither counts and the next one begins it.
//!
//! *Limits.* Who writes past us, in SQL of its own, may come before the first of us.

use std::io;

use sqlx::PgConnection;

/// The cluster's identity, and which of its timelines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) identity: String,
    pub(crate) timeline: i64,
}

impl Line {
    /// The one that a server writes.
    ///
    /// # Errors
    /// When it takes no writes.
    pub(crate) async fn of(session: &mut PgConnection) -> Result<Self, sqlx::Error> {
        // A server in recovery says that it is read-only, and must not be asked what it writes.
        let row = sqlx::query!(
            r#"SELECT system_identifier::text AS "identity!",
                      CASE WHEN current_setting('transaction_read_only') = 'off' THEN
                          -- The first eight hex digits of the log being written: also right before the first checkpoint.
                          ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint
                      END AS timeline
               FROM pg_control_system()"#
        )
        .fetch_one(session)
        .await?;
        match row.timeline {
            Some(timeline) => Ok(Self {
                identity: row.identity,
                timeline,
            }),
            None => Err(refused("it takes no writes")),
        }
    }

    /// Whether a process that knows this history may go on with another one.
    pub(crate) fn is_followed_by(&self, next: &Self) -> bool {
        next.identity == self.identity && next.timeline >= self.timeline
    }

    /// Sees to it that numbers which were lost with their commits are given to nobody else. False while there is
    /// no schema yet.
    pub(crate) async fn begin(&self, session: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let is_there = sqlx::query_scalar!(
            r#"SELECT to_regprocedure('homeostat.begin_timeline(text)') IS NOT NULL AS "is_there!""#
        )
        .fetch_one(&mut *session)
        .await?;
        if is_there {
            let id = format!("{}/{}", self.identity, self.timeline);
            sqlx::query!("SELECT homeostat.begin_timeline($1)", id)
                .execute(session)
                .await?;
        }
        Ok(is_there)
    }
}

/// A server that must not be worked on, now.
pub(crate) fn refused(why: impl Into<String>) -> sqlx::Error {
    let why: String = why.into();
    sqlx::Error::Io(io::Error::new(io::ErrorKind::NotConnected, why))
}
