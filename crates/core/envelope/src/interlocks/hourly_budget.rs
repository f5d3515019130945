//! Hourly budget: the hour's own cap, and pacing. One hour takes at most a quarter of the room that
//! the day had left when the hour began: a discrete control barrier, h(next) >= (1 - 1/4) h.

use homeostat_model::Money;

use super::{Finding, Interlock, within_cap};
use crate::{EnvelopeError, Period, WindowSpec, calendar, judge::Facts, window::Draw};

const NAME: &str = "hourly_budget";

pub(super) const INTERLOCK: Interlock = Interlock {
    name: NAME,
    refuses: "more money in an hour than its cap, or than pacing leaves it",
    since: 1,
    window: Some(window),
    judge,
};

fn window(draw: &Draw<'_>) -> Result<Option<WindowSpec>, EnvelopeError> {
    let span = calendar::hour(draw.ask.at, &draw.zone)?;
    // Pacing needs to know the hour's use, so the window exists without a cap of its own too.
    let purse = draw.purse();
    let cap = purse.hour_cap_micros.unwrap_or(purse.day_cap_micros);
    Ok(draw.money(NAME, Period::Hour, Some(cap), span))
}

fn judge(facts: &Facts<'_>) -> Finding {
    let own = within_cap::money(facts, NAME, Some(facts.purse().day_cap_micros))?;
    if facts.ask.worst_case.amount_micros == 0 {
        return Ok(own);
    }
    let pace = pacing(facts)?;
    Ok(format!("{own}; {pace}"))
}

fn pacing(facts: &Facts<'_>) -> Finding {
    let hour = within_cap::window(facts, NAME)?;
    let day = within_cap::window(facts, super::daily_budget::NAME)?;
    let take = facts.ask.worst_case.amount_micros;
    let used_before_hour = day.used().saturating_sub(hour.used());
    let room = day.cap.saturating_sub(used_before_hour).max(0);
    let percent = facts.purse().pacing_percent;
    let percent = percent.unwrap_or(facts.limits.pacing_percent);
    let pace = i128::from(room) * i128::from(percent) / 100;
    let after = i128::from(hour.used()) + i128::from(take);
    let show = |micros: i128| {
        let micros = i64::try_from(micros).unwrap_or(i64::MAX);
        Money::from_micros(micros, facts.limits.currency)
    };
    let story = format!(
        "the hour would reach {} of the {} that pacing leaves it",
        show(after),
        show(pace)
    );
    if after <= pace { Ok(story) } else { Err(story) }
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    #[test]
    fn an_hour_takes_a_quarter_of_the_days_room() {
        let mut case = Fixture::spending(25_000_000);
        case.assert_passes("hourly_budget");
        case.ask.worst_case.amount_micros += 1;
        case.assert_refused_only_by("hourly_budget");
    }

    #[test]
    fn what_the_hour_already_used_counts() {
        let mut case = Fixture::spending(5_000_001);
        // 20 of 100 are gone, all of them in this hour: 25 is still the hour's share.
        case.window("hourly_budget").settled = 20_000_000;
        case.window("daily_budget").settled = 20_000_000;
        case.assert_refused_only_by("hourly_budget");
        case.ask.worst_case.amount_micros = 5_000_000;
        case.assert_passes("hourly_budget");
        // Gone before the hour: a quarter of the 80 that were left.
        case.window("hourly_budget").settled = 0;
        case.ask.worst_case.amount_micros = 20_000_000;
        case.assert_passes("hourly_budget");
        case.ask.worst_case.amount_micros += 1;
        case.assert_refused_only_by("hourly_budget");
    }

    #[test]
    fn the_hours_own_cap_holds() {
        let mut case = Fixture::spending(11_000_000);
        case.limits.hour_cap_micros = Some(10_000_000);
        case.read_windows();
        case.assert_refused_only_by("hourly_budget");
    }
}
