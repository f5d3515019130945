//! Every fault gives the right class of error, and the books say what happened.

use std::collections::BTreeSet;

use crate::common::{
    acts, begin, client, http, options_at, refund_of, some_orders, start, strike, strike_for,
};
use homeostat_model::{Classify, Fault};
use homeostat_sandbox::{Act, FaultPlan, Preset, serve};
use homeostat_vendors::shopify::{Error, Meaning, Needs, Paging, Updated};
use jiff::SignedDuration;

#[tokio::test]
async fn a_write_without_a_clear_answer_is_unknown_and_a_clear_one_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let order = some_orders(&client).await.remove(0);
    let cases = [
        ("lose_reply", Fault::UnknownOutcome, None, 1),
        ("lose_request", Fault::UnknownOutcome, None, 0),
        ("error_before", Fault::UnknownOutcome, None, 0),
        ("error_after", Fault::UnknownOutcome, None, 1),
        ("land_late", Fault::UnknownOutcome, None, 1),
        ("unavailable_text", Fault::UnknownOutcome, None, 0),
        ("throttle_account", Fault::Transient, None, 0),
        ("token_dead", Fault::Permanent, Some(Needs::Operator), 0),
        ("blocked", Fault::Permanent, Some(Needs::Human), 0),
        ("throttle", Fault::Transient, None, 0),
    ];
    for (fault, class, needs, done) in cases {
        strike_for(&handle, "refund_create", fault, 1).await;
        let before = acts(&handle).len();
        let refund = refund_of(&order, 1_000_000, fault);
        let error = client
            .refund_create(&refund, fault, fault)
            .await
            .unwrap_err();
        assert_eq!(
            (error.fault(), error.needs()),
            (class, needs),
            "{fault}: {error}"
        );
        let acts = acts(&handle);
        assert_eq!(acts.len(), before + done, "{fault}");
        assert!(
            acts[before..].iter().all(|act| act.fault.is_some()),
            "{fault}"
        );
    }
}

#[tokio::test]
async fn the_same_troubles_of_a_read_are_transient() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    for fault in [
        "lose_reply",
        "lose_request",
        "error_before",
        "unavailable_text",
        "partial_answer",
    ] {
        strike(&handle, "orders", fault).await;
        let error = client
            .orders_page(Updated::default(), &Paging::first(5))
            .await
            .unwrap_err();
        assert_eq!(error.fault(), Fault::Transient, "{fault}: {error}");
    }
}

#[tokio::test]
async fn requests_that_are_none_get_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let graph = "/shopify/aurora/admin/api/2026-10/graphql.json";
    let deep = format!(r#"{{"query":"{}"}}"#, "{".repeat(50_000));
    for (path, body, told) in [
        (graph, "", "400"),
        (graph, "[]", "400"),
        (graph, r#"{"query":7}"#, "400"),
        (graph, r#"{"query":"{ themes { id } }"}"#, "undefinedField"),
        (graph, deep.as_str(), "undefinedField"),
        (
            graph,
            r#"{"query":"query { order { id } }","variables":{"id":"gid://shopify/Refund/1"}}"#,
            "INVALID_VARIABLE",
        ),
        (
            graph,
            r#"{"query":"query { orders { id } }","variables":{"first":5,"query":"tag:x"}}"#,
            "BAD_REQUEST",
        ),
        (
            graph,
            r#"{"query":"query { orders { id } }","variables":{"first":5,"after":"x"}}"#,
            "INVALID_VARIABLE",
        ),
        (
            "/shopify/nobody/admin/api/2026-10/graphql.json",
            r#"{"query":"{ shop { name } }"}"#,
            "404",
        ),
        ("/shopify/aurora/elsewhere", "", "404"),
        (
            "/shopify/aurora/admin/oauth/access_token",
            "grant_type=client_credentials&client_id=x",
            "invalid_client",
        ),
    ] {
        let reply = http(&handle, "POST", path, body).await;
        assert!(reply.contains(told), "{path} {told}: {reply}");
    }
    assert!(acts(&handle).is_empty());
}

/// How often a refund is tried under the storm.
const TRIES: usize = 20;

#[tokio::test]
async fn a_storm_of_faults_moves_each_refund_once_and_never_more_than_was_paid() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options_at(dir.path(), begin());
    let mut plan = FaultPlan::preset(Preset::Harsh);
    (plan.land_late_ms, plan.slow_ms) = ((1, 5), (1, 5));
    (plan.lag_ms, plan.throttle_ms) = ((1, 5), (1, 5));
    options.faults = plan;
    let handle = serve(options).await.unwrap();
    let client = client(&handle);
    let mut orders = Vec::new();
    while orders.is_empty() {
        let paging = Paging::first(12);
        let page = client.orders_page(Updated::default(), &paging).await;
        orders = page.map(|reply| reply.value.items).unwrap_or_default();
    }
    let mut done = 0;
    // Three thirds of each order, and a fourth one that is too much.
    let parts = orders
        .iter()
        .flat_map(|order| (0..4).map(move |part| (order, part)));
    for (order, part) in parts {
        let third = order.total.amount_micros / 3 / 10_000 * 10_000;
        let key = format!("{}-{part}", order.id.number());
        let refund = refund_of(order, third, &key);
        for _ in 0..TRIES {
            let tried = client.refund_create(&refund, &key, &key).await;
            handle.clock().advance(SignedDuration::from_secs(1));
            match tried {
                Ok(_) => done += 1,
                Err(Error::Refused { refusal, .. }) if refusal.meaning == Meaning::Invalid => {}
                Err(_) => continue,
            }
            break;
        }
    }
    assert!(done >= orders.len() * 3, "{done} of {}", orders.len() * 4);
    let acts = acts(&handle);
    let moved: Vec<&Act> = acts.iter().filter(|act| act.applied).collect();
    let keys: BTreeSet<&str> = moved.iter().map(|act| act.request_id.as_str()).collect();
    assert_eq!(keys.len(), moved.len(), "a key moved money twice");
    for order in &orders {
        let id = order.id.to_string();
        let refunds = moved.iter().filter(|act| act.object == id);
        let refunds = refunds.map(|act| &act.detail["what"]["refund"]);
        // What failed later was left to be given back again.
        let arrived = refunds.filter(|refund| refund["fails"] == false);
        let sum: i64 = arrived
            .filter_map(|refund| refund["amount_micros"].as_i64())
            .sum();
        assert!(
            sum > 0 && sum <= order.total.amount_micros,
            "{sum} of {}",
            order.total
        );
    }
}
