//! The loop's schedules: each brand is looked at every so often.

use std::time::Duration;

use homeostat_control::{Policy, kill::Kill};
use homeostat_effects::ensure_autonomy;
use homeostat_model::WorldTime;
use homeostat_queue::{
    Cadence, Error, Job, Missed, Overlap, Schedule, define_schedule, retire_schedules,
};
use homeostat_store::{Db, StoreError};
use serde_json::json;

use crate::{
    config::{Brand, Config},
    jobs::sense::SenseMeta,
    pipelines::ads,
};

/// How far the kill rule is trusted with each brand, as configured. A person's word outlives it.
///
/// # Errors
/// When the database does not answer.
pub async fn define_autonomy(db: &Db, config: &Config) -> Result<(), StoreError> {
    for brand in &config.brands {
        ensure_autonomy(db, &format!("{}@{}", Kill::NAME, brand.id), brand.autonomy).await?;
    }
    Ok(())
}

/// Writes the schedules of the configuration and retires those of brands that left it. One that a
/// person disabled stays so.
///
/// # Errors
/// When the database does not answer or refuses.
pub async fn define(db: &Db, config: &Config, now: WorldTime) -> Result<(), Error> {
    let every = Duration::from_secs(u64::from(config.settings.loop_minutes) * 60);
    let name = |brand: &Brand| format!("{}:{}", SenseMeta::KIND, brand.id);
    for brand in &config.brands {
        let schedule = Schedule {
            name: name(brand),
            kind: SenseMeta::KIND.to_owned(),
            args: json!({ "brand": brand.id }),
            brand: Some(brand.id.clone()),
            cadence: Cadence::Every(every),
            overlap: Overlap::Skip,
            missed: Missed::Once,
            // A loop that does not look lets losing campaigns spend.
            guards_money: true,
        };
        define_schedule(db, &schedule, now).await?;
    }
    let names: Vec<String> = config.brands.iter().map(name).collect();
    retire_schedules(db, SenseMeta::KIND, &names).await?;
    define_ads(db, config, now).await
}

/// The archive's own: one for each brand that looks into it.
async fn define_ads(db: &Db, config: &Config, now: WorldTime) -> Result<(), Error> {
    let every = Duration::from_secs(u64::from(config.settings.ads.every_hours) * 3_600);
    let looks = config.brands.iter().filter(|brand| brand.ads.is_some());
    let mut names = Vec::new();
    for brand in looks {
        let schedule = Schedule {
            name: format!("{}:{}", ads::NAME, brand.id),
            kind: ads::NAME.to_owned(),
            args: json!({ "brand": brand.id }),
            brand: Some(brand.id.clone()),
            cadence: Cadence::Every(every),
            overlap: Overlap::Skip,
            missed: Missed::Once,
            guards_money: false,
        };
        define_schedule(db, &schedule, now).await?;
        names.push(schedule.name);
    }
    retire_schedules(db, ads::NAME, &names).await.map(drop)
}
