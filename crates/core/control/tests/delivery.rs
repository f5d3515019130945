//! Promises of the shipment's belief: late words, words in the wrong order, words that nobody knows.

use homeostat_control::delivery::{
    Belief, Claim, Inputs, Loss, Params, Reading, State, Support, estimate,
};
use homeostat_model::WorldTime;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn day(day: i64) -> WorldTime {
    WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_hours(24 * day))
}

fn said(at: i64, status: &str) -> Reading {
    let (main, sub) = match status.split_once('_') {
        Some((main, _)) => (main, Some(status.to_owned())),
        None => (status, None),
    };
    Reading {
        at: day(at),
        status: main.into(),
        sub_status: sub,
    }
}

/// Sent on day 0, promised for day 7.
fn at(now: i64, readings: &[(i64, &str)]) -> Inputs {
    Inputs {
        params: Params::default(),
        now: day(now),
        shipped_at: Some(day(0)),
        promised_by: Some(day(7)),
        readings: readings.iter().map(|(at, word)| said(*at, word)).collect(),
    }
}

fn believe(now: i64, readings: &[(i64, &str)]) -> Belief {
    estimate(&at(now, readings))
}

#[test]
fn a_parcel_on_its_way_is_early_then_late_then_lost() {
    let moving = [(1, "InTransit_Departure")];
    assert_eq!(believe(5, &moving).claim, Claim::TooEarly);
    assert_eq!(believe(7, &moving).claim, Claim::TooEarly);
    let late = believe(9, &moving);
    assert_eq!((late.claim, late.delay_days), (Claim::Late, Some(2)));
    assert_eq!(believe(16, &moving).loss, Loss::None);
    let lost = believe(17, &moving);
    assert_eq!(lost.loss, Loss::Suspected);
    let why = Support::NoSign;
    assert_eq!(lost.claim, Claim::Supported { why });
    let heard = believe(17, &[(1, "InTransit"), (14, "InTransit_Arrival")]);
    assert_eq!(heard.claim, Claim::Late);
    assert_eq!(heard.silent_days, Some(3));
}

#[test]
fn a_delivered_parcel_contradicts_and_one_that_comes_back_supports() {
    let delivered = [(1, "InTransit"), (6, "Delivered_Other")];
    let belief = believe(30, &delivered);
    assert_eq!(
        (belief.claim, belief.delay_days),
        (Claim::Contradicted, Some(-1))
    );
    assert_eq!(belief.since, Some(day(6)));
    let back = believe(
        30,
        &[delivered[0], delivered[1], (8, "Exception_Returning")],
    );
    assert!(back.went_back && back.was_delivered);
    let why = Support::CameBack;
    assert_eq!(back.claim, Claim::Supported { why });
    let odd = believe(30, &[delivered[0], delivered[1], (8, "InTransit_Other")]);
    assert!(odd.went_back);
    assert_eq!((odd.claim, odd.state), (Claim::Unclear, State::Moving));
}

#[test]
fn expired_is_not_final() {
    let expired = [(1, "InTransit"), (31, "Expired_Other")];
    assert_eq!(believe(32, &expired).loss, Loss::Suspected);
    let revived = believe(40, &[expired[0], expired[1], (39, "Delivered")]);
    assert_eq!(revived.claim, Claim::Contradicted);
    assert_eq!(revived.loss, Loss::None);
}

#[test]
fn an_unknown_word_stays_unknown() {
    let belief = believe(40, &[(1, "InTransit_Teleported"), (2, "Drone")]);
    let raw = "Drone".to_owned();
    assert_eq!(
        (&belief.state, belief.claim),
        (&State::Unknown { raw }, Claim::Unclear)
    );
    assert_eq!(
        (belief.loss, belief.unknown),
        (
            Loss::None,
            vec!["Drone".to_owned(), "InTransit_Teleported".to_owned()]
        )
    );
    let lost = believe(2, &[(1, "Exception_Lost")]);
    assert_eq!(lost.loss, Loss::Declared);
    let word = "\u{0}\u{1f4a5}".repeat(100_000);
    let mut hostile = at(3, &[]);
    hostile.readings = vec![said(1, &word), said(2, &word)];
    assert!(serde_json::to_string(&estimate(&hostile)).unwrap().len() < 3_000);
}

#[test]
fn without_a_date_to_measure_by_nothing_is_late() {
    let mut bare = at(400, &[(1, "InTransit")]);
    (bare.shipped_at, bare.promised_by) = (None, None);
    let belief = estimate(&bare);
    assert_eq!((belief.delay_days, belief.claim), (None, Claim::Unclear));
    let mut unsent = at(400, &[]);
    unsent.shipped_at = None;
    let why = Support::NeverSent;
    assert_eq!(estimate(&unsent).claim, Claim::Supported { why });
    unsent.now = day(8);
    assert_eq!(estimate(&unsent).claim, Claim::Late);
    let mut usual = at(15, &[(1, "InTransit")]);
    usual.promised_by = None;
    assert_eq!(estimate(&usual).delay_days, Some(1));
}

#[test]
fn a_clock_that_is_ahead_does_not_hide_a_delivery() {
    let belief = believe(5, &[(1, "InTransit"), (900, "Delivered")]);
    assert_eq!(
        (belief.claim, belief.since),
        (Claim::Contradicted, Some(day(5)))
    );
    assert_eq!(belief.silent_days, Some(0));
}

fn readings() -> impl Strategy<Value = Vec<(i64, &'static str)>> {
    let words = [
        "NotFound",
        "InfoReceived",
        "InTransit",
        "Expired_Other",
        "AvailableForPickup",
        "OutForDelivery",
        "DeliveryFailure_NoBody",
        "Delivered",
        "Exception_Lost",
        "Exception_Returned",
        "Exception_Delayed",
        "Odd",
    ];
    prop::collection::vec((-5_i64..60, prop::sample::select(words.to_vec())), 0..12)
}

proptest! {
    #[test]
    fn the_order_of_arrival_and_repeats_do_not_matter(
        (sorted, shuffled) in readings().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        now in 0_i64..70,
    ) {
        let twice = [shuffled.clone(), shuffled].concat();
        prop_assert_eq!(believe(now, &sorted), believe(now, &twice));
    }

    #[test]
    fn a_parcel_that_was_delivered_is_never_called_lost_for_want_of_news(all in readings(), now in 0_i64..200) {
        let belief = believe(now, &all);
        if belief.was_delivered {
            prop_assert_ne!(belief.claim, Claim::Supported { why: Support::NoSign });
            prop_assert_ne!(belief.claim, Claim::Supported { why: Support::NeverSent });
        }
        let bytes = serde_json::to_string(&belief).unwrap();
        prop_assert_eq!(serde_json::from_str::<Belief>(&bytes).unwrap(), belief);
    }
}
