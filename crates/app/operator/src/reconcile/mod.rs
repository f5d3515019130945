//! Reconciliation: what the vendors say is compared with what we believe, a little of it every minute.
//!
//! *Who is authoritative.* The vendor, about its own objects. Where our row is a copy of one, it is put right in the
//! transaction that writes the difference down. Where a difference means that money or an act is not what our receipts
//! say, nothing is put right: a person must look. Nothing is sent to a vendor, whatever is found; what follows from a
//! corrected row is the loop's to decide.
//!
//! *What is no difference.* What we act on now or have acted on within the last minute, since a vendor's read may trail
//! its own writes. What a vendor does not answer about: no answer is no news. And whatever only went on since the last
//! look, such as a parcel: its row is as old as its reading says.
//!
//! *Crash points.* A look writes nothing. What it found is one transaction per thing; a crash before it loses a minute.
//!
//! To add a thing: a file here, and a line in the job.

pub mod campaigns;
pub mod payouts;
pub mod refunds;
pub mod shipments;

use std::{collections::BTreeMap, time::Duration};

use homeostat_effects::{breaker_wait, open_breaker, read_answered};
use homeostat_model::WorldTime;
use homeostat_queue::Failure;
use homeostat_store::{PgConnection, StoreError, transact};
use serde::Serialize;

use crate::{
    Operator,
    config::Brand,
    jobs::LoopError,
    records::drift::{self, About},
    sensors::ReadError,
};

/// A vendor's read may be this old.
pub(crate) const TRAILS: Duration = Duration::from_secs(60);
/// A throttle opens the breaker for at least this.
const THROTTLE_MIN: Duration = Duration::from_millis(250);

/// A thing whose two sides are compared.
#[async_trait::async_trait]
pub trait Reconciled {
    /// Its word in `drift.kind`.
    const KIND: &'static str;
    /// Whose breaker it shares with the actuators.
    const VENDOR: &'static str;
    /// What our row is corrected to.
    type Seen: Send + Sync;

    /// Compares so many objects as one pass may. `at` is the world time of the start of the look.
    async fn look(
        operator: &Operator,
        brand: &Brand,
        at: WorldTime,
    ) -> Result<Look<Self::Seen>, StoreError>;

    /// Has our row say what the vendor says, in the caller's transaction. False when it has come to be otherwise
    /// meanwhile: then what was read is old, and was no difference.
    async fn mend(
        tx: &mut PgConnection,
        brand: &Brand,
        seen: &Self::Seen,
        at: WorldTime,
    ) -> Result<bool, StoreError>;
}

/// What one look brought.
#[derive(Debug)]
pub struct Look<S> {
    /// Each object that was compared.
    pub compared: Vec<Compared<S>>,
    /// Why there are no more.
    pub unanswered: Option<ReadError>,
}

/// One object.
#[derive(Debug)]
pub struct Compared<S> {
    /// The row, or the act, that it is about.
    pub subject: String,
    /// What differs, if anything.
    pub differs: Option<Differs>,
    /// What our row is corrected to, where it is a copy.
    pub seen: Option<S>,
}

/// A difference in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differs {
    /// What we have.
    pub believed: String,
    /// What the vendor says.
    pub seen: String,
    /// Our row is a copy, and can be put right. Otherwise a person must look.
    pub is_ours_to_mend: bool,
}

/// What a pass over one thing came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// Objects that were compared.
    pub compared: usize,
    /// Rows that were put right.
    pub repaired: usize,
    /// Differences that are not ours to put right.
    pub differing: usize,
    /// Differences that ended.
    pub ended: usize,
    /// Why the vendor was not heard to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<String>,
}

impl<S> Default for Look<S> {
    fn default() -> Self {
        Self {
            compared: Vec::new(),
            unanswered: None,
        }
    }
}

/// One pass over one thing.
///
/// # Errors
/// When the database refuses or does not answer. A vendor that does not answer is no error.
pub async fn pass<R: Reconciled>(
    operator: &Operator,
    brand: &Brand,
    at: WorldTime,
) -> Result<Passed, Failure> {
    let db = &operator.db;
    if breaker_wait(db, R::VENDOR, None).await?.is_some() {
        return Ok(Passed {
            unanswered: Some(format!("the breaker of {} is open", R::VENDOR)),
            ..Passed::default()
        });
    }
    let look = R::look(operator, brand, at).await?;
    match look.unanswered.as_ref().map(|error| error.wait) {
        Some(Some(wait)) => {
            let wait = wait.max(THROTTLE_MIN);
            open_breaker(db, R::VENDOR, wait, "throttled a read", None).await?;
        }
        Some(None) => {}
        None => read_answered(db, R::VENDOR, None).await?,
    }
    let mut passed = transact!(db, |tx| -> Result<Passed, LoopError> {
        settle::<R>(tx, brand, &look.compared, at).await
    })?;
    passed.unanswered = look.unanswered.map(|error| error.to_string());
    Ok(passed)
}

async fn settle<R: Reconciled>(
    tx: &mut PgConnection,
    brand: &Brand,
    all: &[Compared<R::Seen>],
    at: WorldTime,
) -> Result<Passed, LoopError> {
    let mut passed = Passed {
        compared: all.len(),
        ..Passed::default()
    };
    if all.is_empty() {
        return Ok(passed);
    }
    let id = brand.id.as_str();
    let mut agreed = Vec::new();
    for one in all {
        let about = About {
            brand: id,
            kind: R::KIND,
            subject: &one.subject,
        };
        let is_mended = match &one.seen {
            Some(seen) => R::mend(&mut *tx, brand, seen, at).await?,
            None => false,
        };
        match &one.differs {
            None => agreed.push(one.subject.clone()),
            Some(differs) if !differs.is_ours_to_mend => {
                passed.differing += 1;
                let words = (differs.believed.as_str(), differs.seen.as_str());
                drift::found(&mut *tx, about, words, at).await?;
            }
            Some(differs) if is_mended => {
                passed.repaired += 1;
                let words = (differs.believed.as_str(), differs.seen.as_str());
                drift::repaired(&mut *tx, about, words, at).await?;
            }
            Some(_) => {}
        }
    }
    passed.ended = drift::agreed(&mut *tx, id, R::KIND, &agreed, at).await?;
    let subjects: Vec<String> = all.iter().map(|one| one.subject.clone()).collect();
    drift::checked(&mut *tx, id, R::KIND, &subjects, at).await?;
    Ok(passed)
}

/// Whose turn it is: what was never checked first, as it is given (newest first), then the longest unchecked.
pub(crate) fn turn<T>(
    all: Vec<T>,
    subject: impl Fn(&T) -> String,
    checks: &BTreeMap<String, WorldTime>,
    limit: usize,
) -> Vec<T> {
    let mut dated: Vec<(Option<WorldTime>, T)> = all
        .into_iter()
        .map(|one| (checks.get(&subject(&one)).copied(), one))
        .collect();
    // Stable, and nothing is before anything.
    dated.sort_by_key(|(at, _)| *at);
    dated.into_iter().map(|(_, one)| one).take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_checked_comes_first_and_then_the_longest_unchecked() {
        let at = |second| WorldTime(jiff::Timestamp::from_second(second).unwrap());
        let checks = BTreeMap::from([("a".to_owned(), at(30)), ("b".to_owned(), at(10))]);
        let all = vec!["new", "a", "b", "older"];
        let named = |one: &&str| (*one).to_owned();
        let order = turn(all.clone(), named, &checks, 9);
        assert_eq!(order, ["new", "older", "b", "a"]);
        assert_eq!(turn(all, named, &checks, 3), ["new", "older", "b"]);
    }
}
