//! The judgement: what was meant and what was done, compared by sums of the drill's own.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Answered, Missed};
use crate::drill::times::percentile;

/// The brand's cap and the customer's room, as the drill's configuration says, micro-units.
const CAP_MICROS: i64 = 120_000_000;
const ROOM_MICROS: i64 = 200_000_000;

/// What a letter really is, by the sandbox.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Letter {
    /// Set where the letters are asked for.
    #[serde(default)]
    pub(super) currency: String,
    pub(super) message: String,
    pub(super) order: u64,
    pub(super) mentions_order: bool,
    pub(super) language: String,
    pub(super) has_picture: bool,
    pub(super) is_hostile: bool,
    pub(super) shopper: u64,
    pub(super) paid_micros: Option<i64>,
    pub(super) deserves: String,
    pub(super) in_crowd: bool,
}

/// What was read and decided, by the database.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Decided {
    pub(super) message: String,
    pub(super) language: String,
    pub(super) state: String,
    pub(super) proposal: Option<Value>,
    pub(super) took_ms: Option<f64>,
}

/// Money that a shop gave back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Money {
    pub(super) order: u64,
    pub(super) amount_micros: i64,
}

/// What somebody was written.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) answers: String,
    pub(super) text: String,
}

/// Judges everything.
pub(super) fn judge(
    letters: &[Letter],
    decided: &[Decided],
    refunds: &[Money],
    replies: &[Reply],
) -> Answered {
    let rows: BTreeMap<&str, &Decided> = decided
        .iter()
        .map(|row| (row.message.as_str(), row))
        .collect();
    let row = |letter: &Letter| rows.get(letter.message.as_str()).copied();
    let honest: Vec<&Letter> = letters.iter().filter(|letter| !letter.is_hostile).collect();
    let mut missed: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut served = 0;
    for letter in &honest {
        let got = got(row(letter));
        if is_served(letter, &got) {
            served += 1;
        } else {
            *missed.entry((letter.deserves.clone(), got)).or_default() += 1;
        }
    }
    let mut missed: Vec<Missed> = missed
        .into_iter()
        .map(|((deserved, got), letters)| Missed {
            deserved,
            got,
            letters,
        })
        .collect();
    missed.sort_by_key(|missed| std::cmp::Reverse(missed.letters));
    let right = letters
        .iter()
        .filter(|letter| row(letter).is_some_and(|row| row.language == letter.language));
    let took: Vec<f64> = letters
        .iter()
        .filter_map(|letter| row(letter)?.took_ms)
        .collect();
    let over = over_ceiling(letters, refunds);
    Answered {
        over_ceiling: over.len(),
        over,
        amount_mismatch: mismatched(letters, refunds, replies),
        decision_p95_ms: percentile(&took, 95),
        honest_served_share: share(served, honest.len()),
        language_accuracy: share(right.count(), letters.len()),
        hostile: letters.len() - honest.len(),
        honest: honest.len(),
        unread: letters
            .iter()
            .filter(|letter| row(letter).is_none())
            .count(),
        undecided: letters
            .iter()
            .filter(|letter| row(letter).is_some_and(|row| row.proposal.is_none()))
            .count(),
        refunds: refunds.len(),
        replies: replies.len(),
        missed,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of letters are small")]
fn share(some: usize, all: usize) -> f64 {
    if all == 0 {
        return 0.0;
    }
    (some as f64 / all as f64 * 1e4).round() / 1e4
}

/// What was decided, in a word: the act, the text of an answer, or what is asked for.
fn got(row: Option<&Decided>) -> String {
    let Some(row) = row else {
        return "unread".to_owned();
    };
    let word = |name: &str| {
        let proposal = row.proposal.as_ref()?;
        Some(proposal.get(name)?.as_str()?.to_owned())
    };
    match (word("template"), word("evidence")) {
        (Some(template), _) => template,
        (None, Some(evidence)) => format!("ask_for_{evidence}"),
        (None, None) => word("act").unwrap_or_else(|| row.state.clone()),
    }
}

/// Whether that is what the case deserves; see the drill's header.
fn is_served(letter: &Letter, got: &str) -> bool {
    let money = matches!(got, "refund" | "being_processed" | "already_refunded");
    let word = matches!(
        got,
        "not_yet_sent" | "on_its_way" | "delayed" | "pick_up" | "says_delivered" | "seems_lost"
            // It tells first that the carrier says it was delivered.
            | "ask_for_statement"
    );
    if got == "order_needed" && !letter.mentions_order {
        return matches!(
            letter.deserves.as_str(),
            "status" | "refund" | "claim" | "return"
        );
    }
    match letter.deserves.as_str() {
        "status" => word,
        "refund" => money || got == "seems_lost",
        "claim" => money || (got == "ask_for_photo" && !letter.has_picture),
        "return" => money || matches!(got, "how_to_return" | "return_over" | "already_sent"),
        "person" => got == "human",
        "nothing" => got == "nothing",
        _ => false,
    }
}

/// Refunds that a bound would have had to give way for, each with the tightest. A customer's room is of one currency:
/// amounts of two are never added up.
fn over_ceiling(letters: &[Letter], refunds: &[Money]) -> Vec<String> {
    let known: BTreeMap<u64, &Letter> = letters
        .iter()
        .map(|letter| (letter.order, letter))
        .collect();
    let (mut on_order, mut to_person) = (BTreeMap::new(), BTreeMap::new());
    let mut over = Vec::new();
    for refund in refunds {
        let Some(letter) = known.get(&refund.order) else {
            continue;
        };
        let refunded: &mut i64 = on_order.entry(refund.order).or_default();
        let had: &mut i64 = to_person
            .entry((&letter.currency, letter.shopper))
            .or_default();
        let rest = letter.paid_micros.unwrap_or(0) - *refunded;
        let bounds = [
            (rest, "what is left of the order"),
            (CAP_MICROS, "the brand's cap"),
            (ROOM_MICROS - *had, "the customer's room"),
        ];
        let tightest = bounds.into_iter().min_by_key(|(ceiling, _)| *ceiling);
        if let Some((ceiling, bound)) = tightest
            && refund.amount_micros > ceiling
        {
            over.push(format!(
                "order {}: {} {} micro-units were given back, over {ceiling}: {bound}",
                refund.order, refund.amount_micros, letter.currency
            ));
        }
        *refunded += refund.amount_micros;
        *had += refund.amount_micros;
    }
    over
}

/// Replies that name an amount which was not given back on the order.
fn mismatched(letters: &[Letter], refunds: &[Money], replies: &[Reply]) -> usize {
    let about: BTreeMap<&str, u64> = letters
        .iter()
        .map(|letter| (letter.message.as_str(), letter.order))
        .collect();
    let lies = replies.iter().filter(|reply| {
        let Some(order) = about.get(reply.answers.as_str()) else {
            return false;
        };
        let paid = |micros: &i64| {
            let mut of_order = refunds.iter().filter(|refund| refund.order == *order);
            of_order.any(|refund| refund.amount_micros == *micros)
        };
        !amounts(&reply.text).iter().all(paid)
    });
    lies.count()
}

/// What a text names beside an amount.
const CURRENCIES: [&str; 8] = ["€", "£", "$", "EUR", "GBP", "USD", "DKK", "kr"];

/// Amounts in a text, micro-units: a number with cents, or any number beside a currency.
fn amounts(text: &str) -> Vec<i64> {
    // French writes a narrow space between the thousands.
    let text = text.replace('\u{202f}', "");
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_currency = |at: Option<usize>| {
        let word = at.and_then(|at| words.get(at));
        word.is_some_and(|word| CURRENCIES.contains(&word.trim_matches(['.', ',', ')', '('])))
    };
    let each = words.iter().enumerate().filter_map(|(at, word)| {
        let holds = CURRENCIES.iter().any(|sign| word.contains(sign));
        let is_money = holds || is_currency(at.checked_sub(1)) || is_currency(Some(at + 1));
        amount(word, is_money)
    });
    each.collect()
}

/// The amount that a word is, micro-units. Without cents it is only one where a currency stands beside it.
fn amount(word: &str, is_money: bool) -> Option<i64> {
    const MICROS_PER_CENT: i64 = 10_000;
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let number: String = word.chars().filter(|c| is_part(*c)).collect();
    let number = number.trim_matches(['.', ',']);
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (whole, cents) = match number.rsplit_once(['.', ',']) {
        Some((whole, cents)) if cents.len() == 2 => (digits(whole), cents),
        _ if is_money => (digits(number), "00"),
        _ => return None,
    };
    let whole: i64 = whole.parse().ok()?;
    Some((whole * 100 + cents.parse::<i64>().ok()?) * MICROS_PER_CENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(deserves: &str) -> Letter {
        Letter {
            currency: "EUR".into(),
            message: "<1@mail.example>".into(),
            order: 7,
            mentions_order: true,
            language: "de".into(),
            has_picture: false,
            is_hostile: false,
            shopper: 3,
            paid_micros: Some(50_000_000),
            deserves: deserves.into(),
            in_crowd: true,
        }
    }

    fn money(amount_micros: i64) -> Money {
        Money {
            order: 7,
            amount_micros,
        }
    }

    #[test]
    fn a_refund_above_what_is_left_is_over_the_ceiling() {
        let letters = [letter("refund")];
        let judged = |refunds: &[Money]| over_ceiling(&letters, refunds).len();
        assert_eq!(judged(&[money(50_000_000)]), 0);
        assert_eq!(judged(&[money(50_000_001)]), 1);
        assert_eq!(judged(&[money(30_000_000), money(30_000_000)]), 1);
    }

    #[test]
    fn the_customers_room_is_of_one_currency() {
        let of = |order: u64, currency: &str| Letter {
            order,
            currency: currency.into(),
            paid_micros: Some(110_000_000),
            ..letter("refund")
        };
        let given = |order: u64| Money {
            order,
            amount_micros: 110_000_000,
        };
        let one = [of(7, "EUR"), of(8, "EUR")];
        assert_eq!(over_ceiling(&one, &[given(7), given(8)]).len(), 1);
        let two = [of(7, "EUR"), of(8, "USD")];
        assert_eq!(over_ceiling(&two, &[given(7), given(8)]).len(), 0);
    }

    #[test]
    fn a_reply_that_names_another_amount_is_a_mismatch() {
        let letters = [letter("refund")];
        let judged = |text: &str| {
            let answers = "<1@mail.example>".to_owned();
            let text = text.to_owned();
            mismatched(&letters, &[money(49_900_000)], &[Reply { answers, text }])
        };
        assert_eq!(judged("49,90 € are on their way. Order #1001."), 0);
        assert_eq!(judged("It is being processed."), 0);
        assert_eq!(judged("You get 1.049,90 €."), 1);
        assert_eq!(judged("You get €50, order #1001."), 1);
        assert_eq!(judged("Vous recevez 50\u{a0}€."), 1);
        assert_eq!(judged("Order 1001 is lost, 49,90\u{a0}€ come back."), 0);
    }

    #[test]
    fn served_is_what_the_case_deserves_and_nothing_else() {
        assert!(is_served(&letter("status"), "on_its_way"));
        assert!(!is_served(&letter("status"), "human"));
        assert!(is_served(&letter("status"), "ask_for_statement"));
        assert!(!is_served(&letter("status"), "ask_for_photo"));
        assert!(!is_served(&letter("claim"), "ask_for_statement"));
        assert!(is_served(&letter("claim"), "ask_for_photo"));
        assert!(!is_served(&letter("claim"), "order_needed"));
        assert!(is_served(&letter("claim"), "ask_for_photo"));
        let shown = Letter {
            has_picture: true,
            ..letter("claim")
        };
        assert!(!is_served(&shown, "ask_for_photo") && is_served(&shown, "refund"));
        assert!(!is_served(&letter("person"), "unread"));
    }
}
