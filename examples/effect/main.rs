//! Acts on the outside world when answers are lost: what recovery does depends on the act's class.
//!
//! ```sh
//! cargo run -p homeostat --example effect
//! ```
//! Five acts are sent to vendors that lose the first request or its reply. None is done twice, none
//! is forgotten, and no money is free while nobody knows.
#![expect(clippy::print_stdout, reason = "an example tells its story")]

mod vendor;

use std::{error::Error, sync::Arc, time::Duration};

use homeostat::{
    clock::{Entropy, WorldClock, pause},
    effects::{
        Actuator, Class, Ctx, DecisionDraft, EffectFilter, EffectSettings, EffectView, Intended,
        Intent, Performed, Provenance, Registry, Resolution, budgets, decide, effects, intend,
        perform, recover, renew_lease, resolve, set_autonomy,
    },
    envelope::Limits,
    liveness::{Epoch, EpochOptions},
    model::{Autonomy, BrandId, Money},
    store::{Database, DbOptions},
};

use vendor::{Act, Lost};

const POLICY: &str = "example";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let url = std::env::var("DATABASE_URL").ok();
    let database = Database::open(url, dir.path(), &DbOptions::default()).await?;
    let db = database.db();
    let here = EpochOptions::here("worker", "1.0.0", &dir.path().join("run"))?;
    let epoch = Epoch::begin(db, &here, &Entropy::from_system()?).await?;
    let ctx = Ctx::new(db, &epoch, EffectSettings::default());

    // Without somebody's word a policy only watches, and without a lease everything is SAFE.
    let why = "runs the example";
    set_autonomy(db, POLICY, Autonomy::Full, "you", why).await?;
    renew_lease(db, epoch.id(), None).await?;

    let acts = [
        Act::new("bank.transfer", Class::Keyed, Lost::Reply),
        Act::new("shop.order_bolts", Class::Queryable, Lost::Reply),
        Act::new("shop.order_nuts", Class::Queryable, Lost::Request),
        Act::new("boiler.set_degrees", Class::Idempotent, Lost::Request),
        Act::new("post.send_letter", Class::Blind, Lost::Reply),
    ];
    let mut registry = Registry::new();
    for act in &acts {
        registry = registry.with(act.clone());
        let effect = begin(&ctx, act).await?;
        println!(
            "{:<20} {:<11} {}",
            effect.kind,
            effect.class.as_str(),
            effect.state
        );
    }
    println!("{}\n", money(&ctx).await?);

    // This loop is all of recovery: it looks at rows, so it does not matter who sent what, or died.
    while open(&ctx).await?.len() > 1 {
        recover(&ctx, &registry).await?;
        pause(Duration::from_millis(50)).await;
    }
    for effect in effects(db, &EffectFilter::default()).await?.iter().rev() {
        let act = acts.iter().find(|act| act.spec().kind == effect.kind);
        let done = act.map_or(0, |act| act.done());
        let how = effect.provenance.map_or("", Provenance::as_str);
        let (kind, state) = (&effect.kind, effect.state.to_string());
        println!(
            "{kind:<20} sent {}, done {done}: {state:<8} {how}",
            effect.sends
        );
    }
    println!("{}\n", money(&ctx).await?);

    // Nobody can tell about the letter but a person.
    for effect in open(&ctx).await? {
        let word = Resolution::Happened(None);
        let said = resolve(&ctx, &registry, effect.id, word, "saw the receipt", "you").await?;
        println!("{} after your word: {}", said.kind, said.state);
    }
    println!("{}", money(&ctx).await?);

    epoch.end("the example is over").await?;
    Ok(database.close().await?)
}

/// Decides, asks the envelope, and makes the call that it permits.
async fn begin(ctx: &Ctx, act: &Arc<Act>) -> Result<EffectView, Box<dyn Error>> {
    let now = WorldClock::System.now();
    let draft = DecisionDraft {
        key: act.spec().kind.clone(),
        brand: brand()?,
        target: format!("{}-1", act.spec().kind),
        policy: POLICY.into(),
        version: "1".into(),
        seed: None,
        inputs: "{}".into(),
        belief: "{}".into(),
        proposal: r#"{"do":"it"}"#.into(),
        decided_at: now,
        data_as_of: now,
    };
    let decision = decide(&ctx.db, &draft).await?;
    let eur = "EUR".parse()?;
    let limits = Limits::new(eur, "Europe/Berlin", 100_000_000);
    let intent = Intent::new(now, draft.proposal, Money::from_micros(4_000_000, eur));
    // The money is held by the transaction that gives the permit.
    match intend(ctx, act.spec(), decision, &intent, &limits).await? {
        Intended::Permitted(permit) => match perform(ctx, act.clone(), permit).await? {
            Performed::Recorded(effect) => Ok(*effect),
            other => Err(format!("not recorded: {other:?}").into()),
        },
        other => Err(format!("not permitted: {other:?}").into()),
    }
}

async fn open(ctx: &Ctx) -> Result<Vec<EffectView>, Box<dyn Error>> {
    let open = EffectFilter {
        open_only: true,
        ..EffectFilter::default()
    };
    Ok(effects(&ctx.db, &open).await?)
}

/// The day's window, in words.
async fn money(ctx: &Ctx) -> Result<String, Box<dyn Error>> {
    let now = WorldClock::System.now();
    let windows = budgets(&ctx.db, Some(&brand()?), Some(now)).await?;
    let day = windows
        .iter()
        .find(|window| window.interlock == "daily_budget");
    let day = day.ok_or("no window of the day")?;
    let eur = |micros| Ok::<_, Box<dyn Error>>(Money::from_micros(micros, "EUR".parse()?));
    Ok(format!(
        "held {}, settled {}",
        eur(day.held)?,
        eur(day.settled)?
    ))
}

fn brand() -> Result<BrandId, Box<dyn Error>> {
    Ok("workshop".parse()?)
}
