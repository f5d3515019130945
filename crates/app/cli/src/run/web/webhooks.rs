//! Where vendors tell by themselves: `/webhooks/meta`.
//!
//! The vendor has no login and no page of ours: its signature over the raw body is its proof, so these paths stand beside
//! the console and not behind its doors. They stay behind the check of the host, so a reverse proxy in front must pass a
//! `Host` that we answer to, such as `localhost`. *Limits.* It must pass this path alone: on loopback, while there is no
//! token, whoever is passed on to the console may change things there.

use std::{error::Error, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use homeostat_operator::{
    config::Config,
    webhooks::{Taken, WebhookError, Webhooks},
};
use homeostat_store::Db;
use homeostat_vendors::meta::webhook;

use crate::failure::chain;

/// What a delivery is taken with.
#[derive(Debug, Clone)]
pub(super) struct Door {
    pub(super) db: Db,
    pub(super) config: Arc<Config>,
    pub(super) webhooks: Arc<Webhooks>,
}

pub(super) fn routes(door: Door) -> Router {
    Router::new()
        .route("/webhooks/meta", get(is_ours).post(take))
        .layer(DefaultBodyLimit::max(webhook::BODY_BYTES_MAX))
        .with_state(door)
}

/// Meta asks once whether the address is ours.
async fn is_ours(
    State(door): State<Door>,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    // A question that cannot be read knows no word either.
    let query = query.map(|Query(pairs)| pairs).unwrap_or_default();
    let pairs = query.iter();
    let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
    match door.webhooks.challenge(pairs) {
        Ok(challenge) => challenge.to_owned().into_response(),
        Err(error) => refused(&error),
    }
}

async fn take(
    State(door): State<Door>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(error) => return error.into_response(),
    };
    let signatures = headers.get_all(webhook::SIGNATURE_HEADER).iter();
    let signatures = signatures.map(|value| value.as_bytes());
    let taken = door
        .webhooks
        .take(&door.db, &door.config, signatures, &body);
    match taken.await {
        Ok(Taken::New(brands)) => {
            let brands: Vec<String> = brands.iter().map(ToString::to_string).collect();
            tracing::info!(bytes = body.len(), brands = brands.join(" "), "Meta told");
            "Taken.\n".into_response()
        }
        Ok(Taken::Known) => "Known.\n".into_response(),
        Err(error) => refused(&error),
    }
}

/// What is wrong inside is told to the log alone: anybody may ask here.
fn refused(error: &WebhookError) -> Response {
    let status = match error {
        WebhookError::Off(_) => StatusCode::NOT_FOUND,
        WebhookError::Forged => StatusCode::FORBIDDEN,
        WebhookError::Loop(_) => {
            tracing::error!(error = %chain(error as &dyn Error), "a webhook cannot be kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    (status, format!("{error}.\n")).into_response()
}
