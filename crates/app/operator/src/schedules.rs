//! The loop's schedules: what of each brand is looked at or thought about, and how often.

use std::time::Duration;

use homeostat_clock::WorldClock;
use homeostat_control::{
    Policy, answer::Answer, discount::Discount, kill::Kill, payout::Payout, portfolio::Portfolio,
    refund::Refund, scale::Scale, spend_cap::SpendCap, stock::Stock,
};
use homeostat_effects::ensure_autonomy;
use homeostat_queue::{
    Cadence, Error, Job, Missed, Overlap, Schedule, define_schedule, retire_schedules,
};
use homeostat_store::{Db, StoreError};
use serde_json::json;

use crate::{
    config::{Brand, Config},
    jobs::{
        answer::DecideAnswer, baseline::GuardBaseline, browse::BrowseAds, canary::CanaryBeat,
        discount::DecideDiscount, guard::GuardSpendCap, payout::DecidePayout,
        portfolio::DecidePortfolio, reconcile::Reconcile, retention::GuardRetention,
        scale::DecideScale, sense::SenseMeta, sense_bank::SenseBank, sense_catalog::SenseCatalog,
        sense_inbox::SenseInbox, sense_parcels::SenseParcels, sense_shop::SenseShop,
    },
    pipelines::ads,
};

/// How far the house's own policies are trusted with each brand, as configured. A person's word
/// outlives it.
///
/// # Errors
/// When the database does not answer.
pub async fn define_autonomy(db: &Db, config: &Config) -> Result<(), StoreError> {
    for brand in &config.brands {
        for policy in [
            Kill::NAME,
            Payout::NAME,
            Scale::NAME,
            SpendCap::NAME,
            Stock::NAME,
            Discount::NAME,
        ] {
            ensure_autonomy(db, &format!("{policy}@{}", brand.id), brand.autonomy).await?;
        }
        if brand.portfolio.is_some() {
            let policy = format!("{}@{}", Portfolio::NAME, brand.id);
            ensure_autonomy(db, &policy, brand.autonomy).await?;
        }
        if brand.service.is_some() {
            for policy in [Refund::NAME, Answer::NAME] {
                ensure_autonomy(db, &format!("{policy}@{}", brand.id), brand.autonomy).await?;
            }
        }
    }
    Ok(())
}

/// What is looked at and thought about, and how often. A new one adds a line here.
const PLANS: [Plan; 17] = [
    // A loop that does not look lets losing campaigns spend.
    Plan::guards(SenseMeta::KIND, |at| {
        at.minutes(at.config.settings.loop_minutes)
    }),
    // At midnight the day's limit is set, and then looked after.
    Plan::guards(GuardSpendCap::KIND, |at| at.cron("0 * * * *")),
    // What is believed wrongly, money is spent on.
    Plan::guards(Reconcile::KIND, |at| Some(at.each_minute())),
    // A budget that is too small loses nothing at once.
    Plan::new(DecideScale::KIND, |at| at.cron("30 * * * *")),
    // What was created rests until somebody lets it run.
    Plan::new(DecidePortfolio::KIND, |at| {
        at.brand.portfolio.as_ref().map(|_| at.each_minute())
    }),
    // A refund rests on what the shop shows.
    Plan::new(SenseShop::KIND, |at| at.of_shop(15)),
    // So does a word about a parcel.
    Plan::new(SenseParcels::KIND, |at| at.of_shop(15)),
    // A store that sells nothing any more is found out within hours.
    Plan::new(GuardBaseline::KIND, |at| at.of_shop(60)),
    // Nobody is known for longer than there is a reason to.
    Plan::new(GuardRetention::KIND, |at| {
        at.brand.shop.as_ref().and_then(|_| at.cron("40 3 * * *"))
    }),
    // What is sold out stays on sale for an hour at most.
    Plan::new(SenseCatalog::KIND, |at| at.of_shop(60)),
    // Whoever was given money back is thought of the same day.
    Plan::new(DecideDiscount::KIND, |at| at.of_shop(60)),
    // Somebody waits for an answer.
    Plan::new(SenseInbox::KIND, |at| at.of_service()),
    // Who is owed a word about a refund gets it as soon as letters are read.
    Plan::new(DecideAnswer::KIND, |at| at.of_service()),
    Plan::new(SenseBank::KIND, |at| {
        at.brand.payouts.as_ref().and_then(|_| at.cron("0 * * * *"))
    }),
    // Suppliers are owed what the days brought that are over.
    Plan::new(DecidePayout::KIND, |at| {
        at.brand
            .payouts
            .as_ref()
            .and_then(|_| at.cron("15 6 * * *"))
    }),
    // The archive's own, and its public page where the owner turned that on: whether a visit is made is for its pace.
    Plan::new(ads::NAME, |at| {
        let every = at.config.settings.ads.every_hours * 60;
        at.brand.ads.as_ref().and_then(|_| at.minutes(every))
    }),
    Plan::new(BrowseAds::KIND, |at| {
        let browser = &at.config.settings.ads.browser;
        let is_on = browser.enabled && at.brand.ads.is_some();
        is_on.then(|| at.minutes(browser.pace_minutes)).flatten()
    }),
];

/// A kind of job or a pipeline that a brand has a schedule of.
struct Plan {
    kind: &'static str,
    guards_money: bool,
    /// None where the brand has no such thing.
    cadence: fn(&At<'_>) -> Option<Cadence>,
}

impl Plan {
    const fn new(kind: &'static str, cadence: fn(&At<'_>) -> Option<Cadence>) -> Self {
        Self {
            kind,
            guards_money: false,
            cadence,
        }
    }

    const fn guards(kind: &'static str, cadence: fn(&At<'_>) -> Option<Cadence>) -> Self {
        Self {
            guards_money: true,
            ..Self::new(kind, cadence)
        }
    }
}

/// Whom a plan is made for.
struct At<'a> {
    config: &'a Config,
    brand: &'a Brand,
    /// World seconds per real second.
    speed: u32,
}

impl At<'_> {
    #[expect(clippy::unnecessary_wraps, reason = "a cadence as every plan gives it")]
    fn minutes(&self, n: u32) -> Option<Cadence> {
        Some(Cadence::Every(Duration::from_secs(u64::from(n) * 60)))
    }

    fn of_shop(&self, minutes: u32) -> Option<Cadence> {
        self.brand.shop.as_ref().and_then(|_| self.minutes(minutes))
    }

    fn of_service(&self) -> Option<Cadence> {
        self.brand.service.as_ref().map(|_| self.each_minute())
    }

    /// At most once a real second: a world that runs fast would have nobody do anything else.
    fn each_minute(&self) -> Cadence {
        Cadence::Every(Duration::from_secs(u64::from(self.speed.max(60))))
    }

    /// In the brand's zone.
    fn cron(&self, expression: &str) -> Option<Cadence> {
        Some(Cadence::Cron {
            expression: expression.to_owned(),
            zone: self.brand.zone_name.clone(),
        })
    }
}

/// Writes the schedules of the configuration and retires those of brands that left it. One that a
/// person disabled stays so.
///
/// # Errors
/// When the database does not answer or refuses.
pub async fn define(db: &Db, config: &Config, clock: &WorldClock) -> Result<(), Error> {
    for plan in &PLANS {
        let mut names = Vec::new();
        for brand in &config.brands {
            let at = At {
                config,
                brand,
                speed: clock.speed(),
            };
            let Some(cadence) = (plan.cadence)(&at) else {
                continue;
            };
            let schedule = Schedule {
                name: format!("{}:{}", plan.kind, brand.id),
                kind: plan.kind.to_owned(),
                args: json!({ "brand": brand.id }),
                brand: Some(brand.id.clone()),
                cadence,
                overlap: Overlap::Skip,
                missed: Missed::Once,
                guards_money: plan.guards_money,
            };
            define_schedule(db, &schedule, clock.now()).await?;
            names.push(schedule.name);
        }
        retire_schedules(db, plan.kind, &names).await?;
    }
    Ok(())
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
