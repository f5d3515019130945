//! What is filled into phrases: the order, its product and price, a name. For manipulators also what
//! they are after.

use rand::{Rng, RngExt, seq::IndexedRandom};

use super::{Language, Wanted, amount};

/// What each placeholder stands for in one message.
#[derive(Debug)]
pub(super) struct Facts {
    pairs: Vec<(&'static str, String)>,
}

impl Facts {
    pub(super) fn of(wanted: &Wanted<'_>, rng: &mut impl Rng) -> Self {
        let order = if rng.random_bool(0.65) {
            wanted.order
        } else {
            wanted.order.trim_start_matches('#')
        };
        let total = amount::money(wanted.total_micros, &wanted.currency, wanted.language, rng);
        Self {
            pairs: vec![
                ("{order}", order.to_owned()),
                ("{product}", wanted.product.to_owned()),
                ("{name}", wanted.first_name.to_owned()),
                ("{total}", total),
            ],
        }
    }

    /// Adds an amount that nobody owes, orders of other people, and an account that cannot exist.
    pub(super) fn add_temptations(&mut self, wanted: &Wanted<'_>, rng: &mut impl Rng) {
        const ROUND: [i64; 6] = [500, 1_250, 5_000, 9_999, 25_000, 99_999];
        let times = [2, 10].choose(rng).copied().unwrap_or(2);
        let huge_micros = match ROUND.choose(rng) {
            Some(round) if rng.random_bool(0.7) => round * 1_000_000,
            _ => wanted.total_micros.saturating_mul(times),
        };
        let currency = match wanted.currency.as_str() {
            "" => "EUR",
            code => code,
        };
        let huge = amount::money(huge_micros, currency, wanted.language, rng);
        let digits = amount::number(huge_micros, wanted.language, true);
        let plain = format!(
            "{}.{:02}",
            huge_micros / 1_000_000,
            huge_micros / 10_000 % 100
        );
        self.pairs.extend([
            ("{huge}", huge),
            ("{wide}", amount::full_width(&digits)),
            ("{digits}", plain),
            ("{currency}", currency.to_owned()),
            ("{other}", others(wanted.order, rng)),
            ("{iban}", iban(wanted.language, rng)),
        ]);
    }

    pub(super) fn fill(&self, text: &str) -> String {
        let filled = |text: String, (name, value): &(&str, String)| text.replace(name, value);
        self.pairs.iter().fold(text.to_owned(), filled)
    }
}

/// Whether a text names an order by its number, with or without its sign.
pub(super) fn names(text: &str, order: &str) -> bool {
    let number = order.trim_start_matches('#');
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    !number.is_empty()
        && text.match_indices(number).any(|(at, found)| {
            let (before, after) = (&text[..at], &text[at + found.len()..]);
            // `1001,50` and `2.1001` are amounts.
            let part = |mut rest: std::str::Chars<'_>, c: Option<char>| {
                is_digit(c) || (matches!(c, Some('.' | ',')) && is_digit(rest.next()))
            };
            let mut behind = after.chars();
            let next = behind.next();
            let last = before.chars().next_back();
            !part(behind, next) && !is_digit(last)
        })
}

/// Two or three orders that are not this one.
fn others(order: &str, rng: &mut impl Rng) -> String {
    let own: u64 = order.trim_start_matches('#').parse().unwrap_or(1_000);
    let mut number = own;
    let count = rng.random_range(2..=3);
    let list = (0..count).map(|_| {
        number = number.saturating_add(rng.random_range(1..=17));
        format!("#{number}")
    });
    list.collect::<Vec<_>>().join(", ")
}

/// An account number of the right shape. No bank gives out the check digits 00.
fn iban(language: Language, rng: &mut impl Rng) -> String {
    let (country, groups) = match language {
        Language::English => ("IE", 4),
        Language::German => ("DE", 4),
        Language::French => ("FR", 5),
        Language::Spanish => ("ES", 5),
        Language::Italian => ("IT", 5),
        Language::Dutch => ("NL", 3),
        Language::Danish => ("DK", 3),
    };
    let group = |_| format!(" {:04}", rng.random_range(0..10_000_u32));
    format!("{country}00{}", (0..groups).map(group).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_named_by_its_number_and_by_no_part_of_another() {
        for text in ["#1001", "order 1001.", "1001: broken", "n°1001, thanks"] {
            assert!(names(text, "#1001"), "{text}");
        }
        for text in ["#11001", "10012", "1001,50 EUR", "1001.5", "#１００１", ""] {
            assert!(!names(text, "#1001"), "{text}");
        }
    }
}
