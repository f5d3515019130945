//! The rescue that breaks off: a worker dies first, somebody begins to give its jobs back, and in the
//! middle of that everybody else dies too.
//!
//! A lock on one of the jobs, held from outside, keeps the rescuer in the middle of its transaction for
//! as long as the scene needs it.

use rustix::process::Signal;
use serde_json::json;
use sqlx::PgConnection;

use super::{Stage, done};
use crate::drill::{
    bad_day::trouble::{Trouble, until},
    processes,
    witness::Witness,
};

const NAME: &str = "early";
pub(in super::super) const KIND: &str = "drill.early";
const JOBS: usize = 3;
/// Longer than a round.
const HOLD_MS: u64 = 500_000;

/// The jobs, and the worker that dies early.
#[derive(Debug)]
pub(in super::super) struct Early {
    jobs: Vec<i64>,
    pid: u32,
}

impl Early {
    pub(in super::super) async fn arrange(stage: &mut Stage<'_>) -> Result<Self, Trouble> {
        let url = stage.witness.url().to_owned();
        let pid = stage.plant.start_worker(NAME, &[KIND], &url)?;
        let tasks: Vec<_> = (1..=JOBS)
            .map(|n| json!({"name": format!("early-{n}"), "holds_ms": [HOLD_MS]}))
            .collect();
        let jobs = stage.enqueue(KIND, &json!(tasks)).await?;
        stage.running(&jobs).await?;
        Ok(Self { jobs, pid })
    }

    /// Kills the worker and waits until its rescue is under way and stuck. The lock lasts as long as
    /// what is given back.
    pub(in super::super) async fn dies(
        &self,
        stage: &mut Stage<'_>,
    ) -> Result<PgConnection, Trouble> {
        let first = self.jobs.first().copied().unwrap_or_default();
        let row = format!("SELECT FROM homeostat.job WHERE id = {first}");
        let lock = stage.witness.lock(&row).await?;
        processes::signal(self.pid, Signal::KILL);
        stage.plant.bury_worker(self.pid).await;
        let witness = &mut stage.witness;
        until("work_stuck", "somebody began to rescue the early dead", async || {
            let sql = "SELECT count(*) FROM pg_stat_activity a
                       WHERE a.datname = current_database() AND cardinality(pg_blocking_pids(a.pid)) > 0
                         AND a.query LIKE '%homeostat.job%'";
            Ok((witness.number(sql, &[]).await? > 0).then_some(()))
        })
        .await?;
        stage.timeline.say(format!(
            "one worker died with {JOBS} jobs in hand; its rescue is under way and not committed"
        ));
        Ok(lock)
    }

    /// Waits until what the broken rescue left behind is done.
    pub(in super::super) async fn made_up(&self, witness: &mut Witness) -> Result<(), Trouble> {
        done(witness, "work_stuck", &self.jobs).await
    }
}
