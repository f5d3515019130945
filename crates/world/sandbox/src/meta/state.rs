//! The state of Meta's side: the world, the books, and what follows from both.

use std::{collections::HashMap, sync::Arc};

use homeostat_model::WorldTime;
use homeostat_vendors::meta::{Status, micros_per_minor};
use jiff::civil::Date;

use crate::{
    books::{Act, Books},
    world::{self, Day, Timeline, World},
};

/// Everything a call may ask for or change.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: Arc<World>,
    pub(crate) books: Books,
    pub(crate) campaigns: Vec<CampaignState>,
    /// Days that are over never change again.
    past_days: HashMap<(usize, Date), Arc<Day>>,
    calls: u64,
}

/// The changing part of a campaign.
#[derive(Debug)]
pub(crate) struct CampaignState {
    pub(crate) status: Status,
    pub(crate) daily_budget_micros: i64,
    pub(crate) updated_at: WorldTime,
    before: Status,
    effective_from: WorldTime,
    delivery_from: WorldTime,
    timeline: Timeline,
}

impl State {
    /// The state after all acts in the books.
    pub(crate) fn new(world: World, books: Books) -> Self {
        let begin = |campaign: &world::Campaign| CampaignState {
            status: Status::Active,
            daily_budget_micros: campaign.daily_budget_micros,
            updated_at: campaign.started_at,
            before: Status::Active,
            effective_from: campaign.started_at,
            delivery_from: campaign.started_at,
            timeline: Timeline::new(campaign.started_at, campaign.daily_budget_micros),
        };
        let mut state = Self {
            campaigns: world.campaigns.iter().map(begin).collect(),
            world: Arc::new(world),
            books,
            past_days: HashMap::new(),
            calls: 0,
        };
        for act in state.books.acts().to_vec() {
            let named = |campaign: &world::Campaign| campaign.id == act.object;
            match state.world.campaigns.iter().position(named) {
                Some(at) => state.follow(at, &act),
                None => tracing::warn!(object = act.object, "the books name an unknown campaign"),
            }
        }
        state
    }

    /// Brings the state up to an act that is in the books.
    pub(crate) fn follow(&mut self, at: usize, act: &Act) {
        if !act.applied {
            return;
        }
        let unit = micros_per_minor(self.account_of(at).currency);
        let campaign = &mut self.campaigns[at];
        campaign.updated_at = act.at_world;
        match act.act.as_str() {
            "set_status" => {
                let Ok(status) = act.to.parse::<Status>() else {
                    return;
                };
                campaign.before = campaign.status;
                campaign.status = status;
                campaign.effective_from = act.effective_from;
                campaign.delivery_from = act.delivery_from;
                let delivers = status == Status::Active;
                campaign.timeline.switch(act.delivery_from, delivers);
            }
            "set_daily_budget" => {
                let Ok(minor) = act.to.parse::<i64>() else {
                    return;
                };
                campaign.daily_budget_micros = minor.saturating_mul(unit);
                let budget = campaign.daily_budget_micros;
                campaign.timeline.set_budget(act.at_world, budget);
            }
            _ => {}
        }
    }

    pub(crate) fn account_of(&self, campaign: usize) -> &world::Account {
        &self.world.accounts[self.world.campaigns[campaign].account]
    }

    /// A campaign's day as of an instant.
    pub(crate) fn day(&mut self, campaign: usize, date: Date, now: WorldTime) -> Arc<Day> {
        if let Some(day) = self.past_days.get(&(campaign, date)) {
            return Arc::clone(day);
        }
        let account = self.account_of(campaign);
        let over = account.date(now) > date;
        let timeline = &self.campaigns[campaign].timeline;
        let plan = &self.world.campaigns[campaign];
        let day = Arc::new(world::day(plan, account, timeline, date, now));
        if over {
            self.past_days.insert((campaign, date), Arc::clone(&day));
        }
        day
    }

    /// Spent by a campaign until an instant.
    pub(crate) fn spent_micros(&mut self, campaign: usize, now: WorldTime) -> i64 {
        let (first, last) = self.days_of(campaign, now);
        let dates = first.series(jiff::ToSpan::days(1));
        dates
            .take_while(|date| *date <= last)
            .map(|date| self.day(campaign, date, now).spend_micros)
            .sum()
    }

    /// The campaign's first day, and the day of an instant.
    pub(crate) fn days_of(&self, campaign: usize, now: WorldTime) -> (Date, Date) {
        let account = self.account_of(campaign);
        let started_at = self.world.campaigns[campaign].started_at;
        (account.date(started_at), account.date(now))
    }

    /// Counts a call and gives the share of the limit in percent, once there was some traffic.
    pub(crate) fn count_call(&mut self) -> Option<u64> {
        self.calls += 1;
        (self.calls > 5).then(|| (self.calls / 1_000).min(90))
    }
}

impl CampaignState {
    /// What the campaign really does, with the lag that faults gave it.
    pub(crate) fn effective_status(&self, now: WorldTime) -> &'static str {
        if now >= self.effective_from {
            return self.status.as_str();
        }
        let still_delivering = now < self.delivery_from;
        let halfway = self
            .updated_at
            .plus(self.effective_from.since(self.updated_at) / 2);
        if still_delivering || now < halfway {
            return self.before.as_str();
        }
        "IN_PROCESS"
    }
}
