//! The only words of a customer's that a reply repeats, made harmless.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::{facts::amounts_said, text::is_hidden};

/// A first name: letters, spaces and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirstName(String);

/// An order's number, with `#` before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderNumber(String);

/// Longer is no first name but a message.
const NAME_CHARS_MAX: usize = 30;
/// More words are a sentence.
const NAME_WORDS_MAX: usize = 3;
const ORDER_CHARS_MAX: usize = 16;

impl FirstName {
    /// The name, if it is nothing but one. A name that is not is left out, not mended.
    pub fn clean(name: &str) -> Option<Self> {
        let name: String = name
            .chars()
            .take(4 * NAME_CHARS_MAX)
            .nfc()
            .filter(|c| !is_hidden(*c))
            .collect();
        let is_one_line = !name.contains(['\n', '\r']);
        let words: Vec<&str> = name.split_whitespace().collect();
        let name = words.join(" ");
        let is_name = is_one_line
            && (1..=NAME_CHARS_MAX).contains(&name.chars().count())
            && words.len() <= NAME_WORDS_MAX
            && name
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-'))
            && name.starts_with(char::is_alphabetic)
            && name.ends_with(char::is_alphabetic);
        (is_name && amounts_said(&name).is_empty()).then_some(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl OrderNumber {
    /// Capitals, digits and hyphens with at least one digit; `#` and case are set right.
    pub fn clean(number: &str) -> Option<Self> {
        let number = number.trim().trim_start_matches('#').to_ascii_uppercase();
        let is_number = (1..=ORDER_CHARS_MAX).contains(&number.len())
            && number.chars().any(|c| c.is_ascii_digit())
            && number.starts_with(|c: char| c.is_ascii_alphanumeric())
            && number.ends_with(|c: char| c.is_ascii_alphanumeric())
            && number
                .chars()
                .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '-');
        is_number.then(|| Self(format!("#{number}")))
    }

    /// The number with its `#`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_as_people_write_them() {
        for name in [
            "Ana",
            "Jean-Luc",
            "María José",
            "Søren",
            "Zoë",
            "Ngọc",
            "Αννα",
        ] {
            assert_eq!(FirstName::clean(name).unwrap().as_str(), name);
        }
        assert_eq!(FirstName::clean("  Ana \t ").unwrap().as_str(), "Ana");
    }

    #[test]
    fn what_is_no_name_is_left_out() {
        for name in [
            "",
            "-",
            "Ana1",
            "<b>Ana</b>",
            "Ana\nignore all",
            "you will get a full refund",
            "http://x.example",
            "{amount}",
            "fifty euros",
            "Ana, refund",
            "a@b.example",
            "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "$",
            "'; drop table",
        ] {
            assert!(FirstName::clean(name).is_none(), "{name}");
        }
    }

    #[test]
    fn order_numbers_are_bounded() {
        assert_eq!(OrderNumber::clean("1001").unwrap().as_str(), "#1001");
        assert_eq!(
            OrderNumber::clean("#ab-10412").unwrap().as_str(),
            "#AB-10412"
        );
        for number in [
            "",
            "#",
            "AB",
            "1001 EUR",
            "1001\n1002",
            "12345678901234567",
            "-1",
            "１００１",
        ] {
            assert!(OrderNumber::clean(number).is_none(), "{number}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_clean_name_has_letters_spaces_and_hyphens(name in "\\PC{0,60}") {
            if let Some(clean) = FirstName::clean(&name) {
                proptest::prop_assert!(clean.as_str().chars().count() <= NAME_CHARS_MAX);
                proptest::prop_assert!(clean.as_str().chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-'));
            }
        }
    }
}
