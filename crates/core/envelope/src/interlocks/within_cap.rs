//! The one comparison behind every cap: settled + held + take <= cap.

use homeostat_model::{Autonomy, Money};

use super::Finding;
use crate::{Unit, WindowPosition, judge::Facts};

/// A guarded policy gets this part of a money cap.
const GUARDED_PARTS: i64 = 10;
/// Until these rules it got no more of an order or of a customer's room either.
const WHOLE_SINCE: u32 = 3;

/// Judges the money window of `interlock`.
pub(super) fn money(facts: &Facts<'_>, interlock: &str, cap: Option<i64>) -> Finding {
    money_against(facts, interlock, cap.is_some(), cap_for)
}

/// Judges the money window of `interlock` that is one order's or one customer's own. How far a policy is trusted
/// bounds what all its acts take together; a tenth of an order would only refuse each of them.
pub(super) fn whole(facts: &Facts<'_>, interlock: &str) -> Finding {
    let cap = match facts.rules < WHOLE_SINCE {
        true => cap_for,
        false => |window: &WindowPosition, _: &Facts<'_>| window.cap,
    };
    money_against(facts, interlock, true, cap)
}

fn money_against(
    facts: &Facts<'_>,
    interlock: &str,
    is_set: bool,
    cap: fn(&WindowPosition, &Facts<'_>) -> i64,
) -> Finding {
    let take = facts.ask.worst_case.amount_micros;
    if take < 0 {
        return Err("the worst case is negative; an act cannot give room back".into());
    }
    if take == 0 {
        return Ok("takes no money".into());
    }
    if !is_set {
        return Ok("no cap is set".into());
    }
    let window = window(facts, interlock)?;
    judge(facts, window, cap(window, facts), take)
}

/// Judges the window of `interlock` that counts acts.
pub(super) fn acts(facts: &Facts<'_>, interlock: &str) -> Finding {
    let window = window(facts, interlock)?;
    judge(facts, window, cap_for(window, facts), 1)
}

/// The position of an interlock's window. Without one nothing is known, so nothing is allowed.
pub(super) fn window<'a>(
    facts: &'a Facts<'_>,
    interlock: &str,
) -> Result<&'a WindowPosition, String> {
    let mut windows = facts.position.windows.iter();
    windows
        .find(|window| window.interlock == interlock)
        .ok_or_else(|| format!("no {interlock} window was read"))
}

fn judge(facts: &Facts<'_>, window: &WindowPosition, cap: i64, take: i64) -> Finding {
    if window.frozen {
        return Err(format!(
            "{} is frozen after an overspend; a person lifts it",
            window.scope
        ));
    }
    let after = i128::from(window.settled) + i128::from(window.held) + i128::from(take);
    let show = |amount: i64| match window.unit {
        Unit::Money => Money::from_micros(amount, facts.limits.currency).to_string(),
        Unit::Act => amount.to_string(),
    };
    let sum = format!(
        "settled {} + held {} + {} against {}",
        show(window.settled),
        show(window.held),
        show(take),
        show(cap)
    );
    if after <= i128::from(cap) {
        Ok(sum)
    } else {
        Err(format!("{sum}: over the cap"))
    }
}

fn cap_for(window: &WindowPosition, facts: &Facts<'_>) -> i64 {
    match (window.unit, facts.position.scope.autonomy) {
        (Unit::Money, Autonomy::Shadow | Autonomy::Suggest | Autonomy::Guarded) => {
            window.cap / GUARDED_PARTS
        }
        (Unit::Money, Autonomy::Full) | (Unit::Act, _) => window.cap,
    }
}
