//! Creations, for which the vendor takes no key: a token in the name, the horizon, adoption.

use std::time::Duration;

use homeostat_effects::{EffectState, Provenance, token};
use homeostat_liveness::Evidence;
use homeostat_model::EffectId;
use homeostat_operator::{
    actuators::{
        Deed, create_campaign::CreateCampaign, pause_campaign::PauseCampaign,
        resume_campaign::ResumeCampaign,
    },
    requests,
};

use crate::{
    requests::{act, all, asked, launch, stage},
    stage::{recorded, seconds},
};

/// Red without adoption: let `adopt` in `actuators/create_campaign` answer `Probe::Absent`; the
/// campaign is then created twice once the horizon has passed.
#[tokio::test]
async fn a_creation_whose_reply_was_lost_is_adopted_by_its_token() {
    let (stage, vendor, create) = stage().await;
    let id = launch(&stage, &vendor, "Linen").await;
    vendor.order("meta.create_campaign", "lose_reply").await;
    let effect = recorded(act(&stage, &vendor, &create, id).await);
    assert_eq!(effect.state, EffectState::Unknown);
    assert_eq!(
        stage.money().await,
        (20_000_000, 0),
        "a day's budget is held"
    );
    assert_eq!(stage.recover(&create).await.settled, 1);
    let effect = stage.only_effect().await;
    assert_eq!(
        (effect.state, effect.provenance, effect.sends),
        (EffectState::Settled, Some(Provenance::Probed), 1)
    );
    assert_eq!(
        stage.money().await,
        (0, 0),
        "a paused campaign costs nothing"
    );
    let acts = vendor.handle.acts();
    assert_eq!(acts.len(), 1, "{acts:?}");
    assert_eq!(effect.vendor_ref.as_deref(), Some(acts[0].object.as_str()));
    let made = acts[0].created.clone().unwrap();
    assert_eq!(made.name, format!("Linen [{}]", token(&effect.key)));
    assert_eq!(acts[0].to, "PAUSED");
    let known = format!(
        "homeostat.campaign WHERE id = '{}' AND state = 'PAUSED' AND brand = 'aurora'
         AND daily_budget_micros = 20000000",
        acts[0].object
    );
    assert_eq!(stage.count(&known).await, 1);
    stage.assert_sound().await;
}

/// Red without the horizon: in `effects/recovery/plan` let a queryable act be sent again at once.
#[tokio::test]
async fn a_creation_that_lands_after_the_probe_said_absent_is_waited_for() {
    let (mut stage, mut vendor, create) = stage().await;
    let id = launch(&stage, &vendor, "Linen").await;
    vendor.order_late("meta.create_campaign", 1_500).await;
    let hasty = vendor.hasty::<CreateCampaign>(Duration::from_millis(200));
    let effect = recorded(act(&stage, &vendor, &hasty, id).await);
    assert_eq!(effect.state, EffectState::Unknown);
    // The process is dead for sure; its request is still under way.
    stage.crash(Evidence::Waitpid).await;
    assert_eq!(stage.recover(&create).await.unknown, 1);
    assert_eq!(
        vendor.handle.acts().len(),
        0,
        "absent so far proves nothing"
    );
    assert_eq!(
        stage.money().await,
        (20_000_000, 0),
        "and its money is held"
    );
    vendor.handle.acts_reached(1).await.unwrap();
    // The permit's life and the horizon have passed.
    stage.at(seconds(120)).await;
    assert_eq!(stage.recover(&create).await.settled, 1);
    let effect = stage.only_effect().await;
    assert_eq!((effect.state, effect.sends), (EffectState::Settled, 1));
    assert_eq!(vendor.handle.acts().len(), 1);
    stage.assert_sound().await;
}

/// Red when a lost request is given up: in `effects/recovery/plan` let a conclusive absence of a
/// queryable act be void.
#[tokio::test]
async fn a_creation_that_never_arrived_is_sent_again_after_the_horizon_and_once() {
    let (mut stage, vendor, create) = stage().await;
    let id = launch(&stage, &vendor, "Linen").await;
    vendor.order("meta.create_campaign", "lose_request").await;
    recorded(act(&stage, &vendor, &create, id).await);
    assert_eq!(stage.recover(&create).await.resent, 0);
    stage.at(seconds(120)).await;
    let pass = stage.recover(&create).await;
    assert_eq!((pass.resent, pass.settled), (1, 1), "{pass:?}");
    let acts = vendor.handle.acts();
    let effect = stage.only_effect().await;
    assert_eq!((acts.len(), effect.sends), (1, 2));
    assert_eq!(acts[0].request_id, format!("effect-{}", effect.id));
    assert!(
        acts[0]
            .created
            .clone()
            .unwrap()
            .name
            .contains(&token(&effect.key))
    );
    stage.assert_sound().await;
}

/// Red when a creation may come to life by itself: let `create_campaign` in the client send ACTIVE.
/// Red without an undo: set `undo` to `None` in an actuator's declaration.
#[tokio::test]
async fn what_was_done_is_undone_by_another_act() {
    let (stage, vendor, create) = stage().await;
    let resume = std::sync::Arc::new(ResumeCampaign::new(&vendor.operator));
    let launched = launch(&stage, &vendor, "Linen").await;
    let created = recorded(act(&stage, &vendor, &create, launched).await);
    let campaign = created.vendor_ref.clone().unwrap();

    let again = asked(&stage, &vendor, async |asker| {
        requests::resume(asker, &campaign).await
    });
    let resumed = recorded(act(&stage, &vendor, &resume, again.await.unwrap().decision).await);
    let undo = async |effect: EffectId| {
        // An entity rests between two acts.
        vendor.handle.clock().advance(seconds(7 * 3_600));
        let undone = asked(&stage, &vendor, async |asker| {
            requests::undo(asker, effect).await
        });
        undone.await.map(|asked| asked.decision)
    };
    let paused = undo(resumed.id).await.unwrap();
    let paused = recorded(act(&stage, &vendor, &vendor.pause, paused).await);
    let resumed = undo(paused.id).await.unwrap();
    recorded(act(&stage, &vendor, &resume, resumed).await);
    let unmade = undo(created.id).await.unwrap();
    recorded(act(&stage, &vendor, &vendor.pause, unmade).await);

    let acts = vendor.handle.acts();
    let told: Vec<&str> = acts.iter().map(|act| act.to.as_str()).collect();
    assert_eq!(told, ["PAUSED", "ACTIVE", "PAUSED", "ACTIVE", "PAUSED"]);
    assert!(acts.iter().all(|act| act.object == campaign && act.applied));
    let kinds: Vec<String> = all(&stage).await.into_iter().map(|one| one.kind).collect();
    let (pause, resume) = (PauseCampaign::KIND, ResumeCampaign::KIND);
    assert_eq!(kinds, [CreateCampaign::KIND, resume, pause, resume, pause]);
    stage.assert_sound().await;

    let error = undo(EffectId(999)).await.unwrap_err().to_string();
    assert!(
        error.starts_with("effect: there is no effect 999"),
        "{error}"
    );
}
