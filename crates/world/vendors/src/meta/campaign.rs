//! Campaigns: their state as Meta tells it.

use std::str::FromStr;

use homeostat_model::{Currency, Money};
use serde::{Deserialize, Serialize};

use super::{
    client::{Client, Reply},
    faults::{CallKind, Error},
    ids::{AccountId, CampaignId},
    money,
};
use crate::wire::{Object, WireError};

pub(crate) const FIELDS: &str = "id,account_id,name,status,configured_status,effective_status,daily_budget,\
                      lifetime_budget,updated_time";

/// A status a person or program sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// May spend.
    Active,
    /// Spends nothing.
    Paused,
    /// Gone for good.
    Deleted,
    /// Kept for its numbers only.
    Archived,
}

/// What a campaign really does. It follows [`Status`] with a lag of seconds to minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EffectiveStatus {
    /// Delivers.
    Active,
    /// Does not deliver.
    Paused,
    /// Gone.
    Deleted,
    /// Kept for its numbers.
    Archived,
    /// A change is under way.
    InProcess,
    /// Something needs repair.
    WithIssues,
    /// A status this client does not know.
    Other,
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// What was set.
    pub status: Status,
    /// What is.
    pub effective_status: EffectiveStatus,
    /// Budget a day, when it is on the campaign and not on its ad sets.
    pub daily_budget: Option<Money>,
    /// Budget for its life, when it has one.
    pub lifetime_budget: Option<Money>,
}

impl Client {
    /// All campaigns of an account that are not deleted or archived.
    ///
    /// `currency` is the account's; budgets come in its minor units.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn list_campaigns(
        &self,
        account: &AccountId,
        currency: Currency,
    ) -> Result<Reply<Vec<Campaign>>, Error> {
        let path = format!("{account}/campaigns");
        let query = [
            ("fields", FIELDS),
            (
                "effective_status",
                r#"["ACTIVE","PAUSED","IN_PROCESS","WITH_ISSUES"]"#,
            ),
            ("limit", "100"),
        ];
        let mut reply = self
            .list(&path, &query, |item| read(item, currency))
            .await?;
        // An object may move to a later page between two calls; its later reading counts.
        reply.value.reverse();
        let mut seen = std::collections::BTreeSet::new();
        reply
            .value
            .retain(|campaign| seen.insert(campaign.id.clone()));
        reply.value.reverse();
        Ok(reply)
    }

    /// One campaign.
    ///
    /// # Errors
    /// See [`Error`]; an id that is not visible is `Invalid`.
    pub async fn campaign(
        &self,
        id: &CampaignId,
        currency: Currency,
    ) -> Result<Reply<Campaign>, Error> {
        let reply = self.get(id.as_str(), &[("fields", FIELDS)]).await?;
        let campaign = Object::new("", &reply.value)
            .and_then(|object| read(&object, currency))
            .and_then(|campaign| same_id(campaign, id))
            .map_err(|error| error.into_error(CallKind::Read))?;
        Ok(Reply {
            value: campaign,
            usage: reply.usage,
        })
    }
}

pub(crate) fn read(item: &Object<'_>, currency: Currency) -> Result<Campaign, WireError> {
    let budget = |name| match item.number_text(name)?.as_deref() {
        // A budget that is on the ad sets is absent here, or "0".
        None | Some("0") => Ok(None),
        Some(text) => money::from_minor(text, currency)
            .map(Some)
            .map_err(|problem| item.wrong(name, problem)),
    };
    Ok(Campaign {
        id: item.parse("id")?,
        name: item.text("name")?.to_owned(),
        status: item.parse("status")?,
        effective_status: EffectiveStatus::from_wire(item.text("effective_status")?),
        daily_budget: budget("daily_budget")?,
        lifetime_budget: budget("lifetime_budget")?,
    })
}

fn same_id(campaign: Campaign, asked: &CampaignId) -> Result<Campaign, WireError> {
    if &campaign.id == asked {
        return Ok(campaign);
    }
    let problem = format!("is {}, asked for {asked}", campaign.id);
    Err(crate::wire::wrong("id", problem))
}

impl Status {
    /// As Meta writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Paused => "PAUSED",
            Self::Deleted => "DELETED",
            Self::Archived => "ARCHIVED",
        }
    }
}

impl FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "ACTIVE" => Ok(Self::Active),
            "PAUSED" => Ok(Self::Paused),
            "DELETED" => Ok(Self::Deleted),
            "ARCHIVED" => Ok(Self::Archived),
            other => Err(format!("{other:?} is no status of a campaign")),
        }
    }
}

impl EffectiveStatus {
    /// As Meta writes it; `OTHER` for a status this client does not know.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Paused => "PAUSED",
            Self::Deleted => "DELETED",
            Self::Archived => "ARCHIVED",
            Self::InProcess => "IN_PROCESS",
            Self::WithIssues => "WITH_ISSUES",
            Self::Other => "OTHER",
        }
    }

    fn from_wire(text: &str) -> Self {
        match text {
            "ACTIVE" => Self::Active,
            "PAUSED" => Self::Paused,
            "DELETED" => Self::Deleted,
            "ARCHIVED" => Self::Archived,
            "IN_PROCESS" => Self::InProcess,
            "WITH_ISSUES" => Self::WithIssues,
            _ => Self::Other,
        }
    }
}
