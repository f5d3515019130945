//! Amounts at the wire: decimal numbers in major units, as text on our side.

use homeostat_model::{Currency, Money};

/// Decimals of a micro-unit.
const MICRO_DECIMALS: i32 = 6;
/// Beyond this many places either way there is no amount that fits.
const EXPONENT_MAX: i32 = 40;

/// A JSON number in major units, such as `-412.50` or `1.2E7`.
///
/// # Errors
/// Text that is no decimal number, has a part below the micro-unit, or is out of range.
pub fn from_major(text: &str, currency: Currency) -> Result<Money, String> {
    let parts = split(text).ok_or_else(|| format!("{text:?} is no decimal number"))?;
    match parts {
        Parts { digits: 0, .. } => Ok(Money::zero(currency)),
        Parts { digits, exponent } => {
            let shift = exponent + MICRO_DECIMALS;
            let power = 10_i128.checked_pow(shift.unsigned_abs());
            let micros = match (shift >= 0, power) {
                (true, Some(power)) => digits.checked_mul(power),
                (false, Some(power)) if digits % power == 0 => Some(digits / power),
                (false, _) => {
                    return Err(format!("{text:?} has a part below the micro-unit"));
                }
                (true, None) => None,
            };
            micros
                .and_then(|micros| i64::try_from(micros).ok())
                .map(|micros| Money::from_micros(micros, currency))
                .ok_or_else(|| format!("{text:?} is out of range"))
        }
    }
}

/// The amount with all decimals of its currency, such as `412.50`, `500` for yen or `1.250` for
/// dinars; `None` when it has a part below its smallest unit.
pub fn to_major(amount: Money) -> Option<String> {
    let unit = amount.currency.micros_per_minor();
    if amount.amount_micros % unit != 0 {
        return None;
    }
    let sign = if amount.amount_micros < 0 { "-" } else { "" };
    let micros = amount.amount_micros.unsigned_abs();
    let (whole, rest) = (micros / 1_000_000, micros % 1_000_000);
    let decimals = usize::try_from(MICRO_DECIMALS.unsigned_abs() - unit.ilog10()).ok()?;
    if decimals == 0 {
        return Some(format!("{sign}{whole}"));
    }
    let minor = rest / unit.unsigned_abs();
    Some(format!("{sign}{whole}.{minor:0decimals$}"))
}

/// A number as digits and a power of ten.
struct Parts {
    digits: i128,
    exponent: i32,
}

fn split(text: &str) -> Option<Parts> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => {
            let plain = exponent.strip_prefix('+').unwrap_or(exponent);
            (number, plain.parse::<i32>().ok()?)
        }
        None => (text, 0),
    };
    let (sign, number) = match number.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, number),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    // A nought may be written with any exponent.
    if digits != 0 && exponent.abs() > EXPONENT_MAX {
        return None;
    }
    Some(Parts {
        digits: sign * digits,
        exponent,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn micros(text: &str) -> Option<i64> {
        let money = from_major(text, currency("EUR")).ok();
        money.map(|money| money.amount_micros)
    }

    #[test]
    fn decimal_text_is_read_exactly() {
        assert_eq!(micros("123.11"), Some(123_110_000));
        assert_eq!(micros("-0.1"), Some(-100_000));
        assert_eq!(micros("-0"), Some(0));
        assert_eq!(micros("0e999"), Some(0));
        assert_eq!(micros("1.2E7"), Some(12_000_000_000_000));
        assert_eq!(micros("1.2e+1"), Some(12_000_000));
        assert_eq!(micros("125e-2"), Some(1_250_000));
        assert_eq!(micros("1.50000000000000"), Some(1_500_000));
        // A float would have lost the last digit of the first, and rounded the second.
        assert_eq!(micros("9223372036854.775807"), Some(i64::MAX));
        assert_eq!(micros("0.0000001"), None);
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "+1",
            "1,5",
            "NaN",
            "1e",
            "e1",
            "1e1.5",
            "0x10",
            "1_000",
            " 1",
            "9223372036854.775808",
            "1e30",
            "1e-30",
            "1e2147483648",
            "12 EUR",
        ] {
            assert_eq!(micros(text), None, "{text:?}");
        }
        assert_eq!(micros(&"9".repeat(60)), None);
    }

    #[test]
    fn each_currency_has_its_own_decimals() {
        let told = |micros, code| to_major(Money::from_micros(micros, currency(code)));
        assert_eq!(told(412_500_000, "EUR").as_deref(), Some("412.50"));
        assert_eq!(told(-50_000, "EUR").as_deref(), Some("-0.05"));
        assert_eq!(told(500_000_000, "JPY").as_deref(), Some("500"));
        assert_eq!(told(1_250_000, "KWD").as_deref(), Some("1.250"));
        assert_eq!(told(1_001, "EUR"), None);
        assert_eq!(told(500_500_000, "JPY"), None);
        assert_eq!(told(1_000, "KWD").as_deref(), Some("0.001"));
        assert_eq!(told(1_000, "EUR"), None);
    }

    proptest! {
        #[test]
        fn any_text_gives_an_amount_or_an_error(text in "\\PC{0,40}") {
            let _amount = micros(&text);
        }

        #[test]
        fn amounts_survive_the_wire(minor in -1_000_000_000_000_i64..1_000_000_000_000, at in 0_usize..3) {
            let currency = currency(["EUR", "JPY", "KWD"][at]);
            // Two exponents apart, so the range is kept for all of them.
            let amount = Money::from_micros(minor * currency.micros_per_minor(), currency);
            let text = to_major(amount).unwrap();
            prop_assert_eq!(from_major(&text, currency), Ok(amount));
        }
    }
}
