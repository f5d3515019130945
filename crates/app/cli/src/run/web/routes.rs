//! What is answered to which path, and what every answer has in common.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use homeostat_console::Console;
use homeostat_operator::webhooks::Webhooks;
use serde_json::{Value, json};
use tokio::time::timeout;
use tower_http::compression::{
    CompressionLayer,
    predicate::{NotForContentType, Predicate, SizeAbove},
};

use super::{host::Hosts, ready::ready, webhooks};

/// A request that takes longer is given up.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);
/// Below this an answer is one packet either way, bytes.
const COMPRESSED_FROM: u16 = 1_024;

/// Nothing of a page may come from elsewhere, run, or be shown inside another page; where we are is not
/// told to others, and nothing is kept.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // With less, a browser says `Origin: null` of our own forms, and no change could be told from a stranger's.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

/// All routes. The outermost layer is the last one: also a refusal has the headers.
pub(super) fn all(console: Console, webhooks: Webhooks, hosts: Hosts) -> Router {
    let db = console.db.clone();
    let door = webhooks::Door {
        db: db.clone(),
        config: console.config.clone(),
        webhooks: Arc::new(webhooks),
    };
    // A stream is sent as it comes. That a page's size tells of what is in it helps nobody: no page of another site can
    // ask for ours in a person's name, since the cookie is `SameSite=Strict`.
    let compressed = SizeAbove::new(COMPRESSED_FROM).and(NotForContentType::SSE);
    Router::new()
        .route("/healthz", get(health))
        .route("/readyz", get(ready))
        .with_state(db)
        .merge(webhooks::routes(door))
        .merge(homeostat_console::routes(console))
        .layer(from_fn(within_limit))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(from_fn_with_state(hosts, ours_only))
        .layer(from_fn(with_headers))
}

async fn health() -> Json<Value> {
    Json(json!({ "ok": true, "pid": std::process::id() }))
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
    let headers = response.headers_mut();
    // A file with its hash in its name says itself that it may be kept; nothing else does.
    let is_kept = headers
        .get(header::CACHE_CONTROL)
        .is_some_and(|said| said.as_bytes().ends_with(b"immutable"));
    for (name, value) in HEADERS {
        if name != header::CACHE_CONTROL || !is_kept {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}
