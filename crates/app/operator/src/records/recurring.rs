//! Recurring spend: the standing holds of a brand follow what is known of its campaigns.
//!
//! Level-triggered: compared are the rows of `campaign`, which a late listing cannot turn back, with the
//! standing holds that run. Whatever set a campaign running or stopped it, the next look makes up for
//! it. A campaign whose budget stands on its ad sets carries none of its own and is not held.

use std::collections::BTreeMap;

use homeostat_effects::standing::{
    DaySpend, Observed, begin_in, change_in, end_in, observe_in, running_in,
};
use homeostat_model::{Money, WorldTime};
use homeostat_store::PgConnection;

use super::{campaign, observation};
use crate::{config::Brand, jobs::LoopError, limits};

/// Begins, changes and ends the brand's standing holds, then settles them by a complete reading of
/// spend, begun at `at`.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn follow(
    tx: &mut PgConnection,
    brand: &Brand,
    days: &[observation::Reading],
    at: WorldTime,
) -> Result<Observed, LoopError> {
    let limits = limits(brand);
    let running = running_in(&mut *tx, &brand.id).await?;
    let live = campaign::budgets(&mut *tx, brand.id.as_str(), brand.currency).await?;
    for step in steps(&running, &live) {
        match step {
            Step::Begin(target, per_day) => {
                let by = None;
                begin_in(&mut *tx, &brand.id, target, per_day, by, &limits, at).await?;
            }
            Step::Change(target, per_day) => {
                change_in(&mut *tx, &brand.id, target, per_day, &limits, at).await?;
            }
            Step::End(target) => {
                end_in(&mut *tx, &brand.id, target, at).await?;
            }
        }
    }
    let spends: Vec<DaySpend> = days
        .iter()
        .map(|reading| DaySpend {
            target: reading.campaign.clone(),
            day: reading.day,
            spend: reading.spend,
        })
        .collect();
    Ok(observe_in(tx, &brand.id, &limits, &spends, at).await?)
}

#[derive(Debug, PartialEq, Eq)]
enum Step<'a> {
    Begin(&'a str, Money),
    Change(&'a str, Money),
    End(&'a str),
}

/// What makes the running standing holds fit the live campaigns.
fn steps<'a>(
    running: &'a BTreeMap<String, Money>,
    live: &'a BTreeMap<String, Money>,
) -> Vec<Step<'a>> {
    let gone = running.keys().filter(|target| !live.contains_key(*target));
    let ends = gone.map(|target| Step::End(target));
    let others = live
        .iter()
        .filter_map(|(target, budget)| match running.get(target) {
            None => Some(Step::Begin(target, *budget)),
            Some(known) if known != budget => Some(Step::Change(target, *budget)),
            Some(_) => None,
        });
    ends.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use homeostat_testkit::Database;

    use super::*;
    use crate::config::Config;

    fn money(euros: i64) -> Money {
        Money::from_micros(euros * 1_000_000, "EUR".parse().unwrap())
    }

    fn map(pairs: &[(&str, i64)]) -> BTreeMap<String, Money> {
        let one = |(target, euros): &(&str, i64)| ((*target).to_owned(), money(*euros));
        pairs.iter().map(one).collect()
    }

    #[test]
    fn standing_holds_follow_the_campaigns() {
        let running = map(&[("a", 1), ("b", 2), ("c", 3)]);
        let live = map(&[("b", 2), ("c", 4), ("d", 5)]);
        let wanted = [
            Step::End("a"),
            Step::Change("c", money(4)),
            Step::Begin("d", money(5)),
        ];
        assert_eq!(steps(&running, &live), wanted);
        assert_eq!(steps(&live, &live), []);
    }

    /// A listing of campaigns: id, status, daily budget.
    async fn list(tx: &mut PgConnection, listing: &[(&str, &str, Option<i64>)], at: WorldTime) {
        let readings: Vec<_> = listing
            .iter()
            .map(|(id, status, budget)| campaign::Reading {
                id: (*id).into(),
                name: format!("campaign {id}"),
                status: (*status).into(),
                effective_status: (*status).into(),
                daily_budget: budget.map(money),
            })
            .collect();
        campaign::record(tx, "aurora", "EUR", &readings, at)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_look_holds_what_runs_settles_what_was_spent_and_ends_what_stopped() {
        let base = Database::fresh().await;
        let db = base.db();
        let brand = Config::read(None).unwrap().brands[0].clone();
        let noon = WorldTime("2026-01-01T11:00:00Z".parse().unwrap());
        let mut connection = db.pool().acquire().await.unwrap();
        let spent = observation::Reading {
            campaign: "1".into(),
            day: "2026-01-01".parse().unwrap(),
            spend: money(7),
            sales: 0,
            value: None,
        };
        let listing = [
            ("1", "ACTIVE", Some(20)),
            ("2", "PAUSED", Some(20)),
            ("3", "ACTIVE", None),
        ];
        list(&mut connection, &listing, noon).await;
        let seen = follow(&mut connection, &brand, &[spent], noon)
            .await
            .unwrap();
        assert_eq!((seen.moved, seen.overspent), (1, 0));
        let running = running_in(&mut connection, &brand.id).await.unwrap();
        assert_eq!(running, map(&[("1", 20)]));
        // Paused, as a newer look tells; an older one cannot turn that back.
        let later = noon.plus(jiff::SignedDuration::from_hours(1));
        list(&mut connection, &[("1", "PAUSED", Some(20))], later).await;
        follow(&mut connection, &brand, &[], later).await.unwrap();
        list(&mut connection, &listing, noon).await;
        follow(&mut connection, &brand, &[], noon).await.unwrap();
        let running = running_in(&mut connection, &brand.id).await.unwrap();
        assert_eq!(running, map(&[]));
        let held = homeostat_effects::budgets(&db, None, Some(noon))
            .await
            .unwrap();
        let day = held.iter().find(|w| w.interlock == "daily_budget").unwrap();
        assert_eq!((day.held, day.settled), (13_000_000, 7_000_000));
    }
}
