//! The 47 named jobs: each in the middle of its first attempt. All must be given back and done.

use serde_json::json;

use super::{Stage, done, list};
use crate::drill::{bad_day::trouble::Trouble, witness::Witness};

/// How many.
pub(in super::super) const CREW: usize = 47;
/// No first attempt ends by itself.
const FOR_EVER_MS: u64 = 500_000;

/// The jobs.
#[derive(Debug)]
pub(in super::super) struct Crew {
    jobs: Vec<i64>,
}

impl Crew {
    pub(in super::super) async fn arrange(stage: &mut Stage<'_>) -> Result<Self, Trouble> {
        let round = stage.round;
        let tasks: Vec<_> = (1..=CREW)
            .map(
                |n| json!({"name": format!("round-{round}-job-{n:02}"), "holds_ms": [FOR_EVER_MS]}),
            )
            .collect();
        let jobs = stage.enqueue("drill.work", &json!(tasks)).await?;
        stage.running(&jobs).await?;
        let text = format!("{CREW} named jobs are in the middle of their work");
        stage.timeline.say(text);
        Ok(Self { jobs })
    }

    /// Waits until all are done, and counts those that a rescue gave back before.
    pub(in super::super) async fn rescued(&self, witness: &mut Witness) -> Result<i64, Trouble> {
        done(witness, "jobs_rescued", &self.jobs).await?;
        let sql = "SELECT count(DISTINCT entity_id) FROM homeostat.event
                   WHERE entity = 'job' AND from_state = 'running' AND to_state = 'ready' AND cause = 'crash'
                     AND entity_id = ANY (string_to_array($1, ','))";
        Ok(witness.number(sql, &[&list(&self.jobs)]).await?)
    }
}
