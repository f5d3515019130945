//! Creations. Meta takes no key for them, so a lost reply can leave an object behind.
//!
//! Whoever creates puts a token of its own into the name, and after an unknown outcome looks for the
//! token in the account's list ([`Client::campaigns_named`]). A new object may be missing from lists
//! for some seconds although it can be read by its id, so "not listed" is no proof of absence before
//! that time has passed.

use homeostat_model::{Currency, Money};
use serde_json::Value;

use super::{
    campaign::{Campaign, FIELDS, read},
    client::{Client, Reply},
    faults::{CallKind, Error},
    ids::{AccountId, CampaignId},
    money::to_minor,
    writes::check_reference,
};
use crate::wire::{Object, WireError};

/// Longest name that is sent, in characters.
pub const NAME_CHARS_MAX: usize = 400;

/// What a campaign is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Objective {
    /// Purchases.
    OutcomeSales,
    /// Visits.
    OutcomeTraffic,
}

/// A campaign to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCampaign {
    /// Its name, with the token by which it is found again.
    pub name: String,
    /// What it is for.
    pub objective: Objective,
    /// Budget a day, in whole minor units of the account's currency.
    pub daily_budget: Money,
}

impl Client {
    /// Creates a campaign, always paused: it spends nothing until somebody resumes it.
    ///
    /// # Errors
    /// See [`Error`]. After an unknown outcome look for it by name; never send it again before no
    /// request can be under way any more.
    pub async fn create_campaign(
        &self,
        account: &AccountId,
        wanted: &NewCampaign,
        reference: &str,
    ) -> Result<Reply<CampaignId>, Error> {
        check_reference(reference)?;
        let budget = checked(wanted)?.to_string();
        let form = [
            ("name", wanted.name.as_str()),
            ("objective", wanted.objective.as_str()),
            ("status", "PAUSED"),
            ("special_ad_categories", "[]"),
            ("daily_budget", &budget),
            ("bid_strategy", "LOWEST_COST_WITHOUT_CAP"),
        ];
        let path = format!("{account}/campaigns");
        let reply = self.post(CallKind::Write, &path, &form, reference).await?;
        let id = created(&reply.value).map_err(|error| error.into_error(CallKind::Write))?;
        Ok(Reply {
            value: id,
            usage: reply.usage,
        })
    }

    /// The account's campaigns whose name contains `token`, also those that were deleted or archived
    /// since.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn campaigns_named(
        &self,
        account: &AccountId,
        currency: Currency,
        token: &str,
    ) -> Result<Reply<Vec<Campaign>>, Error> {
        let path = format!("{account}/campaigns");
        let every = r#"["ACTIVE","PAUSED","IN_PROCESS","WITH_ISSUES","DELETED","ARCHIVED"]"#;
        let query = [
            ("fields", FIELDS),
            ("effective_status", every),
            ("limit", "500"),
        ];
        let reply = self
            .list(&path, &query, |item| read(item, currency))
            .await?;
        let named = reply.value.into_iter();
        Ok(Reply {
            value: named.filter(|one| one.name.contains(token)).collect(),
            usage: reply.usage,
        })
    }
}

/// The budget in minor units, when everything may be sent.
fn checked(wanted: &NewCampaign) -> Result<i64, Error> {
    let chars = wanted.name.chars().count();
    if wanted.name.trim().is_empty() || chars > NAME_CHARS_MAX {
        return Err(Error::Request {
            field: "name",
            problem: format!("has {chars} characters, must have 1 to {NAME_CHARS_MAX}"),
        });
    }
    to_minor(wanted.daily_budget)
        .filter(|minor| *minor > 0)
        .ok_or_else(|| Error::Request {
            field: "daily_budget",
            problem: format!(
                "{} is no positive number of minor units",
                wanted.daily_budget
            ),
        })
}

/// Anything but an id leaves the outcome open.
pub(crate) fn created(body: &Value) -> Result<CampaignId, WireError> {
    Object::new("", body)?.parse("id")
}

impl Objective {
    /// As Meta writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OutcomeSales => "OUTCOME_SALES",
            Self::OutcomeTraffic => "OUTCOME_TRAFFIC",
        }
    }
}
