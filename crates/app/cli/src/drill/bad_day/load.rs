//! The ordinary days before: a minute of work, so that the log and the tables are not those of a
//! system that has just been made.

use std::time::Duration;

use homeostat_clock::{Stopwatch, pause};

use super::{
    timeline::{Timeline, seconds},
    trouble::{Trouble, unmet, within},
};
use crate::drill::witness::Witness;

/// Jobs at once; twice as many wait at most, since more would only be a longer queue.
const BATCH_MAX: i64 = 1_000;
/// A load that grows no more is a failure of its own.
const PATIENCE: Duration = Duration::from_secs(600);

/// How much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) events: i64,
    pub(super) duration: Duration,
}

/// Works until both are reached: the time, and the events. Gives back how many there are.
pub(super) async fn run(
    witness: &mut Witness,
    timeline: &Timeline,
    wanted: Wanted,
) -> Result<i64, Trouble> {
    let watch = Stopwatch::start();
    // A job leaves three events: accepted, claimed, done.
    let batch = (wanted.events / 6).clamp(1, BATCH_MAX);
    let mut events = newest(witness).await?;
    while events < wanted.events || watch.elapsed() < wanted.duration {
        if watch.elapsed() > wanted.duration + PATIENCE {
            let text = format!("the load came to {events} events of {}", wanted.events);
            return Err(unmet("events_loaded", text));
        }
        let waiting = "SELECT count(*) FROM homeostat.job WHERE kind = 'drill.load'";
        if witness.number(waiting, &[]).await? < batch * 2 {
            enqueue(witness, batch).await?;
        }
        pause(Duration::from_millis(100)).await;
        events = newest(witness).await?;
    }
    let mut drained = Witness::at(witness.url().to_owned());
    within(
        PATIENCE,
        "work_stuck",
        "the load is worked off",
        async || {
            let left = "SELECT count(*) FROM homeostat.job WHERE kind = 'drill.load'";
            Ok((drained.number(left, &[]).await? == 0).then_some(()))
        },
    )
    .await?;
    let events = witness
        .number("SELECT count(*) FROM homeostat.event", &[])
        .await?;
    timeline.say(format!(
        "{events} events in {} s of ordinary work",
        seconds(watch.elapsed())
    ));
    Ok(events)
}

async fn enqueue(witness: &mut Witness, batch: i64) -> Result<(), Trouble> {
    let sql = "SELECT count(*) FROM homeostat.enqueue_many('drill.load',
                   array_fill('{\"name\": \"load\"}'::jsonb, ARRAY[$1::int]))";
    witness.number(sql, &[&batch.to_string()]).await?;
    Ok(())
}

/// The newest number in the log: about as many as there are events, and cheap to ask for.
async fn newest(witness: &mut Witness) -> Result<i64, Trouble> {
    let sql = "SELECT coalesce(max(id), 0) FROM homeostat.event";
    Ok(witness.number(sql, &[]).await?)
}
