//! Fires what is due.

use std::time::Duration;

use homeostat_model::{JobId, RuntimeTime, WorldTime};
use homeostat_mutants::mutant;
use homeostat_store::{Db, Stamp};

use crate::{
    Cadence, Error, Missed, disable_schedule,
    schedule::cadence::{Fire, Ticker},
};

/// Most due times that one tick makes up for per schedule.
const FIRES_PER_TICK_MAX: usize = 100;

/// What a tick did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tick {
    /// Jobs enqueued.
    pub fired: Vec<JobId>,
    /// Due times passed over because the last job still lives.
    pub skipped: usize,
    /// Probe jobs of tripped schedules.
    pub probes: usize,
    /// The next due time of all enabled schedules.
    pub next_at: Option<WorldTime>,
}

/// Fires all schedules that are due in the world, and probes tripped ones. It takes both times:
/// cadences are the world's, probes the database's. Any number of schedulers may tick at once.
///
/// # Errors
/// The database's. A schedule that cannot be fired is logged and does not hold up the others.
pub async fn tick(db: &Db, world_now: WorldTime, now: Option<RuntimeTime>) -> Result<Tick, Error> {
    let mut tick = Tick::default();
    for due in due(db, world_now).await? {
        let fired = match due.ticker() {
            Ok(ticker) => fire_due(db, &due, &ticker, world_now, &mut tick).await,
            Err(error) => {
                let reason = format!("its cadence cannot be read: {error}");
                disable_schedule(db, &due.name, &reason).await
            }
        };
        match fired {
            Ok(()) => {}
            Err(error @ Error::Input { .. }) => {
                tracing::warn!(schedule = due.name, %error, "a due schedule cannot be fired");
            }
            Err(error) => return Err(error),
        }
    }
    tick.probes = probe(db, world_now, now).await?;
    tick.next_at = next_due(db, world_now).await?;
    Ok(tick)
}

/// Fires one schedule until it is due no more.
async fn fire_due(
    db: &Db,
    due: &Due,
    ticker: &Ticker,
    now: WorldTime,
    tick: &mut Tick,
) -> Result<(), Error> {
    let Some(mut next_at) = due.next_at.map(Stamp::world) else {
        return plan(db, due, ticker.first(now)?).await;
    };
    for _ in 0..FIRES_PER_TICK_MAX {
        let Some(fire) = ticker.fire(next_at, due.missed(), now)? else {
            return Ok(());
        };
        match fire_once(db, due, next_at, fire).await? {
            Fired::Job(job) => tick.fired.push(job),
            Fired::Skipped => tick.skipped += 1,
            Fired::TakenByAnother => return Ok(()),
        }
        next_at = fire.next_at;
    }
    Ok(())
}

#[derive(Debug)]
struct Due {
    id: i64,
    name: String,
    cron: Option<String>,
    every_s: Option<i64>,
    zone: String,
    missed: String,
    next_at: Option<Stamp>,
}

impl Due {
    fn missed(&self) -> Missed {
        if self.missed == "all" {
            Missed::All
        } else {
            Missed::Once
        }
    }

    fn ticker(&self) -> Result<Ticker, Error> {
        let cadence = match (&self.cron, self.every_s) {
            (Some(cron), _) => Cadence::Cron {
                expression: cron.clone(),
                zone: self.zone.clone(),
            },
            (None, every_s) => Cadence::Every(Duration::from_secs(
                every_s.unwrap_or_default().unsigned_abs(),
            )),
        };
        cadence.ticker()
    }
}

async fn due(db: &Db, world_now: WorldTime) -> Result<Vec<Due>, Error> {
    Ok(sqlx::query_as!(
        Due,
        "SELECT id, name, cron, every_s, zone, missed, next_at FROM homeostat.schedule
         WHERE state = 'enabled' AND (next_at <= $1 OR next_at IS NULL) ORDER BY next_at, id LIMIT 500",
        Stamp::from(world_now) as Stamp
    )
    .fetch_all(db.pool())
    .await?)
}

/// Plans a schedule that was enabled again.
async fn plan(db: &Db, due: &Due, first: WorldTime) -> Result<(), Error> {
    sqlx::query!(
        "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'plan', true) AS c)
         UPDATE homeostat.schedule s SET next_at = $2 FROM cause
         WHERE s.id = $1 AND s.next_at IS NULL AND s.state = 'enabled' AND cause.c IS NOT NULL",
        due.id,
        Stamp::from(first) as Stamp
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

enum Fired {
    Job(JobId),
    Skipped,
    TakenByAnother,
}

/// Moves `next_at` and inserts the job in one statement. The row that another scheduler has moved
/// meanwhile does not match any more.
async fn fire_once(db: &Db, due: &Due, next_at: WorldTime, fire: Fire) -> Result<Fired, Error> {
    if mutant!("fire_twice") {
        sqlx::query!(
            r#"SELECT q.job_id AS "job!" FROM homeostat.schedule s, LATERAL homeostat.enqueue_many(
                   s.kind, ARRAY[s.args], brand => s.brand, schedule_id => s.id, due_at => $2) q WHERE s.id = $1"#,
            due.id,
            Stamp::from(fire.due_at) as Stamp,
        )
        .fetch_optional(db.pool())
        .await?;
    }
    let row = sqlx::query!(
        r#"WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'fire', true) AS c),
                moved AS (
                    UPDATE homeostat.schedule s SET next_at = $3, last_due_at = $4 FROM cause
                    WHERE s.id = $1 AND s.next_at = $2 AND s.state = 'enabled' AND cause.c IS NOT NULL
                    RETURNING s.id, s.kind, s.args, s.brand, s.overlap
                ), wanted AS MATERIALIZED (
                    SELECT m.* FROM moved m
                    WHERE m.overlap = 'queue' OR NOT EXISTS (
                        SELECT 1 FROM homeostat.job j
                        WHERE j.schedule_id = m.id AND j.state IN ('ready', 'running'))
                )
           SELECT m.id AS "schedule!", e.job_id AS "job?"
           FROM moved m LEFT JOIN LATERAL (
               SELECT q.job_id FROM wanted w, LATERAL homeostat.enqueue_many(
                   w.kind, ARRAY[w.args], brand => w.brand, schedule_id => w.id, due_at => $4) q) e ON true"#,
        due.id,
        Stamp::from(next_at) as Stamp,
        Stamp::from(fire.next_at) as Stamp,
        Stamp::from(fire.due_at) as Stamp,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(match row.map(|r| r.job) {
        None => Fired::TakenByAnother,
        Some(None) => Fired::Skipped,
        Some(Some(job)) => Fired::Job(JobId(job)),
    })
}

/// Half-open: one job for each tripped schedule whose probe is due.
async fn probe(db: &Db, world_now: WorldTime, now: Option<RuntimeTime>) -> Result<usize, Error> {
    let jobs = sqlx::query!(
        r#"WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'probe', true) AS c),
                t AS MATERIALIZED (SELECT coalesce($2::timestamptz, clock_timestamp()) AS now),
                moved AS (
                    UPDATE homeostat.schedule s SET probe_at = t.now + interval '15 min', last_due_at = $1
                    FROM cause, t
                    WHERE s.state = 'tripped' AND s.probe_at <= t.now AND cause.c IS NOT NULL
                      AND EXISTS (SELECT 1 FROM homeostat.job_kind k WHERE k.name = s.kind)
                      AND NOT EXISTS (SELECT 1 FROM homeostat.job j
                                      WHERE j.schedule_id = s.id AND j.state IN ('ready', 'running'))
                    RETURNING s.id, s.kind, s.args, s.brand)
           SELECT q.job_id AS "job!" FROM moved m, LATERAL homeostat.enqueue_many(
               m.kind, ARRAY[m.args], brand => m.brand, schedule_id => m.id, due_at => $1) q"#,
        Stamp::from(world_now) as Stamp,
        now.map(Stamp::from) as Option<Stamp>
    )
    .fetch_all(db.pool())
    .await?;
    Ok(jobs.len())
}

/// The next due time that lies ahead. What is due and could not be fired waits for an ordinary tick.
async fn next_due(db: &Db, world_now: WorldTime) -> Result<Option<WorldTime>, Error> {
    let next = sqlx::query_scalar!(
        r#"SELECT min(next_at) AS "at: Stamp" FROM homeostat.schedule WHERE state = 'enabled' AND next_at > $1"#,
        Stamp::from(world_now) as Stamp
    )
    .fetch_one(db.pool())
    .await?;
    Ok(next.map(Stamp::world))
}
