//! What sets SAFE until a person has looked: a schedule that guards money and stopped, books that
//! nobody can explain.

use homeostat_effects::{
    Author, Cause, Class, close_incident, effective_mode, open_incidents, report_differences,
    set_mode, settle_mode,
};
use homeostat_model::Mode;

use crate::{
    stage::{Says, Stage, seconds},
    vendor::Vendor,
};

async fn stop_a_guard(stage: &Stage) {
    for sql in [
        "INSERT INTO homeostat.schedule (name, kind, brand, every_s, overlap, missed, guards_money)
         VALUES ('ads.watch.acme', 'ads.watch', 'acme', 60, 'skip', 'once', true)
         ON CONFLICT (name) DO NOTHING",
        "UPDATE homeostat.schedule SET state = 'disabled', disabled_reason = 'by ada'",
    ] {
        sqlx::query(sql).execute(stage.ctx.db.pool()).await.unwrap();
    }
}

async fn stored(stage: &Stage) -> (Mode, Cause) {
    let now = stage.now_after(seconds(1));
    let view = effective_mode(&stage.ctx.db, Some(now)).await.unwrap();
    (view.stored, view.cause)
}

#[tokio::test]
async fn a_stopped_guard_sets_safe_and_is_an_incident() {
    let stage = Stage::new().await;
    stop_a_guard(&stage).await;
    assert_eq!(stored(&stage).await, (Mode::Safe, Cause::ScheduleDisabled));
    let found = open_incidents(&stage.ctx.db).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    let about = (found[0].kind.as_str(), found[0].entity.as_str());
    assert_eq!(about, ("schedule_disabled", "schedule"));
    assert!(found[0].reason.contains("ads.watch.acme"), "{found:?}");
}

#[tokio::test]
async fn a_guard_that_stops_during_a_lapse_is_not_lifted_with_the_lapse() {
    let stage = Stage::new().await;
    let db = &stage.ctx.db;
    let lapse = set_mode(
        db,
        Mode::Safe,
        Cause::LeaseLapsed,
        &Author::System,
        "lapsed",
    )
    .await;
    assert!(lapse.unwrap());
    stop_a_guard(&stage).await;
    let now = stage.now_after(seconds(1));
    settle_mode(db, &Says(true), Some(now)).await.unwrap();
    assert_eq!(stored(&stage).await, (Mode::Safe, Cause::ScheduleDisabled));
}

#[tokio::test]
async fn a_stopped_guard_leaves_a_persons_word_standing() {
    let stage = Stage::new().await;
    let ada = Author::Person("ada".into());
    for mode in [Mode::Safe, Mode::Halt] {
        set_mode(&stage.ctx.db, mode, Cause::Person, &ada, "mine")
            .await
            .unwrap();
        stop_a_guard(&stage).await;
        assert_eq!(stored(&stage).await, (mode, Cause::Person));
    }
}

#[tokio::test]
async fn unexplained_books_set_safe_once_per_window() {
    let stage = Stage::new().await;
    let db = &stage.ctx.db;
    stage.act(&Vendor::new(Class::Queryable), "c-1").await;
    assert!(report_differences(db).await.unwrap().is_empty());
    assert_eq!(stored(&stage).await.0, Mode::Normal);
    sqlx::query(
        "UPDATE homeostat.budget_window SET settled = settled + 1 WHERE interlock = 'daily_budget'",
    )
    .execute(db.pool())
    .await
    .unwrap();
    assert_eq!(report_differences(db).await.unwrap().len(), 1);
    assert_eq!(stored(&stage).await, (Mode::Safe, Cause::UnexplainedBooks));
    let found = open_incidents(db).await.unwrap();
    let window = found.iter().find(|i| i.kind == "unexplained_books");
    let window = window.unwrap();

    let ada = Author::Person("ada".into());
    set_mode(db, Mode::Normal, Cause::Person, &ada, "looked")
        .await
        .unwrap();
    assert!(report_differences(db).await.unwrap().is_empty());
    assert_eq!(stored(&stage).await.0, Mode::Normal, "told once");

    assert!(close_incident(db, window.id, "ada").await.unwrap());
    set_mode(db, Mode::Halt, Cause::Person, &ada, "stop")
        .await
        .unwrap();
    assert_eq!(report_differences(db).await.unwrap().len(), 1, "a new one");
    assert_eq!(stored(&stage).await, (Mode::Halt, Cause::Person));
}
