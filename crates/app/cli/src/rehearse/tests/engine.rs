//! Guards and interlocks show in a rehearsal.

use super::{page, run};

const OPTIONS: &str = "--target-cpa 10 --sales-column Sales";

fn history(rows: impl IntoIterator<Item = String>) -> String {
    let rows: Vec<String> = rows.into_iter().collect();
    format!("Date,Campaign,Spent,Sales\n{}\n", rows.join("\n"))
}

#[test]
fn a_proven_seller_is_paused_by_the_second_day() {
    let csv = history([
        "2024-03-01,seller,100,60".to_owned(),
        "2024-03-02,seller,9000,0".to_owned(),
        "2024-03-03,seller,500,0".to_owned(),
        "2024-03-04,seller,500,0".to_owned(),
    ]);
    let rehearsal = run(csv, OPTIONS).unwrap();
    let pause = rehearsal.outcomes[0].pause.as_ref().unwrap();
    assert_eq!(pause.day.to_string(), "2024-03-03");
    assert_eq!(rehearsal.outcomes[0].saved_micros(), 500_000_000);
}

#[test]
fn a_proven_seller_flagged_on_the_last_day_is_kept_with_the_reason() {
    let csv = history([
        "2024-03-01,seller,100,60".to_owned(),
        "2024-03-02,seller,9000,0".to_owned(),
    ]);
    let rehearsal = run(csv, OPTIONS).unwrap();
    assert!(rehearsal.outcomes[0].pause.is_none());
    let page = page(&rehearsal, 100);
    assert!(page.contains("second check"), "{page}");
}

/// Six campaigns go dead on one day. Three may be stopped at once; the rest have to wait a day.
#[test]
fn the_mass_kill_breaker_holds_the_fourth_of_a_day() {
    let day = |day: u32| (1..=6).map(move |c| format!("2024-03-0{day},c{c},40,0"));
    let one = run(history(day(1)), OPTIONS).unwrap();
    let paused = one
        .outcomes
        .iter()
        .filter(|outcome| outcome.pause.is_some());
    assert_eq!(paused.count(), 3);
    let held = &one.outcomes[3];
    assert!(
        held.held && held.reason.contains("mass kill"),
        "{}",
        held.reason
    );

    let two = run(history(day(1).chain(day(2))), OPTIONS).unwrap();
    let days: Vec<String> = two
        .outcomes
        .iter()
        .map(|outcome| outcome.pause.as_ref().unwrap().day.to_string())
        .collect();
    assert_eq!(days[..3], ["2024-03-01"; 3]);
    assert_eq!(days[3..], ["2024-03-02"; 3]);
}

#[test]
fn the_thirty_day_window_forgets_old_sales() {
    let csv = history([
        "2024-01-01,seller,100,60".to_owned(),
        "2024-03-02,seller,9000,0".to_owned(),
        "2024-03-03,seller,500,0".to_owned(),
    ]);
    let rehearsal = run(csv, OPTIONS).unwrap();
    let pause = rehearsal.outcomes[0].pause.as_ref().unwrap();
    assert_eq!(pause.day.to_string(), "2024-03-02");
}

#[test]
fn saved_and_lost_begin_after_the_day_of_the_decision() {
    let csv = history([
        "2024-03-01,dead,29.99,0".to_owned(),
        "2024-03-02,dead,0.01,0".to_owned(),
        "2024-03-03,dead,7,2".to_owned(),
    ]);
    let rehearsal = run(csv, OPTIONS).unwrap();
    let outcome = &rehearsal.outcomes[0];
    assert_eq!(
        outcome.pause.as_ref().unwrap().day.to_string(),
        "2024-03-02"
    );
    assert_eq!(outcome.saved_micros(), 7_000_000);
    assert_eq!(outcome.sales_lost(), 2);
}
