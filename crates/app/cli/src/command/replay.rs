//! `homeostat replay`: the journal read back.
//!
//! With an entity and its id: the story of that one thing. With `--at`: its state at that instant,
//! folded from its events alone. Without an entity: everything in a span of time, which is how an
//! incident is looked at again.

use std::process::ExitCode;

use homeostat_model::RuntimeTime;
use homeostat_store::journal::{Event, History, events};
use serde_json::{Value, json};

use crate::{failure::Failure, session::Session, ui};

/// What to read back.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A kind of thing: job, effect, decision, process, hold, budget_window, campaign, …
    entity: Option<String>,
    /// Which one
    #[arg(requires = "entity")]
    id: Option<String>,
    /// Its state at this instant, such as 2026-03-02T08:00:00Z
    #[arg(long, requires = "id", value_name = "INSTANT")]
    at: Option<jiff::Timestamp>,
    /// From this instant on
    #[arg(long, value_name = "INSTANT")]
    since: Option<jiff::Timestamp>,
    /// Until this instant
    #[arg(long, value_name = "INSTANT")]
    until: Option<jiff::Timestamp>,
    /// Only this brand
    #[arg(long)]
    brand: Option<String>,
    /// At most so many events, the newest
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    if let Some(entity) = &args.entity {
        known(session, entity).await?;
    }
    if let (Some(entity), Some(id), Some(at)) = (&args.entity, &args.id, args.at) {
        return state_at(session, entity, id, RuntimeTime(at), as_json).await;
    }
    let which = History {
        before: None,
        entity: args.entity.clone(),
        entity_id: args.id.clone(),
        brand: args.brand.clone(),
        since: args.since.map(RuntimeTime),
        until: args.until.map(RuntimeTime),
        after: None,
        limit: i64::from(args.limit),
    };
    let found = events(session.db(), &which).await?;
    if as_json {
        ui::json(&json!({ "events": found }));
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found.iter().map(row).collect();
    ui::table(
        &["at", "what", "from → to", "brand", "cause", "changed"],
        rows,
        "No event matches.",
    );
    Ok(ExitCode::SUCCESS)
}

/// A word that names no entity is a mistake, not an empty answer.
async fn known(session: &Session, entity: &str) -> Result<(), Failure> {
    let entities = session.db().entities().await?;
    if entities.iter().any(|known| known == entity) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "entity: {entity:?} is none of {}",
        entities.join(", ")
    )))
}

async fn state_at(
    session: &Session,
    entity: &str,
    id: &str,
    at: RuntimeTime,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let state = session.db().state_at(entity, id, at).await?;
    if as_json {
        ui::json(&json!({ "entity": entity, "id": id, "at": at, "state": state }));
        return Ok(ExitCode::SUCCESS);
    }
    match state {
        Some(Value::Object(columns)) => {
            let rows = columns
                .iter()
                .map(|(name, value)| vec![name.clone(), text(value)])
                .collect();
            ui::table(&["column", "value"], rows, "");
        }
        Some(_) | None => ui::line(&format!("{entity} {id} did not exist at {at}.")),
    }
    Ok(ExitCode::SUCCESS)
}

fn row(event: &Event) -> Vec<String> {
    let from = event.from_state.as_deref().unwrap_or("·");
    let changed = match &event.data {
        Value::Object(columns) if event.from_state.is_some() => columns
            .iter()
            .map(|(name, value)| format!("{name}={}", short(value)))
            .collect::<Vec<_>>()
            .join(" "),
        _ => String::new(),
    };
    vec![
        event.at.0.strftime("%m-%d %H:%M:%S%.3f").to_string(),
        format!("{} {}", event.entity, event.entity_id),
        format!("{from} → {}", event.to_state),
        event.brand.clone().unwrap_or_default(),
        event.cause.clone().unwrap_or_default(),
        changed,
    ]
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn short(value: &Value) -> String {
    let text = text(value);
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
