//! Amounts that are added up by their currency: two currencies are never one number.

use std::collections::BTreeMap;

use homeostat_model::{Currency, Money};

use crate::words;

/// Half a cent: less than that would read as nothing.
const SEEN_MICROS: u64 = 5_000;
/// A cent.
const CENT_MICROS: i64 = 10_000;

/// One sum for each currency, in the order of their codes.
pub(super) fn by_currency(amounts: impl IntoIterator<Item = Money>) -> Vec<Money> {
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    for amount in amounts {
        let sum = sums.entry(amount.currency).or_default();
        *sum = sum.saturating_add(amount.amount_micros);
    }
    let sums = sums.into_iter();
    sums.map(|(currency, micros)| Money::from_micros(micros, currency))
        .collect()
}

/// `€1.20 and $3.00`; nothing: `none`.
pub(super) fn told(sums: &[Money], none: &str) -> String {
    let all: Vec<String> = sums.iter().map(|sum| price(*sum)).collect();
    match all.as_slice() {
        [] => none.to_owned(),
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        all => all.concat(),
    }
}

/// An amount; one below a cent is no nothing.
pub(super) fn price(amount: Money) -> String {
    let is_tiny = (1..SEEN_MICROS).contains(&amount.amount_micros.unsigned_abs());
    match is_tiny && amount.amount_micros > 0 {
        true => {
            let cent = Money::from_micros(CENT_MICROS, amount.currency);
            format!("under {}", words::money(cent))
        }
        false => words::money(amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount_micros: i64, code: &str) -> Money {
        Money::from_micros(amount_micros, code.parse().unwrap())
    }

    #[test]
    fn two_currencies_are_never_one_number() {
        let sums = by_currency([
            money(3_000_000, "USD"),
            money(1_000_000, "EUR"),
            money(200_000, "EUR"),
        ]);
        assert_eq!(sums, [money(1_200_000, "EUR"), money(3_000_000, "USD")]);
        assert_eq!(told(&sums, "nothing"), "€1.20 and $3.00");
        assert_eq!(told(&[], "nothing"), "nothing");
    }

    #[test]
    fn a_tiny_price_is_not_told_as_nothing() {
        assert_eq!(price(money(2_300, "USD")), "under $0.01");
        assert_eq!(price(money(0, "USD")), "$0.00");
        assert_eq!(price(money(5_000, "USD")), "$0.01");
    }
}
