//! The headers of a delivery, as its vendor signs it, and as somebody does who does not know the secret.

use homeostat_model::RuntimeTime;
use homeostat_vendors::{agentmail, meta, revolut, shopify, track17};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{News, Vendor};
use crate::options::{
    AGENTMAIL_WEBHOOK_SECRET, META_APP_SECRET, REVOLUT_WEBHOOK_SECRET, SHOPIFY_CLIENT_SECRET,
    TRACK17_KEY,
};

/// What somebody signs with who does not know a secret.
const GUESSED: &str = "not-the-secret";
const GUESSED_WHSEC: &str = "whsec_bm90LXRoZS1zZWNyZXQ=";
/// Older than any vendor allows a signed time to be.
const OLD: SignedDuration = SignedDuration::from_mins(10);

/// How a forgery tries to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forgery {
    /// Signed with a guess.
    Guessed,
    /// Not signed at all.
    Unsigned,
    /// With the signature of the true delivery.
    Borrowed,
    /// Rightly signed, long ago; of a vendor that signs no time it is a guess.
    Old,
}

/// Ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Forgery {
    pub(super) const ALL: [Self; 4] = [Self::Guessed, Self::Unsigned, Self::Borrowed, Self::Old];
}

/// A delivery as its vendor sends it at an instant of the machine's time.
pub(super) fn signed(news: &News, at: RuntimeTime) -> Signed {
    Signed {
        headers: headers(news, &news.body, at, true),
        body: news.body.clone(),
    }
}

/// A forgery of it. Its body is another one, so that it can be told from the true one wherever it turns up.
pub(super) fn forged(news: &News, how: Forgery, at: RuntimeTime) -> Signed {
    let body = claiming(&news.body);
    let signs_time = matches!(news.vendor, Vendor::AgentMail | Vendor::Revolut);
    let headers = match how {
        Forgery::Guessed => headers(news, &body, at, false),
        Forgery::Unsigned => Vec::new(),
        Forgery::Borrowed => headers(news, &news.body, at, true),
        Forgery::Old if signs_time => headers(news, &body, at.plus(-OLD), true),
        Forgery::Old => headers(news, &body, at, false),
    };
    Signed { headers, body }
}

/// The same with a lie in it.
fn claiming(body: &str) -> String {
    let mut told: Value = serde_json::from_str(body).unwrap_or_default();
    told["claim"] = json!("everything was paid back");
    told.to_string()
}

fn headers(news: &News, body: &str, at: RuntimeTime, knows: bool) -> Vec<(&'static str, String)> {
    let word = |secret: &'static str| if knows { secret } else { GUESSED };
    let body = body.as_bytes();
    match news.vendor {
        Vendor::Meta => {
            let signature = meta::webhook::sign(&word(META_APP_SECRET).into(), body);
            vec![(meta::webhook::SIGNATURE_HEADER, signature)]
        }
        Vendor::Shopify => {
            let signature = shopify::webhook::sign(&word(SHOPIFY_CLIENT_SECRET).into(), body);
            let shop = news.brand.unwrap_or_default();
            vec![
                ("x-shopify-topic", news.topic.to_owned()),
                ("x-shopify-shop-domain", format!("{shop}.myshopify.com")),
                ("x-shopify-api-version", shopify::DEFAULT_VERSION.to_owned()),
                ("x-shopify-webhook-id", format!("delivery-{}", news.name)),
                ("x-shopify-event-id", news.name.clone()),
                (shopify::webhook::SIGNATURE_HEADER, signature),
            ]
        }
        Vendor::Track17 => {
            let signature = track17::push::sign(&word(TRACK17_KEY).into(), body);
            vec![(track17::push::SIGNATURE_HEADER, signature)]
        }
        Vendor::AgentMail => {
            let secret = if knows {
                AGENTMAIL_WEBHOOK_SECRET
            } else {
                GUESSED_WHSEC
            };
            let id = format!("msg_{}", news.name);
            let signature = agentmail::webhook::sign(&secret.into(), &id, at.0, body);
            vec![
                ("svix-id", id),
                ("svix-timestamp", at.0.as_second().to_string()),
                ("svix-signature", signature.unwrap_or_default()),
            ]
        }
        Vendor::Revolut => {
            let ms = at.0.as_millisecond();
            let signature = revolut::webhook::sign(&word(REVOLUT_WEBHOOK_SECRET).into(), ms, body);
            vec![
                (revolut::webhook::TIMESTAMP_HEADER, ms.to_string()),
                (revolut::webhook::SIGNATURE_HEADER, signature),
            ]
        }
    }
}
