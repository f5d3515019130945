//! How many claims a customer made, when the same one was told more than once.

use std::collections::BTreeSet;

/// One message that claims something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimSeen {
    /// The order that it is about, if known.
    pub order: Option<String>,
    /// What is claimed, such as `not_received`.
    pub topic: String,
    /// A digest of the message's text; none when there was hardly any.
    pub text_digest: Option<String>,
}

/// The claims without repeats. Two messages are one claim when order and topic are the same, or the text is;
/// so are two that a third one ties together.
pub fn distinct_claims(seen: &[ClaimSeen]) -> u32 {
    let mut groups: Vec<BTreeSet<(&str, &str)>> = Vec::new();
    for one in seen {
        let order = one
            .order
            .as_deref()
            .map(|order| (order, one.topic.as_str()));
        // No topic is empty, so a text never meets an order.
        let text = one.text_digest.as_deref().map(|digest| (digest, ""));
        let mut group: BTreeSet<_> = order.into_iter().chain(text).collect();
        groups.retain(|other| {
            let is_apart = other.is_disjoint(&group);
            if !is_apart {
                group.extend(other.iter().copied());
            }
            is_apart
        });
        groups.push(group);
    }
    u32::try_from(groups.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(order: Option<u8>, topic: &str, text: Option<u8>) -> ClaimSeen {
        ClaimSeen {
            order: order.map(|n| format!("o{n}")),
            topic: topic.into(),
            text_digest: text.map(|n| format!("t{n}")),
        }
    }

    #[test]
    fn repeats_of_a_claim_or_of_a_text_count_once() {
        let (lost, broken) = ("not_received", "damaged");
        assert_eq!(distinct_claims(&[]), 0);
        let again = [seen(Some(1), lost, Some(1)), seen(Some(1), lost, Some(2))];
        assert_eq!(distinct_claims(&again), 1);
        let copied = [seen(Some(1), lost, Some(1)), seen(Some(2), lost, Some(1))];
        assert_eq!(distinct_claims(&copied), 1);
        let two = [seen(Some(1), lost, Some(1)), seen(Some(1), broken, Some(2))];
        assert_eq!(distinct_claims(&two), 2);
        let tied = [
            two[0].clone(),
            two[1].clone(),
            seen(None, lost, Some(2)),
            seen(Some(1), lost, Some(2)),
        ];
        assert_eq!(distinct_claims(&tied), 1);
        assert_eq!(
            distinct_claims(&[seen(None, lost, None), seen(None, lost, None)]),
            2
        );
    }

    proptest! {
        #[test]
        fn order_and_repeats_of_messages_do_not_matter(
            (sorted, shuffled) in prop::collection::vec((0_u8..5, 0_u8..2, 0_u8..6), 0..16)
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ) {
            let claims = |all: Vec<(u8, u8, u8)>| -> Vec<ClaimSeen> {
                all.into_iter().map(|(order, topic, text)| seen(Some(order), ["a", "b"][usize::from(topic)], Some(text))).collect()
            };
            let twice = [claims(shuffled.clone()), claims(shuffled)].concat();
            prop_assert_eq!(distinct_claims(&claims(sorted)), distinct_claims(&twice));
        }
    }
}
