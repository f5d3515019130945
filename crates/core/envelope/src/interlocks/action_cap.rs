//! Action cap: one entity is acted on at most three times per local day.

use super::{Finding, Interlock, within_cap};
use crate::{EnvelopeError, Period, WindowSpec, calendar, judge::Facts, window::Draw};

const NAME: &str = "action_cap";

pub(super) const INTERLOCK: Interlock = Interlock {
    name: NAME,
    refuses: "more acts on one entity in a day than may be tried",
    since: 1,
    window: Some(window),
    judge,
};

fn window(draw: &Draw<'_>) -> Result<Option<WindowSpec>, EnvelopeError> {
    let span = calendar::day(draw.ask.at, &draw.zone)?;
    let cap = i64::from(draw.limits.actions_per_entity_day);
    Ok(Some(draw.acts_on_entity(NAME, Period::Day, cap, span)))
}

fn judge(facts: &Facts<'_>) -> Finding {
    within_cap::acts(facts, NAME)
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    #[test]
    fn the_fourth_act_of_a_day_is_refused() {
        let mut case = Fixture::kill();
        case.window("action_cap").settled = 2;
        case.assert_passes("action_cap");
        case.window("action_cap").settled = 3;
        case.assert_refused_only_by("action_cap");
    }
}
