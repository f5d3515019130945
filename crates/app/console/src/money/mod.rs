//! Money: can it overspend, what is promised, what is not known, and what does running it cost?

mod cost;
mod exposure;
#[cfg(test)]
mod fixture;
mod headline;
mod postings;
mod span;
mod stack;
mod sums;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use homeostat_effects::{
    BudgetView, Exposure, Holder, PostingView, StandingExposure, UsageBy, UsageStep, exposures,
    standing_exposures, usage_by,
};
use homeostat_operator::{config::Brand, records::campaign};
use homeostat_store::{Db, StoreError};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::{
    cost::Cost,
    exposure::{Act, Standing},
    headline::Headline,
    postings::Posting,
    span::{DAYS, Span},
};
use crate::{
    board::{Board, Trouble},
    frame::Frame,
    lists::{PAGE, encoded},
    operations::{Gauge, Now, Total, money},
    routes::Console,
    words,
};

/// Holders of money that are read and added up.
const READ_MAX: u32 = 500;
/// Of them, those that are listed.
const SHOWN: usize = 50;
/// Groups of calls, each in one step of time and one currency, that are read.
const COST_MAX: u32 = 5_000;
/// Windows that are drawn. Each act that rests its target leaves one behind.
const GAUGES_MAX: usize = 40;

/// Everything on the page.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct MoneyBoard {
    /// In one sentence for each question.
    headline: Headline,
    /// Settled, held, unknown.
    totals: Vec<Total>,
    /// A window each: those of money first.
    gauges: Vec<Gauge>,
    /// What the gauges leave open.
    money_note: String,
    /// Acts that are not closed and hold money: those that nobody knows about first.
    acts: Vec<Act>,
    /// How many are not listed.
    acts_note: String,
    /// What spends by itself.
    standing: Vec<Standing>,
    /// How many are not listed.
    standing_note: String,
    /// What paid calls cost.
    cost: Cost,
    /// The latest, or those before the one that was asked for.
    postings: Vec<Posting>,
    /// The next page of them; none: this is the last.
    next: Option<String>,
    /// The first page of them; none: this is it.
    newest: Option<String>,
    /// The brand, where one was asked for.
    #[serde(skip)]
    brand: Option<String>,
}

/// What may be asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    brand: Option<String>,
    by: Option<String>,
    days: Option<String>,
    before: Option<i64>,
}

impl Asked {
    fn by(&self) -> Result<UsageBy, Trouble> {
        let word = self.by.as_deref().unwrap_or(UsageBy::Vendor.as_str());
        let found = UsageBy::ALL.into_iter().find(|one| one.as_str() == word);
        found.ok_or_else(|| {
            let all = UsageBy::ALL.map(UsageBy::as_str).join(", ");
            Trouble::input("by", format!("{word:?} is none; use one of {all}"))
        })
    }

    fn days(&self) -> Result<i64, Trouble> {
        let word = self.days.as_deref().unwrap_or("7");
        let found = DAYS.into_iter().find(|one| *one == word);
        let found = found.and_then(|word| word.parse().ok());
        found.ok_or_else(|| {
            let all = DAYS.join(", ");
            Trouble::input("days", format!("{word:?} is none; use one of {all}"))
        })
    }

    /// The same page with other postings.
    fn address(&self, before: Option<i64>) -> String {
        let before = before.map(|id| id.to_string());
        let fields = [
            ("brand", &self.brand),
            ("by", &self.by),
            ("days", &self.days),
            ("before", &before),
        ];
        let given: Vec<String> = fields
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", encoded(value.as_deref()?))))
            .collect();
        match given.is_empty() {
            true => "/money#h-post".to_owned(),
            false => format!("/money?{}#h-post", given.join("&")),
        }
    }
}

/// What rows are told with.
#[derive(Debug, Clone, Copy)]
struct Seen<'a> {
    now: Now,
    zone: &'a TimeZone,
    /// Of targets, by their ids.
    names: &'a BTreeMap<String, String>,
}

impl Seen<'_> {
    /// The name that people know, or the id.
    fn name(&self, target: &str) -> String {
        words::name(self.names.get(target).map_or(target, String::as_str))
    }
}

/// What the page is made from.
struct Rows {
    windows: Vec<BudgetView>,
    held: Vec<Exposure>,
    standing: Vec<StandingExposure>,
    postings: Vec<PostingView>,
    usage: Vec<UsageStep>,
}

impl Board for MoneyBoard {
    const PATH: &'static str = "/money";
    const TAB: &'static str = "/money";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        let brand = console.brand(ask.brand.as_deref());
        let brand = brand.ok_or_else(|| Trouble::input("brand", "there is none of this name"))?;
        let (by, days, now) = (ask.by()?, ask.days()?, console.desks.now());
        let span = Span::of(now.runtime, &brand.zone, days);
        let db = &console.db;
        let rows = Rows {
            windows: money::windows(db, brand, now.world).await?,
            held: exposures(db, &brand.id, READ_MAX).await?,
            standing: standing_exposures(db, &brand.id, READ_MAX).await?,
            postings: homeostat_effects::postings(db, &brand.id, ask.before, PAGE).await?,
            usage: usage_by(db, by, &span.begins, COST_MAX).await?,
        };
        let names = names(db, &rows).await?;
        let seen = Seen {
            now,
            zone: &brand.zone,
            names: &names,
        };
        let cost = cost::told(&rows.usage, by, days, &span);
        Ok(told(&rows, cost, brand, ask, &seen))
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        let board = self;
        MoneyPage { frame, board }.render()
    }

    fn brand(ask: &Asked) -> Option<&str> {
        ask.brand.as_deref()
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "money.html")]
struct MoneyPage<'a> {
    frame: &'a Frame,
    board: &'a MoneyBoard,
}

/// The board from its rows.
fn told(rows: &Rows, cost: Cost, brand: &Brand, ask: &Asked, seen: &Seen<'_>) -> MoneyBoard {
    let (gauges, money_note) = gauges(&rows.windows);
    let is_full = rows.postings.len() == PAGE as usize;
    let last = rows.postings.last().filter(|_| is_full);
    MoneyBoard {
        headline: headline::headline(&rows.windows, &rows.held, &rows.standing, seen),
        totals: money::totals(&rows.windows, brand.currency),
        gauges,
        money_note,
        acts: exposure::acts(&rows.held, seen),
        acts_note: exposure::more(rows.held.len(), "act"),
        standing: exposure::standing(&rows.standing, seen),
        standing_note: exposure::more(rows.standing.len(), "standing hold"),
        cost,
        postings: (rows.postings.iter())
            .map(|one| postings::row(one, seen))
            .collect(),
        next: last.map(|one| ask.address(Some(one.id))),
        newest: ask.before.map(|_| ask.address(None)),
        brand: ask.brand.clone(),
    }
}

/// A window each, those of money first, and what they leave open.
fn gauges(windows: &[BudgetView]) -> (Vec<Gauge>, String) {
    if windows.is_empty() {
        let note = "A worker makes the windows of each hour, day and month ahead, from the caps of the brand. Each is \
                    drawn here with what is settled, held and unknown in it.";
        return (Vec::new(), note.to_owned());
    }
    let mut all: Vec<&BudgetView> = windows.iter().collect();
    all.sort_by_key(|window| !money::is_money(window));
    let mut note = money::note(windows);
    match all.len().saturating_sub(GAUGES_MAX) {
        0 => {}
        n => {
            let told = words::grouped(n as u64);
            note.push_str(&format!(
                " Windows that count acts and are not drawn: {told}."
            ));
        }
    }
    let drawn = all.into_iter().take(GAUGES_MAX);
    (drawn.map(money::gauge).collect(), note)
}

/// The names of all that is listed, by key.
async fn names(db: &Db, rows: &Rows) -> Result<BTreeMap<String, String>, StoreError> {
    let acts = rows.held.iter().take(SHOWN).map(|one| one.target.as_str());
    let spending = rows.standing.iter().take(SHOWN);
    let posted = rows.postings.iter().map(|one| match &one.holder {
        Holder::Effect { target, .. } | Holder::Standing { target, .. } => target.as_str(),
    });
    let targets: BTreeSet<&str> = acts
        .chain(spending.map(|one| one.target.as_str()))
        .chain(posted)
        .collect();
    let mut names = BTreeMap::new();
    for target in targets {
        if let Some(name) = campaign::name(db, target).await? {
            names.insert(target.to_owned(), name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(by: &str, days: &str) -> Asked {
        let given = |word: &str| (!word.is_empty()).then(|| word.to_owned());
        Asked {
            by: given(by),
            days: given(days),
            ..Asked::default()
        }
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        assert_eq!(asked("", "").by().unwrap(), UsageBy::Vendor);
        assert_eq!(asked("", "").days().unwrap(), 7);
        assert_eq!(asked("task", "30").by().unwrap(), UsageBy::Task);
        assert_eq!(asked("task", "30").days().unwrap(), 30);
        let refused = asked("colour", "").by().unwrap_err().to_string();
        assert_eq!(
            refused,
            "by: \"colour\" is none; use one of vendor, model, brand, task"
        );
        let refused = asked("", "5").days().unwrap_err().to_string();
        assert_eq!(refused, "days: \"5\" is none; use one of 1, 7, 30");
    }

    #[test]
    fn another_page_of_postings_keeps_what_is_chosen() {
        let mut ask = asked("task", "30");
        ask.brand = Some("marram".into());
        assert_eq!(
            ask.address(Some(7)),
            "/money?brand=marram&by=task&days=30&before=7#h-post"
        );
        assert_eq!(Asked::default().address(None), "/money#h-post");
    }

    #[test]
    fn windows_of_money_are_drawn_first_and_the_rest_is_counted() {
        let mut acts = fixture::window();
        (acts.unit, acts.currency) = ("act".into(), None);
        let mut windows = vec![acts; GAUGES_MAX];
        windows.push(fixture::window());
        let (gauges, note) = gauges(&windows);
        assert_eq!(gauges.len(), GAUGES_MAX);
        assert_eq!(gauges[0].cap, "€1,200.00");
        assert!(note.ends_with("not drawn: 1."), "{note}");
        assert!(super::gauges(&[]).0.is_empty());
    }
}
