//! A refund decision in one line.

use std::fmt;

use super::{Belief, Evidence, Proposal, Reason, Template, Why};

/// What the decision rests on: for money the ceiling and the customer's score, for the rest the fact.
pub(crate) fn because(belief: &Belief, proposal: &Proposal) -> String {
    match proposal {
        Proposal::Refund { reason, .. } => {
            let ceiling = belief.ceiling.as_ref().map(|one| format!("; {one}"));
            let customer = belief.customer.explain();
            format!("{reason}{}; {customer}", ceiling.unwrap_or_default())
        }
        Proposal::Answer { template } => template.to_string(),
        Proposal::AskForEvidence { evidence } => evidence.to_string(),
        Proposal::Human { why: Why::HighRisk } => {
            format!("{}: {}", Why::HighRisk, belief.customer.explain())
        }
        Proposal::Human { why } => why.to_string(),
        Proposal::Nothing => "nothing is asked".to_owned(),
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotReceived => "will not arrive",
            Self::Damaged => "arrived broken",
            Self::WrongItem => "the wrong item arrived",
            Self::NotAsDescribed => "is not as described",
            Self::Returned => "came back",
            Self::Cancelled => "cancelled before it was sent",
        })
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OrderNeeded => "no order was found",
            Self::ReasonNeeded => "no reason is given",
            Self::NotYetSent => "not sent yet",
            Self::AlreadySent => "sent already, too late to cancel",
            Self::OnItsWay => "on its way and in time",
            Self::Delayed => "late",
            Self::PickUp => "waits to be fetched",
            Self::SaysDelivered => "tracking says delivered",
            Self::SeemsLost => "seems lost",
            Self::HowToReturn => "may be sent back",
            Self::ReturnOver => "too late to send back",
            Self::BeingProcessed => "a refund is under way",
            Self::AlreadyRefunded => "refunded before",
        })
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Photo => "a picture is needed",
            Self::Statement => "tracking says delivered: a statement is needed",
        })
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AskedForPerson => "wants a person",
            Self::NotUnderstood => "not understood",
            Self::Exchange => "wants something else for it",
            Self::HighRisk => "high risk",
            Self::Disputed => "disputed with the bank",
            Self::TrackingUnclear => "nobody can tell where the parcel is",
            Self::AgainstTracking => "customer and tracking disagree",
            Self::TooOld => "arrived too long ago",
            Self::Payment => "about the payment itself",
            Self::Currency => "the order is in another currency than the caps",
            Self::NothingPaid => "nothing was paid",
            Self::NoRoom { bound } => {
                return write!(f, "nothing may be refunded: {bound} is used up");
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_answers_and_no_two_reasons_are_told_alike() {
        let told: BTreeSet<String> = Template::ALL.iter().map(Template::to_string).collect();
        assert_eq!(told.len(), Template::ALL.len());
        let reasons = [
            Reason::NotReceived,
            Reason::Damaged,
            Reason::WrongItem,
            Reason::NotAsDescribed,
            Reason::Returned,
            Reason::Cancelled,
        ];
        let told: BTreeSet<String> = reasons.iter().map(Reason::to_string).collect();
        assert_eq!(told.len(), reasons.len());
    }
}
