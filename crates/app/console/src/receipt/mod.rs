//! Why one act was done: what was seen, believed and proposed, what the envelope said, what happened, how sure that is,
//! and the way back. One screen, from four rows and the journal of the act.

mod belief;
mod decision;
mod timeline;

use askama::Template;
use homeostat_control::because;
use homeostat_effects::{
    ActCall, DecisionView, EffectState, EffectView, Provenance, Undo, calls_of, decision, effect,
};
use homeostat_envelope::Verdict;
use homeostat_model::{EffectId, Money};
use homeostat_operator::{
    actuators,
    config::{Brand, Config},
    records::campaign,
};
use homeostat_store::{
    Db,
    journal::{Event, History, events},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    board::{Board, Trouble},
    dialog::Dialog,
    frame::Frame,
    operations::BoardError,
    pages::ReceiptPage,
    routes::Console,
    tell::Badge,
    words::{self, Clock},
};

pub use belief::{Belief, Fact};
pub(crate) use decision::{Decision, state_class};
pub use timeline::{Moment, Timeline};

/// Calls of one act that are shown.
const CALLS_MAX: u32 = 50;
/// Events of one act that are shown.
const MOMENTS_MAX: i64 = 200;

/// Everything on the screen.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Receipt {
    /// The effect's id.
    pub id: i64,
    /// Its decision's.
    pub decision: i64,
    /// In front of the title.
    pub badges: Vec<Badge>,
    /// When it was intended.
    pub clock: Clock,
    /// `Campaign linen-suit-eu paused`.
    pub title: String,
    /// In one line.
    pub lead: String,
    /// What it saw, believed and proposed.
    pub belief: Belief,
    /// What the envelope said, a refusal first.
    pub verdicts: Vec<VerdictRow>,
    /// `10 of 10 pass`.
    pub ruling: String,
    /// It was allowed.
    pub is_allowed: bool,
    /// What happened.
    pub timeline: Timeline,
    /// What it cost.
    pub cost: Vec<Fact>,
    /// How it is known.
    pub proof: String,
    /// The vendor's own name for it.
    pub vendor_ref: Option<String>,
    /// How it is undone.
    pub way_back: String,
    /// Do that.
    #[serde(skip)]
    pub(crate) dialogs: Vec<Dialog>,
    /// The seed of its chance, where it had one.
    pub seed: Option<String>,
}

/// One interlock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerdictRow {
    /// Its name, for a person.
    pub name: String,
    /// What it says.
    pub reason: String,
    /// It does not object.
    pub passed: bool,
}

/// Which one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[schemars(with = "i64")]
    id: EffectId,
}

impl Board for Receipt {
    const PATH: &'static str = "/receipts/{id}";
    const TAB: &'static str = "/receipts";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        let found = look(&console.db, &console.config, ask.id).await?;
        found.ok_or_else(|| Trouble::Missing(format!("There is no receipt {}.", ask.id)))
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        ReceiptPage {
            frame,
            receipt: self,
        }
        .render()
    }
}

/// Looks at one act; none: there is none of this id.
async fn look(db: &Db, config: &Config, id: EffectId) -> Result<Option<Receipt>, BoardError> {
    let Some(act) = effect(db, id).await? else {
        return Ok(None);
    };
    let Some(decided) = decision(db, act.decision).await? else {
        return Ok(None);
    };
    let Some(brand) = brand_of(config, &act.brand) else {
        return Ok(None);
    };
    let history = History {
        entity: Some("effect".into()),
        entity_id: Some(id.to_string()),
        limit: MOMENTS_MAX,
        ..History::default()
    };
    let journal = events(db, &history).await?;
    let name = campaign::name(db, &act.target).await?;
    let target = words::name(&name.unwrap_or_else(|| act.target.clone()));
    let specs = actuators::specs(config);
    let undo = specs.into_iter().find(|spec| spec.kind == act.kind);
    let undo = undo.and_then(|spec| spec.undo);
    let calls = calls_of(db, id, CALLS_MAX).await?;
    Ok(Some(told(
        &act,
        &decided,
        &target,
        undo,
        brand,
        (&journal, &calls),
    )))
}

fn brand_of<'a>(config: &'a Config, id: &str) -> Option<&'a Brand> {
    config.brands.iter().find(|brand| brand.id.as_str() == id)
}

fn told(
    act: &EffectView,
    decided: &DecisionView,
    target: &str,
    undo: Option<Undo>,
    brand: &Brand,
    (journal, calls): (&[Event], &[ActCall]),
) -> Receipt {
    let its = actuators::words(&act.kind);
    let (verdicts, is_allowed) = verdicts(decided.verdict.as_deref());
    let passed = verdicts.iter().filter(|row| row.passed).count();
    let (policy, inputs, belief, proposal) = (
        &decided.policy,
        &decided.inputs,
        &decided.belief,
        &decided.proposal,
    );
    Receipt {
        id: act.id.0,
        decision: decided.id.0,
        badges: badges(act, its.done),
        clock: words::runtime_clock(act.created_at, &brand.zone),
        title: title(act, its.subject, target, its.done),
        lead: because(policy, inputs, belief, proposal)
            .unwrap_or_else(|| "Its reason is in another version's words.".into()),
        belief: Belief::of(decided, brand),
        ruling: format!("{passed} of {} pass", verdicts.len()),
        verdicts,
        is_allowed,
        timeline: timeline::of(act, journal, calls, &brand.zone),
        cost: vec![
            Fact::new("Paid for this act", paid(act), ""),
            Fact::new("Held for the worst case", words::money(act.worst_case), ""),
            Fact::new(
                "Sent",
                words::count(act.sends.unsigned_abs().into(), "time"),
                "",
            ),
            Fact::new(
                "The vendor was asked",
                words::count(act.probes.unsigned_abs().into(), "time"),
                "",
            ),
        ],
        proof: proof(act).to_owned(),
        vendor_ref: act.vendor_ref.as_deref().map(words::name),
        dialogs: way_back(act, undo.as_ref()),
        way_back: match undo {
            Some(undo) => format!("To take it back: {}.", undo.words),
            None => "This cannot be taken back.".to_owned(),
        },
        seed: decided.seed.map(|seed| format!("{seed:#x}")),
    }
}

/// A button where another act does it.
fn way_back(act: &EffectView, undo: Option<&Undo>) -> Vec<Dialog> {
    let by = undo.and_then(|undo| undo.kind.as_ref());
    if by.is_none() || act.state != EffectState::Settled {
        return Vec::new();
    }
    let thing = format!("effect {}", act.id);
    let path = format!("/receipts/{}/undo", act.id);
    let what = "It is asked for as an act of its own, and judged like any other.";
    vec![Dialog::new("Undo", &thing, path, what)]
}

fn badges(act: &EffectView, done: &str) -> Vec<Badge> {
    use homeostat_effects::EffectState as S;
    let first = match act.state {
        S::Settled if done == Badge::Paused.word() => Badge::Paused,
        S::Settled => Badge::Done,
        S::Sending => Badge::Waiting,
        S::Accepted => Badge::Held,
        S::Refused | S::Void => Badge::Refused,
        S::Unknown => Badge::Unknown,
    };
    let is_recovered = matches!(
        act.provenance,
        Some(Provenance::Recovered | Provenance::Probed | Provenance::Deduplicated)
    );
    std::iter::once(first)
        .chain(is_recovered.then_some(Badge::Recovered))
        .collect()
}

/// What is claimed is no more than what is known.
fn title(act: &EffectView, subject: &str, target: &str, done: &str) -> String {
    use EffectState as S;
    match act.state {
        S::Settled => format!("{subject} {target} {done}"),
        S::Refused => format!("{subject} {target} not {done}: the vendor refused"),
        S::Void => format!("{subject} {target} not {done}"),
        S::Sending | S::Accepted | S::Unknown => format!("{subject} {target} to be {done}"),
    }
}

fn paid(act: &EffectView) -> String {
    let currency = act.worst_case.currency;
    match (act.actual_micros, act.state) {
        (Some(micros), _) => words::money(Money::from_micros(micros, currency)),
        (None, EffectState::Refused | EffectState::Void) => words::money(Money::zero(currency)),
        (None, _) => "not known yet".to_owned(),
    }
}

fn proof(act: &EffectView) -> &'static str {
    match (act.provenance, act.state) {
        (Some(Provenance::Normal), _) => "The vendor answered the call itself.",
        (Some(Provenance::Recovered), _) => {
            "The answer was lost in a crash, so the vendor was asked what happened."
        }
        (Some(Provenance::Probed), _) => {
            "The answer did not come, so the vendor was asked what happened."
        }
        (Some(Provenance::Deduplicated), _) => {
            "It was sent again under its key, and the vendor knew it already."
        }
        (Some(Provenance::Manual), _) => "A person said what became of it.",
        (None, EffectState::Refused) => "The vendor said no. What was held was given back.",
        (None, EffectState::Void) => "It did not happen. What was held was given back.",
        (None, _) => "Nobody knows yet. Its money stays held.",
    }
}

/// A refusal first; names without their underscores.
fn verdicts(stored: Option<&str>) -> (Vec<VerdictRow>, bool) {
    let stored = stored.and_then(|text| serde_json::from_str::<Verdict>(text).ok());
    let Some(verdict) = stored else {
        return (Vec::new(), false);
    };
    let mut rows: Vec<VerdictRow> = verdict
        .interlocks
        .into_iter()
        .map(|one| VerdictRow {
            name: one.name.replace('_', " "),
            reason: one.reason,
            passed: one.passed,
        })
        .collect();
    rows.sort_by_key(|row| row.passed);
    (rows, verdict.allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red when an act that did not happen is told as done, or as not known.
    #[test]
    fn what_did_not_happen_is_not_told_as_done() {
        let told = |state, provenance| {
            let act = EffectView {
                state,
                provenance,
                actual_micros: None,
                ..timeline::tests::act()
            };
            let title = title(&act, "Campaign", "linen", "paused");
            (title, paid(&act), proof(&act))
        };
        let settled = told(EffectState::Settled, Some(Provenance::Normal));
        assert_eq!(settled.0, "Campaign linen paused");
        for state in [EffectState::Refused, EffectState::Void] {
            let (title, paid, proof) = told(state, None);
            assert!(title.starts_with("Campaign linen not paused"), "{title}");
            assert_eq!(paid, "€0.00");
            assert!(proof.ends_with("given back."), "{proof}");
        }
        let unknown = told(EffectState::Unknown, None);
        assert_eq!(unknown.0, "Campaign linen to be paused");
        assert_eq!(unknown.1, "not known yet");
    }

    #[test]
    fn who_refused_is_told_first() {
        let stored = r#"{"allowed":false,"interlocks":[
            {"name":"mode","passed":true,"reason":"NORMAL"},
            {"name":"daily_budget","passed":false,"reason":"cap 100.00 EUR, 99.00 taken"}]}"#;
        let (rows, is_allowed) = verdicts(Some(stored));
        assert!(!is_allowed);
        assert_eq!(
            (rows[0].name.as_str(), rows[0].passed),
            ("daily budget", false)
        );
        assert_eq!(verdicts(Some("older words")), (Vec::new(), false));
    }
}
