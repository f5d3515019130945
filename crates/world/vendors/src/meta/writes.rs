//! Changes of what is there. Each is sent at most once per call; doing one twice leaves the same state.

use homeostat_model::Money;

use super::{
    campaign::Status,
    client::{Client, Reply},
    faults::{CallKind, Error},
    ids::{AccountId, CampaignId},
    money::{to_major, to_minor},
};
pub(crate) use crate::transport::check_reference;
use crate::wire::{Object, WireError};

impl Client {
    /// Sets a campaign's status. `reference` (may be empty) names the act for whoever compares
    /// books; Meta ignores it.
    ///
    /// # Errors
    /// See [`Error`]. After an unknown outcome, read the campaign: `status` changes at once,
    /// `effective_status` follows.
    pub async fn set_status(
        &self,
        id: &CampaignId,
        status: Status,
        reference: &str,
    ) -> Result<Reply<()>, Error> {
        self.write(id.as_str(), &[("status", status.as_str())], reference)
            .await
    }

    /// Sets a campaign's budget per day, in whole minor units of the account's currency.
    ///
    /// # Errors
    /// See [`Error`]; an amount with a part below the minor unit is refused before sending.
    pub async fn set_daily_budget(
        &self,
        id: &CampaignId,
        budget: Money,
        reference: &str,
    ) -> Result<Reply<()>, Error> {
        let minor = to_minor(budget)
            .filter(|minor| *minor > 0)
            .ok_or_else(|| Error::Request {
                field: "daily_budget",
                problem: format!("{budget} is no positive number of minor units"),
            })?;
        self.write(
            id.as_str(),
            &[("daily_budget", &minor.to_string())],
            reference,
        )
        .await
    }

    /// Sets the amount that an account may spend over its life, counted since the amount spent was
    /// last reset. Ads stop when it is reached; a change takes about 15 minutes to take effect, and
    /// 10 a day are taken.
    ///
    /// It is written in major units, because Meta's own SDK types it as a float. Nobody documents
    /// that, and the other reading is a hundred times less: read the account afterwards, and take any
    /// other amount than this one for a limit that is not there.
    ///
    /// # Errors
    /// See [`Error`]; an amount that is not above zero is refused before sending, since zero would
    /// lift the limit.
    pub async fn set_spend_cap(
        &self,
        id: &AccountId,
        cap: Money,
        reference: &str,
    ) -> Result<Reply<()>, Error> {
        let amount = to_minor(cap)
            .filter(|minor| *minor > 0)
            .map(|_| to_major(cap))
            .ok_or_else(|| Error::Request {
                field: "spend_cap",
                problem: format!("{cap} is no positive number of minor units"),
            })?;
        self.write(id.as_str(), &[("spend_cap", &amount)], reference)
            .await
    }

    async fn write(
        &self,
        id: &str,
        form: &[(&str, &str)],
        reference: &str,
    ) -> Result<Reply<()>, Error> {
        check_reference(reference)?;
        let reply = self.post(CallKind::Write, id, form, reference).await?;
        confirmed(&reply.value).map_err(|error| error.into_error(CallKind::Write))?;
        Ok(Reply {
            value: (),
            usage: reply.usage,
        })
    }
}

/// Anything but `success: true` leaves the outcome open.
pub(crate) fn confirmed(body: &serde_json::Value) -> Result<(), WireError> {
    let body = Object::new("", body)?;
    match body.get("success").and_then(serde_json::Value::as_bool) {
        Some(true) => Ok(()),
        Some(false) => Err(body.wrong("success", "is false")),
        None => Err(body.wrong("success", "must be true or false")),
    }
}
