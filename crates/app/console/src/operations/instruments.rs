//! Four figures with a plot each: is it earning, are the campaigns well, do pipelines finish, does it decide?

use std::collections::BTreeMap;

use homeostat_control::campaign::Belief;
use homeostat_effects::decision_minutes;
use homeostat_model::{RuntimeTime, WorldTime};
use homeostat_operator::{config::Brand, records::campaign};
use homeostat_queue::run_hours;
use homeostat_store::Db;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    BoardError, Now,
    readings::{Reading, Readings},
    revenue,
};
use crate::{
    plot::{self, Bar},
    words,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// A return that is drawn as high as any.
const RETURN_MAX: f64 = 3.0;
/// Below this chance of so few sales a campaign is close to being stopped.
const NEAR_STOP: f64 = 0.2;
/// Up to this chance that its sales cost more than the target a campaign wins.
const WINS: f64 = 0.2;

/// One of the four.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Instrument {
    /// Its place on the page.
    pub id: &'static str,
    /// `Revenue, 1 h`.
    pub label: String,
    /// Beside the label.
    pub aside: String,
    /// The figure.
    pub figure: String,
    /// What follows it in small.
    pub unit: String,
    /// One line below the plot.
    pub keys: Vec<Key>,
    /// The plot.
    #[serde(skip)]
    pub svg: String,
}

/// A word below a plot, with the colour that it explains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "InstrumentKey")]
pub struct Key {
    /// The key's class; empty: none.
    pub class: &'static str,
    /// The word.
    pub text: String,
}

pub(super) fn key(class: &'static str, text: String) -> Key {
    Key { class, text }
}

pub(super) async fn look(
    db: &Db,
    readings: &Readings,
    brand: &Brand,
    now: Now,
) -> Result<Vec<Instrument>, BoardError> {
    let reading = readings.of(db, brand, now.world).await?;
    Ok(vec![
        revenue::told(reading.increments(), brand.currency, now.world),
        campaigns(db, &reading, brand, now.world).await?,
        pipelines(db, now.runtime).await?,
        decisions(db, brand, now.runtime).await?,
    ])
}

/// How a campaign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Winning,
    Learning,
    NearStop,
}

fn standing(belief: &Belief) -> (Standing, f64) {
    // Sales over the sales that were due: a return of one is on target.
    let value = match belief.k > 0.0 {
        true => (f64::from(belief.sales) / belief.k).min(RETURN_MAX),
        false => 0.0,
    };
    let standing = if belief.chance_below_target <= WINS {
        Standing::Winning
    } else if belief.chance_if_on_target < NEAR_STOP {
        Standing::NearStop
    } else {
        Standing::Learning
    };
    (standing, value)
}

async fn campaigns(
    db: &Db,
    reading: &Reading,
    brand: &Brand,
    now: WorldTime,
) -> Result<Instrument, BoardError> {
    let live = campaign::in_state(db, brand.id.as_str(), "ACTIVE").await?;
    let beliefs = reading.beliefs(brand, &live, now);
    let unknown = (Standing::Learning, 0.0);
    let mut all: Vec<(Standing, f64)> = beliefs
        .iter()
        .map(|belief| belief.as_ref().map_or(unknown, standing))
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let count = |of: Standing| all.iter().filter(|(standing, _)| *standing == of).count();
    let (winning, learning, near) = (
        count(Standing::Winning),
        count(Standing::Learning),
        count(Standing::NearStop),
    );
    let bars: Vec<Bar> = all
        .iter()
        .map(|(standing, value)| Bar {
            value: *value,
            class: match standing {
                Standing::Winning => "bar-ok",
                Standing::Learning => "bar-n",
                Standing::NearStop => "bar-w",
            },
        })
        .collect();
    let says = format!(
        "Return of each of the {} live campaigns against its target: {winning} winning, {learning} still learning, {near} near the stop line.",
        live.len()
    );
    Ok(Instrument {
        id: "i-campaigns",
        label: "Campaigns".into(),
        aside: "target 1.0×".into(),
        figure: words::grouped(live.len() as u64),
        unit: " live".into(),
        keys: vec![
            key("k-ok", format!("{winning} winning")),
            key("k-n", format!("{learning} learning")),
            key("k-w", format!("{near} near stop")),
        ],
        svg: plot::bars(&bars, bars.len(), Some(1.0), &says),
    })
}

async fn pipelines(db: &Db, now: RuntimeTime) -> Result<Instrument, BoardError> {
    const HOURS: usize = 24;
    let hours = run_hours(db, now.plus(-HOUR * HOURS as i32)).await?;
    let (mut done, mut dropped, mut all, mut resumed) = (0, 0, 0, 0);
    let mut each = [0.0; HOURS];
    for hour in &hours {
        let age_h = now.since(hour.begins_at).as_secs().max(0) / HOUR.as_secs();
        let at = usize::try_from(age_h).unwrap_or(0).min(HOURS - 1);
        each[HOURS - 1 - at] += hour.done as f64;
        done += hour.done;
        dropped += hour.failed;
        resumed += hour.resumed;
        all += hour.all;
    }
    let mut bars: Vec<Bar> = each
        .iter()
        .map(|value| Bar {
            value: *value,
            class: "bar-q",
        })
        .collect();
    if let Some(last) = bars.last_mut() {
        last.class = "bar-ok";
    }
    let says = format!(
        "Pipeline runs by the hour in which they were asked for, over the last 24 hours: {done} of {all}, {dropped} dropped."
    );
    Ok(Instrument {
        id: "i-pipelines",
        label: "Pipelines, 24 h".into(),
        aside: String::new(),
        figure: words::grouped(done.unsigned_abs()),
        unit: format!(" / {}", words::grouped(all.unsigned_abs())),
        keys: vec![key(
            "",
            format!("{dropped} dropped, {resumed} resumed after a crash"),
        )],
        svg: plot::bars(&bars, HOURS, None, &says),
    })
}

async fn decisions(db: &Db, brand: &Brand, now: RuntimeTime) -> Result<Instrument, BoardError> {
    const MINUTES: usize = 60;
    let minutes = decision_minutes(db, brand.id.as_str(), now.plus(-HOUR)).await?;
    let mut each = [0.0; MINUTES];
    let mut by_state: BTreeMap<&str, i64> = BTreeMap::new();
    let mut all = 0;
    for minute in &minutes {
        let age = now.since(minute.begins_at).as_secs().max(0) / 60;
        let at = usize::try_from(age).unwrap_or(0).min(MINUTES - 1);
        each[MINUTES - 1 - at] += minute.n as f64;
        *by_state.entry(minute.state.as_str()).or_default() += minute.n;
        all += minute.n;
    }
    let of = |state: &str| by_state.get(state).copied().unwrap_or_default();
    let (allowed, refused) = (of("permitted"), of("refused"));
    let told = match all - allowed - refused {
        0 => format!("{allowed} allowed, {refused} refused"),
        n => format!("{allowed} allowed, {refused} refused, {n} only noted or waiting"),
    };
    Ok(Instrument {
        id: "i-decisions",
        label: "Decisions, 1 h".into(),
        aside: format!("{} a minute", words::grouped((all / 60).unsigned_abs())),
        figure: words::grouped(all.unsigned_abs()),
        unit: String::new(),
        keys: vec![key("", told)],
        svg: plot::line_over_time(
            &each,
            &[],
            &format!("Decisions a minute over the last hour, {all} in all."),
        ),
    })
}

#[cfg(test)]
mod tests {
    use homeostat_control::{
        Delay, SpendInterval,
        campaign::{Inputs, Target, estimate},
    };
    use jiff::Timestamp;

    use super::*;

    /// Of a campaign whose spend has matured.
    fn belief(sales: u32, targets_milli: i64) -> Belief {
        let now = WorldTime(Timestamp::UNIX_EPOCH);
        let spend = SpendInterval {
            from: now,
            until: now,
            amount_micros: targets_milli * 14_000,
        };
        let inputs = Inputs {
            currency: "EUR".parse().unwrap(),
            target: Target::Cpa {
                cpa_micros: 14_000_000,
            },
            delay: Delay::Immediate,
            now,
            read_at: Some(now),
            spend: vec![spend],
            sales,
        };
        estimate(&inputs).unwrap()
    }

    #[test]
    fn a_campaign_wins_and_stands_near_its_stop_by_chance() {
        assert_eq!(standing(&belief(4, 2_000)), (Standing::Winning, 2.0));
        assert_eq!(standing(&belief(0, 3_000)).0, Standing::NearStop);
        for (sales, targets_milli, why) in [
            (1, 500, "one sale is luck"),
            (11, 10_000, "just above the target"),
            (0, 0, "nothing was spent"),
        ] {
            let (standing, _) = standing(&belief(sales, targets_milli));
            assert_eq!(standing, Standing::Learning, "{why}");
        }
        assert_eq!(standing(&belief(0, 0)), (Standing::Learning, 0.0));
    }
}
