//! Every vendor's door, tried by hand: a true delivery, the same again, and forgeries of four kinds.

use homeostat_clock::wall;
use homeostat_model::RuntimeTime;
use homeostat_sandbox::{
    AGENTMAIL_WEBHOOK_SECRET, META_APP_SECRET, REVOLUT_WEBHOOK_SECRET, SHOPIFY_CLIENT_SECRET,
    TRACK17_KEY,
};
use homeostat_vendors::{agentmail, meta, revolut, shopify, track17};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::scene::Scene;
use crate::{drill::http, failure::Failure};

/// What somebody signs with who does not know a secret.
const GUESSED: [&str; 2] = ["not-the-secret", "whsec_bm90LXRoZS1zZWNyZXQ="];
/// Older than any vendor allows a signed time to be.
const OLD: SignedDuration = SignedDuration::from_mins(10);

/// A vendor's door, by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Meta,
    Shopify,
    Track17,
    AgentMail,
    Revolut,
}

const DOORS: [(Door, &str); 5] = [
    (Door::Meta, "/webhooks/meta"),
    (Door::Shopify, "/webhooks/shopify/aurora"),
    (Door::Track17, "/webhooks/track17"),
    (Door::AgentMail, "/webhooks/agentmail"),
    (Door::Revolut, "/webhooks/revolut"),
];

/// Tries all of them. Gives back how many forgeries were sent, and how many were taken or left a row.
///
/// # Errors
/// Also when a true delivery is not taken, or is kept twice.
pub(super) async fn tried(scene: &mut Scene) -> Result<(u64, u64), Failure> {
    let (mut sent, mut accepted) = (0, 0);
    for (door, path) in DOORS {
        let (body, lie) = (
            body(door, "true").to_string(),
            body(door, "a lie").to_string(),
        );
        let now = wall();
        let right = head(door, &body, now, true);
        let mut forgeries = vec![
            (lie.as_str(), head(door, &lie, now, false)),
            (lie.as_str(), String::new()),
            (lie.as_str(), right.clone()),
        ];
        if matches!(door, Door::AgentMail | Door::Revolut) {
            forgeries.push((lie.as_str(), head(door, &lie, now.plus(-OLD), true)));
        }
        for (body, head) in &forgeries {
            let status = http::status(&scene.door, path, body, head).await?;
            sent += 1;
            accepted += u64::from(status == 200);
        }
        accepted += scene.rows_of(&lie).await?;
        for _ in 0..2 {
            let status = http::status(&scene.door, path, &body, &right).await?;
            if status != 200 {
                let text = format!("{path}: a true delivery was answered with {status}");
                return Err(Failure::Law(text));
            }
        }
        let kept = scene.rows_of(&body).await?;
        if kept != 1 {
            let text = format!("{path}: a true delivery that came twice left {kept} rows");
            return Err(Failure::Law(text));
        }
    }
    Ok((sent, accepted))
}

fn body(door: Door, claim: &str) -> Value {
    match door {
        Door::Meta => {
            json!({"object": "ad_account", "entry": [{"id": "1001", "time": 1}], "claim": claim})
        }
        Door::Shopify => json!({"id": 1, "claim": claim}),
        Door::Track17 => json!({"event": "TRACKING_STOPPED", "claim": claim,
            "data": {"number": "HX000000001DE", "carrier": 7_041, "tag": null}}),
        Door::AgentMail => json!({"type": "event", "event_type": "message.received",
            "event_id": format!("evt {claim}"), "message": {"inbox_id": "nobody@shop.example"}}),
        Door::Revolut => json!({"event": "TransactionCreated", "timestamp": "2026-03-01T09:00:00Z",
            "claim": claim, "data": {"id": "69c2f0a1-1b2c-4d3e-8f90-a1b2c3d4e5f6", "state": claim}}),
    }
}

/// The headers that sign a body, as lines.
fn head(door: Door, body: &str, at: RuntimeTime, knows: bool) -> String {
    let word = |secret: &'static str| if knows { secret } else { GUESSED[0] };
    let bytes = body.as_bytes();
    let headers = match door {
        Door::Meta => vec![(
            meta::webhook::SIGNATURE_HEADER,
            meta::webhook::sign(&word(META_APP_SECRET).into(), bytes),
        )],
        Door::Shopify => vec![
            ("x-shopify-topic", "orders/updated".to_owned()),
            ("x-shopify-shop-domain", "aurora.myshopify.com".to_owned()),
            ("x-shopify-webhook-id", "drill".to_owned()),
            (
                shopify::webhook::SIGNATURE_HEADER,
                shopify::webhook::sign(&word(SHOPIFY_CLIENT_SECRET).into(), bytes),
            ),
        ],
        Door::Track17 => vec![(
            track17::push::SIGNATURE_HEADER,
            track17::push::sign(&word(TRACK17_KEY).into(), bytes),
        )],
        Door::AgentMail => {
            let secret = if knows {
                AGENTMAIL_WEBHOOK_SECRET
            } else {
                GUESSED[1]
            };
            let signature = agentmail::webhook::sign(&secret.into(), "msg_drill", at.0, bytes);
            vec![
                ("svix-id", "msg_drill".to_owned()),
                ("svix-timestamp", at.0.as_second().to_string()),
                ("svix-signature", signature.unwrap_or_default()),
            ]
        }
        Door::Revolut => {
            let ms = at.0.as_millisecond();
            vec![
                (revolut::webhook::TIMESTAMP_HEADER, ms.to_string()),
                (
                    revolut::webhook::SIGNATURE_HEADER,
                    revolut::webhook::sign(&word(REVOLUT_WEBHOOK_SECRET).into(), ms, bytes),
                ),
            ]
        }
    };
    let lines = headers.into_iter();
    lines
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect()
}
