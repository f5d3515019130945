//! Modes, lease, autonomy, restraints: all the ways to stop, as the holding transaction sees them.

use homeostat_effects::{
    Author, Cause, Class, EffectState, EffectsError, Intended, RestraintKind, approve_in,
    effective_mode, intend, lift, lock_mode, perform, prepare_windows, renew_lease, restrain,
    restraints, set_autonomy, set_mode, set_mode_in, settle_mode,
};
use homeostat_envelope::Verdict;
use homeostat_liveness::Evidence;
use homeostat_model::{Autonomy, Mode, RuntimeTime};

use crate::{
    stage::{POLICY, Says, Stage, permitted, seconds},
    vendor::{Fault, Vendor},
};

fn refused(intended: Intended) -> Verdict {
    match intended {
        Intended::Refused(verdict) => verdict,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn halt_between_two_intents_stops_the_second() {
    let stage = Stage::new().await;
    let vendor = Vendor::pauses();
    drop(stage.permit(&vendor, "c-1").await);
    stage.set_mode(Mode::Halt).await;
    let decision = stage.decide("d-2", "c-2").await;
    let verdict = refused(stage.intend(&vendor, decision, &stage.kill()).await);
    assert!(verdict.refused_by("mode"));
}

#[tokio::test]
async fn a_mode_that_is_set_waits_for_intents_under_way() {
    let stage = Stage::new().await;
    let db = stage.ctx.db.clone();
    let brand = "acme".parse().unwrap();
    prepare_windows(&db, &brand, &stage.limits, stage.world)
        .await
        .unwrap();
    // An intent has read NORMAL and is held up at its windows.
    let mut windows = db.pool().acquire().await.unwrap();
    sqlx::query("BEGIN").execute(&mut *windows).await.unwrap();
    sqlx::query("SELECT FROM homeostat.budget_window FOR UPDATE")
        .execute(&mut *windows)
        .await
        .unwrap();
    let decision = stage.decide("d", "c-1").await;
    let intended = tokio::spawn({
        let (ctx, intent, limits) = (stage.ctx.clone(), stage.spending(1), stage.limits.clone());
        let vendor = Vendor::new(Class::Queryable);
        async move { intend(&ctx, vendor.spec_ref(), decision, &intent, &limits).await }
    });
    stage.until_waiting(1).await;
    let halt = tokio::spawn({
        let (db, author) = (db.clone(), Author::Person("ada".into()));
        async move { set_mode(&db, Mode::Halt, Cause::Person, &author, "stop").await }
    });
    stage.until_waiting(2).await;
    assert!(
        !halt.is_finished(),
        "HALT would be true while an intent still counts on NORMAL"
    );
    sqlx::query("COMMIT").execute(&mut *windows).await.unwrap();
    permitted(intended.await.unwrap().unwrap());
    assert!(halt.await.unwrap().unwrap());
    assert!(
        stage.ctx.settings.permit_ttl.as_millis() < 1_000,
        "HALT to last call within a second"
    );
}

#[tokio::test]
async fn a_lapsed_lease_is_safe_and_safe_still_pauses() {
    let mut stage = Stage::new().await;
    stage.at(seconds(59));
    let spends = Vendor::new(Class::Queryable);
    drop(stage.permit(&spends, "c-1").await);
    stage.at(seconds(60));
    let decision = stage.decide("d-2", "c-2").await;
    let verdict = refused(stage.intend(&spends, decision, &stage.spending(1)).await);
    assert!(verdict.refused_by("mode"));
    assert!(
        verdict.refusals().next().unwrap().reason.contains("lease"),
        "{verdict:?}"
    );
    let pauses = Vendor::pauses();
    drop(stage.permit(&pauses, "c-3").await);
}

#[tokio::test]
async fn without_a_lease_there_is_no_normal() {
    let database = homeostat_testkit::Database::fresh().await;
    let view = effective_mode(&database.db(), None).await.unwrap();
    assert_eq!((view.effective, view.stored), (Mode::Safe, Mode::Normal));
    assert_eq!(view.cause, Cause::LeaseLapsed);
}

#[tokio::test]
async fn a_lapse_clears_itself_after_a_clean_pass_and_is_logged() {
    let stage = Stage::new().await;
    let db = &stage.ctx.db;
    let late = stage.now_after(seconds(61));
    assert_eq!(
        settle_mode(db, &Says(true), Some(late))
            .await
            .unwrap()
            .stored,
        Mode::Safe
    );
    assert_eq!(stage.incidents().await, ["mode_lease_lapsed"]);
    renew_lease(db, stage.ctx.owner, Some(late)).await.unwrap();
    assert_eq!(
        settle_mode(db, &Says(false), Some(late))
            .await
            .unwrap()
            .stored,
        Mode::Safe,
        "not clean"
    );
    assert_eq!(
        settle_mode(db, &Says(true), Some(late))
            .await
            .unwrap()
            .stored,
        Mode::Normal
    );
    let logged: Vec<(Option<String>, String)> = sqlx::query_as(
        "SELECT from_state, to_state FROM homeostat.event WHERE entity = 'mode' ORDER BY id",
    )
    .fetch_all(db.pool())
    .await
    .unwrap();
    let states: Vec<_> = logged.iter().map(|(_, to)| to.as_str()).collect();
    assert_eq!(states, ["NORMAL", "SAFE", "NORMAL"]);
}

/// SAFE bars a resend, and the resend's act stays open for as long: neither may wait for the other.
#[tokio::test]
async fn an_act_that_waits_for_normal_does_not_keep_it_away() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::LostRequest);
    stage.act(&vendor, "c-1").await;
    let unread = Cause::ReadBackMissing;
    let set = set_mode(&stage.ctx.db, Mode::Safe, unread, &Author::System, "unread").await;
    assert!(set.unwrap());
    stage.at_leased(seconds(42)).await;
    stage.recover(&vendor).await;
    assert_eq!(vendor.calls(), 1, "SAFE bars the resend");
    let now = Some(stage.now_after(seconds(43)));
    let settle = |order| settle_mode_of(&stage, order, now);
    assert_eq!(
        settle(Says(false)).await,
        Mode::Safe,
        "the limit is missing still"
    );
    assert_eq!(settle(Says(true)).await, Mode::Normal);
    stage.at_leased(seconds(60)).await;
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!((vendor.acts(), vendor.calls()), (1, 2));
    stage.assert_sound().await;
}

#[tokio::test]
async fn an_act_in_nobodys_hands_keeps_normal_away() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    drop(stage.permit(&vendor, "c-1").await);
    let cause = Cause::Recovery;
    let set = set_mode(
        &stage.ctx.db,
        Mode::Safe,
        cause,
        &Author::System,
        "back again",
    )
    .await;
    assert!(set.unwrap());
    stage.crash(Evidence::Waitpid).await;
    stage.at_leased(seconds(1)).await;
    let now = Some(stage.now_after(seconds(1)));
    assert_eq!(settle_mode_of(&stage, Says(true), now).await, Mode::Safe);
    stage.recover(&vendor).await;
    assert_eq!(settle_mode_of(&stage, Says(true), now).await, Mode::Normal);
}

async fn settle_mode_of(stage: &Stage, order: Says, now: Option<RuntimeTime>) -> Mode {
    settle_mode(&stage.ctx.db, &order, now)
        .await
        .unwrap()
        .stored
}

#[tokio::test]
async fn only_a_person_lifts_a_breach() {
    let stage = Stage::new().await;
    let db = &stage.ctx.db;
    let system = Author::System;
    assert!(
        set_mode(db, Mode::Safe, Cause::Breach, &system, "over")
            .await
            .unwrap()
    );
    let lighter = set_mode(db, Mode::Safe, Cause::LeaseLapsed, &system, "late")
        .await
        .unwrap();
    assert!(!lighter, "a lighter cause does not hide a weightier one");
    settle_mode(db, &Says(true), Some(stage.now_after(seconds(1))))
        .await
        .unwrap();
    assert_eq!(effective_mode(db, None).await.unwrap().cause, Cause::Breach);
    let up = set_mode(db, Mode::Normal, Cause::Started, &system, "fine").await;
    assert!(matches!(up, Err(EffectsError::NeedsPerson { .. })));
    let ada = Author::Person("ada".into());
    assert!(
        set_mode(db, Mode::Normal, Cause::Person, &ada, "looked")
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_mass_kill_sets_safe_until_a_person_has_looked() {
    let stage = Stage::new().await;
    let vendor = Vendor::pauses();
    for n in 0..3 {
        stage.act(&vendor, &format!("c-{n}")).await;
    }
    let decision = stage.decide("d-4", "c-4").await;
    let verdict = refused(stage.intend(&vendor, decision, &stage.kill()).await);
    assert!(verdict.refused_by("mass_kill"));
    assert_eq!(verdict.refusals().count(), 1);
    let view = effective_mode(&stage.ctx.db, None).await.unwrap();
    assert_eq!((view.stored, view.cause), (Mode::Safe, Cause::MassKill));
    assert_eq!(vendor.acts(), 3);
}

#[tokio::test]
async fn shadow_acts_never_and_suggest_waits_for_a_name() {
    let stage = Stage::new().await;
    let vendor = Vendor::pauses();
    let db = &stage.ctx.db;
    set_autonomy(db, POLICY, Autonomy::Suggest, "ada", "careful")
        .await
        .unwrap();
    let decision = stage.decide("d", "c-1").await;
    let waits = stage.intend(&vendor, decision, &stage.kill()).await;
    assert!(
        matches!(waits, Intended::Waits { until: None, .. }),
        "{waits:?}"
    );
    let mut connection = db.pool().acquire().await.unwrap();
    let approved = approve_in(&mut connection, decision, "ada").await.unwrap();
    assert!(approved.is_some());
    let again = approve_in(&mut connection, decision, "eve").await.unwrap();
    assert!(again.is_none());
    drop(connection);
    permitted(stage.intend(&vendor, decision, &stage.kill()).await);

    set_autonomy(db, POLICY, Autonomy::Shadow, "ada", "more careful")
        .await
        .unwrap();
    let decision = stage.decide("d-2", "c-2").await;
    refused(stage.intend(&vendor, decision, &stage.kill()).await);
    let stored = homeostat_effects::decision(db, decision)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.state, "shadowed");
}

#[tokio::test]
async fn a_pin_and_a_quarantine_stop_their_target_only() {
    let stage = Stage::new().await;
    let vendor = Vendor::pauses();
    let brand = "acme".parse().unwrap();
    for (n, kind) in [RestraintKind::Pin, RestraintKind::Quarantine]
        .into_iter()
        .enumerate()
    {
        let target = format!("c-{n}");
        let scope = format!("entity:acme/{target}");
        restrain(&stage.ctx.db, &brand, kind, &scope, "ada", "mine")
            .await
            .unwrap();
        let decision = stage.decide(&target, &target).await;
        assert!(refused(stage.intend(&vendor, decision, &stage.kill()).await).refused_by("mode"));
        drop(stage.permit(&vendor, &format!("free-{n}")).await);
    }
    let first = restraints(&stage.ctx.db).await.unwrap().remove(0);
    assert!(lift(&stage.ctx.db, first.id, "ada").await.unwrap());
    let decision = stage.decide("again", "c-0").await;
    permitted(stage.intend(&vendor, decision, &stage.kill()).await);
}

/// Red when only the decision's target is looked at: give `position::meet` that one again.
#[tokio::test]
async fn an_act_on_another_object_than_the_decisions_is_stopped_by_that_objects_pin() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let brand = "acme".parse().unwrap();
    let on_order = homeostat_effects::Intent {
        target: Some("order-1".into()),
        ..stage.spending(1_000_000)
    };
    let decision = stage.decide("d-1", "letter-1").await;
    permitted(stage.intend(&vendor, decision, &on_order).await);
    assert_eq!(stage.only_effect().await.target, "order-1");
    restrain(
        &stage.ctx.db,
        &brand,
        RestraintKind::Pin,
        "entity:acme/order-1",
        "ada",
        "mine",
    )
    .await
    .unwrap();
    let decision = stage.decide("d-2", "letter-2").await;
    assert!(refused(stage.intend(&vendor, decision, &on_order).await).refused_by("mode"));
}

#[tokio::test]
async fn a_resend_asks_the_mode_again() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Idempotent);
    vendor.next(Fault::LostRequest);
    stage.act(&vendor, "c-1").await;
    stage.set_mode(Mode::Halt).await;
    let pass = stage.recover(&vendor).await;
    assert_eq!((pass.resent, vendor.calls()), (0, 1));
    assert_eq!(stage.day().await, (10_000_000, 0), "the same hold waits");
    stage.set_mode(Mode::Normal).await;
    stage.at(seconds(5));
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!(stage.only_effect().await.state, EffectState::Settled);
    stage.assert_sound().await;
}

#[tokio::test]
async fn an_expired_permit_makes_no_call() {
    let mut stage = Stage::new().await;
    stage.ctx.settings.permit_ttl = std::time::Duration::ZERO;
    let vendor = Vendor::new(Class::Queryable);
    let permit = stage.permit(&vendor, "c-1").await;
    assert!(permit.is_expired());
    let effect = crate::stage::recorded(perform(&stage.ctx, vendor.clone(), permit).await.unwrap());
    assert_eq!((effect.state, vendor.calls()), (EffectState::Sending, 0));
}

/// Red when the mode that was looked at may be another one by the time of the change: a HALT that is set meanwhile would
/// be lifted by who may not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_looks_at_the_mode_to_change_it_is_waited_for() {
    let stage = Stage::new().await;
    let mut tx = stage.ctx.db.session(&[]).await.unwrap();
    sqlx::query("BEGIN").execute(&mut tx).await.unwrap();
    assert_eq!(lock_mode(&mut tx).await.unwrap(), Mode::Normal);
    let db = stage.ctx.db.clone();
    let halt = tokio::spawn(async move {
        let author = Author::Person("ada".into());
        set_mode(&db, Mode::Halt, Cause::Person, &author, "a test").await
    });
    stage.until_waiting(1).await;
    let author = Author::Person("eve".into());
    let is_set = set_mode_in(&mut tx, Mode::Safe, Cause::Person, &author, "a test").await;
    assert!(is_set.unwrap());
    sqlx::query("COMMIT").execute(&mut tx).await.unwrap();
    assert!(halt.await.unwrap().unwrap());
    let mode = effective_mode(&stage.ctx.db, None).await.unwrap();
    assert_eq!((mode.stored, mode.who.as_str()), (Mode::Halt, "ada"));
}
