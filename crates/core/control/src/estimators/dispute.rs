//! A customer's disputes with the bank: how many, how often, and whether this order is one of them.
//!
//! Numbers only. Whether they stop a refund is the interlock's to say. A state that is not known counts as
//! open, because an open dispute is what must not be refunded on top.

use std::collections::BTreeMap;

use homeostat_model::WorldTime;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::raw_word;

/// Everything the estimator may look at. Order and repeats do not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// World time of the check.
    pub now: WorldTime,
    /// How far back the rate looks, seconds of world time; 180 days by custom.
    pub window_s: u32,
    /// Orders of the customer within the window.
    pub orders_in_window: u32,
    /// The order in question: its id at the store.
    pub order: Option<String>,
    /// Every dispute of the customer that is known.
    pub disputes: Vec<Dispute>,
}

/// One reading of one dispute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dispute {
    /// The vendor's id. Several readings of one dispute are one dispute, as the newest says.
    pub id: String,
    /// World time of the reading.
    pub read_at: WorldTime,
    /// Where it stands.
    pub state: State,
    /// When it was opened.
    pub opened_at: WorldTime,
    /// The order it is about, if known.
    pub order: Option<String>,
}

/// Where a dispute stands, seen from the store. Later ones win between readings of one moment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum State {
    /// The store kept the money.
    Won,
    /// Stopped before it became one.
    Prevented,
    /// The bank took the money back, or the store gave in.
    Lost,
    /// A word that this build does not know.
    Unknown {
        /// The vendor's word, cut short.
        raw: String,
    },
    /// Not decided.
    Open,
}

/// What the disputes say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// Not decided, those in an unknown state included.
    pub open: u32,
    /// Lost by the store.
    pub lost: u32,
    /// Won by the store.
    pub won: u32,
    /// Stopped before they became one.
    pub prevented: u32,
    /// Opened within the window, whatever came of them.
    pub recent: u32,
    /// Those over the orders within the window, in millionths; a million at most.
    pub rate_ppm: u32,
    /// The order in question has one, whatever came of it.
    pub is_order_disputed: bool,
    /// The words that were not known, for whoever extends the list.
    pub unknown: Vec<String>,
}

impl State {
    /// Shopify's `ShopifyPaymentsDispute.status`, in whatever case it is written.
    pub fn from_raw(raw: &str) -> Self {
        match raw.trim().to_ascii_uppercase().as_str() {
            "NEEDS_RESPONSE" | "UNDER_REVIEW" => Self::Open,
            "ACCEPTED" | "LOST" | "CHARGE_REFUNDED" => Self::Lost,
            "WON" => Self::Won,
            "PREVENTED" => Self::Prevented,
            _ => Self::Unknown { raw: raw_word(raw) },
        }
    }
}

impl Belief {
    /// Every dispute that is known.
    pub fn total(&self) -> u32 {
        let parts = [self.open, self.lost, self.won, self.prevented];
        parts.into_iter().fold(0, u32::saturating_add)
    }
}

/// Forms the belief. Nothing in the inputs is beyond counting.
pub fn estimate(inputs: &Inputs) -> Belief {
    let mut latest: BTreeMap<&str, &Dispute> = BTreeMap::new();
    for dispute in &inputs.disputes {
        let known = latest.entry(&dispute.id).or_insert(dispute);
        *known = dispute.max(*known);
    }
    let mut belief = Belief {
        open: 0,
        lost: 0,
        won: 0,
        prevented: 0,
        recent: 0,
        rate_ppm: 0,
        is_order_disputed: false,
        unknown: Vec::new(),
    };
    let since = inputs
        .now
        .plus(-SignedDuration::from_secs(inputs.window_s.into()));
    for dispute in latest.values() {
        match &dispute.state {
            State::Open => belief.open += 1,
            State::Lost => belief.lost += 1,
            State::Won => belief.won += 1,
            State::Prevented => belief.prevented += 1,
            State::Unknown { raw } => {
                belief.open += 1;
                belief.unknown.push(raw.clone());
            }
        }
        // One that is dated in the future is recent: a clock is wrong, not the dispute.
        belief.recent += u32::from(dispute.opened_at >= since);
        belief.is_order_disputed |= dispute.order.is_some() && dispute.order == inputs.order;
    }
    belief.unknown.sort_unstable();
    belief.unknown.dedup();
    let orders = u64::from(inputs.orders_in_window.max(belief.recent).max(1));
    let rate_ppm = u64::from(belief.recent) * 1_000_000 / orders;
    belief.rate_ppm = u32::try_from(rate_ppm).unwrap_or(1_000_000);
    belief
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn day(day: i64) -> WorldTime {
        WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_hours(24 * day))
    }

    fn dispute(id: u8, raw: &str, opened: i64, read: i64) -> Dispute {
        Dispute {
            id: id.to_string(),
            read_at: day(read),
            state: State::from_raw(raw),
            opened_at: day(opened),
            order: Some(format!("o{id}")),
        }
    }

    fn inputs(disputes: Vec<Dispute>) -> Inputs {
        Inputs {
            now: day(400),
            window_s: 180 * 86_400,
            orders_in_window: 8,
            order: Some("o1".into()),
            disputes,
        }
    }

    #[test]
    fn the_newest_reading_of_each_dispute_counts_once() {
        let belief = estimate(&inputs(vec![
            dispute(1, "needs_response", 390, 391),
            dispute(1, "LOST", 390, 399),
            dispute(1, "UNDER_REVIEW", 390, 395),
            dispute(2, "WON", 100, 200),
            dispute(3, "ARBITRATION_2", 399, 399),
        ]));
        assert_eq!((belief.open, belief.lost, belief.won), (1, 1, 1));
        assert_eq!(
            (belief.recent, belief.rate_ppm, belief.total()),
            (2, 250_000, 3)
        );
        assert!(belief.is_order_disputed);
        assert_eq!(belief.unknown, ["ARBITRATION_2"]);
    }

    #[test]
    fn a_rate_without_orders_is_whole_or_nothing() {
        let mut one = inputs(vec![dispute(9, "OPEN?", 500, 500)]);
        one.orders_in_window = 0;
        let belief = estimate(&one);
        assert_eq!(
            (belief.rate_ppm, belief.is_order_disputed),
            (1_000_000, false)
        );
        one.disputes.clear();
        assert_eq!(estimate(&one).rate_ppm, 0);
        one.order = None;
        one.disputes = vec![Dispute {
            order: None,
            ..dispute(1, "LOST", 1, 1)
        }];
        assert!(!estimate(&one).is_order_disputed);
    }

    #[test]
    fn a_hostile_word_is_kept_short() {
        let State::Unknown { raw } = State::from_raw(&"\u{1f600}\n".repeat(5_000)) else {
            panic!("an unknown word");
        };
        assert!(raw.len() <= 256 && !raw.contains('\n'));
    }

    proptest! {
        #[test]
        fn order_and_repeats_of_readings_do_not_matter(
            (sorted, shuffled) in prop::collection::vec((0_u8..5, 0_usize..5, 0_i64..420, 0_i64..420), 0..20)
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ) {
            let words = ["LOST", "WON", "NEEDS_RESPONSE", "PREVENTED", "?"];
            let belief = |all: Vec<(u8, usize, i64, i64)>, twice: bool| {
                let list = all.into_iter().map(|(id, word, opened, read)| dispute(id, words[word], opened, read));
                let list: Vec<_> = list.collect();
                let again = if twice { list.clone() } else { Vec::new() };
                estimate(&inputs([list, again].concat()))
            };
            prop_assert_eq!(belief(sorted, false), belief(shuffled, true));
        }
    }
}
