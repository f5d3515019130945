//! The one comparison behind every cap: settled + held + take <= cap.

use homeostat_model::{Autonomy, Money};

use super::Finding;
use crate::{Unit, WindowPosition, judge::Facts};

/// A guarded policy gets this part of a money cap.
const GUARDED_PARTS: i64 = 10;

/// Judges the money window of `interlock`.
pub(super) fn money(facts: &Facts<'_>, interlock: &str, cap: Option<i64>) -> Finding {
    let take = facts.ask.worst_case.amount_micros;
    if take < 0 {
        return Err("the worst case is negative; an act cannot give room back".into());
    }
    if take == 0 {
        return Ok("takes no money".into());
    }
    if cap.is_none() {
        return Ok("no cap is set".into());
    }
    judge(facts, window(facts, interlock)?, take)
}

/// Judges the window of `interlock` that counts acts.
pub(super) fn acts(facts: &Facts<'_>, interlock: &str) -> Finding {
    judge(facts, window(facts, interlock)?, 1)
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

fn judge(facts: &Facts<'_>, window: &WindowPosition, take: i64) -> Finding {
    if window.frozen {
        return Err(format!(
            "{} is frozen after an overspend; a person lifts it",
            window.scope
        ));
    }
    let cap = cap_for(window, facts.position.scope.autonomy);
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

fn cap_for(window: &WindowPosition, autonomy: Autonomy) -> i64 {
    match (window.unit, autonomy) {
        (Unit::Money, Autonomy::Shadow | Autonomy::Suggest | Autonomy::Guarded) => {
            window.cap / GUARDED_PARTS
        }
        (Unit::Money, Autonomy::Full) | (Unit::Act, _) => window.cap,
    }
}
