//! A loop from another domain: a greenhouse that is kept warm for at most one euro an hour.
//!
//! ```sh
//! cargo run -p homeostat --example greenhouse
//! ```
//! The core knows no shop and no greenhouse. This program brings its own [world](house), its
//! [estimator and policy](climate), its [actuator](valve) and [one turn of the loop](keep). It is
//! handed everything else: jobs and schedules in world time, decisions that replay, money held
//! before an act, an act that happens once although its answer is lost.
#![expect(clippy::print_stdout, reason = "an example tells its story")]

mod climate;
mod house;
mod keep;
mod valve;

use std::{error::Error, sync::Arc, time::Duration};

use homeostat::{
    clock::{Entropy, WorldClock, pause},
    control::{Policy, redecide_as},
    effects::{
        self, Ctx, DecisionFilter, EffectFilter, EffectSettings, Registry as Actuators,
        keep_recovering, renew_lease, set_autonomy,
    },
    liveness::{Epoch, EpochOptions},
    model::{Autonomy, BrandId, WorldTime},
    queue::{
        self, Cadence, Job, Missed, Overlap, PoolOptions, Registry, Schedule, Workers,
        define_schedule, tick,
    },
    store::{Database, Db, DbOptions, journal},
};
use jiff::SignedDuration;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use climate::Climate;
use house::House;
use keep::{Keep, Keeper, limits};
use valve::Valve;

const EVERY: Duration = Duration::from_secs(20 * 60);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let url = std::env::var("DATABASE_URL").ok();
    let database = Database::open(url, dir.path(), &DbOptions::default()).await?;
    let db = database.db();
    let entropy = Entropy::from_system()?;
    let here = EpochOptions::here("worker", "1.0.0", &dir.path().join("run"))?;
    let epoch = Epoch::begin(db, &here, &entropy).await?;

    // World time, which this example moves itself: ten in the evening in Berlin.
    let clock = WorldClock::manual(WorldTime("2026-01-15T21:00:00Z".parse()?));
    let house = Arc::new(House::warm(clock.now()));
    let valve = Valve::new(&house);
    let ctx = Ctx::new(db, &epoch, EffectSettings::default());
    let why = "the night shift is asleep";
    set_autonomy(db, Climate::NAME, Autonomy::Full, "the gardener", why).await?;
    renew_lease(db, epoch.id(), None).await?;

    // The loop is a job, and a schedule asks for it.
    let brand: BrandId = "glasshouse".parse()?;
    let mut registry = Registry::new();
    registry.add(Keeper {
        house: house.clone(),
        valve: valve.clone(),
        effects: ctx.clone(),
        clock: clock.clone(),
        brand: brand.clone(),
        limits: limits()?,
    })?;
    let workers = Workers::start(db, &epoch, registry, PoolOptions::default(), &entropy).await?;
    define_schedule(db, &schedule(brand), clock.now()).await?;

    // Beside it, whatever a call left open is looked after.
    let stop = CancellationToken::new();
    let recovery = tokio::spawn({
        let (ctx, stop) = (ctx.clone(), stop.clone());
        let actuators = Actuators::new().with(valve);
        async move { keep_recovering(&ctx, &actuators, Duration::from_millis(50), &stop).await }
    });

    // Three hours of a cold night.
    let mut looks = 0;
    for _ in 0..9 {
        clock.advance(SignedDuration::try_from(EVERY)?);
        house.pass(clock.now());
        looks += tick(db, clock.now(), None).await?.fired.len() as u64;
        workers.handle().finished().at_least(looks).await;
        until_all_is_known(db).await?;
    }

    workers.stop().await?;
    stop.cancel();
    recovery.await?;
    tell(db, &house).await?;
    epoch.end("the example is over").await?;
    Ok(database.close().await?)
}

fn schedule(brand: BrandId) -> Schedule {
    Schedule {
        name: "greenhouse".into(),
        kind: Keep::KIND.into(),
        args: json!({}),
        brand: Some(brand),
        cadence: Cadence::Every(EVERY),
        overlap: Overlap::Skip,
        missed: Missed::Once,
        guards_money: false,
    }
}

async fn until_all_is_known(db: &Db) -> Result<(), Box<dyn Error>> {
    let open = EffectFilter {
        open_only: true,
        ..EffectFilter::default()
    };
    while !effects::effects(db, &open).await?.is_empty() {
        pause(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// What the books say on both sides, and whether every law held.
async fn tell(db: &Db, house: &House) -> Result<(), Box<dyn Error>> {
    println!();
    for effect in effects::effects(db, &EffectFilter::default())
        .await?
        .iter()
        .rev()
    {
        let how = effect.provenance.map_or("", effects::Provenance::as_str);
        println!(
            "effect {}: {}, {how}, sent {} time(s)",
            effect.id, effect.state, effect.sends
        );
    }
    let mut openings = house.openings();
    let all = openings.len();
    openings.dedup();
    println!(
        "the valve opened {all} times, for {} effects",
        openings.len()
    );

    // Each decision, decided again from what was stored, gives the same bytes.
    let decisions = effects::decisions(db, &DecisionFilter::default()).await?;
    for decision in &decisions {
        let again = redecide_as::<Climate>(&decision.inputs, 0)?;
        if again.proposal_json != decision.proposal || again.belief_json != decision.belief {
            return Err(format!("decision {} does not replay", decision.id).into());
        }
    }
    println!("{} decisions replayed, byte for byte", decisions.len());

    let violations = effects::verify(db)
        .await?
        .iter()
        .map(|c| c.violations)
        .sum::<i64>()
        + queue::verify(db)
            .await?
            .iter()
            .map(|c| c.violations)
            .sum::<i64>()
        + journal::verify(db)
            .await?
            .iter()
            .map(|c| c.violations)
            .sum::<i64>();
    println!("violations {violations}");
    Ok(())
}
