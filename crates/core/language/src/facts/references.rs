//! Order and tracking numbers.
//!
//! An order number is called so (`#1001`, "order no. 10412", "Bestellnummer 10412") or stands bare and
//! has the right length. Bare ones may be a postcode or a price; the reader of facts holds them against
//! the customer's own orders.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::text::fold;

/// A number that may be an order's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrderSaid {
    /// Capitals and digits, without `#`.
    pub number: String,
    /// Whether the text calls it an order's.
    pub is_named: bool,
}

/// Most references that are kept of each kind; a text with more is not about an order.
const REFERENCES_MAX: usize = 10;

const ORDER_WORDS: &str = "order ordernumber bestellung bestellnummer bestellnr bestelnummer bestelling auftrag auftragsnummer auftragsnr \
    commande cde pedido orden ordine numero ordernummer ordrenummer ordrenr ordernr ordre bestilling bestillingsnummer bestelnr ord";
const LINK_WORDS: &str = "no nr number num nummer n numero numéro número № is ist lautet er est es è e my id ref reference with der \
    de la il mit con avec met med ";
const TRACKING_WORDS: &str = "tracking trackingnumber trackingnummer sendungsnummer sendung sendungsverfolgung paketnummer suivi \
    seguimiento localizador tracciamento spedizione volgnummer trackcode track sporingsnummer pakkenummer trackingkode parcel colis \
    barcode tracknr dhl ups dpd gls fedex postnl bring hermes";

/// The words, folded once.
#[derive(Debug)]
pub(super) struct References {
    order: HashSet<String>,
    link: HashSet<String>,
    tracking: HashSet<String>,
}

/// What the words before a number were about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Order,
    Tracking,
    Nothing,
}

impl References {
    pub(super) fn new() -> Self {
        let folded = |words: &str| words.split_whitespace().map(fold).collect();
        Self {
            order: folded(ORDER_WORDS),
            link: folded(LINK_WORDS),
            tracking: folded(TRACKING_WORDS),
        }
    }

    /// Order numbers, named ones first, and tracking numbers of a plain text.
    pub(super) fn find(&self, plain: &str) -> (Vec<OrderSaid>, Vec<String>) {
        let mut orders: Vec<OrderSaid> = Vec::new();
        let mut trackings: Vec<String> = Vec::new();
        let mut about = About::Nothing;
        // How many words the last order or tracking word still reaches.
        let mut reach = 0_usize;
        for word in plain.split_whitespace() {
            let is_hash = word.trim_start_matches(['(', '"', '[']).starts_with('#');
            for part in word.split([':', '#', '(', ')', '"', '[', ']', ';', '?', '!']) {
                let part = part.trim_matches(|c: char| {
                    !c.is_alphanumeric() && c != '€' && c != '$' && c != '£' && c != '%'
                });
                if part.is_empty() {
                    continue;
                }
                let code = part.to_uppercase();
                if is_tracking(&code, about == About::Tracking) {
                    keep(&mut trackings, code);
                } else if is_order(&code, is_hash || about == About::Order) {
                    let is_named = is_hash || about == About::Order;
                    keep_order(&mut orders, code, is_named);
                } else {
                    (about, reach) = self.next(&fold(part), about, reach);
                    continue;
                }
                reach = 2;
            }
        }
        orders.sort_by_key(|order| !order.is_named);
        (orders, trackings)
    }

    fn next(&self, word: &str, about: About, reach: usize) -> (About, usize) {
        if self.order.contains(word) {
            return (About::Order, 3);
        }
        if self.tracking.contains(word) {
            return (About::Tracking, 4);
        }
        let left = if self.link.contains(word) {
            reach
        } else {
            reach.saturating_sub(1)
        };
        (if left == 0 { About::Nothing } else { about }, left)
    }
}

/// Digits, with a short head of letters if it is named.
fn is_order(code: &str, is_named: bool) -> bool {
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let is_plain = code.chars().all(|c| c.is_ascii_digit());
    let is_word = code
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '-');
    if is_named {
        is_word && (3..=12).contains(&digits) && code.len() <= 16
    } else {
        is_plain && (4..=8).contains(&digits) && !is_year(code)
    }
}

fn is_year(code: &str) -> bool {
    code.parse::<u32>()
        .is_ok_and(|year| (2_015..2_040).contains(&year))
}

/// The international form of the post (two letters, nine digits, two letters), those of the large
/// carriers, and any long number where tracking is spoken of.
fn is_tracking(code: &str, is_named: bool) -> bool {
    let is_ascii = code
        .chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let digits = code.chars().filter(char::is_ascii_digit).count();
    if !is_ascii || code.len() > 34 {
        return false;
    }
    let is_post = code.len() == 13
        && code
            .get(..2)
            .is_some_and(|head| head.chars().all(|c| c.is_ascii_uppercase()))
        && code
            .get(2..11)
            .is_some_and(|body| body.chars().all(|c| c.is_ascii_digit()))
        && code
            .get(11..)
            .is_some_and(|tail| tail.chars().all(|c| c.is_ascii_uppercase()));
    let is_carrier = (code.starts_with("1Z") && code.len() == 18)
        || (code.starts_with("JJD") && digits >= 10)
        || (code.starts_with("JVGL") && digits >= 10)
        || (code.starts_with("3S") && code.len() >= 12 && digits >= 6)
        || (digits == code.len() && (12..=30).contains(&digits));
    is_post || is_carrier || (is_named && code.len() >= 9 && digits >= 7)
}

fn keep(list: &mut Vec<String>, code: String) {
    if list.len() < REFERENCES_MAX && !list.contains(&code) {
        list.push(code);
    }
}

fn keep_order(orders: &mut Vec<OrderSaid>, number: String, is_named: bool) {
    if let Some(known) = orders.iter_mut().find(|order| order.number == number) {
        known.is_named |= is_named;
    } else if orders.len() < REFERENCES_MAX {
        orders.push(OrderSaid { number, is_named });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(text: &str) -> Vec<(String, bool)> {
        let (orders, _) = References::new().find(text);
        orders
            .into_iter()
            .map(|order| (order.number, order.is_named))
            .collect()
    }

    #[test]
    fn named_order_numbers_are_read() {
        for text in [
            "#1001",
            "Order #1001",
            "order no. 1001",
            "order number: 1001",
            "Bestellung Nr. 1001",
            "Bestellnummer: 1001",
            "commande n° 1001",
            "commande numéro 1001",
            "pedido 1001",
            "pedido número 1001",
            "ordine 1001",
            "ordine n. 1001",
            "bestelling 1001",
            "ordrenummer 1001",
            "ordre 1001",
            "(order #1001)",
            "my order is 1001",
        ] {
            assert_eq!(orders(text), [("1001".to_owned(), true)], "{text}");
        }
        assert_eq!(
            orders("order no. AB-10412"),
            [("AB-10412".to_owned(), true)]
        );
    }

    #[test]
    fn a_bare_number_may_be_an_order() {
        assert_eq!(orders("hi, 1001 is late"), [("1001".to_owned(), false)]);
        assert_eq!(orders("in 2026 I paid 49,90 €, 3 times"), []);
        assert_eq!(
            orders("1001 and order 1002"),
            [("1002".to_owned(), true), ("1001".to_owned(), false)]
        );
    }

    #[test]
    fn tracking_numbers_are_read() {
        let trackings = |text| References::new().find(text).1;
        assert_eq!(trackings("RR123456785DK please"), ["RR123456785DK"]);
        assert_eq!(trackings("1z999aa10123456784"), ["1Z999AA10123456784"]);
        assert_eq!(
            trackings("Sendungsnummer 00340434161094015902"),
            ["00340434161094015902"]
        );
        assert_eq!(trackings("tracking number: 123456789"), ["123456789"]);
        assert!(trackings("order 123456789").is_empty());
    }

    #[test]
    fn a_list_of_numbers_is_bounded() {
        let text: String = (1_000..9_000).map(|n| format!("#{n} ")).collect();
        assert_eq!(orders(&text).len(), REFERENCES_MAX);
    }
}
