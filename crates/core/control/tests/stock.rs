//! Promises of the stock policy: one act at a time, tied to what was seen, and never on old counts.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use homeostat_control::{
    because, record, redecide,
    stock::{Inputs, Proposal, Shelf, Stock},
};
use homeostat_model::WorldTime;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn at(second: i64) -> WorldTime {
    WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_secs(second))
}

fn item(seen: i64, counted: Option<i64>, shelf: Shelf) -> Inputs {
    Inputs {
        item: "i-1".into(),
        product: Some("p-1".into()),
        seen,
        shelf,
        counted,
        counted_at: at(0),
        now: at(60),
        freshness_s: 3_600,
        largest_step: 50,
    }
}

fn decide(inputs: &Inputs) -> Proposal {
    record::<Stock>(inputs, 0).unwrap().proposal
}

fn set(quantity: i64, compare: i64) -> Proposal {
    Proposal::SetQuantity {
        item: "i-1".into(),
        quantity,
        compare,
    }
}

#[test]
fn the_count_is_written_over_what_was_seen() {
    assert_eq!(decide(&item(12, Some(9), Shelf::Active)), set(9, 12));
    assert_eq!(decide(&item(-3, Some(-1), Shelf::Active)), set(0, -3));
    assert_eq!(decide(&item(9, Some(9), Shelf::Active)), Proposal::Keep);
    assert_eq!(
        decide(&item(99, Some(9), Shelf::Active)),
        Proposal::Human { apart: 90 }
    );
}

#[test]
fn what_is_not_there_is_taken_off_sale_and_comes_back() {
    let product = || "p-1".to_owned();
    assert_eq!(
        decide(&item(0, Some(0), Shelf::Active)),
        Proposal::MarkDraft { product: product() }
    );
    assert_eq!(
        decide(&item(5, Some(5), Shelf::DraftByUs)),
        Proposal::MarkActive { product: product() }
    );
    assert_eq!(decide(&item(5, Some(5), Shelf::Other)), Proposal::Keep);
    assert_eq!(decide(&item(0, Some(0), Shelf::DraftByUs)), Proposal::Keep);
    let mut shared = item(0, Some(0), Shelf::Active);
    shared.product = None;
    assert_eq!(decide(&shared), Proposal::Keep);
}

#[test]
fn an_old_count_or_none_changes_nothing() {
    assert_eq!(decide(&item(12, None, Shelf::Active)), Proposal::Keep);
    for now in [3_601, -3_601] {
        let mut old = item(12, Some(9), Shelf::Active);
        old.now = at(now);
        assert_eq!(decide(&old), Proposal::Keep);
    }
    let mut nameless = item(12, Some(9), Shelf::Active);
    nameless.item = String::new();
    assert!(record::<Stock>(&nameless, 0).is_err());
}

#[test]
fn the_words_tell_shop_and_count() {
    let told = |inputs: &Inputs| {
        let decided = record::<Stock>(inputs, 0).unwrap();
        let (belief, proposal) = (&decided.belief_json, &decided.proposal_json);
        because("stock", &decided.inputs_json, belief, proposal).unwrap()
    };
    assert_eq!(
        told(&item(12, Some(9), Shelf::Active)),
        "the shop says 12, 9 are there"
    );
    assert_eq!(
        told(&item(12, None, Shelf::Active)),
        "no count, or an old one"
    );
}

proptest! {
    #[test]
    fn a_correction_settles_and_decides_again(seen in any::<i64>(), counted in any::<i64>()) {
        let inputs = item(seen, Some(counted), Shelf::Other);
        let first = record::<Stock>(&inputs, 1).unwrap();
        let again = redecide("stock", "stock-v1", &first.inputs_json, 1).unwrap();
        prop_assert_eq!(again.proposal_json, first.proposal_json);
        if let Proposal::SetQuantity { quantity, compare, .. } = first.proposal {
            prop_assert!(quantity >= 0 && compare == seen && quantity.abs_diff(seen) <= 50);
            prop_assert_eq!(decide(&item(quantity, Some(counted), Shelf::Other)), Proposal::Keep);
        }
    }
}
