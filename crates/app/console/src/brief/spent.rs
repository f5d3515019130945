//! Spent: what the ads report for the day, what the day's windows settled, and what paid calls cost.

use std::collections::BTreeMap;

use homeostat_effects::{CallsOfDay, WindowOfDay};
use homeostat_model::{Currency, Money, WorldTime};
use homeostat_operator::records::day::{CampaignDay, DayRead};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use super::say::{Line, Section, listed, number};
use crate::words;

/// What the ads report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reported {
    /// Campaigns of which something was read.
    pub campaigns: u64,
    /// Spent, micro-units of the brand's currency.
    pub spend_micros: i64,
    /// Sales attributed.
    pub sales: i64,
    /// World time of the reading that changed a figure last.
    #[schemars(with = "crate::schema::Time")]
    pub read_at: WorldTime,
}

/// Adds up what was read of the day; none: nothing was.
pub(super) fn reported(campaigns: &[CampaignDay], currency: Currency) -> Option<Reported> {
    let mut sum: Option<Reported> = None;
    for read in campaigns.iter().filter_map(|one| one.read) {
        let DayRead {
            spend,
            sales,
            read_at,
        } = read;
        if spend.currency != currency {
            continue;
        }
        let so_far = sum.get_or_insert(Reported {
            campaigns: 0,
            spend_micros: 0,
            sales: 0,
            read_at,
        });
        so_far.campaigns += 1;
        so_far.spend_micros = so_far.spend_micros.saturating_add(spend.amount_micros);
        so_far.sales = so_far.sales.saturating_add(sales);
        so_far.read_at = so_far.read_at.max(read_at);
    }
    sum
}

/// What the section is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spent<'a> {
    pub(super) reported: Option<Reported>,
    pub(super) campaigns: &'a [CampaignDay],
    pub(super) windows: &'a [WindowOfDay],
    pub(super) calls: &'a [CallsOfDay],
    pub(super) currency: Currency,
    pub(super) is_over: bool,
}

pub(super) fn section(spent: Spent<'_>, zone: &TimeZone) -> Section {
    let mut lines = ads(&spent, zone);
    match spent.windows {
        [] => lines.push(Line::of(
            "No window of money covered this day: nothing was set aside in one.",
        )),
        windows => lines.extend(windows.iter().map(window)),
    }
    lines.push(calls(spent.calls));
    Section::new("spent", "Spent", lines)
}

fn ads(spent: &Spent<'_>, zone: &TimeZone) -> Vec<Line> {
    let Some(reported) = spent.reported else {
        let yet = if spent.is_over { "" } else { " yet" };
        let text = format!(
            "The ads have reported nothing for this day{yet}: what they spent is not known."
        );
        return vec![Line::of(text)];
    };
    let money = |micros| words::money(Money::from_micros(micros, spent.currency));
    let read = words::world_clock(reported.read_at, zone);
    let mut lines = vec![Line::of(format!(
        "{} on {}, with {}, as the ads report. The last reading that changed a figure is of {}, {}.",
        money(reported.spend_micros),
        words::count(reported.campaigns, "campaign"),
        words::count(number(reported.sales), "sale"),
        read.day,
        read.time
    ))];
    let reads = spent
        .campaigns
        .iter()
        .filter_map(|one| Some((one, one.read?)));
    let most = reads.max_by_key(|(_, read)| read.spend.amount_micros);
    if let Some((campaign, read)) = most.filter(|_| reported.campaigns > 1) {
        lines.push(Line::of(format!(
            "Most on {}: {}, with {}.",
            words::name(&campaign.name),
            money(read.spend.amount_micros),
            words::count(number(read.sales), "sale")
        )));
    }
    lines
}

fn window(one: &WindowOfDay) -> Line {
    let share = match one.cap.amount_micros {
        cap if cap > 0 => {
            let share = i128::from(one.settled.amount_micros) * 100 / i128::from(cap);
            format!("{share}% of its cap of {}", words::money(one.cap))
        }
        _ => "its cap is nothing".to_owned(),
    };
    let held = match one.held.amount_micros {
        0 => "nothing is held any more".to_owned(),
        _ => format!("{} still held", words::money(one.held)),
    };
    Line::of(format!(
        "{} settled in the day's window of {} ({}): {share}, {held}.",
        words::money(one.settled),
        words::name(&one.scope),
        one.interlock.replace('_', " "),
    ))
    .to("money", "/money")
}

fn calls(calls: &[CallsOfDay]) -> Line {
    let all: u64 = calls.iter().map(|one| number(one.n)).sum();
    if all == 0 {
        return Line::of("No paid call was made.");
    }
    let mut vendors: BTreeMap<&str, u64> = BTreeMap::new();
    let mut costs: BTreeMap<Currency, i64> = BTreeMap::new();
    for one in calls {
        *vendors.entry(&one.vendor).or_default() += number(one.n);
        let cost = one.cost.filter(|cost| cost.amount_micros > 0);
        if let Some(cost) = cost {
            let sum = costs.entry(cost.currency).or_default();
            *sum = sum.saturating_add(cost.amount_micros);
        }
    }
    let to: Vec<String> = vendors
        .into_iter()
        .map(|(vendor, n)| format!("{} to {}", words::grouped(n), words::name(vendor)))
        .collect();
    let costs: Vec<String> = costs
        .into_iter()
        .map(|(currency, micros)| words::money(Money::from_micros(micros, currency)))
        .collect();
    let cost = match costs.is_empty() {
        true => "none of them has a price".to_owned(),
        false => format!("{} in all", listed(&costs)),
    };
    Line::of(format!(
        "{} to vendors ({}): {cost}.",
        words::count(all, "call"),
        listed(&to)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brief::say::texts;

    fn eur() -> Currency {
        "EUR".parse().unwrap()
    }

    fn euros(cents: i64) -> Money {
        Money::from_micros(cents * 10_000, eur())
    }

    fn campaign(name: &str, cents: i64, sales: i64) -> CampaignDay {
        CampaignDay {
            id: name.into(),
            name: name.into(),
            daily_budget: None,
            read: Some(DayRead {
                spend: euros(cents),
                sales,
                read_at: WorldTime("2026-06-15T20:00:00Z".parse().unwrap()),
            }),
        }
    }

    fn told(
        campaigns: &[CampaignDay],
        windows: &[WindowOfDay],
        calls: &[CallsOfDay],
    ) -> Vec<String> {
        let spent = Spent {
            reported: reported(campaigns, eur()),
            campaigns,
            windows,
            calls,
            currency: eur(),
            is_over: true,
        };
        let found = section(spent, &TimeZone::UTC);
        texts(&found).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn nothing_reported_is_not_nothing_spent() {
        assert_eq!(
            told(&[], &[], &[]),
            [
                "The ads have reported nothing for this day: what they spent is not known.",
                "No window of money covered this day: nothing was set aside in one.",
                "No paid call was made."
            ]
        );
    }

    #[test]
    fn one_campaign_is_one_sentence() {
        let told = told(&[campaign("a", 0, 1)], &[], &[]);
        assert_eq!(
            told[0],
            "€0.00 on 1 campaign, with 1 sale, as the ads report. The last reading that changed a figure is of Mon 15 \
             June, 20:00:00."
        );
        assert_eq!(told.len(), 3);
    }

    #[test]
    fn many_add_up_and_the_dearest_is_named() {
        let window = WindowOfDay {
            interlock: "daily_budget".into(),
            scope: "brand:marram".into(),
            cap: euros(120_000),
            held: euros(2_000),
            settled: euros(11_820),
        };
        let call = |vendor: &str, n, cents: Option<i64>| CallsOfDay {
            vendor: vendor.into(),
            n,
            cost: cents.map(euros),
        };
        let told = told(
            &[campaign("a", 4_000, 1), campaign("linen", 7_820, 3)],
            &[window],
            &[call("model", 2, Some(35)), call("meta", 40, None)],
        );
        assert!(told[0].starts_with("€118.20 on 2 campaigns, with 4 sales, as the ads report."));
        assert_eq!(
            told[1..],
            [
                "Most on linen: €78.20, with 3 sales.",
                "€118.20 settled in the day's window of brand:marram (daily budget): 9% of its cap of €1,200.00, €20.00 \
                 still held.",
                "42 calls to vendors (40 to meta and 2 to model): €0.35 in all."
            ]
        );
        let free = calls(&[call("meta", 1, None)]);
        assert_eq!(
            free.text,
            "1 call to vendors (1 to meta): none of them has a price."
        );
    }
}
