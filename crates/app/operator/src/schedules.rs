//! The loop's schedules: each brand is looked at every so often, and its account's limit each hour.

use std::time::Duration;

use homeostat_clock::WorldClock;
use homeostat_control::{Policy, kill::Kill, scale::Scale, spend_cap::SpendCap};
use homeostat_effects::ensure_autonomy;
use homeostat_model::WorldTime;
use homeostat_queue::{
    Cadence, Error, Job, Missed, Overlap, Schedule, define_schedule, retire_schedules,
};
use homeostat_store::{Db, StoreError};
use serde_json::json;

use crate::{
    config::{Brand, Config},
    jobs::{
        canary::CanaryBeat, guard::GuardSpendCap, scale::DecideScale, sense::SenseMeta,
        sense_shop::SenseShop,
    },
    pipelines::ads,
};

/// How often each shop is looked at, in minutes of world time.
const SHOP_MINUTES: u32 = 15;

/// How far the house's own policies are trusted with each brand, as configured. A person's word
/// outlives it.
///
/// # Errors
/// When the database does not answer.
pub async fn define_autonomy(db: &Db, config: &Config) -> Result<(), StoreError> {
    for brand in &config.brands {
        for policy in [Kill::NAME, Scale::NAME, SpendCap::NAME] {
            ensure_autonomy(db, &format!("{policy}@{}", brand.id), brand.autonomy).await?;
        }
    }
    Ok(())
}

/// Writes the schedules of the configuration and retires those of brands that left it. One that a
/// person disabled stays so.
///
/// # Errors
/// When the database does not answer or refuses.
pub async fn define(db: &Db, config: &Config, now: WorldTime) -> Result<(), Error> {
    let minutes = |n: u32| Duration::from_secs(u64::from(n) * 60);
    // A loop that does not look lets losing campaigns spend.
    let look = |_: &Brand| Some(Cadence::Every(minutes(config.settings.loop_minutes)));
    define_each(db, config, (SenseMeta::KIND, true), look, now).await?;
    // Each full hour of the brand's zone: at midnight the day's limit is set, and then looked after.
    let hourly = |brand: &Brand| {
        Some(Cadence::Cron {
            expression: "0 * * * *".to_owned(),
            zone: brand.zone_name.clone(),
        })
    };
    define_each(db, config, (GuardSpendCap::KIND, true), hourly, now).await?;
    // A refund rests on what the shop shows.
    let shop = |brand: &Brand| {
        brand
            .shop
            .is_some()
            .then(|| Cadence::Every(minutes(SHOP_MINUTES)))
    };
    define_each(db, config, (SenseShop::KIND, false), shop, now).await?;
    // A budget that is too small loses nothing at once.
    let often = |brand: &Brand| {
        Some(Cadence::Cron {
            expression: "30 * * * *".to_owned(),
            zone: brand.zone_name.clone(),
        })
    };
    define_each(db, config, (DecideScale::KIND, false), often, now).await?;
    // The archive's own: one for each brand that looks into it.
    let every = Cadence::Every(minutes(config.settings.ads.every_hours * 60));
    let looks = |brand: &Brand| brand.ads.is_some().then(|| every.clone());
    define_each(db, config, (ads::NAME, false), looks, now).await
}

/// Writes the canary's schedule, or retires it. It counts real seconds, of which the world's clock may
/// make many: what watches it from outside lives on ours.
///
/// # Errors
/// When the database does not answer or refuses.
pub async fn define_canary(db: &Db, config: &Config, clock: &WorldClock) -> Result<(), Error> {
    let canary = &config.settings.canary;
    let mut names = Vec::new();
    if canary.dir.is_some() {
        let every = Duration::from_secs(u64::from(canary.every_s));
        let schedule = Schedule {
            name: CanaryBeat::KIND.to_owned(),
            kind: CanaryBeat::KIND.to_owned(),
            args: json!({}),
            brand: None,
            cadence: Cadence::Every(every * clock.speed().max(1)),
            overlap: Overlap::Skip,
            missed: Missed::Once,
            guards_money: false,
        };
        define_schedule(db, &schedule, clock.now()).await?;
        names.push(schedule.name);
    }
    retire_schedules(db, CanaryBeat::KIND, &names)
        .await
        .map(drop)
}

/// The schedule of a kind for each brand that has one.
async fn define_each(
    db: &Db,
    config: &Config,
    (kind, guards_money): (&str, bool),
    cadence: impl Fn(&Brand) -> Option<Cadence>,
    now: WorldTime,
) -> Result<(), Error> {
    let mut names = Vec::new();
    for brand in &config.brands {
        let Some(cadence) = cadence(brand) else {
            continue;
        };
        let schedule = Schedule {
            name: format!("{kind}:{}", brand.id),
            kind: kind.to_owned(),
            args: json!({ "brand": brand.id }),
            brand: Some(brand.id.clone()),
            cadence,
            overlap: Overlap::Skip,
            missed: Missed::Once,
            guards_money,
        };
        define_schedule(db, &schedule, now).await?;
        names.push(schedule.name);
    }
    retire_schedules(db, kind, &names).await.map(drop)
}
