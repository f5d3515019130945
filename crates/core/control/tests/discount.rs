//! Promises of the win-back code: for served complaints of trusted customers, once, with a code of its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use homeostat_control::{
    because,
    customer::Tier,
    discount::{Belief, Discount, Inputs, Proposal},
    record, redecide,
};
use homeostat_model::WorldTime;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn day(day: i64) -> WorldTime {
    WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_hours(24 * day))
}

fn served() -> Inputs {
    Inputs {
        conversation: "c-1".into(),
        now: day(100),
        is_served: true,
        tier: Tier::Low,
        last_code_at: None,
        percent: 15,
        valid_days: 30,
        rest_days: 90,
    }
}

fn code(seed: u64) -> Option<String> {
    match record::<Discount>(&served(), seed).unwrap().proposal {
        Proposal::Offer { code, .. } => Some(code),
        Proposal::Nothing => None,
    }
}

type Change = fn(&mut Inputs);

#[test]
fn a_served_complaint_of_a_trusted_customer_earns_one_code() {
    let Proposal::Offer {
        percent,
        usage_limit,
        ends_at,
        ..
    } = record::<Discount>(&served(), 5).unwrap().proposal
    else {
        panic!("a code is due");
    };
    assert_eq!((percent, usage_limit, ends_at), (15, 1, day(130)));
    let cases: [(Change, Belief); 5] = [
        (|i| i.is_served = false, Belief::NotServed),
        (|i| i.tier = Tier::Mid, Belief::NotTrusted),
        (|i| i.tier = Tier::High, Belief::NotTrusted),
        (|i| i.last_code_at = Some(day(11)), Belief::Resting),
        (|i| i.last_code_at = Some(day(10)), Belief::Due),
    ];
    for (change, belief) in cases {
        let mut inputs = served();
        change(&mut inputs);
        let decided = record::<Discount>(&inputs, 5).unwrap();
        assert_eq!(decided.belief, belief);
        assert!(because("discount", "{}", &decided.belief_json, "{}").is_some());
        assert_eq!(decided.proposal == Proposal::Nothing, belief != Belief::Due);
    }
    for percent in [0, 51] {
        let too_much = Inputs {
            percent,
            ..served()
        };
        assert!(record::<Discount>(&too_much, 0).is_err());
    }
}

proptest! {
    #[test]
    fn each_seed_has_a_code_of_its_own(a in any::<u64>(), b in any::<u64>()) {
        prop_assert_eq!(a == b, code(a) == code(b));
        prop_assert!(code(a) != code(a ^ 1));
        let drawn = code(a).unwrap();
        prop_assert!(drawn.len() == 13 && drawn.bytes().all(|c| c.is_ascii_alphanumeric()));
        let first = record::<Discount>(&served(), a).unwrap();
        let again = redecide("discount", "discount-v1", &first.inputs_json, a).unwrap();
        prop_assert_eq!(again.proposal_json, first.proposal_json);
    }
}
