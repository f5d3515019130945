//! Where vendors tell by themselves: `/webhooks/` and the vendor's name; `/webhooks/shopify/` and the brand's for a shop.
//!
//! A vendor has no login and no page of ours: its signature over the raw body is its proof, so these paths stand beside
//! the console and not behind its doors. They stay behind the check of the host, so a reverse proxy in front must pass a
//! `Host` that we answer to, such as `localhost`. *Limits.* It must pass these paths alone: on loopback, while there is no
//! token, whoever is passed on to the console may change things there.

use std::{error::Error, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, Path, Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use homeostat_clock::wall;
use homeostat_operator::{
    config::Config,
    webhooks::{Delivery, Taken, Vendor, WebhookError, Webhooks},
};
use homeostat_store::Db;

use crate::failure::chain;

/// What a delivery is taken with.
#[derive(Debug, Clone)]
pub(super) struct Door {
    pub(super) db: Db,
    pub(super) config: Arc<Config>,
    pub(super) webhooks: Arc<Webhooks>,
}

/// The door of one vendor.
#[derive(Debug, Clone)]
struct At {
    door: Door,
    vendor: Vendor,
}

pub(super) fn routes(door: Door) -> Router {
    let challenge = Router::new()
        .route("/webhooks/meta", get(is_ours))
        .with_state(door.clone());
    Vendor::ALL.into_iter().fold(challenge, |all, vendor| {
        let door = door.clone();
        let path = format!("/webhooks/{}", vendor.id());
        let routes = Router::new().route(&path, post(take));
        let routes = match vendor {
            Vendor::Shopify => routes.route(&format!("{path}/{{brand}}"), post(take_of_brand)),
            Vendor::Meta | Vendor::Track17 | Vendor::AgentMail | Vendor::Revolut => routes,
        };
        let limit = DefaultBodyLimit::max(vendor.body_bytes_max());
        all.merge(routes.layer(limit).with_state(At { door, vendor }))
    })
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
    State(at): State<At>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    taken(&at, None, &headers, body).await
}

async fn take_of_brand(
    State(at): State<At>,
    Path(brand): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    taken(&at, Some(&brand), &headers, body).await
}

async fn taken(
    At { door, vendor }: &At,
    brand: Option<&str>,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(error) => return error.into_response(),
    };
    let headers: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let delivery = Delivery {
        vendor: *vendor,
        brand,
        headers: &headers,
        body: &body,
        at: wall(),
    };
    match door.webhooks.take(&door.db, &door.config, delivery).await {
        Ok(Taken::New(brands)) => {
            let brands: Vec<String> = brands.iter().map(ToString::to_string).collect();
            let (vendor, brands) = (vendor.name(), brands.join(" "));
            tracing::info!(bytes = body.len(), brands, "{vendor} told");
            "Taken.\n".into_response()
        }
        Ok(Taken::Known) => "Known.\n".into_response(),
        Err(error) => refused(&error),
    }
}

/// What is wrong inside is told to the log alone: anybody may ask here.
fn refused(error: &WebhookError) -> Response {
    let status = match error {
        WebhookError::Off(..) | WebhookError::NoBrand(_) => StatusCode::NOT_FOUND,
        WebhookError::Forged(_) | WebhookError::NotNow => StatusCode::FORBIDDEN,
        WebhookError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        WebhookError::Loop(_) => {
            tracing::error!(error = %chain(error as &dyn Error), "a webhook cannot be kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    (status, format!("{error}.\n")).into_response()
}
