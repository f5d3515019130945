//! The account's own limit at the vendor: written once a day, believed only as it is read back.

use homeostat_effects::effective_mode;
use homeostat_model::{Mode, Money};
use homeostat_operator::{
    chores,
    records::spend_cap::{self, SpendCap},
    schedules,
};
use homeostat_sandbox::Act;
use homeostat_vendors::meta::Account;
use jiff::SignedDuration;

use crate::crew::Crew;

async fn crew() -> Crew {
    let crew = Crew::new(1).await;
    let (db, config) = (crew.database.db(), &crew.vendor.operator.config);
    schedules::define_autonomy(&db, config).await.unwrap();
    crew
}

async fn guard(crew: &Crew) {
    crew.enqueue("guard.spend_cap", r#"{"brand":"aurora"}"#)
        .await;
    crew.work().await;
}

async fn account(crew: &Crew) -> Account {
    let id = "act_1001".parse().unwrap();
    crew.vendor.operator.meta.account(&id).await.unwrap().value
}

async fn known(crew: &Crew) -> SpendCap {
    let mut all = spend_cap::list(&crew.database.db()).await.unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn writes(crew: &Crew) -> Vec<Act> {
    crew.vendor
        .handle
        .acts()
        .into_iter()
        .filter(|act| act.act == "set_spend_cap")
        .collect()
}

/// The chore that lifts a mode whose cause is gone.
async fn settle_mode(crew: &Crew) -> Mode {
    let operator = &crew.vendor.operator;
    let db = crew.database.db();
    for chore in chores::all(&operator.config, &operator.clock) {
        if chore.name() == "mode.settle" {
            chore.run(&db).await.unwrap();
        }
    }
    effective_mode(&db, None).await.unwrap().effective
}

/// Red without the guard's memory of today: let `next` in `jobs/guard` always answer `Next::Write`.
#[tokio::test]
async fn each_day_the_accounts_limit_is_what_is_spent_and_the_days_cap() {
    let crew = crew().await;
    let cap = |account: &Account| {
        let day = crew.vendor.operator.config.brands[0].cap_day;
        account.amount_spent.checked_add(day).unwrap()
    };
    let first = cap(&account(&crew).await);
    guard(&crew).await;
    assert_eq!(account(&crew).await.spend_cap, Some(first));
    let (state, read_back) = (known(&crew).await.state, known(&crew).await.read_back);
    assert_eq!((state.as_str(), read_back), ("confirmed", Some(first)));
    crew.vendor
        .handle
        .clock()
        .advance(SignedDuration::from_hours(5));
    guard(&crew).await;
    assert_eq!(
        writes(&crew).len(),
        1,
        "once a day, however often it is looked after"
    );
    crew.vendor
        .handle
        .clock()
        .advance(SignedDuration::from_hours(14));
    let second = cap(&account(&crew).await);
    guard(&crew).await;
    assert_eq!(account(&crew).await.spend_cap, Some(second));
    assert!(second.amount_micros > first.amount_micros);
    assert_eq!(writes(&crew).len(), 2);
    assert_eq!(settle_mode(&crew).await, Mode::Normal);
}

/// Red without the read-back: let `fault` in `records/spend_cap` answer `None`.
/// Red when SAFE lifts itself too early: drop the limits from `clean` in `chores/mode`.
#[tokio::test]
async fn a_limit_that_reads_back_as_another_is_missing_and_the_mode_is_safe() {
    let crew = crew().await;
    crew.vendor
        .order("meta.set_spend_cap", "cap_in_minor")
        .await;
    guard(&crew).await;
    let cap = known(&crew).await;
    assert_eq!(cap.state, "missing");
    let hundredth = cap.intended.amount_micros / 1_000_000 * 10_000;
    assert_eq!(cap.read_back.unwrap().amount_micros, hundredth);
    let mode = effective_mode(&crew.database.db(), None).await.unwrap();
    assert_eq!(
        (mode.effective, mode.cause.as_str()),
        (Mode::Safe, "read_back_missing")
    );
    assert_eq!(
        settle_mode(&crew).await,
        Mode::Safe,
        "the limit is still not there"
    );
    crew.vendor
        .handle
        .clock()
        .advance(SignedDuration::from_hours(1));
    guard(&crew).await;
    assert_eq!(
        writes(&crew).len(),
        1,
        "the same write would be misread again"
    );
    assert_eq!(settle_mode(&crew).await, Mode::Safe);

    // Somebody sets it at the vendor; the next look sees it, and the mode clears itself.
    let id = "act_1001".parse().unwrap();
    let meta = &crew.vendor.operator.meta;
    meta.set_spend_cap(&id, cap.intended, "").await.unwrap();
    crew.vendor
        .handle
        .clock()
        .advance(SignedDuration::from_hours(1));
    guard(&crew).await;
    assert_eq!(known(&crew).await.state, "confirmed");
    assert_eq!(settle_mode(&crew).await, Mode::Normal);
}

/// Red when a refused write passes for a limit: drop `not_written` from `jobs/guard`.
/// Red when the vendor's daily cap of changes closes the tap for the pauses too: drop `TOO_OFTEN`.
#[tokio::test]
async fn a_limit_that_cannot_be_written_sets_safe_and_leaves_the_other_acts_alone() {
    let crew = crew().await;
    let id = "act_1001".parse().unwrap();
    let wide = |n: i64| Money::from_micros(n * 1_000_000_000, "EUR".parse().unwrap());
    for n in 10..20 {
        let meta = &crew.vendor.operator.meta;
        meta.set_spend_cap(&id, wide(n), "").await.unwrap();
    }
    for _ in 0..5 {
        guard(&crew).await;
    }
    assert_eq!(writes(&crew).len(), 10, "nothing more was taken today");
    let cap = known(&crew).await;
    assert_eq!(cap.state, "missing");
    assert!(cap.fault.clone().unwrap().contains("17/1885172"), "{cap:?}");
    assert_eq!(settle_mode(&crew).await, Mode::Safe);
    let shut = "homeostat.breaker WHERE state <> 'closed'";
    assert_eq!(crate::stage::count(&crew.database, shut).await, 0);
    let tried = "homeostat.decision WHERE policy = 'spend_cap'";
    assert_eq!(
        crate::stage::count(&crew.database, tried).await,
        3,
        "three tries a day"
    );
}
