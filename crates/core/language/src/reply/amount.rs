//! Money as its readers write it: `€1,234.50`, `1.234,50 €`, `€ 1.234,50`, `249,00 DKK`.
//!
//! As many decimals as the currency has, and more where the amount needs them: the text must be exactly
//! what was paid. Only signs that stand for one currency are used.

use homeostat_model::{Currency, Money};

use crate::{facts::decimal_mark, language::Language};

/// Between an amount and its currency; a line does not break there.
const NO_BREAK_SPACE: char = '\u{a0}';
/// Between the thousands in French.
const NARROW_SPACE: char = '\u{202f}';

/// The amount, for readers of a language.
pub fn shown(amount: Money, language: Language) -> String {
    let number = number(amount, language);
    let currency = sign(amount.currency).unwrap_or(amount.currency.as_str());
    let minus = if amount.amount_micros < 0 { "-" } else { "" };
    match language {
        Language::English if sign(amount.currency).is_some() => {
            format!("{minus}{currency}{number}")
        }
        Language::English | Language::Dutch => format!("{minus}{currency}{NO_BREAK_SPACE}{number}"),
        Language::German
        | Language::French
        | Language::Spanish
        | Language::Italian
        | Language::Danish => {
            format!("{minus}{number}{NO_BREAK_SPACE}{currency}")
        }
    }
}

fn sign(currency: Currency) -> Option<&'static str> {
    match currency.as_str() {
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        _ => None,
    }
}

fn thousands_mark(language: Language) -> char {
    match language {
        Language::English => ',',
        Language::French => NARROW_SPACE,
        Language::German
        | Language::Spanish
        | Language::Italian
        | Language::Dutch
        | Language::Danish => '.',
    }
}

fn number(amount: Money, language: Language) -> String {
    let magnitude = amount.amount_micros.unsigned_abs();
    let whole = (magnitude / 1_000_000).to_string();
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(thousands_mark(language));
        }
        text.push(digit);
    }
    let decimals = format!("{:06}", magnitude % 1_000_000);
    let decimals = decimals.trim_end_matches('0');
    let digits_min = match amount.currency.micros_per_minor() {
        1_000_000 => 0,
        1_000 => 3,
        _ => 2,
    };
    if digits_min > 0 || !decimals.is_empty() {
        text.push(decimal_mark(language));
        text.push_str(&format!("{decimals:0<digits_min$}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_currency_and_the_amount() {
        let shown = |micros, code: &str| {
            shown(
                Money::from_micros(micros, code.parse().unwrap()),
                Language::German,
            )
        };
        assert_eq!(shown(20_000_000, "EUR"), "20,00\u{a0}€");
        assert_eq!(shown(20_000_000, "JPY"), "20\u{a0}JPY");
        assert_eq!(shown(1_234_000, "KWD"), "1,234\u{a0}KWD");
        assert_eq!(shown(1_000_001, "EUR"), "1,000001\u{a0}€");
        assert_eq!(shown(1_234_567_000_000, "DKK"), "1.234.567,00\u{a0}DKK");
    }
}
