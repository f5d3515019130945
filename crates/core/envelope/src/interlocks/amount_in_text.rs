//! Amount in the text: a reply names only what was paid. The amounts are read back from the finished text,
//! so that a template, a slot or a model that writes another one is caught here.

use homeostat_model::Money;

use super::{Finding, Interlock};
use crate::{Action, judge::Facts};

pub(super) const INTERLOCK: Interlock = Interlock {
    name: "amount_in_text",
    refuses: "a reply that names an amount which was not paid",
    since: 2,
    window: None,
    judge,
};

fn judge(facts: &Facts<'_>) -> Finding {
    if facts.ask.action != Action::Reply {
        return Ok("not a reply".into());
    }
    let Some(grounds) = &facts.ask.grounds.reply else {
        return Err("a reply needs the amounts of its text".into());
    };
    if grounds.currencies.len() != grounds.amounts_micros.len() {
        return Err("an amount in the text has no currency".into());
    }
    let currency = facts.limits.currency;
    let show = |micros: i64| Money::from_micros(micros, currency).to_string();
    let paid = grounds.paid_micros.map_or("nothing".to_owned(), show);
    let micros_of = |micros: Option<i64>| micros.map_or("none".to_owned(), |n| n.to_string());
    for (amount, written) in grounds.amounts_micros.iter().zip(&grounds.currencies) {
        if Some(*amount) != grounds.paid_micros || written != currency.as_str() {
            let paid = micros_of(grounds.paid_micros);
            return Err(format!(
                "the text says {amount} micro-units of {written}, and {paid} of {currency} were paid"
            ));
        }
    }
    Ok(match grounds.amounts_micros.len() {
        0 => "the text names no amount".into(),
        _ => format!("the text names {paid}, which was paid"),
    })
}

#[cfg(test)]
mod tests {
    use crate::{ReplyGrounds, interlocks::fixture::Fixture};

    fn grounds(case: &mut Fixture) -> &mut ReplyGrounds {
        case.ask.grounds.reply.as_mut().unwrap()
    }

    #[test]
    fn the_amount_in_the_text_is_the_amount_that_was_paid() {
        let mut case = Fixture::reply();
        case.assert_passes("amount_in_text");
        grounds(&mut case).amounts_micros[0] += 1;
        case.assert_refused_only_by("amount_in_text");
    }

    #[test]
    fn each_amount_counts_and_none_is_named_when_nothing_was_paid() {
        let mut case = Fixture::reply();
        grounds(&mut case).amounts_micros.push(9_999_000_000);
        grounds(&mut case).currencies.push("EUR".into());
        case.assert_refused_only_by("amount_in_text");
        let mut case = Fixture::reply();
        grounds(&mut case).paid_micros = None;
        case.assert_refused_only_by("amount_in_text");
        grounds(&mut case).amounts_micros.clear();
        grounds(&mut case).currencies.clear();
        case.assert_passes("amount_in_text");
    }

    #[test]
    fn the_same_number_in_another_currency_is_another_amount() {
        let mut case = Fixture::reply();
        grounds(&mut case).currencies[0] = "DKK".into();
        case.assert_refused_only_by("amount_in_text");
        grounds(&mut case).currencies.clear();
        case.assert_refused_only_by("amount_in_text");
    }
}
