//! Creations. A new campaign can be read by its id at once, and may be missing from lists for a while.

use homeostat_vendors::meta::Status;

use super::state::State;
use crate::{
    app::{App, Instant},
    books::{Act, Created},
    graph::{Answer, Request},
};

const OBJECTIVES: [&str; 6] = [
    "OUTCOME_SALES",
    "OUTCOME_LEADS",
    "OUTCOME_TRAFFIC",
    "OUTCOME_AWARENESS",
    "OUTCOME_ENGAGEMENT",
    "OUTCOME_APP_PROMOTION",
];

/// Ids of created campaigns begin here: far from those that a world begins with.
const IDS_FROM: u64 = 120_219_000_000;

/// A campaign as asked for.
#[derive(Debug, Clone)]
pub(crate) struct NewCampaign {
    name: String,
    objective: String,
    status: Status,
    daily_budget_minor: u32,
}

/// Reads the parameters of a creation.
///
/// # Errors
/// The answer that Meta gives when one is missing or wrong.
pub(crate) fn read(request: &Request) -> Result<NewCampaign, Answer> {
    let need = |name: &str| {
        let value = request.param(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| Answer::invalid(format!("The parameter {name} is required")))
    };
    let name = need("name")?;
    if name.chars().count() > 400 {
        return Err(Answer::invalid("Param name must be up to 400 characters"));
    }
    let objective = need("objective")?;
    if !OBJECTIVES.contains(&objective) {
        let known = OBJECTIVES.join(", ");
        return Err(Answer::invalid(format!(
            "Param objective must be one of {{{known}}} - got {objective:?}"
        )));
    }
    let categories: Result<Vec<String>, _> = serde_json::from_str(need("special_ad_categories")?);
    if !categories.is_ok_and(|list| list.iter().all(|one| one == "NONE")) {
        return Err(Answer::invalid(
            "Param special_ad_categories must be [] or [\"NONE\"] in the sandbox",
        ));
    }
    let status = match request.param("status") {
        Some("PAUSED") => Status::Paused,
        None | Some("ACTIVE") => Status::Active,
        Some(other) => {
            let text = format!("Param status must be one of {{ACTIVE, PAUSED}} - got {other:?}");
            return Err(Answer::invalid(text));
        }
    };
    need("bid_strategy")?;
    let budget = need("daily_budget")?.parse().ok();
    let daily_budget_minor = budget
        .filter(|minor| *minor >= 100)
        .ok_or_else(|| Answer::invalid("Param daily_budget must be an integer from 100"))?;
    Ok(NewCampaign {
        name: name.to_owned(),
        objective: objective.to_owned(),
        status,
        daily_budget_minor,
    })
}

/// The act that a creation is.
pub(super) fn act(
    app: &App,
    state: &State,
    account: usize,
    wanted: &NewCampaign,
    now: Instant,
) -> Act {
    let n = state.books.next_n();
    let lag = app.world_ms(app.desk().list_lag_ms(n));
    let created = Created {
        account: state.world.accounts[account].id.clone(),
        name: wanted.name.clone(),
        objective: wanted.objective.clone(),
        daily_budget: i64::from(wanted.daily_budget_minor),
        listed_from: now.world.plus(lag),
    };
    Act {
        act: "create_campaign".to_owned(),
        object: free_id(state, n),
        from: String::new(),
        to: wanted.status.as_str().to_owned(),
        created: Some(created),
        ..super::write::blank(n, now)
    }
}

/// What the caller is told.
pub(super) fn answer(act: &Act) -> Answer {
    Answer::ok(serde_json::json!({"id": act.object}))
}

/// An id that nobody has; the books keep it.
fn free_id(state: &State, n: u64) -> String {
    let taken = |id: &String| state.world.campaigns.iter().any(|one| &one.id == id);
    (IDS_FROM + n..)
        .map(|id| id.to_string())
        .find(|id| !taken(id))
        .unwrap_or_default()
}
