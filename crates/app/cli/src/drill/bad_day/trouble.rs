//! How a drill goes wrong: a promise that was not kept, or a machine that cannot play.

use std::time::Duration;

use homeostat_clock::{Stopwatch, pause};
use serde::Serialize;

use crate::{drill::witness::NoAnswer, failure::Failure};

/// Longest wait for something that must happen.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// An expectation that was not met, under the field of the answer that it belongs to.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Unmet {
    pub(super) field: String,
    pub(super) what: String,
}

/// Why a round ended early.
#[derive(Debug)]
pub(super) enum Trouble {
    /// What was to be shown does not hold.
    Unmet(Unmet),
    /// The drill itself cannot go on.
    Broken(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Broken(failure)
    }
}

impl From<NoAnswer> for Trouble {
    fn from(error: NoAnswer) -> Self {
        Self::Broken(error.into())
    }
}

/// An expectation that failed.
pub(super) fn unmet(field: &str, what: impl Into<String>) -> Trouble {
    Trouble::Unmet(Unmet {
        field: field.to_owned(),
        what: what.into(),
    })
}

/// Looks until there is something to see. A database that is away shows nothing; what never comes is
/// named, with the field it would have counted in.
pub(super) async fn until<T>(
    field: &str,
    what: &str,
    look: impl AsyncFnMut() -> Result<Option<T>, Trouble>,
) -> Result<T, Trouble> {
    within(PATIENCE, field, what, look).await
}

/// [`until`], with a patience of its own.
pub(super) async fn within<T>(
    patience: Duration,
    field: &str,
    what: &str,
    mut look: impl AsyncFnMut() -> Result<Option<T>, Trouble>,
) -> Result<T, Trouble> {
    let watch = Stopwatch::start();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if watch.elapsed() > patience {
            let text = format!("within {} s: never {what}", patience.as_secs());
            return Err(unmet(field, text));
        }
        pause(LOOK).await;
    }
}
