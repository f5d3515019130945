//! The result of a rehearsal and its JSON.

use homeostat_control::kill::Rule;
use homeostat_model::Currency;
use jiff::civil::Date;
use serde::Serialize;

use super::{
    columns::Columns,
    dates::Format,
    engine::{Outcome, Terms},
    error::Error,
    ledger::Ledger,
    sheet::Sheet,
};

/// Everything that is shown.
#[derive(Debug)]
pub(super) struct Rehearsal {
    pub(super) file: String,
    pub(super) rows: usize,
    pub(super) first_day: Option<Date>,
    pub(super) last_day: Option<Date>,
    pub(super) days: usize,
    pub(super) terms: Terms,
    pub(super) used: Used,
    pub(super) note: Option<String>,
    /// In the order of the file.
    pub(super) outcomes: Vec<Outcome>,
}

/// The columns that were read, and how.
#[derive(Debug, Serialize)]
pub(super) struct Used {
    pub(super) campaign: String,
    pub(super) date: String,
    pub(super) date_format: String,
    pub(super) spend: String,
    pub(super) sales: String,
}

#[derive(Serialize)]
struct Json<'a> {
    campaigns: Vec<JsonCampaign<'a>>,
    optimistic: bool,
    currency: Currency,
    target_cpa_micros: i64,
    columns: &'a Used,
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonCampaign<'a> {
    campaign: &'a str,
    decision: &'static str,
    rule: Option<Rule>,
    day: Option<Date>,
    spend_at_decision_micros: i64,
    spend_saved_micros: i64,
    sales_lost: u32,
    false_kill_chance: Option<f64>,
    spend_micros: i64,
    sales: u32,
    reason: &'a str,
}

impl Rehearsal {
    pub(super) fn new(
        sheet: &Sheet,
        columns: &Columns,
        format: &Format,
        ledger: &Ledger,
        terms: Terms,
        outcomes: Vec<Outcome>,
    ) -> Self {
        let name = |column: usize| sheet.headers[column].clone();
        Self {
            file: sheet.name.clone(),
            rows: sheet.rows.len(),
            first_day: ledger.days.first().copied(),
            last_day: ledger.days.last().copied(),
            days: ledger.days.len(),
            terms,
            used: Used {
                campaign: name(columns.campaign),
                date: name(columns.date),
                date_format: format.0.clone(),
                spend: name(columns.spend),
                sales: name(columns.sales),
            },
            note: columns.note.clone(),
            outcomes,
        }
    }

    /// One JSON object. A kept campaign was last judged on all its spend.
    pub(super) fn to_json(&self) -> Result<String, Error> {
        let json = Json {
            campaigns: self.outcomes.iter().map(json_campaign).collect(),
            // A file holds final numbers; see the command's help.
            optimistic: true,
            currency: self.terms.currency,
            target_cpa_micros: self.terms.target_cpa_micros,
            columns: &self.used,
            note: self.note.as_deref(),
        };
        Ok(serde_json::to_string(&json)?)
    }
}

fn json_campaign(outcome: &Outcome) -> JsonCampaign<'_> {
    let pause = outcome.pause.as_ref();
    let at_decision = pause.map_or(outcome.total, |pause| pause.at_decision);
    JsonCampaign {
        campaign: &outcome.campaign,
        decision: if pause.is_some() { "pause" } else { "keep" },
        rule: pause.map(|pause| pause.rule),
        day: pause.map(|pause| pause.day),
        spend_at_decision_micros: at_decision.spend_micros,
        spend_saved_micros: outcome.saved_micros(),
        sales_lost: outcome.sales_lost(),
        false_kill_chance: pause.map(|pause| pause.false_kill_chance),
        spend_micros: outcome.total.spend_micros,
        sales: outcome.total.sales,
        reason: &outcome.reason,
    }
}
