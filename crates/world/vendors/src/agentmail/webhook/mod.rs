//! What AgentMail tells by itself: whether it was told by AgentMail, and which message it is about.
//!
//! Deliveries are made and signed by Svix (docs.svix.com, "Verifying payloads manually"): base64 HMAC-SHA256 over
//! `id.timestamp.body` under the secret after `whsec_`. While a secret is being changed there are several signatures.
//! *Limits.* The order is nobody's promise, a delivery may come twice or never, and one that was recorded can be played
//! again within the tolerance: keep [`Hint::svix_id`] and drop what was seen. Therefore nothing here gives back more
//! than ids: what changed is read from the vendor.

mod hint;
mod signature;

pub use hint::{Hint, Refused, Unreadable, hint};
pub(super) use signature::is_secret;
pub use signature::{BODY_BYTES_MAX, Forged, Headers, TOLERANCE_S, sign, verify};
