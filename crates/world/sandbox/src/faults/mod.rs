//! Faults are data: a plan of probabilities drawn from the seed, and a queue for exactly one fault
//! on the next matching call.

mod befall;
mod desk;
mod plan;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use befall::{Task, answer};
pub(crate) use desk::{Desk, Order, Strike};
pub use plan::{FaultPlan, Preset};

use crate::{ad_library, agentmail, meta, revolut, shopify, track17};

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
    /// The vendor says that the same request is being processed; nothing more is done.
    InProgress,
    /// What was taken is finished some seconds later.
    SettleLater,
    /// What was taken fails, or comes back, some seconds later.
    SettleBadly,
    /// A search does not know yet what was written in the last seconds.
    StaleIndex,
    /// A part of the answer is missing, or some of a list is refused.
    PartialAnswer,
    /// A value that nobody has heard of stands where one of a known list should.
    NewWord,
    /// What was sent before is answered as it was the first time, instead of being called a duplicate.
    AnswerAgain,
}

/// A kind of call, as fault orders name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Class {
    /// `vendor.call`.
    pub(crate) name: &'static str,
    /// It may change something.
    pub(crate) writes: bool,
    /// What can befall it beside what can befall every call.
    pub(crate) also: &'static [Fault],
}

/// All kinds of calls, vendor by vendor.
const CLASSES: [&[Class]; 6] = [
    meta::CLASSES,
    ad_library::CLASSES,
    shopify::CLASSES,
    track17::CLASSES,
    agentmail::CLASSES,
    revolut::CLASSES,
];

impl Class {
    /// A call that only asks.
    pub(crate) const fn reads(name: &'static str, also: &'static [Fault]) -> Self {
        Self {
            name,
            writes: false,
            also,
        }
    }

    /// A call that may change something.
    pub(crate) const fn writes(name: &'static str, also: &'static [Fault]) -> Self {
        Self {
            name,
            writes: true,
            also,
        }
    }

    fn find(name: &str) -> Option<Self> {
        let mut all = CLASSES.iter().copied().flatten();
        all.find(|class| class.name == name).copied()
    }
}

impl Serialize for Class {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for Class {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::find(&name).ok_or_else(|| {
            let known = CLASSES.iter().copied().flatten().map(|class| class.name);
            let known: Vec<&str> = known.collect();
            let problem = format!(
                "on: {name:?} is no kind of call; known: {}",
                known.join(", ")
            );
            serde::de::Error::custom(problem)
        })
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
            Self::LandLate | Self::ErrorAfter | Self::HoldReply => class.writes,
            Self::CapInMinor
            | Self::PartialPause
            | Self::StaleStatus
            | Self::EmptyPage
            | Self::MovingInsights
            | Self::NullPart
            | Self::IdentityMissing
            | Self::Challenge
            | Self::TooHeavy
            | Self::SilentBlock
            | Self::NewLayout
            | Self::InProgress
            | Self::SettleLater
            | Self::SettleBadly
            | Self::StaleIndex
            | Self::PartialAnswer
            | Self::NewWord
            | Self::AnswerAgain => class.also.contains(&self),
        }
    }
}
