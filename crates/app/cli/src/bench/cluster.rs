//! What a measurement stands on: a cluster of its own with the schema, in a directory that goes when the run is over.

use std::path::PathBuf;

use homeostat_store::{Db, DbOptions, Embedded, EmbeddedOptions};

use crate::failure::Failure;

/// One.
#[derive(Debug)]
pub(super) struct Cluster {
    server: Embedded,
    dir: tempfile::TempDir,
    pub(super) db: Db,
}

impl Cluster {
    /// A fresh one with durable settings.
    pub(super) async fn build(connections_max: u32) -> Result<Self, Failure> {
        let dir = tempfile::Builder::new()
            .prefix("homeostat-bench-")
            .tempdir()
            .map_err(|e| Failure::environment(&e))?;
        let options = EmbeddedOptions {
            dir: dir.path().join("pg"),
            durable: true,
        };
        let server = Embedded::start(&options).await?;
        let options = DbOptions {
            application_name: "homeostat bench".into(),
            connections_max,
            ..DbOptions::default()
        };
        let db = Db::connect(&server.url(), &options).await?;
        db.migrate().await?;
        Ok(Self { server, dir, db })
    }

    /// Where the database is.
    pub(super) fn url(&self) -> String {
        self.server.url()
    }

    /// A path of the run's own.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Stops it and forgets it.
    pub(super) async fn raze(self) -> Result<(), Failure> {
        self.db.close().await;
        Ok(self.server.stop().await?)
    }
}
