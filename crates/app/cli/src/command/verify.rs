//! `homeostat verify`: log, state, money, decisions and the sandbox's books, each held against the
//! others.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use homeostat_control::redecide;
use homeostat_effects::{
    DecisionFilter, EffectFilter, EffectState, EffectView, decisions, effects,
};
use homeostat_envelope::rejudge;
use homeostat_sandbox::Act;
use homeostat_store::{
    Db, StoreError,
    journal::{Check, CheckState},
};
use serde_json::json;

use super::decisions::seed;
use crate::{failure::Failure, session::Session, ui};

/// Decisions and effects looked at, the newest; the journal's checks look at everything.
const LATEST: u32 = 10_000;

/// Answers; exit code 1 when a law is broken.
pub(crate) async fn run(session: &Session, as_json: bool) -> Result<ExitCode, Failure> {
    let books = session.state().map(|state| state.books_dir());
    let checks = checks(session.db(), books.as_deref()).await?;
    let violations: i64 = checks.iter().map(|check| check.violations).sum();
    if as_json {
        ui::json(&json!({ "violations": violations, "checks": checks }));
    } else {
        let rows = checks.iter().map(row).collect();
        ui::table(&["check", "law", "state", "examined", "first"], rows, "");
        ui::line(&match violations {
            0 => "Everything agrees.".to_owned(),
            n => format!("{n} violations."),
        });
    }
    Ok(if violations == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// All checks, in the order of what they rest on.
pub(crate) async fn checks(db: &Db, books_dir: Option<&Path>) -> Result<Vec<Check>, Failure> {
    let mut all = homeostat_store::journal::verify(db).await?;
    all.extend(homeostat_queue::verify(db).await?);
    all.extend(
        homeostat_effects::verify(db)
            .await?
            .into_iter()
            .map(check_of),
    );
    all.push(decisions_replay(db).await?);
    all.push(
        match books_dir
            .map(|dir| dir.join("meta.jsonl"))
            .filter(|path| path.exists())
        {
            Some(path) => books_agree(db, &path).await?,
            None => Check::not_built("books_agree", "L3", "no sandbox keeps books here"),
        },
    );
    Ok(all)
}

fn check_of(check: homeostat_effects::Check) -> Check {
    let homeostat_effects::Check {
        name,
        law,
        examined,
        violations,
        first,
    } = check;
    let state = if violations == 0 {
        CheckState::Ok
    } else {
        CheckState::Violated
    };
    Check {
        name,
        law,
        state,
        examined,
        violations,
        first,
    }
}

/// Running a decision again gives the same bytes: belief, proposal and every verdict (L13).
async fn decisions_replay(db: &Db) -> Result<Check, StoreError> {
    let stored = decisions(
        db,
        &DecisionFilter {
            limit: LATEST,
            ..DecisionFilter::default()
        },
    )
    .await?;
    let mut wrong = Vec::new();
    for decision in &stored {
        let same = redecide(
            &decision.policy,
            &decision.version,
            &decision.inputs,
            seed(decision),
        )
        .is_ok_and(|r| r.belief_json == decision.belief && r.proposal_json == decision.proposal);
        let judged = match (&decision.judged, &decision.verdict) {
            (Some(case), Some(verdict)) => rejudge(case).is_ok_and(|again| again == *verdict),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !same || !judged {
            wrong.push(format!("decision {}", decision.id));
        }
    }
    Ok(Check::found(
        "decisions_replay",
        "L13",
        i64::try_from(stored.len()).unwrap_or(0),
        &wrong,
    ))
}

/// Every act in the vendor's books belongs to one effect that says it happened, or holds for it; and
/// no effect changed the world twice.
async fn books_agree(db: &Db, books: &Path) -> Result<Check, Failure> {
    let acts = read(books)?;
    let known = effects(
        db,
        &EffectFilter {
            limit: LATEST,
            ..EffectFilter::default()
        },
    )
    .await?;
    let by_id: BTreeMap<String, &EffectView> = known
        .iter()
        .map(|effect| (format!("effect-{}", effect.id), effect))
        .collect();
    let mut changes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for act in acts.iter().filter(|act| act.applied) {
        *changes.entry(act.request_id.as_str()).or_default() += 1;
        match by_id.get(&act.request_id).map(|effect| effect.state) {
            Some(
                EffectState::Settled
                | EffectState::Sending
                | EffectState::Accepted
                | EffectState::Unknown,
            ) => {}
            Some(EffectState::Refused | EffectState::Void) => {
                wrong.push(format!(
                    "act {} happened, but {} says it did not",
                    act.n, act.request_id
                ));
            }
            None => wrong.push(format!("act {} on {} has no effect", act.n, act.object)),
        }
    }
    for (reference, count) in changes.iter().filter(|(_, count)| **count > 1) {
        wrong.push(format!("{reference} changed the world {count} times"));
    }
    for effect in known
        .iter()
        .filter(|effect| effect.state == EffectState::Settled)
    {
        if !acts
            .iter()
            .any(|act| act.object == effect.target && act.to == "PAUSED")
        {
            wrong.push(format!(
                "effect {} is settled, but the books have no such act",
                effect.id
            ));
        }
    }
    let examined = i64::try_from(acts.len() + known.len()).unwrap_or(i64::MAX);
    Ok(Check::found("books_agree", "L3", examined, &wrong))
}

/// A torn last line was never confirmed to anyone, so it counts as not written.
fn read(books: &Path) -> Result<Vec<Act>, Failure> {
    let text = std::fs::read_to_string(books).map_err(|e| {
        Failure::Environment(format!("cannot read the books {}: {e}", books.display()))
    })?;
    let lines: Vec<&str> = text.lines().collect();
    let mut acts = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        match serde_json::from_str(line) {
            Ok(act) => acts.push(act),
            Err(_) if index + 1 == lines.len() => {}
            Err(error) => {
                return Err(Failure::Law(format!(
                    "the books {} line {}: {error}",
                    books.display(),
                    index + 1
                )));
            }
        }
    }
    Ok(acts)
}

fn row(check: &Check) -> Vec<String> {
    let state = match check.state {
        CheckState::Ok => "ok".to_owned(),
        CheckState::Violated => format!("VIOLATED {}", check.violations),
        CheckState::NotBuilt => "not built".to_owned(),
    };
    vec![
        check.name.to_owned(),
        check.law.to_owned(),
        state,
        check.examined.to_string(),
        check.first.clone().unwrap_or_default(),
    ]
}
