//! Payee: money leaves only to somebody whom the owner has written down, and no more than is owed.

use homeostat_model::Money;

use super::{Finding, Interlock};
use crate::{Action, judge::Facts};

pub(super) const INTERLOCK: Interlock = Interlock {
    name: "payee",
    refuses: "a payout to somebody who is not on the owner's list, or of more than is owed",
    since: 2,
    window: None,
    judge,
};

fn judge(facts: &Facts<'_>) -> Finding {
    if facts.ask.action != Action::Payout {
        return Ok("not a payout".into());
    }
    let Some(grounds) = &facts.ask.grounds.payout else {
        return Err("a payout needs its payee".into());
    };
    if grounds.payee != facts.ask.target || !grounds.known_payees.contains(&grounds.payee) {
        return Err(format!("{} is not on the owner's list", facts.ask.target));
    }
    let take = facts.ask.worst_case.amount_micros;
    let show = |micros: i64| Money::from_micros(micros, facts.limits.currency);
    let story = format!(
        "{} of the {} that are owed",
        show(take),
        show(grounds.owed_micros)
    );
    if take > 0 && take <= grounds.owed_micros {
        Ok(story)
    } else {
        Err(story)
    }
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    #[test]
    fn nobody_is_paid_who_is_not_on_the_list() {
        let mut case = Fixture::payout();
        case.assert_passes("payee");
        let grounds = case.ask.grounds.payout.as_mut().unwrap();
        grounds.known_payees.remove(0);
        case.assert_refused_only_by("payee");
        let mut case = Fixture::payout();
        case.ask.target = "supplier-2".into();
        case.assert_refused_by("payee");
    }

    #[test]
    fn nobody_is_paid_more_than_is_owed() {
        let mut case = Fixture::payout();
        case.ask.grounds.payout.as_mut().unwrap().owed_micros = 79_999_999;
        case.assert_refused_only_by("payee");
        let mut case = Fixture::payout();
        case.ask.grounds.payout = None;
        case.assert_refused_by("payee");
    }
}
