//! Customer's room: one customer gets back at most so much in 30 days, whoever decided it. A window holds
//! it against refunds at the same time; what the records say of the last 30 days holds it across windows.

use homeostat_model::Money;
use jiff::{SignedDuration, Timestamp};

use super::{Finding, Interlock, within_cap};
use crate::{
    Action, EnvelopeError, Period, Unit, WindowSpec, calendar::Span, judge::Facts, window::Draw,
};
use homeostat_model::WorldTime;

const NAME: &str = "customer_room";
const DAYS_30_S: i64 = 30 * 86_400;

pub(super) const INTERLOCK: Interlock = Interlock {
    name: NAME,
    refuses: "more refunds to one customer than its room of 30 days",
    since: 2,
    window: Some(window),
    judge,
};

fn window(draw: &Draw<'_>) -> Result<Option<WindowSpec>, EnvelopeError> {
    let (Some(grounds), Some(room)) = (draw.refund(), draw.limits.customer_room_micros) else {
        return Ok(None);
    };
    let scope = format!("customer:{}/{}", draw.ask.brand, grounds.customer);
    let take = draw.ask.worst_case.amount_micros;
    Ok(Some(draw.of_scope(
        NAME,
        scope,
        (Unit::Money, Period::Month),
        thirty_days(draw.ask.at),
        (room, take),
    )))
}

/// The span of 30 days that an instant lies in, counted from 1970.
fn thirty_days(at: WorldTime) -> Span {
    let start = at.0.as_second().div_euclid(DAYS_30_S) * DAYS_30_S;
    let starts_at = WorldTime(Timestamp::from_second(start).unwrap_or(at.0));
    Span {
        starts_at,
        ends_at: starts_at.plus(SignedDuration::from_secs(DAYS_30_S)),
    }
}

fn judge(facts: &Facts<'_>) -> Finding {
    if facts.ask.action != Action::Refund {
        return Ok("not a refund".into());
    }
    let Some(grounds) = &facts.ask.grounds.refund else {
        return Err("a refund needs its customer".into());
    };
    let Some(room) = facts.limits.customer_room_micros else {
        return Ok("no room is set".into());
    };
    let held = within_cap::whole(facts, NAME)?;
    let after =
        i128::from(grounds.customer_30d_micros) + i128::from(facts.ask.worst_case.amount_micros);
    let show = |micros: i64| Money::from_micros(micros, facts.limits.currency);
    let before = show(grounds.customer_30d_micros);
    if after <= i128::from(room) {
        Ok(format!("{held}; {before} in the last 30 days"))
    } else {
        Err(format!(
            "{before} in the last 30 days and {} more: over the {} of one customer",
            show(facts.ask.worst_case.amount_micros),
            show(room)
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    #[test]
    fn what_the_customer_got_in_30_days_counts() {
        let mut case = Fixture::refund();
        case.refund_grounds().customer_30d_micros = 80_000_000;
        case.assert_passes("customer_room");
        case.refund_grounds().customer_30d_micros += 1;
        case.assert_refused_only_by("customer_room");
    }

    #[test]
    fn what_is_being_refunded_at_the_same_time_counts() {
        let mut case = Fixture::refund();
        case.window("customer_room").held = 80_000_000;
        case.assert_passes("customer_room");
        case.window("customer_room").held += 1;
        case.assert_refused_only_by("customer_room");
    }

    #[test]
    fn the_window_is_the_customers_whichever_order_it_is() {
        let mut case = Fixture::refund();
        let first = case.spec("customer_room");
        case.ask.target = "gid://shopify/Order/2".into();
        assert_eq!(case.spec("customer_room").scope, first.scope);
        case.refund_grounds().customer = "1:other".into();
        assert_ne!(case.spec("customer_room").scope, first.scope);
        assert!(first.starts_at <= case.ask.at && case.ask.at < first.ends_at);
    }
}
