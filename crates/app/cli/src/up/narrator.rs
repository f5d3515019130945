//! Tells a person at the terminal what happens, in words, as it happens.

use std::time::Duration;

use homeostat_store::{
    Db,
    journal::{Event, History, events},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::ui;

const LOOK_EVERY: Duration = Duration::from_millis(500);
const LINES_MAX: i64 = 500;

/// Tells what is worth telling until stopped.
pub(super) fn tell(db: Db, stop: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut last = newest(&db).await;
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = homeostat_clock::pause(LOOK_EVERY) => {}
            }
            // A database that is down says nothing; what happens then is told when it is back.
            let which = History { limit: LINES_MAX, ..History::default() };
            let Ok(seen) = events(&db, &which).await else { continue };
            for event in seen.iter().filter(|event| event.id > last) {
                if let Some(text) = sentence(event) {
                    let time = event.at.0.strftime("%H:%M:%S").to_string();
                    let brand = event.brand.as_deref().unwrap_or("");
                    ui::note(&format!("{time}  {brand:<10}  {text}"));
                }
            }
            last = seen.last().map_or(last, |event| event.id);
        }
    })
}

async fn newest(db: &Db) -> i64 {
    let which = History { limit: 1, ..History::default() };
    events(db, &which).await.ok().and_then(|seen| seen.last().map(|event| event.id)).unwrap_or(0)
}

/// A transition in words; most are not worth one.
fn sentence(event: &Event) -> Option<String> {
    let id = &event.entity_id;
    let from = event.from_state.as_deref();
    let text = |name: &str| event.data.get(name).and_then(|v| v.as_str()).unwrap_or("").to_owned();
    match (event.entity.as_str(), from, event.to_state.as_str()) {
        ("process", None, "live") => Some(format!("{} started (epoch {id})", text("kind"))),
        ("process", Some("live"), "ended") => Some(format!("epoch {id} ended: {}", text("end_reason"))),
        ("effect", None, "sending") => Some(format!("{} {} … (effect {id})", text("kind"), text("target"))),
        ("effect", Some(before), "settled") if before != "settled" => {
            let provenance = text("provenance");
            let mark = if provenance == "normal" { String::new() } else { format!(" {}", provenance.to_uppercase()) };
            Some(format!("effect {id} settled{mark}"))
        }
        ("effect", Some(before), after @ ("unknown" | "refused" | "void")) if before != after => {
            Some(format!("effect {id} is {after}"))
        }
        ("decision", _, "refused") => Some(format!("decision {id} refused by the envelope")),
        ("sensor", before, "blind") if before != Some("blind") => Some(format!("sensor {id} is blind: {}", text("fault"))),
        ("sensor", Some("blind"), "seeing") => Some(format!("sensor {id} sees again")),
        ("mode", Some(before), after) if before != after => Some(format!("mode {before} → {after}")),
        ("job", _, "failed") => Some(format!("job {id} failed for good")),
        _ => None,
    }
}
