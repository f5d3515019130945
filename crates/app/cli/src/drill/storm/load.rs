//! Work for the storm to fall on: jobs, wishes that come near the caps, runs of the pipeline. At all times some
//! are under way; what was accepted is remembered here, outside of the database.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use homeostat_clock::{Entropy, pause};
use rand::{Rng, RngExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::drill::witness::{NoAnswer, Witness};

/// Between two looks whether there is enough to do.
const LOOK: Duration = Duration::from_millis(150);
/// Jobs that wait at least, and how many more are given at once.
const WAITING_MIN: i64 = 60;
const BATCH: usize = 40;
/// Runs of the pipeline at once.
const RUNS_MAX: i64 = 2;
/// Each job holds for up to so long.
const HOLD_MS_MAX: u64 = 120;
/// What the holders work on: so many of them at least, and how long each attempt holds. The first is stopped in
/// it; the second is under way when the first wakes.
pub(in crate::drill) const HELD: &[&str] = &["drill.spared"];
const HELD_MIN: i64 = 6;
const HELD_MS: [u64; 3] = [1_500, 2_800, 50];
/// One look in so many makes a wish, starts a run.
const WISH_EACH: u64 = 4;
const RUN_EACH: u64 = 20;
/// Brand, currency, and what a launch takes a day, in micro-units: three of the small ones fill an hour.
const BRANDS: [(&str, &str); 2] = [("aurora", "EUR"), ("borealis", "USD")];
const LAUNCH_MICROS: [i64; 4] = [15_000_000, 20_000_000, 30_000_000, 45_000_000];

/// What was accepted.
#[derive(Debug, Clone, Default)]
pub(in crate::drill) struct Accepted {
    jobs: Arc<Mutex<Vec<i64>>>,
    wishes: Arc<AtomicU64>,
}

#[derive(Deserialize)]
struct Row {
    job_id: i64,
}

#[derive(Deserialize)]
struct Campaign {
    id: String,
    brand: String,
}

impl Accepted {
    /// The jobs whose acceptance was answered.
    pub(in crate::drill) fn jobs(&self) -> Vec<i64> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.clone()
    }

    /// One job, whose answer says that the database takes writes.
    pub(in crate::drill) async fn one(&self, witness: &mut Witness) -> Result<(), NoAnswer> {
        let task = json!([{ "name": "one" }]);
        self.enqueue(witness, "drill.load", &task).await
    }

    /// Gives work until told to stop. A database that is away gets none.
    pub(in crate::drill) async fn give(
        self,
        mut witness: Witness,
        seed: u64,
        stop: CancellationToken,
    ) {
        let mut rng = Entropy::from_seed(seed).child("load").rng();
        let mut look = 0;
        while !stop.is_cancelled() {
            look += 1;
            // What was refused is refused again at the next look; it is the auditor who judges.
            let _ = self.once(&mut witness, &mut rng, look).await;
            pause(LOOK).await;
        }
    }

    async fn once(
        &self,
        witness: &mut Witness,
        rng: &mut impl Rng,
        look: u64,
    ) -> Result<(), NoAnswer> {
        let waiting =
            "SELECT count(*) FROM homeostat.job WHERE kind = 'drill.load' AND state = 'ready'";
        if witness.number(waiting, &[]).await? < WAITING_MIN {
            let task = |rng: &mut dyn Rng| {
                let hold = rng.random_range(0..HOLD_MS_MAX);
                json!({"name": "storm", "holds_ms": [hold, hold, hold]})
            };
            let tasks: Vec<Value> = (0..BATCH).map(|_| task(rng)).collect();
            self.enqueue(witness, "drill.load", &json!(tasks)).await?;
        }
        let held =
            "SELECT count(*) FROM homeostat.job WHERE kind = 'drill.spared' AND state <> 'failed'";
        if witness.number(held, &[]).await? < HELD_MIN {
            let task = json!([{"name": "storm-held", "holds_ms": HELD_MS}]);
            self.enqueue(witness, HELD[0], &task).await?;
        }
        if look.is_multiple_of(WISH_EACH) {
            self.wish(witness, rng).await?;
        }
        if look.is_multiple_of(RUN_EACH) {
            let running = "SELECT count(*) FROM homeostat.run WHERE state = 'running'";
            if witness.number(running, &[]).await? < RUNS_MAX {
                let brand = json!([{"brand": BRANDS[0].0}]);
                self.enqueue(witness, "ads", &brand).await?;
            }
        }
        Ok(())
    }

    /// Launches, and pauses of what runs, so that there is always room for the next launch soon.
    async fn wish(&self, witness: &mut Witness, rng: &mut impl Rng) -> Result<(), NoAnswer> {
        let n = self.wishes.fetch_add(1, Ordering::SeqCst);
        let name = format!("storm-{n}");
        let holds = [rng.random_range(0..300), 0, 0];
        let (brand, currency) = BRANDS[rng.random_range(0..BRANDS.len())];
        let micros = LAUNCH_MICROS[rng.random_range(0..LAUNCH_MICROS.len())];
        let place: u32 = rng.random();
        let task = if place.is_multiple_of(2) {
            json!({
                "name": name, "brand": brand, "holds_ms": holds,
                "wish": {"act": "launch", "name": format!("Storm {n}"),
                         "daily_budget": {"amount_micros": micros, "currency": currency}},
            })
        } else {
            let sql = "SELECT id, brand FROM homeostat.campaign WHERE state = 'ACTIVE' ORDER BY id";
            let running: Vec<Campaign> = witness.rows(sql, &[]).await?;
            let Some(campaign) = running.get(place as usize % running.len().max(1)) else {
                return Ok(());
            };
            json!({
                "name": name, "brand": campaign.brand, "holds_ms": holds,
                "wish": {"act": "pause", "campaign": campaign.id},
            })
        };
        self.enqueue(witness, "drill.decide", &json!([task])).await
    }

    async fn enqueue(
        &self,
        witness: &mut Witness,
        kind: &str,
        tasks: &Value,
    ) -> Result<(), NoAnswer> {
        let sql = "SELECT job_id FROM homeostat.enqueue_many($1,
                       ARRAY(SELECT task FROM jsonb_array_elements($2::jsonb) task))";
        let rows: Vec<Row> = witness.rows(sql, &[kind, &tasks.to_string()]).await?;
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.extend(rows.into_iter().map(|row| row.job_id));
        Ok(())
    }
}
