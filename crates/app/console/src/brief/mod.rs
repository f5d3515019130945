//! The morning brief: what was done, saved, spent and refused on a day, what healed, what people said, and what needs
//! one now. Made of sentences, so that the page, the API and `homeostat brief` say the same.
//!
//! ```text
//!   which day ─▶ where it lies by both clocks ─▶ facts (reads) ─▶ sections (pure) ─▶ page · API · terminal
//! ```

mod day;
mod done;
mod facts;
mod healed;
mod needs;
mod refused;
mod said;
mod saved;
mod say;
mod spent;

use askama::Template;
use homeostat_model::{Currency, WorldTime};
use homeostat_operator::config::Brand;
use homeostat_store::Db;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    board::{Board, Trouble},
    frame::Frame,
    operations::{BoardError, Now},
    routes::Console,
    words,
};

use self::{
    day::Day,
    facts::Facts,
    needs::Needs,
    say::{Names, number},
    spent::Spent,
};
pub use self::{
    refused::Refusals,
    saved::Saved,
    say::{Line, Section},
    spent::Reported,
};

/// A day, told.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Brief {
    /// Whose.
    pub brand: String,
    /// `2026-06-15`, in the brand's zone.
    pub day: String,
    /// `Monday 15 June 2026`.
    pub title: String,
    /// Its first instant, in world time.
    #[schemars(with = "crate::schema::Time")]
    pub from: WorldTime,
    /// The first instant after it.
    #[schemars(with = "crate::schema::Time")]
    pub until: WorldTime,
    /// It has ended; otherwise this is the day so far.
    pub is_over: bool,
    /// In one or two sentences.
    pub lead: String,
    /// Whether a person must do something now.
    pub needs: String,
    /// Done, saved, spent, refused, healed, words, needs a person.
    pub sections: Vec<Section>,
    /// The same for programs.
    pub figures: Figures,
    /// The day before.
    pub before: Option<String>,
    /// The day after; none: it has not begun.
    pub after: Option<String>,
}

/// What the sentences count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "BriefFigures")]
pub struct Figures {
    /// The brand's currency.
    #[schemars(with = "crate::schema::CurrencyCode")]
    pub currency: Currency,
    /// Acts that settled.
    pub acts: u64,
    /// Runs of pipelines that were asked for, done and dropped.
    pub runs: [u64; 3],
    /// What pausing can have avoided.
    pub saved: Saved,
    /// What the ads report; absent: nothing.
    pub reported: Option<Reported>,
    /// Decisions that were refused.
    pub refused: u64,
    /// The same by the interlock that said no first.
    pub refusals: Vec<Refusals>,
    /// Unplanned deaths, 200 at most.
    pub deaths: usize,
    /// Incidents that were opened, 200 at most.
    pub incidents: usize,
    /// Things that need a person now.
    pub needs: u64,
}

/// Why there is no brief.
#[derive(Debug, thiserror::Error)]
pub enum BriefError {
    /// There is no such day, or it has not begun.
    #[error("day: {0}")]
    Day(String),
    /// The database does not answer, or holds what it must not.
    #[error(transparent)]
    Board(#[from] BoardError),
}

/// Looks at a day of a brand. `day` is written like `2026-06-15`; absent, it is the day before until noon of the brand's
/// clock, and then the day so far.
///
/// # Errors
/// [`BriefError::Day`] when there is no such day or it has not begun; else when the database does not answer.
pub async fn look(
    db: &Db,
    brand: &Brand,
    day: Option<&str>,
    now: Now,
) -> Result<Brief, BriefError> {
    let day = day::which(day, now.world, &brand.zone).map_err(BriefError::Day)?;
    let facts = Facts::read(db, brand, &day, now).await?;
    Ok(told(&facts, brand, &day, now))
}

fn told(facts: &Facts, brand: &Brand, day: &Day, now: Now) -> Brief {
    let (zone, currency) = (&brand.zone, brand.currency);
    let names = Names::of(&facts.campaigns);
    let saved = saved::saved(&facts.pauses, &facts.campaigns, currency);
    let reported = spent::reported(&facts.campaigns, currency);
    let refusals = refused::grouped(&facts.refused);
    let spent = Spent {
        reported,
        campaigns: &facts.campaigns,
        windows: &facts.windows,
        calls: &facts.calls,
        currency,
        is_over: day.is_over,
    };
    let needs = Needs {
        status: &facts.status,
        waiting: &facts.waiting,
        names: &names,
        now,
    };
    let (needs, n) = needs::section(needs, zone);
    let sum = |pick: fn(&homeostat_queue::RunsOfDay) -> i64| {
        facts.runs.iter().map(|one| number(pick(one))).sum()
    };
    let refused = facts.decisions.iter().filter(|one| one.state == "refused");
    let figures = Figures {
        currency,
        acts: done::settled(&facts.acts).map(|one| number(one.n)).sum(),
        runs: [
            sum(|one| one.all),
            sum(|one| one.done),
            sum(|one| one.failed),
        ],
        saved,
        reported,
        refused: refused.map(|one| number(one.n)).sum(),
        refusals,
        deaths: facts.lives.len(),
        incidents: facts.incidents.len(),
        needs: n,
    };
    Brief {
        brand: brand.id.to_string(),
        day: day.date.to_string(),
        title: day.date.strftime("%A %-d %B %Y").to_string(),
        from: day.from,
        until: day.until,
        is_over: day.is_over,
        lead: lead(&figures, day.is_over),
        needs: needs::sentence(n),
        sections: vec![
            done::section(&facts.acts, &facts.runs, &names),
            saved::section(&figures.saved, currency),
            spent::section(spent, zone),
            refused::section(&figures.refusals, &facts.decisions, &facts.acts, &names),
            healed::section(&facts.lives, &facts.incidents, now.runtime, zone),
            said::section(&facts.said, zone),
            needs,
        ],
        figures,
        before: day.before.map(|date| date.to_string()),
        after: day.after.map(|date| date.to_string()),
    }
}

/// The day in one sentence.
fn lead(figures: &Figures, is_over: bool) -> String {
    let so_far = if is_over { "" } else { "So far: " };
    let spent = match figures.reported {
        Some(reported) => {
            let money =
                homeostat_model::Money::from_micros(reported.spend_micros, figures.currency);
            format!("{} spent as the ads report", words::money(money))
        }
        None => "no word of the ads on what was spent".to_owned(),
    };
    format!(
        "{so_far}{} done, {spent}, {} refused.",
        words::count(figures.acts, "act"),
        words::count(figures.refused, "decision")
    )
}

#[derive(Debug, Template)]
#[template(path = "brief.html")]
struct BriefPage<'a> {
    frame: &'a Frame,
    board: &'a Brief,
}

/// Which brand and day.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    brand: Option<String>,
    day: Option<String>,
}

impl Board for Brief {
    const PATH: &'static str = "/brief";
    const TAB: &'static str = "/brief";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        let brand = console.brand(ask.brand.as_deref());
        let brand = brand.ok_or_else(|| Trouble::input("brand", "there is none of this name"))?;
        let now = console.desks.now();
        Ok(look(&console.db, brand, ask.day.as_deref(), now).await?)
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        BriefPage { frame, board: self }.render()
    }

    fn brand(ask: &Asked) -> Option<&str> {
        ask.brand.as_deref()
    }
}

impl From<BriefError> for Trouble {
    fn from(error: BriefError) -> Self {
        match error {
            BriefError::Day(problem) => Self::input("day", problem),
            BriefError::Board(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(acts: u64, spent: Option<i64>, refused: u64) -> Figures {
        Figures {
            currency: "EUR".parse().unwrap(),
            acts,
            runs: [0, 0, 0],
            saved: Saved {
                paused: 0,
                without_budget: 0,
                resumed: 0,
                at_most_micros: 0,
            },
            reported: spent.map(|spend_micros| Reported {
                campaigns: 1,
                spend_micros,
                sales: 0,
                read_at: WorldTime("2026-06-15T20:00:00Z".parse().unwrap()),
            }),
            refused,
            refusals: Vec::new(),
            deaths: 0,
            incidents: 0,
            needs: 0,
        }
    }

    #[test]
    fn a_day_is_told_in_one_sentence() {
        assert_eq!(
            lead(&figures(12, Some(118_200_000), 1), true),
            "12 acts done, €118.20 spent as the ads report, 1 decision refused."
        );
        assert_eq!(
            lead(&figures(0, None, 0), false),
            "So far: 0 acts done, no word of the ads on what was spent, 0 decisions refused."
        );
    }
}
