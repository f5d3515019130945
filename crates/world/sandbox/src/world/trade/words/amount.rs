//! Amounts as people of a language write them.

use rand::{Rng, RngExt};

use super::{Language, pick};

/// An amount of money, such as `€89.90` or `1.250 EUR`. `currency` is a code, or empty.
pub(super) fn money(
    amount_micros: i64,
    currency: &str,
    language: Language,
    rng: &mut impl Rng,
) -> String {
    let number = number(amount_micros, language, rng.random_bool(0.5));
    let symbol = match currency {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "DKK" => "kr.",
        other => other,
    };
    let shape = match language {
        Language::English => pick(&["SN", "N C", "C N"], rng),
        Language::Dutch => pick(&["S N", "N C", "N S"], rng),
        Language::German
        | Language::French
        | Language::Spanish
        | Language::Italian
        | Language::Danish => pick(&["N S", "N C", "NS"], rng),
    };
    let told = shape.replace('C', "\u{1}").replace('S', "\u{2}");
    let told = told.replace('N', &number);
    let told = told.replace('\u{1}', currency).replace('\u{2}', symbol);
    told.trim().to_owned()
}

/// The number alone, grouped as the language does. A whole number may go without decimals.
pub(super) fn number(amount_micros: i64, language: Language, short: bool) -> String {
    let cents = amount_micros / 10_000;
    let (whole, rest) = (cents / 100, cents.unsigned_abs() % 100);
    let (group, point) = match language {
        Language::English => (",", "."),
        Language::French => (" ", ","),
        Language::German
        | Language::Spanish
        | Language::Italian
        | Language::Dutch
        | Language::Danish => (".", ","),
    };
    let grouped = if whole.abs() < 1_000 {
        whole.to_string()
    } else {
        let thousands = (whole / 1_000).to_string();
        format!("{thousands}{group}{:03}", whole.unsigned_abs() % 1_000)
    };
    if short && rest == 0 {
        grouped
    } else {
        format!("{grouped}{point}{rest:02}")
    }
}

/// The same with digits of East Asian width, which look like digits to people only.
pub(super) fn full_width(number: &str) -> String {
    let wide = |digit: char| match digit.to_digit(10) {
        Some(value) => char::from_u32(0xff10 + value).unwrap_or(digit),
        None => digit,
    };
    number.chars().map(wide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_groups_its_digits() {
        let told = |language| number(9_999_500_000, language, true);
        assert_eq!(told(Language::English), "9,999.50");
        assert_eq!(told(Language::German), "9.999,50");
        assert_eq!(told(Language::French), "9 999,50");
        assert_eq!(number(89_000_000, Language::Danish, true), "89");
        assert_eq!(number(89_000_000, Language::Danish, false), "89,00");
    }

    #[test]
    fn full_width_digits_are_not_ascii() {
        assert_eq!(full_width("9.9"), "\u{ff19}.\u{ff19}");
    }
}
