//! What holds for all competitors together: the budget, the floor below nobody falls, blind days.

use super::world::{DAY_MS, Play, STEP_MS, play, play_uniform, world};

const COMPETITORS: usize = 60;

fn tight(budget_per_day: u32) -> Play {
    Play {
        budget_per_day,
        days: 120,
        ..Play::default()
    }
}

/// From too few for a weekly look at each to more than they deserve.
#[test]
fn no_24_hours_ever_hold_more_looks_than_the_budget() {
    let world = world(COMPETITORS, 4, Some(60.0));
    for budget in [5, 9, 12, 18, 40] {
        let played = play(&world, &tight(budget), 4);
        assert!(played.most_in_24h <= budget as usize, "{budget}");
        assert_eq!(played.weekly_always_fits, budget >= 9, "{budget}");
    }
}

/// A week, a tenth of it, and a day at most of waiting for room.
#[test]
fn nobody_is_starved_below_weekly_while_the_budget_holds_that() {
    for budget in [9, 12, 18] {
        let played = play(&world(COMPETITORS, 5, None), &tight(budget), 5);
        assert!(
            played.longest_gap_days <= 8.7,
            "{}",
            played.longest_gap_days
        );
    }
}

#[test]
fn under_a_smaller_budget_everybody_has_a_turn_and_none_is_wasted() {
    let played = play(&world(COMPETITORS, 6, None), &tight(5), 6);
    let round_days = COMPETITORS as f64 / 5.0;
    assert!(
        played.longest_gap_days <= round_days * 1.1 + 1.0,
        "{}",
        played.longest_gap_days
    );
    assert!(played.looks_per_day > 4.9, "{}", played.looks_per_day);
}

#[test]
fn few_looks_go_where_they_save_most() {
    let world = world(100, 7, None);
    let settings = Play {
        budget_per_day: 27,
        ..Play::default()
    };
    let played = play(&world, &settings, 7);
    // At the same cost: 100 competitors every 3.7 days.
    let uniform = play_uniform(&world, 100.0 / 27.0, 7);
    assert!(played.figures.looks <= uniform.looks);
    let uniform_days = uniform.mean_delay_s.unwrap() as f64 / 86_400.0;
    assert!(
        played.mean_delay_days() < 0.8 * uniform_days,
        "{}",
        played.mean_delay_days()
    );
}

/// Ten days on which every look is blocked: nobody is taken to be silent, nobody's interval changes,
/// and the tries stay within the budget.
#[test]
fn blind_days_change_nothing() {
    let blind_days = 100..110;
    let settings = Play {
        blind_days: blind_days.clone(),
        ..tight(30)
    };
    let played = play(&world(COMPETITORS, 8, None), &settings, 8);
    let step = |day: i64| usize::try_from(day * DAY_MS / STEP_MS).unwrap();
    let (first, last) = (step(blind_days.start), step(blind_days.end));
    for wanted in &played.wanted[first..=last] {
        assert_eq!(wanted, &played.wanted[first]);
    }
    assert_ne!(played.wanted[last + 10], played.wanted[first]);
    assert!(played.most_in_24h <= 30);
}
