//! Money against its caps: each window that covers now, as a gauge.

use homeostat_effects::{BudgetView, budgets};
use homeostat_model::{Currency, Money, WorldTime};
use homeostat_operator::config::Brand;
use homeostat_store::{Db, StoreError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    plot::{self, Level},
    words,
};

/// Counts are parted at each act up to here.
const STEPS_MAX: i64 = 12;

/// One window.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Gauge {
    /// Whose cap: `aurora`.
    pub name: String,
    /// `this hour`, `today`, `June`.
    pub period: String,
    /// The cap, with its unit.
    pub cap: String,
    /// What is known of it.
    pub level: Level,
    /// The same in words.
    pub parts: Vec<Part>,
    /// The plot.
    #[serde(skip)]
    pub svg: String,
}

/// A part of a window, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    /// `€118.20`, `6`.
    pub amount: String,
    /// `settled`, `held`, `unknown`, `room`.
    pub word: &'static str,
    /// Its class.
    pub class: &'static str,
    /// It may need a person.
    pub warns: bool,
}

/// One of the three figures above the gauges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Total {
    /// `Settled today`.
    pub name: &'static str,
    /// The key's class.
    pub class: &'static str,
    /// The amount.
    pub amount: String,
    /// It may need a person.
    pub warns: bool,
}

pub(crate) async fn windows(
    db: &Db,
    brand: &Brand,
    now: WorldTime,
) -> Result<Vec<BudgetView>, StoreError> {
    budgets(db, Some(&brand.id), Some(now)).await
}

pub(crate) fn gauge(window: &BudgetView) -> Gauge {
    let level = Level {
        settled: window.settled,
        held: window.held.saturating_sub(window.unknown),
        unknown: window.unknown,
        cap: window.cap,
    };
    let told = |n: i64| amount(n, &window.unit, window.currency.as_deref());
    let settled_word = match is_money(window) {
        true => "settled",
        false => "done",
    };
    let mut parts = vec![part(told(level.settled), settled_word, "", false)];
    for (n, word, warns) in [
        (level.held, "held", false),
        (level.unknown, "unknown", true),
    ] {
        if n > 0 {
            parts.push(part(told(n), word, "", warns));
        }
    }
    parts.push(part(told(level.room()), "room", "room", false));
    let name = name(window);
    let period = period(&window.period);
    let all: Vec<String> = parts
        .iter()
        .map(|part| format!("{} {}", part.amount, part.word))
        .collect();
    let cap = told(window.cap);
    let says = format!("{name}, {period}: {} under a cap of {cap}.", all.join(", "));
    let steps = match is_money(window) {
        true => 4,
        false => window.cap.clamp(1, STEPS_MAX),
    };
    Gauge {
        svg: plot::gauge(level, steps, &says),
        name,
        period,
        cap,
        level,
        parts,
    }
}

fn part(amount: String, word: &'static str, class: &'static str, warns: bool) -> Part {
    Part {
        amount,
        word,
        class,
        warns,
    }
}

/// `aurora daily budget`, `120210001007 cooldown`.
fn name(window: &BudgetView) -> String {
    let scope = window.scope.strip_prefix("brand:").unwrap_or(&window.scope);
    let own = format!("entity:{}/", window.brand);
    let scope = scope.strip_prefix(&own).unwrap_or(scope);
    let interlock = window.interlock.replace('_', " ");
    format!("{} {}", words::name(scope), words::name(&interlock))
}

/// It is the brand's own; otherwise it is of one thing that is acted on, such as its cooldown.
pub(crate) fn is_of_the_brand(window: &BudgetView) -> bool {
    let purse = window.scope.split(':').next().unwrap_or_default();
    matches!(purse, "brand" | "refunds" | "payouts")
}

/// It caps money; otherwise it counts acts.
pub(crate) fn is_money(window: &BudgetView) -> bool {
    window.unit == "money"
}

/// Micro-units of money, or a count of acts; without the sign of a count.
pub(crate) fn amount(n: i64, unit: &str, currency: Option<&str>) -> String {
    let currency = currency.filter(|_| unit == "money");
    match currency.and_then(|code| code.parse().ok()) {
        Some(currency) => words::money(Money::from_micros(n, currency)),
        None => words::grouped(n.unsigned_abs()),
    }
}

/// `this hour`, `today`.
pub(crate) fn period(period: &str) -> String {
    match period {
        "hour" => "this hour".into(),
        "day" => "today".into(),
        "month" => "this month".into(),
        "lifetime" => "in all".into(),
        other => other.to_owned(),
    }
}

/// Of the day's windows of money in this currency: a month's would count the same euro twice.
pub(crate) fn totals(windows: &[BudgetView], currency: Currency) -> Vec<Total> {
    let of_day = |pick: fn(&BudgetView) -> i64| {
        let days = windows.iter().filter(|window| {
            let is_same = window.currency.as_deref() == Some(currency.as_str());
            is_money(window) && is_same && window.period == "day"
        });
        let sum = days.map(pick).sum();
        words::money(Money::from_micros(sum, currency))
    };
    let unknown: i64 = windows.iter().map(|window| window.unknown).sum();
    vec![
        Total {
            name: "Settled today",
            class: "k-settled",
            amount: of_day(|window| window.settled),
            warns: false,
        },
        Total {
            name: "Held now",
            class: "k-held",
            amount: of_day(|window| window.held.saturating_sub(window.unknown)),
            warns: false,
        },
        Total {
            name: "Unknown",
            class: "k-unknown",
            amount: of_day(|window| window.unknown),
            warns: unknown > 0,
        },
    ]
}

pub(crate) fn note(windows: &[BudgetView]) -> String {
    let unknown = windows.iter().any(|window| window.unknown > 0);
    let frozen = windows.iter().filter(|window| window.frozen).count();
    let mut note = "Held money is set aside for what may still be charged.".to_owned();
    if unknown {
        note.push_str(
            " Unknown money counts as spent until the vendor has told what became of it.",
        );
    }
    if frozen > 0 {
        let scopes = words::count(frozen as u64, "window");
        note.push_str(&format!(" {scopes} frozen: nothing more is held there."));
    }
    note
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window() -> BudgetView {
        let at = |text: &str| WorldTime(text.parse().unwrap());
        BudgetView {
            id: 1,
            brand: "marram".into(),
            interlock: "budget".into(),
            scope: "ads".into(),
            unit: "money".into(),
            period: "day".into(),
            currency: Some("EUR".into()),
            starts_at: at("2026-06-16T00:00:00Z"),
            ends_at: at("2026-06-17T00:00:00Z"),
            cap: 1_200_000_000,
            held: 762_800_000,
            settled: 118_200_000,
            unknown: 20_000_000,
            frozen: false,
        }
    }

    #[test]
    fn what_is_unknown_is_told_apart_from_what_is_held() {
        let gauge = gauge(&window());
        let told: Vec<String> = gauge
            .parts
            .iter()
            .map(|part| format!("{} {}", part.amount, part.word))
            .collect();
        assert_eq!(
            told,
            [
                "€118.20 settled",
                "€742.80 held",
                "€20.00 unknown",
                "€319.00 room"
            ]
        );
        assert_eq!(gauge.cap, "€1,200.00");
        assert!(gauge.svg.contains("under a cap of €1,200.00."));
    }

    #[test]
    fn totals_are_of_the_day_alone() {
        let mut month = window();
        month.period = "month".into();
        let mut dollars = window();
        dollars.currency = Some("USD".into());
        let totals = totals(&[window(), month, dollars], "EUR".parse().unwrap());
        let amounts: Vec<&str> = totals.iter().map(|one| one.amount.as_str()).collect();
        assert_eq!(amounts, ["€118.20", "€742.80", "€20.00"]);
        assert!(totals[2].warns);
    }
}
