//! Promises of the payout policy: a supplier gets its share, once, and never less than nothing.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use homeostat_control::{
    because,
    payout::{Inputs, Payout, Proposal, WaitReason},
    record, redecide,
};
use homeostat_model::{Money, WorldTime};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const EUR: i64 = 1_000_000;

fn day(day: i64) -> WorldTime {
    WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_hours(24 * day))
}

fn account(settled: i64, refunded: i64, paid: i64, pending: i64) -> Inputs {
    Inputs {
        supplier: "cp-1".into(),
        currency: "EUR".parse().unwrap(),
        share_ppm: 400_000,
        every_s: 7 * 86_400,
        least_micros: 20 * EUR,
        paid_until: day(0),
        counted_until: day(7),
        settled_micros: settled,
        refunded_micros: refunded,
        paid_micros: paid,
        pending_micros: pending,
    }
}

fn decide(inputs: &Inputs) -> Proposal {
    record::<Payout>(inputs, 0).unwrap().proposal
}

fn paid(inputs: &Inputs) -> i64 {
    match decide(inputs) {
        Proposal::Pay { amount, .. } => amount.amount_micros,
        Proposal::Wait { .. } => 0,
    }
}

fn wait(reason: WaitReason) -> Proposal {
    Proposal::Wait { reason }
}

#[test]
fn a_supplier_gets_its_share_of_net_sales_less_what_it_had() {
    let amount = Money::from_micros(260 * EUR, "EUR".parse().unwrap());
    assert_eq!(
        decide(&account(1_000 * EUR, 100 * EUR, 100 * EUR, 0)),
        Proposal::Pay {
            supplier: "cp-1".into(),
            amount,
            from: day(0),
            until: day(7),
        }
    );
    assert_eq!(
        paid(&account(1_000 * EUR, 100 * EUR, 100 * EUR, 200 * EUR)),
        60 * EUR
    );
}

#[test]
fn what_is_not_due_too_little_or_overpaid_waits() {
    let mut early = account(1_000 * EUR, 0, 0, 0);
    early.counted_until = day(6);
    let not_before = day(7);
    assert_eq!(decide(&early), wait(WaitReason::NotDue { not_before }));
    let owed = Money::from_micros(19_990_000, "EUR".parse().unwrap());
    assert_eq!(
        decide(&account(49_999_999, 0, 0, 0)),
        wait(WaitReason::BelowLeast { owed })
    );
    assert_eq!(paid(&account(50 * EUR, 0, 0, 0)), 20 * EUR);
    assert_eq!(
        decide(&account(100 * EUR, 90 * EUR, 30 * EUR, 0)),
        wait(WaitReason::NothingOwed)
    );
    assert_eq!(
        decide(&account(0, 90 * EUR, 0, 0)),
        wait(WaitReason::NothingOwed)
    );
}

#[test]
fn the_words_tell_the_account() {
    let decided = record::<Payout>(&account(1_000 * EUR, 100 * EUR, 100 * EUR, 0), 0).unwrap();
    let (belief, proposal) = (&decided.belief_json, &decided.proposal_json);
    assert_eq!(
        because("payout", &decided.inputs_json, belief, proposal).unwrap(),
        "360.00 EUR of 900.00 EUR net sales earned, 100.00 EUR paid before, 0.00 EUR on its way"
    );
}

#[test]
fn nonsense_is_named() {
    let error = |change: &dyn Fn(&mut Inputs)| {
        let mut inputs = account(1, 0, 0, 0);
        change(&mut inputs);
        let error = record::<Payout>(&inputs, 0).unwrap_err();
        std::error::Error::source(&error).unwrap().to_string()
    };
    assert!(error(&|i| i.supplier = " ".into()).starts_with("supplier"));
    assert!(error(&|i| i.every_s = 0).starts_with("every_s"));
    assert!(error(&|i| i.share_ppm = 1_000_001).starts_with("share_ppm is 1000001"));
    assert!(error(&|i| i.paid_micros = -1).starts_with("paid_micros is -1"));
}

fn accounts() -> impl Strategy<Value = Inputs> {
    let money = 0_i64..5_000_000_000;
    (
        money.clone(),
        money.clone(),
        money.clone(),
        money,
        0_u32..1_000_001,
    )
        .prop_map(|(settled, refunded, paid, pending, share_ppm)| Inputs {
            share_ppm,
            ..account(settled, refunded / 3, paid / 5, pending / 9)
        })
}

proptest! {
    #[test]
    fn all_that_a_supplier_ever_gets_is_its_share(inputs in accounts()) {
        let amount = paid(&inputs);
        let net = i128::from((inputs.settled_micros - inputs.refunded_micros).max(0));
        let earned = net * i128::from(inputs.share_ppm) / 1_000_000;
        prop_assert!(amount >= 0 && amount % 10_000 == 0);
        if amount > 0 {
            prop_assert!(amount >= inputs.least_micros);
            let all = inputs.paid_micros + inputs.pending_micros + amount;
            prop_assert!(i128::from(all) <= earned && earned < i128::from(all) + 10_000);
        }
    }

    #[test]
    fn what_was_paid_is_not_paid_again(inputs in accounts(), is_pending in any::<bool>()) {
        let amount = paid(&inputs);
        let mut after = inputs;
        if is_pending { after.pending_micros += amount } else { after.paid_micros += amount }
        prop_assert!(amount == 0 || paid(&after) == 0);
    }

    #[test]
    fn refunds_and_payments_never_raise_it(inputs in accounts(), more in 1_i64..1_000_000_000) {
        let before = paid(&inputs);
        for field in 0..3 {
            let mut after = inputs.clone();
            match field {
                0 => after.refunded_micros += more,
                1 => after.paid_micros += more,
                _ => after.pending_micros += more,
            }
            prop_assert!(paid(&after) <= before);
        }
    }

    #[test]
    fn a_decision_decides_again_to_the_same_bytes(inputs in accounts(), seed in any::<u64>()) {
        let first = record::<Payout>(&inputs, seed).unwrap();
        let again = redecide("payout", "payout-v1", &first.inputs_json, seed).unwrap();
        prop_assert_eq!((again.belief_json, again.proposal_json), (first.belief_json, first.proposal_json));
    }
}
