//! The worker that is stopped with a job in hand and spared by the kill. Its deadline gives the job to
//! somebody else; then it wakes and tries to finish with its old fence.

use rustix::process::Signal;
use serde_json::json;

use super::{Stage, answer, done};
use crate::drill::{
    bad_day::{
        timeline::Timeline,
        trouble::{Trouble, until},
    },
    processes,
    witness::Witness,
};

/// Also the name of its log.
pub(in super::super) const NAME: &str = "spared";
pub(in super::super) const KIND: &str = "drill.spared";
/// Each attempt holds this long, below the kind's timeout: the first is stopped in it, the second is
/// under way when the first wakes.
const HOLDS_MS: [u64; 2] = [2_000, 2_500];

/// What a worker says of a result that came too late.
const REFUSED: &str = "a stale result changed nothing";

/// The stopped worker.
#[derive(Debug)]
pub(in super::super) struct Spared {
    pub(in super::super) pid: u32,
    job: i64,
    fence: i64,
    /// Its epoch.
    pub(in super::super) epoch: i64,
}

impl Spared {
    /// Starts the worker; it has nothing to do yet.
    pub(in super::super) async fn prepare(stage: &mut Stage<'_>) -> Result<u32, Trouble> {
        let url = stage.witness.url().to_owned();
        let pid = stage.plant.start_worker(NAME, &[KIND], &url)?;
        let (witness, text) = (&mut stage.witness, pid.to_string());
        until("work_stuck", "the worker to be spared lives", async || {
            let sql =
                "SELECT count(*) FROM homeostat.process WHERE state = 'live' AND pid = $1::int";
            Ok((witness.number(sql, &[&text]).await? > 0).then_some(()))
        })
        .await?;
        Ok(pid)
    }

    /// Gives it a job and stops it in the middle.
    pub(in super::super) async fn stop(stage: &mut Stage<'_>, pid: u32) -> Result<Self, Trouble> {
        #[derive(serde::Deserialize)]
        struct Row {
            fence: i64,
            owner: i64,
        }
        let task = json!([{"name": format!("round-{}-spared", stage.round), "holds_ms": HOLDS_MS}]);
        let jobs = stage.enqueue(KIND, &task).await?;
        stage.running(&jobs).await?;
        processes::signal(pid, Signal::STOP);
        let job = jobs.first().copied().unwrap_or_default();
        let sql = "SELECT fence, owner FROM homeostat.job WHERE id = $1::bigint";
        let row: Row = stage.witness.one(sql, &[&job.to_string()]).await?;
        stage.timeline.say(format!(
            "one worker is stopped with job {job} in hand, fence {}; it will be spared",
            row.fence
        ));
        Ok(Self {
            pid,
            job,
            fence: row.fence,
            epoch: row.owner,
        })
    }

    /// Wakes it when somebody else is at its job, and waits until it has tried to finish.
    pub(in super::super) async fn wake(
        &self,
        witness: &mut Witness,
        timeline: &Timeline,
        said: impl Fn() -> String,
    ) -> Result<(), Trouble> {
        let (job, fence) = (self.job.to_string(), self.fence.to_string());
        until(
            "stale_results_accepted",
            "somebody else took the stopped worker's job",
            async || {
                let sql = "SELECT count(*) FROM homeostat.job
                       WHERE id = $1::bigint AND state = 'running' AND fence > $2::bigint";
                let n = answer(witness.number(sql, &[&job, &fence]).await)?;
                Ok(n.filter(|n| *n > 0))
            },
        )
        .await?;
        let refusals = || said().matches(REFUSED).count();
        let before = refusals();
        processes::signal(self.pid, Signal::CONT);
        timeline.say(format!(
            "the stopped worker wakes and finishes job {job} with its old fence {fence}, while another works on it"
        ));
        // Refused, it says so; taken, the job has ended.
        until(
            "stale_results_accepted",
            "the woken worker tried to finish",
            async || {
                let refused = refusals() > before;
                let sql = "SELECT count(*) FROM homeostat.event
                       WHERE entity = 'job' AND entity_id = $1 AND to_state = 'done'";
                let taken = answer(witness.number(sql, &[&job]).await)?.unwrap_or(0);
                Ok((refused || taken > 0).then_some(()))
            },
        )
        .await?;
        done(witness, "work_stuck", &[self.job]).await?;
        timeline.say(format!("job {job} is done by the one that holds it"));
        Ok(())
    }
}
