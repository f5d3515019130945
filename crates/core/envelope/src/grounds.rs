//! What an ask rests on beside money: the evidence that the interlocks of refunds, payouts, replies and
//! sensors look at once more. Integers and text only, so that it judges again to the same bytes.

use homeostat_model::WorldTime;
use serde::{Deserialize, Serialize};

/// The grounds of an ask; empty where its action needs none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Grounds {
    /// Required when money goes back to a customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundGrounds>,
    /// Required when money goes to somebody who is owed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payout: Option<PayoutGrounds>,
    /// Required when a text goes to a customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<ReplyGrounds>,
    /// The sensors behind the decision, as they were when it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sensors: Vec<SensorGrounds>,
}

/// What a refund rests on. All amounts are micro-units of the brand's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundGrounds {
    /// The order at the vendor.
    pub order: String,
    /// What the customer claims: the same claim about the same order is paid once.
    pub claim: String,
    /// Who asks, as a keyed digest that names nobody.
    pub customer: String,
    /// Paid for the order.
    pub paid_micros: i64,
    /// Refunded already, as the shop says.
    pub refunded_micros: i64,
    /// On its way back and not settled yet, as our own effects say.
    pub pending_micros: i64,
    /// The share of the order's value that this customer's tier allows, in percent.
    pub tier_percent: u8,
    /// Refunded to this customer in the last 30 days, whoever decided.
    pub customer_30d_micros: i64,
    /// Disputes of the customer that are open.
    pub open_disputes: u32,
    /// Disputes that the customer has won in the last 180 days.
    pub lost_disputes_180d: u32,
}

/// What a payout rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutGrounds {
    /// Who is paid, as the bank knows them.
    pub payee: String,
    /// The payees that the owner has written down.
    pub known_payees: Vec<String>,
    /// What is owed, micro-units of the brand's currency.
    pub owed_micros: i64,
}

/// What a text rests on. The amounts are read back from the finished text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyGrounds {
    /// Every amount in the text, micro-units.
    pub amounts_micros: Vec<i64>,
    /// The currency of each, as it stands in the text.
    pub currencies: Vec<String>,
    /// What was paid and settled; absent when nothing was.
    pub paid_micros: Option<i64>,
}

/// A sensor at the time of the ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SensorGrounds {
    /// Its name, such as `meta.insights`.
    pub name: String,
    /// Its last look brought an answer.
    pub sees: bool,
    /// World time of its last reading; absent when it never saw anything.
    pub as_of: Option<WorldTime>,
    /// Its readings may be this old, in seconds.
    pub max_age_s: u32,
}

impl Grounds {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
