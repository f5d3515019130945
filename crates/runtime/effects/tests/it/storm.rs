//! Random histories: whatever happens to calls and owners, the laws hold after each step, and in the
//! end every act in the vendor's books is settled, or held and listed.

use homeostat_clock::Entropy;
use homeostat_effects::{Class, EffectFilter, EffectState, effects};
use homeostat_liveness::Evidence;
use rand::RngExt;

use crate::{
    stage::{Stage, seconds},
    vendor::{Fault, Vendor},
};

fn fault(roll: u32) -> Option<Fault> {
    match roll {
        0 => Some(Fault::LostReply),
        1 => Some(Fault::LostRequest),
        2 => Some(Fault::Late),
        3 => Some(Fault::Refuse),
        4 => Some(Fault::NotSent),
        5 => Some(Fault::Costs(7_000_000)),
        6 => Some(Fault::Accept),
        _ => None,
    }
}

#[tokio::test]
async fn any_keyed_history_ends_with_balanced_books() {
    run(1, Class::Keyed).await;
}

#[tokio::test]
async fn any_queryable_history_ends_with_balanced_books() {
    run(2, Class::Queryable).await;
}

#[tokio::test]
async fn any_idempotent_history_ends_with_balanced_books() {
    run(3, Class::Idempotent).await;
}

#[tokio::test]
async fn any_blind_history_ends_with_balanced_books() {
    run(4, Class::Blind).await;
}

async fn run(seed: u64, class: Class) {
    let mut rng = Entropy::from_seed(seed).child("storm").rng();
    let mut stage = Stage::new().await;
    stage.limits.day_cap_micros = 120_000_000;
    let vendor = Vendor::new(class);
    let (mut clock, mut landed_at) = (0, 0);
    for step in 0..40 {
        clock += rng.random_range(1..20);
        stage.at_leased(seconds(clock)).await;
        // A request lands within the horizon of 30 s: that is what the horizon means.
        if clock - landed_at >= 10 {
            vendor.land();
            landed_at = clock;
        }
        match rng.random_range(0..10_u32) {
            0 => stage.crash(Evidence::Waitpid).await,
            1 => stage.crash(Evidence::Guess).await,
            2 | 3 => vendor.complete(),
            4 | 5 => drop(stage.recover(&vendor).await),
            _ => act(&stage, &vendor, step, fault(rng.random_range(0..12))).await,
        }
        stage.assert_sound().await;
    }
    // Everything lands, and the next passes finish the bookkeeping.
    vendor.forgive();
    for _ in 0..12 {
        vendor.land();
        vendor.complete();
        clock += 61;
        stage.at_leased(seconds(clock)).await;
        stage.recover(&vendor).await;
    }
    stage.assert_sound().await;
    balanced(&stage, &vendor, class, seed).await;
}

async fn act(stage: &Stage, vendor: &std::sync::Arc<Vendor>, step: u32, fault: Option<Fault>) {
    let decision = stage
        .decide(&format!("step {step}"), &format!("c-{step}"))
        .await;
    let intended = stage
        .intend(vendor, decision, &stage.spending(10_000_000))
        .await;
    if let homeostat_effects::Intended::Permitted(permit) = intended {
        match fault {
            // The process stops between the commit and the call.
            None if step.is_multiple_of(3) => drop(permit),
            fault => {
                fault.into_iter().for_each(|fault| vendor.next(fault));
                homeostat_effects::perform(&stage.ctx, vendor.clone(), permit)
                    .await
                    .unwrap();
            }
        }
    }
}

async fn balanced(stage: &Stage, vendor: &Vendor, class: Class, seed: u64) {
    let filter = EffectFilter {
        limit: 1_000,
        ..EffectFilter::default()
    };
    let all = effects(&stage.ctx.db, &filter).await.unwrap();
    for effect in &all {
        let done = vendor.times(effect.id);
        assert!(done <= 1, "seed {seed}: {effect:?} was done {done} times");
        match effect.state {
            EffectState::Settled => assert_eq!(done, 1, "seed {seed}: {effect:?}"),
            EffectState::Refused | EffectState::Void => {
                assert_eq!(done, 0, "seed {seed}: {effect:?}")
            }
            EffectState::Unknown | EffectState::Sending | EffectState::Accepted => {
                // Nobody can tell about a blind act, or prove a sender dead that is only thought so.
                assert!(effect.next_probe_at.is_some(), "seed {seed}: {effect:?}");
                assert!(class != Class::Idempotent, "seed {seed}: {effect:?}");
            }
        }
    }
    assert_eq!(
        all.iter().map(|e| vendor.times(e.id)).sum::<usize>(),
        vendor.acts()
    );
}
