//! L3: an act on the world happens once. Whoever is not sure asks the vendor before anything is sent
//! again; what cannot be asked is never sent again, and its count stays held; what a fenced owner
//! heard is kept and believed.
//!
//! Under test: intent → call → record and the recovery pass, with the real actuator against the
//! sandbox over HTTP, judged by the sandbox's own books. Vendors of other classes are played in memory.

mod budgets;
mod launches;

use std::{sync::Arc, time::Duration};

use homeostat_effects::{
    Class, Ctx, EffectState, Intended, Performed, Provenance, intend, perform,
};
use homeostat_liveness::Evidence;
use homeostat_operator::actuators::pause_campaign::PauseCampaign;
use homeostat_sandbox::Fault;

use crate::{
    acts::{Acts, Twist},
    stage::{Stage, recorded, seconds},
    vendor::{Vendor, campaign},
};

/// Red without the probe: let `look` in `effects/recovery` answer `Look::Absent` unasked.
#[tokio::test]
async fn a_lost_reply_is_found_in_the_vendors_books_and_not_sent_again() {
    let (stage, vendor) = Vendor::stage(1).await;
    vendor.order("meta.set_status", "lose_reply").await;
    let effect = recorded(stage.act(&vendor.pause, &campaign(0)).await);
    assert_eq!(effect.state, EffectState::Unknown);
    assert_eq!(
        stage.window("mass_kill").await,
        (1, 0),
        "the count is still held"
    );
    assert_eq!(stage.recover(&vendor.pause).await.settled, 1);
    let effect = stage.only_effect().await;
    assert_eq!(
        (effect.state, effect.provenance),
        (EffectState::Settled, Some(Provenance::Probed))
    );
    assert_eq!(effect.sends, 1);
    let acts = vendor.handle.acts();
    assert_eq!(acts.len(), 1, "{acts:?}");
    assert_eq!(
        (acts[0].request_id.clone(), acts[0].applied),
        (format!("effect-{}", effect.id), true)
    );
    assert_eq!(stage.window("mass_kill").await, (0, 1));
    stage.assert_sound().await;
}

/// Red when an absent act is given up, or sent on every pass: change the arm of `Class::Idempotent`
/// in `effects/recovery/plan`.
#[tokio::test]
async fn a_lost_request_is_sent_again_and_happens_once() {
    let (mut stage, vendor) = Vendor::stage(1).await;
    vendor.order("meta.set_status", "lose_request").await;
    let effect = recorded(stage.act(&vendor.pause, &campaign(0)).await);
    assert_eq!(
        (effect.state, vendor.handle.acts().len()),
        (EffectState::Unknown, 0)
    );
    let pass = stage.recover(&vendor.pause).await;
    assert_eq!((pass.resent, pass.settled), (1, 1), "{pass:?}");
    stage.at(seconds(3_600)).await;
    assert!(
        stage.recover(&vendor.pause).await.is_clean(),
        "a settled act needs no further pass"
    );
    assert_eq!(stage.only_effect().await.sends, 2);
    assert_eq!((vendor.handle.acts().len(), vendor.applied().len()), (1, 1));
    stage.assert_sound().await;
}

/// Red without the probe, as above: the landed request would be sent again.
#[tokio::test]
async fn a_request_that_lands_after_the_caller_gave_up_is_found() {
    let (stage, mut vendor) = Vendor::stage(1).await;
    vendor.order_late("meta.set_status", 1_000).await;
    let hasty = vendor.hasty::<PauseCampaign>(Duration::from_millis(300));
    let effect = recorded(stage.act(&hasty, &campaign(0)).await);
    assert_eq!(effect.state, EffectState::Unknown);
    vendor.handle.acts_reached(1).await.unwrap();
    assert_eq!(vendor.handle.acts()[0].fault, Some(Fault::LandLate));
    assert_eq!(stage.recover(&vendor.pause).await.settled, 1);
    assert_eq!(
        (stage.only_effect().await.sends, vendor.handle.acts().len()),
        (1, 1)
    );
    stage.assert_sound().await;
}

/// Red without the horizon: in `effects/recovery/plan` let a queryable act be sent again at once.
#[tokio::test]
async fn an_absent_act_may_still_be_in_flight_until_the_horizon() {
    let mut stage = Stage::new().await;
    let acts = Acts::new(Class::Queryable);
    acts.next(Twist::InFlight);
    stage.act(&acts, "c-1").await;
    assert_eq!(stage.recover(&acts).await.unknown, 1);
    assert_eq!(acts.calls(), 1, "absent so far proves nothing");
    acts.land();
    // The permit's life and the horizon have passed.
    stage.at(seconds(91)).await;
    assert_eq!(stage.recover(&acts).await.settled, 1);
    assert_eq!((acts.calls(), acts.done()), (1, 1));
    stage.assert_sound().await;
}

/// Red without the fence: drop `AND owner = $3` and `AND calls = $2` from `effects/settle/rows`.
/// Red without late receipts: drop `late::keep` in `effects/settle`.
#[tokio::test]
async fn what_a_fenced_owner_heard_is_kept_and_believed() {
    let mut stage = Stage::new().await;
    // Blind: the late receipt is the only proof that there will ever be.
    let acts = Acts::new(Class::Blind);
    acts.next(Twist::Stalled);
    let permit = stage.permit(&*acts, "c-1").await;
    let call = tokio::spawn({
        let (ctx, acts) = (stage.ctx.clone(), acts.clone());
        async move { perform(&ctx, acts, permit).await.unwrap() }
    });
    acts.entered.notified().await;
    stage.crash(Evidence::Guess).await;
    assert_eq!(stage.recover(&acts).await.unknown, 1);
    let before = stage.only_effect().await;
    acts.let_go.notify_one();
    assert!(matches!(call.await.unwrap(), Performed::Fenced));
    assert_eq!(
        stage.only_effect().await,
        before,
        "a fenced answer moves nothing"
    );
    assert_eq!(
        stage
            .count("homeostat.late_receipt WHERE outcome = 'happened' AND matches")
            .await,
        1
    );
    stage.at(seconds(120)).await;
    assert_eq!(stage.recover(&acts).await.settled, 1);
    assert!(stage.only_effect().await.receipt.unwrap().contains("done"));
    assert_eq!((acts.calls(), acts.done()), (1, 1));
    stage.assert_sound().await;
}

/// Red without one effect per key: make the effect's key depend on anything but the decision.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_decision_acted_on_by_many_is_one_act() {
    let (stage, vendor) = Vendor::stage(1).await;
    let decision = stage.decide("once", &campaign(0)).await;
    let mut rivals = Vec::new();
    for _ in 0..8 {
        let (ctx, limits) = (stage.ctx.clone(), stage.limits.clone());
        let (pause, intent) = (vendor.pause.clone(), stage.intent(&*vendor.pause));
        rivals.push(tokio::spawn(async move {
            let spec = homeostat_effects::Actuator::spec(&*pause).clone();
            let intended = intend(&ctx, &spec, decision, &intent, &limits)
                .await
                .unwrap();
            carry_out(&ctx, pause, intended).await
        }));
    }
    let mut performed = 0;
    for rival in rivals {
        performed += u32::from(rival.await.unwrap());
    }
    assert_eq!((performed, vendor.handle.acts().len()), (1, 1));
    assert_eq!(stage.only_effect().await.state, EffectState::Settled);
    stage.assert_sound().await;
}

async fn carry_out(
    ctx: &Ctx,
    actuator: Arc<impl homeostat_effects::Actuator + 'static>,
    intended: Intended,
) -> bool {
    match intended {
        Intended::Permitted(permit) => {
            recorded(perform(ctx, actuator, permit).await.unwrap());
            true
        }
        Intended::Existing(_) => false,
        other => panic!("{other:?}"),
    }
}

/// Red without the look at the server: let `lands_by` in `effects/intend/failover` answer `None`.
#[tokio::test]
async fn after_a_database_failover_an_act_is_looked_for_before_its_first_call() {
    let (stage, vendor) = Vendor::stage(1).await;
    recorded(stage.act(&vendor.pause, &campaign(1)).await);
    let decision = stage.decide("before", &campaign(0)).await;
    // Its intent was permitted and called, and lost with the primary: a standby is on a new timeline.
    let lost = campaign(0).parse().unwrap();
    let paused = homeostat_vendors::meta::Status::Paused;
    let meta = &vendor.operator.meta;
    meta.set_status(&lost, paused, "lost").await.unwrap();
    sqlx::query("UPDATE homeostat.server SET timeline = timeline - 1")
        .execute(stage.ctx.db.pool())
        .await
        .unwrap();
    let intent = stage.intent(&*vendor.pause);
    let Intended::Existing(effect) = stage.intend(&*vendor.pause, decision, &intent).await else {
        panic!("the second call was permitted unasked");
    };
    let before = vendor.handle.acts().len();
    assert_eq!(stage.recover(&vendor.pause).await.settled, 1);
    assert_eq!(vendor.handle.acts().len(), before, "nothing was sent again");
    let effect = homeostat_effects::effect(&stage.ctx.db, effect.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(effect.state, EffectState::Settled);
    stage.assert_sound().await;
}

/// Red when a blind act is sent again: let `Look::CannotTell` in `effects/recovery` be `Next::Resend`.
#[tokio::test]
async fn a_blind_act_is_never_sent_again() {
    let mut stage = Stage::new().await;
    let acts = Acts::new(Class::Blind);
    acts.next(Twist::RequestLost);
    stage.act(&acts, "c-1").await;
    for minutes in [1, 60, 24 * 60] {
        stage.crash(Evidence::Waitpid).await;
        stage.at(seconds(minutes * 60)).await;
        stage.recover(&acts).await;
        assert_eq!(stage.only_effect().await.state, EffectState::Unknown);
    }
    assert_eq!(acts.calls(), 1);
    assert_eq!(
        stage.money().await,
        (10_000_000, 0),
        "its money is still held"
    );
    stage.assert_sound().await;
}
