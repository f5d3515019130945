//! The run of the five-phase ads pipeline that is in its third phase. It goes on there; no phase that
//! was done runs again.

use serde_json::{Value, json};

use super::{Stage, answer};
use crate::drill::{
    bad_day::trouble::{Trouble, unmet, until},
    http,
    witness::Witness,
};

/// Questions about the ads of pages.
const PAGES: &str = "ad_library.pages";
/// A search that is answered this late keeps its phase busy for as long as the day needs it.
const SLOW_MS: u64 = 60_000;

/// The run.
#[derive(Debug)]
pub(in super::super) struct Run {
    id: i64,
}

/// How a run came out.
#[derive(Debug, serde::Deserialize)]
struct Row {
    state: String,
    resumed_from: Option<String>,
}

impl Run {
    /// Starts one and holds it in `track`, the only phase that asks for the ads of pages: the archive
    /// answers its first question slowly. That answer must not meet the run that the schedule fires at
    /// the start of a system.
    pub(in super::super) async fn arrange(stage: &mut Stage<'_>) -> Result<Self, Trouble> {
        let witness = &mut stage.witness;
        until(
            "run_resumed_from",
            "no other run is under way",
            async || {
                let sql = "SELECT count(*) FROM homeostat.run WHERE state = 'running'";
                Ok((witness.number(sql, &[]).await? == 0).then_some(()))
            },
        )
        .await?;
        let order = json!({"on": PAGES, "fault": "slow", "after_ms": SLOW_MS});
        let _queued: Value = http::post(&stage.plant.sandbox, "/_faults", &order).await?;
        let ids = stage.enqueue("ads", &json!([{"brand": "aurora"}])).await?;
        let run = Self {
            id: ids.first().copied().unwrap_or_default(),
        };
        let (plant, witness, id) = (&*stage.plant, &mut stage.witness, run.id.to_string());
        until(
            "run_resumed_from",
            "the run waits in its third phase",
            async || {
                let sql = "SELECT count(*) FROM homeostat.job
                       WHERE run_id = $1::bigint AND phase = 'track' AND state = 'running'";
                let tracks = witness.number(sql, &[&id]).await? > 0;
                let told: Value = http::get(&plant.sandbox, "/_faults").await?;
                let mut queued = told["queued"].as_array().into_iter().flatten();
                let has_asked = !queued.any(|order| order["on"] == PAGES);
                Ok((tracks && has_asked).then_some(()))
            },
        )
        .await?;
        let text = format!("run {id} of the ads pipeline is in its third phase, track");
        stage.timeline.say(text);
        Ok(run)
    }

    /// The phase is still under way: otherwise the day is not the one that is to be judged.
    pub(in super::super) async fn must_be_held(
        &self,
        witness: &mut Witness,
    ) -> Result<(), Trouble> {
        let sql = "SELECT count(*) FROM homeostat.job
                   WHERE run_id = $1::bigint AND phase = 'track' AND state = 'running'";
        if witness.number(sql, &[&self.id.to_string()]).await? > 0 {
            return Ok(());
        }
        let text = "the run went on before everything was under way; if that took longer than a call may, \
                    the machine is too slow";
        Err(unmet("run_resumed_from", text))
    }

    async fn row(&self, witness: &mut Witness) -> Result<Option<Row>, Trouble> {
        let sql = "SELECT state, resumed_from FROM homeostat.run WHERE id = $1::bigint";
        answer(witness.one(sql, &[&self.id.to_string()]).await)
    }

    /// Waits for its end. Gives back the phase that it went on from.
    pub(in super::super) async fn resumed(
        &self,
        witness: &mut Witness,
    ) -> Result<Option<String>, Trouble> {
        let row = until(
            "run_resumed_from",
            "the run has come to its end",
            async || {
                let row = self.row(witness).await?;
                Ok(row.filter(|row| row.state != "running"))
            },
        )
        .await?;
        Ok(row.resumed_from.filter(|_| row.state == "done"))
    }
}
