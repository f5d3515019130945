//! Whether requests should be sent here: the database answers, its schema is one that this program runs on, and the
//! system is not in the middle of a recovery: nobody is dead whose work is still in its hands. Whether the process lives is another question, which asks nobody.

use std::{error::Error, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use homeostat_console::status;
use homeostat_store::Db;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::failure::chain;

/// The database that does not answer in this time is not there.
pub(super) const READY_LIMIT: Duration = Duration::from_secs(1);

pub(super) async fn ready(State(db): State<Db>) -> (StatusCode, Json<Value>) {
    let late = format!("database: no answer within {} s", READY_LIMIT.as_secs());
    match timeout(READY_LIMIT, trouble(&db))
        .await
        .unwrap_or(Some(late))
    {
        None => (StatusCode::OK, Json(json!({ "ok": true }))),
        Some(reason) => {
            let said = json!({ "ok": false, "reason": reason });
            (StatusCode::SERVICE_UNAVAILABLE, Json(said))
        }
    }
}

/// The first of the three that is not so.
async fn trouble(db: &Db) -> Option<String> {
    let away = |error: &dyn Error| Some(format!("database: {}", chain(error)));
    if let Err(error) = db.answers().await {
        return away(&error);
    }
    match db.schema_difference().await {
        Ok(None) => {}
        Ok(Some(difference)) => return Some(format!("schema: {difference}")),
        Err(error) => return away(&error),
    }
    match status::dead(db).await {
        Ok(0) => None,
        Ok(n) => Some(format!(
            "recovery: {n} dead, whose work is not taken back yet"
        )),
        Err(error) => away(&error),
    }
}
