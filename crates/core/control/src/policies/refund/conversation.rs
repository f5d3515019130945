//! What a conversation is about, as plain facts: what the customer wants, and what the store knows.

use homeostat_model::{Currency, Money, WorldTime};
use serde::{Deserialize, Serialize};

/// What the customer wrote, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// What the customer wants.
    pub intent: Intent,
    /// What is said to be wrong.
    pub claim: Option<Claim>,
    /// The amount in the text, if there is one. It can lower what is paid and never raise it.
    pub asked: Option<Money>,
    /// Something was sent that shows the claim, such as a photo.
    pub has_evidence: bool,
    /// The customer wants a person, or threatens with a court or the press.
    pub wants_person: bool,
    /// What became of this same claim before, in whatever words it came.
    pub earlier: Earlier,
}

/// What a customer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Money back.
    Refund,
    /// To know where the parcel is.
    Track,
    /// Not to get the order.
    Cancel,
    /// Something else for it.
    Exchange,
    /// To know something else.
    Question,
    /// To say thanks.
    Thanks,
    /// To sell something to us.
    Spam,
    /// Nobody could tell.
    Unclear,
}

/// What is said to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// It did not arrive.
    NotReceived,
    /// It is late.
    Late,
    /// It is broken.
    Damaged,
    /// It is something else.
    WrongItem,
    /// It is not what was shown.
    NotAsDescribed,
    /// It is not wanted any more.
    ChangedMind,
    /// It was charged twice.
    DoubleCharged,
}

/// What became of the same claim before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Earlier {
    /// It is new.
    None,
    /// A refund for it is under way, or its outcome is unknown.
    UnderWay,
    /// It was refunded.
    Refunded,
}

/// The order that it is about, as the store knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The currency of the amounts.
    pub currency: Currency,
    /// When it was placed.
    pub placed_at: WorldTime,
    /// Paid for it, micro-units.
    pub paid_micros: i64,
    /// Refunded on it, micro-units.
    pub refunded_micros: i64,
    /// Refunds on it that are under way, those of unknown outcome included, micro-units.
    pub pending_micros: i64,
    /// What was paid for the items that the claim is about, by the order's own lines, micro-units; none:
    /// for all of it.
    pub claimed_micros: Option<i64>,
    /// It was handed to a carrier.
    pub is_shipped: bool,
    /// What the claim is about came back to the store.
    pub is_returned: bool,
}

/// Which prepared text answers. The operator owns the texts, one for each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// Which order is it?
    OrderNeeded,
    /// What is wrong with it?
    ReasonNeeded,
    /// It has not been sent yet.
    NotYetSent,
    /// It has left and cannot be cancelled.
    AlreadySent,
    /// It is on its way and in time.
    OnItsWay,
    /// It is late, and we are sorry.
    Delayed,
    /// It waits to be fetched.
    PickUp,
    /// Tracking says that it was delivered.
    SaysDelivered,
    /// It seems lost: money back, or a new one?
    SeemsLost,
    /// How to send something back.
    HowToReturn,
    /// The time to send something back is over.
    ReturnOver,
    /// The refund is being processed.
    BeingProcessed,
    /// It was refunded before.
    AlreadyRefunded,
}

/// What a customer should show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A picture of what arrived.
    Photo,
    /// A signed word that nothing arrived, and that neighbours were asked.
    Statement,
}

/// What a refund is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It will not arrive.
    NotReceived,
    /// It is broken.
    Damaged,
    /// It is something else.
    WrongItem,
    /// It is not what was shown.
    NotAsDescribed,
    /// It came back.
    Returned,
    /// It was never sent.
    Cancelled,
}

impl Template {
    /// All of them, for whoever checks that each has a text.
    pub const ALL: [Self; 13] = [
        Self::OrderNeeded,
        Self::ReasonNeeded,
        Self::NotYetSent,
        Self::AlreadySent,
        Self::OnItsWay,
        Self::Delayed,
        Self::PickUp,
        Self::SaysDelivered,
        Self::SeemsLost,
        Self::HowToReturn,
        Self::ReturnOver,
        Self::BeingProcessed,
        Self::AlreadyRefunded,
    ];
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_template_is_listed_once_and_has_its_stored_word() {
        let words: BTreeSet<String> = Template::ALL
            .iter()
            .map(|one| serde_json::to_string(one).unwrap())
            .collect();
        assert_eq!(words.len(), Template::ALL.len());
        for word in &words {
            let read: Template = serde_json::from_str(word).unwrap();
            assert!(Template::ALL.contains(&read));
        }
        assert!(words.contains("\"being_processed\""));
    }

    #[test]
    fn a_word_that_is_not_known_is_refused() {
        assert!(serde_json::from_str::<Claim>("\"refund_9999\"").is_err());
        let smuggled = r#"{"intent":"refund","claim":null,"asked":null,"has_evidence":true,
            "wants_person":false,"earlier":"none","ceiling":9999}"#;
        assert!(serde_json::from_str::<Conversation>(smuggled).is_err());
    }
}
