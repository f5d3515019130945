//! The auditor: judges a system from outside.
//!
//! It reads two things: the tables, by SQL of its own, and the vendor's books, by structs of its own.
//! It shares no type, no query and no helper with what it judges, so a mistake there is not repeated
//! here. Each question counts what breaks a promise, under the field of the drill's answer that then
//! goes red, and names the first case.
//!
//! Some questions are about an instant: a job whose owner has just died is nobody's fault for as long
//! as the rescue takes. So an audit is taken again until it is clean or patience is over.

mod balance;
mod books;
mod journal;
mod money;
mod partners;
mod spend;
mod work;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use homeostat_clock::{Stopwatch, pause};
use serde::{Deserialize, Serialize};

use super::witness::Witness;
use crate::failure::Failure;

pub(crate) use balance::{Balance, Imbalance};
pub(crate) use books::{Act, done_twice as duplicates, read as read_books};
pub(crate) use money::now as money_now;

/// Between two audits of a system that is still busy.
const AGAIN: Duration = Duration::from_millis(200);

/// A field of the drill's answer that counts broken promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    /// An act that the system has lost sight of, or says was done and was not.
    EffectsLost,
    /// Two state-changing acts in the books for one effect.
    EffectsDuplicated,
    /// Micro-units that the books do not account for.
    MoneyLeakedMicros,
    /// Holes in the log.
    EventsMissing,
    /// Results that were accepted from a worker that no longer held the job.
    StaleResultsAccepted,
    /// Phases that ran again although their checkpoint was there.
    CompletedPhasesRerun,
    /// Jobs and runs that nobody will finish.
    WorkStuck,
    /// Wishes that were decided more than once.
    DecidedAnew,
    /// Authorisations beyond a cap, at any past instant.
    CapsPassed,
}

/// A broken promise.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Finding {
    /// The field it counts in.
    pub(crate) field: Field,
    /// What it counts for: 1, or micro-units.
    pub(crate) n: i64,
    /// What is wrong, in words.
    pub(crate) what: String,
}

/// A question in SQL. It selects `n` and `what` of every case that breaks the promise.
struct Question {
    field: Field,
    sql: &'static str,
}

/// Where the things are that are judged.
#[derive(Debug, Clone)]
pub(crate) struct Audit {
    /// The directory of the vendor's books.
    pub(crate) books: PathBuf,
    /// The vendor's own account of what was spent; absent, spending is not judged.
    pub(crate) sandbox: Option<String>,
    /// Whether work may have failed for good: killed often enough, it must.
    pub(crate) may_fail: bool,
}

impl Audit {
    /// Everything that is wrong now.
    pub(crate) async fn take(&self, witness: &mut Witness) -> Result<Vec<Finding>, Failure> {
        let mut found = Vec::new();
        for question in journal::QUESTIONS
            .iter()
            .chain(&work::QUESTIONS)
            .chain(&money::QUESTIONS)
        {
            found.extend(ask(witness, question).await?);
        }
        let failed = match self.may_fail {
            true => &work::FAILED_UNEXPLAINED,
            false => &work::FAILED,
        };
        found.extend(ask(witness, failed).await?);
        found.extend(journal::fold(witness).await?);
        let effects = books::effects(witness).await?;
        // Read after the effects: an act is in the books only after its effect is in the table.
        let acts = read_books(&self.books)?;
        found.extend(books::judge(&effects, &acts));
        found.extend(partners::judge(witness, &self.books).await?);
        if let Some(sandbox) = &self.sandbox {
            found.extend(spend::judge(sandbox, &acts).await?);
            found.extend(spend::days(witness, sandbox, &acts).await?);
        }
        Ok(found)
    }

    /// What is still wrong when the system had time to settle.
    pub(crate) async fn settled(
        &self,
        witness: &mut Witness,
        patience: Duration,
    ) -> Result<Vec<Finding>, Failure> {
        let watch = Stopwatch::start();
        loop {
            let found = self.take(witness).await?;
            if found.is_empty() || watch.elapsed() > patience {
                return Ok(found);
            }
            pause(AGAIN).await;
        }
    }
}

/// What the findings count to, field by field; 0 where nothing is wrong.
pub(crate) fn counts(found: &[Finding]) -> BTreeMap<Field, i64> {
    let mut counts: BTreeMap<Field, i64> = Field::ALL.iter().map(|field| (*field, 0)).collect();
    for finding in found {
        *counts.entry(finding.field).or_default() += finding.n;
    }
    counts
}

impl Field {
    /// All of them.
    pub(crate) const ALL: [Self; 9] = [
        Self::EffectsLost,
        Self::EffectsDuplicated,
        Self::MoneyLeakedMicros,
        Self::EventsMissing,
        Self::StaleResultsAccepted,
        Self::CompletedPhasesRerun,
        Self::WorkStuck,
        Self::DecidedAnew,
        Self::CapsPassed,
    ];

    /// The field's name in the answer.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::EffectsLost => "effects_lost",
            Self::EffectsDuplicated => "effects_duplicated",
            Self::MoneyLeakedMicros => "money_leaked_micros",
            Self::EventsMissing => "events_missing",
            Self::StaleResultsAccepted => "stale_results_accepted",
            Self::CompletedPhasesRerun => "completed_phases_rerun",
            Self::WorkStuck => "work_stuck",
            Self::DecidedAnew => "decided_anew",
            Self::CapsPassed => "caps_passed",
        }
    }
}

async fn ask(witness: &mut Witness, question: &Question) -> Result<Vec<Finding>, Failure> {
    #[derive(Deserialize)]
    struct Row {
        n: i64,
        what: String,
    }
    let rows: Vec<Row> = witness.rows(question.sql, &[]).await?;
    let finding = |row: Row| Finding {
        field: question.field,
        n: row.n,
        what: row.what,
    };
    Ok(rows.into_iter().map(finding).collect())
}

/// The books of one vendor.
fn books_of(dir: &Path, vendor: &str) -> PathBuf {
    dir.join(format!("{vendor}.jsonl"))
}

#[cfg(test)]
mod tests;
