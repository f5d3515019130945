//! What a delivery is about: ids to be read back from the vendor.

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;

use super::{
    super::ids::{InboxId, MessageId, ThreadId},
    signature::{Forged, Headers, verify},
};
use crate::wire::{Object, WireError};

const WORD_CHARS_MAX: usize = 200;
/// Where each kind of event keeps its ids.
const SUBJECTS: [&str; 7] = [
    "message",
    "send",
    "delivery",
    "bounce",
    "complaint",
    "reject",
    "open",
];

/// What to read back from the vendor. Never the truth itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// `svix-id`: the same when a delivery is repeated.
    pub svix_id: String,
    /// `event_id`: the same for the same event, whoever is told.
    pub event_id: String,
    /// `event_type`, such as `message.received`; kept as it is written.
    pub event_type: String,
    /// The inbox, when one is named.
    pub inbox: Option<InboxId>,
    /// The message, when one is named and its id is sound.
    pub message: Option<MessageId>,
    /// The thread, when one is named.
    pub thread: Option<ThreadId>,
}

/// A delivery that gives no hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not AgentMail's.
    #[error(transparent)]
    Forged(#[from] Forged),
    /// Not as described.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// A signed body that is no delivery as AgentMail describes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("webhook: {0}")]
pub struct Unreadable(String);

impl From<WireError> for Unreadable {
    fn from(error: WireError) -> Self {
        Self(error.to_string())
    }
}

/// What a delivery hints at, when AgentMail has signed it. `now` is the time of the clock that the vendor lives by.
///
/// # Errors
/// [`Refused::Forged`] when it is not AgentMail's word: answer with an error and do nothing. [`Refused::Unreadable`]
/// when it is and cannot be understood: read the inbox.
pub fn hint(
    secret: &SecretString,
    headers: Headers<'_>,
    body: &[u8],
    now: Timestamp,
) -> Result<Hint, Refused> {
    verify(secret, headers, body, now)?;
    Ok(read(headers.id, body)?)
}

/// The ids in a body that is known to be AgentMail's.
fn read(svix_id: &str, body: &[u8]) -> Result<Hint, Unreadable> {
    let body: Value =
        serde_json::from_slice(body).map_err(|error| Unreadable(error.to_string()))?;
    let body = Object::new("", &body)?;
    let word = |name| -> Result<String, WireError> {
        let text = body.text(name)?;
        if text.is_empty() || text.chars().count() > WORD_CHARS_MAX {
            let problem = format!("must have 1 to {WORD_CHARS_MAX} characters");
            return Err(body.wrong(name, problem));
        }
        Ok(text.to_owned())
    };
    let (event_id, event_type) = (word("event_id")?, word("event_type")?);
    let subject = SUBJECTS.iter().find_map(|name| body.get(name));
    // A letter's sender chooses its id, so an unsound one is left out and does not hide the rest.
    let id = |name| subject.and_then(|s| s.get(name)).and_then(Value::as_str);
    Ok(Hint {
        svix_id: svix_id.to_owned(),
        event_id,
        event_type,
        inbox: id("inbox_id").and_then(|text| text.parse().ok()),
        message: id("message_id").and_then(|text| text.parse().ok()),
        thread: id("thread_id").and_then(|text| text.parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{
        super::signature::tests::{ID, SECRET, TIME, sign},
        *,
    };

    fn told(body: &Value) -> Result<Hint, Refused> {
        let body = body.to_string().into_bytes();
        let signature = sign(ID, TIME, &body);
        let headers = Headers::find([
            ("svix-id", ID.as_bytes()),
            ("svix-timestamp", TIME.as_bytes()),
            ("svix-signature", signature.as_bytes()),
        ]);
        let now = Timestamp::from_second(1_767_225_600).unwrap();
        hint(&SECRET.into(), headers?, &body, now)
    }

    #[test]
    fn every_kind_of_event_names_its_message() {
        let ids = json!({"inbox_id": "a@shop.example", "message_id": "<1@x>", "thread_id": "t1"});
        for (event_type, subject) in [
            ("message.received", "message"),
            ("message.received.spam", "message"),
            ("message.sent", "send"),
            ("message.delivered", "delivery"),
            ("message.bounced", "bounce"),
            ("message.complained", "complaint"),
            ("message.rejected", "reject"),
            ("message.opened", "open"),
            ("message.brand_new", "message"),
        ] {
            let body = json!({"event_id": "evt_1", "event_type": event_type, subject: ids});
            let hint = told(&body).unwrap();
            assert_eq!(
                (hint.svix_id.as_str(), hint.event_id.as_str()),
                (ID, "evt_1")
            );
            assert_eq!(hint.event_type, event_type);
            assert_eq!(hint.inbox.unwrap().as_str(), "a@shop.example");
            assert_eq!(hint.message.unwrap().as_str(), "<1@x>");
            assert_eq!(hint.thread.unwrap().as_str(), "t1");
        }
        let other = json!({"event_id": "e", "event_type": "domain.verified", "domain": {}});
        let hint = told(&other).unwrap();
        assert_eq!((hint.inbox, hint.message, hint.thread), (None, None, None));
    }

    #[test]
    fn a_hostile_body_says_less_or_nothing() {
        for body in [
            json!(null),
            json!([]),
            json!({}),
            json!({"event_id": "e"}),
            json!({"event_id": 7, "event_type": "message.received"}),
            json!({"event_id": "", "event_type": "message.received"}),
            json!({"event_id": "e", "event_type": "x".repeat(201)}),
        ] {
            let told = told(&body);
            assert!(matches!(told, Err(Refused::Unreadable(_))), "{body}");
        }
        for subject in [
            json!(7),
            json!([]),
            json!({"inbox_id": 7, "message_id": "..", "thread_id": ""}),
            json!({"inbox_id": "nobody", "message_id": "a\nb", "thread_id": "x".repeat(2_000)}),
        ] {
            let body = json!({"event_id": "e", "event_type": "message.sent", "send": subject});
            let hint = told(&body).unwrap();
            assert_eq!(
                (hint.inbox, hint.message, hint.thread),
                (None, None, None),
                "{subject}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_hint_or_an_error(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _read = read(ID, &body);
        }

        #[test]
        fn any_subject_is_a_hint(text in "\\PC{0,40}", id in "\\PC{0,40}") {
            let body = json!({"event_id": "e", "event_type": "message.received",
                "message": {"inbox_id": text, "message_id": id, "thread_id": text}});
            let hint = told(&body).unwrap();
            prop_assert!(hint.message.is_none_or(|message| message.as_str() == id));
        }
    }
}
