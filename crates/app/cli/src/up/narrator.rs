//! Tells a person at the terminal what happens, in words, as it happens.

use std::{collections::HashMap, time::Duration};

use homeostat_clock::Stopwatch;
use homeostat_control::because;
use homeostat_effects::{Provenance, decision, effect};
use homeostat_envelope::Verdict;
use homeostat_model::{DecisionId, EffectId};
use homeostat_operator::{
    actuators::{
        Deed, create_campaign::CreateCampaign, pause_campaign::PauseCampaign,
        resume_campaign::ResumeCampaign, set_spend_cap::SetSpendCap,
    },
    records::campaign,
};
use homeostat_store::{
    Db,
    journal::{Event, History, events},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::ui;

const LOOK_EVERY: Duration = Duration::from_millis(500);
const LINES_MAX: i64 = 2_000;
/// A sensor that flickers, or a refusal that comes again with each tick, is told of this often.
const AGAIN: Duration = Duration::from_secs(30);

/// Tells what is worth telling until stopped.
pub(super) fn tell(db: Db, stop: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut narrator = Narrator {
            last: newest(&db).await,
            told: HashMap::new(),
            db,
        };
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = homeostat_clock::pause(LOOK_EVERY) => {}
            }
            narrator.look().await;
        }
    })
}

struct Narrator {
    db: Db,
    last: i64,
    /// When a finding that repeats itself was told last.
    told: HashMap<String, Stopwatch>,
}

impl Narrator {
    /// A database that is down says nothing; what happens then is told when it is back.
    async fn look(&mut self) {
        let which = History {
            limit: LINES_MAX,
            after: Some(self.last),
            ..History::default()
        };
        let Ok(seen) = events(&self.db, &which).await else {
            return;
        };
        for event in &seen {
            self.last = self.last.max(event.id);
            if let Some(text) = self.sentence(event).await {
                let time = event.at.0.strftime("%H:%M:%S").to_string();
                let brand = event.brand.as_deref().unwrap_or("");
                ui::note(&format!("{time}  {brand:<10}  {}", ui::printable(&text)));
            }
        }
    }

    /// A transition in words; most are not worth one.
    async fn sentence(&mut self, event: &Event) -> Option<String> {
        let id = &event.entity_id;
        let from = event.from_state.as_deref();
        let to = event.to_state.as_str();
        if from == Some(to) {
            return None;
        }
        match (event.entity.as_str(), from, to) {
            ("process", None, "live") => {
                Some(format!("{} started (epoch {id})", text(event, "kind")))
            }
            ("process", _, "ended") => {
                Some(format!("epoch {id} ended: {}", text(event, "end_reason")))
            }
            ("effect", _, "settled") => self.receipt(id.parse().ok()?).await,
            ("effect", _, "unknown") => Some(format!(
                "effect {id}: no answer that tells; the vendor will be asked"
            )),
            ("effect", _, "refused" | "void") => {
                Some(format!("effect {id} is {to}: {}", text(event, "reason")))
            }
            ("decision", _, "refused") => self.refusal(id.parse().ok()?).await,
            ("sensor", _, "blind") => self.blindness(id, &text(event, "fault")),
            ("mode", _, _) => Some(format!("mode {} → {to}", from.unwrap_or("·"))),
            ("schedule", _, "tripped" | "disabled") => Some(format!("schedule {id} is {to}")),
            ("incident", None, _) => Some(format!("incident {id}: {}", text(event, "reason"))),
            ("job", _, "failed") => Some(format!("job {id} failed for good")),
            _ => None,
        }
    }

    /// What was done, to what, and why: the receipt in one line.
    async fn receipt(&self, id: EffectId) -> Option<String> {
        let done = effect(&self.db, id).await.ok()??;
        let decided = decision(&self.db, done.decision).await.ok()??;
        let object = done.vendor_ref.as_ref().unwrap_or(&done.target);
        let name = campaign::name(&self.db, object)
            .await
            .ok()
            .flatten()
            .unwrap_or_default();
        let because = because(
            &decided.policy,
            &decided.inputs,
            &decided.belief,
            &decided.proposal,
        );
        let mark = match done.provenance {
            None | Some(Provenance::Normal) => "",
            Some(Provenance::Recovered) => "  RECOVERED",
            Some(Provenance::Probed) => "  PROBED",
            Some(Provenance::Deduplicated) => "  DEDUPLICATED",
            Some(Provenance::Manual) => "  MANUAL",
        };
        let (did, because) = (past(&done.kind), because.unwrap_or_default());
        Some(format!("{did} {name} ({object}): {because}{mark}"))
    }

    /// What was not done, and the first interlock that objects.
    async fn refusal(&mut self, id: DecisionId) -> Option<String> {
        let decided = decision(&self.db, id).await.ok()??;
        let target = &decided.target;
        let verdict = serde_json::from_str::<Verdict>(decided.verdict.as_deref()?).ok()?;
        let first = verdict.refusals().next()?;
        if !self.is_news(format!("{target}/{}", first.name)) {
            return None;
        }
        let name = campaign::name(&self.db, target).await.ok().flatten();
        Some(format!(
            "left {} ({target}) alone: refused by {}: {}",
            name.unwrap_or_default(),
            first.name,
            first.reason
        ))
    }

    fn blindness(&mut self, id: &str, fault: &str) -> Option<String> {
        self.is_news(format!("sensor {id}"))
            .then(|| format!("sensor {id} is blind for a moment: {fault}"))
    }

    /// Not told within the last half minute; from now on, it is.
    fn is_news(&mut self, what: String) -> bool {
        self.told.retain(|_, since| since.elapsed() < AGAIN);
        if self.told.contains_key(&what) {
            return false;
        }
        self.told.insert(what, Stopwatch::start());
        true
    }
}

/// What an act of this kind did, as a verb.
fn past(kind: &str) -> &str {
    match kind {
        PauseCampaign::KIND => "paused",
        ResumeCampaign::KIND => "resumed",
        CreateCampaign::KIND => "created",
        SetSpendCap::KIND => "set the limit of",
        other => other,
    }
}

fn text(event: &Event, name: &str) -> String {
    event
        .data
        .get(name)
        .and_then(|v| v.as_str())
        .unwrap_or("")
        .to_owned()
}

async fn newest(db: &Db) -> i64 {
    let which = History {
        limit: 1,
        ..History::default()
    };
    events(db, &which)
        .await
        .ok()
        .and_then(|seen| seen.last().map(|event| event.id))
        .unwrap_or(0)
}
