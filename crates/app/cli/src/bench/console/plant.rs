//! What the measurement stands on: a cluster of its own, and the web role as a process.

use std::{process::Stdio, time::Duration};

use homeostat_store::Db;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{bench::cluster::Cluster, failure::Failure};

/// Longest wait for the process to listen.
const PATIENCE: Duration = Duration::from_secs(30);
const CONNECTIONS_MAX: u32 = 4;

/// A cluster, a directory and a process, which go when the run is over.
#[derive(Debug)]
pub(super) struct Plant {
    cluster: Cluster,
    web: Option<Child>,
    pub(super) db: Db,
}

impl Plant {
    /// A fresh cluster with the schema.
    pub(super) async fn build() -> Result<Self, Failure> {
        let cluster = Cluster::build(CONNECTIONS_MAX).await?;
        let (db, web) = (cluster.db.clone(), None);
        Ok(Self { cluster, web, db })
    }

    /// Starts the web role and gives back its address.
    pub(super) async fn serve(&mut self) -> Result<String, Failure> {
        let broken =
            |e: std::io::Error| Failure::Environment(format!("cannot start a process: {e}"));
        let log = std::fs::File::create(self.cluster.path("web.log")).map_err(broken)?;
        let mut web = Command::new(std::env::current_exe().map_err(broken)?)
            .args(["run", "web", "--json", "--listen", "127.0.0.1:0"])
            .env("DATABASE_URL", self.cluster.url())
            .env_remove("HOMEOSTAT_CONFIG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(broken)?;
        let stdout = web.stdout.take();
        self.web = Some(web);
        let silent = || Failure::Environment("the web role does not say where it listens".into());
        let mut lines = BufReader::new(stdout.ok_or_else(silent)?).lines();
        let line = timeout(PATIENCE, lines.next_line()).await;
        let line = line
            .map_err(|_| silent())?
            .map_err(broken)?
            .ok_or_else(silent)?;
        let said: Value = serde_json::from_str(&line).map_err(|_| silent())?;
        let listen = said.get("listen").and_then(Value::as_str);
        Ok(listen.ok_or_else(silent)?.to_owned())
    }

    /// The most memory that the web process ever had resident, in MB.
    pub(super) fn rss_mb(&self) -> Result<f64, Failure> {
        let pid = self.web.as_ref().and_then(Child::id).unwrap_or_default();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
        let status = status.map_err(|e| Failure::environment(&e))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kb = line.and_then(|rest| {
            rest.trim()
                .trim_end_matches("kB")
                .trim()
                .parse::<f64>()
                .ok()
        });
        kb.map(|kb| kb / 1024.0)
            .ok_or_else(|| Failure::Environment("this system does not tell VmHWM".into()))
    }

    /// Stops everything and forgets it.
    pub(super) async fn raze(mut self) -> Result<(), Failure> {
        if let Some(web) = &mut self.web {
            // It may have ended by itself.
            let _ = web.kill().await;
        }
        self.cluster.raze().await
    }
}
