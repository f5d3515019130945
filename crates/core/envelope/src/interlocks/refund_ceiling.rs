//! Refund ceiling: a refund gives back at most what was paid and is not on its way back already, at most
//! the brand's cap for one, and at most the share of the order that the customer's tier allows.

use homeostat_model::Money;

use super::{Finding, Interlock, within_cap};
use crate::{
    Action, EnvelopeError, Period, RefundGrounds, Unit, WindowSpec, calendar, judge::Facts,
    window::Draw,
};

const NAME: &str = "refund_ceiling";

pub(super) const INTERLOCK: Interlock = Interlock {
    name: NAME,
    refuses: "a refund over what is left of the order, over the brand's cap or over the tier's share",
    since: 2,
    window: Some(window),
    judge,
};

/// All that ever goes back for an order, so that two refunds at the same time do not both see the same rest.
fn window(draw: &Draw<'_>) -> Result<Option<WindowSpec>, EnvelopeError> {
    let Some(grounds) = draw.refund() else {
        return Ok(None);
    };
    let take = draw.ask.worst_case.amount_micros;
    Ok(Some(draw.of_scope(
        NAME,
        format!("order:{}/{}", draw.ask.brand, grounds.order),
        (Unit::Money, Period::Lifetime),
        calendar::lifetime(),
        (grounds.paid_micros.max(0), take),
    )))
}

fn judge(facts: &Facts<'_>) -> Finding {
    match facts.ask.action {
        Action::Kill | Action::Adjust | Action::Payout | Action::Reply | Action::Other => {
            Ok("not a refund".into())
        }
        Action::Refund => match &facts.ask.grounds.refund {
            None => Err("a refund needs its order's figures".into()),
            Some(grounds) => within(facts, grounds),
        },
    }
}

fn within(facts: &Facts<'_>, grounds: &RefundGrounds) -> Finding {
    let named = [&grounds.order, &grounds.claim, &grounds.customer];
    if named.iter().any(|text| text.is_empty()) {
        return Err("names no order, no claim or no customer: a person decides".into());
    }
    let amounts = [
        grounds.paid_micros,
        grounds.refunded_micros,
        grounds.pending_micros,
        grounds.customer_30d_micros,
    ];
    if amounts.iter().any(|micros| *micros < 0) || grounds.tier_percent > 100 {
        return Err(
            "the order's figures make no sense: one is negative, or a share over 100 %".into(),
        );
    }
    if grounds.order != facts.ask.target {
        return Err("the figures are another order's".into());
    }
    let take = i128::from(facts.ask.worst_case.amount_micros);
    if take <= 0 {
        return Err("a refund gives back more than nothing".into());
    }
    let paid = i128::from(grounds.paid_micros);
    let left = paid - i128::from(grounds.refunded_micros) - i128::from(grounds.pending_micros);
    let brand = i128::from(facts.limits.refund_cap_micros.unwrap_or(0));
    // The share is the order's, however many claims it takes.
    let gone = paid - left;
    let tier = paid * i128::from(grounds.tier_percent) / 100 - gone;
    let bounds = [
        (left, "left of the order"),
        (brand, "the brand's cap for one refund"),
        (tier, "the customer's tier"),
    ];
    let (ceiling, which) = bounds.into_iter().min().unwrap_or((0, "nothing"));
    let show = |micros: i128| {
        let micros = i64::try_from(micros).unwrap_or(i64::MAX);
        Money::from_micros(micros, facts.limits.currency)
    };
    let story = format!("{} of at most {} ({which})", show(take), show(ceiling));
    if take <= ceiling {
        let held = within_cap::whole(facts, NAME)?;
        Ok(format!("{story}; of the order {held}"))
    } else {
        Err(format!("{story}: over the ceiling"))
    }
}

#[cfg(test)]
mod tests {
    use crate::interlocks::fixture::Fixture;

    const NAME: &str = "refund_ceiling";

    #[test]
    fn what_is_refunded_or_on_its_way_back_counts() {
        let mut case = Fixture::refund();
        case.refund_grounds().refunded_micros = 30_000_000;
        case.refund_grounds().pending_micros = 10_000_000;
        case.assert_passes(NAME);
        case.refund_grounds().pending_micros += 1;
        case.assert_refused_only_by(NAME);
    }

    #[test]
    fn the_brands_cap_for_one_refund_holds() {
        let mut case = Fixture::refund();
        case.limits.refund_cap_micros = Some(20_000_000);
        case.assert_passes(NAME);
        case.limits.refund_cap_micros = Some(19_999_999);
        case.assert_refused_only_by(NAME);
        case.limits.refund_cap_micros = None;
        case.assert_refused_only_by(NAME);
    }

    #[test]
    fn the_tiers_share_of_the_order_holds() {
        let mut case = Fixture::refund();
        case.refund_grounds().tier_percent = 34;
        case.assert_passes(NAME);
        case.refund_grounds().tier_percent = 33;
        case.assert_refused_only_by(NAME);
        case.refund_grounds().tier_percent = 0;
        case.assert_refused_only_by(NAME);
    }

    #[test]
    fn the_tiers_share_is_the_orders_however_many_claims_it_takes() {
        let mut case = Fixture::refund();
        case.refund_grounds().tier_percent = 50;
        case.refund_grounds().refunded_micros = 10_000_000;
        case.assert_passes(NAME);
        case.refund_grounds().refunded_micros += 1;
        case.assert_refused_only_by(NAME);
    }

    #[test]
    fn what_goes_back_at_the_same_time_counts() {
        let mut case = Fixture::refund();
        case.window(NAME).held = 40_000_000;
        case.assert_passes(NAME);
        case.window(NAME).held += 1;
        case.assert_refused_only_by(NAME);
    }

    #[test]
    fn without_a_customer_a_person_decides() {
        let mut case = Fixture::refund();
        case.refund_grounds().customer.clear();
        case.assert_refused_only_by(NAME);
        let mut case = Fixture::refund();
        case.refund_grounds().claim.clear();
        case.assert_refused_only_by(NAME);
    }

    #[test]
    fn figures_that_make_no_sense_or_are_missing_refuse() {
        let mut case = Fixture::refund();
        case.refund_grounds().refunded_micros = -1;
        case.assert_refused_only_by(NAME);
        let mut case = Fixture::refund();
        case.refund_grounds().order = "gid://shopify/Order/2".into();
        case.assert_refused_by(NAME);
        let mut case = Fixture::refund();
        case.ask.grounds.refund = None;
        case.assert_refused_by(NAME);
        let mut case = Fixture::refund();
        case.ask.worst_case.amount_micros = 0;
        case.assert_refused_by(NAME);
    }
}
