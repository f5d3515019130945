//! What a policy asks for.

use homeostat_model::{BrandId, Money, WorldTime};
use serde::{Deserialize, Serialize};

use crate::Grounds;

/// One act that a policy proposes, with everything the interlocks need to know about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The actuator's kind, such as `meta.pause_campaign`.
    pub kind: String,
    /// What the act does to the target, for the interlocks that count kills.
    pub action: Action,
    /// Whose money and whose entity.
    pub brand: BrandId,
    /// The entity acted on: its id at the vendor.
    pub target: String,
    /// The most that the act can cost.
    pub worst_case: Money,
    /// The act can only lower what is at risk, so SAFE lets it through.
    pub risk_reducing: bool,
    /// The policy that decided.
    pub policy: String,
    /// The version of the policy's rules.
    pub policy_version: String,
    /// The key under which the effect is done at most once.
    pub effect_key: String,
    /// Hash over amount, target and kind: tells a repeated ask from a different one with the same key.
    pub request_hash: String,
    /// How old the freshest data behind the decision is.
    pub data_as_of: WorldTime,
    /// World time of the ask; picks the windows.
    pub at: WorldTime,
    /// The evidence of a kill; required when `action` is [`Action::Kill`].
    pub evidence: Option<KillEvidence>,
    /// What else it rests on.
    #[serde(default, skip_serializing_if = "Grounds::is_empty")]
    pub grounds: Grounds,
}

/// What kind of change an act makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Stops what the target does. Stopping too much at once smells of a broken sensor.
    Kill,
    /// Changes how much the target takes. Its policy rests by itself, and must not keep a kill waiting.
    Adjust,
    /// Gives a customer's money back.
    Refund,
    /// Pays somebody who is owed it.
    Payout,
    /// Sends a text to a customer.
    Reply,
    /// Anything else.
    Other,
}

impl Action {
    /// Whose windows of money it draws on, as the first part of their scope. Refunds and payouts have
    /// budgets of their own, so that a busy week of one does not stop the others.
    pub fn purse(self) -> &'static str {
        match self {
            Self::Kill | Self::Adjust | Self::Reply | Self::Other => "brand",
            Self::Refund => "refunds",
            Self::Payout => "payouts",
        }
    }
}

/// The rule a kill is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KillRule {
    /// No sale on matured spend.
    A,
    /// Bleeding: a sequential test against three times the target cost per sale.
    B,
    /// Hard stop on raw spend, whatever its maturity.
    C,
}

/// What a kill rests on. Integers only, so that it judges again to the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KillEvidence {
    /// The rule that fired.
    pub rule: KillRule,
    /// Spend as the vendor reports it.
    pub raw_spend_micros: i64,
    /// Spend that is old enough to have brought its sales.
    pub matured_spend_micros: i64,
    /// The target cost per sale.
    pub target_cpa_micros: i64,
    /// Sales attributed so far.
    pub sales: u32,
    /// Conversions in the last 30 days; from 50 on one check is not enough.
    pub conversions_30d: u32,
    /// When an earlier check first came to the same result, without a contrary one since.
    pub first_fired_at: Option<WorldTime>,
}
