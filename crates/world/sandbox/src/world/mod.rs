//! The world the vendors show: accounts and campaigns that spend and sell.
//!
//! Everything is a pure function of the seed (or a file of real results), the campaign, the hour and
//! the recorded history of statuses and budgets. Asked twice about the same instant, it gives the
//! same numbers, also after a restart.

mod day;
mod drawn;
mod generate;
pub(crate) mod recipe;
mod recorded;
mod timeline;
pub(crate) mod trade;

use std::sync::Arc;

use homeostat_clock::Entropy;
use homeostat_model::{Currency, WorldTime};
use jiff::{
    Timestamp,
    civil::Date,
    tz::{Offset, TimeZone},
};

pub(crate) use day::{Day, Sale, day};
pub use generate::{BRANDS, Brand};
pub(crate) use generate::{Wanted, created, generate};
pub(crate) use recipe::Recipe;
pub use recipe::{RecipeError, check_recipe};
pub use recorded::{CsvError, check_recorded};
pub(crate) use recorded::{load, parse};
pub(crate) use timeline::Timeline;

/// World time at which every world begins.
pub const ORIGIN: WorldTime = WorldTime(Timestamp::constant(1_772_431_200, 0));

/// All there is. Campaigns are only ever added, so an index keeps its meaning.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) accounts: Vec<Account>,
    pub(crate) campaigns: Vec<Arc<Campaign>>,
    /// What campaigns created later are drawn from.
    pub(crate) entropy: Entropy,
}

/// An ad account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) currency: Currency,
    pub(crate) zone_name: String,
    pub(crate) zone: TimeZone,
}

/// A campaign as it begins.
#[derive(Debug)]
pub(crate) struct Campaign {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Index of its account.
    pub(crate) account: usize,
    pub(crate) started_at: WorldTime,
    /// Budget a day at the start; the rate of spend is drawn for it.
    pub(crate) daily_budget_micros: i64,
    pub(crate) source: Source,
}

/// Where a campaign's numbers come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// A seeded process; the budget caps each day.
    Drawn(drawn::Process),
    /// Real results; days spend what they spent.
    Recorded(recorded::Days),
}

/// What would happen in one hour if the campaign ran all of it at its first budget.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hour {
    pub(crate) spend_micros: i64,
    /// In order of `at_spend_micros`.
    pub(crate) sales: Vec<SaleMark>,
}

/// Which hour of a local day. Days have 23 or 25 hours when the zone changes its clocks.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) date: Date,
    pub(crate) start: Timestamp,
    /// By the local clock.
    pub(crate) hour_of_day: usize,
    /// Hours since midnight.
    pub(crate) nth: usize,
    /// Hours of this day.
    pub(crate) hours: usize,
}

/// A sale that happens when the hour's spend reaches a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SaleMark {
    pub(crate) at_spend_micros: i64,
    /// From click to the day it is attributed.
    pub(crate) delay_s: i64,
    pub(crate) value_micros: i64,
}

/// Share of a day's spend by hour of day, in thousandths. Nights are quiet, evenings busy.
pub(crate) const DAY_CURVE: [i64; 24] = [
    12, 8, 6, 5, 6, 10, 20, 34, 44, 50, 52, 54, 56, 54, 52, 52, 54, 58, 62, 68, 72, 70, 58, 43,
];

/// A sale that an ad brought, as it happened.
#[derive(Debug, Clone)]
pub(crate) struct SaleTold {
    pub(crate) campaign: String,
    pub(crate) clicked_at: WorldTime,
    pub(crate) attributed_at: WorldTime,
    pub(crate) value_micros: i64,
}

impl Source {
    /// One turn of the account's day.
    pub(crate) fn hour(&self, turn: &Turn) -> Hour {
        match self {
            Self::Drawn(process) => process.hour(turn.hour_of_day, turn.start),
            Self::Recorded(days) => days.hour(turn.date, turn.nth, turn.hours),
        }
    }

    /// Whether the daily budget limits and scales the spend.
    pub(crate) fn obeys_budget(&self) -> bool {
        matches!(self, Self::Drawn(_))
    }
}

impl Account {
    /// The account's day at an instant.
    pub(crate) fn date(&self, at: WorldTime) -> Date {
        at.0.to_zoned(self.zone.clone()).date()
    }

    /// Midnight at the start of a day.
    pub(crate) fn midnight(&self, date: Date) -> Timestamp {
        date.to_zoned(self.zone.clone())
            .map(|zoned| zoned.timestamp())
            .or_else(|_| Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)))
            .unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_a_monday_morning() {
        assert_eq!(ORIGIN.to_string(), "2026-03-02T06:00:00Z");
        assert_eq!(DAY_CURVE.iter().sum::<i64>(), 1000);
    }
}
