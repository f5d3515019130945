//! Letters whose decision was given up: its job failed for good, so nobody would ever look at them. They are a person's.

use std::collections::BTreeSet;

use homeostat_queue::{Failure, Job, JobFilter, jobs};
use homeostat_store::transact;

use super::DecideService;
use crate::{
    Operator,
    config::Brand,
    jobs::LoopError,
    records::letter::{self, State},
};

/// Letters and failed jobs that one pass looks at.
const MAX: u32 = 500;

/// Hands them over. Returns how many those were. A job that is retried meanwhile finds its letter gone, which is well.
pub(in crate::jobs) async fn hand_over(operator: &Operator, brand: &Brand) -> Result<u32, Failure> {
    let db = &operator.db;
    let open = letter::list(db, brand.id.as_str(), Some(State::Read), MAX).await?;
    if open.is_empty() {
        return Ok(0);
    }
    let failed = failed(operator, brand).await?;
    let mut handed_over = 0;
    for letter in open.iter().filter(|one| failed.contains(&one.id)) {
        handed_over += transact!(db, |tx| -> Result<u32, LoopError> {
            let waits = letter::waits_in(&mut *tx, &letter.id).await?;
            if waits {
                letter::decided_in(&mut *tx, &letter.id, None, None, State::HandedOver).await?;
            }
            Ok(u32::from(waits))
        })?;
    }
    if handed_over > 0 {
        tracing::warn!(brand = %brand.id, letters = handed_over, "letters could not be decided on and are a person's");
    }
    Ok(handed_over)
}

/// The letters of failed jobs.
async fn failed(operator: &Operator, brand: &Brand) -> Result<BTreeSet<String>, Failure> {
    let mut letters = BTreeSet::new();
    let mut which = JobFilter {
        kind: Some(DecideService::KIND.to_owned()),
        state: Some("failed".to_owned()),
        brand: Some(brand.id.to_string()),
        limit: Some(MAX),
        ..JobFilter::default()
    };
    loop {
        let page = jobs(&operator.db, &which).await?;
        let each = page.iter().filter_map(|job| job.args["letter"].as_str());
        letters.extend(each.map(str::to_owned));
        match page.last() {
            Some(last) if page.len() >= MAX as usize => which.after = Some(last.id),
            Some(_) | None => return Ok(letters),
        }
    }
}
