//! Monthly budget: at most the cap per calendar month of the brand's zone.

use super::{Finding, Interlock, within_cap};
use crate::{EnvelopeError, Period, WindowSpec, calendar, judge::Facts, window::Draw};

const NAME: &str = "monthly_budget";

pub(super) const INTERLOCK: Interlock = Interlock {
    name: NAME,
    refuses: "more money in a month than its cap",
    since: 1,
    window: Some(window),
    judge,
};

fn window(draw: &Draw<'_>) -> Result<Option<WindowSpec>, EnvelopeError> {
    let span = calendar::month(draw.ask.at, &draw.zone)?;
    Ok(draw.money(NAME, Period::Month, draw.purse().month_cap_micros, span))
}

fn judge(facts: &Facts<'_>) -> Finding {
    within_cap::money(facts, NAME, facts.purse().month_cap_micros)
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    #[test]
    fn the_cap_is_reached_but_not_passed() {
        let mut case = Fixture::spending(1_000_000);
        case.limits.month_cap_micros = Some(10_000_000);
        case.read_windows();
        case.window("monthly_budget").settled = 6_000_000;
        case.window("monthly_budget").held = 3_000_000;
        case.assert_passes("monthly_budget");
        case.window("monthly_budget").held += 1;
        case.assert_refused_by("monthly_budget");
    }

    #[test]
    fn a_frozen_scope_refuses_money_and_lets_a_free_act_pass() {
        let mut case = Fixture::spending(1);
        case.limits.month_cap_micros = Some(10_000_000);
        case.read_windows();
        case.window("monthly_budget").frozen = true;
        case.assert_refused_by("monthly_budget");
        case.ask.worst_case.amount_micros = 0;
        case.assert_passes("monthly_budget");
    }
}
