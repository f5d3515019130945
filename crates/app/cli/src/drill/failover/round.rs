//! One death of the primary.

use std::time::Duration;

use homeostat_clock::{Stopwatch, pause, wall};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{LOOK, cluster::Cluster};
use crate::{
    drill::{
        auditor::read_books,
        http,
        plant::Plant,
        storm::load::Accepted,
        witness::{NoAnswer, Witness},
    },
    failure::Failure,
    ui,
};

/// What takes longer than this never comes.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long the vendor holds a reply: the act is done, and we are waiting. Well within a call's own limit.
const HELD_MS: u64 = 2_000;
/// Acts whose replies are held when the primary dies, at least.
const IN_THE_MIDDLE: usize = 1;
const HELD_CALLS: [&str; 2] = ["meta.create_campaign", "meta.set_status"];

/// What a round is played on.
pub(super) struct Round<'a> {
    pub(super) n: u32,
    pub(super) synchronous: bool,
    pub(super) plant: &'a Plant,
    pub(super) cluster: &'a mut Cluster,
    pub(super) accepted: &'a Accepted,
}

/// What a round came to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fell {
    /// Effects whose act was done and whose reply was held.
    pub(super) in_the_middle: usize,
    /// From the kill to the next write that was accepted.
    pub(super) outage: Duration,
    /// From the kill to the next effect that was settled.
    pub(super) recovered: Duration,
    /// From the start of the killed server to a standby that has everything.
    pub(super) back: Duration,
}

impl Round<'_> {
    /// Kills the primary when effects are in the middle, and waits until everything is as before.
    pub(super) async fn play(self, witness: &mut Witness) -> Result<Fell, Failure> {
        let primary = self.cluster.ready(self.synchronous).await?;
        if !self.synchronous && self.cluster.hold_up(primary) == 0 {
            return Err(Failure::Law("nothing is sent to the standby".into()));
        }
        let known = self.known(witness).await?;
        self.hold_replies().await?;
        let in_the_middle = self.in_the_middle(witness, known).await?;
        witness.hang_up();
        let killed_at = wall().0.to_string();
        let watch = Stopwatch::start();
        let dead = self.cluster.kill(primary).await?;
        let outage = self.next_write(witness, watch).await?;
        ui::note(&format!(
            "round {}: {dead} processes of the primary killed with {in_the_middle} acts in the middle; the next \
             write after {} ms",
            self.n,
            outage.as_millis()
        ));
        let recovered = next_effect(witness, &killed_at, watch).await?;
        let again = Stopwatch::start();
        self.cluster.start_node(primary)?;
        self.cluster.ready(self.synchronous).await?;
        let back = again.elapsed();
        ui::note(&format!(
            "round {}: an effect settled after {} ms; the killed server is a standby after {} ms",
            self.n,
            recovered.as_millis(),
            back.as_millis()
        ));
        Ok(Fell {
            in_the_middle,
            outage,
            recovered,
            back,
        })
    }

    /// The newest effect before the round.
    async fn known(&self, witness: &mut Witness) -> Result<i64, Failure> {
        let newest = "SELECT coalesce(max(id), 0) FROM homeostat.effect";
        within("the newest effect", async || {
            answer(witness.number(newest, &[]).await)
        })
        .await
    }

    async fn hold_replies(&self) -> Result<(), Failure> {
        for on in HELD_CALLS {
            let order = json!({"on": on, "fault": "hold_reply", "times": 3, "after_ms": HELD_MS});
            let _queued: Value = http::post(&self.plant.sandbox, "/_faults", &order).await?;
        }
        Ok(())
    }

    /// Waits for acts that are in the books while their effects, begun in this round, wait for the reply.
    async fn in_the_middle(&self, witness: &mut Witness, known: i64) -> Result<usize, Failure> {
        #[derive(Deserialize)]
        struct Sending {
            id: i64,
        }
        let books = self.plant.audit().books;
        let sql = "SELECT id FROM homeostat.effect
                   WHERE state = 'sending' AND call_ended_at IS NULL AND id > $1::bigint";
        within("an act whose reply is held", async || {
            let rows = witness.rows(sql, &[&known.to_string()]).await;
            let sending: Vec<Sending> = answer(rows)?.unwrap_or_default();
            let acts = read_books(&books)?;
            let is_done = |effect: &&Sending| {
                let reference = format!("effect-{}", effect.id);
                acts.iter().any(|act| {
                    act.applied
                        && act.request_id == reference
                        && act.fault.as_deref() == Some("hold_reply")
                })
            };
            let held = sending.iter().filter(is_done).count();
            Ok((held >= IN_THE_MIDDLE).then_some(held))
        })
        .await
    }

    async fn next_write(
        &self,
        witness: &mut Witness,
        watch: Stopwatch,
    ) -> Result<Duration, Failure> {
        within("a write after the kill", async || {
            let written = answer(self.accepted.one(witness).await)?;
            Ok(written.map(|()| watch.elapsed()))
        })
        .await
    }
}

async fn next_effect(
    witness: &mut Witness,
    killed_at: &str,
    watch: Stopwatch,
) -> Result<Duration, Failure> {
    let settled = "SELECT count(*) FROM homeostat.event
                   WHERE entity = 'effect' AND to_state = 'settled' AND at > $1::timestamptz";
    within("an effect settled after the kill", async || {
        let settled = answer(witness.number(settled, &[killed_at]).await)?;
        Ok(settled.filter(|n| *n > 0).map(|_| watch.elapsed()))
    })
    .await
}

/// Nothing, while the database is away.
fn answer<T>(answer: Result<T, NoAnswer>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(NoAnswer::Away(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Looks until there is something to see.
async fn within<T>(
    what: &str,
    mut look: impl AsyncFnMut() -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    let watch = Stopwatch::start();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if watch.elapsed() > PATIENCE {
            let text = format!("within {} s: never {what}", PATIENCE.as_secs());
            return Err(Failure::Law(text));
        }
        pause(LOOK).await;
    }
}
