//! What a person holds in hand: the mode, how far each policy is trusted, what waits for a word, what is left alone, and
//! what people said.

use askama::Template;
use homeostat_effects::{
    DecisionView, ModeView, PolicyAutonomy, Restraint, autonomies, decisions_of, effective_mode,
    restraints, waiting_decisions,
};
use homeostat_model::{Autonomy, DecisionId, RuntimeTime};
use homeostat_operator::PROPOSAL_LIFE;
use jiff::{SignedDuration, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    board::{Board, Trouble},
    changes::{Word, latest_words},
    dialog::{Choice, Dialog},
    frame::Frame,
    routes::Console,
    words,
};

/// Proposals that are listed.
const APPROVALS_MAX: u32 = 50;
/// Letters of a reason that are shown.
const REASON_MAX: usize = 200;
/// Words that are listed.
const WORDS_MAX: i64 = 20;

/// Everything on the page.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Controls {
    /// What holds now, and why.
    mode: String,
    /// What waits for a person, the most urgent first.
    approvals: Vec<Approval>,
    /// How far each policy is trusted.
    policies: Vec<Policy>,
    /// What is left alone, and what is frozen.
    restraints: Vec<Held>,
    /// Leave something alone.
    #[serde(skip)]
    pin: Dialog,
    /// What people said last.
    words: Vec<Word>,
    /// The same, for the page.
    #[serde(skip)]
    said: Vec<Said>,
}

/// A proposal that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Approval {
    /// The decision.
    decision: i64,
    /// Whose: `kill_rule of marram`.
    policy: String,
    /// On what.
    target: String,
    /// Why it is proposed.
    because: String,
    /// When it is no ground to act any more.
    #[schemars(with = "crate::schema::Time")]
    expires_at: RuntimeTime,
    /// `in 1 h 12 min`.
    expires: String,
    /// Approve and veto.
    #[serde(skip)]
    dialogs: Vec<Dialog>,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Policy {
    /// `kill_rule`, or `kill_rule@marram`.
    id: String,
    /// `shadow`, `suggest`, `guarded` or `full`.
    level: String,
    /// What that means.
    means: &'static str,
    /// Who said so, and why.
    because: String,
    #[serde(skip)]
    dialogs: Vec<Dialog>,
}

/// Something that is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Restraint")]
pub(crate) struct Held {
    /// `pin`, `quarantine` or `freeze`.
    kind: String,
    /// What.
    scope: String,
    /// Who said so, and why.
    because: String,
    /// Since when.
    since: String,
    #[serde(skip)]
    dialogs: Vec<Dialog>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    at: String,
    text: String,
    class: &'static str,
    state: String,
}

#[derive(Debug, Template)]
#[template(path = "controls.html")]
struct ControlsPage<'a> {
    frame: &'a Frame,
    board: &'a Controls,
}

/// Nothing may be asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {}

impl Board for Controls {
    const PATH: &'static str = "/controls";
    const TAB: &'static str = "/controls";
    type Ask = Asked;

    async fn look(console: &Console, _: &Asked) -> Result<Self, Trouble> {
        let (db, zone) = (&console.db, console.zone());
        let now = console.desks.now().runtime;
        // Oldest first: it expires first.
        let waiting = waiting_decisions(db, APPROVALS_MAX).await?;
        let ids: Vec<DecisionId> = waiting.iter().map(|one| one.id).collect();
        let mut waiting = decisions_of(db, &ids).await?;
        waiting.sort_by_key(|one| (one.created_at, one.id));
        let mode = effective_mode(db, None).await?;
        let words = latest_words(db, WORDS_MAX).await?;
        let brands = console.config.brands.iter().map(|one| one.id.to_string());
        Ok(Self {
            mode: sentence(&mode, &zone),
            approvals: waiting.iter().map(|one| approval(one, now)).collect(),
            policies: autonomies(db).await?.iter().map(policy).collect(),
            restraints: restraints(db)
                .await?
                .iter()
                .map(|one| held(one, &zone))
                .collect(),
            pin: pin(brands.collect()),
            said: words.iter().map(|word| said(word, &zone)).collect(),
            words,
        })
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        ControlsPage { frame, board: self }.render()
    }
}

fn sentence(mode: &ModeView, zone: &TimeZone) -> String {
    let clock = words::runtime_clock(mode.changed_at, zone);
    let (day, time, who) = (clock.day, clock.time, words::name(&mode.who));
    let why = words::sentence(&words::plain(&mode.reason, REASON_MAX));
    let ModeView {
        effective, stored, ..
    } = mode;
    match effective == stored {
        true => format!("{effective} since {day}, {time}, by {who}: {why}"),
        // Nobody chose it: it holds for as long as its cause does.
        false => format!("{effective}: {why} {stored} was set on {day}, {time}, by {who}."),
    }
}

fn approval(one: &DecisionView, now: RuntimeTime) -> Approval {
    let life = SignedDuration::try_from(PROPOSAL_LIFE).unwrap_or(SignedDuration::MAX);
    let expires_at = one.created_at.plus(life);
    let left = expires_at.since(now);
    let (policy, inputs, belief, proposal) = (&one.policy, &one.inputs, &one.belief, &one.proposal);
    let because = homeostat_control::because(policy, inputs, belief, proposal);
    let thing = format!("decision {}", one.id);
    let path = |verb: &str| format!("/decisions/{}/{verb}", one.id);
    let yes = "It is judged again by the envelope, its worst case is held, and it is done once.";
    let no = "It is never done. The policy may propose the like again.";
    Approval {
        decision: one.id.0,
        policy: format!("{policy} of {}", one.brand),
        target: words::name(&one.target),
        because: because.unwrap_or_else(|| "Its reason is in another version's words.".into()),
        expires: match left.is_negative() {
            true => "any moment now".into(),
            false => format!("in {}", words::lasted(left)),
        },
        expires_at,
        dialogs: vec![
            Dialog::new("Approve", &thing, path("approve"), yes),
            Dialog::new("Veto", &thing, path("veto"), no).danger(),
        ],
    }
}

fn policy(one: &PolicyAutonomy) -> Policy {
    let levels = [
        Autonomy::Shadow,
        Autonomy::Suggest,
        Autonomy::Guarded,
        Autonomy::Full,
    ];
    let means = match one.level {
        Autonomy::Shadow => "decides, and does nothing",
        Autonomy::Suggest => "proposes; a person approves each act",
        Autonomy::Guarded => "acts by itself within the tighter limits",
        Autonomy::Full => "acts by itself within the envelope",
    };
    let text = format!("{} {means} now.", one.policy);
    let mut dialog = Dialog::new("Trust", &one.policy, "/autonomy".into(), text);
    dialog.button = "Change".into();
    dialog.title = format!("How far is {} trusted?", one.policy);
    dialog.confirm = "Trust it so far".into();
    dialog.fields = vec![("policy", one.policy.clone())];
    dialog.choices = vec![Choice {
        name: "level",
        label: "Autonomy",
        options: levels.iter().map(ToString::to_string).collect(),
        value: one.level.to_string(),
    }];
    Policy {
        id: one.policy.clone(),
        level: one.level.to_string(),
        means,
        because: format!("{}: {}", words::name(&one.who), words::name(&one.reason)),
        dialogs: vec![dialog],
    }
}

fn held(one: &Restraint, zone: &TimeZone) -> Held {
    let clock = words::runtime_clock(one.created_at, zone);
    let thing = format!("{} {}", one.kind, one.id);
    let text = match one.kind.as_str() {
        "freeze" => "Money of this scope may be held again.",
        _ => "Policies may act on it again.",
    };
    Held {
        kind: one.kind.clone(),
        scope: words::name(&one.scope),
        because: format!("{}: {}", words::name(&one.who), words::name(&one.reason)),
        since: format!("{}, {}", clock.day, clock.time),
        dialogs: vec![Dialog::new(
            "Lift",
            &thing,
            format!("/restraints/{}/lift", one.id),
            text,
        )],
    }
}

fn pin(brands: Vec<String>) -> Dialog {
    let value = brands.first().cloned().unwrap_or_default();
    let text = "No policy acts on it until a person lifts the pin. What runs there keeps running.";
    Dialog {
        id: "pin".into(),
        button: "Pin an entity".into(),
        title: "Leave something alone?".into(),
        confirm: "Pin it".into(),
        choices: vec![
            Choice {
                name: "brand",
                label: "Brand",
                options: brands,
                value,
            },
            Choice {
                name: "target",
                label: "Its id, such as a campaign's",
                ..Choice::default()
            },
        ],
        ..Dialog::new("Pin", "", "/pins".into(), text)
    }
}

fn said(word: &Word, zone: &TimeZone) -> Said {
    let clock = words::runtime_clock(word.said_at, zone);
    let problem = word
        .problem
        .as_deref()
        .map(|why| format!(" Not done: {}", words::sentence(&words::name(why))));
    Said {
        at: format!("{}, {}", clock.day, clock.time),
        text: format!(
            "{}: {} {}. {}{}",
            words::name(&word.who),
            word.act,
            words::name(&word.subject),
            words::sentence(&words::name(&word.reason)),
            problem.unwrap_or_default()
        ),
        class: match word.state.as_str() {
            "refused" => "refused",
            "asked" => "unknown",
            _ => "",
        },
        state: word.state.clone(),
    }
}
