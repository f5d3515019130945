//! Amounts as decimal text in major units, exactly.

use homeostat_model::{Currency, Money};
use rust_decimal::Decimal;

/// The amount as decimal text in major units, such as `48.37`.
pub(crate) fn to_major(amount: Money) -> String {
    Decimal::new(amount.amount_micros, 6)
        .normalize()
        .to_string()
}

/// The amount as decimal text with the decimals of its currency by ISO 4217, such as `24.90`; `None`
/// when it has a finer part.
pub(crate) fn to_major_fixed(amount: Money) -> Option<String> {
    let unit = amount.currency.micros_per_minor();
    let decimals = match unit {
        1_000_000 => 0,
        1_000 => 3,
        _ => 2,
    };
    (amount.amount_micros % unit == 0)
        .then(|| Decimal::new(amount.amount_micros / unit, decimals).to_string())
}

/// Decimal text in major units, such as `48.37`.
///
/// # Errors
/// Text that is no plain decimal, has more than six decimals, is negative or out of range.
pub(crate) fn from_major(text: &str, currency: Currency) -> Result<Money, String> {
    let amount: Decimal = text
        .parse()
        .map_err(|_| format!("{text:?} is no decimal number"))?;
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(format!("{text:?} is negative"));
    }
    let amount = amount.normalize();
    if amount.scale() > 6 {
        return Err(format!("{text:?} has more than six decimals"));
    }
    amount
        .checked_mul(Decimal::from(1_000_000))
        .and_then(|micros| i64::try_from(micros).ok())
        .map(|micros| Money::from_micros(micros, currency))
        .ok_or_else(|| format!("{text:?} is out of range"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn amounts_that_cannot_be_exact_are_refused() {
        let eur = currency("EUR");
        assert!(from_major("1.0000001", eur).is_err());
        assert!(from_major("-1", eur).is_err());
        assert!(from_major("99999999999999999", eur).is_err());
        assert!(from_major("NaN", eur).is_err());
        assert_eq!(
            from_major("1.5000000", eur).unwrap().amount_micros,
            1_500_000
        );
    }

    #[test]
    fn fixed_text_has_the_decimals_of_the_currency() {
        let text = |micros, code| to_major_fixed(Money::from_micros(micros, currency(code)));
        assert_eq!(text(24_900_000, "EUR").as_deref(), Some("24.90"));
        assert_eq!(text(500_000_000, "JPY").as_deref(), Some("500"));
        assert_eq!(text(1_234_000, "KWD").as_deref(), Some("1.234"));
        assert_eq!(text(24_901_000, "EUR"), None);
        assert_eq!(text(500_500_000, "JPY"), None);
    }

    proptest! {
        #[test]
        fn any_text_gives_an_amount_or_an_error(text in "\\PC{0,40}") {
            let _amount = from_major(&text, currency("EUR"));
        }

        #[test]
        fn cents_survive_the_wire(cents in 0i64..1_000_000_000_000) {
            let eur = currency("EUR");
            let text = format!("{}.{:02}", cents / 100, cents % 100);
            let money = from_major(&text, eur).unwrap();
            prop_assert_eq!(money.amount_micros, cents * 10_000);
            prop_assert_eq!(from_major(&to_major(money), eur).unwrap(), money);
            prop_assert_eq!(to_major_fixed(money), Some(text));
        }
    }
}
