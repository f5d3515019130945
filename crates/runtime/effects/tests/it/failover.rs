//! After a database failover the newest intents may be gone, and their calls made all the same: what has
//! no key is probed before its first call.

use homeostat_effects::{Class, EffectState, Intended};
use homeostat_model::{DecisionId, EffectId};

use crate::{
    stage::{Stage, permitted, seconds},
    vendor::Vendor,
};

/// A standby took over: another timeline than the one that the row remembers.
async fn fail_over(stage: &Stage) {
    sqlx::query("UPDATE homeostat.server SET timeline = timeline - 1")
        .execute(stage.ctx.db.pool())
        .await
        .unwrap();
}

/// One intent before, so that the server is known; a decision; then the failover. The intent of the
/// decision was lost: it would have had the id that the next one gets.
async fn lost(class: Class) -> (Stage, std::sync::Arc<Vendor>, DecisionId, EffectId) {
    let stage = Stage::new().await;
    let vendor = Vendor::new(class);
    let known = stage.permit(&vendor, "c-0").await.effect();
    let registry = homeostat_effects::Registry::new();
    let absent = homeostat_effects::Resolution::Absent;
    homeostat_effects::resolve(&stage.ctx, &registry, known, absent, "a test", "ada")
        .await
        .unwrap();
    let decision = stage.decide("d", "c-1").await;
    fail_over(&stage).await;
    (stage, vendor, decision, EffectId(known.0 + 1))
}

async fn intend(stage: &Stage, vendor: &Vendor, decision: DecisionId) -> Intended {
    stage
        .intend(vendor, decision, &stage.spending(10_000_000))
        .await
}

#[tokio::test]
async fn a_call_of_a_lost_intent_is_found_and_not_made_again() {
    for class in [Class::Queryable, Class::Idempotent] {
        let (stage, vendor, decision, lost) = lost(class).await;
        vendor.remember(lost);
        let Intended::Existing(effect) = intend(&stage, &vendor, decision).await else {
            panic!("{class:?} was permitted unasked");
        };
        assert_eq!((effect.id, effect.state), (lost, EffectState::Sending));
        stage.assert_sound().await;
        assert_eq!(stage.recover(&vendor).await.settled, 1, "{class:?}");
        assert_eq!((vendor.calls(), vendor.acts()), (0, 1));
        stage.assert_sound().await;
    }
}

#[tokio::test]
async fn an_act_that_nobody_made_is_made_once_after_the_horizon() {
    let (mut stage, vendor, decision, _) = lost(Class::Queryable).await;
    assert!(matches!(
        intend(&stage, &vendor, decision).await,
        Intended::Existing(_)
    ));
    // Absent so far: the lost call may still be in flight.
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
    assert_eq!(vendor.calls(), 0);
    stage.at(seconds(31));
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!((vendor.calls(), vendor.acts()), (1, 1));
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_blind_act_that_may_have_been_made_is_left_to_a_person() {
    let (mut stage, vendor, decision, _) = lost(Class::Blind).await;
    assert!(matches!(
        intend(&stage, &vendor, decision).await,
        Intended::Existing(_)
    ));
    stage.at(seconds(3_600));
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
    assert_eq!(vendor.calls(), 0);
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_key_needs_no_probe_and_later_decisions_need_none_either() {
    let (stage, vendor, decision, _) = lost(Class::Keyed).await;
    permitted(intend(&stage, &vendor, decision).await);
    // Noticed by the intent above. Decided afterwards, and intended within the horizon: asked first.
    let mut stage = stage;
    let queryable = Vendor::new(Class::Queryable);
    let soon = stage.decide("soon", "c-2").await;
    assert!(matches!(
        intend(&stage, &queryable, soon).await,
        Intended::Existing(_)
    ));
    stage.at_leased(seconds(31)).await;
    let later = stage.decide("later", "c-3").await;
    permitted(intend(&stage, &queryable, later).await);
}

#[tokio::test]
async fn without_a_failover_nothing_is_asked_first() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    for target in ["c-1", "c-2"] {
        stage.act(&vendor, target).await;
    }
    assert_eq!((vendor.probes(), vendor.acts()), (0, 2));
}
