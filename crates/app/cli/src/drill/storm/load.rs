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
const WISH_EACH: u64 = 2;
const RUN_EACH: u64 = 20;
/// Brand, currency, and what a launch takes a day, in micro-units: ten of them fill an hour, and more are
/// wished for.
const BRANDS: [(&str, &str); 2] = [("aurora", "EUR"), ("borealis", "USD")];
const LAUNCH_MICROS: [i64; 4] = [1_000_000, 2_000_000, 3_000_000, 6_000_000];

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
    daily_budget_micros: i64,
    currency: String,
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

    /// Launches, what makes them spend, and what ends that.
    async fn wish(&self, witness: &mut Witness, rng: &mut impl Rng) -> Result<(), NoAnswer> {
        let n = self.wishes.fetch_add(1, Ordering::SeqCst);
        let name = format!("storm-{n}");
        let holds = [rng.random_range(0..300), 0, 0];
        let (brand, currency) = BRANDS[rng.random_range(0..BRANDS.len())];
        let micros = LAUNCH_MICROS[rng.random_range(0..LAUNCH_MICROS.len())];
        let place: u32 = rng.random();
        let (brand, wish) = match place % 4 {
            0 | 1 => {
                let budget = json!({"amount_micros": micros, "currency": currency});
                let wish =
                    json!({"act": "launch", "name": format!("Storm {n}"), "daily_budget": budget});
                (brand.to_owned(), wish)
            }
            2 => match campaign(witness, "PAUSED", place).await? {
                Some(one) => {
                    let budget =
                        json!({"amount_micros": one.daily_budget_micros, "currency": one.currency});
                    let wish = json!({"act": "resume", "campaign": one.id, "daily_budget": budget});
                    (one.brand, wish)
                }
                None => return Ok(()),
            },
            _ => match campaign(witness, "ACTIVE", place).await? {
                Some(one) => (one.brand, json!({"act": "pause", "campaign": one.id})),
                None => return Ok(()),
            },
        };
        let task = json!({"name": name, "brand": brand, "holds_ms": holds, "wish": wish});
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

/// One of the campaigns that are in this state and have a budget of their own.
async fn campaign(
    witness: &mut Witness,
    state: &str,
    place: u32,
) -> Result<Option<Campaign>, NoAnswer> {
    let sql = "SELECT id, brand, daily_budget_micros, currency FROM homeostat.campaign
               WHERE state = $1 AND daily_budget_micros > 0 ORDER BY id";
    let mut all: Vec<Campaign> = witness.rows(sql, &[state]).await?;
    let nth = place as usize % all.len().max(1);
    Ok((nth < all.len()).then(|| all.swap_remove(nth)))
}
