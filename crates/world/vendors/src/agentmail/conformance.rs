//! The wire as the vendor describes it: our requests as they are sent, its examples as they are read.

use reqwest::{Method, Request, header::HeaderMap};
use serde_json::{Value, json};

use super::{
    Client, Config, InboxId, LabelChange, MessageId, NewReply, Private, Query, ThreadId,
    client::identity, list::read_page, message, thread, webhook, writes,
};
use crate::wire::Object;

const EVENT: &str = r#"{"type":"event","event_type":"message.received","event_id":"evt_7Q2","message":{"inbox_id":"support@shop.example","thread_id":"6f1d7c1e-93d5-4d0e-9d0b-5f9a2d6f3c11","message_id":"<abc1@mail.example>","labels":["received","unread"],"timestamp":"2026-03-02T10:00:00.000Z","from":"Ana Ruiz <ana@example.com>","to":["support@shop.example"],"subject":"Where is order 10412?","preview":"Hello, ...","text":"Hello, where is my order 10412?","extracted_text":"Hello, where is my order 10412?","size":2311,"created_at":"2026-03-02T10:00:01.000Z","updated_at":"2026-03-02T10:00:01.000Z"},"thread":{"inbox_id":"support@shop.example","thread_id":"6f1d7c1e-93d5-4d0e-9d0b-5f9a2d6f3c11","labels":["received","unread"],"timestamp":"2026-03-02T10:00:00.000Z","senders":["Ana Ruiz <ana@example.com>"],"recipients":["support@shop.example"],"last_message_id":"<abc1@mail.example>","message_count":1,"size":2311,"created_at":"2026-03-02T10:00:01.000Z","updated_at":"2026-03-02T10:00:01.000Z"}}"#;
const THREAD: &str = "6f1d7c1e-93d5-4d0e-9d0b-5f9a2d6f3c11";

fn client() -> Client {
    Client::new(Config::new("am_demo".into())).unwrap()
}

fn inbox() -> InboxId {
    "support@shop.example".parse().unwrap()
}

fn id() -> MessageId {
    "<abc1@mail.example>".parse().unwrap()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(request.body().unwrap().as_bytes().unwrap()).unwrap()
}

fn example() -> Value {
    serde_json::from_str(EVENT).unwrap()
}

#[test]
fn a_reply_is_sent_as_in_the_example() {
    let reply = NewReply {
        text: Private::new("Hi Ana, your parcel left the warehouse today."),
        labels: vec!["auto-reply".to_owned()],
    };
    let request = client()
        .reply_request(&inbox(), &id(), &reply, "reply-ticket-8812-v1", "effect-1")
        .unwrap()
        .build()
        .unwrap();
    assert_eq!(request.method(), Method::POST);
    assert_eq!(
        request.url().as_str(),
        "https://api.agentmail.to/v0/inboxes/support%40shop.example/messages/%3Cabc1%40mail.example%3E/reply"
    );
    let headers = request.headers();
    assert_eq!(
        header(headers, "idempotency-key"),
        Some("reply-ticket-8812-v1")
    );
    assert_eq!(header(headers, "content-type"), Some("application/json"));
    assert_eq!(header(headers, "x-client-reference"), Some("effect-1"));
    assert_eq!(
        body(&request),
        json!({"text": "Hi Ana, your parcel left the warehouse today.", "labels": ["auto-reply"]})
    );

    let told = json!({"message_id": "<0100018f@agentmail.to>", "thread_id": THREAD});
    let sent = writes::sent(&told).unwrap();
    assert_eq!(sent.message.as_str(), "<0100018f@agentmail.to>");
    assert_eq!(sent.thread.as_str(), THREAD);
}

#[test]
fn a_label_change_is_sent_as_two_lists() {
    let change = LabelChange {
        add: vec!["handled".to_owned()],
        remove: vec!["unread".to_owned()],
    };
    let request = client()
        .labels_request(&inbox(), &id(), &change, "")
        .unwrap()
        .build()
        .unwrap();
    assert_eq!(request.method(), Method::PATCH);
    assert_eq!(
        request.url().path(),
        "/v0/inboxes/support%40shop.example/messages/%3Cabc1%40mail.example%3E"
    );
    assert_eq!(header(request.headers(), "x-client-reference"), None);
    assert_eq!(
        body(&request),
        json!({"add_labels": ["handled"], "remove_labels": ["unread"]})
    );
    let told = json!({"message_id": id().as_str(), "labels": ["received", "handled"]});
    assert_eq!(
        writes::labelled(&told, &id()).unwrap(),
        ["received", "handled"]
    );
}

#[test]
fn a_list_is_asked_for_with_labels_as_the_sdk_sends_them() {
    let query = Query {
        after: Some("2026-03-02T10:00:00Z".parse().unwrap()),
        labels: vec!["received".to_owned(), "unread".to_owned()],
        oldest_first: true,
        limit: 50,
    };
    let sent = |query: &Query, token| {
        let request = client().list_request(&inbox(), query, token).unwrap();
        let request = request.build().unwrap();
        assert_eq!(
            request.url().path(),
            "/v0/inboxes/support%40shop.example/messages"
        );
        let pairs = request.url().query_pairs().into_owned();
        pairs.collect::<Vec<(String, String)>>()
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        sent(&query, Some("p2&x")),
        [
            pair("limit", "50"),
            pair("ascending", "true"),
            pair("after", "2026-03-02T10:00:00Z"),
            pair("labels", r#"["received","unread"]"#),
            pair("page_token", "p2&x"),
        ]
    );
    let bare = Query {
        oldest_first: false,
        ..Query::default()
    };
    assert_eq!(
        sent(&bare, None),
        [pair("limit", "100"), pair("ascending", "false")]
    );
}

#[test]
fn the_key_is_asked_about_at_its_own_address() {
    let request = client().get("auth/me", &[]).unwrap().build().unwrap();
    assert_eq!(
        request.url().as_str(),
        "https://api.agentmail.to/v0/auth/me"
    );
    let told = json!({"scope_type": "inbox", "scope_id": "support@shop.example",
        "organization_id": "org_1", "pod_id": "pod_1", "inbox_id": "support@shop.example"});
    let told = identity(&told).unwrap();
    assert_eq!(told.scope_type, "inbox");
    assert_eq!(told.organization_id.as_deref(), Some("org_1"));
}

#[test]
fn the_example_message_is_read() {
    let event = example();
    let message = message::read_whole(&event["message"], &inbox(), &id()).unwrap();
    let head = &message.head;
    assert_eq!(head.thread.as_str(), THREAD);
    assert_eq!(head.labels, ["received", "unread"]);
    assert_eq!(head.timestamp, "2026-03-02T10:00:00Z".parse().unwrap());
    assert_eq!(head.from.name, Some(Private::new("Ana Ruiz")));
    assert_eq!(head.from.address, Some(Private::new("ana@example.com")));
    assert_eq!(head.to.len(), 1);
    assert_eq!(head.subject, Some(Private::new("Where is order 10412?")));
    assert_eq!(head.size_bytes, Some(2_311));
    assert_eq!(
        message.new_text,
        Some(Private::new("Hello, where is my order 10412?"))
    );
    assert!(!head.is_sent() && !message.is_automatic && !message.has_html);
}

#[test]
fn the_example_message_is_read_in_a_list_and_in_a_thread() {
    let event = example();
    let page = json!({"count": 1, "limit": 100, "messages": [event["message"]]});
    let page = read_page(&page, &inbox(), None).unwrap();
    assert_eq!((page.messages.len(), page.next), (1, None));

    let mut whole = event["thread"].clone();
    let reply = json!({"inbox_id": "support@shop.example", "thread_id": THREAD,
        "message_id": "<0100018f@agentmail.to>", "labels": ["sent", "delivered"],
        "timestamp": "2026-03-02T10:02:00.000Z", "from": "Shop <support@shop.example>",
        "to": ["ana@example.com"], "in_reply_to": "<abc1@mail.example>",
        "references": ["<abc1@mail.example>"], "text": "Hi Ana", "size": 400});
    whole["messages"] = json!([event["message"], reply]);
    whole["count"] = json!(2);
    let id: ThreadId = THREAD.parse().unwrap();
    let thread = thread::read(&whole, &inbox(), &id, None).unwrap();
    assert_eq!((thread.messages.len(), thread.message_count), (2, Some(1)));
    let first = self::id();
    let replies: Vec<_> = thread.replies_to(&first).collect();
    assert_eq!(replies.len(), 1);
    assert_eq!(replies[0].head.id.as_str(), "<0100018f@agentmail.to>");
}

#[test]
fn the_example_event_hints_at_its_message() {
    // Signed by another implementation of the same formula: Python's HMAC over `id.timestamp.body`.
    let headers = webhook::Headers::find([
        ("svix-id", &b"msg_ev1"[..]),
        ("svix-timestamp", b"1772445601"),
        (
            "svix-signature",
            b"v1,8zTO+cRCcdrKui6lUgFh9vs5r6Ww+PvQbTMpvRURcDM=",
        ),
    ])
    .unwrap();
    let secret = "whsec_ZGVtby1zZWNyZXQtMzItYnl0ZXMtbG9uZy0wMDAwMDA=".into();
    let now = "2026-03-02T10:00:05Z".parse().unwrap();
    let hint = webhook::hint(&secret, headers, EVENT.as_bytes(), now).unwrap();
    assert_eq!(hint.event_id, "evt_7Q2");
    assert_eq!(hint.inbox, Some(inbox()));
    assert_eq!(hint.message, Some(id()));
    assert_eq!(hint.thread.unwrap().as_str(), THREAD);
}

#[test]
fn the_whole_text_stands_in_for_new_text_that_the_vendor_did_not_find() {
    let mut event = example();
    let object = event["message"].as_object_mut().unwrap();
    object.remove("extracted_text");
    object.insert("text".to_owned(), json!("New.\n> old"));
    let read =
        |value: &Value| message::read_message(&Object::new("", value).unwrap(), &inbox()).unwrap();
    let message = read(&event["message"]);
    assert_eq!(message.new_text, Some(Private::new("New.\n> old")));
    event["message"]["extracted_text"] = json!("New.");
    assert_eq!(read(&event["message"]).new_text, Some(Private::new("New.")));
    let object = event["message"].as_object_mut().unwrap();
    object.remove("extracted_text");
    object.remove("text");
    object.insert("html".to_owned(), json!("<p>Hi</p>"));
    let message = read(&event["message"]);
    assert!(message.new_text.is_none() && message.has_html);
}
