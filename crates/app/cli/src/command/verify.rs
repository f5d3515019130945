//! `homeostat verify`: log, state, money, decisions and the sandbox's books, each held against the
//! others.

mod books;

use std::{path::Path, process::ExitCode};

use homeostat_control::redecide;
use homeostat_effects::{DecisionFilter, decisions, kept};
use homeostat_envelope::rejudge;
use homeostat_store::{
    Db, StoreError,
    journal::{Check, CheckState},
};
use serde_json::json;

use super::decisions::seed;
use crate::{failure::Failure, session::Session, ui};

/// Decisions run again, the newest; the other checks look at everything.
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
        match books_dir.filter(|dir| dir.join("meta.jsonl").exists()) {
            Some(dir) => books::agree(db, dir).await?,
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
    let left_alone = kept(db, LATEST).await?;
    for one in &left_alone {
        let seed = one
            .seed
            .and_then(|seed| u64::try_from(seed).ok())
            .unwrap_or(0);
        let same = redecide(&one.policy, &one.version, &one.inputs, seed)
            .is_ok_and(|r| r.belief_json == one.belief && r.proposal_json == one.proposal);
        if !same {
            wrong.push(format!("kept decision {}", one.id));
        }
    }
    Ok(Check::found(
        "decisions_replay",
        "L13",
        i64::try_from(stored.len() + left_alone.len()).unwrap_or(0),
        &wrong,
    ))
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
