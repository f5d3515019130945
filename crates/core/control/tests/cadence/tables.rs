//! 300 competitors over a year: the figures that the thresholds were chosen by, each within 5 %.
//!
//! They were measured with the plain score: 0.90 days and 2.7 changes, 0.98 and 5.3 with rates that
//! jump. Ours weighs the ads of an interval evenly, which costs some delay and many looks less, and
//! asks for a second look before it looks less often: 0.91 and 1.4, 1.01 and 4.4.

use homeostat_control::cadence::Params;

use super::world::{Play, Played, play, play_uniform, world};

const PLAY: u64 = 1;

/// Every figure of a row, at 122 looks a day.
fn within(played: &Played, delay_days: f64, p95_days: f64, up_to_date: f64) {
    let (delay, p95) = (played.mean_delay_days(), played.p95_days());
    assert!(delay <= 1.05 * delay_days, "{delay}");
    assert!(p95 <= 1.05 * p95_days, "{p95}");
    assert!(
        played.up_to_date() >= 0.95 * up_to_date,
        "{}",
        played.up_to_date()
    );
    assert!(played.looks_per_day <= 122.0, "{}", played.looks_per_day);
}

#[test]
fn steady_rates_are_followed_with_a_short_delay_and_few_changes() {
    let world = world(300, 1, None);
    let ours = play(&world, &Play::default(), PLAY);
    within(&ours, 0.90, 2.81, 0.683);
    assert!(ours.changes_per_year < 2.7, "{}", ours.changes_per_year);

    let uniform = play_uniform(&world, 3.0, PLAY);
    let uniform_days = uniform.mean_delay_s.unwrap() as f64 / 86_400.0;
    let uniform_fresh = f64::from(uniform.up_to_date_ppm.unwrap()) / 1e6;
    assert!((uniform.looks as f64 / 365.0 - 100.0).abs() < 1.0);
    assert!((uniform_days / 1.50 - 1.0).abs() < 0.05, "{uniform_days}");
    assert!(
        (uniform_fresh / 0.662 - 1.0).abs() < 0.05,
        "{uniform_fresh}"
    );
    assert!(ours.mean_delay_days() < 0.65 * uniform_days);
    assert!(ours.up_to_date() > uniform_fresh);
}

#[test]
fn without_hysteresis_competitors_change_thrice_as_often() {
    let world = world(150, 1, None);
    let flat = Params {
        daily_down_to_micros: 1_000_000,
        weekly_up_to_micros: 150_000,
        ..Params::default()
    };
    let changes = |params| {
        let settings = Play {
            params,
            budget_per_day: 61,
            days: 180,
            ..Play::default()
        };
        play(&world, &settings, PLAY).changes_per_year
    };
    let (with, without) = (changes(Params::default()), changes(flat));
    assert!(without > 2.5 * with, "{with} {without}");
}

/// Three worlds taken together: in one of them the luck of the draws is worth 4 %. The budget has
/// room, as it had for the figures; they were measured at 123 looks a day.
#[test]
fn rates_that_jump_every_sixty_days_are_followed_too() {
    let settings = Play {
        budget_per_day: 150,
        ..Play::default()
    };
    let worlds = [1, 2, 3].map(|seed| play(&world(300, seed, Some(60.0)), &settings, PLAY));
    let found: f64 = worlds.iter().map(Played::found).sum();
    let mean = |of: fn(&Played) -> f64| worlds.iter().map(of).sum::<f64>() / 3.0;
    let delay = worlds
        .iter()
        .map(|w| w.mean_delay_days() * w.found())
        .sum::<f64>()
        / found;
    assert!(delay <= 1.05 * 0.98, "{delay}");
    let (fresh, changes) = (mean(Played::up_to_date), mean(|w| w.changes_per_year));
    assert!(fresh >= 0.95 * 0.696, "{fresh}");
    assert!(changes < 5.3, "{changes}");
    assert!(mean(|w| w.looks_per_day) <= 123.0);
}
