//! What running it costs: paid calls of all brands, added up by what they were for, and over time.

use std::{cmp::Reverse, collections::BTreeMap};

use homeostat_effects::{UsageBy, UsageStep};
use homeostat_model::{Currency, Money};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    COST_MAX,
    span::{DAYS, Span},
    stack::{self, CLASSES},
    sums,
};
use crate::{lists::Filter, words};

/// The words for [`UsageBy::ALL`].
const BY: [&str; 4] = ["vendor", "model", "brand", "task"];

/// The panel.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Cost {
    /// What may be chosen, and what is.
    pub filters: Vec<Filter>,
    /// `in the last 7 days`.
    pub told: String,
    /// The first column: `Vendor`.
    pub heading: &'static str,
    /// A group each, what costs most first.
    pub rows: Vec<CostRow>,
    /// All of them together.
    pub all: CostRow,
    /// One for each currency; where nothing has a price, one of the calls.
    pub plots: Vec<CostPlot>,
    /// What the table leaves open.
    pub note: String,
}

/// Calls of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct CostRow {
    /// The group.
    pub name: String,
    /// The class of its part of each bar.
    pub class: &'static str,
    /// `€1.20 and $3.00`.
    pub cost: String,
    /// The same, each currency apart.
    #[schemars(with = "Vec<crate::schema::Amount>")]
    pub costs: Vec<Money>,
    /// How many calls.
    pub calls: i64,
    /// With its thousands parted.
    pub calls_told: String,
    /// Those that brought no answer, or a refusal.
    pub failed: i64,
    /// `0.4%`.
    pub failed_share: String,
}

/// A plot over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct CostPlot {
    /// `EUR a day`.
    pub title: String,
    /// The sum of its bars.
    pub total: String,
    /// Which colour is whose.
    pub keys: Vec<Key>,
    /// It.
    #[serde(skip)]
    pub svg: String,
}

/// A colour and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CostKey")]
pub(crate) struct Key {
    /// The class.
    pub class: &'static str,
    /// The group.
    pub text: String,
}

/// What is known of one group while it is added up. Numbers of a step stand at its index.
#[derive(Debug, Clone, Default, PartialEq)]
struct Group {
    name: String,
    costs: BTreeMap<Currency, Vec<i64>>,
    calls: Vec<i64>,
    failed: i64,
}

impl Group {
    fn add(&mut self, one: &UsageStep, steps: usize) {
        let put = |numbers: &mut Vec<i64>, n: i64| {
            numbers.resize(steps, 0);
            if let Some(number) = numbers.get_mut(one.step) {
                *number = number.saturating_add(n);
            }
        };
        put(&mut self.calls, one.calls);
        self.failed = self.failed.saturating_add(one.failed);
        if let Some(cost) = one.cost {
            let numbers = self.costs.entry(cost.currency).or_default();
            put(numbers, cost.amount_micros);
        }
    }

    fn cost_in(&self, currency: Currency) -> i64 {
        self.costs.get(&currency).map_or(0, |steps| total(steps))
    }

    fn row(&self, class: &'static str) -> CostRow {
        let costs = self.costs.iter();
        let costs: Vec<Money> = costs
            .map(|(currency, steps)| Money::from_micros(total(steps), *currency))
            .collect();
        let calls = total(&self.calls);
        CostRow {
            name: self.name.clone(),
            class,
            cost: sums::told(&costs, "no price known"),
            costs,
            calls,
            calls_told: words::grouped(calls.unsigned_abs()),
            failed: self.failed,
            failed_share: share(self.failed, calls),
        }
    }
}

fn total(steps: &[i64]) -> i64 {
    steps.iter().copied().fold(0, i64::saturating_add)
}

/// The panel from its rows.
pub(super) fn told(rows: &[UsageStep], by: UsageBy, days: i64, span: &Span) -> Cost {
    let steps = span.begins.len();
    let mut all = Group {
        name: "All".to_owned(),
        ..Group::default()
    };
    let mut groups: BTreeMap<Option<&str>, Group> = BTreeMap::new();
    for one in rows {
        all.add(one, steps);
        let group = groups.entry(one.group.as_deref()).or_insert_with(|| Group {
            name: name(one.group.as_deref(), by),
            ..Group::default()
        });
        group.add(one, steps);
    }
    let currencies = currencies(rows);
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_cached_key(|group| {
        let costs: Vec<_> = currencies
            .iter()
            .map(|one| Reverse(group.cost_in(*one)))
            .collect();
        (costs, Reverse(total(&group.calls)), group.name.clone())
    });
    let plots = match (currencies.is_empty(), groups.is_empty()) {
        (_, true) => Vec::new(),
        (true, false) => vec![of_calls(&groups, span)],
        (false, false) => currencies
            .iter()
            .map(|currency| of_cost(&groups, *currency, span))
            .collect(),
    };
    let cut = match rows.len() >= COST_MAX as usize {
        true => " There are more groups than are read; the smallest are left out.",
        false => "",
    };
    Cost {
        filters: filters(by, days),
        told: span.told.clone(),
        heading: heading(by),
        rows: (groups.iter().enumerate())
            .map(|(at, group)| group.row(stack::class(at)))
            .collect(),
        all: all.row(""),
        plots,
        note: format!(
            "Calls of all brands. Currencies are not added to each other. A call without a known price adds nothing.{cut}"
        ),
    }
}

/// The currencies in use, the one of most calls first.
fn currencies(rows: &[UsageStep]) -> Vec<Currency> {
    let mut calls: BTreeMap<Currency, i64> = BTreeMap::new();
    for (row, cost) in rows.iter().filter_map(|row| Some((row, row.cost?))) {
        let n = calls.entry(cost.currency).or_default();
        *n = n.saturating_add(row.calls);
    }
    let mut all: Vec<_> = calls.into_iter().collect();
    all.sort_by_key(|(currency, n)| (Reverse(*n), *currency));
    all.into_iter().map(|(currency, _)| currency).collect()
}

fn of_cost(groups: &[Group], currency: Currency, span: &Span) -> CostPlot {
    let none = Vec::new();
    let parts = groups.iter().map(|group| {
        let costs = group.costs.get(&currency);
        (group, costs.unwrap_or(&none).as_slice())
    });
    let micros = groups.iter().map(|group| group.cost_in(currency));
    let sum = Money::from_micros(micros.fold(0, i64::saturating_add), currency);
    plot(parts.collect(), (currency.as_str(), sums::price(sum)), span)
}

fn of_calls(groups: &[Group], span: &Span) -> CostPlot {
    let parts: Vec<_> = groups
        .iter()
        .map(|group| (group, group.calls.as_slice()))
        .collect();
    let calls = parts.iter().map(|(_, steps)| total(steps));
    let sum = words::count(calls.sum::<i64>().unsigned_abs(), "call");
    plot(parts, ("Calls", sum), span)
}

/// Each group's numbers on one another, the first at the axis. What has no colour of its own shares the last one.
fn plot(parts: Vec<(&Group, &[i64])>, (unit, total): (&str, String), span: &Span) -> CostPlot {
    let shades = CLASSES.len();
    let mut bars = vec![vec![0.0; shades.min(parts.len())]; span.begins.len()];
    for (at, (_, numbers)) in parts.iter().enumerate() {
        for (bar, n) in bars.iter_mut().zip(numbers.iter()) {
            if let Some(part) = bar.get_mut(at.min(shades - 1)) {
                *part += *n as f64;
            }
        }
    }
    let own = match parts.len() > shades {
        true => shades - 1,
        false => parts.len(),
    };
    let mut keys: Vec<Key> = (parts.iter().take(own).enumerate())
        .map(|(at, (group, _))| Key {
            class: stack::class(at),
            text: group.name.clone(),
        })
        .collect();
    if parts.len() > own {
        keys.push(Key {
            class: stack::class(own),
            text: format!("{} others", parts.len() - own),
        });
    }
    let title = format!("{unit} {}", span.each);
    let says = format!("{title} {}: {total} in all.", span.told);
    CostPlot {
        svg: stack::stack(&bars, &span.labels, &says),
        title,
        total,
        keys,
    }
}

fn filters(by: UsageBy, days: i64) -> Vec<Filter> {
    let filter = |name, label, value, options| Filter {
        name,
        label,
        value,
        options,
    };
    vec![
        filter("by", "Grouped by", by.as_str().to_owned(), &BY),
        filter("days", "Days", days.to_string(), &DAYS),
    ]
}

fn heading(by: UsageBy) -> &'static str {
    match by {
        UsageBy::Vendor => "Vendor",
        UsageBy::Model => "Model",
        UsageBy::Brand => "Brand",
        UsageBy::Task => "Task",
    }
}

/// A group's name; what vendors call their models comes from outside.
fn name(group: Option<&str>, by: UsageBy) -> String {
    match group {
        Some(group) => words::name(group),
        None => format!("no {}", by.as_str()),
    }
}

/// `0.4%`, rounded to a tenth; what is there is not told as nothing.
fn share(part: i64, whole: i64) -> String {
    if part <= 0 || whole <= 0 {
        return "0%".to_owned();
    }
    let tenths = (i128::from(part) * 1_000 + i128::from(whole) / 2) / i128::from(whole);
    match (tenths / 10, tenths % 10) {
        (0, 0) => "under 0.1%".to_owned(),
        (whole, 0) => format!("{whole}%"),
        (whole, tenth) => format!("{whole}.{tenth}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixture::*, *};

    fn step(step: usize, group: &str, calls: i64, failed: i64, cost: Option<Money>) -> UsageStep {
        UsageStep {
            step,
            group: (!group.is_empty()).then(|| group.to_owned()),
            calls,
            failed,
            cost,
        }
    }

    fn week() -> Span {
        Span::of(at("2026-06-16T00:47:12Z"), &zone(), 7)
    }

    #[test]
    fn groups_are_added_up_each_currency_apart() {
        let rows = [
            step(0, "scribe", 10, 0, Some(money(1_000_000, "USD"))),
            step(6, "scribe", 5, 0, Some(money(2_000_000, "USD"))),
            // A call without an answer has no price, and is of the same group.
            step(6, "scribe", 1, 1, None),
            step(6, "meta", 3, 0, Some(money(900_000, "EUR"))),
            step(6, "scribe", 1, 0, Some(money(500_000, "EUR"))),
            step(3, "", 2, 2, None),
        ];
        let cost = told(&rows, UsageBy::Vendor, 7, &week());
        let rows: Vec<_> = cost
            .rows
            .iter()
            .map(|row| (row.name.as_str(), row.cost.as_str(), row.calls, row.failed))
            .collect();
        assert_eq!(
            rows,
            [
                ("scribe", "€0.50 and $3.00", 17, 1),
                ("meta", "€0.90", 3, 0),
                ("no vendor", "no price known", 2, 2),
            ]
        );
        assert_eq!(cost.all.cost, "€1.40 and $3.00");
        assert_eq!((cost.all.calls, cost.all.failed), (22, 3));
        assert_eq!(cost.all.failed_share, "13.6%");
        let plots: Vec<_> = cost
            .plots
            .iter()
            .map(|plot| (plot.title.as_str(), plot.total.as_str()))
            .collect();
        assert_eq!(plots, [("USD a day", "$3.00"), ("EUR a day", "€1.40")]);
    }

    #[test]
    fn what_has_no_price_is_drawn_by_its_calls() {
        let rows = [step(6, "meta", 4, 0, None)];
        let cost = told(&rows, UsageBy::Task, 7, &week());
        let plot = cost.plots.first().unwrap();
        assert_eq!(plot.title, "Calls a day");
        assert!(
            plot.svg
                .contains("Calls a day in the last 7 days: 4 calls in all.")
        );
        let empty = told(&[], UsageBy::Task, 7, &week());
        assert!(empty.rows.is_empty() && empty.plots.is_empty());
        assert_eq!(empty.all.calls, 0);
    }

    #[test]
    fn small_groups_share_a_colour() {
        let euros = |n: i64| Some(money(n * 1_000_000, "EUR"));
        let rows: Vec<UsageStep> = (1..=6)
            .map(|n| step(0, &format!("task-{n}"), 1, 0, euros(n)))
            .collect();
        let cost = told(&rows, UsageBy::Task, 7, &week());
        let keys: Vec<_> = cost.plots[0]
            .keys
            .iter()
            .map(|key| key.text.as_str())
            .collect();
        assert_eq!(keys, ["task-6", "task-5", "task-4", "3 others"]);
        assert_eq!(cost.rows[5].class, "c-4");
        assert_eq!(cost.plots[0].svg.matches("<rect").count(), 4);
    }

    #[test]
    fn a_share_is_never_told_as_nothing_when_there_is_some() {
        assert_eq!(share(0, 10), "0%");
        assert_eq!(share(1, 100_000), "under 0.1%");
        assert_eq!(share(4, 1_000), "0.4%");
        assert_eq!(share(3, 3), "100%");
        assert_eq!(share(0, 0), "0%");
    }

    #[test]
    fn every_way_to_group_can_be_chosen() {
        assert_eq!(BY, UsageBy::ALL.map(UsageBy::as_str));
    }
}
