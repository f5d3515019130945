//! Dispute history: who has asked the bank to take the money back is not paid by a machine too.

use super::{Finding, Interlock};
use crate::{Action, judge::Facts};

pub(super) const INTERLOCK: Interlock = Interlock {
    name: "dispute_history",
    refuses: "a refund to a customer with an open dispute, or with several that they have won",
    since: 2,
    window: None,
    judge,
};

fn judge(facts: &Facts<'_>) -> Finding {
    match facts.ask.action {
        Action::Kill | Action::Adjust | Action::Payout | Action::Reply | Action::Other => {
            Ok("not a refund".into())
        }
        Action::Refund => {
            let Some(grounds) = &facts.ask.grounds.refund else {
                return Err("a refund needs its customer's disputes".into());
            };
            let (open, lost) = (grounds.open_disputes, grounds.lost_disputes_180d);
            let story = format!("{open} open, {lost} won by the customer in 180 days");
            if open > 0 || lost >= facts.limits.lost_disputes {
                Err(format!("{story}: a person decides"))
            } else {
                Ok(story)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    #[test]
    fn an_open_dispute_is_for_a_person() {
        let mut case = Fixture::refund();
        case.assert_passes("dispute_history");
        case.refund_grounds().open_disputes = 1;
        case.assert_refused_only_by("dispute_history");
    }

    #[test]
    fn two_disputes_that_the_customer_won_are_for_a_person() {
        let mut case = Fixture::refund();
        case.refund_grounds().lost_disputes_180d = 1;
        case.assert_passes("dispute_history");
        case.refund_grounds().lost_disputes_180d = 2;
        case.assert_refused_only_by("dispute_history");
    }
}
