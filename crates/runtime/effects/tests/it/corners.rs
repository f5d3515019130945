//! Corners of the protocol: actuators with bugs, senders and recoverers that stall, vendors that change
//! their word, a database that goes away in the middle.

use std::time::Duration;

use homeostat_effects::{
    Class, Ctx, EffectState, EffectsError, Performed, Registry, Resolution, perform, recover,
    resolve,
};
use homeostat_liveness::Evidence;
use homeostat_model::Money;
use homeostat_testkit::Proxy;

use crate::{
    stage::{Stage, begin_epoch, quick, recorded, seconds},
    vendor::{Fault, ProbeFault, Vendor},
};

#[tokio::test]
async fn an_actuator_that_panics_has_ended_its_call() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::Panic);
    let effect = recorded(stage.act(&vendor, "c-1").await);
    assert_eq!(effect.state, EffectState::Unknown);
    assert!(effect.reason.unwrap().contains("panicked"));
    // Its process lives on; that the call is over is enough, once nothing can be in flight.
    stage.at(seconds(31));
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!(vendor.acts(), 1);
    stage.assert_sound().await;
}

#[tokio::test]
async fn an_actuator_that_never_answers_is_given_up_and_asked_about() {
    let stage = Stage::new().await;
    let vendor = Vendor::timed(Class::Queryable, |spec| {
        spec.call_timeout = Duration::from_millis(50);
    });
    vendor.next(Fault::Stall);
    let effect = recorded(stage.act(&vendor, "c-1").await);
    assert_eq!(effect.state, EffectState::Unknown);
    assert!(effect.reason.unwrap().contains("no answer within"));
    // A probe that panics and one that never answers tell nothing, and the next one is scheduled.
    for fault in [ProbeFault::Panic, ProbeFault::Stall] {
        vendor.next_probe(fault);
        let registry = Registry::new().with(vendor.clone());
        assert!(
            homeostat_effects::recover_one(&stage.ctx, &registry, effect.id)
                .await
                .unwrap()
        );
        let effect = stage.only_effect().await;
        assert_eq!(effect.state, EffectState::Unknown, "{fault:?}");
        assert!(effect.next_probe_at.is_some());
    }
    let registry = Registry::new().with(vendor.clone());
    homeostat_effects::recover_one(&stage.ctx, &registry, effect.id)
        .await
        .unwrap();
    assert_eq!(stage.only_effect().await.state, EffectState::Settled);
    assert_eq!((vendor.acts(), vendor.calls()), (1, 1));
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_recoverer_that_stalls_between_adopting_and_recording_is_fenced() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::LostReply);
    stage.act(&vendor, "c-1").await;
    vendor.next_probe(ProbeFault::Stall);
    let stalled = tokio::spawn({
        let (ctx, registry) = (stage.ctx.clone(), Registry::new().with(vendor.clone()));
        async move { recover(&ctx, &registry).await.unwrap() }
    });
    vendor.entered.notified().await;
    assert_eq!(
        stage.recover(&vendor).await.adopted,
        0,
        "it is in live hands"
    );
    // Stopped for longer than a probe may take; another process takes over.
    stage.at(seconds(61));
    stage.ctx.owner = begin_epoch(&stage.database).await;
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    let settled = stage.only_effect().await;
    vendor.let_go.notify_one();
    assert_eq!(stalled.await.unwrap().settled, 0);
    assert_eq!(stage.only_effect().await, settled);
    assert_eq!(vendor.acts(), 1);
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_sender_that_wakes_late_and_made_no_call_lets_the_act_be_sent() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let permit = stage.permit(&vendor, "c-1").await;
    let slept = Ctx::with_soundness(&stage.ctx.db, stage.ctx.owner, quick(), || false);
    // Stopped before its call, and nobody kills it: its death is not proven, so nothing is sent.
    stage.ctx.owner = begin_epoch(&stage.database).await;
    for after in [11, 60] {
        stage.at_leased(seconds(after)).await;
        assert_eq!(stage.recover(&vendor).await.unknown, 1);
    }
    assert_eq!(vendor.calls(), 0);
    let late = perform(&slept, vendor.clone(), permit).await.unwrap();
    assert!(matches!(late, Performed::Fenced));
    // What it says is heard: nothing left.
    stage.at_leased(seconds(130)).await;
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!((vendor.acts(), vendor.calls()), (1, 1));
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_key_that_runs_out_is_not_counted_on() {
    let mut stage = Stage::new().await;
    // Shorter than the slack between the vendor's clock and ours.
    let vendor = Vendor::timed(Class::Keyed, |spec| {
        spec.key_life = Duration::from_secs(50);
    });
    vendor.next(Fault::LostRequest);
    stage.act(&vendor, "c-1").await;
    let pass = stage.recover(&vendor).await;
    assert_eq!((pass.resent, pass.unknown), (0, 1));
    // From now on by the rule of what can only be asked.
    stage.at(seconds(31));
    assert_eq!(stage.recover(&vendor).await.resent, 1);
    assert_eq!((vendor.acts(), vendor.calls()), (1, 2));
    stage.assert_sound().await;
}

#[tokio::test]
async fn what_was_accepted_may_still_be_refused() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::Accept);
    let effect = recorded(stage.act(&vendor, "c-1").await);
    assert_eq!(effect.state, EffectState::Accepted);
    vendor.next_probe(ProbeFault::Refused);
    stage.at(seconds(6));
    assert_eq!(stage.recover(&vendor).await.refused, 1);
    assert_eq!(stage.day().await, (0, 0));
    stage.assert_sound().await;
}

#[tokio::test]
async fn what_was_accepted_is_never_sent_again_whatever_is_heard_since() {
    for class in [Class::Keyed, Class::Queryable, Class::Idempotent] {
        let mut stage = Stage::new().await;
        let vendor = Vendor::new(class);
        vendor.next(Fault::Accept);
        recorded(stage.act(&vendor, "c-1").await);
        // For a while the vendor cannot tell; then it shows no trace, and its sender is long gone.
        vendor.turn_a_blind_eye(true);
        stage.at(seconds(6));
        assert_eq!(stage.recover(&vendor).await.unknown, 1);
        vendor.turn_a_blind_eye(false);
        stage.crash(Evidence::Waitpid).await;
        stage.at_leased(seconds(120)).await;
        stage.recover(&vendor).await;
        assert_eq!((vendor.calls(), vendor.acts()), (1, 0), "{class:?}");
        vendor.complete();
        stage.at_leased(seconds(240)).await;
        assert_eq!(stage.recover(&vendor).await.settled, 1, "{class:?}");
        assert_eq!((vendor.calls(), vendor.acts()), (1, 1));
        stage.assert_sound().await;
    }
}

#[tokio::test]
async fn a_cost_in_another_currency_is_no_figure() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    vendor.next(Fault::LostReply);
    let id = recorded(stage.act(&vendor, "c-1").await).id;
    let dollars = Money::from_micros(3_000_000, "USD".parse().unwrap());
    let happened = Resolution::Happened(Some(dollars));
    let effect = resolve(&stage.ctx, &Registry::new(), id, happened, "invoice", "ada")
        .await
        .unwrap();
    assert_eq!(effect.actual_micros, Some(10_000_000), "what was held");
    assert_eq!(stage.day().await, (0, 10_000_000));
    assert_eq!(stage.incidents().await, ["receipt_currency"]);
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_late_receipt_over_the_hold_is_a_breach_too() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    let permit = stage.permit(&vendor, "c-1").await;
    let sender = stage.ctx.clone();
    stage.crash(Evidence::Guess).await;
    let id = stage.only_effect().await.id;
    let registry = Registry::new().with(vendor.clone());
    resolve(&stage.ctx, &registry, id, Resolution::Absent, "sure", "ada")
        .await
        .unwrap();
    vendor.next(Fault::Costs(15_000_000));
    perform(&sender, vendor.clone(), permit).await.unwrap();
    assert_eq!(stage.day().await, (0, 15_000_000));
    let mut kinds = stage.incidents().await;
    kinds.sort();
    assert_eq!(kinds, ["late_receipt_mismatch", "mode_breach", "overspend"]);
}

/// The stage's handle, speaking through a proxy.
async fn through(stage: &Stage, proxy: &Proxy) -> Ctx {
    Ctx::with_soundness(&proxy.db().await, stage.ctx.owner, quick(), || true)
}

#[tokio::test]
async fn an_answer_waits_for_a_database_that_went_away() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    let proxy = Proxy::before(&stage.database);
    let ctx = through(&stage, &proxy).await;
    let permit = stage.permit(&vendor, "c-1").await;
    vendor.next(Fault::Stall);
    let call = tokio::spawn({
        let vendor = vendor.clone();
        async move { perform(&ctx, vendor, permit).await.unwrap() }
    });
    vendor.entered.notified().await;
    proxy.go_away();
    vendor.let_go.notify_one();
    // More often than one transaction tries by itself.
    proxy.turned_away(6).await;
    assert!(!call.is_finished());
    proxy.come_back();
    let effect = recorded(call.await.unwrap());
    assert_eq!(effect.state, EffectState::Settled);
    assert!(effect.receipt.unwrap().contains("success"));
    stage.assert_sound().await;
}

#[tokio::test]
async fn an_outcome_whose_commit_got_no_answer_is_recorded_once() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let proxy = Proxy::before(&stage.database);
    let ctx = through(&stage, &proxy).await;
    let permit = stage.permit(&vendor, "c-1").await;
    proxy.lose_answer_after(0);
    let effect = recorded(perform(&ctx, vendor.clone(), permit).await.unwrap());
    assert_eq!(effect.state, EffectState::Settled);
    let rows: (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM homeostat.api_usage), (SELECT count(*) FROM homeostat.late_receipt)",
    )
    .fetch_one(stage.ctx.db.pool())
    .await
    .unwrap();
    assert_eq!(rows, (1, 0), "one use, and nobody was late");
    assert_eq!(stage.day().await, (0, 10_000_000));
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_resend_whose_commit_got_no_answer_makes_no_call_and_is_called_later() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::LostRequest);
    stage.act(&vendor, "c-1").await;
    stage.at_leased(seconds(31)).await;
    let proxy = Proxy::before(&stage.database);
    let ctx = through(&stage, &proxy)
        .await
        .at(stage.now_after(seconds(31)));
    // The first commit adopts.
    proxy.lose_answer_after(1);
    let registry = Registry::new().with(vendor.clone());
    recover(&ctx, &registry).await.unwrap();
    let effect = stage.only_effect().await;
    assert_eq!(
        (effect.state, effect.sends, vendor.calls()),
        (EffectState::Sending, 2, 1)
    );
    assert!(effect.next_probe_at.is_some(), "in nobody's hands, and due");
    // The same process lives on, and its word that no call was made is enough.
    stage.at_leased(seconds(70)).await;
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!((vendor.calls(), vendor.acts()), (2, 1));
    stage.assert_sound().await;
}

#[tokio::test]
async fn an_intent_whose_commit_got_no_answer_is_found_by_its_key() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    let proxy = Proxy::before(&stage.database);
    let ctx = through(&stage, &proxy).await;
    let decision = stage.decide("d", "c-1").await;
    let intent = stage.spending(10_000_000);
    proxy.lose_answer_after(0);
    let spec = vendor.spec_ref();
    let answer = homeostat_effects::intend(&ctx, spec, decision, &intent, &stage.limits).await;
    let Err(EffectsError::Ambiguous(lost)) = answer else {
        panic!("{answer:?}")
    };
    let found = homeostat_effects::resolve_ambiguous(&ctx, &lost)
        .await
        .unwrap();
    assert!(
        matches!(found, homeostat_effects::AmbiguousFound::Written(_)),
        "{found:?}"
    );
    // The look used the database's own clock.
    stage.at_leased(seconds(5)).await;
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!((vendor.calls(), vendor.acts()), (1, 1));
    stage.assert_sound().await;
}
