//! L3: an act happens once where the vendor takes a key or can be asked; else at most once.

use homeostat_effects::{
    Class, EffectState, Provenance, Registry, Resolution, expire_decisions, recover_one, resolve,
};
use homeostat_liveness::Evidence;

use crate::{
    stage::{Stage, recorded, seconds},
    vendor::{Fault, ProbeFault, Vendor},
};

const ALL: [Class; 4] = [
    Class::Keyed,
    Class::Queryable,
    Class::Idempotent,
    Class::Blind,
];

#[tokio::test]
async fn an_answered_act_is_settled_once_with_its_receipt() {
    for class in ALL {
        let stage = Stage::new().await;
        let vendor = Vendor::new(class);
        let effect = recorded(stage.act(&vendor, "c-1").await);
        assert_eq!(effect.state, EffectState::Settled, "{class:?}");
        assert_eq!(effect.provenance, Some(Provenance::Normal));
        assert_eq!(vendor.acts(), 1);
        assert_eq!(stage.day().await, (0, 10_000_000));
        stage.assert_sound().await;
    }
}

#[tokio::test]
async fn a_lost_reply_is_found_by_the_probe_and_not_sent_again() {
    for class in [Class::Keyed, Class::Queryable, Class::Idempotent] {
        let stage = Stage::new().await;
        let vendor = Vendor::new(class);
        vendor.next(Fault::LostReply);
        let effect = recorded(stage.act(&vendor, "c-1").await);
        assert_eq!(effect.state, EffectState::Unknown);
        assert_eq!(stage.day().await, (10_000_000, 0), "the hold is kept");
        assert_eq!(stage.recover(&vendor).await.settled, 1);
        let effect = stage.only_effect().await;
        assert_eq!(effect.provenance, Some(Provenance::Probed), "{class:?}");
        assert_eq!((vendor.acts(), vendor.calls()), (1, 1));
        assert_eq!(stage.day().await, (0, 10_000_000));
        stage.assert_sound().await;
    }
}

#[tokio::test]
async fn a_lost_request_is_sent_again_by_the_rule_of_its_class() {
    for class in [Class::Keyed, Class::Idempotent] {
        let stage = Stage::new().await;
        let vendor = Vendor::new(class);
        vendor.next(Fault::LostRequest);
        stage.act(&vendor, "c-1").await;
        let pass = stage.recover(&vendor).await;
        assert_eq!((pass.resent, pass.settled), (1, 1), "{class:?}");
        assert_eq!((vendor.acts(), vendor.calls()), (1, 2));
        stage.assert_sound().await;
    }
}

#[tokio::test]
async fn an_unkeyed_act_is_sent_again_only_after_the_horizon() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::LostRequest);
    stage.act(&vendor, "c-1").await;
    // Absent now proves nothing: the request may still be in flight.
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
    stage.at(seconds(29));
    assert_eq!(
        stage.recover(&vendor).await.adopted,
        0,
        "the next probe is at the horizon"
    );
    stage.at(seconds(31));
    let pass = stage.recover(&vendor).await;
    assert_eq!((pass.resent, pass.settled), (1, 1));
    assert_eq!((vendor.acts(), vendor.calls()), (1, 2));
    assert_eq!(stage.day().await, (0, 10_000_000), "one hold, one settle");
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_request_that_lands_late_is_found_and_not_sent_again() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::Late);
    stage.act(&vendor, "c-1").await;
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
    vendor.land();
    stage.at(seconds(31));
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!((vendor.acts(), vendor.calls()), (1, 1));
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_refusal_of_the_second_request_does_not_end_what_the_first_may_still_do() {
    for class in [Class::Keyed, Class::Idempotent] {
        for lands in [true, false] {
            let mut stage = Stage::new().await;
            let vendor = Vendor::new(class);
            vendor.next(Fault::Late);
            stage.act(&vendor, "c-1").await;
            vendor.next(Fault::Refuse);
            let pass = stage.recover(&vendor).await;
            assert_eq!((pass.resent, pass.unknown), (1, 1), "{class:?}");
            assert_eq!(stage.day().await, (10_000_000, 0), "the hold is kept");
            if lands {
                vendor.land();
            } else {
                vendor.next(Fault::Refuse);
            }
            // Refused again, with no other request under way, it is refused for good.
            stage.at(seconds(31));
            stage.recover(&vendor).await;
            let (state, day) = match lands {
                true => (EffectState::Settled, (0, 10_000_000)),
                false => (EffectState::Refused, (0, 0)),
            };
            assert_eq!(stage.only_effect().await.state, state, "{class:?}");
            assert_eq!(stage.day().await, day);
            stage.assert_sound().await;
        }
    }
}

#[tokio::test]
async fn what_was_taken_and_dropped_is_refused_once_no_other_request_can_land() {
    for lands in [true, false] {
        let mut stage = Stage::new().await;
        let vendor = Vendor::new(Class::Idempotent);
        vendor.next(Fault::Late);
        stage.act(&vendor, "c-1").await;
        vendor.next(Fault::Accept);
        assert_eq!(stage.recover(&vendor).await.accepted, 1);
        stage.at(seconds(6));
        vendor.next_probe(ProbeFault::Refused);
        assert_eq!(stage.recover(&vendor).await.unknown, 1);
        if lands {
            vendor.land();
        }
        stage.at(seconds(31));
        stage.recover(&vendor).await;
        let state = match lands {
            true => EffectState::Settled,
            false => EffectState::Refused,
        };
        assert_eq!(stage.only_effect().await.state, state);
        stage.assert_sound().await;
    }
}

#[tokio::test]
async fn a_vendor_that_knows_the_key_says_so() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Keyed);
    vendor.next(Fault::LostReply);
    stage.act(&vendor, "c-1").await;
    // The read lags behind: no trace, so it is sent again, with its key.
    vendor.read_stale(true);
    assert_eq!(stage.recover(&vendor).await.resent, 1);
    let effect = stage.only_effect().await;
    assert_eq!(effect.provenance, Some(Provenance::Deduplicated));
    assert_eq!((vendor.acts(), vendor.calls()), (1, 2));
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_probe_that_cannot_tell_sends_nothing() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Keyed);
    vendor.next(Fault::LostReply);
    stage.act(&vendor, "c-1").await;
    vendor.turn_a_blind_eye(true);
    // Nobody can tell: unknown, held, and no resend on a guess.
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
    assert_eq!(vendor.calls(), 1);
    assert_eq!(stage.day().await, (10_000_000, 0));
}

#[tokio::test]
async fn a_blind_act_is_never_sent_again_until_a_person_speaks() {
    for (resolution, state, day) in [
        (
            Resolution::Happened(None),
            EffectState::Settled,
            (0, 10_000_000),
        ),
        (Resolution::Absent, EffectState::Void, (0, 0)),
    ] {
        let mut stage = Stage::new().await;
        let vendor = Vendor::new(Class::Blind);
        vendor.next(Fault::LostRequest);
        stage.act(&vendor, "c-1").await;
        for minutes in [1, 10, 100] {
            stage.at_leased(seconds(minutes * 60)).await;
            assert_eq!(stage.recover(&vendor).await.unknown, 1);
        }
        assert_eq!(vendor.calls(), 1);
        assert_eq!(
            stage.incidents().await,
            ["effect_unknown"],
            "alarm after 15 minutes"
        );
        assert_eq!(
            stage.day().await,
            (10_000_000, 0),
            "its money is still held"
        );
        let registry = Registry::new().with(vendor.clone());
        let id = stage.only_effect().await.id;
        let said = resolve(&stage.ctx, &registry, id, resolution, "looked it up", "ada")
            .await
            .unwrap();
        assert_eq!(said.state, state);
        assert_eq!(stage.day().await, day);
        let again = resolve(&stage.ctx, &registry, id, resolution, "again", "ada").await;
        assert!(
            again.unwrap_err().to_string().contains("already"),
            "a closed effect is a fact"
        );
        stage.assert_sound().await;
    }
}

#[tokio::test]
async fn a_refusal_gives_the_money_and_the_count_back() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::Refuse);
    let effect = recorded(stage.act(&vendor, "c-1").await);
    assert_eq!(effect.state, EffectState::Refused);
    assert!(effect.reason.unwrap().contains("no such campaign"));
    for window in ["daily_budget", "action_cap", "cooldown"] {
        assert_eq!(stage.window(window).await, (0, 0), "{window}");
    }
    // The entity may be acted on again: nothing happened to it.
    let decision = stage.decide("another decision", "c-1").await;
    crate::stage::permitted(stage.intend(&vendor, decision, &stage.spending(1)).await);
    stage.assert_sound().await;
}

#[tokio::test]
async fn what_never_left_is_sent_again_even_by_a_blind_actuator() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    vendor.next(Fault::NotSent);
    let effect = recorded(stage.act(&vendor, "c-1").await);
    assert_eq!(effect.state, EffectState::Sending);
    assert_eq!(stage.recover(&vendor).await.adopted, 0, "not at once");
    stage.at(seconds(3));
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!((vendor.acts(), vendor.probes()), (1, 0));
    stage.assert_sound().await;
}

#[tokio::test]
async fn accepted_work_is_polled_with_its_hold_kept() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::Accept);
    let effect = recorded(stage.act(&vendor, "c-1").await);
    assert_eq!(effect.state, EffectState::Accepted);
    stage.at(seconds(6));
    assert_eq!(stage.recover(&vendor).await.accepted, 1, "still under way");
    assert_eq!(stage.day().await, (10_000_000, 0));
    vendor.complete();
    stage.at(seconds(12));
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!(vendor.calls(), 1);
    stage.assert_sound().await;
}

#[tokio::test]
async fn an_idempotent_act_is_not_repeated_after_a_newer_decision() {
    let mut stage = Stage::new().await;
    stage.limits.cooldown_s = 0;
    let vendor = Vendor::new(Class::Idempotent);
    vendor.next(Fault::LostRequest);
    stage.act(&vendor, "c-1").await;
    let newer = stage.decide("newer", "c-1").await;
    let permit = crate::stage::permitted(stage.intend(&vendor, newer, &stage.spending(1)).await);
    homeostat_effects::perform(&stage.ctx, vendor.clone(), permit)
        .await
        .unwrap();
    // In flight until the horizon, then given up.
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
    stage.at(seconds(31));
    assert_eq!(stage.recover(&vendor).await.void, 1);
    assert_eq!(vendor.calls(), 2);
    stage.assert_sound().await;
}

#[tokio::test]
async fn an_act_that_did_not_happen_for_too_long_is_given_up() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::LostRequest);
    stage.act(&vendor, "c-1").await;
    stage.at_leased(seconds(16 * 60)).await;
    assert_eq!(stage.recover(&vendor).await.void, 1);
    assert_eq!((vendor.calls(), stage.day().await), (1, (0, 0)));
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_sender_that_is_only_thought_dead_blocks_the_resend() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    drop(stage.permit(&vendor, "c-1").await);
    stage.crash(Evidence::Guess).await;
    stage.at(seconds(40));
    assert_eq!(
        stage.recover(&vendor).await.unknown,
        1,
        "the horizon passed, but the death is a guess"
    );
    // The guess becomes proof.
    let first = homeostat_model::ProcessId(stage.ctx.owner.0 - 1);
    homeostat_liveness::declare_dead(&stage.ctx.db, first, Evidence::Waitpid, None)
        .await
        .unwrap();
    stage.at(seconds(45));
    assert_eq!(stage.recover(&vendor).await.resent, 1);
    assert_eq!(vendor.acts(), 1);
    stage.assert_sound().await;
}

#[tokio::test]
async fn one_effect_can_be_looked_at_before_its_time() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::Late);
    stage.act(&vendor, "c-1").await;
    stage.recover(&vendor).await;
    vendor.land();
    let registry = Registry::new().with(vendor.clone());
    let id = stage.only_effect().await.id;
    assert!(recover_one(&stage.ctx, &registry, id).await.unwrap());
    assert_eq!(stage.only_effect().await.state, EffectState::Settled);
    assert!(
        !recover_one(&stage.ctx, &registry, id).await.unwrap(),
        "closed"
    );
}

#[tokio::test]
async fn a_decision_nobody_acted_on_expires() {
    let stage = Stage::new().await;
    let decision = stage.decide("old", "c-1").await;
    let hour = std::time::Duration::from_secs(3_600);
    let db = &stage.ctx.db;
    assert_eq!(expire_decisions(db, hour, None).await.unwrap(), 0);
    let later = Some(stage.now_after(seconds(3_700)));
    assert_eq!(expire_decisions(db, hour, later).await.unwrap(), 1);
    let vendor = Vendor::new(Class::Queryable);
    let answer = stage.intend(&vendor, decision, &stage.spending(1)).await;
    assert!(
        matches!(answer, homeostat_effects::Intended::Refused(_)),
        "{answer:?}"
    );
}
