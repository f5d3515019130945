//! Replies nobody promised, and letters written to break something: no panic, an error that names the field, never a
//! false "done", and nobody's words in our texts.

use std::{collections::BTreeSet, sync::LazyLock, time::Duration};

use homeostat_model::{Classify, Fault};
use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::{
    CallKind, Client, Config, Error, InboxId, Meaning, MessageId, NewReply, Private,
    client::identity,
    list::{Page, Walked, read_page},
    message::{Message, read_message, read_whole},
    thread, writes,
};
use crate::{transport::Raw, wire::Object};

const SECRET: &str = "am_very-secret";

/// One for all cases: it is made once.
fn client() -> &'static Client {
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let mut config = Config::new(SECRET.into());
        config.endpoint.wait_divisor = 10;
        Client::new(config).unwrap()
    });
    &CLIENT
}

fn inbox() -> InboxId {
    "support@shop.example".parse().unwrap()
}

fn id() -> MessageId {
    "<1@mail.example>".parse().unwrap()
}

fn judge(kind: CallKind, http_status: u16, body: &[u8]) -> Result<Value, Error> {
    judge_with(HeaderMap::new(), kind, http_status, body)
}

fn judge_with(
    headers: HeaderMap,
    kind: CallKind,
    http_status: u16,
    body: &[u8],
) -> Result<Value, Error> {
    let raw = Raw {
        http_status,
        headers,
        body: body.to_vec(),
    };
    client().judge(kind, &raw)
}

fn letter() -> Value {
    json!({
        "inbox_id": "support@shop.example", "thread_id": "t1", "message_id": "<1@mail.example>",
        "labels": ["received", "unread"], "timestamp": "2026-03-02T10:00:00.000Z",
        "from": "Ana Secretname <ana@secret.example>", "to": ["support@shop.example"],
        "subject": "Secretsubject", "preview": "Secrettext", "text": "Secrettext",
        "extracted_text": "Secrettext", "size": 2311,
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut letter = letter();
    letter[name] = value;
    letter
}

fn page(messages: &Value) -> Page {
    read_page(&json!({"count": 1, "messages": messages}), &inbox(), None).unwrap()
}

fn read(letter: &Value) -> Message {
    read_message(&Object::new("", letter).unwrap(), &inbox()).unwrap()
}

#[test]
fn what_people_write_does_not_show() {
    let page = page(&json!([letter(), with("timestamp", json!("Secrettext"))]));
    let thread = json!({"thread_id": "t1", "messages": [letter()]});
    let thread = thread::read(&thread, &inbox(), &"t1".parse().unwrap(), None).unwrap();
    let reply = NewReply {
        text: Private::new("Dear Ana Secretname"),
        labels: Vec::new(),
    };
    let shown = format!("{page:?} {thread:?} {reply:?} {:?}", read(&letter()));
    assert!(!shown.to_lowercase().contains("secret"), "{shown}");
    assert!(shown.contains("[private]"));
}

#[test]
fn no_error_quotes_a_letter_or_an_address_or_the_key() {
    let half = &letter().to_string().into_bytes()[..200];
    let refused = json!({
        "name": "ValidationError", "code": "validation_error",
        "message": format!("ana@secret.example is no address ({SECRET})"),
        "errors": [{"code": "invalid", "path": ["to", 0], "message": "<ana@secret.example> bounced"}],
    })
    .to_string();
    let page = format!("<html>ana@secret.example {SECRET}</html>");
    for (status, body) in [
        (200, half),
        (400, refused.as_bytes()),
        (502, page.as_bytes()),
        (403, page.as_bytes()),
    ] {
        let error = judge(CallKind::Write, status, body).unwrap_err();
        let told = format!("{error} {error:?}");
        for hidden in ["secret.example", "Secret", "very-secret"] {
            assert!(!told.contains(hidden), "{status} {told}");
        }
    }
    let error = judge(CallKind::Write, 400, refused.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("; to.0: "), "{error}");
}

#[test]
fn a_sender_cannot_make_a_letter_unreadable() {
    let deep = (0..100).fold(json!("x"), |inner, _| json!([inner]));
    let strange = [
        json!(null),
        json!(7),
        json!(-1.5),
        json!(true),
        json!(""),
        json!([]),
        json!({}),
        json!([null, 7, {"x": []}]),
        json!("\u{0}\r\n\u{202e}"),
        json!("<".repeat(10_000)),
        json!("@".repeat(10_000)),
        deep,
    ];
    let fields = [
        "from",
        "to",
        "subject",
        "preview",
        "text",
        "extracted_text",
        "html",
        "headers",
        "labels",
        "in_reply_to",
        "references",
        "size",
        "attachments",
        "cc",
        "unheard_of",
    ];
    for field in fields {
        for value in &strange {
            let page = page(&json!([with(field, value.clone()), letter()]));
            assert_eq!(
                (page.messages.len(), page.unreadable.len()),
                (2, 0),
                "{field} {value}"
            );
            let _message = read(&with(field, value.clone()));
        }
    }
}

#[test]
fn one_damaged_entry_does_not_hide_the_others() {
    for (field, value) in [
        ("message_id", json!(null)),
        ("message_id", json!("..")),
        ("message_id", json!("a\nb")),
        ("message_id", json!("x".repeat(5_000))),
        ("thread_id", json!(7)),
        ("timestamp", json!("yesterday")),
        ("timestamp", json!("9999999-01-01T00:00:00Z")),
        ("inbox_id", json!("other@shop.example")),
        ("inbox_id", json!("nobody")),
    ] {
        let page = page(&json!([with(field, value.clone()), letter()]));
        assert_eq!(page.messages.len(), 1, "{field} {value}");
        let start = format!("messages[0].{field}: ");
        assert!(
            page.unreadable[0].starts_with(&start),
            "{:?}",
            page.unreadable
        );
        assert!(page.unreadable[0].len() < 200);
    }
    let page = page(&json!([7, letter(), null]));
    assert_eq!((page.messages.len(), page.unreadable.len()), (1, 2));
}

#[test]
fn a_page_without_its_list_is_no_empty_inbox() {
    for (body, field) in [
        (json!([]), "body"),
        (json!(null), "body"),
        (json!({}), "messages"),
        (json!({"count": 0}), "messages"),
        (json!({"messages": {}}), "messages"),
        (
            json!({"messages": [], "next_page_token": 7}),
            "next_page_token",
        ),
        (
            json!({"messages": [], "next_page_token": "same"}),
            "next_page_token",
        ),
        (
            json!({"messages": [], "next_page_token": "x".repeat(5_000)}),
            "next_page_token",
        ),
    ] {
        let error = read_page(&body, &inbox(), Some("same")).unwrap_err();
        assert_eq!(error.field, field, "{body}");
    }
    let more = json!({"messages": [], "next_page_token": "more"});
    let page = read_page(&more, &inbox(), Some("same")).unwrap();
    assert_eq!(page.next.as_deref(), Some("more"));
    let last = json!({"messages": [], "next_page_token": null});
    assert_eq!(read_page(&last, &inbox(), None).unwrap(), Page::default());
}

#[test]
fn a_message_that_moves_between_pages_counts_once() {
    let other = with("message_id", json!("<2@mail.example>"));
    let (mut walked, mut seen) = (Walked::default(), BTreeSet::new());
    for messages in [
        json!([letter(), other]),
        json!([other, 7]),
        json!([letter()]),
    ] {
        walked.take_in(page(&messages), &mut seen);
    }
    let ids: Vec<&str> = walked.messages.iter().map(|h| h.id.as_str()).collect();
    assert_eq!(ids, ["<1@mail.example>", "<2@mail.example>"]);
    assert_eq!(walked.unreadable.len(), 1);
}

#[test]
fn another_object_than_asked_for_is_no_answer() {
    let other = with("message_id", json!("<2@mail.example>"));
    let error = read_whole(&other, &inbox(), &id()).unwrap_err();
    assert_eq!(error.field, "message_id");
    let thread = json!({"thread_id": "t2", "messages": []});
    let error = thread::read(&thread, &inbox(), &"t1".parse().unwrap(), None).unwrap_err();
    assert_eq!(error.field, "thread_id");
    let loud = with("inbox_id", json!("Support@Shop.example"));
    assert_eq!(read(&loud).head.inbox, inbox());
}

#[test]
fn a_write_is_done_only_when_the_reply_says_so() {
    for body in [
        json!({}),
        json!([]),
        json!({"message_id": "<2@x>"}),
        json!({"thread_id": "t1"}),
        json!({"message_id": 2, "thread_id": "t1"}),
        json!({"message_id": "", "thread_id": "t1"}),
        json!({"success": true}),
    ] {
        let error = Error::unexpected(CallKind::Write, writes::sent(&body).unwrap_err());
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{body}");
        let error = writes::labelled(&body, &id()).unwrap_err();
        let error = Error::unexpected(CallKind::Write, error);
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{body}");
    }
    for status in [200, 201, 302, 400, 404, 409, 500, 502] {
        for body in ["", "<html>", "Service Unavailable", "{\"message\"", "7"] {
            if status < 300 && body == "7" {
                continue;
            }
            let error = judge(CallKind::Write, status, body.as_bytes()).unwrap_err();
            assert_eq!(error.fault(), Fault::UnknownOutcome, "{status} {body}");
        }
    }
    // An error status is never a success, whatever stands in the body.
    let body = br#"{"message_id": "<2@x>", "thread_id": "t1"}"#;
    let error = judge(CallKind::Write, 503, body).unwrap_err();
    assert_eq!(error.fault(), Fault::UnknownOutcome);
}

#[test]
fn the_gate_is_understood_whatever_the_body_is() {
    for body in [
        r#"{"message":"Unauthorized"}"#,
        r#"{"message":"Forbidden"}"#,
        "<html>no</html>",
        "",
        "{}",
        "[7]",
        r#"{"code":7,"message":[]}"#,
    ] {
        for (status, expected) in [
            (401, Meaning::TokenDead),
            (403, Meaning::PermissionMissing),
            (
                429,
                Meaning::Throttled {
                    wait: Duration::from_millis(100),
                },
            ),
        ] {
            let error = judge(CallKind::Write, status, body.as_bytes()).unwrap_err();
            assert_eq!(error.meaning(), Some(expected), "{status} {body}");
        }
    }
    let bare = judge(CallKind::Read, 404, br#"{"message":"Not Found"}"#).unwrap_err();
    assert_eq!(bare.meaning(), Some(Meaning::Invalid));
}

#[test]
fn the_vendors_wait_is_taken_at_the_speed_of_its_world() {
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", HeaderValue::from_static("30"));
    let body = br#"{"name":"RateLimitError","code":"rate_limit_exceeded","message":"Slow down"}"#;
    let error = judge_with(headers, CallKind::Write, 429, body).unwrap_err();
    assert_eq!(error.wait(), Some(Duration::from_secs(3)));
    assert_eq!(error.fault(), Fault::Transient);
}

#[test]
fn a_machine_that_says_so_is_believed() {
    for (headers, expected) in [
        (json!({"Auto-Submitted": "auto-replied"}), true),
        (json!({"auto-submitted": " No "}), false),
        (json!({"Precedence": "bulk"}), true),
        (json!({"precedence": "normal"}), false),
        (json!({"X-Autoreply": "yes"}), true),
        (json!({"auto-submitted": ""}), false),
        (json!({"auto-submitted": 7}), false),
        (json!({"subject": "auto-replied"}), false),
        (json!([]), false),
    ] {
        let message = read(&with("headers", headers.clone()));
        assert_eq!(message.is_automatic, expected, "{headers}");
    }
}

/// JSON of any shape, often with the names that are looked for.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec![
            "support@shop.example",
            "<1@mail.example>",
            "t1",
            "2026-03-02T10:00:00Z",
            "sent",
            "validation_error",
            "race_condition",
            "Ana <a@b.example>",
        ])
        .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let name = prop::sample::select(vec![
        "messages",
        "next_page_token",
        "inbox_id",
        "thread_id",
        "message_id",
        "labels",
        "timestamp",
        "from",
        "to",
        "subject",
        "text",
        "extracted_text",
        "headers",
        "references",
        "name",
        "email",
        "code",
        "message",
        "errors",
        "path",
        "scope_type",
        "scope_id",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_an_error(
        status in 200_u16..600,
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let told = judge(CallKind::Write, status, &body);
        if let Err(error) = told && !matches!(status, 401 | 403 | 429) {
            prop_assert_eq!(error.fault(), Fault::UnknownOutcome);
        }
    }

    #[test]
    fn any_json_is_read_or_refused(body in any_json(), status in 200_u16..600) {
        let _judged = judge(CallKind::Read, status, body.to_string().as_bytes());
        let _page = read_page(&body, &inbox(), None);
        let _thread = thread::read(&body, &inbox(), &"t1".parse().unwrap(), None);
        let _done = (writes::sent(&body), writes::labelled(&body, &id()), identity(&body));
        let _message = read_whole(&body, &inbox(), &id());
    }

    #[test]
    fn a_letter_with_any_field_in_any_shape_is_listed(body in any_json(), field in prop::sample::select(vec![
        "from", "to", "subject", "text", "extracted_text", "html", "headers", "labels", "references", "attachments",
    ])) {
        let page = page(&json!([with(field, body)]));
        prop_assert_eq!(page.messages.len(), 1);
    }
}
