//! Text about a person. It can be read, and does not show by accident.

use std::fmt;

/// A name, an address, or what somebody wrote. `Debug` shows none of it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Private(String);

impl Private {
    /// Marks a text as private.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for whoever really needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
    }
}

/// A vendor's text without the addresses in it: validation errors quote what was wrong.
pub(super) fn masked(text: &str) -> String {
    let is_edge = |c: char| c.is_whitespace() || "<>()[]{}\"'`,;:=|/".contains(c);
    let mut masked = String::with_capacity(text.len());
    for piece in text.split_inclusive(is_edge) {
        let word = piece.trim_end_matches(is_edge);
        let is_address = word.contains('@') || word.to_ascii_lowercase().contains("%40");
        masked.push_str(if is_address { "[address]" } else { word });
        masked.push_str(piece.get(word.len()..).unwrap_or_default());
    }
    masked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_taken_out_and_the_rest_stays() {
        for (text, expected) in [
            ("to: ana@example.com is bad", "to: [address] is bad"),
            ("\"Ana <ana@example.com>\"", "\"Ana <[address]>\""),
            ("/inboxes/a%40b.example/x", "/inboxes/[address]/x"),
            ("no address here", "no address here"),
            ("", ""),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    proptest! {
        #[test]
        fn no_address_survives(text in "\\PC{0,40}", name in "[a-z.+]{1,12}", domain in "[a-z]{1,9}\\.[a-z]{2,4}") {
            let told = masked(&format!("{text}{name}@{domain}{text}"));
            let address = format!("{name}@{domain}");
            prop_assert!(!told.contains(&address), "{}", told);
        }
    }
}
