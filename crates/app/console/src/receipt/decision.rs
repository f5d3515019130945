//! Why something was proposed, and what the envelope said: the same as of a receipt, where perhaps nothing was done.

use askama::Template;
use homeostat_control::because;
use homeostat_effects::{DecisionView, act_of, decision};
use homeostat_model::{DecisionId, EffectId};
use homeostat_operator::records::campaign;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Belief, VerdictRow, brand_of, verdicts};
use crate::{
    board::{Board, Trouble},
    frame::Frame,
    routes::Console,
    words::{self, Clock},
};

/// Everything on the screen.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Decision {
    /// Its id.
    id: i64,
    /// `permitted`, `refused`, ….
    state: String,
    /// The badge's class.
    #[serde(skip)]
    class: &'static str,
    /// When it was made.
    clock: Clock,
    /// `kill on linen-suit-eu`.
    title: String,
    /// In one line.
    lead: String,
    /// What it saw, believed and proposed.
    belief: Belief,
    /// What the envelope said, a refusal first.
    verdicts: Vec<VerdictRow>,
    /// `9 of 10 pass`.
    ruling: String,
    /// It was allowed.
    is_allowed: bool,
    /// What became of it.
    outcome: &'static str,
    /// The act that came of it.
    act: Option<i64>,
    /// The seed of its chance, where it had one.
    seed: Option<String>,
}

/// Which one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DecisionAsked")]
pub(crate) struct Asked {
    #[schemars(with = "i64")]
    id: DecisionId,
}

#[derive(Debug, Template)]
#[template(path = "decision.html")]
struct DecisionPage<'a> {
    frame: &'a Frame,
    board: &'a Decision,
}

impl Board for Decision {
    const PATH: &'static str = "/decisions/{id}";
    const TAB: &'static str = "/receipts";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        let missing = || Trouble::Missing(format!("There is no decision {}.", ask.id));
        let db = &console.db;
        let decided = decision(db, ask.id).await?.ok_or_else(missing)?;
        let brand = brand_of(&console.config, &decided.brand).ok_or_else(missing)?;
        let name = campaign::name(db, &decided.target).await?;
        let target = words::name(name.as_ref().unwrap_or(&decided.target));
        let belief = Belief::of(&decided, brand);
        let clock = words::runtime_clock(decided.created_at, &brand.zone);
        Ok(told(
            &decided,
            &target,
            belief,
            clock,
            act_of(db, ask.id).await?.map(|act| act.id),
        ))
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        DecisionPage { frame, board: self }.render()
    }
}

fn told(
    decided: &DecisionView,
    target: &str,
    belief: Belief,
    clock: Clock,
    act: Option<EffectId>,
) -> Decision {
    let (verdicts, is_allowed) = verdicts(decided.verdict.as_deref());
    let passed = verdicts.iter().filter(|row| row.passed).count();
    let reason = because(
        &decided.policy,
        &decided.inputs,
        &decided.belief,
        &decided.proposal,
    );
    Decision {
        id: decided.id.0,
        state: decided.state.clone(),
        class: state_class(&decided.state),
        clock,
        title: format!("{} on {target}", words::name(&decided.policy)),
        lead: reason.unwrap_or_else(|| "Its reason is in another version's words.".into()),
        belief,
        ruling: match verdicts.len() {
            0 => "not judged".into(),
            all => format!("{passed} of {all} pass"),
        },
        verdicts,
        is_allowed,
        outcome: outcome(&decided.state),
        act: act.map(|id| id.0),
        seed: decided.seed.map(|seed| format!("{seed:#x}")),
    }
}

/// The class of a decision's badge.
pub(crate) fn state_class(state: &str) -> &'static str {
    match state {
        "refused" | "vetoed" => "refused",
        "proposed" => "held",
        _ => "",
    }
}

fn outcome(state: &str) -> &'static str {
    match state {
        "permitted" => "It was allowed, and became an act.",
        "refused" => "It was refused. Nothing was sent.",
        "shadowed" => "Its policy is in shadow: it was noted, and nothing was sent.",
        "expired" => "It waited too long for an answer. Nothing was sent.",
        "vetoed" => "A person said no. Nothing was sent.",
        _ => "It waits.",
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::{RuntimeTime, WorldTime};
    use jiff::{Timestamp, tz::TimeZone};

    use super::*;

    #[test]
    fn a_refusal_says_who_refused_and_that_nothing_was_sent() {
        let decided = DecisionView {
            id: DecisionId(3),
            key: "k".into(),
            brand: "marram".into(),
            target: "1".into(),
            policy: "kill".into(),
            version: "v9".into(),
            seed: None,
            inputs: "{}".into(),
            belief: "{}".into(),
            proposal: "{}".into(),
            judged: None,
            verdict: Some(
                r#"{"allowed":false,"interlocks":[{"name":"mode","passed":true,"reason":"NORMAL"},
                    {"name":"mass_kill","passed":false,"reason":"3 of 3"}]}"#
                    .into(),
            ),
            state: "refused".into(),
            approved_by: None,
            decided_at: WorldTime(Timestamp::UNIX_EPOCH),
            data_as_of: WorldTime(Timestamp::UNIX_EPOCH),
            created_at: RuntimeTime(Timestamp::UNIX_EPOCH),
        };
        let clock = words::runtime_clock(decided.created_at, &TimeZone::UTC);
        let board = told(&decided, "linen", Belief::default(), clock, None);
        assert_eq!(board.title, "kill on linen");
        assert_eq!(board.verdicts[0].name, "mass kill");
        assert_eq!(board.ruling, "1 of 2 pass");
        assert_eq!((board.is_allowed, board.act), (false, None));
        assert!(board.outcome.ends_with("Nothing was sent."));
    }
}
