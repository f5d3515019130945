//! Phase `report`: which ads win, what each word brought, and which words to learn.
//!
//! The report is inserted once per run, and the counters move in the same transaction: repeated, the
//! phase finds its report and changes nothing.

use homeostat_control::freshness;
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, Outcome, Phase};
use homeostat_store::{PgConnection, transact};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Args, Audited, Ground, Trust,
    learn::{phrases, winners},
};
use crate::{
    Operator,
    jobs::LoopError,
    records::archive::{ad, competitor, keyword, report, watch},
};

pub use super::learn::Winner;

/// More running ads are not weighed; the oldest come first.
const WEIGHED_MAX: i64 = 1_000;
/// How well the looks keep up is told of so many days.
const PERIOD_DAYS: i64 = 30;

/// The phase.
#[derive(Debug, Clone)]
pub struct Report(pub Operator);

/// What it leaves; the report is in `ads_report`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// How far it can be trusted.
    pub trust: Trust,
    /// Competitors that are watched.
    pub competitors: i64,
    /// How many ads seem to pay.
    pub winners: usize,
}

#[async_trait::async_trait]
impl Phase for Report {
    const NAME: &'static str = "report";
    type Args = Args;
    type Input = Audited;
    type Output = Reported;

    async fn run(
        &self,
        args: Args,
        input: Audited,
        context: &Context,
    ) -> Result<Outcome<Reported>, Failure> {
        let ground = Ground::new(&self.0, &args, context)?;
        let (operator, brand, run) = (ground.operator, ground.id(), ground.run);
        let (now, today) = (operator.clock.now(), ground.today());
        let competitors = competitor::count(&operator.db, brand).await?;
        let searched: Vec<String> = input.counts.iter().map(|c| c.words.clone()).collect();
        let won = transact!(operator.db, |tx| -> Result<usize, LoopError> {
            let running = ad::running(&mut *tx, brand, WEIGHED_MAX).await?;
            let since = report::before(&mut *tx, run, brand).await?;
            let (ads_running, ads_new) = ad::counts(&mut *tx, brand, since).await?;
            let won = winners(&running, today);
            let winning = phrases(&won, &searched);
            let pace = pace(&mut *tx, &ground, now).await?;
            let told = json!({
                "run": run, "brand": brand, "made_at": now, "trust": input.trust,
                "findings": input.findings, "searches": input.searches, "looks": input.looks,
                "competitors": competitors, "ads_running": ads_running, "ads_new": ads_new,
                "winners": won, "keywords": input.counts, "learned_from_winners": winning,
                "cadence": pace,
            });
            if report::keep(&mut *tx, run, brand, now, &told).await? {
                keyword::count(&mut *tx, brand, &input.counts, &winning).await?;
            }
            Ok(won.len())
        })?;
        Ok(Outcome::Done(Reported {
            trust: input.trust,
            competitors,
            winners: won,
        }))
    }
}

/// How often pages are looked at, and how soon their new ads are seen by it.
async fn pace(
    tx: &mut PgConnection,
    ground: &Ground<'_>,
    now: WorldTime,
) -> Result<Value, LoopError> {
    let brand = ground.id();
    let from = now.plus(SignedDuration::from_hours(-24 * PERIOD_DAYS));
    let [daily, three_days, weekly] = watch::shares(&mut *tx, brand).await?;
    let inputs = freshness::Inputs {
        from,
        until: now,
        competitors: watch::period(tx, brand, from).await?,
    };
    let told = |error| LoopError::NoAct(format!("freshness: {error}"));
    let fresh = freshness::estimate(&inputs).map_err(told)?;
    Ok(json!({
        "scans_per_day": ground.operator.config.settings.ads.scans_per_day,
        "daily": daily, "three_days": three_days, "weekly": weekly,
        "days": PERIOD_DAYS, "freshness": fresh,
    }))
}
