//! Text from strangers made safe to print, and numbers made pleasant to read.

use std::fmt;

use homeostat_model::{Currency, MoneyError};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive as _};

const MICROS: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
/// Longest piece of a cell that an error repeats.
const SHOWN_CHARS: usize = 60;

/// A number that is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadAmount {
    /// Not digits with at most one point.
    NotANumber,
    /// More than 64 bits of micro-units.
    TooLarge,
}

/// Micro-units of a plain decimal number, rounded half away from zero. May be negative.
pub(super) fn micros(text: &str) -> Result<i64, BadAmount> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !plain || !digits.bytes().any(|b| b.is_ascii_digit()) || digits.matches('.').count() > 1 {
        return Err(BadAmount::NotANumber);
    }
    text.parse::<Decimal>()
        .ok()
        .and_then(|amount| amount.checked_mul(MICROS))
        .map(|micros| micros.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero))
        .and_then(|micros| micros.to_i64())
        .ok_or(BadAmount::TooLarge)
}

/// Reads `--target-cpa`.
pub(super) fn target_micros(text: &str) -> Result<i64, String> {
    match micros(text.trim()) {
        Ok(1..) => Ok(micros(text.trim()).unwrap_or_default()),
        Ok(_) => Err("must be above zero".to_owned()),
        Err(BadAmount::NotANumber) => Err("must be a number such as 20 or 14.50".to_owned()),
        Err(BadAmount::TooLarge) => Err("is too large".to_owned()),
    }
}

/// The currency in a column's name, as in `Amount spent (USD)`.
pub(super) fn currency_in(header: &str) -> Option<Currency> {
    let (_, rest) = header.rsplit_once('(')?;
    rest.split_once(')')?.0.trim().parse().ok()
}

/// What amounts are taken for when nothing says otherwise.
pub(super) fn default_currency() -> Result<Currency, MoneyError> {
    "EUR".parse()
}

/// A piece of the file inside an error: quoted, escaped and cut.
pub(super) fn shown(text: &str) -> impl fmt::Display + use<> {
    let mut piece: String = text.chars().take(SHOWN_CHARS).collect();
    if piece.len() < text.len() {
        piece.push('…');
    }
    format!("{piece:?}")
}

/// A name on one line without anything that a terminal obeys, cut to `width` characters.
pub(super) fn visible(name: &str, width: usize) -> String {
    let escaped: String = name
        .chars()
        .flat_map(|c| {
            let quote = matches!(c, '"' | '\'' | '\\');
            let plain = quote.then_some(c);
            let escape = (!quote).then(|| c.escape_debug());
            plain.into_iter().chain(escape.into_iter().flatten())
        })
        .collect();
    if escaped.chars().count() <= width {
        return escaped;
    }
    let mut cut: String = escaped.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// `55,662.15`: two decimals, thousands apart, rounded half away from zero.
pub(super) fn amount(micros: i64) -> String {
    let cents = micros.unsigned_abs().saturating_add(5_000) / 10_000;
    let sign = if micros < 0 && cents > 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", grouped(cents / 100), cents % 100)
}

/// `1,143`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 sale`, `2 sales`.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}
