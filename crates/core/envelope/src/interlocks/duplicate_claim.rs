//! Duplicate claim: the same claim about the same order is paid once, however often it is made and in
//! whatever words.

use super::{Finding, Interlock, within_cap};
use crate::{
    Action, EnvelopeError, Period, Unit, WindowSpec, calendar, judge::Facts, window::Draw,
};

const NAME: &str = "duplicate_claim";

pub(super) const INTERLOCK: Interlock = Interlock {
    name: NAME,
    refuses: "a second refund for the same claim about the same order",
    since: 2,
    window: Some(window),
    judge,
};

fn window(draw: &Draw<'_>) -> Result<Option<WindowSpec>, EnvelopeError> {
    let Some(grounds) = draw.refund() else {
        return Ok(None);
    };
    let (order, claim) = (&grounds.order, &grounds.claim);
    Ok(Some(draw.of_scope(
        NAME,
        format!("claim:{}/{order}/{claim}", draw.ask.brand),
        (Unit::Act, Period::Lifetime),
        calendar::lifetime(),
        (1, 1),
    )))
}

fn judge(facts: &Facts<'_>) -> Finding {
    match (facts.ask.action, &facts.ask.grounds.refund) {
        (Action::Kill | Action::Adjust | Action::Payout | Action::Reply | Action::Other, _) => {
            Ok("not a refund".into())
        }
        (Action::Refund, None) => Err("a refund needs its claim".into()),
        (Action::Refund, Some(_)) => within_cap::acts(facts, NAME),
    }
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    #[test]
    fn a_claim_is_paid_once() {
        let mut case = Fixture::refund();
        case.assert_passes("duplicate_claim");
        case.window("duplicate_claim").settled = 1;
        case.assert_refused_only_by("duplicate_claim");
    }

    #[test]
    fn another_claim_about_the_order_is_another_window() {
        let mut case = Fixture::refund();
        let first = case.spec("duplicate_claim").scope;
        case.refund_grounds().claim = "wrong_item".into();
        assert_ne!(case.spec("duplicate_claim").scope, first);
    }
}
