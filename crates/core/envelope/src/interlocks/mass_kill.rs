//! Mass kill: at most max(3, 30 % of the live campaigns) are stopped in one hour. More than that is
//! rather a broken pixel than a broken portfolio.

use super::{Finding, Interlock, within_cap};
use crate::{Action, EnvelopeError, Period, WindowSpec, calendar, judge::Facts, window::Draw};

const NAME: &str = "mass_kill";

pub(super) const INTERLOCK: Interlock = Interlock {
    name: NAME,
    refuses: "more kills in an hour than a broken sensor would explain better",
    since: 1,
    window: Some(window),
    judge,
};

fn window(draw: &Draw<'_>) -> Result<Option<WindowSpec>, EnvelopeError> {
    if draw.ask.action != Action::Kill {
        return Ok(None);
    }
    let share = u64::from(draw.live_campaigns) * u64::from(draw.limits.mass_kill_percent) / 100;
    let cap = share.max(u64::from(draw.limits.mass_kill_floor));
    let span = calendar::hour(draw.ask.at, &draw.zone)?;
    let cap = i64::try_from(cap).unwrap_or(i64::MAX);
    Ok(Some(draw.acts_of_brand(NAME, Period::Hour, cap, span)))
}

fn judge(facts: &Facts<'_>) -> Finding {
    match facts.ask.action {
        Action::Adjust | Action::Refund | Action::Payout | Action::Reply | Action::Other => {
            Ok("not a kill".into())
        }
        Action::Kill => within_cap::acts(facts, NAME),
    }
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    #[test]
    fn the_fourth_kill_of_an_hour_is_refused() {
        let mut case = Fixture::kill();
        case.window("mass_kill").settled = 2;
        case.assert_passes("mass_kill");
        case.window("mass_kill").held = 1;
        case.assert_refused_only_by("mass_kill");
    }

    #[test]
    fn a_large_portfolio_has_a_larger_cap() {
        let mut case = Fixture::kill();
        case.position.live_campaigns = 20;
        assert_eq!(case.spec("mass_kill").cap, 6);
        case.position.live_campaigns = 4;
        assert_eq!(case.spec("mass_kill").cap, 3);
    }
}
