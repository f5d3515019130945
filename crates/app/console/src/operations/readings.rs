//! What was read of the ads, and what is believed of the live campaigns now: by the decider's own reading and rule. A stored
//! decision would not do: one is kept only where a campaign was to be stopped.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use homeostat_control::{Policy, campaign::Belief, kill::Kill};
use homeostat_model::WorldTime;
use homeostat_operator::{
    config::Brand,
    jobs::decide::{Evidence, last_reading},
    records::{
        campaign::Campaign,
        observation::{self, Increment},
    },
};
use homeostat_store::{Db, StoreError};
use jiff::SignedDuration;

/// What readings of this span told is news.
pub(super) const NEWS: SignedDuration = SignedDuration::from_hours(2);

/// The days of each brand as last read: three months of them are asked for once after each look at the ads, and not with each
/// look at the screen. There are no more brands than the configuration has.
#[derive(Debug, Default)]
pub struct Readings {
    held: Mutex<HashMap<String, Arc<Reading>>>,
}

/// What is held of a brand.
#[derive(Debug)]
pub(super) struct Reading {
    /// Days leave the window one by one.
    day: i64,
    evidence: Evidence,
    increments: Vec<Increment>,
}

impl Readings {
    pub(super) async fn of(
        &self,
        db: &Db,
        brand: &Brand,
        now: WorldTime,
    ) -> Result<Arc<Reading>, StoreError> {
        let day = now.0.as_second().div_euclid(86_400);
        let read_at = last_reading(db, brand).await?;
        let held = self.held().get(brand.id.as_str()).cloned();
        if let Some(held) = held
            && held.day == day
            && held.evidence.read_at() == read_at
        {
            return Ok(held);
        }
        let reading = Arc::new(Reading {
            day,
            evidence: Evidence::read(db, brand, read_at, now).await?,
            increments: observation::increments(db, brand.id.as_str(), now.plus(-NEWS)).await?,
        });
        self.held()
            .insert(brand.id.to_string(), Arc::clone(&reading));
        Ok(reading)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Arc<Reading>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading {
    /// One for each of the campaigns, in their order; absent where the figures make no sense.
    pub(super) fn beliefs(
        &self,
        brand: &Brand,
        campaigns: &[Campaign],
        now: WorldTime,
    ) -> Vec<Option<Belief>> {
        let belief = |one| Kill::believe(&self.evidence.inputs(brand, one, now)).ok();
        campaigns.iter().map(belief).collect()
    }

    /// What was news when it was read. Some of it may have grown old since.
    pub(super) fn increments(&self) -> &[Increment] {
        &self.increments
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::Money;
    use homeostat_operator::{
        config::Config,
        records::{campaign, observation, sensor},
    };
    use homeostat_testkit::Database;
    use jiff::SignedDuration;

    use super::*;

    #[tokio::test]
    async fn a_campaign_that_is_kept_has_a_belief_and_a_newer_reading_changes_it() {
        let base = Database::fresh().await;
        let db = base.db();
        let brand = Config::read(None).unwrap().brands[0].clone();
        let noon = WorldTime("2026-06-20T10:00:00Z".parse().unwrap());
        let spend = |cpas| {
            let micros = brand.target_cpa.amount_micros * cpas;
            Money::from_micros(micros, brand.currency)
        };
        let listed = campaign::Reading {
            id: "1".into(),
            name: "a".into(),
            status: "ACTIVE".into(),
            effective_status: "ACTIVE".into(),
            daily_budget: None,
        };
        let readings = Readings::default();
        let mut connection = db.pool().acquire().await.unwrap();
        let code = brand.currency.as_str();
        campaign::record(&mut connection, brand.id.as_str(), code, &[listed], noon)
            .await
            .unwrap();
        for (hour, sales) in [(0, 5), (1, 6)] {
            let at = noon.plus(SignedDuration::from_hours(hour));
            let day = observation::Reading {
                campaign: "1".into(),
                day: "2026-06-10".parse().unwrap(),
                spend: spend(2),
                sales,
                value: None,
            };
            observation::record(&mut connection, brand.id.as_str(), &brand.zone, &[day], at)
                .await
                .unwrap();
            let id = format!("meta.insights:{}", brand.id);
            sensor::saw(&mut connection, &id, brand.id.as_str(), at)
                .await
                .unwrap();
            let live = campaign::in_state(&db, brand.id.as_str(), "ACTIVE")
                .await
                .unwrap();
            for _ in 0..2 {
                let reading = readings.of(&db, &brand, at).await.unwrap();
                let all = reading.beliefs(&brand, &live, at);
                let [Some(belief)] = &all[..] else {
                    panic!("{all:?}")
                };
                assert_eq!((i64::from(belief.sales), belief.k), (sales, 2.0));
            }
        }
    }
}
