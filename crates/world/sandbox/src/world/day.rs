//! One campaign's day, up to an instant: hours, stretches of delivery, and the day's budget.

use homeostat_model::WorldTime;
use jiff::{SignedDuration, civil::Date};

use super::{Account, Campaign, Hour, SaleMark, Timeline, Turn, timeline::Stretch};

/// What happened on a day so far.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) spend_micros: i64,
    /// In time order.
    pub(crate) sales: Vec<Sale>,
}

/// A sale, counted on the day of its click once it is attributed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sale {
    pub(crate) clicked_at: WorldTime,
    pub(crate) attributed_at: WorldTime,
    pub(crate) value_micros: i64,
}

impl Day {
    /// Number and worth of the sales attributed by `now`.
    pub(crate) fn attributed(&self, now: WorldTime) -> (u64, i64) {
        let known = self.sales.iter().filter(|sale| sale.attributed_at <= now);
        known.fold((0, 0), |(n, micros), sale| {
            (n + 1, micros + sale.value_micros)
        })
    }
}

/// The account's day `date` until `now`.
pub(crate) fn day(
    campaign: &Campaign,
    account: &Account,
    timeline: &Timeline,
    date: Date,
    now: WorldTime,
) -> Day {
    let mut so_far = Day::default();
    let midnight = account.midnight(date);
    let next = date.tomorrow().map(|date| account.midnight(date));
    let next = next.unwrap_or(now.0);
    let hours = usize::try_from(next.duration_since(midnight).as_hours()).unwrap_or(24);
    for nth in 0..hours {
        let start = WorldTime(midnight).plus(SignedDuration::from_hours(nth as i64));
        let end = start.plus(SignedDuration::from_hours(1)).min(now);
        if start >= end {
            break;
        }
        // The curve follows the local clock.
        let local = start.0.to_zoned(account.zone.clone());
        let hour = campaign.source.hour(&Turn {
            date,
            start: start.0,
            hour_of_day: usize::try_from(local.hour()).unwrap_or(0),
            nth,
            hours,
        });
        run_hour(campaign, timeline, &hour, (start, end), &mut so_far);
    }
    so_far
}

/// Runs one hour, or the part of it that is over.
fn run_hour(
    campaign: &Campaign,
    timeline: &Timeline,
    hour: &Hour,
    (from, to): (WorldTime, WorldTime),
    day: &mut Day,
) {
    let mut spent = 0;
    let mut sales = hour.sales.iter().peekable();
    for stretch in timeline.stretches(from, to) {
        let rate = rate_micros_per_hour(campaign, hour, &stretch);
        let mut add = share(rate, stretch.to.since(stretch.from));
        if campaign.source.obeys_budget() {
            add = add.min((stretch.budget_micros - day.spend_micros).max(0));
        }
        while let Some(sale) = sales.next_if(|sale| sale.at_spend_micros <= spent + add) {
            let clicked_at = stretch
                .from
                .plus(time_to_spend(rate, sale.at_spend_micros - spent));
            day.sales.push(happened(sale, clicked_at));
        }
        spent += add;
        day.spend_micros += add;
    }
}

fn rate_micros_per_hour(campaign: &Campaign, hour: &Hour, stretch: &Stretch) -> i64 {
    if !stretch.delivering {
        return 0;
    }
    if !campaign.source.obeys_budget() {
        return hour.spend_micros;
    }
    let ratio = i128::from(stretch.budget_micros) * i128::from(hour.spend_micros)
        / i128::from(campaign.daily_budget_micros.max(1));
    i64::try_from(ratio).unwrap_or(i64::MAX / 2)
}

fn share(rate_micros_per_hour: i64, time: SignedDuration) -> i64 {
    let micros = i128::from(rate_micros_per_hour) * time.as_micros() / 3_600_000_000;
    i64::try_from(micros).unwrap_or(i64::MAX / 2)
}

fn time_to_spend(rate_micros_per_hour: i64, spend_micros: i64) -> SignedDuration {
    let rate = i128::from(rate_micros_per_hour.max(1));
    let micros = i128::from(spend_micros.max(0)) * 3_600_000_000 / rate;
    SignedDuration::from_micros(i64::try_from(micros).unwrap_or(0))
}

fn happened(sale: &SaleMark, clicked_at: WorldTime) -> Sale {
    Sale {
        clicked_at,
        attributed_at: clicked_at.plus(SignedDuration::from_secs(sale.delay_s)),
        value_micros: sale.value_micros,
    }
}
