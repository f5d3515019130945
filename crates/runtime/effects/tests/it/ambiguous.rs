//! An intent whose commit got no answer yields no permit, and is resolved by its key.

use homeostat_effects::{
    Ambiguous, AmbiguousFound, Class, EffectState, EffectsError, resolve_ambiguous,
};

use crate::{
    stage::{Stage, seconds},
    vendor::Vendor,
};

#[tokio::test]
async fn a_written_intent_is_found_and_sent_without_a_probe() {
    // Blind, because only the proof that nothing left allows a blind act to be sent.
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    // The commit was written; its answer, and with it the permit, is lost.
    drop(stage.permit(&vendor, "c-1").await);
    let effect = stage.only_effect().await;
    let lost = Ambiguous {
        decision: effect.decision,
        key: effect.key,
        effect: Some(effect.id),
    };
    let found = resolve_ambiguous(&stage.ctx, &lost).await.unwrap();
    assert!(matches!(found, AmbiguousFound::Written(_)), "{found:?}");
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!((vendor.acts(), vendor.probes()), (1, 0));
    assert_eq!(stage.only_effect().await.state, EffectState::Settled);
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_commit_that_breaks_gives_no_permit_and_can_be_intended_again() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let decision = stage.decide("d", "c-1").await;
    // The backend dies inside the commit, before it is durable.
    sqlx::raw_sql(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
         CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON homeostat.effect DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION die()",
    )
    .execute(stage.ctx.db.pool())
    .await
    .unwrap();
    let intent = stage.spending(1);
    let spec = vendor.spec_ref();
    let answer =
        homeostat_effects::intend(&stage.ctx, spec, decision, &intent, &stage.limits).await;
    let Err(EffectsError::Ambiguous(lost)) = answer else {
        panic!("{answer:?}")
    };
    assert!(lost.effect.is_some());
    let found = resolve_ambiguous(&stage.ctx, &lost).await.unwrap();
    assert!(matches!(found, AmbiguousFound::NotWritten), "{found:?}");
    sqlx::raw_sql("DROP TRIGGER dies ON homeostat.effect")
        .execute(stage.ctx.db.pool())
        .await
        .unwrap();
    crate::stage::permitted(stage.intend(&vendor, decision, &intent).await);
    stage.assert_sound().await;
}

#[tokio::test]
async fn an_intent_that_was_not_written_is_said_to_be_absent() {
    let stage = Stage::new().await;
    let decision = stage.decide("d", "c-1").await;
    let lost = Ambiguous {
        decision,
        key: "test.act/acme/c-1/decision-1".into(),
        effect: None,
    };
    let found = resolve_ambiguous(&stage.ctx, &lost).await.unwrap();
    assert!(matches!(found, AmbiguousFound::NotWritten));
}

#[tokio::test]
async fn the_effect_of_another_intent_is_left_alone() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    drop(stage.permit(&vendor, "c-1").await);
    let effect = stage.only_effect().await;
    let lost = Ambiguous {
        decision: effect.decision,
        key: effect.key.clone(),
        effect: Some(homeostat_model::EffectId(effect.id.0 + 1)),
    };
    let found = resolve_ambiguous(&stage.ctx, &lost).await.unwrap();
    assert!(matches!(found, AmbiguousFound::ByAnother(_)));
    // Its request may have left: nobody calls it unsent.
    stage.at(seconds(11));
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
}

#[tokio::test]
async fn the_look_waits_for_a_commit_that_is_still_under_way() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    drop(stage.permit(&vendor, "c-1").await);
    let effect = stage.only_effect().await;
    let lost = Ambiguous {
        decision: effect.decision,
        key: effect.key,
        effect: Some(effect.id),
    };
    let mut other = stage.ctx.db.pool().acquire().await.unwrap();
    sqlx::query("BEGIN").execute(&mut *other).await.unwrap();
    sqlx::query("SELECT FROM homeostat.decision FOR UPDATE")
        .execute(&mut *other)
        .await
        .unwrap();
    let look = tokio::spawn({
        let ctx = stage.ctx.clone();
        async move { resolve_ambiguous(&ctx, &lost).await.unwrap() }
    });
    // The look is waiting for the lock, and for nothing else.
    stage.until_waiting(1).await;
    assert!(!look.is_finished());
    sqlx::query("COMMIT").execute(&mut *other).await.unwrap();
    assert!(matches!(look.await.unwrap(), AmbiguousFound::Written(_)));
}
