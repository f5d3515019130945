//! L4: no authorisation takes settled + held over a cap; the worst case is held before the call, and
//! stays held until somebody knows.
//!
//! Under test: the windows that `intend` locks, holds and settles, and the journal of each window,
//! which tells after the fact whether any authorisation passed the cap of its moment.

mod limits;
mod spenders;

use homeostat_effects::{
    Class, EffectState, Intended, Restraint, intend, perform, restraints,
    standing::{DaySpend, begin_in, observe_in, roll},
};
use homeostat_envelope::{bounds_of_day, day_of};
use homeostat_model::{BrandId, Money, WorldTime};

use crate::{
    acts::{Acts, Twist},
    stage::{BRAND, Stage, permitted, recorded, seconds},
};

/// Red without the lock: drop `FOR UPDATE` from `read` in `effects/ledger/windows`. The guard in the
/// statement of `take` then still refuses; without that one too, all 32 are authorised.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_two_race_for_room_for_five() {
    let mut stage = Stage::new().await;
    stage.limits.day_cap_micros = 50_000_000;
    let acts = Acts::new(Class::Queryable);
    let mut racers = Vec::new();
    for n in 0..32 {
        let decision = stage.decide(&format!("d-{n}"), &format!("c-{n}")).await;
        let (ctx, acts, limits) = (stage.ctx.clone(), acts.clone(), stage.limits.clone());
        let intent = stage.spending(10_000_000);
        racers.push(tokio::spawn(async move {
            let spec = homeostat_effects::Actuator::spec(&*acts).clone();
            match intend(&ctx, &spec, decision, &intent, &limits)
                .await
                .unwrap()
            {
                Intended::Permitted(permit) => {
                    recorded(perform(&ctx, acts, permit).await.unwrap());
                    true
                }
                Intended::Refused(verdict) => {
                    assert!(verdict.refused_by("daily_budget"));
                    false
                }
                other => panic!("{other:?}"),
            }
        }));
    }
    let mut permits = 0;
    for racer in racers {
        permits += u32::from(racer.await.unwrap());
    }
    assert_eq!((permits, acts.done()), (5, 5));
    assert_eq!(stage.money().await, (0, 50_000_000));
    assert_eq!(authorised_over_cap(&stage).await, 0);
    stage.assert_sound().await;
}

/// Moments in the journal at which a money window held or had settled more than its cap.
async fn authorised_over_cap(stage: &Stage) -> i64 {
    stage
        .count(
            "(SELECT homeostat.fold(data) OVER (PARTITION BY entity_id ORDER BY id) AS w
              FROM homeostat.event WHERE entity = 'budget_window') past
             WHERE (w ->> 'held')::bigint + (w ->> 'settled')::bigint > (w ->> 'cap')::bigint",
        )
        .await
}

/// Red when the room comes back too early or never: let `Outcome::Unknown` release the holds, or drop
/// `release_if` from the arm of `Outcome::Refused` in `effects/settle`.
#[tokio::test]
async fn an_unknown_outcome_keeps_its_room_and_a_refusal_gives_it_back() {
    let mut stage = Stage::new().await;
    stage.limits.day_cap_micros = 10_000_000;
    let acts = Acts::new(Class::Blind);
    acts.next(Twist::Refused);
    let refused = recorded(stage.act(&acts, "c-1").await);
    assert_eq!(
        (refused.state, stage.money().await),
        (EffectState::Refused, (0, 0))
    );
    acts.next(Twist::RequestLost);
    let unknown = recorded(stage.act(&acts, "c-2").await);
    assert_eq!(
        (unknown.state, stage.money().await),
        (EffectState::Unknown, (10_000_000, 0))
    );
    let decision = stage.decide("no room", "c-3").await;
    let Intended::Refused(verdict) = stage.intend(&*acts, decision, &stage.spending(1)).await
    else {
        panic!("money that may be gone was authorised again");
    };
    assert!(verdict.refused_by("daily_budget"));
    stage.assert_sound().await;
}

/// Red without `charged` in `effects/settle`.
#[tokio::test]
async fn what_a_vendor_takes_beyond_the_hold_is_booked_and_freezes_the_scope() {
    let stage = Stage::new().await;
    let acts = Acts::new(Class::Queryable);
    acts.next(Twist::Costs(30_000_000));
    let effect = recorded(stage.act(&acts, "c-1").await);
    assert_eq!(effect.actual_micros, Some(30_000_000));
    assert_eq!(
        stage.money().await,
        (0, 30_000_000),
        "what was taken is a fact"
    );
    let frozen: Vec<Restraint> = restraints(&stage.ctx.db).await.unwrap();
    assert_eq!(frozen.len(), 1, "{frozen:?}");
    assert_eq!(
        stage
            .count("homeostat.mode WHERE state = 'SAFE' AND cause = 'breach'")
            .await,
        1
    );
    // There is room for 70 EUR more, and none of it is authorised.
    let decision = stage.decide("next", "c-2").await;
    let Intended::Refused(verdict) = stage.intend(&*acts, decision, &stage.spending(1)).await
    else {
        panic!("a frozen scope authorised money");
    };
    assert!(verdict.refused_by("daily_budget"), "{verdict:?}");
    stage.assert_sound().await;
}

/// Red when days are UTC's: let `Limits::time_zone` in the envelope answer UTC.
/// Red when the settle picks its window by its own time instead of by the hold.
#[tokio::test]
async fn midnight_in_the_brands_zone_opens_a_day_and_the_eve_pays_for_its_own() {
    let mut stage = Stage::new().await;
    let acts = Acts::new(Class::Queryable);
    stage.world = instant("2026-06-01T21:59:59Z");
    let eve = stage.decide("eve", "c-1").await;
    let eve = permitted(
        stage
            .intend(&*acts, eve, &stage.spending(100_000_000))
            .await,
    );
    let more = stage.decide("more", "c-2").await;
    let refused = stage.intend(&*acts, more, &stage.spending(1)).await;
    assert!(
        matches!(refused, Intended::Refused(_)),
        "the day is full: {refused:?}"
    );
    // One second later it is tomorrow in Berlin.
    stage.world = stage.world.plus(seconds(1));
    let morning = stage.decide("morning", "c-3").await;
    let morning = permitted(
        stage
            .intend(&*acts, morning, &stage.spending(60_000_000))
            .await,
    );
    recorded(perform(&stage.ctx, acts.clone(), morning).await.unwrap());
    recorded(perform(&stage.ctx, acts.clone(), eve).await.unwrap());
    for (opens, settled) in [
        ("2026-05-31T22:00:00Z", 100_000_000),
        ("2026-06-01T22:00:00Z", 60_000_000),
    ] {
        let day = format!(
            "homeostat.budget_window WHERE interlock = 'daily_budget' AND starts_at = '{opens}'
             AND settled = {settled} AND held = 0"
        );
        assert_eq!(stage.count(&day).await, 1, "{opens}");
    }
    stage.assert_sound().await;
}

/// Red without the standing hold's day: let `cover` in `effects/standing/plan` take nothing.
/// Red when a day takes more than fits: drop `.min(room)` there and the guard in `take` of
/// `effects/ledger/days`.
#[tokio::test]
async fn what_a_campaign_will_spend_by_itself_is_held_before_it_does() {
    let mut stage = Stage::new().await;
    let db = stage.ctx.db.clone();
    let brand: BrandId = BRAND.parse().unwrap();
    let mut connection = db.pool().acquire().await.unwrap();
    for (target, micros, missing) in [("c-1", 70_000_000, 0), ("c-2", 50_000_000, 20_000_000)] {
        let per_day = Money::from_micros(micros, stage.limits.currency);
        let (limits, at) = (&stage.limits, stage.world);
        let short = begin_in(&mut connection, &brand, target, per_day, None, limits, at);
        assert_eq!(short.await.unwrap(), missing);
    }
    assert_eq!(
        stage.money().await,
        (100_000_000, 0),
        "to the cap and no further"
    );
    let acts = Acts::new(Class::Queryable);
    let decision = stage.decide("more", "c-3").await;
    let refused = stage.intend(&*acts, decision, &stage.spending(1)).await;
    assert!(
        matches!(refused, Intended::Refused(_)),
        "money that campaigns are about to spend was given away: {refused:?}"
    );
    // Tomorrow is held when it begins, not when it is spent.
    let today = day_of(&stage.limits, stage.world).unwrap();
    let midnight = bounds_of_day(&stage.limits, today).unwrap().1;
    stage.world = midnight;
    let lag = std::time::Duration::from_secs(3_600);
    roll(&db, &brand, &stage.limits, lag, stage.world)
        .await
        .unwrap();
    let tomorrow = format!(
        "homeostat.budget_window WHERE interlock = 'daily_budget' AND held = 100000000
         AND starts_at = '{midnight}'"
    );
    assert_eq!(stage.count(&tomorrow).await, 1);
    assert_eq!(authorised_over_cap(&stage).await, 0);
    stage.assert_sound().await;
}

/// Red without `breach::record` in `effects/standing/observe`.
#[tokio::test]
async fn what_a_campaign_takes_beyond_its_day_is_booked_and_freezes_the_scope() {
    let stage = Stage::new().await;
    let brand: BrandId = BRAND.parse().unwrap();
    let mut connection = stage.ctx.db.pool().acquire().await.unwrap();
    let euros = |n: i64| Money::from_micros(n * 1_000_000, stage.limits.currency);
    let (limits, at) = (&stage.limits, stage.world);
    begin_in(&mut connection, &brand, "c-1", euros(20), None, limits, at)
        .await
        .unwrap();
    let seen = DaySpend {
        target: "c-1".into(),
        day: day_of(limits, at).unwrap(),
        spend: euros(21),
    };
    observe_in(&mut connection, &brand, limits, &[seen], at)
        .await
        .unwrap();
    assert_eq!(
        stage.money().await,
        (0, 21_000_000),
        "what was taken is a fact"
    );
    let acts = Acts::new(Class::Queryable);
    let decision = stage.decide("next", "c-2").await;
    let Intended::Refused(verdict) = stage.intend(&*acts, decision, &stage.spending(1)).await
    else {
        panic!("a frozen scope authorised money");
    };
    assert!(verdict.refused_by("daily_budget"), "{verdict:?}");
    stage.assert_sound().await;
}

fn instant(text: &str) -> WorldTime {
    WorldTime(text.parse().unwrap())
}
