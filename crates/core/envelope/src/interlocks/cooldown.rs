//! Cooldown: an entity rests between two acts, so that the first can show its effect. A conversation is
//! no such entity: whoever writes twice is answered twice, up to the cap of acts. Nor does another budget begin
//! a rest: a campaign that got more must be stopped as soon as any other.

use super::{Finding, Interlock, within_cap};
use crate::{Action, EnvelopeError, Period, WindowSpec, calendar, judge::Facts, window::Draw};

const NAME: &str = "cooldown";

pub(super) const INTERLOCK: Interlock = Interlock {
    name: NAME,
    refuses: "a second act on an entity that has not rested",
    since: 1,
    window: Some(window),
    judge,
};

fn window(draw: &Draw<'_>) -> Result<Option<WindowSpec>, EnvelopeError> {
    if draw.limits.cooldown_s == 0 || !rests(draw.ask.action) {
        return Ok(None);
    }
    let span = calendar::from(draw.ask.at, draw.limits.cooldown_s);
    Ok(Some(draw.acts_on_entity(NAME, Period::Cooldown, 1, span)))
}

/// Whether acts of this sort take turns with rests.
fn rests(action: Action) -> bool {
    match action {
        Action::Kill | Action::Refund | Action::Payout | Action::Other => true,
        Action::Adjust | Action::Reply => false,
    }
}

fn judge(facts: &Facts<'_>) -> Finding {
    if facts.limits.cooldown_s == 0 {
        return Ok("no cooldown is set".into());
    }
    if !rests(facts.ask.action) {
        return Ok("an act of this sort needs no rest".into());
    }
    within_cap::acts(facts, NAME)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use crate::{Action, interlocks::fixture::Fixture, windows_for};

    #[test]
    fn a_second_act_waits_for_the_end_of_the_rest() {
        let mut case = Fixture::kill();
        case.assert_passes("cooldown");
        case.window("cooldown").held = 1;
        case.assert_refused_only_by("cooldown");
    }

    #[test]
    fn another_budget_and_a_reply_neither_wait_nor_keep_a_kill_waiting() {
        let mut adjust = Fixture::spending(1);
        adjust.ask.action = Action::Adjust;
        for case in [adjust, Fixture::reply()] {
            case.assert_passes("cooldown");
            let specs = windows_for(&case.limits, &case.ask, 5).unwrap();
            assert!(specs.iter().all(|spec| spec.interlock != "cooldown"));
        }
    }

    #[test]
    fn the_rest_begins_at_the_act() {
        let mut case = Fixture::kill();
        let spec = case.spec("cooldown");
        assert_eq!(spec.starts_at, case.ask.at);
        assert_eq!(
            spec.ends_at.since(spec.starts_at),
            SignedDuration::from_hours(6)
        );
        case.limits.cooldown_s = 0;
        case.window("cooldown").held = 1;
        case.assert_passes("cooldown");
    }
}
