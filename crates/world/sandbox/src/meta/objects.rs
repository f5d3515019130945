//! Accounts and campaigns as JSON.

use homeostat_model::WorldTime;
use homeostat_vendors::meta::micros_per_minor;
use serde_json::{Value, json};

use super::state::State;
use crate::{
    faults::Strike,
    graph::{Answer, Request, most, page, select},
};

pub(crate) fn account(
    state: &mut State,
    at: usize,
    now: WorldTime,
    request: &Request,
) -> Result<Answer, Answer> {
    let world = std::sync::Arc::clone(&state.world);
    let account = &world.accounts[at];
    let spent = state.account_spent_micros(at, now);
    let limit = &state.limits[at];
    let unit = micros_per_minor(account.currency);
    let object = json!({
        "id": account.id,
        "account_id": account.id.trim_start_matches("act_"),
        "name": account.name,
        "account_status": 1,
        "currency": account.currency,
        "timezone_name": account.zone_name,
        "amount_spent": ((spent - limit.base_micros()) / unit).to_string(),
        "balance": "0",
        "spend_cap": (limit.cap_micros.unwrap_or(0) / unit).to_string(),
    });
    select(object, request, "AdAccount").map(Answer::ok)
}

pub(crate) fn campaign(
    state: &State,
    at: usize,
    now: WorldTime,
    request: &Request,
) -> Result<Answer, Answer> {
    select(to_json(state, at, now), request, "Campaign").map(Answer::ok)
}

/// An account's campaigns, filtered by `effective_status`.
pub(crate) fn campaigns(
    state: &State,
    account: usize,
    now: WorldTime,
    request: &Request,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let wanted: Option<Vec<String>> = request
        .param("effective_status")
        .map(serde_json::from_str)
        .transpose()
        .map_err(|error| Answer::invalid(format!("Param effective_status: {error}")))?;
    let shown = |at: &usize| {
        let campaign = &state.campaigns[*at];
        let status = campaign.effective_status(now);
        now >= campaign.listed_from
            && wanted
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|w| w == status))
    };
    let items: Result<Vec<Value>, Answer> = (0..state.campaigns.len())
        .filter(|at| state.world.campaigns[*at].account == account)
        .filter(shown)
        .map(|at| select(to_json(state, at, now), request, "Campaign"))
        .collect();
    page(items?, request, 500, most(strike))
}

fn to_json(state: &State, at: usize, now: WorldTime) -> Value {
    let plan = &state.world.campaigns[at];
    let account = state.account_of(at);
    let campaign = &state.campaigns[at];
    let minor = campaign.daily_budget_micros / micros_per_minor(account.currency);
    json!({
        "id": plan.id,
        "account_id": account.id.trim_start_matches("act_"),
        "name": plan.name,
        "objective": campaign.objective,
        "buying_type": "AUCTION",
        "status": campaign.status.as_str(),
        "configured_status": campaign.status.as_str(),
        "effective_status": campaign.effective_status(now),
        "daily_budget": minor.to_string(),
        "lifetime_budget": "0",
        "special_ad_categories": [],
        "start_time": wire_time(plan.started_at),
        "created_time": wire_time(plan.started_at),
        "updated_time": wire_time(campaign.updated_at),
    })
}

fn wire_time(at: WorldTime) -> String {
    at.0.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}
