//! Replies nobody promised: no panic, an error that names the field, and never a false "done" or "not done".

use std::{sync::LazyLock, time::Duration};

use homeostat_model::{Classify, Fault};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    Client, Error, InventorySet, Meaning, NewPrice, Paging, ProductChange, bulk, bulk_orders,
    conformance::{client, eur, new_refund, order_node, raw, refund_answer},
    customer, discount, dispute,
    documents::{self, Document},
    inventory, order, page, product, refund, shop, subscription,
};
use crate::wire::Object;

/// One for all cases: it is made once.
static CLIENT: LazyLock<Client> = LazyLock::new(client);

fn refunded(http_status: u16, body: &str) -> Result<refund::Refunded, Error> {
    let read = |data: &Object<'_>| refund::refunded(data, &new_refund());
    let judged = CLIENT.judged(&documents::REFUND_CREATE, &raw(http_status, body), read);
    judged.map(|(refunded, _)| refunded)
}

fn asked(document: &Document, http_status: u16, body: &str) -> Error {
    let judged = CLIENT.judged(document, &raw(http_status, body), |_| Ok(()));
    judged.unwrap_err()
}

fn errors(code: &str) -> Value {
    json!([{"message": "Told", "extensions": {"code": code}}])
}

fn user_error(field: &Value, code: &Value, message: &str) -> Value {
    json!({"data": {"refundCreate": {"refund": null, "order": null,
        "userErrors": [{"field": field, "code": code, "message": message}]}}})
}

#[test]
fn a_throttled_call_was_not_processed_and_waits_for_its_points() {
    let body = json!({"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{
        "requestedQueryCost":518,"actualQueryCost":null,
        "throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":118,"restoreRate":100.0}}}});
    for http_status in [200, 429] {
        let error = refunded(http_status, &body.to_string()).unwrap_err();
        assert_eq!(error.fault(), Fault::Transient);
        assert_eq!(error.wait(), Some(Duration::from_secs(4)), "{http_status}");
    }
    for body in ["", "<html>Too Many Requests</html>", "{}"] {
        let error = refunded(429, body).unwrap_err();
        assert_eq!(error.wait(), Some(Duration::from_secs(1)), "{body}");
    }
    let mut told = raw(429, "");
    told.headers.insert("retry-after", "2.0".parse().unwrap());
    let error = CLIENT
        .judged(&documents::ORDER, &told, |_| Ok(()))
        .unwrap_err();
    assert_eq!(error.wait(), Some(Duration::from_secs(2)));
}

#[test]
fn a_write_is_done_only_when_the_reply_says_so() {
    assert!(refunded(200, &refund_answer().to_string()).is_ok());
    let strange = [
        "",
        "<html>",
        "Service Unavailable",
        "{\"data\":",
        "[]",
        "7",
        "null",
        "{}",
        "{\"data\": null}",
        "{\"data\": {}}",
        "{\"data\": {\"refundCreate\": null}}",
        "{\"data\": {\"refundCreate\": {}}}",
        "{\"data\": {\"refundCreate\": {\"userErrors\": []}}}",
        "{\"data\": {\"refundCreate\": {\"userErrors\": null, \"refund\": null}}}",
    ];
    for (http_status, body) in [200, 500, 502]
        .iter()
        .flat_map(|s| strange.map(|b| (*s, b)))
    {
        let error = refunded(http_status, body).unwrap_err();
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{http_status} {body}");
    }
    for (path, value) in [
        (
            "/data/refundCreate/refund/id",
            json!("gid://shopify/Order/1"),
        ),
        (
            "/data/refundCreate/refund/totalRefundedSet/shopMoney/currencyCode",
            json!("USD"),
        ),
        (
            "/data/refundCreate/refund/totalRefundedSet/shopMoney/amount",
            json!("-1.0"),
        ),
        (
            "/data/refundCreate/order/id",
            json!("gid://shopify/Order/5502"),
        ),
        ("/data/refundCreate/order", Value::Null),
    ] {
        let mut body = refund_answer();
        *body.pointer_mut(path).unwrap() = value;
        let error = refunded(200, &body.to_string()).unwrap_err();
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{path}");
        let named = path.trim_start_matches('/').replace('/', ".");
        assert!(error.to_string().contains(&named), "{named}: {error}");
    }
}

#[test]
fn errors_beside_or_inside_a_writes_payload_leave_the_outcome_open() {
    let mut beside = refund_answer();
    beside["errors"] = errors("ACCESS_DENIED");
    let inside = json!({"data": null, "errors": [{"message": "denied", "path": ["refundCreate", "order", "displayFinancialStatus"],
        "extensions": {"code": "ACCESS_DENIED"}}]});
    let user = json!({"data": {"refundCreate": {"refund": {"id": "gid://shopify/Refund/301"},
        "userErrors": [{"field": null, "message": "half done"}]}}});
    let internal = json!({"data": null, "errors": errors("INTERNAL_SERVER_ERROR")});
    let mixed = json!({"errors": [{"message": "denied", "extensions": {"code": "ACCESS_DENIED"}}, {"message": "odd"}]});
    for body in [beside, inside, user, internal, mixed] {
        let error = refunded(200, &body.to_string()).unwrap_err();
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{body}");
    }
    // Refused as a whole, it has not run.
    let outside = json!({"data": {"refundCreate": null}, "errors": [{"message": "denied", "path": ["refundCreate"],
        "extensions": {"code": "ACCESS_DENIED"}}]});
    let error = refunded(200, &outside.to_string()).unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::PermissionMissing));
}

#[test]
fn partial_data_of_a_read_is_no_answer() {
    let body = json!({"data": {"order": order_node()}, "errors": errors("ACCESS_DENIED")});
    let error = asked(&documents::ORDER, 200, &body.to_string());
    assert_eq!(error.meaning(), Some(Meaning::PermissionMissing));
    assert_eq!(error.fault(), Fault::Permanent);
}

#[test]
fn a_user_error_is_told_with_its_field_and_its_code_wherever_it_stands() {
    let refusal = |body: &Value| match refunded(200, &body.to_string()).unwrap_err() {
        Error::Refused { refusal, .. } => refusal,
        other => panic!("{other}"),
    };
    let over = refusal(&user_error(
        &json!(["input", "transactions", "0"]),
        &Value::Null,
        "too much",
    ));
    assert_eq!(over.message, "input.transactions.0: too much");
    assert_eq!((over.code.as_str(), over.meaning), ("", Meaning::Invalid));
    let taken = refusal(&user_error(&Value::Null, &json!("TAKEN"), "is taken"));
    assert!(taken.is_taken());
    for (code, message) in [
        (json!("IDEMPOTENCY_CONCURRENT_REQUEST"), "wait"),
        (Value::Null, "IDEMPOTENCY_CONCURRENT_REQUEST: wait"),
    ] {
        let told = refusal(&user_error(&Value::Null, &code, message));
        assert_eq!(told.meaning, Meaning::InProgress);
    }
    let top = json!({"errors": [{"message": "IDEMPOTENCY_CONCURRENT_REQUEST"}]});
    assert_eq!(refusal(&top).meaning, Meaning::InProgress);
    let spent = refusal(&user_error(
        &Value::Null,
        &Value::Null,
        "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
    ));
    assert!(spent.needs_new_key() && spent.meaning == Meaning::Invalid);
    let malformed = user_error(&json!([7]), &Value::Null, "x");
    assert_eq!(
        refunded(200, &malformed.to_string()).unwrap_err().fault(),
        Fault::UnknownOutcome
    );
}

#[test]
fn a_status_line_is_read_whatever_stands_below_it() {
    let table = [
        (
            401,
            "{\"errors\":\"[API] Invalid API key or access token\"}",
            Meaning::TokenDead,
        ),
        (401, "", Meaning::TokenDead),
        (402, "{\"errors\":\"Unavailable Shop\"}", Meaning::Blocked),
        (403, "<html>", Meaning::PermissionMissing),
        (404, "{\"errors\":\"Not Found\"}", Meaning::Invalid),
        (423, "", Meaning::Blocked),
        (
            400,
            "{\"errors\":{\"query\":\"Required parameter missing\"}}",
            Meaning::Invalid,
        ),
        (503, "", Meaning::Outage),
    ];
    for (http_status, body, meaning) in table {
        let error = refunded(http_status, body).unwrap_err();
        assert_eq!(error.meaning(), Some(meaning), "{http_status} {body}");
    }
    // Of these nobody says that it was the shop who answered.
    for http_status in [302, 400, 418] {
        let error = refunded(http_status, "<html>").unwrap_err();
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{http_status}");
    }
}

#[test]
fn credentials_echoed_by_the_vendor_do_not_reach_our_text() {
    let echo = "bad token very-secret-token";
    for (http_status, body) in [
        (401, json!({"errors": echo}).to_string()),
        (
            200,
            json!({"errors": [{"message": echo, "extensions": {"code": "very-secret-token"}}]})
                .to_string(),
        ),
        (
            200,
            user_error(&Value::Null, &json!("very-secret-token"), echo).to_string(),
        ),
        (200, format!("<html>{echo}</html>")),
    ] {
        let error = refunded(http_status, &body).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("very-secret"), "{told}");
    }
}

#[test]
fn a_wrong_field_of_an_order_is_named() {
    let cases = [
        ("/id", json!("gid://shopify/Refund/1"), "id"),
        ("/createdAt", json!("yesterday"), "createdAt"),
        ("/currencyCode", json!("eur"), "currencyCode"),
        (
            "/totalPriceSet/shopMoney/amount",
            json!(74.8),
            "totalPriceSet.shopMoney.amount",
        ),
        (
            "/totalPriceSet/shopMoney/amount",
            json!("74,80"),
            "totalPriceSet.shopMoney.amount",
        ),
        (
            "/totalPriceSet/shopMoney/amount",
            json!("9".repeat(60)),
            "totalPriceSet.shopMoney.amount",
        ),
        (
            "/totalPriceSet/shopMoney/currencyCode",
            json!("USD"),
            "totalPriceSet.shopMoney.currencyCode",
        ),
        (
            "/transactions/1/amountSet/shopMoney/currencyCode",
            json!("USD"),
            "transactions[1].amountSet.shopMoney.currencyCode",
        ),
        (
            "/refunds/0/totalRefundedSet",
            Value::Null,
            "refunds[0].totalRefundedSet",
        ),
        ("/refunds", Value::Null, "refunds"),
        (
            "/lineItems/nodes/0/quantity",
            json!(-1),
            "lineItems.nodes[0].quantity",
        ),
        (
            "/lineItems/nodes/0/quantity",
            json!("2"),
            "lineItems.nodes[0].quantity",
        ),
        ("/customer", json!("ada"), "customer"),
        ("/disputes/0", json!(7), "disputes[0]"),
        ("/test", json!("no"), "test"),
    ];
    for (path, value, field) in cases {
        let mut node = order_node();
        *node.pointer_mut(path).unwrap() = value;
        let error = order::read(&Object::new("", &node).unwrap()).unwrap_err();
        assert_eq!(error.field, field, "{error}");
    }
}

#[test]
fn an_unknown_status_is_kept_as_it_was_sent() {
    let mut node = order_node();
    for (path, value) in [
        ("/displayFinancialStatus", "HALF_PAID"),
        ("/displayFulfillmentStatus", "ON_THE_MOON"),
        ("/transactions/0/kind", "BARTER"),
        ("/disputes/0/status", "APPEALED"),
    ] {
        *node.pointer_mut(path).unwrap() = json!(value);
    }
    let read = order::read(&Object::new("", &node).unwrap()).unwrap();
    assert_eq!(read.financial_status.unwrap().as_str(), "HALF_PAID");
    assert_eq!(read.fulfillment_status.as_str(), "ON_THE_MOON");
    assert_eq!(read.transactions[0].kind.as_str(), "BARTER");
    assert_eq!(read.disputes[0].status.as_str(), "APPEALED");
}

#[test]
fn a_list_that_does_not_move_or_lies_about_its_end_is_an_error() {
    let page = |info: &Value, after: Option<&str>| {
        let body = json!({"orders": {"nodes": [], "pageInfo": info}});
        let data = Object::new("data", &body).unwrap();
        let paging = Paging {
            first: 10,
            after: after.map(str::to_owned),
        };
        page::read_page(&data, &documents::ORDERS, &paging, order::read)
    };
    assert_eq!(
        page(&json!({"hasNextPage": false, "endCursor": null}), None)
            .unwrap()
            .next,
        None
    );
    for (info, after) in [
        (json!({"hasNextPage": true, "endCursor": null}), None),
        (json!({"hasNextPage": true, "endCursor": ""}), None),
        (json!({"hasNextPage": true, "endCursor": "a"}), Some("a")),
        (
            json!({"hasNextPage": true, "endCursor": "a".repeat(5_000)}),
            None,
        ),
        (json!({"hasNextPage": "true", "endCursor": "a"}), None),
        (json!(null), None),
    ] {
        assert!(page(&info, after).is_err(), "{info}");
    }
}

#[test]
fn what_cannot_be_right_is_not_sent() {
    let field = |change: fn(&mut refund::NewRefund)| {
        let mut refund = new_refund();
        change(&mut refund);
        match refund.input().unwrap_err() {
            Error::Request { field, .. } => field,
            other => panic!("{other}"),
        }
    };
    assert_eq!(field(|r| r.amount.amount_micros = 0), "amount");
    assert_eq!(field(|r| r.amount.amount_micros = -1), "amount");
    assert_eq!(field(|r| r.amount.amount_micros = 24_901_000), "amount");
    assert_eq!(field(|r| r.gateway = " ".into()), "gateway");
    assert_eq!(field(|r| r.note = "n".repeat(256)), "note");
    assert_eq!(field(|r| r.lines[0].quantity = 0), "lines");
}

fn any_json() -> impl Strategy<Value = Value> {
    const NAMES: [&str; 24] = [
        "data",
        "errors",
        "message",
        "extensions",
        "code",
        "cost",
        "throttleStatus",
        "requestedQueryCost",
        "refundCreate",
        "refund",
        "userErrors",
        "field",
        "orders",
        "order",
        "nodes",
        "pageInfo",
        "hasNextPage",
        "endCursor",
        "id",
        "currencyCode",
        "totalPriceSet",
        "shopMoney",
        "amount",
        "status",
    ];
    const TEXTS: [&str; 5] = [
        "EUR",
        "THROTTLED",
        "gid://shopify/Order/5501",
        "2026-03-01T00:00:00Z",
        "PAID",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[0-9eE.+-]{0,30}".prop_map(Value::from),
        prop::sample::select(&TEXTS).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let name = prop::sample::select(&NAMES).prop_map(str::to_owned);
    leaf.prop_recursive(6, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_an_error(status in 100_u16..600, body in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&body);
        prop_assert!(refunded(status, &text).is_err());
    }

    #[test]
    fn any_json_is_read_or_refused(body in any_json()) {
        let _refunded = refunded(200, &body.to_string());
        let _lines = bulk_orders(&body.to_string());
        if let Ok(object) = Object::new("", &body) {
            let item = "gid://shopify/InventoryItem/1".parse().unwrap();
            let location = "gid://shopify/Location/1".parse().unwrap();
            let set = InventorySet { item, location, available: 1, change_from: 2, reason: "correction" };
            let id = "gid://shopify/Product/1".parse().unwrap();
            let price = NewPrice {
                product: id,
                variant: "gid://shopify/ProductVariant/1".parse().unwrap(),
                price: homeostat_model::Money::from_micros(1, eur()),
            };
            let _read = (order::read(&object), refund::suggested(&object), product::product(&object, eur()));
            let _read = (dispute::read(&object), customer::read(&object), discount::read(&object), shop::read(&object));
            let _read = (bulk::operation(&object).is_ok(), subscription::read(&object), inventory::level(&object));
            let _done = (inventory::was_set(&object, &set), product::priced(&object, &price));
            let _done = product::changed(&object, id, &ProductChange::default());
        }
    }
}
