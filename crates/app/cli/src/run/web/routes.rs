//! What is answered to which path, and what every answer has in common.

use std::{error::Error, time::Duration};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use homeostat_store::Db;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{host::Hosts, page};
use crate::{command::status, failure::chain};

/// The database that does not answer in this time is not there.
pub(super) const READY_LIMIT: Duration = Duration::from_secs(1);
/// How long the page waits for what it shows.
const LOOK_LIMIT: Duration = Duration::from_secs(5);
/// A request that takes longer is given up.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// Nothing of a page may come from elsewhere, run, or be shown inside another page; where we are is not
/// told to others, and nothing is kept.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self' 'unsafe-inline'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

/// All routes. The outermost layer is the last one: also a refusal has the headers.
pub(super) fn all(db: Db, hosts: Hosts) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/healthz", get(health))
        .route("/readyz", get(ready))
        .fallback(nothing)
        .layer(from_fn(within_limit))
        .layer(from_fn_with_state(hosts, ours_only))
        .layer(from_fn(with_headers))
        .with_state(db)
}

async fn health() -> Json<Value> {
    Json(json!({ "ok": true, "pid": std::process::id() }))
}

async fn ready(State(db): State<Db>) -> (StatusCode, Json<Value>) {
    match within(READY_LIMIT, db.answers()).await {
        Ok(()) => (StatusCode::OK, Json(json!({ "ok": true }))),
        Err(reason) => {
            let said = json!({ "ok": false, "reason": format!("database: {reason}") });
            (StatusCode::SERVICE_UNAVAILABLE, Json(said))
        }
    }
}

async fn home(State(db): State<Db>) -> Html<String> {
    let looked = within(LOOK_LIMIT, async {
        // Says sooner and better that nobody is there.
        db.answers().await.map_err(crate::failure::Failure::from)?;
        status::look(&db).await
    });
    Html(page::home(looked.await.as_ref().map_err(String::as_str)))
}

async fn nothing() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "There is nothing here.\n")
}

/// An answer of the database, or why there is none.
async fn within<T, E: Error>(
    limit: Duration,
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match timeout(limit, answer).await {
        Ok(answer) => answer.map_err(|e| chain(&e)),
        Err(_) => Err(format!("no answer within {} s", limit.as_secs())),
    }
}

async fn within_limit(request: Request, next: Next) -> Response {
    match timeout(REQUEST_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "This took too long.\n").into_response(),
    }
}

async fn ours_only(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    match hosts.check(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(status) => (status, "This is another host.\n").into_response(),
    }
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
