//! Daily budget: at most the cap per local day.

use super::{Finding, Interlock, within_cap};
use crate::{EnvelopeError, Period, WindowSpec, calendar, judge::Facts, window::Draw};

pub(super) const NAME: &str = "daily_budget";

pub(super) const INTERLOCK: Interlock = Interlock {
    name: NAME,
    refuses: "more money in a day than its cap",
    since: 1,
    window: Some(window),
    judge,
};

fn window(draw: &Draw<'_>) -> Result<Option<WindowSpec>, EnvelopeError> {
    let span = calendar::day(draw.ask.at, &draw.zone)?;
    Ok(draw.money(NAME, Period::Day, Some(draw.purse().day_cap_micros), span))
}

fn judge(facts: &Facts<'_>) -> Finding {
    within_cap::money(facts, NAME, Some(facts.purse().day_cap_micros))
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    #[test]
    fn the_cap_is_reached_but_not_passed() {
        let mut case = Fixture::spending(1_000_000);
        case.limits.day_cap_micros = 10_000_000;
        case.limits.pacing_percent = 100;
        case.limits.hour_cap_micros = Some(i64::MAX);
        case.read_windows();
        case.window("daily_budget").settled = 6_000_000;
        case.window("daily_budget").held = 3_000_000;
        case.assert_passes("daily_budget");
        case.window("daily_budget").held += 1;
        case.assert_refused_by("daily_budget");
    }

    #[test]
    fn a_frozen_scope_refuses_money_and_lets_a_free_act_pass() {
        let mut case = Fixture::spending(1);
        case.limits.day_cap_micros = 10_000_000;
        case.limits.pacing_percent = 100;
        case.limits.hour_cap_micros = Some(i64::MAX);
        case.read_windows();
        case.window("daily_budget").frozen = true;
        case.assert_refused_by("daily_budget");
        case.ask.worst_case.amount_micros = 0;
        case.assert_passes("daily_budget");
    }
}
