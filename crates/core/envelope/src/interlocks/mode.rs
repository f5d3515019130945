//! Mode: every way to stop, through `may_act`.

use super::{Finding, Interlock};
use crate::{judge::Facts, may_act};

pub(super) const INTERLOCK: Interlock = Interlock {
    name: "mode",
    refuses: "an act that the mode, the autonomy, a breaker, a quarantine or a pin stops",
    since: 1,
    window: None,
    judge,
};

fn judge(facts: &Facts<'_>) -> Finding {
    // The act's own nature counts, whatever the scope was read with.
    let scope = crate::Scope {
        risk_reducing: facts.ask.risk_reducing,
        ..facts.position.scope.clone()
    };
    let answer = may_act(&scope);
    if answer.allowed() {
        Ok(answer.reason)
    } else {
        Err(answer.reason)
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::Mode;

    use crate::interlocks::fixture::Fixture;

    #[test]
    fn safe_refuses_what_does_not_reduce_risk() {
        let mut case = Fixture::spending(1);
        case.assert_passes("mode");
        case.position.scope.mode = Mode::Safe;
        case.assert_refused_only_by("mode");
        case.ask.risk_reducing = true;
        case.assert_passes("mode");
    }

    #[test]
    fn halt_refuses_everything() {
        let mut case = Fixture::kill();
        case.position.scope.mode = Mode::Halt;
        case.assert_refused_only_by("mode");
    }
}
