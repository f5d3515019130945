//! One request to the archive, under its breaker.

use std::time::Duration;

use homeostat_effects::{breaker_wait, open_breaker, read_answered};
use homeostat_queue::Failure;
use homeostat_store::Db;
use homeostat_vendors::ad_library::{Client, Page, Query, Trouble, Walk, trouble};

use super::VENDOR;

/// How long an archive that is unwell is left alone.
const WAIT: Duration = Duration::from_secs(1);
/// A throttle opens the breaker for at least this.
const THROTTLE_MIN: Duration = Duration::from_millis(250);

/// What came back.
#[derive(Debug)]
pub(super) enum Answered {
    /// A page of ads.
    Page(Page),
    /// Trouble that waiting does not cure, and the archive's words.
    Trouble(Trouble, String),
    /// Not now: what it was, and how long to wait.
    NotNow { wait: Duration, reason: String },
}

/// The archive's words are cut to this, in characters.
const REASON_MAX: usize = 120;

/// Asks for the page that a walk has come to. A throttle opens the breaker for everybody; a lost read
/// does not count against it, since it is free to repeat.
pub(super) async fn request(
    db: &Db,
    client: &Client,
    query: &Query,
    walk: &Walk,
) -> Result<Answered, Failure> {
    if let Some(wait) = breaker_wait(db, VENDOR, None).await? {
        let reason = format!("the breaker of {VENDOR} is open");
        return Ok(Answered::NotNow { wait, reason });
    }
    let error = match client.page(query, walk).await {
        Ok(reply) => {
            read_answered(db, VENDOR, None).await?;
            return Ok(Answered::Page(reply.value));
        }
        Err(error) => error,
    };
    let reason = printable(&error.to_string());
    match trouble(&error) {
        Trouble::Wait(wait) => {
            let wait = wait.max(THROTTLE_MIN);
            open_breaker(db, VENDOR, wait, "throttled a read", None).await?;
            Ok(Answered::NotNow { wait, reason })
        }
        Trouble::Unwell => Ok(Answered::NotNow { wait: WAIT, reason }),
        Trouble::Wrong => Err(Failure::permanent(error)),
        trouble @ (Trouble::AskForLess | Trouble::Over(_)) => {
            Ok(Answered::Trouble(trouble, reason))
        }
    }
}

/// Text that can be stored and shown: the database takes no NUL.
fn printable(text: &str) -> String {
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    printable.take(REASON_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_archive_says_can_be_stored() {
        assert_eq!(printable("a\u{0}b\n"), "a b ");
        assert_eq!(printable(&"é".repeat(500)).chars().count(), REASON_MAX);
    }
}
