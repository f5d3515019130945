//! The state of Meta's side: the world, the books, and what follows from both.

use std::{collections::HashMap, sync::Arc};

use homeostat_model::WorldTime;
use homeostat_vendors::meta::{Status, micros_per_minor};
use jiff::{SignedDuration, civil::Date};

use super::limit::{self, SpendLimit};
use crate::{
    books::{Act, Books},
    world::{self, Day, SaleTold, Timeline, World, trade::Ads},
};

/// A sale is attributed within seven days of its click, and zones differ by a day.
const ATTRIBUTED_WITHIN: SignedDuration = SignedDuration::from_hours(8 * 24);

/// Everything a call may ask for or change.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: Arc<World>,
    pub(crate) books: Books,
    pub(crate) campaigns: Vec<CampaignState>,
    /// One per account.
    pub(crate) limits: Vec<SpendLimit>,
    /// Days that are over never change again.
    pub(super) past_days: HashMap<(usize, Date), Arc<Day>>,
    calls: u64,
}

/// The changing part of a campaign.
#[derive(Debug)]
pub(crate) struct CampaignState {
    pub(crate) status: Status,
    pub(crate) daily_budget_micros: i64,
    pub(crate) objective: String,
    pub(crate) updated_at: WorldTime,
    /// When it begins to appear in lists.
    pub(crate) listed_from: WorldTime,
    before: Status,
    effective_from: WorldTime,
    delivery_from: WorldTime,
    pub(super) timeline: Timeline,
}

impl State {
    /// The state after all acts in the books.
    pub(crate) fn new(world: World, books: Books) -> Self {
        let begin =
            |campaign: &Arc<world::Campaign>| CampaignState::begin(campaign, Status::Active);
        let mut state = Self {
            campaigns: world.campaigns.iter().map(begin).collect(),
            limits: world
                .accounts
                .iter()
                .map(|_| SpendLimit::default())
                .collect(),
            world: Arc::new(world),
            books,
            past_days: HashMap::new(),
            calls: 0,
        };
        for act in state.books.acts().to_vec() {
            state.follow(&act);
        }
        state
    }

    /// Brings the state up to an act that is in the books.
    pub(crate) fn follow(&mut self, act: &Act) {
        if !act.applied {
            return;
        }
        match act.act.as_str() {
            "create_campaign" => self.follow_creation(act),
            limit::SET | limit::RESET => self.follow_limit(act),
            _ => self.follow_change(act),
        }
    }

    fn follow_change(&mut self, act: &Act) {
        let named = |campaign: &Arc<world::Campaign>| campaign.id == act.object;
        let Some(at) = self.world.campaigns.iter().position(named) else {
            tracing::warn!(object = act.object, "the books name an unknown campaign");
            return;
        };
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

    fn follow_creation(&mut self, act: &Act) {
        let (Some(created), Ok(status)) = (&act.created, act.to.parse::<Status>()) else {
            return;
        };
        let named = |account: &world::Account| account.id == created.account;
        let Some(account) = self.world.accounts.iter().position(named) else {
            tracing::warn!(
                account = created.account,
                "the books name an unknown account"
            );
            return;
        };
        let unit = micros_per_minor(self.world.accounts[account].currency);
        let wanted = world::Wanted {
            id: act.object.clone(),
            name: created.name.clone(),
            account,
            daily_budget_micros: created.daily_budget.saturating_mul(unit),
            created_at: act.at_world,
        };
        let campaign = Arc::new(world::created(&self.world, &wanted));
        let mut state = CampaignState::begin(&campaign, status);
        state.objective.clone_from(&created.objective);
        state.listed_from = created.listed_from;
        self.campaigns.push(state);
        Arc::make_mut(&mut self.world).campaigns.push(campaign);
    }

    pub(crate) fn account_of(&self, campaign: usize) -> &world::Account {
        &self.world.accounts[self.world.campaigns[campaign].account]
    }

    /// A campaign's day as of an instant.
    pub(crate) fn day(&mut self, campaign: usize, date: Date, now: WorldTime) -> Arc<Day> {
        self.apply_limit(self.world.campaigns[campaign].account, now);
        if self.account_of(campaign).date(now) <= date {
            return Arc::new(self.day_as_it_stands(campaign, date, now));
        }
        if let Some(day) = self.past_days.get(&(campaign, date)) {
            return Arc::clone(day);
        }
        let day = Arc::new(self.day_as_it_stands(campaign, date, now));
        self.past_days.insert((campaign, date), Arc::clone(&day));
        day
    }

    /// The same from the timeline alone, whether or not the account's limit is worked into it.
    pub(super) fn day_as_it_stands(&self, campaign: usize, date: Date, now: WorldTime) -> Day {
        let timeline = &self.campaigns[campaign].timeline;
        let plan = &self.world.campaigns[campaign];
        world::day(plan, self.account_of(campaign), timeline, date, now)
    }

    /// Sales of an account's campaigns that were attributed after `from` and until `to`.
    fn sales_told(&mut self, account: usize, from: WorldTime, to: WorldTime) -> Vec<SaleTold> {
        let mut told = Vec::new();
        for nth in 0..self.campaigns.len() {
            let campaign = Arc::clone(&self.world.campaigns[nth]);
            if campaign.account != account || !campaign.source.obeys_budget() {
                continue;
            }
            let (first, last) = self.days_of(nth, to);
            let since = self.account_of(nth).date(from.plus(-ATTRIBUTED_WITHIN));
            for date in first.max(since).series(jiff::ToSpan::days(1)) {
                if date > last {
                    break;
                }
                let day = self.day(nth, date, to);
                let new =
                    |sale: &&world::Sale| from < sale.attributed_at && sale.attributed_at <= to;
                told.extend(day.sales.iter().filter(new).map(|sale| SaleTold {
                    campaign: campaign.id.clone(),
                    clicked_at: sale.clicked_at,
                    attributed_at: sale.attributed_at,
                    value_micros: sale.value_micros,
                }));
            }
        }
        told
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
    fn begin(campaign: &world::Campaign, status: Status) -> Self {
        let (start, budget) = (campaign.started_at, campaign.daily_budget_micros);
        Self {
            status,
            daily_budget_micros: budget,
            objective: "OUTCOME_SALES".to_owned(),
            updated_at: start,
            listed_from: start,
            before: status,
            effective_from: start,
            delivery_from: start,
            timeline: Timeline::new(start, status == Status::Active, budget),
        }
    }

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

impl Ads for State {
    fn sales(&mut self, account: usize, from: WorldTime, to: WorldTime) -> Vec<SaleTold> {
        self.sales_told(account, from, to)
    }
}
