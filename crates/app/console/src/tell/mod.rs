//! An event in words that a person uses: who, what, a number. One place for all pages, so that a transition is called
//! the same everywhere. What is not told here is not on the first screen; [`SILENT`] says why.
//!
//! *Who is authoritative.* The event for what happened and when; the rows it is about, as they stand, for names and
//! amounts, which an event does not repeat.

mod acts;
mod states;

use std::collections::BTreeMap;

use homeostat_model::Money;
use homeostat_store::journal::Event;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Entities that the first screen tells of: those that [`tell`] has words for.
pub const TOLD: [&str; 13] = [
    "effect",
    "decision",
    "run",
    "incident",
    "process",
    "mode",
    "breaker",
    "sensor",
    "schedule",
    "restraint",
    "autonomy",
    "spend_cap",
    "drift",
];

/// Entities that the first screen does not tell of.
pub const SILENT: [&str; 26] = [
    // Nine of ten events; what matters of them is told by what they work on.
    "job",
    "phase",
    // Money moves with its act.
    "hold",
    "lease",
    "budget_window",
    "standing_hold",
    // A vendor's hint, which is looked into and not believed.
    "webhook",
    // What a sensor read, and what was found.
    "shop_order",
    "bank_payment",
    "letter",
    "shipment",
    "shop_line",
    "product",
    "dispute",
    "campaign",
    "keyword",
    "competitor",
    // Whose digest is whose.
    "identity",
    // That a store fell silent is told by its incident.
    "store_baseline",
    // How often a page is looked at.
    "competitor_watch",
    "browser_pace",
    "ad",
    // What a person said is told by what came of it; who may say it is listed by `homeostat tokens`.
    "word",
    "token",
    // Where the database is.
    "server",
    "timeline",
];

/// One or two words in front of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Badge {
    /// The answer or the owner was lost, and the end is proven.
    Recovered,
    /// The same of an incident.
    Healed,
    /// An act that lowers risk.
    Paused,
    /// The vendor took it and finishes later.
    Held,
    /// An interlock said no.
    Refused,
    /// Sent, no answer, money still held.
    Unknown,
    /// It ended.
    Done,
    /// It goes on later.
    Waiting,
    /// Not made up for yet.
    Crashed,
    /// The mode changed.
    Mode,
}

impl Badge {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::Healed => "healed by itself",
            Self::Paused => "paused",
            Self::Held => "held",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Done => "done",
            Self::Waiting => "waiting",
            Self::Crashed => "crashed",
            Self::Mode => "mode",
        }
    }

    /// Its class in the sheet; none: plain.
    pub fn class(self) -> &'static str {
        match self {
            Self::Recovered | Self::Healed => "recovered",
            Self::Paused => "paused",
            Self::Held => "held",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Crashed => "crash",
            Self::Done | Self::Waiting | Self::Mode => "",
        }
    }
}

/// Where a sentence leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Go {
    /// `why`, `run`, `film`.
    pub word: &'static str,
    /// The page.
    pub href: String,
}

/// An event, told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Told {
    /// In front.
    pub badge: Badge,
    /// The sentence.
    pub text: String,
    /// What explains it.
    pub sub: Option<String>,
    /// Where more is.
    pub go: Option<Go>,
}

/// An act, as its row stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What its actuator calls it: `Campaign`, `paused`.
    pub words: (String, String),
    /// Who it acts on, by the name that people know.
    pub target: String,
    /// The most it can cost.
    pub worst_case: Money,
    /// Why it was decided, in one line.
    pub because: Option<String>,
    /// Its decision.
    pub decision: i64,
}

/// A decision, as its row stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What it proposes, in a few words: `Budget of summer-dress-us, €40 to €60 a day`.
    pub wants: String,
    /// The first interlock that said no, and why.
    pub refusal: Option<String>,
}

/// A run, as its row stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its pipeline.
    pub pipeline: String,
    /// Phases done, of how many.
    pub phases: (usize, usize),
    /// The phase that it went on at after a crash.
    pub resumed_from: Option<String>,
    /// How long it took.
    pub lasted: Option<jiff::SignedDuration>,
}

/// The rows that events are about.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// By the effect's id.
    pub acts: BTreeMap<String, Act>,
    /// By the decision's id.
    pub wishes: BTreeMap<String, Wish>,
    /// By the run's id.
    pub runs: BTreeMap<String, Run>,
    /// Roles, by the process's id.
    pub roles: BTreeMap<String, String>,
}

/// The event in words; none: it is not for the first screen.
pub fn tell(event: &Event, known: &Known) -> Option<Told> {
    match event.entity.as_str() {
        "effect" => acts::act(event, known.acts.get(&event.entity_id)?),
        "decision" => acts::wish(event, known.wishes.get(&event.entity_id)?),
        "run" => acts::run(event, known.runs.get(&event.entity_id)?),
        "incident" => states::incident(event),
        "process" => states::process(event, known.roles.get(&event.entity_id)),
        "mode" => states::mode(event),
        "breaker" => states::breaker(event),
        "sensor" => states::sensor(event),
        "schedule" => states::schedule(event),
        "restraint" => states::restraint(event),
        "autonomy" => states::autonomy(event),
        "spend_cap" => states::spend_cap(event),
        "drift" => states::drift(event),
        _ => None,
    }
}

/// A logged column that changed.
fn text<'a>(event: &'a Event, column: &str) -> Option<&'a str> {
    event.data.get(column).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use homeostat_model::RuntimeTime;
    use serde_json::json;

    use super::*;

    fn event(entity: &str, to_state: &str, data: Value) -> Event {
        Event {
            id: 1,
            at: RuntimeTime("2026-06-16T00:14:07Z".parse().unwrap()),
            brand: Some("marram".into()),
            entity: entity.into(),
            entity_id: "7".into(),
            from_state: None,
            to_state: to_state.into(),
            fence: None,
            owner: None,
            cause: None,
            data,
        }
    }

    fn known() -> Known {
        let act = Act {
            words: ("Campaign".into(), "paused".into()),
            target: "linen-suit-eu".into(),
            worst_case: Money::zero("EUR".parse().unwrap()),
            because: Some("42.00 spent, 0 sales".into()),
            decision: 3,
        };
        Known {
            acts: BTreeMap::from([("7".into(), act)]),
            ..Known::default()
        }
    }

    #[test]
    fn a_pause_says_what_happened_and_leads_to_why() {
        let told = tell(
            &event("effect", "settled", json!({"provenance": "normal"})),
            &known(),
        );
        let told = told.unwrap();
        assert_eq!(told.badge, Badge::Paused);
        assert_eq!(told.text, "Campaign linen-suit-eu paused.");
        assert_eq!(told.go.unwrap().href, "/receipts/7");
    }

    #[test]
    fn what_was_proven_after_a_lost_answer_says_so() {
        let told = tell(
            &event("effect", "settled", json!({"provenance": "recovered"})),
            &known(),
        );
        assert_eq!(told.unwrap().badge, Badge::Recovered);
    }

    #[test]
    fn a_planned_end_is_no_news_and_a_death_is() {
        let planned = event("process", "ended", json!({"ended_by": "planned"}));
        assert_eq!(tell(&planned, &Known::default()), None);
        let died = event(
            "process",
            "ended",
            json!({"ended_by": "flock", "end_reason": "killed"}),
        );
        assert!(tell(&died, &Known::default()).is_some());
    }

    #[test]
    fn an_act_of_which_no_row_is_known_is_left_out() {
        assert_eq!(
            tell(&event("effect", "settled", json!({})), &Known::default()),
            None
        );
    }
}
