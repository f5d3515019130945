//! What lies ahead happens now: for drills, which cannot wait for days.
//!
//! Nothing is made up. The letter that somebody was going to write to a brand next comes now, or the scan that one of
//! its parcels was going to have next. It stands in the vendor's books, so a world that is started again has hurried as
//! well, and the vendor shows it and tells of it like everything else. *Limits.* Only the tracker knows of a hurried
//! scan: what people write about a parcel follows from how it would have travelled.

use std::{io, sync::Arc};

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{agentmail, app::App, books::PERSON, track17};

/// Whose hand it was, in the books.
pub(crate) fn hand() -> String {
    format!("{PERSON}hurry")
}

/// At which vendor, and of which brand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hurry {
    vendor: String,
    brand: String,
}

/// What was hurried and how it stands now, as `{"object": …, "state": …}`; null when nothing lies ahead there.
pub(crate) async fn serve(State(app): State<Arc<App>>, body: String) -> (StatusCode, Json<Value>) {
    let bad = |problem: String| (StatusCode::BAD_REQUEST, Json(json!({ "error": problem })));
    let hurry: Hurry = match serde_json::from_str(&body) {
        Ok(hurry) => hurry,
        Err(error) => return bad(error.to_string()),
    };
    let of: fn(&App, &str) -> io::Result<Option<Value>> = match hurry.vendor.as_str() {
        agentmail::VENDOR => agentmail::hurry,
        track17::VENDOR => track17::hurry,
        other => return bad(format!("vendor: nothing of {other:?} can be hurried")),
    };
    let done = app.off_thread(move |app| of(app, &hurry.brand)).await;
    match done {
        Some(Ok(done)) => (StatusCode::OK, Json(json!(done))),
        Some(Err(error)) => {
            let body = json!({"error": format!("it is not in the books: {error}")});
            (StatusCode::INTERNAL_SERVER_ERROR, Json(body))
        }
        None => {
            let body = json!({"error": "the sandbox is stopping"});
            (StatusCode::SERVICE_UNAVAILABLE, Json(body))
        }
    }
}
