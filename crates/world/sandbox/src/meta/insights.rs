//! Insights: what is known by now about each day. Sales count on the day of their click and arrive
//! late, so a day's numbers move for a week.

use homeostat_model::WorldTime;
use jiff::{SignedDuration, ToSpan, civil::Date};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{call::Scope, state::State};
use crate::{
    app::App,
    faults::{Fault, Strike},
    graph::{Answer, Request, most, page},
};

/// Insights reach back 37 months.
const DAYS_MAX: i32 = 37 * 31;

const FIELDS: [&str; 14] = [
    "account_id",
    "account_name",
    "account_currency",
    "campaign_id",
    "campaign_name",
    "objective",
    "impressions",
    "clicks",
    "spend",
    "actions",
    "action_values",
    "purchase_roas",
    "date_start",
    "date_stop",
];

pub(crate) fn answer(
    app: &App,
    scope: Scope,
    now: WorldTime,
    request: &Request,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let mut state = app.meta();
    let account = match scope {
        Scope::Account(at) => at,
        Scope::Campaign(at) => state.world.campaigns[at].account,
    };
    let account_id = state.world.accounts[account].id.clone();
    let mut behind = app.desk().insights_behind(&account_id, now);
    let befell = |fault| strike.is_some_and(|strike| strike.fault == fault);
    if befell(Fault::MovingInsights) {
        behind = SignedDuration::from_hours(2);
    }
    let as_of = now.plus(-behind);
    let query = Query::read(request, &state, account, now)?;
    let campaigns: Vec<usize> = (0..state.campaigns.len())
        .filter(|at| match scope {
            Scope::Account(account) => state.world.campaigns[*at].account == account,
            Scope::Campaign(campaign) => *at == campaign,
        })
        .collect();
    let mut rows = Vec::new();
    for campaign in campaigns {
        rows.extend(query.rows(&mut state, campaign, as_of));
    }
    page(rows, request, 1_000, most(strike))
}

/// What was asked for.
struct Query {
    since: Date,
    until: Date,
    daily: bool,
    fields: Vec<String>,
}

#[derive(Deserialize)]
struct TimeRange {
    since: Date,
    until: Date,
}

/// The numbers of one row.
#[derive(Default)]
struct Totals {
    spend_micros: i64,
    sales: u64,
    value_micros: i64,
}

impl Query {
    fn read(
        request: &Request,
        state: &State,
        account: usize,
        now: WorldTime,
    ) -> Result<Self, Answer> {
        if !matches!(request.param("level"), Some("campaign")) {
            return Err(Answer::invalid(
                "the sandbox has insights at level=campaign",
            ));
        }
        let (since, until) = days(request, state.world.accounts[account].date(now))?;
        if since > until {
            return Err(Answer::invalid("Param time_range: since is after until"));
        }
        let span = until.since(since).map_or(i32::MAX, |span| span.get_days());
        if span > DAYS_MAX {
            return Err(Answer::ask_for_less());
        }
        let daily = match request.param("time_increment") {
            Some("1") => true,
            None | Some("all_days") => false,
            Some(_) => {
                let text = "the sandbox knows time_increment 1 and all_days";
                return Err(Answer::invalid(text));
            }
        };
        let fields = request
            .fields()
            .unwrap_or_else(|| vec!["impressions", "spend"]);
        if let Some(unknown) = fields.iter().find(|field| !FIELDS.contains(field)) {
            let text = format!("{unknown} is not valid for fields param");
            return Err(Answer::invalid(text));
        }
        Ok(Self {
            since,
            until,
            daily,
            fields: fields.into_iter().map(str::to_owned).collect(),
        })
    }

    fn rows(&self, state: &mut State, campaign: usize, as_of: WorldTime) -> Vec<Value> {
        let (first, last) = state.days_of(campaign, as_of);
        let (since, until) = (self.since.max(first), self.until.min(last));
        let dates = since.series(1.day()).take_while(|date| *date <= until);
        let each: Vec<(Date, Totals)> = dates
            .map(|date| {
                let day = state.day(campaign, date, as_of);
                let (sales, value_micros) = day.attributed(as_of);
                let totals = Totals {
                    spend_micros: day.spend_micros,
                    sales,
                    value_micros,
                };
                (date, totals)
            })
            .collect();
        if self.daily {
            let row =
                |(date, totals): &(Date, Totals)| self.row(state, campaign, totals, (*date, *date));
            return each.iter().filter_map(row).collect();
        }
        let whole = each.iter().fold(Totals::default(), |sum, (_, day)| Totals {
            spend_micros: sum.spend_micros + day.spend_micros,
            sales: sum.sales + day.sales,
            value_micros: sum.value_micros + day.value_micros,
        });
        let row = self.row(state, campaign, &whole, (self.since, self.until));
        row.into_iter().collect()
    }

    /// No delivery, no row; a metric without anything is left out.
    fn row(
        &self,
        state: &State,
        campaign: usize,
        totals: &Totals,
        (start, stop): (Date, Date),
    ) -> Option<Value> {
        let cents = totals.spend_micros / 10_000;
        if cents == 0 && totals.sales == 0 {
            return None;
        }
        let account = state.account_of(campaign);
        let plan = &state.world.campaigns[campaign];
        // A thousand views cost 8, a click 0.40, in major units.
        let impressions = totals.spend_micros / 8_000;
        let clicks = totals.spend_micros / 400_000;
        let mut all = Map::new();
        let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
        put("account_id", json!(account.id.trim_start_matches("act_")));
        put("account_name", json!(account.name));
        put("account_currency", json!(account.currency));
        put("campaign_id", json!(plan.id));
        put("campaign_name", json!(plan.name));
        put("objective", json!(state.campaigns[campaign].objective));
        put("spend", json!(decimal(totals.spend_micros, 2)));
        if impressions > 0 {
            put("impressions", json!(impressions.to_string()));
        }
        let mut actions = Vec::new();
        if clicks > 0 {
            put("clicks", json!(clicks.to_string()));
            actions.push(json!({"action_type": "link_click", "value": clicks.to_string()}));
        }
        if totals.sales > 0 {
            actions.extend(purchases(&totals.sales.to_string()));
            put(
                "action_values",
                json!(purchases(&decimal(totals.value_micros, 2))),
            );
            if cents > 0 {
                let ratio = i128::from(totals.value_micros) * 1_000_000;
                let ratio = ratio / i128::from(totals.spend_micros);
                let ratio = decimal(i64::try_from(ratio).unwrap_or(i64::MAX), 6);
                let roas = json!([{"action_type": "omni_purchase", "value": ratio}]);
                put("purchase_roas", roas);
            }
        }
        if !actions.is_empty() {
            put("actions", Value::Array(actions));
        }
        all.retain(|name, _| self.fields.iter().any(|field| field == name));
        all.insert("date_start".to_owned(), json!(start));
        all.insert("date_stop".to_owned(), json!(stop));
        Some(Value::Object(all))
    }
}

/// Meta shows the same sales under several names.
fn purchases(value: &str) -> Vec<Value> {
    [
        "purchase",
        "omni_purchase",
        "offsite_conversion.fb_pixel_purchase",
    ]
    .iter()
    .map(|name| json!({"action_type": name, "value": value}))
    .collect()
}

fn days(request: &Request, today: Date) -> Result<(Date, Date), Answer> {
    if let Some(range) = request.param("time_range") {
        let range: TimeRange = serde_json::from_str(range)
            .map_err(|error| Answer::invalid(format!("Param time_range: {error}")))?;
        return Ok((range.since, range.until));
    }
    let back = |n: i64| today.saturating_sub(n.days());
    match request.param("date_preset") {
        Some("today") => Ok((today, today)),
        Some("yesterday") => Ok((back(1), back(1))),
        Some("last_7d") => Ok((back(7), back(1))),
        None | Some("last_30d") => Ok((back(30), back(1))),
        Some(_) => {
            let text = "the sandbox knows date_preset today, yesterday, last_7d and last_30d";
            Err(Answer::invalid(text))
        }
    }
}

/// Micro-units as decimal text, cut to some decimals.
fn decimal(micros: i64, decimals: usize) -> String {
    let fraction = format!("{:06}", micros % 1_000_000);
    format!("{}.{}", micros / 1_000_000, &fraction[..decimals])
}
