//! Data freshness: no act on old news, and none on news from the future.

use jiff::SignedDuration;

use super::{Finding, Interlock};
use crate::judge::Facts;

pub(super) const INTERLOCK: Interlock = Interlock {
    name: "data_freshness",
    refuses: "an act on figures that are too old, or dated ahead",
    since: 1,
    window: None,
    judge,
};

fn judge(facts: &Facts<'_>) -> Finding {
    let age = facts.ask.at.since(facts.ask.data_as_of);
    let limit = SignedDuration::from_secs(i64::from(facts.limits.freshness_s));
    let ages = format!(
        "data is {} min old, limit {} min",
        age.as_mins(),
        limit.as_mins()
    );
    if age < SignedDuration::ZERO {
        Err(format!(
            "data is dated {} s ahead of the ask; check the clocks",
            -age.as_secs()
        ))
    } else if age > limit {
        Err(ages)
    } else {
        Ok(ages)
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use crate::interlocks::fixture::Fixture;

    #[test]
    fn two_hours_are_fresh_and_a_second_more_is_not() {
        let mut case = Fixture::kill();
        case.ask.data_as_of = case.ask.at.plus(-SignedDuration::from_hours(2));
        case.assert_passes("data_freshness");
        case.ask.data_as_of = case.ask.data_as_of.plus(-SignedDuration::from_secs(1));
        case.assert_refused_only_by("data_freshness");
    }

    #[test]
    fn data_from_the_future_is_refused() {
        let mut case = Fixture::kill();
        case.ask.data_as_of = case.ask.at.plus(SignedDuration::from_secs(1));
        case.assert_refused_only_by("data_freshness");
    }
}
