//! `homeostat decisions`: what the policies proposed, what the envelope said, and why.

use std::process::ExitCode;

use homeostat_control::redecide;
use homeostat_effects::{DecisionFilter, DecisionView, decision, decisions};
use homeostat_model::{BrandId, DecisionId};
use homeostat_operator::approve;
use serde_json::{Value, json};

use crate::{failure::Failure, session::Session, ui};

/// Which decisions, or one in full.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    /// One decision: inputs, belief, proposal, every interlock's verdict
    id: Option<DecisionId>,
    /// Only this brand
    #[arg(long)]
    brand: Option<BrandId>,
    /// Only this state
    #[arg(long, value_parser = ["proposed", "permitted", "refused", "shadowed", "expired", "vetoed"])]
    state: Option<String>,
    /// At most so many, the newest
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, clap::Subcommand)]
enum Word {
    /// Let a suggestion be acted on
    Approve {
        /// The decision
        id: DecisionId,
        /// Who says so
        #[arg(long, env = "USER", default_value = "operator")]
        who: String,
    },
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    if let Some(Word::Approve { id, who }) = &args.word {
        let done = approve(session.db(), *id, who)
            .await
            .map_err(|e| super::refused(&e))?;
        return match done {
            true => show(session, *id, as_json).await,
            false => Err(Failure::Usage(format!(
                "decision: {id} does not wait for approval"
            ))),
        };
    }
    if let Some(id) = args.id {
        return show(session, id, as_json).await;
    }
    let filter = DecisionFilter {
        brand: args.brand.clone(),
        state: args.state.clone(),
        target: None,
        before: None,
        limit: args.limit,
    };
    let found = decisions(session.db(), &filter).await?;
    if as_json {
        ui::json(&json!({ "decisions": found }));
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found.iter().map(row).collect();
    let header = [
        "id",
        "world time",
        "brand",
        "policy",
        "target",
        "state",
        "because",
    ];
    ui::table(&header, rows, "No policy has proposed anything yet.");
    Ok(ExitCode::SUCCESS)
}

async fn show(session: &Session, id: DecisionId, as_json: bool) -> Result<ExitCode, Failure> {
    let Some(found) = decision(session.db(), id).await? else {
        return Err(Failure::Usage(format!(
            "decision: there is no {id}; `homeostat decisions` lists them"
        )));
    };
    let again = redecide(&found.policy, &found.version, &found.inputs, seed(&found));
    let same = again
        .as_ref()
        .is_ok_and(|r| r.belief_json == found.belief && r.proposal_json == found.proposal);
    if as_json {
        ui::json(&json!({ "decision": found, "redecides_the_same": same }));
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = vec![
        vec![
            "policy".into(),
            format!("{} {}", found.policy, found.version),
        ],
        vec![
            "target".into(),
            format!("{} of {}", found.target, found.brand),
        ],
        vec!["state".into(), found.state.clone()],
        vec!["decided (world)".into(), found.decided_at.to_string()],
        vec!["data as of (world)".into(), found.data_as_of.to_string()],
        vec!["because".into(), because(&found)],
        vec!["belief".into(), found.belief.clone()],
        vec!["proposal".into(), found.proposal.clone()],
        vec![
            "decides the same again".into(),
            if same { "yes, byte for byte" } else { "NO" }.into(),
        ],
    ];
    for (name, passed, reason) in verdicts(&found) {
        let mark = if passed { "passed" } else { "REFUSED" };
        rows.push(vec![
            format!("interlock {name}"),
            format!("{mark}: {reason}"),
        ]);
    }
    ui::table(&["decision", &id.to_string()], rows, "");
    Ok(ExitCode::SUCCESS)
}

/// The seed as the policy took it.
pub(crate) fn seed(decision: &DecisionView) -> u64 {
    decision
        .seed
        .and_then(|seed| u64::try_from(seed).ok())
        .unwrap_or(0)
}

fn row(decision: &DecisionView) -> Vec<String> {
    let refusals: Vec<String> = verdicts(decision)
        .into_iter()
        .filter(|(_, passed, _)| !passed)
        .map(|(name, _, reason)| format!("{name}: {reason}"))
        .collect();
    let because = if refusals.is_empty() {
        because(decision)
    } else {
        refusals.join("; ")
    };
    vec![
        decision.id.to_string(),
        decision.decided_at.0.strftime("%m-%d %H:%M").to_string(),
        decision.brand.clone(),
        format!("{} {}", decision.policy, decision.version),
        decision.target.clone(),
        decision.state.clone(),
        because,
    ]
}

/// What the proposal rests on, in one line; another version's is shown as stored.
fn because(decision: &DecisionView) -> String {
    let DecisionView {
        policy,
        inputs,
        belief,
        proposal,
        ..
    } = decision;
    homeostat_control::because(policy, inputs, belief, proposal).unwrap_or_else(|| proposal.clone())
}

fn verdicts(decision: &DecisionView) -> Vec<(String, bool, String)> {
    let verdict: Value = decision
        .verdict
        .as_deref()
        .and_then(|v| serde_json::from_str(v).ok())
        .unwrap_or_default();
    let interlocks = verdict
        .get("interlocks")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    interlocks
        .iter()
        .map(|i| {
            let text = |name: &str| i.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
            (
                text("name"),
                i.get("passed").and_then(Value::as_bool).unwrap_or(false),
                text("reason"),
            )
        })
        .collect()
}
