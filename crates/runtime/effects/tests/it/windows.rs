//! Windows over time: midnight, month ends, changed clocks, rests.

use homeostat_effects::{Class, Intended, budgets, perform, prepare_windows};
use homeostat_model::WorldTime;
use jiff::SignedDuration;

use crate::{
    stage::{Stage, permitted},
    vendor::Vendor,
};

fn world(text: &str) -> WorldTime {
    WorldTime(text.parse().unwrap())
}

async fn spend(stage: &Stage, vendor: &Vendor, target: &str, micros: i64) -> Intended {
    let decision = stage
        .decide(&format!("{target} at {}", stage.world), target)
        .await;
    stage
        .intend(vendor, decision, &stage.spending(micros))
        .await
}

#[tokio::test]
async fn the_window_of_the_hold_is_charged_also_after_midnight() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    stage.world = world("2026-06-01T21:59:59Z");
    let eve = permitted(spend(&stage, &vendor, "c-1", 100_000_000).await);
    stage.world = world("2026-06-01T22:00:00Z");
    // Midnight in Berlin: a new day, with all its room.
    let morning = permitted(spend(&stage, &vendor, "c-2", 60_000_000).await);
    perform(&stage.ctx, vendor.clone(), eve).await.unwrap();
    perform(&stage.ctx, vendor.clone(), morning).await.unwrap();
    let days: Vec<_> = budgets(&stage.ctx.db, None, None)
        .await
        .unwrap()
        .into_iter()
        .filter(|w| w.interlock == "daily_budget")
        .map(|w| (w.starts_at, w.settled))
        .collect();
    assert!(
        days.contains(&(world("2026-05-31T22:00:00Z"), 100_000_000)),
        "{days:?}"
    );
    assert!(
        days.contains(&(world("2026-06-01T22:00:00Z"), 60_000_000)),
        "{days:?}"
    );
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_month_ends_at_local_midnight() {
    let mut stage = Stage::new().await;
    stage.limits.month_cap_micros = Some(10);
    let vendor = Vendor::new(Class::Queryable);
    stage.world = world("2026-01-31T22:59:59Z");
    permitted(spend(&stage, &vendor, "c-1", 10).await);
    let Intended::Refused(verdict) = spend(&stage, &vendor, "c-2", 1).await else {
        panic!()
    };
    assert!(verdict.refused_by("monthly_budget"));
    stage.world = world("2026-01-31T23:00:00Z");
    permitted(spend(&stage, &vendor, "c-2", 10).await);
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_day_of_25_hours_is_one_window() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    stage.world = world("2026-10-24T22:30:00Z");
    permitted(spend(&stage, &vendor, "c-1", 100_000_000).await);
    stage.world = world("2026-10-25T22:30:00Z");
    let Intended::Refused(verdict) = spend(&stage, &vendor, "c-2", 1).await else {
        panic!()
    };
    assert!(verdict.refused_by("daily_budget"));
    stage.world = world("2026-10-25T23:00:00Z");
    permitted(spend(&stage, &vendor, "c-2", 1).await);
}

#[tokio::test]
async fn a_rest_lasts_six_hours_from_the_act() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    permitted(spend(&stage, &vendor, "c-1", 1).await);
    let start = stage.world;
    stage.world = start.plus(SignedDuration::from_secs(6 * 3_600 - 1));
    let Intended::Refused(verdict) = spend(&stage, &vendor, "c-1", 1).await else {
        panic!()
    };
    assert!(verdict.refused_by("cooldown"));
    permitted(spend(&stage, &vendor, "c-2", 1).await);
    stage.world = start.plus(SignedDuration::from_secs(6 * 3_600));
    permitted(spend(&stage, &vendor, "c-1", 1).await);
    // The third act of the entity's day is its last.
    stage.world = start.plus(SignedDuration::from_secs(9 * 3_600 + 59));
    stage.limits.cooldown_s = 0;
    permitted(spend(&stage, &vendor, "c-1", 1).await);
    stage.world = stage.world.plus(SignedDuration::from_secs(1));
    let Intended::Refused(verdict) = spend(&stage, &vendor, "c-1", 1).await else {
        panic!()
    };
    assert!(verdict.refused_by("action_cap"));
    stage.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_first_acts_on_one_entity_take_turns() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let mut racers = Vec::new();
    for n in 0..8 {
        let decision = stage.decide(&format!("d-{n}"), "c-1").await;
        let mut intent = stage.spending(1);
        // Different starts: no unique key would keep the rests apart.
        intent.at = stage.world.plus(SignedDuration::from_secs(n));
        let (ctx, vendor, limits) = (stage.ctx.clone(), vendor.clone(), stage.limits.clone());
        racers.push(tokio::spawn(async move {
            let spec = vendor.spec_ref();
            let answer = homeostat_effects::intend(&ctx, spec, decision, &intent, &limits).await;
            matches!(answer.unwrap(), Intended::Permitted(_))
        }));
    }
    let mut permits = 0;
    for racer in racers {
        permits += u32::from(racer.await.unwrap());
    }
    assert_eq!(permits, 1);
    stage.assert_sound().await;
}

#[tokio::test]
async fn windows_are_prepared_ahead_once() {
    let mut stage = Stage::new().await;
    stage.limits.month_cap_micros = Some(1_000_000_000);
    let brand = "acme".parse().unwrap();
    let tomorrow = stage.world.plus(SignedDuration::from_hours(24));
    let db = &stage.ctx.db;
    // Hour (twice: kills and money) and day; the month is the same as today's.
    assert_eq!(
        prepare_windows(db, &brand, &stage.limits, stage.world)
            .await
            .unwrap(),
        4
    );
    assert_eq!(
        prepare_windows(db, &brand, &stage.limits, tomorrow)
            .await
            .unwrap(),
        3
    );
    assert_eq!(
        prepare_windows(db, &brand, &stage.limits, tomorrow)
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn a_lowered_cap_refuses_new_holds_only() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let permit = permitted(spend(&stage, &vendor, "c-1", 60_000_000).await);
    stage.limits.day_cap_micros = 50_000_000;
    let Intended::Refused(_) = spend(&stage, &vendor, "c-2", 1).await else {
        panic!()
    };
    perform(&stage.ctx, vendor.clone(), permit).await.unwrap();
    assert_eq!(stage.day().await, (0, 60_000_000));
    stage.assert_sound().await;
}
