//! L8, L9: whatever the owner was doing when it died, the next pass finishes the bookkeeping.

use homeostat_effects::{Class, EffectState, Intended, Performed, Provenance, perform};
use homeostat_liveness::Evidence;

use crate::{
    stage::{Stage, recorded, seconds},
    vendor::{Fault, Vendor},
};

#[tokio::test]
async fn a_crash_after_the_intent_is_sent_once_by_somebody_else() {
    for class in [Class::Keyed, Class::Queryable, Class::Idempotent] {
        let mut stage = Stage::new().await;
        let vendor = Vendor::new(class);
        drop(stage.permit(&vendor, "c-1").await);
        stage.crash(Evidence::Waitpid).await;
        stage.recover(&vendor).await;
        stage.at(seconds(32));
        stage.recover(&vendor).await;
        let effect = stage.only_effect().await;
        assert_eq!(effect.state, EffectState::Settled, "{class:?}");
        assert_eq!(effect.provenance, Some(Provenance::Recovered));
        assert_eq!((vendor.acts(), vendor.calls()), (1, 1));
        stage.assert_sound().await;
    }
}

#[tokio::test]
async fn a_crash_after_the_call_is_recovered_by_the_probe() {
    for class in [Class::Keyed, Class::Queryable, Class::Idempotent] {
        let mut stage = Stage::new().await;
        let vendor = Vendor::new(class);
        let permit = stage.permit(&vendor, "c-1").await;
        vendor.next(Fault::Stall);
        let call = tokio::spawn({
            let (ctx, vendor) = (stage.ctx.clone(), vendor.clone());
            async move { perform(&ctx, vendor, permit).await }
        });
        vendor.entered.notified().await;
        // The act is in the vendor's books; nothing of it is in ours.
        stage.crash(Evidence::Flock).await;
        assert_eq!(stage.recover(&vendor).await.settled, 1);
        let effect = stage.only_effect().await;
        assert_eq!(effect.provenance, Some(Provenance::Recovered), "{class:?}");
        // The dead one speaks after all: it changes nothing and its receipt is kept.
        vendor.let_go.notify_one();
        assert!(matches!(call.await.unwrap().unwrap(), Performed::Fenced));
        assert_eq!(stage.only_effect().await, effect);
        assert_eq!(vendor.acts(), 1);
        stage.assert_sound().await;
    }
}

#[tokio::test]
async fn a_blind_act_in_a_dead_owners_hands_is_unknown_and_held() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    drop(stage.permit(&vendor, "c-1").await);
    stage.crash(Evidence::Waitpid).await;
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
    stage.at_leased(seconds(3_600)).await;
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
    assert_eq!((vendor.calls(), stage.day().await), (0, (10_000_000, 0)));
    stage.assert_sound().await;
}

#[tokio::test]
async fn an_owner_that_misses_its_deadline_is_fenced() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Idempotent);
    let permit = stage.permit(&vendor, "c-1").await;
    assert_eq!(
        stage.recover(&vendor).await.adopted,
        0,
        "a live owner's effect is left alone"
    );
    stage.at(seconds(11));
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    // The slow owner's permit is for a call that was overtaken; the vendor sees to the rest.
    let late = perform(&stage.ctx, vendor.clone(), permit).await.unwrap();
    assert!(matches!(late, Performed::Fenced));
    assert_eq!(vendor.acts(), 1);
    stage.assert_sound().await;
}

#[tokio::test]
async fn verify_finds_an_effect_that_nobody_took_over() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    drop(stage.permit(&vendor, "c-1").await);
    stage.crash(Evidence::Waitpid).await;
    stage.assert_sound().await;
    sqlx::query("UPDATE homeostat.process SET ended_at = ended_at - interval '2 minutes' WHERE state = 'ended'")
        .execute(stage.ctx.db.pool())
        .await
        .unwrap();
    let checks = homeostat_effects::verify(&stage.ctx.db).await.unwrap();
    let broken: Vec<_> = checks
        .iter()
        .filter(|c| c.violations > 0)
        .map(|c| c.name)
        .collect();
    assert_eq!(broken, ["open_effects_are_in_hands"]);
    stage.recover(&vendor).await;
    stage.assert_sound().await;
}

#[tokio::test]
async fn an_ended_epoch_gets_no_permit_and_recovers_nothing() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let decision = stage.decide("d", "c-1").await;
    let dead = stage.ctx.clone();
    stage.crash(Evidence::Waitpid).await;
    let intent = stage.spending(1);
    let answer =
        homeostat_effects::intend(&dead, vendor.spec_ref(), decision, &intent, &stage.limits);
    assert!(answer.await.unwrap_err().to_string().contains("ended"));
    let registry = homeostat_effects::Registry::new().with(vendor.clone());
    assert!(homeostat_effects::recover(&dead, &registry).await.is_err());
    assert!(matches!(
        stage.intend(&vendor, decision, &intent).await,
        Intended::Permitted(_)
    ));
}

#[tokio::test]
async fn an_outdated_program_gets_no_permit() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let decision = stage.decide("d", "c-1").await;
    sqlx::query("INSERT INTO homeostat.min_version (version) VALUES ('9.0.0')")
        .execute(stage.ctx.db.pool())
        .await
        .unwrap();
    let intent = stage.spending(1);
    let answer = homeostat_effects::intend(
        &stage.ctx,
        vendor.spec_ref(),
        decision,
        &intent,
        &stage.limits,
    );
    assert!(
        answer
            .await
            .unwrap_err()
            .to_string()
            .contains("min_version")
    );
}

#[tokio::test]
async fn a_call_goes_on_when_the_job_that_began_it_is_cancelled() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let permit = stage.permit(&vendor, "c-1").await;
    vendor.next(Fault::Stall);
    let job = tokio::spawn({
        let (ctx, vendor) = (stage.ctx.clone(), vendor.clone());
        async move { perform(&ctx, vendor, permit).await }
    });
    vendor.entered.notified().await;
    job.abort();
    assert!(job.await.unwrap_err().is_cancelled());
    vendor.let_go.notify_one();
    stage.ctx.calls.close();
    stage.ctx.calls.wait().await;
    assert_eq!(stage.only_effect().await.state, EffectState::Settled);
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_process_that_doubts_its_own_life_makes_no_call() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let permit = stage.permit(&vendor, "c-1").await;
    let doubtful = homeostat_effects::Ctx::with_soundness(
        &stage.ctx.db,
        stage.ctx.owner,
        crate::stage::quick(),
        || false,
    );
    let effect = recorded(perform(&doubtful, vendor.clone(), permit).await.unwrap());
    assert_eq!((effect.state, vendor.calls()), (EffectState::Sending, 0));
}

#[tokio::test]
async fn many_recoverers_take_each_effect_once() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    // Four: a fifth loss in a row would open the breaker.
    for n in 0..4 {
        vendor.next(Fault::LostReply);
        stage.act(&vendor, &format!("c-{n}")).await;
    }
    let passes = (0..4).map(|_| {
        let (ctx, registry) = (
            stage.ctx.clone(),
            homeostat_effects::Registry::new().with(vendor.clone()),
        );
        tokio::spawn(async move { homeostat_effects::recover(&ctx, &registry).await.unwrap() })
    });
    let mut settled = 0;
    for pass in passes.collect::<Vec<_>>() {
        settled += pass.await.unwrap().settled;
    }
    assert_eq!((settled, vendor.acts(), vendor.probes()), (4, 4, 4));
    stage.assert_sound().await;
}
