//! Amounts of money in a text, in figures and in words.
//!
//! The same reader serves two ends: what a customer names, and the proof that a reply's amount is what
//! was paid. So it reads rather too much than too little.

use homeostat_model::{Currency, Money};
use serde::{Deserialize, Serialize};

pub(crate) use super::numbers::decimal_mark;
use super::{currencies, number_words, numbers::number_at};
use crate::{
    language::Language,
    text::{fold, plain},
};

/// An amount as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountSaid {
    /// In micro-units of the major unit.
    pub amount_micros: i64,
    /// The currency, if the text names one. A bare `kr` is read as DKK and a bare `$` as USD.
    pub currency: Option<Currency>,
    /// The currency as it was written; empty without one.
    pub currency_text: String,
}

/// The amounts that a text names: those with a currency, and bare numbers after a word of paying back.
pub fn amounts_said(text: &str) -> Vec<AmountSaid> {
    let chars: Vec<char> = plain(text).chars().collect();
    scan(&chars, None)
}

/// Every amount of money in a text of a known language. For a reply that was filled by
/// [`crate::reply::Draft::fill`] this is exactly what was filled in.
pub fn amounts_in(text: &str, language: Language) -> Vec<Money> {
    let chars: Vec<char> = plain(text).chars().collect();
    scan(&chars, Some(language))
        .into_iter()
        .filter_map(|said| Some(Money::from_micros(said.amount_micros, said.currency?)))
        .collect()
}

/// Beginnings of folded words that make a bare number after them an amount.
const PAYING_BACK: [&str; 14] = [
    "refund",
    "reimburs",
    "erstat",
    "ruckerstat",
    "zuruckerstat",
    "auszahl",
    "rembours",
    "rembols",
    "devulv",
    "rimbors",
    "terugbet",
    "betal",
    "pay",
    "compensat",
];
/// Words between such a word and its number.
const PAYING_REACH: usize = 3;

fn scan(chars: &[char], language: Option<Language>) -> Vec<AmountSaid> {
    let mut found: Vec<AmountSaid> = Vec::new();
    // Behind the currency that the last amount took.
    let mut taken = 0;
    let mut index = 0;
    let mut since_paying: Option<usize> = None;
    while let Some(c) = chars.get(index) {
        if c.is_ascii_digit() {
            let number = match number_at(chars, index, language) {
                Ok(number) => number,
                Err(end) => {
                    index = end.max(index + 1);
                    continue;
                }
            };
            index = number.end;
            let named = currency_around(chars, number.start, number.end, taken);
            if let Some((currency, text, end)) = named {
                taken = end;
                index = index.max(end);
                found.push(AmountSaid {
                    amount_micros: number.micros,
                    currency: Some(currency),
                    currency_text: text,
                });
            } else if since_paying.is_some_and(|words| words <= PAYING_REACH)
                && is_free(chars, number.start, number.end)
            {
                found.push(AmountSaid {
                    amount_micros: number.micros,
                    currency: None,
                    currency_text: String::new(),
                });
            }
            continue;
        }
        if !c.is_alphabetic() {
            index += 1;
            continue;
        }
        let word = word_at(chars, index);
        let folded = fold(&word);
        let end = index + word.chars().count();
        if let Some((said, said_end)) = words_at(chars, index) {
            found.push(said);
            taken = said_end;
            index = said_end;
            continue;
        }
        since_paying = if PAYING_BACK.iter().any(|stem| folded.starts_with(stem)) {
            Some(0)
        } else {
            since_paying.map(|words| words + 1)
        };
        index = end;
    }
    found
}

/// A number in words with a currency behind it.
fn words_at(chars: &[char], start: usize) -> Option<(AmountSaid, usize)> {
    let mut values = Vec::new();
    let mut index = start;
    // No amount in words has more of them.
    for _ in 0..12 {
        if let Some((currency, currency_text, end)) =
            behind(chars, index).filter(|_| !values.is_empty())
        {
            // "the one EUR 50": the currency belongs to the figures.
            let is_of_figures = chars
                .get(skip_spaces(chars, end))
                .is_some_and(char::is_ascii_digit);
            let said = AmountSaid {
                amount_micros: number_words::together(&values)?.checked_mul(1_000_000)?,
                currency: Some(currency),
                currency_text,
            };
            return (!is_of_figures).then_some((said, end));
        }
        let word = word_at(chars, index);
        if word.is_empty() {
            return None;
        }
        let end = index + word.chars().count();
        let folded = fold(&word);
        match number_words::value_of(&folded) {
            Some(value) => values.push(value),
            None if !values.is_empty() && number_words::is_joint(&folded) => {}
            None => return None,
        }
        index = end;
        while matches!(chars.get(index), Some(' ' | '-')) {
            index += 1;
        }
    }
    None
}

/// The currency before or behind a number, as written, and where the amount ends.
fn currency_around(
    chars: &[char],
    start: usize,
    end: usize,
    taken: usize,
) -> Option<(Currency, String, usize)> {
    // An order's number is none, whatever follows it.
    if start > 0
        && matches!(
            chars.get(start - 1),
            Some('#' | '-' | '/' | '_' | '.' | ',')
        )
    {
        return None;
    }
    let behind = behind(chars, end);
    let before = before(chars, start, taken);
    if let Some((currency, text)) = before {
        return Some((currency, text, end));
    }
    if start > 0 && chars.get(start - 1).is_some_and(|c| c.is_alphanumeric()) {
        return None;
    }
    let (currency, text, behind_end) = behind?;
    // "1001 EUR 50": the currency belongs to what follows, if that has no other.
    let next = skip_spaces(chars, behind_end);
    let is_followed = chars.get(next).is_some_and(char::is_ascii_digit);
    if is_followed {
        let next_end = number_at(chars, next, None).map_or_else(|end| end, |number| number.end);
        self::behind(chars, next_end)?;
    }
    Some((currency, text, behind_end))
}

fn before(chars: &[char], start: usize, taken: usize) -> Option<(Currency, String)> {
    let mut end = start;
    while end > taken && start - end < 2 && chars.get(end - 1) == Some(&' ') {
        end -= 1;
    }
    // "kr. 50"
    if end > taken && chars.get(end - 1) == Some(&'.') {
        end -= 1;
    }
    let last = chars.get(end.checked_sub(1)?).filter(|_| end > taken)?;
    if let Some(currency) = currencies::of_sign(*last) {
        return Some((currency, last.to_string()));
    }
    let mut from = end;
    while from > taken && chars.get(from - 1).is_some_and(|c| c.is_alphabetic()) {
        from -= 1;
    }
    // "A-KES0" is an order's number.
    let is_glued = end == start;
    let is_whole = from == 0
        || !chars.get(from - 1).is_some_and(|c| {
            c.is_alphanumeric() || (is_glued && matches!(c, '#' | '-' | '/' | '_'))
        });
    let word: String = chars.get(from..end)?.iter().collect();
    Some((currencies::of_word(&word).filter(|_| is_whole)?, word))
}

fn behind(chars: &[char], end: usize) -> Option<(Currency, String, usize)> {
    let start = skip_spaces(chars, end);
    let first = chars.get(start)?;
    if let Some(currency) = currencies::of_sign(*first) {
        return Some((currency, first.to_string(), start + 1));
    }
    let word = word_at(chars, start);
    let currency = currencies::of_word(&word)?;
    let word_end = start + word.chars().count();
    let is_whole = !chars.get(word_end).is_some_and(char::is_ascii_digit);
    is_whole.then_some((currency, word, word_end))
}

fn skip_spaces(chars: &[char], from: usize) -> usize {
    let spaces = chars
        .iter()
        .skip(from)
        .take(2)
        .take_while(|c| **c == ' ')
        .count();
    from + spaces
}

/// Whether a bare number is no part of a reference or a date, and not a share.
fn is_free(chars: &[char], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|place| chars.get(place));
    let behind = chars.get(end);
    let is_reference = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '#' | '-' | '/'));
    let is_longer = behind.is_some_and(|c| c.is_alphanumeric() || matches!(c, '%' | '/' | '-'));
    !is_reference && !is_longer
}

fn word_at(chars: &[char], start: usize) -> String {
    // Longer than any word that matters; the bound keeps the work linear.
    chars
        .iter()
        .skip(start)
        .take(60)
        .take_while(|c| c.is_alphabetic())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(i64, String)> {
        amounts_said(text)
            .into_iter()
            .map(|said| (said.amount_micros / 10_000, said.currency_text))
            .collect()
    }

    #[test]
    fn amounts_in_figures_are_read() {
        for (text, cents, currency) in [
            ("Ich will 1.234,56 € zurück", 123_456, "€"),
            ("please pay EUR 50 now", 5_000, "EUR"),
            ("refund me €49.90!", 4_990, "€"),
            ("je veux 1 234,56 euros", 123_456, "euros"),
            ("£20", 2_000, "£"),
            ("jeg vil have 249,- kr. tilbage", 24_900, "kr"),
            ("kr. 249,50 tak", 24_950, "kr"),
            ("refund EUR 9.999", 999_900, "EUR"),
            ("５０ EUR", 5_000, "EUR"),
            ("50EUR", 5_000, "EUR"),
            ("EUR50", 5_000, "EUR"),
            ("order 1001 EUR 50", 5_000, "EUR"),
        ] {
            assert_eq!(said(text), [(cents, currency.to_owned())], "{text}");
        }
    }

    #[test]
    fn amounts_in_words_are_read() {
        for (text, cents) in [
            ("give me fifty euros", 5_000),
            ("two hundred and fifty euros", 25_000),
            ("fünfzig Euro bitte", 5_000),
            ("cinquante euros", 5_000),
            ("cincuenta euros", 5_000),
            ("cinquanta euro", 5_000),
            ("vijftig euro", 5_000),
            ("halvtreds kroner", 5_000),
            ("twenty-five €", 2_500),
            ("nine thousand nine hundred ninety nine euros", 999_900),
        ] {
            let found = said(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(found[0].0, cents, "{text}");
        }
    }

    #[test]
    fn two_amounts_with_signs_on_either_side_are_both_read() {
        assert_eq!(said("20 € 30 €").len(), 2);
        assert_eq!(said("€20 €30").len(), 2);
        assert_eq!(said("paid 20 EUR, got 30 EUR").len(), 2);
    }

    #[test]
    fn a_bare_number_is_an_amount_only_after_a_word_of_paying_back() {
        assert_eq!(said("refund 9999"), [(999_900, String::new())]);
        assert_eq!(said("Order 9999 is late"), []);
        assert_eq!(said("refund order #9999"), []);
        assert_eq!(said("refund 100%"), []);
    }

    #[test]
    fn orders_dates_and_phones_are_no_amounts() {
        assert_eq!(said("#1001 EUR"), []);
        assert_eq!(said("order A-KES0"), []);
        assert_eq!(said("on 12.03.2026 I called 0045-11 22 33 44"), []);
    }
}
