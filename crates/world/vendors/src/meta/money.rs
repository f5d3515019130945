//! Amounts at the wire: minor units for budgets and caps; insights come as decimal text in major units.

use homeostat_model::{Currency, Money};

pub(crate) use crate::money::{from_major, to_major};

/// Micro-units in the unit Meta counts budgets in.
///
/// Meta's own table (marketing-api/currencies, "offset"), which is not ISO 4217's: forint, rupiah
/// and others count in whole units, dinars in hundredths.
pub fn micros_per_minor(currency: Currency) -> i64 {
    match currency.as_str() {
        "CLP" | "COP" | "CRC" | "HUF" | "IDR" | "ISK" | "JPY" | "KRW" | "PYG" | "TWD" | "VND" => {
            1_000_000
        }
        _ => 10_000,
    }
}

/// The amount in whole minor units; `None` when it has a finer part or is negative.
pub fn to_minor(amount: Money) -> Option<i64> {
    let unit = micros_per_minor(amount.currency);
    (amount.amount_micros >= 0 && amount.amount_micros % unit == 0)
        .then_some(amount.amount_micros / unit)
}

/// Integer text in minor units, such as `5000`.
///
/// # Errors
/// Text that is no whole number, is negative or out of range.
pub(crate) fn from_minor(text: &str, currency: Currency) -> Result<Money, String> {
    let minor: u64 = text
        .parse()
        .map_err(|_| format!("{text:?} is no whole number of minor units"))?;
    i64::try_from(minor)
        .ok()
        .and_then(|minor| minor.checked_mul(micros_per_minor(currency)))
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
    fn major_and_minor_units_differ_by_the_vendors_table() {
        let eur = currency("EUR");
        assert_eq!(from_major("48.37", eur).unwrap().amount_micros, 48_370_000);
        assert_eq!(from_minor("4837", eur).unwrap().amount_micros, 48_370_000);
        let yen = currency("JPY");
        assert_eq!(from_minor("500", yen).unwrap().amount_micros, 500_000_000);
        // ISO gives the forint two decimals and the dinar three; Meta counts otherwise.
        let forint = from_minor("500", currency("HUF")).unwrap();
        assert_eq!(forint.amount_micros, 500_000_000);
        let dinar = from_minor("500", currency("BHD")).unwrap();
        assert_eq!(dinar.amount_micros, 5_000_000);
    }

    #[test]
    fn amounts_that_cannot_be_exact_are_refused() {
        let eur = currency("EUR");
        assert!(from_minor("1.5", eur).is_err());
        assert!(from_minor("-3", eur).is_err());
        assert!(from_minor("18446744073709551615", eur).is_err());
    }

    #[test]
    fn a_budget_is_written_in_whole_minor_units() {
        let eur = currency("EUR");
        assert_eq!(to_minor(Money::from_micros(50_000_000, eur)), Some(5_000));
        assert_eq!(to_minor(Money::from_micros(50_000_001, eur)), None);
        assert_eq!(to_minor(Money::from_micros(-10_000, eur)), None);
    }

    proptest! {
        #[test]
        fn any_text_gives_an_amount_or_an_error(text in "\\PC{0,40}") {
            let eur = currency("EUR");
            let _amount = from_minor(&text, eur);
        }
    }
}
