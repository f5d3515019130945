//! Currency: amounts of two currencies never add up without a rate, and there is none here.

use super::{Finding, Interlock};
use crate::judge::Facts;

pub(super) const INTERLOCK: Interlock = Interlock {
    name: "currency",
    refuses: "an amount in another currency than the caps",
    since: 1,
    window: None,
    judge,
};

fn judge(facts: &Facts<'_>) -> Finding {
    let (asked, capped) = (facts.ask.worst_case.currency, facts.limits.currency);
    if asked == capped {
        Ok(format!("{asked} on both sides"))
    } else {
        Err(format!(
            "the ask is in {asked} and the caps are in {capped}, without a rate"
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    #[test]
    fn another_currency_is_refused() {
        let mut case = Fixture::spending(1);
        case.assert_passes("currency");
        case.ask.worst_case.currency = "USD".parse().unwrap();
        case.assert_refused_only_by("currency");
    }
}
