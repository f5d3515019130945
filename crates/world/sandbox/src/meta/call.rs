//! Which call a request is.

use homeostat_vendors::meta::{BATCH_MAX, Status, micros_per_minor};
use serde::Deserialize;

use super::{
    create::{self, NewCampaign},
    limit::{self, LimitChange},
};
use crate::{
    faults::{Class, Fault},
    graph::{Answer, Request},
    world::World,
};

const LIST_CAMPAIGNS: Class = Class::reads("meta.list_campaigns", &[Fault::EmptyPage]);
const INSIGHTS: Class = Class::reads("meta.insights", &[Fault::EmptyPage, Fault::MovingInsights]);
const ACCOUNT: Class = Class::reads("meta.account", &[]);
const CAMPAIGN: Class = Class::reads("meta.campaign", &[]);
const SET_STATUS: Class = Class::writes(
    "meta.set_status",
    &[Fault::PartialPause, Fault::StaleStatus],
);
const SET_DAILY_BUDGET: Class = Class::writes("meta.set_daily_budget", &[]);
const CREATE_CAMPAIGN: Class = Class::writes("meta.create_campaign", &[]);
const SET_SPEND_CAP: Class = Class::writes("meta.set_spend_cap", &[Fault::CapInMinor]);
const BATCH: Class = Class::writes("meta.batch", &[Fault::NullPart]);

/// Meta's kinds of calls.
pub(crate) const CLASSES: &[Class] = &[
    LIST_CAMPAIGNS,
    INSIGHTS,
    ACCOUNT,
    CAMPAIGN,
    SET_STATUS,
    SET_DAILY_BUDGET,
    CREATE_CAMPAIGN,
    SET_SPEND_CAP,
    BATCH,
];

/// A call with its objects found.
#[derive(Debug, Clone)]
pub(crate) enum Call {
    Account(usize),
    Campaign(usize),
    /// Of an account.
    Campaigns(usize),
    Insights(Scope),
    Write(Write),
    Batch(Vec<Part>),
}

/// A part of a batch, or why it is none.
pub(crate) type Part = Result<(Request, Call), Answer>;

/// What insights are about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    Account(usize),
    Campaign(usize),
}

/// What a write changes, and where.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    Campaign { at: usize, change: Change },
    Create { account: usize, wanted: NewCampaign },
    Limit { account: usize, change: LimitChange },
}

/// What a write changes of a campaign.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Status(Status),
    DailyBudget { micros: i64 },
}

impl Call {
    /// Finds the call.
    ///
    /// # Errors
    /// The answer that Meta gives to such a request.
    pub(crate) fn resolve(world: &World, request: &Request) -> Result<Self, Answer> {
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        match (request.post, path.as_slice()) {
            (true, []) => batch(world, request),
            (_, [id]) => match (request.post, find(world, id)?) {
                (false, Scope::Account(at)) => Ok(Self::Account(at)),
                (false, Scope::Campaign(at)) => Ok(Self::Campaign(at)),
                (true, Scope::Campaign(at)) => Ok(Self::Write(Write::Campaign {
                    at,
                    change: change(world, at, request)?,
                })),
                (true, Scope::Account(account)) => Ok(Self::Write(Write::Limit {
                    account,
                    change: limit::read(request)?,
                })),
            },
            (post, [id, "campaigns"]) => match (post, find(world, id)?) {
                (false, Scope::Account(at)) => Ok(Self::Campaigns(at)),
                (true, Scope::Account(account)) => Ok(Self::Write(Write::Create {
                    account,
                    wanted: create::read(request)?,
                })),
                (_, Scope::Campaign(_)) => Err(Answer::unknown_path(&path.join("/"))),
            },
            (false, [id, "insights"]) => Ok(Self::Insights(find(world, id)?)),
            _ => Err(Answer::unknown_path(&path.join("/"))),
        }
    }

    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Account(_) => ACCOUNT,
            Self::Campaign(_) => CAMPAIGN,
            Self::Campaigns(_) => LIST_CAMPAIGNS,
            Self::Insights(_) => INSIGHTS,
            Self::Write(Write::Create { .. }) => CREATE_CAMPAIGN,
            Self::Write(Write::Limit { .. }) => SET_SPEND_CAP,
            Self::Write(Write::Campaign { change, .. }) => match change {
                Change::Status(_) => SET_STATUS,
                Change::DailyBudget { .. } => SET_DAILY_BUDGET,
            },
            Self::Batch(_) => BATCH,
        }
    }

    /// Ids of the object and of the account whose limits the call uses.
    pub(crate) fn about<'a>(&self, world: &'a World) -> (&'a str, &'a str) {
        let account = |at: usize| world.accounts[at].id.as_str();
        let campaign = |at: usize| {
            let campaign = &world.campaigns[at];
            (campaign.id.as_str(), account(campaign.account))
        };
        match self {
            Self::Account(at) | Self::Campaigns(at) | Self::Insights(Scope::Account(at)) => {
                (account(*at), account(*at))
            }
            Self::Campaign(at) | Self::Insights(Scope::Campaign(at)) => campaign(*at),
            Self::Write(Write::Campaign { at, .. }) => campaign(*at),
            Self::Write(Write::Create { account: at, .. } | Write::Limit { account: at, .. }) => {
                (account(*at), account(*at))
            }
            Self::Batch(_) => ("", account(0)),
        }
    }
}

fn find(world: &World, id: &str) -> Result<Scope, Answer> {
    let account = world.accounts.iter().position(|account| account.id == id);
    let campaign = || {
        world
            .campaigns
            .iter()
            .position(|campaign| campaign.id == id)
    };
    account
        .map(Scope::Account)
        .or_else(|| campaign().map(Scope::Campaign))
        .ok_or_else(|| Answer::no_object(id))
}

fn change(world: &World, campaign: usize, request: &Request) -> Result<Change, Answer> {
    match (request.param("status"), request.param("daily_budget")) {
        (Some("ACTIVE"), None) => Ok(Change::Status(Status::Active)),
        (Some("PAUSED"), None) => Ok(Change::Status(Status::Paused)),
        (Some(other), None) => Err(Answer::invalid(format!(
            "Param status must be one of {{ACTIVE, PAUSED}} in the sandbox - got {other:?}"
        ))),
        (None, Some(minor)) => {
            let currency = world.accounts[world.campaigns[campaign].account].currency;
            let minor: u32 = minor
                .parse()
                .ok()
                .filter(|minor| *minor >= 100)
                .ok_or_else(|| Answer::invalid("Param daily_budget must be an integer from 100"))?;
            Ok(Change::DailyBudget {
                micros: i64::from(minor) * micros_per_minor(currency),
            })
        }
        _ => Err(Answer::invalid(
            "the sandbox takes either status or daily_budget in one change",
        )),
    }
}

#[derive(Debug, Deserialize)]
struct WirePart {
    method: String,
    relative_url: String,
    #[serde(default)]
    body: String,
}

fn batch(world: &World, request: &Request) -> Result<Call, Answer> {
    let parts = request
        .param("batch")
        .ok_or_else(|| Answer::invalid("Param batch is missing"))?;
    let parts: Vec<WirePart> = serde_json::from_str(parts)
        .map_err(|error| Answer::invalid(format!("Param batch: {error}")))?;
    if parts.is_empty() || parts.len() > BATCH_MAX {
        return Err(Answer::invalid(format!(
            "Param batch must have 1 to {BATCH_MAX} requests"
        )));
    }
    let resolved = parts.into_iter().map(|part| {
        let post = match part.method.as_str() {
            "POST" => true,
            "GET" => false,
            other => return Err(Answer::invalid(format!("method {other:?}"))),
        };
        let inner = request.part(post, &part.relative_url, &part.body)?;
        if inner.path.is_empty() {
            return Err(Answer::invalid("a batch cannot hold a batch"));
        }
        let call = Call::resolve(world, &inner)?;
        Ok((inner, call))
    });
    Ok(Call::Batch(resolved.collect()))
}
