//! What late sales do to the stop without sales: 13 % false kills instead of 5 % on raw spend when the
//! mean delay is one CPA of spend, 24 % when it is two. Matured spend stays at 5 %.
//!
//! Campaigns spend one target CPA a day, sell exactly on target at random, and are looked at every 0.05
//! CPA. Every verdict is the policy's own. While nothing is sold it kills from one certain check on, so
//! a campaign is killed exactly when its first sale is reported after that check.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::num::NonZeroU32;

use homeostat_control::{
    Delay, SpendInterval, campaign,
    kill::{Inputs, Kill, Params, Proposal},
    record,
};
use homeostat_model::WorldTime;
use jiff::{SignedDuration, Timestamp};

const TARGET_MICROS: i64 = 20_000_000;
/// Spending one CPA takes a day.
const CPA_S: i64 = 86_400;
/// A check every 0.05 CPA.
const CHECK_S: i64 = CPA_S / 20;
/// 20 CPAs.
const CHECKS: i64 = 400;
const CAMPAIGNS: u32 = 40_000;

fn at(second: i64) -> WorldTime {
    WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_secs(second))
}

/// The proposal at a check of a campaign without sales.
fn decide(delay: Delay, zero_sale_k: f64, check: i64) -> Proposal {
    let now = at(check * CHECK_S);
    let inputs = Inputs {
        params: Params {
            zero_sale_k: Some(zero_sale_k),
            bleed: None,
            hard_stop_cpas: None,
            guards: None,
        },
        campaign: campaign::Inputs {
            currency: "EUR".parse().unwrap(),
            target: campaign::Target::Cpa {
                cpa_micros: TARGET_MICROS,
            },
            delay,
            now,
            read_at: Some(now),
            spend: vec![SpendInterval {
                from: at(0),
                until: now,
                amount_micros: check * TARGET_MICROS / 20,
            }],
            sales: 0,
        },
        conversions_30d: 0,
        flagged_at: None,
    };
    record::<Kill>(&inputs, 0).unwrap().proposal
}

/// The spend in CPAs at the first check that kills, and the chance of it that is told.
fn kill(delay: Delay, zero_sale_k: f64) -> (f64, f64) {
    let pause = |check| match decide(delay, zero_sale_k, check) {
        Proposal::Pause {
            false_kill_chance, ..
        } => Some((check as f64 / 20.0, false_kill_chance)),
        Proposal::Keep { .. } => None,
    };
    (1..=CHECKS).find_map(pause).unwrap()
}

/// `SplitMix64`, between 0 and 1.
fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

/// Share of campaigns with `sales_per_cpa` whose first sale is reported after so much spend.
fn share_killed(sales_per_cpa: f64, mean_delay_cpas: f64, kill_cpas: f64, seed: u64) -> f64 {
    let mut state = seed;
    let mut draw = |mean: f64| -unit(&mut state).ln() * mean;
    let killed = (0..CAMPAIGNS).filter(|_| {
        let mut sold_at = 0.0;
        loop {
            sold_at += draw(1.0 / sales_per_cpa);
            if sold_at > kill_cpas {
                return true;
            }
            if sold_at + draw(mean_delay_cpas) <= kill_cpas {
                return false;
            }
        }
    });
    killed.count() as f64 / f64::from(CAMPAIGNS)
}

/// Three standard errors of two measurements of 40,000, and half of the last printed digit.
fn agrees(measured: f64, printed: f64) -> bool {
    let error = (2.0 * printed * (1.0 - printed) / f64::from(CAMPAIGNS)).sqrt();
    (measured - printed).abs() <= 3.0 * error + 0.0005
}

#[test]
fn late_sales_kill_on_raw_spend_and_not_on_matured_spend() {
    for (mean_cpas, raw_share, matured_share, matured_kill_cpas) in [
        (0.0, 0.048, 0.048, 3.0),
        (0.5, 0.082, 0.050, 3.5),
        (1.0, 0.126, 0.048, 4.0),
        (2.0, 0.237, 0.050, 4.8),
    ] {
        let mean_s = NonZeroU32::new((mean_cpas * CPA_S as f64) as u32);
        // Cut where nothing is left, as the simulated delays have no end.
        let delay = mean_s.map_or(Delay::Immediate, |mean_s| Delay::Exponential {
            mean_s,
            cut_s: mean_s.saturating_mul(NonZeroU32::new(40).unwrap()),
        });
        let (raw_kill, _) = kill(Delay::Immediate, 3.0);
        let (matured_kill, _) = kill(delay, 3.0);
        let raw = share_killed(1.0, mean_cpas, raw_kill, 1);
        let matured = share_killed(1.0, mean_cpas, matured_kill, 2);
        assert!(agrees(raw, raw_share), "{mean_cpas}: {raw}");
        assert!(agrees(matured, matured_share), "{mean_cpas}: {matured}");
        assert!((raw_kill - 3.0).abs() < 1e-9);
        // Half of the printed digit, and the check that comes next.
        let later = matured_kill - matured_kill_cpas;
        assert!(
            (-0.05..=0.1).contains(&later),
            "{mean_cpas}: {matured_kill}"
        );
    }
}

/// However often it is checked, and for every threshold: `e^(-k)` on target, `e^(-2k)` at twice the
/// target, `e^(-k/2)` at half of it.
#[test]
fn the_stop_without_sales_alone_errs_by_e_to_the_minus_k_exactly() {
    for k in [1.0, 2.0, 3.0, 4.0, 5.5] {
        let (kill_cpas, told) = kill(Delay::Immediate, k);
        assert!((kill_cpas - k).abs() < 1e-9, "{k}: {kill_cpas}");
        assert!((told - (-k).exp()).abs() < 1e-12, "{k}: {told}");
        for times_target in [0.5, 1.0, 2.0] {
            let share = share_killed(times_target, 0.0, kill_cpas, 3);
            let exact = (-k * times_target).exp();
            let error = (exact * (1.0 - exact) / f64::from(CAMPAIGNS)).sqrt();
            assert!(
                (share - exact).abs() <= 3.0 * error,
                "{k} {times_target}: {share} {exact}"
            );
        }
    }
}
