//! Four figures with a plot each: is it earning, are the campaigns well, do pipelines finish, does it decide?

use std::collections::BTreeMap;

use homeostat_control::kill::Kill;
use homeostat_control::{Policy, campaign::Belief};
use homeostat_effects::{decision_minutes, latest_decisions};
use homeostat_model::{Money, RuntimeTime};
use homeostat_operator::{
    config::Brand,
    records::{campaign, observation},
};
use homeostat_queue::run_hours;
use homeostat_store::Db;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;

use super::{BoardError, Now};
use crate::{
    plot::{self, Bar},
    words,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Steps in which what the ads report is drawn.
const STEPS: usize = 30;
/// A return that is drawn as high as any.
const RETURN_MAX: f64 = 3.0;
/// Below this chance of so few sales a campaign is close to being stopped.
const NEAR_STOP: f64 = 0.2;

/// One of the four.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Instrument {
    /// Its place on the page.
    pub id: &'static str,
    /// `Sales, 1 h`.
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

fn key(class: &'static str, text: String) -> Key {
    Key { class, text }
}

pub(super) async fn look(db: &Db, brand: &Brand, now: Now) -> Result<Vec<Instrument>, BoardError> {
    Ok(vec![
        sales(db, brand, now).await?,
        campaigns(db, brand).await?,
        pipelines(db, now.runtime).await?,
        decisions(db, brand, now.runtime).await?,
    ])
}

/// What the ads report: there is no store yet, and the screen says so.
async fn sales(db: &Db, brand: &Brand, now: Now) -> Result<Instrument, BoardError> {
    let since = now.world.plus(-HOUR * 2);
    let reported = observation::increments(db, brand.id.as_str(), since).await?;
    let step_s = HOUR.as_secs() / STEPS as i64;
    let (mut hour, mut before) = ([0.0; STEPS], [0.0; STEPS]);
    let (mut n, mut n_before, mut spend_micros) = (0_i64, 0_i64, 0_i64);
    for one in &reported {
        let age = now.world.since(one.read_at).as_secs().max(0);
        let at = |age: i64| STEPS - 1 - usize::try_from(age / step_s).unwrap_or(0).min(STEPS - 1);
        if age < HOUR.as_secs() {
            hour[at(age)] += one.sales as f64;
            n += one.sales;
            spend_micros += one.spend_micros;
        } else if age < 2 * HOUR.as_secs() {
            before[at(age - HOUR.as_secs())] += one.sales as f64;
            n_before += one.sales;
        }
    }
    let spend = words::money(Money::from_micros(spend_micros, brand.currency));
    Ok(Instrument {
        id: "i-sales",
        label: "Sales, 1 h".into(),
        aside: trend(n, n_before),
        figure: words::grouped(n.unsigned_abs()),
        unit: String::new(),
        keys: vec![
            key("", format!("as the ads report; {spend} spent")),
            key("k-ghost", "the hour before".into()),
        ],
        svg: plot::line_over_time(
            &hour,
            &before,
            &format!(
                "Sales as the ads report, in steps of two minutes: {n} in the last hour, {n_before} in the hour before."
            ),
        ),
    })
}

/// `↑ 12%`, where there is something to compare with.
fn trend(now: i64, before: i64) -> String {
    if before <= 0 {
        return String::new();
    }
    let change = (now - before) as f64 / before as f64 * 100.0;
    match change.round() as i64 {
        0 => "→ 0%".into(),
        up @ 1.. => format!("↑ {up}%"),
        down => format!("↓ {}%", -down),
    }
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
    let standing = match value {
        value if value >= 1.0 && belief.k >= 1.0 => Standing::Winning,
        _ if belief.chance_if_on_target < NEAR_STOP => Standing::NearStop,
        _ => Standing::Learning,
    };
    (standing, value)
}

async fn campaigns(db: &Db, brand: &Brand) -> Result<Instrument, BoardError> {
    let live = campaign::in_state(db, brand.id.as_str(), "ACTIVE").await?;
    let ids: Vec<String> = live.iter().map(|one| one.id.clone()).collect();
    let decided = latest_decisions(db, brand.id.as_str(), Kill::NAME, &ids).await?;
    let mut all: Vec<(Standing, f64)> = decided
        .iter()
        .filter_map(|decision| serde_json::from_str(&decision.belief).ok())
        .map(|belief: Belief| standing(&belief))
        .collect();
    let unread = live.len().saturating_sub(all.len());
    all.extend(std::iter::repeat_n((Standing::Learning, 0.0), unread));
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
        "Return of each of the {} live campaigns against its target: {winning} above it, {learning} still learning, {near} near the stop line.",
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
        "Pipeline runs finished in each of the last 24 hours: {done} of {all}, {dropped} dropped."
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
    let (did, refused) = (of("permitted"), of("refused"));
    Ok(Instrument {
        id: "i-decisions",
        label: "Decisions, 1 h".into(),
        aside: format!("{} a minute", words::grouped((all / 60).unsigned_abs())),
        figure: words::grouped(all.unsigned_abs()),
        unit: String::new(),
        keys: vec![key(
            "",
            format!(
                "{} wanted to act: {did} did, {refused} refused",
                did + refused
            ),
        )],
        svg: plot::line_over_time(
            &each,
            &[],
            &format!("Decisions a minute over the last hour, {all} in all."),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn belief(sales: u32, k: f64, chance: f64) -> Belief {
        Belief {
            currency: "EUR".parse().unwrap(),
            target_cpa_micros: 14_000_000,
            raw_spend_micros: 42_000_000,
            matured_spend_micros: 42_000_000,
            sales,
            k,
            chance_if_on_target: chance,
            chance_below_target: 0.9,
        }
    }

    #[test]
    fn a_campaign_wins_by_what_was_due_and_stands_near_its_stop_by_chance() {
        assert_eq!(standing(&belief(4, 2.0, 0.9)), (Standing::Winning, 2.0));
        assert_eq!(standing(&belief(0, 3.0, 0.05)).0, Standing::NearStop);
        assert_eq!(
            standing(&belief(1, 0.5, 0.9)).0,
            Standing::Learning,
            "one sale is luck"
        );
        assert_eq!(standing(&belief(0, 0.0, 1.0)), (Standing::Learning, 0.0));
    }

    #[test]
    fn a_trend_needs_something_to_compare_with() {
        assert_eq!(trend(112, 100), "↑ 12%");
        assert_eq!(trend(90, 100), "↓ 10%");
        assert_eq!(trend(5, 0), "");
    }
}
