//! What is under way when everything dies, one scene a file: how it is set up, and what must have
//! become of it.

pub(super) mod crew;
pub(super) mod early;
pub(super) mod run;
pub(super) mod spared;
pub(super) mod wishes;

use super::{
    timeline::Timeline,
    trouble::{Trouble, until},
};
use crate::drill::{plant::Plant, witness::Witness};

/// Where a scene plays.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    pub(super) plant: &'a mut Plant,
    pub(super) witness: Witness,
    pub(super) timeline: Timeline,
    /// Which round this is, from 1.
    pub(super) round: u32,
}

impl Stage<'_> {
    /// Enqueues jobs of the drills from SQL, as any program may. Gives back their ids.
    async fn enqueue(
        &mut self,
        kind: &str,
        tasks: &serde_json::Value,
    ) -> Result<Vec<i64>, Trouble> {
        #[derive(serde::Deserialize)]
        struct Row {
            job_id: i64,
        }
        let sql = "SELECT job_id FROM homeostat.enqueue_many($1,
                       ARRAY(SELECT task FROM jsonb_array_elements($2::jsonb) task))";
        let rows: Vec<Row> = self.witness.rows(sql, &[kind, &tasks.to_string()]).await?;
        Ok(rows.into_iter().map(|row| row.job_id).collect())
    }

    /// Waits until all these jobs run.
    async fn running(&mut self, jobs: &[i64]) -> Result<(), Trouble> {
        let (witness, ids) = (&mut self.witness, list(jobs));
        let wanted = i64::try_from(jobs.len()).unwrap_or(i64::MAX);
        until("work_stuck", "all jobs of the scene run", async || {
            let sql = "SELECT count(*) FROM homeostat.job
                       WHERE state = 'running' AND id = ANY (string_to_array($1, ',')::bigint[])";
            let n = witness.number(sql, &[&ids]).await?;
            Ok((n == wanted).then_some(()))
        })
        .await
    }
}

/// Ids as a text that SQL takes apart again.
fn list(jobs: &[i64]) -> String {
    let ids: Vec<String> = jobs.iter().map(i64::to_string).collect();
    ids.join(",")
}

/// Waits until all these jobs are done.
async fn done(witness: &mut Witness, field: &str, jobs: &[i64]) -> Result<(), Trouble> {
    let (ids, wanted) = (list(jobs), i64::try_from(jobs.len()).unwrap_or(i64::MAX));
    until(field, "all jobs of the scene are done", async || {
        let sql = "SELECT count(*) FROM homeostat.event
                   WHERE entity = 'job' AND to_state = 'done' AND entity_id = ANY (string_to_array($1, ','))";
        let n = answer(witness.number(sql, &[&ids]).await)?;
        Ok(n.is_some_and(|n| n >= wanted).then_some(()))
    })
    .await
}

/// An answer, or none while the database is away.
fn answer<T>(answer: Result<T, crate::drill::witness::NoAnswer>) -> Result<Option<T>, Trouble> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(crate::drill::witness::NoAnswer::Away(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
