//! Money: integer micro-units (10⁻⁶ of the major unit) with a currency. Floats never hold money.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An ISO 4217 alphabetic code, such as `EUR`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// An amount in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Micro-units: 1.00 EUR is 1,000,000.
    pub amount_micros: i64,
    /// The currency of the amount.
    pub currency: Currency,
}

/// Arithmetic or text that would give a wrong amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not three capital letters.
    #[error("currency {0:?} must be three capital letters, such as EUR")]
    InvalidCurrency(String),
    /// Two currencies met without a rate.
    #[error("{left} and {right} cannot be combined without a rate")]
    CurrencyMismatch {
        /// The currency of the left side.
        left: Currency,
        /// The currency of the right side.
        right: Currency,
    },
    /// The result does not fit.
    #[error("amount out of range")]
    Overflow,
}

impl Currency {
    /// Micro-units in the smallest unit that vendors count in: 10,000 for EUR, 1,000,000 for JPY.
    ///
    /// Exponents from ISO 4217 (those that differ from two digits and are in use).
    pub fn micros_per_minor(self) -> i64 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 1_000_000,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 1_000,
            _ => 10_000,
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        // The constructor admits ASCII letters only.
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl Money {
    /// An amount from micro-units.
    pub fn from_micros(amount_micros: i64, currency: Currency) -> Self {
        Self {
            amount_micros,
            currency,
        }
    }

    /// Nothing, in a currency.
    pub fn zero(currency: Currency) -> Self {
        Self::from_micros(0, currency)
    }

    /// The sum; refused across currencies and on overflow.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference; refused across currencies and on overflow.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    fn combine(self, other: Self, op: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch {
                left: self.currency,
                right: other.currency,
            });
        }
        let amount_micros =
            op(self.amount_micros, other.amount_micros).ok_or(MoneyError::Overflow)?;
        Ok(Self {
            amount_micros,
            currency: self.currency,
        })
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(MoneyError::InvalidCurrency(text.to_owned())),
        }
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Two decimals, rounded half away from zero, with the currency: `42.00 EUR`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.amount_micros.unsigned_abs();
        let cents = (magnitude + 5_000) / 10_000;
        let sign = if self.amount_micros < 0 && cents > 0 {
            "-"
        } else {
            ""
        };
        write!(
            f,
            "{sign}{}.{:02} {}",
            cents / 100,
            cents % 100,
            self.currency
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(amount_micros: i64) -> Money {
        Money::from_micros(amount_micros, "EUR".parse().unwrap())
    }

    #[test]
    fn currencies_do_not_mix() {
        let yen = Money::from_micros(1, "JPY".parse().unwrap());
        assert!(matches!(
            eur(1).checked_add(yen),
            Err(MoneyError::CurrencyMismatch { .. })
        ));
    }

    proptest::proptest! {
        #[test]
        fn a_sum_taken_apart_gives_its_parts(a in proptest::num::i64::ANY, b in proptest::num::i64::ANY) {
            match eur(a).checked_add(eur(b)) {
                Ok(sum) => {
                    proptest::prop_assert_eq!(i128::from(sum.amount_micros), i128::from(a) + i128::from(b));
                    proptest::prop_assert_eq!(sum.checked_sub(eur(b)), Ok(eur(a)));
                }
                Err(error) => {
                    proptest::prop_assert_eq!(error, MoneyError::Overflow);
                    proptest::prop_assert!(i64::try_from(i128::from(a) + i128::from(b)).is_err());
                }
            }
        }
    }

    #[test]
    fn overflow_is_refused() {
        assert_eq!(eur(i64::MAX).checked_add(eur(1)), Err(MoneyError::Overflow));
    }

    #[test]
    fn shown_with_two_decimals() {
        assert_eq!(eur(42_000_000).to_string(), "42.00 EUR");
        assert_eq!(eur(-1_995_000).to_string(), "-2.00 EUR");
        assert_eq!(eur(-1).to_string(), "0.00 EUR");
    }

    #[test]
    fn a_currency_is_three_capitals() {
        assert!("eur".parse::<Currency>().is_err());
        assert!("EURO".parse::<Currency>().is_err());
    }
}
