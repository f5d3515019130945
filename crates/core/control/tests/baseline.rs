//! Promises of the store's baseline: measured delays, and silences that are none at night.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use homeostat_control::{
    Delay, DelayQuantiles,
    baseline::{Belief, Inputs, Order, Params, estimate},
};
use homeostat_model::WorldTime;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;

fn at(second: i64) -> WorldTime {
    WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_secs(second))
}

fn order(second: i64) -> Order {
    Order {
        at: at(second),
        clicked_at: None,
        total_micros: 40_000_000,
    }
}

/// Four orders an hour from 8 to 22 o'clock, for four weeks.
fn shop(now_s: i64) -> Inputs {
    let quarters = (0..28 * 96).map(|quarter| quarter * 900);
    let awake = quarters.filter(|second| (8..22).contains(&(second % DAY_S / HOUR_S)));
    Inputs {
        params: Params::default(),
        from: at(0),
        now: at(now_s),
        visits: Some(100_000),
        orders: awake.map(order).collect(),
    }
}

fn believe(inputs: &Inputs) -> Belief {
    estimate(inputs).unwrap()
}

#[test]
fn a_night_is_no_silence_and_a_morning_without_orders_is() {
    let evening = 27 * DAY_S + 22 * HOUR_S;
    assert!(!believe(&shop(evening + 10 * HOUR_S)).silence.is_silent);
    let noon = believe(&shop(evening + 14 * HOUR_S)).silence;
    assert!(noon.is_silent && noon.chance_ppb < 1_000_000, "{noon:?}");
    assert_eq!(noon.since, at(evening - 900));
}

#[test]
fn a_steady_store_is_silent_when_seven_orders_are_missing() {
    let steady = |quiet_s: i64| Inputs {
        params: Params::default(),
        from: at(0),
        now: at(100 * DAY_S + quiet_s),
        visits: None,
        orders: (1..=2_400).map(|hour| order(hour * HOUR_S)).collect(),
    };
    let chance = |quiet_s| believe(&steady(quiet_s)).silence;
    assert!((chance(HOUR_S).chance_ppb as f64 / 1e9 - (-1.0_f64).exp()).abs() < 0.01);
    // e^-6.9 is one in a thousand.
    assert!(!chance(6 * HOUR_S).is_silent && chance(8 * HOUR_S).is_silent);
    let mut few = steady(90 * DAY_S);
    few.orders.truncate(19);
    assert!(!believe(&few).silence.is_silent);
    few.orders.clear();
    let never = believe(&few);
    assert_eq!(
        (never.silence.chance_ppb, never.aov_micros),
        (1_000_000_000, None)
    );
}

#[test]
fn averages_are_whole_numbers() {
    let belief = believe(&shop(28 * DAY_S));
    assert_eq!(belief.orders, 28 * 14 * 4);
    assert_eq!(belief.aov_micros, Some(40_000_000));
    assert_eq!(belief.conversion_ppm, Some(15_680));
    assert_eq!(belief.orders_per_hour_micro, 2_333_333);
    let mut odd = shop(28 * DAY_S);
    odd.visits = Some(3);
    assert_eq!(believe(&odd).conversion_ppm, Some(1_000_000));
    odd.visits = Some(0);
    assert_eq!(believe(&odd).conversion_ppm, None);
}

fn clicked(count: i64, delay_s: impl Fn(i64) -> i64) -> Inputs {
    let orders = (0..count).map(|n| Order {
        clicked_at: Some(at(n)),
        ..order(n + delay_s(n))
    });
    Inputs {
        orders: orders.collect(),
        ..shop(30 * DAY_S)
    }
}

#[test]
fn the_delay_is_assumed_until_fifty_orders_were_measured() {
    let few = believe(&clicked(49, |n| n * 100));
    assert_eq!((few.delay, few.delays_measured), (Delay::default(), 49));
    let enough = believe(&clicked(100, |n| n * 100));
    let ages: [u32; 20] = std::array::from_fn(|i| (i as u32 * 5 + 4) * 100);
    let ages_s = DelayQuantiles::try_from(ages).unwrap();
    assert_eq!(
        (enough.delay, enough.delays_measured),
        (Delay::Empirical { ages_s }, 100)
    );
}

#[test]
fn young_clicks_late_orders_and_wrong_clocks_are_no_measure() {
    assert_eq!(believe(&clicked(100, |_| 8 * DAY_S)).delays_measured, 0);
    assert_eq!(believe(&clicked(100, |_| -60)).delays_measured, 0);
    let mut young = clicked(100, |_| 60);
    young.now = at(6 * DAY_S);
    assert_eq!(believe(&young).delays_measured, 0);
}

#[test]
fn nonsense_is_named() {
    let mut backwards = shop(DAY_S);
    backwards.now = backwards.from;
    assert!(
        estimate(&backwards)
            .unwrap_err()
            .to_string()
            .starts_with("now is 0")
    );
    let mut negative = shop(DAY_S);
    negative.orders[0].total_micros = -1;
    assert!(
        estimate(&negative)
            .unwrap_err()
            .to_string()
            .starts_with("orders.total_micros")
    );
}

proptest! {
    #[test]
    fn a_longer_silence_is_never_likelier(
        orders in prop::collection::vec(0_i64..2_000_000, 0..60),
        quiet in 0_i64..500_000,
        longer in 0_i64..500_000,
    ) {
        let silence = |now| {
            let orders = orders.iter().map(|second| order(*second)).collect();
            believe(&Inputs { orders, ..shop(2_000_001 + now) }).silence
        };
        let (short, long) = (silence(quiet), silence(quiet + longer));
        prop_assert!(long.chance_ppb <= short.chance_ppb + 1_000_000, "{:?} {:?}", short, long);
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(
        (sorted, shuffled) in prop::collection::vec(0_i64..3_000_000, 0..99)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let belief = |all: Vec<i64>| {
            let orders = all.iter().map(|s| Order { clicked_at: Some(at(s / 2)), ..order(*s) }).collect();
            believe(&Inputs { orders, ..shop(40 * DAY_S) })
        };
        prop_assert_eq!(belief(sorted), belief(shuffled));
    }
}
