//! `sense.bank`: look at the account that a brand pays its suppliers from.

use std::time::Duration;

use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use serde::{Deserialize, Serialize};

use super::{
    LoopError,
    sense::{Seen, look},
};
use crate::{
    Operator,
    records::sensor,
    sensors::{Sensor, revolut_account::RevolutAccount, row_id},
};

/// Look at one brand's account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenseBank {
    /// The brand.
    pub brand: String,
}

impl Job for SenseBank {
    const KIND: &'static str = "sense.bank";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(3_600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Banks(pub Operator);

#[async_trait::async_trait]
impl Worker for Banks {
    type Job = SenseBank;

    async fn work(&self, job: SenseBank, _: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let at = operator.clock.now();
        let looked = match look::<RevolutAccount>(operator, brand, at).await? {
            Seen::Reading(reading) => reading,
            Seen::NotNow(outcome) => return Ok(outcome),
        };
        transact!(operator.db, |tx| -> Result<(), LoopError> {
            RevolutAccount::record(&mut *tx, brand, &looked, at).await?;
            let id = row_id::<RevolutAccount>(brand);
            Ok(sensor::saw(&mut *tx, &id, brand.id.as_str(), at).await?)
        })?;
        Ok(Outcome::Done(serde_json::json!({
            "balance": looked.balance,
            "payments": looked.payments.len(),
            "unreadable": looked.unreadable,
        })))
    }
}
