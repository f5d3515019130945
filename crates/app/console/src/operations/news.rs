//! The newest events, as sentences: a look at the journal, and one at the rows that those events are about.

use std::collections::BTreeMap;

use homeostat_control::because;
use homeostat_effects::{decisions_of, effects_of};
use homeostat_liveness::roles_of;
use homeostat_model::{DecisionId, EffectId, ProcessId, RunId};
use homeostat_operator::{actuators, config::Brand, records::campaign};
use homeostat_queue::runs_of;
use homeostat_store::{
    Db,
    journal::{Event, newest_events},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::BoardError;
use crate::{
    tell::{self, Act, Known, Run, SILENT, Told, Wish},
    words::{self, Clock},
};

/// Rows on the screen.
const ROWS: usize = 10;
/// Events that are looked at for them: some are not told.
const LOOKED_AT: i64 = 60;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "NewsRow")]
pub struct Row {
    /// The event.
    pub event: i64,
    /// When.
    pub clock: Clock,
    /// What.
    pub told: Told,
}

pub(super) async fn look(db: &Db, brand: &Brand) -> Result<Vec<Row>, BoardError> {
    let events = newest_events(db, Some(brand.id.as_str()), &SILENT, LOOKED_AT).await?;
    let known = known(db, &events).await?;
    let rows = events.iter().filter_map(|event| {
        Some(Row {
            event: event.id,
            clock: words::runtime_clock(event.at, &brand.zone),
            told: tell::tell(event, &known)?,
        })
    });
    Ok(rows.take(ROWS).collect())
}

/// The rows that these events are about, by one look at each table.
async fn known(db: &Db, events: &[Event]) -> Result<Known, BoardError> {
    let ids = |entity: &str| -> Vec<i64> {
        let of = events.iter().filter(|event| event.entity == entity);
        of.filter_map(|event| event.entity_id.parse().ok())
            .collect()
    };
    let effects: Vec<EffectId> = ids("effect").into_iter().map(EffectId).collect();
    let effects = effects_of(db, &effects).await?;
    let mut decisions: Vec<DecisionId> = ids("decision").into_iter().map(DecisionId).collect();
    decisions.extend(effects.iter().map(|effect| effect.decision));
    let decisions = decisions_of(db, &decisions).await?;
    let decided: BTreeMap<_, _> = decisions.iter().map(|one| (one.id, one)).collect();
    let mut known = Known::default();
    for effect in &effects {
        let words = actuators::words(&effect.kind);
        let name = campaign::name(db, &effect.target).await?;
        let act = Act {
            words: (words.subject.to_owned(), words.done.to_owned()),
            target: name.unwrap_or_else(|| effect.target.clone()),
            worst_case: effect.worst_case,
            because: decided.get(&effect.decision).and_then(|decision| {
                because(
                    &decision.policy,
                    &decision.inputs,
                    &decision.belief,
                    &decision.proposal,
                )
            }),
            decision: effect.decision.0,
        };
        known.acts.insert(effect.id.to_string(), act);
    }
    for decision in &decisions {
        let refusal = decision.verdict.as_deref().and_then(first_refusal);
        let wish = Wish {
            wants: format!("{}: {}", words::name(&decision.target), decision.policy),
            refusal,
        };
        known.wishes.insert(decision.id.to_string(), wish);
    }
    let runs: Vec<RunId> = ids("run").into_iter().map(RunId).collect();
    for run in runs_of(db, &runs).await? {
        let told = Run {
            phases: (
                usize::try_from(run.phases_done).unwrap_or_default(),
                usize::try_from(run.phases).unwrap_or_default(),
            ),
            lasted: run.finished_at.map(|at| at.since(run.created_at)),
            pipeline: run.pipeline,
            resumed_from: run.resumed_from,
        };
        known.runs.insert(run.id.to_string(), told);
    }
    let processes: Vec<ProcessId> = ids("process").into_iter().map(ProcessId).collect();
    let roles = roles_of(db, &processes).await?.into_iter();
    known.roles = roles.map(|(id, role)| (id.to_string(), role)).collect();
    Ok(known)
}

/// Who said no first, and why.
fn first_refusal(verdict: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Verdict {
        interlocks: Vec<Interlock>,
    }
    #[derive(serde::Deserialize)]
    struct Interlock {
        passed: bool,
        reason: String,
    }
    let verdict: Verdict = serde_json::from_str(verdict).ok()?;
    let no = verdict.interlocks.into_iter().find(|one| !one.passed)?;
    Some(no.reason)
}
