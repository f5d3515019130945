//! `guard.retention`: whoever was not seen for two years is forgotten, once a day.
//!
//! What was bought and given back stays, and belongs to nobody. Stores share what they know of people, so each brand's
//! job forgets for all; one that finds nobody does nothing.

use std::time::Duration;

use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{Operator, records::identity};

/// World time after which nobody needs to be known any more.
const RETENTION: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);
/// Passes of one job: some hundreds of people each.
const PASSES_MAX: usize = 20;

/// Forget who was not seen for long.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardRetention {
    /// Whose schedule it is.
    pub brand: String,
}

impl Job for GuardRetention {
    const KIND: &'static str = "guard.retention";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(3_600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Retention(pub Operator);

#[async_trait::async_trait]
impl Worker for Retention {
    type Job = GuardRetention;

    async fn work(&self, job: GuardRetention, _: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        super::brand(operator, &job.brand)?;
        let before = operator.clock.now().plus(-RETENTION);
        let mut digests = 0;
        for _ in 0..PASSES_MAX {
            let gone = identity::forget_before(&operator.db, before).await?;
            digests += gone.digests;
            if gone.digests == 0 {
                break;
            }
        }
        Ok(Outcome::Done(serde_json::json!({ "digests": digests })))
    }
}
