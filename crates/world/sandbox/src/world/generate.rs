//! A world from a seed: three brands with eight campaigns each, and what is created on top of them.

use std::sync::Arc;

use homeostat_clock::Entropy;
use homeostat_model::WorldTime;
use jiff::{SignedDuration, tz::TimeZone};
use rand::{Rng, RngExt, seq::SliceRandom};

use super::{Account, Campaign, ORIGIN, Source, World, drawn::Process};

/// A brand of the generated world and its ad account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brand {
    /// The brand's name, also the account's.
    pub name: &'static str,
    /// The ad account.
    pub account_id: &'static str,
    /// Currency of the account.
    pub currency: &'static str,
    /// IANA zone of the account's days.
    pub time_zone: &'static str,
    /// What a sale may cost, in micro-units. Campaign kinds are drawn relative to it.
    pub target_cpa_micros: i64,
    /// The account's campaigns have the ids `campaigns_from` and the seven after it.
    pub campaigns_from: u64,
}

/// The brands of every generated world.
pub const BRANDS: [Brand; 3] = [
    Brand {
        name: "aurora",
        account_id: "act_1001",
        currency: "EUR",
        time_zone: "Europe/Berlin",
        target_cpa_micros: 20_000_000,
        campaigns_from: 120_210_001_001,
    },
    Brand {
        name: "borealis",
        account_id: "act_1002",
        currency: "USD",
        time_zone: "America/New_York",
        target_cpa_micros: 25_000_000,
        campaigns_from: 120_210_002_001,
    },
    Brand {
        name: "cirrus",
        account_id: "act_1003",
        currency: "GBP",
        time_zone: "Europe/London",
        target_cpa_micros: 16_000_000,
        campaigns_from: 120_210_003_001,
    },
];

const NAMES: [&str; 8] = [
    "Spring linen - prospecting",
    "Wool throws - prospecting",
    "Lookalike buyers 1 %",
    "Retargeting - viewed product",
    "Retargeting - cart",
    "Gift guide - interests",
    "Broad - video",
    "New arrivals - carousel",
];

/// What a campaign is like. `q` is target CPA divided by true CPA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// q = 2.
    Winner,
    /// q = 1.25.
    OnTarget,
    /// q = 1.25, but its sales are attributed after 2.5 days on average.
    LateSeller,
    /// q = 0.25.
    Loser,
    /// q = 0. Its matured spend passes three target CPAs 4 to 12 hours after the origin.
    DeadEarly,
    /// q = 0. The same, one to two days after the origin.
    DeadLater,
}

const KINDS: [Kind; 8] = [
    Kind::Winner,
    Kind::Winner,
    Kind::OnTarget,
    Kind::OnTarget,
    Kind::LateSeller,
    Kind::Loser,
    Kind::DeadEarly,
    Kind::DeadLater,
];

/// The world of a seed. Campaigns have been running for three to six days at [`ORIGIN`].
pub(crate) fn generate(seed: u64) -> Result<World, String> {
    let root = Entropy::from_seed(seed).child("world");
    let mut world = World {
        accounts: Vec::new(),
        campaigns: Vec::new(),
        entropy: root.child("created"),
    };
    for (index, brand) in BRANDS.iter().enumerate() {
        world.accounts.push(Account {
            id: brand.account_id.to_owned(),
            name: brand.name.to_owned(),
            currency: brand.currency.parse().map_err(|e| format!("{e}"))?,
            zone_name: brand.time_zone.to_owned(),
            zone: TimeZone::get(brand.time_zone).map_err(|e| e.to_string())?,
        });
        let entropy = root.child(brand.name);
        let mut kinds = KINDS;
        kinds.shuffle(&mut entropy.child("kinds").rng());
        for (nth, (kind, name)) in kinds.into_iter().zip(NAMES).enumerate() {
            let id = brand.campaigns_from + nth as u64;
            let entropy = entropy.child(&format!("campaign:{id}"));
            let mut campaign = draw(brand, kind, &entropy);
            campaign.id = id.to_string();
            campaign.name = name.to_owned();
            campaign.account = index;
            world.campaigns.push(Arc::new(campaign));
        }
    }
    Ok(world)
}

/// A campaign that somebody asks an account for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Index of the account.
    pub(crate) account: usize,
    pub(crate) daily_budget_micros: i64,
    pub(crate) created_at: WorldTime,
}

/// The campaign that was asked for. What it is like is drawn from the seed and its id.
pub(crate) fn created(world: &World, wanted: &Wanted) -> Campaign {
    let account = &world.accounts[wanted.account].id;
    let own = BRANDS.iter().find(|brand| brand.account_id == account);
    let entropy = world.entropy.child(&wanted.id);
    let kind = KINDS[entropy.child("kind").rng().random_range(0..KINDS.len())];
    let brand = own.unwrap_or(&BRANDS[0]);
    Campaign {
        id: wanted.id.clone(),
        name: wanted.name.clone(),
        account: wanted.account,
        started_at: wanted.created_at,
        daily_budget_micros: wanted.daily_budget_micros,
        source: source(brand, kind, wanted.daily_budget_micros, &entropy),
    }
}

fn draw(brand: &Brand, kind: Kind, entropy: &Entropy) -> Campaign {
    let mut rng = entropy.child("shape").rng();
    let (age_days, cpas_per_day) = shape(kind, &mut rng);
    let target = brand.target_cpa_micros;
    // Budgets in steps of ten cents, rounded up.
    let budget = (target as f64 * cpas_per_day / 100_000.0).ceil() as i64 * 100_000;
    let started_at = before_origin(age_days);
    Campaign {
        id: String::new(),
        name: String::new(),
        account: 0,
        started_at,
        daily_budget_micros: budget,
        source: source(brand, kind, budget, entropy),
    }
}

fn source(brand: &Brand, kind: Kind, daily_budget_micros: i64, entropy: &Entropy) -> Source {
    let target = brand.target_cpa_micros;
    Source::Drawn(Process {
        entropy: entropy.child("hours"),
        daily_budget_micros,
        true_cpa_micros: match kind {
            Kind::Winner => Some(target / 2),
            Kind::OnTarget | Kind::LateSeller => Some(target * 4 / 5),
            Kind::Loser => Some(target * 4),
            Kind::DeadEarly | Kind::DeadLater => None,
        },
        delay_mean_s: if kind == Kind::LateSeller {
            2.5 * 86_400.0
        } else {
            86_400.0
        },
        basket_micros: target * 3,
    })
}

/// Age at the origin in days, and budget in target CPAs a day.
fn shape(kind: Kind, rng: &mut impl Rng) -> (f64, f64) {
    match kind {
        Kind::Winner => (rng.random_range(3.0..6.0), rng.random_range(2.0..4.0)),
        Kind::OnTarget => (rng.random_range(3.0..6.0), rng.random_range(1.5..3.0)),
        Kind::LateSeller => (rng.random_range(4.0..6.0), rng.random_range(1.5..2.5)),
        Kind::Loser => (rng.random_range(3.0..5.0), rng.random_range(1.2..2.0)),
        Kind::DeadEarly => {
            let age = rng.random_range(3.5..5.0);
            (
                age,
                budget_to_mature_three(age + rng.random_range(0.17..0.5)),
            )
        }
        Kind::DeadLater => {
            let age = rng.random_range(3.0..4.0);
            (
                age,
                budget_to_mature_three(age + rng.random_range(1.0..2.0)),
            )
        }
    }
}

/// The budget whose matured spend is three target CPAs after `days`: at an even rate and an
/// exponential delay of one day, `days - (1 - e^-days)` days' worth has matured.
fn budget_to_mature_three(days: f64) -> f64 {
    3.0 / (days - (1.0 - (-days).exp()))
}

fn before_origin(days: f64) -> WorldTime {
    ORIGIN.plus(SignedDuration::from_secs(-((days * 86_400.0) as i64)))
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::{
        super::{Timeline, day},
        *,
    };

    /// Spend that has matured by `now`, in target CPAs; `None` when any sale was made by then,
    /// attributed or not.
    fn matured_without_sale(world: &World, campaign: &Campaign, now: WorldTime) -> Option<f64> {
        let account = &world.accounts[campaign.account];
        let target = BRANDS[campaign.account].target_cpa_micros as f64;
        let line = Timeline::new(campaign.started_at, true, campaign.daily_budget_micros);
        let mut matured = 0.0;
        let first = account.date(campaign.started_at);
        for date in first
            .series(1.day())
            .take_while(|date| *date <= account.date(now))
        {
            let midnight = WorldTime(account.midnight(date));
            let mut before = 0;
            for nth in 1..=24 {
                let end = midnight.plus(SignedDuration::from_hours(nth)).min(now);
                let so_far = day(campaign, account, &line, date, end);
                if !so_far.sales.is_empty() {
                    return None;
                }
                let age_days = now.since(end).as_secs_f64() / 86_400.0;
                let spent = so_far.spend_micros - before;
                matured += spent as f64 / target * (1.0 - (-age_days).exp());
                before = so_far.spend_micros;
            }
        }
        Some(matured)
    }

    #[test]
    fn each_brand_has_a_campaign_that_dies_within_a_day_of_the_origin() {
        for seed in 1..=12 {
            let world = generate(seed).unwrap();
            for brand in 0..BRANDS.len() {
                let own = || world.campaigns.iter().filter(|one| one.account == brand);
                let past_three = |at: WorldTime| {
                    let crossed = |one: &&Arc<Campaign>| {
                        matured_without_sale(&world, one, at).is_some_and(|k| k >= 3.0)
                    };
                    own()
                        .filter(crossed)
                        .map(|one| one.id.clone())
                        .collect::<Vec<_>>()
                };
                let at_origin = past_three(ORIGIN);
                let a_day_later = past_three(ORIGIN.plus(SignedDuration::from_hours(22)));
                let new = a_day_later
                    .iter()
                    .filter(|id| !at_origin.contains(id))
                    .count();
                assert!(
                    new >= 1,
                    "seed {seed} brand {brand}: {at_origin:?} {a_day_later:?}"
                );
            }
        }
    }

    #[test]
    fn a_day_never_spends_more_than_its_budget_and_most_days_nearly_reach_it() {
        let world = generate(3).unwrap();
        let (mut days, mut full) = (0, 0);
        for campaign in &world.campaigns {
            let account = &world.accounts[campaign.account];
            let line = Timeline::new(campaign.started_at, true, campaign.daily_budget_micros);
            let first = account.date(ORIGIN);
            for date in first.series(1.day()).take(30) {
                let end = WorldTime(account.midnight(date.tomorrow().unwrap()));
                let spent = day(campaign, account, &line, date, end).spend_micros;
                assert!(spent <= campaign.daily_budget_micros);
                days += 1;
                full += u32::from(spent * 100 >= campaign.daily_budget_micros * 93);
            }
        }
        assert!(full * 10 >= days * 9, "{full} of {days}");
    }

    #[test]
    fn a_day_told_in_two_readings_is_the_day_told_in_one() {
        let world = generate(4).unwrap();
        let campaign = &world.campaigns[0];
        let account = &world.accounts[0];
        let mut line = Timeline::new(campaign.started_at, true, campaign.daily_budget_micros);
        let noon = ORIGIN.plus(SignedDuration::from_mins(317));
        let date = account.date(ORIGIN);
        let half = day(campaign, account, &line, date, noon);
        line.switch(noon, false);
        let end = ORIGIN.plus(SignedDuration::from_hours(40));
        assert_eq!(day(campaign, account, &line, date, end), half);
    }

    #[test]
    fn both_changes_of_the_clocks_are_whole_days() {
        let world = generate(5).unwrap();
        let account = &world.accounts[0];
        for (date, hours) in [("2026-03-29", 23), ("2026-10-25", 25)] {
            let date: jiff::civil::Date = date.parse().unwrap();
            let (from, to) = (
                account.midnight(date),
                account.midnight(date.tomorrow().unwrap()),
            );
            assert_eq!(to.duration_since(from).as_hours(), hours);
            let campaign = &world.campaigns[0];
            let line = Timeline::new(campaign.started_at, true, campaign.daily_budget_micros);
            let spent = day(campaign, account, &line, date, WorldTime(to)).spend_micros;
            assert!(spent * 10 > campaign.daily_budget_micros * 8, "{spent}");
        }
    }
}
