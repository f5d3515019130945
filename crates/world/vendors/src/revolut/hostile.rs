//! Replies nobody promised: no panic, an error that names the field, and never a false "paid".

use std::sync::LazyLock;

use homeostat_model::{Classify, Fault};
use proptest::prelude::*;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{
    CallKind, Client, Error, Page, PaymentState, Query, account, counterparty, faults,
    json as numbers, pay, query, stub, transaction,
};
use crate::{
    transport::Raw,
    wire::{Object, WireError},
};

const ID: &str = "69c2f0a1-1b2c-4d3e-8f90-a1b2c3d4e5f6";

/// One for all cases: it is made once.
fn client() -> &'static Client {
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let mut config = stub::config();
        config.webhook_secrets = vec!["very-secret-wsk".into()];
        Client::new(config).unwrap()
    });
    &CLIENT
}

fn judge(kind: CallKind, http_status: u16, body: &[u8]) -> Result<Value, Error> {
    let raw = Raw {
        http_status,
        headers: HeaderMap::new(),
        body: body.to_vec(),
    };
    client().judge(kind, &raw, &"very-secret-access".into(), faults::meaning)
}

/// As the client sees it: with its numbers as text.
fn seen(body: &Value) -> Value {
    numbers::read(body.to_string().as_bytes()).unwrap()
}

fn row(nth: usize, created_at: &str) -> Value {
    json!({
        "id": format!("69c2f0a1-1b2c-4d3e-8f90-{nth:012}"),
        "type": "transfer", "request_id": "inv-1", "state": "completed",
        "created_at": created_at, "updated_at": created_at,
        "legs": [{"leg_id": ID, "amount": -1.5, "currency": "EUR", "account_id": ID}],
    })
}

fn page(rows: Vec<Value>, query: &Query) -> Result<Page, WireError> {
    query::page(&seen(&Value::from(rows)), query)
}

fn of(count: u16, to: Option<&str>) -> Query {
    Query {
        to: to.map(|to| homeostat_model::WorldTime(to.parse().unwrap())),
        count,
        ..Query::default()
    }
}

#[test]
fn a_wrong_field_is_named() {
    let good = row(1, "2026-03-01T00:00:00Z");
    assert!(page(vec![good.clone()], &of(2, None)).is_ok());
    let mut cases = Vec::new();
    let mut wrong = |path: &str, value: Value, field: &'static str| {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap() = value;
        cases.push((bad, field));
    };
    wrong("/id", json!("../accounts"), "[0].id");
    wrong("/type", Value::Null, "[0].type");
    wrong("/state", Value::Null, "[0].state");
    wrong("/created_at", json!("yesterday"), "[0].created_at");
    wrong("/updated_at", json!("2026-13-01"), "[0].updated_at");
    wrong("/request_id", json!([]), "[0].request_id");
    wrong("/legs", json!({}), "[0].legs");
    wrong("/legs/0", json!(7), "[0].legs[0]");
    wrong("/legs/0/amount", Value::Null, "[0].legs[0].amount");
    wrong("/legs/0/amount", json!("1,5"), "[0].legs[0].amount");
    wrong("/legs/0/amount", json!(1e300), "[0].legs[0].amount");
    wrong("/legs/0/amount", json!(0.000_000_1), "[0].legs[0].amount");
    wrong("/legs/0/currency", json!("eur"), "[0].legs[0].currency");
    wrong("/legs/0/currency", json!("DOGE"), "[0].legs[0].currency");
    wrong("/legs/0/account_id", json!("1"), "[0].legs[0].account_id");
    for (bad, field) in cases {
        let error = page(vec![bad.clone()], &of(2, None)).unwrap_err();
        assert_eq!(error.field, field, "{bad}: {error}");
        // Beside a good one it is counted.
        let both = page(vec![bad, row(2, "2026-03-01T00:00:00Z")], &of(3, None)).unwrap();
        assert_eq!((both.transactions.len(), both.unreadable), (1, 1));
    }
    assert_eq!(
        query::page(&json!({}), &of(2, None)).unwrap_err().field,
        "body"
    );
}

#[test]
fn a_payment_is_accepted_only_when_the_reply_says_so() {
    let good = json!({"id": ID, "state": "created", "created_at": "2026-03-01T00:00:00Z"});
    assert!(pay::paid(&good).is_ok());
    for (name, value) in [
        ("id", Value::Null),
        ("id", json!("1")),
        ("state", Value::Null),
        ("state", json!({})),
        ("created_at", Value::Null),
        ("created_at", json!("now")),
        ("completed_at", json!("then")),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        let error = pay::paid(&bad).unwrap_err();
        assert_eq!(error.field, name);
        let error: Error = Error::unexpected(CallKind::Write, error);
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{bad}");
    }
    let mut new = good.clone();
    new["state"] = json!("awaiting_review");
    let paid = pay::paid(&new).unwrap();
    assert_eq!(paid.state, PaymentState::Unknown("awaiting_review".into()));
    let strange: [&[u8]; 6] = [
        b"",
        b"OK",
        b"<html>",
        b"{\"id\":",
        b"\xff\xfe",
        b"{\"a\":1-2}",
    ];
    for body in strange {
        for status in [200, 204, 302, 400, 404, 500, 502] {
            let error = judge(CallKind::Write, status, body).unwrap_err();
            assert_eq!(error.fault(), Fault::UnknownOutcome, "{status} {body:?}");
        }
    }
    // An error without a text of its own says no more.
    let error = judge(CallKind::Write, 400, b"{\"problem\":7}").unwrap_err();
    assert_eq!(error.fault(), Fault::UnknownOutcome);
}

#[test]
fn credentials_echoed_by_the_vendor_do_not_reach_our_text() {
    let echo = "very-secret-refresh very-secret-access very-secret-wsk";
    let shaped = json!({"code": echo, "message": echo, "error_id": echo}).to_string();
    for body in [shaped, format!("<html>{echo}</html>")] {
        for status in [200, 400, 401, 502] {
            let Err(error) = judge(CallKind::Read, status, body.as_bytes()) else {
                continue;
            };
            let told = format!("{error} {error:?}");
            assert!(!told.contains("very-secret"), "{told}");
        }
    }
    let long = json!({"code": 1, "message": "x".repeat(100_000)}).to_string();
    let error = judge(CallKind::Read, 400, long.as_bytes()).unwrap_err();
    assert!(error.to_string().len() < 500);
}

#[test]
fn a_full_page_leads_on_from_its_oldest_instant_and_repeats_it() {
    let (late, early) = ("2026-03-02T00:00:00Z", "2026-03-01T00:00:00.000001Z");
    let rows = vec![row(1, late), row(2, early), row(3, early)];
    let told = page(rows.clone(), &of(3, None)).unwrap();
    let next = told.next.map(|next| next.to_string());
    assert_eq!(next.as_deref(), Some("2026-03-01T00:00:00.000002Z"));
    assert_eq!(page(rows.clone(), &of(4, None)).unwrap().next, None);
    let doubled = vec![row(1, late), row(1, late)];
    assert_eq!(page(doubled, &of(3, None)).unwrap().transactions.len(), 1);
    // A page of one instant would be asked for again and again.
    let stuck = page(
        rows[1..].to_vec(),
        &of(2, Some("2026-03-01T00:00:00.000002Z")),
    );
    assert!(stuck.unwrap_err().problem.contains("count above 2"));
    assert_eq!(page(Vec::new(), &of(1, None)).unwrap().next, None);
}

#[test]
fn a_payment_is_not_found_missing_on_a_list_that_may_not_be_whole() {
    let id = "inv-1".parse().unwrap();
    let at = "2026-03-01T00:00:00Z";
    let found = |rows, query: &Query| query::found(page(rows, query).unwrap(), &id);
    assert_eq!(found(vec![row(1, at)], &of(2, None)).unwrap().len(), 1);
    assert!(found(Vec::new(), &of(2, None)).unwrap().is_empty());
    let mut other = row(2, at);
    other["request_id"] = json!("inv-2");
    assert!(found(vec![other.clone()], &of(2, None)).unwrap().is_empty());
    assert!(found(vec![other], &of(1, None)).is_err());
    let damaged = json!({"id": 7});
    assert!(found(vec![damaged, row(1, at)], &of(3, None)).is_err());
}

/// JSON of any shape, often with the names that are looked for.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[0-9eE.+-]{0,30}".prop_map(Value::from),
        prop_oneof![
            Just("EUR"),
            Just("2026-03-01T00:00:00Z"),
            Just("completed"),
            Just(ID)
        ]
        .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        Just("id"),
        Just("state"),
        Just("type"),
        Just("name"),
        Just("code"),
        Just("message"),
        Just("error"),
        Just("created_at"),
        Just("legs"),
        Just("amount"),
        Just("balance"),
        Just("currency"),
        Just("account_id"),
        Just("counterparty"),
        Just("accounts"),
        Just("request_id"),
    ]
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
        body in prop::collection::vec(any::<u8>(), 0..300),
        http_status in 200_u16..600,
    ) {
        let told = judge(CallKind::Write, http_status, &body);
        prop_assert!(told.is_err() || http_status < 300);
    }

    #[test]
    fn any_json_is_read_or_refused(body in any_json(), http_status in 200_u16..600) {
        let body = seen(&body);
        let _judged = judge(CallKind::Read, http_status, body.to_string().as_bytes());
        let _page = query::page(&body, &of(2, None));
        let _lists = (
            account::list(&body, account::read),
            account::list(&body, counterparty::read),
        );
        let _paid = pay::paid(&body);
        if let Ok(object) = Object::new("", &body) {
            let _read = (transaction::read(&object), account::read(&object), counterparty::read(&object));
        }
    }
}
