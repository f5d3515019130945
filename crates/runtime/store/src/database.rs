//! The database of a program: one that was named, or a private cluster beside it.

use std::path::Path;

use crate::{Db, DbOptions, Embedded, EmbeddedError, EmbeddedOptions, StoreError};

/// A migrated database, and the server that runs for it alone, if there is one.
#[derive(Debug)]
pub struct Database {
    db: Db,
    url: String,
    server: Option<Embedded>,
}

/// A database that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The private cluster.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Connects to `url`; without one, makes a private cluster in `dir` and starts it. Brings the
    /// schema up to date either way.
    ///
    /// # Errors
    /// When there is neither a database nor a server program to run one, or a migration fails. What
    /// was started is stopped again.
    pub async fn open(
        url: Option<String>,
        dir: &Path,
        options: &DbOptions,
    ) -> Result<Self, OpenError> {
        let (url, server) = match url {
            Some(url) => (url, None),
            None => {
                let cluster = EmbeddedOptions {
                    dir: dir.to_owned(),
                    durable: true,
                };
                let server = Embedded::start(&cluster).await?;
                (server.url(), Some(server))
            }
        };
        match connect(&url, options).await {
            Ok(db) => Ok(Self { db, url, server }),
            Err(error) => {
                if let Some(server) = server {
                    // The first error says more than a failed stop.
                    let _ = server.stop().await;
                }
                Err(error.into())
            }
        }
    }

    /// The handle that everything else is given.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Where other programs connect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Closes the connections, and stops the server that was started for them.
    ///
    /// # Errors
    /// When the server neither stops nor dies.
    pub async fn close(self) -> Result<(), OpenError> {
        self.db.close().await;
        match self.server {
            Some(server) => Ok(server.stop().await?),
            None => Ok(()),
        }
    }
}

async fn connect(url: &str, options: &DbOptions) -> Result<Db, StoreError> {
    let db = Db::connect(url, options).await?;
    db.migrate().await?;
    Ok(db)
}
