//! Faults are data: a plan of probabilities drawn from the seed, and a queue for exactly one fault
//! on the next matching call.

mod desk;
mod plan;

use serde::{Deserialize, Serialize};

pub(crate) use desk::{Desk, Order, Strike};
pub use plan::{FaultPlan, Preset};

/// What can befall a request. At most one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The act is done, the connection closes without a reply.
    LoseReply,
    /// The connection closes, the act is not done.
    LoseRequest,
    /// The act is done some seconds later; the connection closes after that, without a reply.
    LandLate,
    /// The status changes at once, but the campaign goes on delivering for some seconds and
    /// `effective_status` says so.
    PartialPause,
    /// `effective_status` shows the old value, then `IN_PROCESS`, for some seconds. Delivery follows
    /// the status at once.
    StaleStatus,
    /// Error code 2, nothing done.
    ErrorBefore,
    /// The act is done, the answer is error code 2.
    ErrorAfter,
    /// Error 80004 with the usage header, on all calls about the account for a second or two.
    Throttle,
    /// Error 613/1487742 on this call.
    ThrottleAccount,
    /// The answer comes late, but comes.
    Slow,
    /// HTTP 200 with the text `Service Unavailable`, nothing done.
    UnavailableText,
    /// An empty page in front of the list's next one.
    EmptyPage,
    /// Insights as they were two hours ago.
    MovingInsights,
    /// Error 190/463: the token has expired.
    TokenDead,
    /// Error 368: blocked for a human.
    Blocked,
    /// The first part of a batch is done and answered with `null`.
    NullPart,
    /// Error 10/2332002: whoever stands behind the token has not confirmed who they are.
    IdentityMissing,
    /// HTTP 403 with a page for browsers.
    Challenge,
    /// Error 1 with HTTP 500, as long as more than a few are asked for.
    TooHeavy,
    /// Nothing is found, and nothing says why.
    SilentBlock,
    /// The fields of each entry have other names.
    NewLayout,
    /// The act is done at once, its reply is withheld for a while.
    HoldReply,
    /// An account's spending limit is read in minor units instead of major ones.
    CapInMinor,
}

/// Kinds of calls, as fault orders name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Class {
    #[serde(rename = "meta.list_campaigns")]
    ListCampaigns,
    #[serde(rename = "meta.insights")]
    Insights,
    #[serde(rename = "meta.account")]
    Account,
    #[serde(rename = "meta.campaign")]
    Campaign,
    #[serde(rename = "meta.set_status")]
    SetStatus,
    #[serde(rename = "meta.set_daily_budget")]
    SetDailyBudget,
    #[serde(rename = "meta.create_campaign")]
    CreateCampaign,
    #[serde(rename = "meta.set_spend_cap")]
    SetSpendCap,
    #[serde(rename = "meta.batch")]
    Batch,
    #[serde(rename = "ad_library.search")]
    AdLibrarySearch,
    #[serde(rename = "ad_library.pages")]
    AdLibraryPages,
}

impl Class {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ListCampaigns => "meta.list_campaigns",
            Self::Insights => "meta.insights",
            Self::Account => "meta.account",
            Self::Campaign => "meta.campaign",
            Self::SetStatus => "meta.set_status",
            Self::SetDailyBudget => "meta.set_daily_budget",
            Self::CreateCampaign => "meta.create_campaign",
            Self::SetSpendCap => "meta.set_spend_cap",
            Self::Batch => "meta.batch",
            Self::AdLibrarySearch => "ad_library.search",
            Self::AdLibraryPages => "ad_library.pages",
        }
    }

    pub(crate) fn writes(self) -> bool {
        match self {
            Self::SetStatus
            | Self::SetDailyBudget
            | Self::CreateCampaign
            | Self::SetSpendCap
            | Self::Batch => true,
            Self::ListCampaigns
            | Self::Insights
            | Self::Account
            | Self::Campaign
            | Self::AdLibrarySearch
            | Self::AdLibraryPages => false,
        }
    }
}

impl Fault {
    /// Whether the fault makes sense for a kind of call.
    pub(crate) fn fits(self, class: Class) -> bool {
        match self {
            Self::LoseReply
            | Self::LoseRequest
            | Self::ErrorBefore
            | Self::Throttle
            | Self::ThrottleAccount
            | Self::Slow
            | Self::UnavailableText
            | Self::TokenDead
            | Self::Blocked => true,
            Self::LandLate | Self::ErrorAfter | Self::HoldReply => class.writes(),
            Self::CapInMinor => class == Class::SetSpendCap,
            Self::PartialPause | Self::StaleStatus => class == Class::SetStatus,
            Self::EmptyPage => match class {
                Class::ListCampaigns
                | Class::Insights
                | Class::AdLibrarySearch
                | Class::AdLibraryPages => true,
                Class::Account
                | Class::Campaign
                | Class::SetStatus
                | Class::SetDailyBudget
                | Class::CreateCampaign
                | Class::SetSpendCap
                | Class::Batch => false,
            },
            Self::MovingInsights => class == Class::Insights,
            Self::NullPart => class == Class::Batch,
            Self::IdentityMissing
            | Self::Challenge
            | Self::TooHeavy
            | Self::SilentBlock
            | Self::NewLayout => class == Class::AdLibrarySearch || class == Class::AdLibraryPages,
        }
    }
}
