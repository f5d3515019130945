//! Acts on the world that are under way: a pause that the vendor has done and nobody has recorded, a
//! creation whose request lands late, and two spenders that race for the last room of a window.
//!
//! Each is decided by a job of the drills under a name of its own, so that the auditor can see whether a
//! retry of the job decided once more. The job of the creation holds after it has decided, and is among
//! those that die.

use std::time::Duration;

use homeostat_clock::pause;
use serde_json::{Value, json};

use super::{Stage, answer};
use crate::drill::{
    auditor::{Act, read_books},
    bad_day::{
        timeline::Timeline,
        trouble::{Trouble, unmet, until},
    },
    http,
    plant::Plant,
    witness::Witness,
};

/// The brand that launches, its account and its currency; the same of the brand whose money is short.
const LAUNCHES: (&str, &str, &str) = ("aurora", "act_1001", "EUR");
const SPENDS: (&str, &str, &str) = ("borealis", "act_1002", "USD");
/// Two of these do not fit into an hour of the drill's configuration, one does.
const SPENDER_MICROS: i64 = 30_000_000;
const LAUNCH_MICROS: i64 = 20_000_000;
/// The late request lands this long after it was sent: later than the first probe of a boot, and before
/// the horizon of the drill's configuration.
const LANDS_AFTER_MS: u64 = 10_000;
/// A race that begins with less of the hour left could be run in two windows.
const HOUR_LEFT: Duration = Duration::from_secs(6);
/// Longer than a caller waits.
const HOLD_REPLY_MS: u64 = 40_000;
/// Longer than a round.
const HOLD_MS: u64 = 500_000;

/// The four wishes of a round.
#[derive(Debug)]
pub(in super::super) struct Wishes {
    round: u32,
    /// The campaign that is paused.
    campaign: Running,
}

/// A campaign that runs.
#[derive(Debug, serde::Deserialize)]
struct Running {
    id: String,
    brand: String,
}

/// An effect of a wish.
#[derive(Debug, Clone, serde::Deserialize)]
struct Effect {
    id: i64,
    state: String,
    provenance: Option<String>,
    vendor_ref: Option<String>,
}

impl Wishes {
    /// Wishes, and waits until the vendor has done one act, taken another for later, and one spender was
    /// refused.
    pub(in super::super) async fn arrange(stage: &mut Stage<'_>) -> Result<Self, Trouble> {
        let campaign = running_campaign(&mut stage.witness).await?;
        let wishes = Self {
            round: stage.round,
            campaign,
        };
        wishes.order_faults(stage.plant).await?;
        let landing = struck_late(stage.plant).await?;
        // Both spenders must meet the same hour.
        let left = stage.plant.hour_left().await?;
        if left < HOUR_LEFT {
            pause(left).await;
        }
        stage.enqueue("drill.decide", &wishes.tasks()).await?;
        wishes.under_way(stage, landing).await?;
        stage.timeline.say(format!(
            "campaign {} is paused at the vendor, and nobody here knows; a creation is on its way and lands late; \
             two spenders raced for the last room of an hour",
            wishes.campaign.id
        ));
        Ok(wishes)
    }

    async fn order_faults(&self, plant: &Plant) -> Result<(), Trouble> {
        let orders = [
            json!({"on": "meta.set_status", "fault": "hold_reply", "object": self.campaign.id,
                   "after_ms": HOLD_REPLY_MS}),
            json!({"on": "meta.create_campaign", "fault": "land_late", "object": LAUNCHES.1,
                   "after_ms": LANDS_AFTER_MS}),
            json!({"on": "meta.create_campaign", "fault": "hold_reply", "object": SPENDS.1,
                   "after_ms": HOLD_REPLY_MS}),
        ];
        for order in orders {
            let _queued: Value = http::post(&plant.sandbox, "/_faults", &order).await?;
        }
        Ok(())
    }

    fn tasks(&self) -> Value {
        let launch = |who: (&str, &str, &str), what: &str, micros: i64, holds: &[u64]| {
            json!({
                "name": self.name(what),
                "brand": who.0,
                "wish": {"act": "launch", "name": self.label(what),
                         "daily_budget": {"amount_micros": micros, "currency": who.2}},
                "holds_ms": holds,
            })
        };
        json!([
            {"name": self.name("pause"), "brand": self.campaign.brand, "holds_ms": [],
             "wish": {"act": "pause", "campaign": self.campaign.id}},
            launch(LAUNCHES, "launch", LAUNCH_MICROS, &[HOLD_MS]),
            launch(SPENDS, "spend-a", SPENDER_MICROS, &[]),
            launch(SPENDS, "spend-b", SPENDER_MICROS, &[]),
        ])
    }

    /// What the auditor knows a wish by.
    fn name(&self, what: &str) -> String {
        format!("{}-{what}", self.round)
    }

    /// What a campaign is called.
    fn label(&self, what: &str) -> String {
        format!("Drill {} {what}", self.round)
    }

    async fn under_way(&self, stage: &mut Stage<'_>, landing: i64) -> Result<(), Trouble> {
        let (plant, witness) = (&*stage.plant, &mut stage.witness);
        until(
            "effects_recovered",
            "the vendor has done the pause",
            async || {
                let acts = read_books(&plant.audit().books)?;
                let paused = |act: &&Act| {
                    act.applied && act.object == self.campaign.id && act.to == "PAUSED"
                };
                Ok(acts.iter().rev().find(paused).map(|_| ()))
            },
        )
        .await?;
        until(
            "effects_recovered",
            "the late creation was sent",
            async || Ok((struck_late(plant).await? > landing).then_some(())),
        )
        .await?;
        until("caps_passed", "both spenders were judged and one has acted", async || {
            let sql = "SELECT count(*) FROM homeostat.decision
                       WHERE inputs LIKE '%drill wish ' || $1 || '-spend-%' AND state <> 'proposed'";
            let judged = witness.number(sql, &[&self.round.to_string()]).await?;
            let acts = read_books(&plant.audit().books)?;
            let label = self.label("spend-");
            let created = acts
                .iter()
                .any(|act| act.created.as_ref().is_some_and(|c| c.name.starts_with(&label)));
            Ok((judged == 2 && created).then_some(()))
        })
        .await
    }

    /// Waits until the vendor was asked about everything, the late creation has landed, and each act is
    /// settled once. Counts the effects that were recovered.
    pub(in super::super) async fn settled(
        &self,
        plant: &Plant,
        witness: &mut Witness,
        timeline: &Timeline,
    ) -> Result<i64, Trouble> {
        let pause = self.settle(witness, "pause").await?;
        timeline.say(format!(
            "the pause of {} was found at the vendor: effect {} is {}",
            self.campaign.id,
            pause.id,
            pause.provenance.as_deref().unwrap_or("settled")
        ));
        let permitted = self.permitted(witness).await?;
        let mut recovered = i64::from(is_recovered(&pause));
        for what in &permitted {
            recovered += i64::from(is_recovered(&self.settle(witness, what).await?));
        }
        if permitted.len() != 1 {
            let text = format!("{} of two spenders were permitted", permitted.len());
            return Err(unmet("caps_passed", text));
        }
        timeline.say("one spender had the room, the other was refused");
        let launch = self.landed(plant, witness, timeline).await?;
        recovered += i64::from(is_recovered(&launch));
        Ok(recovered)
    }

    /// Leaves the world as it was: the paused campaign runs again.
    pub(in super::super) async fn tidy(&self, plant: &Plant) -> Result<(), Trouble> {
        Ok(plant.run_again(&self.campaign.id).await?)
    }

    /// The creation: absent at first, then there, then adopted.
    async fn landed(
        &self,
        plant: &Plant,
        witness: &mut Witness,
        timeline: &Timeline,
    ) -> Result<Effect, Trouble> {
        let label = self.label("launch");
        until("effects_lost", "the late creation landed", async || {
            let acts = read_books(&plant.audit().books)?;
            let is_it = |act: &&Act| {
                let named = act
                    .created
                    .as_ref()
                    .is_some_and(|c| c.name.starts_with(&label));
                named && act.fault.as_deref() == Some("land_late")
            };
            Ok(acts.iter().find(is_it).map(|_| ()))
        })
        .await?;
        timeline.say("the late creation has landed at the vendor");
        let launch = self.settle(witness, "launch").await?;
        let sql = "SELECT count(*) FROM homeostat.event
                   WHERE entity = 'effect' AND entity_id = $1 AND to_state = 'unknown'";
        let waited = witness.number(sql, &[&launch.id.to_string()]).await?;
        if waited == 0 {
            let text =
                "nobody asked the vendor before the creation landed, or nobody waited for it";
            return Err(unmet("late_creation", text));
        }
        timeline.say(format!(
            "effect {} is settled: the vendor was asked and knew nothing, nothing was sent again, and campaign {} is \
             adopted",
            launch.id,
            launch.vendor_ref.as_deref().unwrap_or("?")
        ));
        Ok(launch)
    }

    /// The spenders whose decision was permitted.
    async fn permitted(&self, witness: &mut Witness) -> Result<Vec<&'static str>, Trouble> {
        let mut permitted = Vec::new();
        for what in ["spend-a", "spend-b"] {
            let sql = "SELECT count(*) FROM homeostat.decision
                       WHERE inputs LIKE '%drill wish ' || $1 || '\"%' AND state = 'permitted'";
            if witness.number(sql, &[&self.name(what)]).await? > 0 {
                permitted.push(what);
            }
        }
        Ok(permitted)
    }

    /// Waits until the wish's act is settled.
    async fn settle(&self, witness: &mut Witness, what: &str) -> Result<Effect, Trouble> {
        let name = self.name(what);
        until(
            "effects_lost",
            &format!("the act of wish {name} is settled"),
            async || {
                let sql = "SELECT e.id, e.state, e.provenance, e.vendor_ref FROM homeostat.effect e
                       JOIN homeostat.decision d ON d.id = e.decision_id
                       WHERE d.inputs LIKE '%drill wish ' || $1 || '\"%' ORDER BY e.id";
                let effects: Vec<Effect> =
                    answer(witness.rows(sql, &[&name]).await)?.unwrap_or_default();
                Ok(effects.into_iter().find(|effect| effect.state == "settled"))
            },
        )
        .await
    }
}

fn is_recovered(effect: &Effect) -> bool {
    effect.provenance.as_deref() == Some("recovered")
}

/// A campaign that may be paused, and its brand: it runs, and was left alone for the longest time.
async fn running_campaign(witness: &mut Witness) -> Result<Running, Trouble> {
    until("effects_recovered", "a campaign runs", async || {
        let sql = "SELECT c.id, c.brand FROM homeostat.campaign c WHERE c.state = 'ACTIVE'
                   ORDER BY (SELECT max(e.id) FROM homeostat.effect e WHERE e.target = c.id) NULLS FIRST, c.id LIMIT 1";
        let rows: Vec<Running> = witness.rows(sql, &[]).await?;
        Ok(rows.into_iter().next())
    })
    .await
}

/// How many creations were ever put off by the sandbox.
async fn struck_late(plant: &Plant) -> Result<i64, Trouble> {
    let told: Value = http::get(&plant.sandbox, "/_faults").await?;
    Ok(told["struck"]["meta.create_campaign:LandLate"]
        .as_i64()
        .unwrap_or(0))
}
