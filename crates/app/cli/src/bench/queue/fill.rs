//! A log with a long history: jobs are enqueued and done until it is as long as asked for.

use super::{drain, plant::Plant};
use crate::{failure::Failure, ui};

/// Birth, claim and end.
const EVENTS_PER_JOB: i64 = 3;
const JOBS_MAX: i64 = 500_000;

/// Fills the log.
pub(super) async fn fill(plant: &Plant, wanted: i64) -> Result<(), Failure> {
    loop {
        let events = events(plant).await?;
        let jobs = ((wanted - events) / EVENTS_PER_JOB).min(JOBS_MAX);
        if jobs <= 0 {
            return Ok(());
        }
        let jobs = usize::try_from(jobs).unwrap_or(1);
        let done = drain::measure(plant, jobs, None).await?;
        ui::note(&format!(
            "the log holds {events} of {wanted} events; drained {:.0} jobs/s",
            done.drain_per_s
        ));
    }
}

/// Events in the log.
pub(super) async fn events(plant: &Plant) -> Result<i64, Failure> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM homeostat.event"#)
        .fetch_one(plant.db.pool())
        .await
        .map_err(|e| Failure::environment(&e))
}
