//! The same promises on any facts and any text: never over a bound, never raised by a word.

use homeostat_control::redecide;
use proptest::prelude::*;

use super::*;

fn anything() -> impl Strategy<Value = Inputs> {
    let mut intents = vec![Intent::Refund; 6];
    intents.extend([Intent::Cancel, Intent::Track, Intent::Unclear]);
    let claims = vec![
        Claim::NotReceived,
        Claim::Late,
        Claim::Damaged,
        Claim::WrongItem,
        Claim::NotAsDescribed,
        Claim::ChangedMind,
    ];
    let words = vec![
        "InTransit",
        "Delivered",
        "Expired",
        "AvailableForPickup",
        "Exception",
        "Odd",
    ];
    let money = 0_i64..200_000_000;
    (
        (
            prop::sample::select(intents),
            prop::sample::select(claims),
            prop::sample::select(words),
        ),
        (
            money.clone(),
            money.clone(),
            money.clone(),
            prop::option::of(money.clone()),
        ),
        (
            money.clone(),
            -5_000_000..200_000_000_i64,
            0_u32..4,
            3_i64..90,
        ),
        (any::<bool>(), any::<bool>(), any::<bool>()),
    )
        .prop_map(
            |(
                (intent, kind, word),
                (paid, refunded, pending, claimed),
                (used, left, disputes, now),
                flags,
            )| {
                with(claim(kind, now, &[(3, word)]), |i| {
                    i.conversation.intent = intent;
                    i.conversation.has_evidence = flags.0;
                    i.customer.profile.disputes = disputes;
                    i.customer_refunded_30d_micros = used / 2;
                    i.day_left_micros = left;
                    let order = order(i);
                    (order.is_shipped, order.is_returned) = (flags.1, flags.2);
                    order.paid_micros = paid;
                    order.refunded_micros = refunded / 8;
                    order.pending_micros = pending / 8;
                    order.claimed_micros = claimed;
                })
            },
        )
}

/// Amounts that a text may bring, in this currency or another one.
fn asked() -> impl Strategy<Value = Option<Money>> {
    let amounts = prop_oneof![
        any::<i64>(),
        0_i64..200_000_000,
        Just(9_999_000_000),
        Just(0),
        Just(i64::MIN)
    ];
    let codes = prop::sample::select(vec!["EUR", "USD", "JPY"]);
    prop::option::of(
        (amounts, codes).prop_map(|(micros, code)| Money::from_micros(micros, currency(code))),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn nothing_is_ever_paid_over_any_bound(inputs in anything(), asked in asked()) {
        let inputs = with(inputs, |i| i.conversation.asked = asked);
        let record = record::<Refund>(&inputs, 0).unwrap();
        if let Proposal::Refund { amount, rest_micros, .. } = record.proposal {
            let order = inputs.order.unwrap();
            let tier = record.belief.customer.tier;
            let share = match tier { Tier::Low => order.paid_micros, Tier::Mid => order.paid_micros / 2, Tier::High => 0 };
            let micros = amount.amount_micros;
            prop_assert!(micros > 0 && micros % 10_000 == 0 && rest_micros >= 0);
            prop_assert_eq!(amount.currency, inputs.currency);
            prop_assert!(micros <= order.paid_micros - order.refunded_micros - order.pending_micros);
            prop_assert!(micros <= 50 * EUR && micros <= share && micros <= inputs.day_left_micros);
            prop_assert!(micros <= 100 * EUR - inputs.customer_refunded_30d_micros);
            prop_assert!(order.claimed_micros.is_none_or(|most| micros <= most) || inputs.conversation.intent == Intent::Cancel || !order.is_shipped);
        }
    }

    #[test]
    fn an_amount_in_the_text_never_raises_what_is_paid(inputs in anything(), asked in asked()) {
        let silent = decide(&inputs);
        let spoken = with(inputs, |i| i.conversation.asked = asked);
        match (silent, decide(&spoken)) {
            (Proposal::Refund { amount, .. }, Proposal::Refund { amount: now, .. }) => {
                prop_assert!(now.amount_micros <= amount.amount_micros);
            }
            (before, after) => prop_assert_eq!(before, after),
        }
    }

    #[test]
    fn every_worse_fact_pays_at_most_as_much(inputs in anything(), more in 1_i64..50_000_000) {
        let before = paid(&inputs);
        let worse: [&dyn Fn(&mut Inputs); 7] = [
            &|i| order(i).refunded_micros += more,
            &|i| order(i).pending_micros += more,
            &|i| i.customer_refunded_30d_micros += more,
            &|i| i.day_left_micros -= more,
            &|i| i.customer.profile.disputes += 1,
            &|i| i.customer.profile.refunded_elsewhere_90d = true,
            &|i| i.params.caps.refund_cap_micros -= more,
        ];
        for change in worse {
            prop_assert!(paid(&with(inputs.clone(), |i| change(i))) <= before);
        }
    }

    #[test]
    fn a_decision_decides_again_to_the_same_bytes(inputs in anything(), asked in asked(), seed in any::<u64>()) {
        let inputs = with(inputs, |i| i.conversation.asked = asked);
        let first = record::<Refund>(&inputs, seed).unwrap();
        let again = redecide("refund", "refund-v1", &first.inputs_json, seed).unwrap();
        prop_assert_eq!((again.belief_json, again.proposal_json), (first.belief_json, first.proposal_json));
    }
}
