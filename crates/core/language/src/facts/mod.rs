//! What a message states: order and tracking numbers, amounts, dates, whether it shows evidence.
//!
//! A fact is what somebody wrote, never what is true. Complexity: linear in the bounded text.

mod amounts;
mod currencies;
mod dates;
mod number_words;
mod numbers;
mod references;

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    pattern::{Book, Row, Steps},
    text::Token,
};

pub(crate) use amounts::decimal_mark;
pub use amounts::{AmountSaid, amounts_in, amounts_said};
pub(crate) use currencies::is_known as is_known_currency;
pub use dates::DateSaid;
pub use references::OrderSaid;

/// The facts of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Order numbers, first those that are called so.
    pub orders: Vec<OrderSaid>,
    /// Tracking numbers, in capitals and without spaces.
    pub trackings: Vec<String>,
    /// Amounts in the order of the text.
    pub amounts: Vec<AmountSaid>,
    /// Dates in the order of the text.
    pub dates: Vec<DateSaid>,
    /// Whether a photo or an attachment is spoken of.
    pub names_evidence: bool,
    /// The same for texts that differ in case, accents, spaces and marks only.
    pub text_hash: TextHash,
}

/// SHA-256 of the folded words: the same text counts once, however often it is sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextHash([u8; 32]);

impl TextHash {
    fn of(tokens: &[Token]) -> Self {
        let mut hash = Sha256::new();
        for token in tokens {
            hash.update(token.text.as_bytes());
            hash.update(b" ");
        }
        Self(hash.finalize().into())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for TextHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TextHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const EVIDENCE: &[Row<()>] = &[((), 1, EVIDENCE_WORDS)];
const EVIDENCE_WORDS: &str = "photo*, foto*, picture*, pics!, pic!, screenshot*, attach*, see attached, video, image*, \
    bild!, bilder, anhang*, anbei, angehängt*, beigefügt*, im anhang, \
    ci joint*, piece* jointe*, capture, en pj, pj!, image*, \
    adjunt*, imagen*, captura*, \
    allegat*, allego, in allegato, immagin*, \
    bijlage*, bijgevoegd*, afbeelding*, fotootje*, \
    vedhæft*, billed*, vedlagt*, skærmbillede*";

/// Reads facts; made once.
#[derive(Debug)]
pub(crate) struct FactReader {
    evidence: Book<()>,
    references: references::References,
}

impl FactReader {
    pub(crate) fn new() -> Self {
        Self {
            evidence: Book::new(EVIDENCE),
            references: references::References::new(),
        }
    }

    /// `plain` is the whole text, `own` what the customer wrote now, `tokens` the words of that.
    pub(crate) fn read(
        &self,
        plain: &str,
        own: &str,
        tokens: &[Token],
        steps: &mut Steps,
    ) -> Facts {
        let dates = dates::dates_in(own);
        let (mut orders, trackings) = self.references.find(own);
        if !orders.iter().any(|order| order.is_named) {
            // Often only the shop's quoted mail has the number.
            let (quoted, _) = self.references.find(plain);
            orders.extend(quoted.into_iter().filter(|order| order.is_named));
            orders.sort_by_key(|order| !order.is_named);
        }
        Facts {
            orders,
            trackings,
            amounts: amounts_said(own),
            dates,
            names_evidence: !self.evidence.hits(tokens, steps).is_empty(),
            text_hash: TextHash::of(tokens),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{plain, tokens};

    fn facts(text: &str) -> Facts {
        let plain = plain(text);
        let own = crate::strip::own_words(&plain);
        FactReader::new().read(&plain, &own, &tokens(&own), &mut 0)
    }

    #[test]
    fn the_same_text_has_the_same_hash() {
        let hash = |text| facts(text).text_hash;
        assert_eq!(hash("Where is my ORDER?!  "), hash("where is my order"));
        assert_eq!(hash("Où est-il ?"), hash("ou est il"));
        assert_ne!(hash("order 1001"), hash("order 1002"));
        assert_eq!(hash("a").to_string().len(), 64);
    }

    #[test]
    fn evidence_is_heard_in_every_language() {
        for text in [
            "see the photo attached",
            "Bilder im Anhang",
            "voir pièces jointes",
            "adjunto foto",
            "in allegato",
            "zie bijlage",
            "se vedhæftede billeder",
        ] {
            assert!(facts(text).names_evidence, "{text}");
        }
        assert!(!facts("it is broken").names_evidence);
    }

    #[test]
    fn an_order_number_of_the_quote_counts_when_the_text_has_none() {
        let quoted = "It is broken.\n\nOn 3 Mar 2026 Shop wrote:\n> Your order #1001 was sent.";
        let numbers: Vec<_> = facts(quoted).orders.into_iter().map(|o| o.number).collect();
        assert_eq!(numbers, ["1001"]);
        let own =
            "Order #2002 is broken.\n\nOn 3 Mar 2026 Shop wrote:\n> Your order #1001 was sent.";
        let numbers: Vec<_> = facts(own).orders.into_iter().map(|o| o.number).collect();
        assert_eq!(numbers, ["2002"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,400}") {
            let facts = facts(&text);
            proptest::prop_assert!(facts.amounts.len() <= text.chars().count());
        }
    }
}
