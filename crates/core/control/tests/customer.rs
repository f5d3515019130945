//! Promises of the customer's score: the formula, and that every sign pulls one way only.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use homeostat_control::customer::{Belief, Inputs, Part, Profile, Sign, Tier, Weights, estimate};
use proptest::prelude::*;

fn believe(profile: Profile) -> Belief {
    let weights = Weights::default();
    estimate(&Inputs { weights, profile }).unwrap()
}

/// The formula as it is published, in floats.
fn by_hand(p: &Profile) -> f64 {
    let flag = |is: bool| f64::from(u8::from(is));
    let rate = (f64::from(p.refunds) + 0.8) / (f64::from(p.orders) + 10.0);
    let z = -3.0
        + 3.0 * (rate - 0.08).max(0.0) / 0.2
        + 1.2 * f64::from(p.disputes)
        + 0.8 * f64::from(p.not_received_claims_180d)
        + 0.9 * flag(p.accounts_on_address >= 3)
        + 0.7 * flag(p.refunded_elsewhere_90d)
        + 0.5 * flag(p.first_contact_asks_refund)
        + 0.4 * flag(p.order_age_s.is_some_and(|s| s < 172_800))
        + 0.6 * flag(p.claims_against_tracking)
        - 0.25 * (1.0 + f64::from(p.kept_orders)).ln();
    1.0 / (1.0 + (-z).exp())
}

fn profiles() -> impl Strategy<Value = Profile> {
    let counts = (
        0_u32..60,
        0_u32..60,
        0_u32..5,
        0_u32..6,
        0_u32..6,
        0_u32..60,
    );
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (counts, flags, prop::option::of(0_u32..400_000)).prop_map(|(counts, flags, order_age_s)| {
        let (orders, refunds, disputes, claims, accounts, kept) = counts;
        Profile {
            orders,
            refunds,
            disputes,
            not_received_claims_180d: claims,
            accounts_on_address: accounts,
            refunded_elsewhere_90d: flags.0,
            first_contact_asks_refund: flags.1,
            claims_against_tracking: flags.2,
            order_age_s,
            kept_orders: kept.min(orders),
        }
    })
}

#[test]
fn a_stranger_is_low_and_a_serial_claimant_is_high() {
    let stranger = believe(Profile::default());
    assert_eq!((stranger.score_ppm, stranger.tier), (47_426, Tier::Low));
    let base = Part {
        sign: Sign::Base,
        z_micros: -3_000_000,
    };
    assert_eq!(stranger.parts, [base]);
    let serial = believe(Profile {
        orders: 4,
        refunds: 4,
        not_received_claims_180d: 3,
        ..Profile::default()
    });
    assert_eq!(serial.tier, Tier::High);
}

#[test]
fn tiers_change_at_exactly_their_chance() {
    let weights = Weights::default();
    for (score_ppm, tier) in [
        (0, Tier::Low),
        (149_999, Tier::Low),
        (150_000, Tier::Mid),
        (499_999, Tier::Mid),
        (500_000, Tier::High),
        (1_000_000, Tier::High),
    ] {
        assert_eq!(weights.tier(score_ppm), tier);
    }
}

#[test]
fn the_words_tell_every_part() {
    let belief = believe(Profile {
        orders: 5,
        refunds: 1,
        disputes: 1,
        order_age_s: Some(7_200),
        accounts_on_address: 3,
        kept_orders: 4,
        ..Profile::default()
    });
    assert_eq!(
        belief.explain(),
        "chance of abuse 42.50%, mid: base -3.00, 1 refund in 5 orders +0.60, 1 dispute +1.20, \
         3 accounts on the address +0.90, order 2 h old +0.40, 4 orders kept -0.40"
    );
}

#[test]
fn nonsense_is_named() {
    let error = |change: &dyn Fn(&mut Inputs)| {
        let mut inputs = Inputs::default();
        change(&mut inputs);
        estimate(&inputs).unwrap_err().to_string()
    };
    assert!(error(&|i| i.weights.prior_orders = 0).starts_with("weights.prior_orders is 0"));
    assert!(error(&|i| i.weights.refund_step_ppm = 0).starts_with("weights.refund_step_ppm is 0"));
    assert!(error(&|i| i.weights.mid_from_ppm = 900_000).contains("weights.high_from_ppm"));
    assert!(error(&|i| i.profile.kept_orders = 1).contains("profile.orders"));
}

#[test]
fn extremes_stay_chances() {
    let all = u32::MAX;
    let worst = Profile {
        refunds: all,
        disputes: all,
        not_received_claims_180d: all,
        accounts_on_address: all,
        ..Profile::default()
    };
    assert_eq!(believe(worst).score_ppm, 1_000_000);
    let best = Profile {
        orders: all,
        kept_orders: all,
        ..Profile::default()
    };
    assert_eq!(believe(best).tier, Tier::Low);
    let weights = Weights {
        dispute_milli: all,
        not_received_milli: all,
        refund_rate_milli: all,
        refund_step_ppm: 1,
        prior_orders: 1,
        ..Weights::default()
    };
    let profile = worst;
    assert_eq!(
        estimate(&Inputs { weights, profile }).unwrap().score_ppm,
        1_000_000
    );
}

proptest! {
    #[test]
    fn the_score_is_the_published_formula(profile in profiles()) {
        let belief = believe(profile);
        let gap = (f64::from(belief.score_ppm) / 1e6 - by_hand(&profile)).abs();
        prop_assert!(gap < 5e-6, "{} {}", belief.score_ppm, by_hand(&profile));
        prop_assert_eq!(belief.parts.iter().map(|part| part.z_micros).sum::<i64>(), belief.z_micros);
    }

    #[test]
    fn no_bad_sign_ever_lowers_it(profile in profiles(), more in 1_u32..20, younger_s in 0_u32..400_000) {
        let score = believe(profile).score_ppm;
        let worse = [
            Profile { refunds: profile.refunds + more, ..profile },
            Profile { disputes: profile.disputes + more, ..profile },
            Profile { not_received_claims_180d: profile.not_received_claims_180d + more, ..profile },
            Profile { accounts_on_address: profile.accounts_on_address + more, ..profile },
            Profile { refunded_elsewhere_90d: true, ..profile },
            Profile { first_contact_asks_refund: true, ..profile },
            Profile { claims_against_tracking: true, ..profile },
            Profile { order_age_s: Some(profile.order_age_s.unwrap_or(u32::MAX).min(younger_s)), ..profile },
        ];
        for one in worse {
            prop_assert!(believe(one).score_ppm >= score, "{:?}", one);
        }
    }

    #[test]
    fn more_kept_orders_never_raise_it(profile in profiles(), more in 0_u32..50) {
        let score = believe(profile).score_ppm;
        let bought = Profile {
            orders: profile.orders + more,
            kept_orders: profile.kept_orders + more,
            ..profile
        };
        prop_assert!(believe(bought).score_ppm <= score);
        let kept = Profile { kept_orders: (profile.kept_orders + more).min(profile.orders), ..profile };
        prop_assert!(believe(kept).score_ppm <= score);
    }

    #[test]
    fn a_belief_survives_its_bytes(profile in profiles()) {
        let belief = believe(profile);
        let bytes = serde_json::to_string(&belief).unwrap();
        prop_assert_eq!(serde_json::from_str::<Belief>(&bytes).unwrap(), belief);
    }
}
