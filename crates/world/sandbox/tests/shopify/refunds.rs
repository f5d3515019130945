//! Money goes back once per key, never more than is left, and shows whether it arrived.

use crate::common::{
    acts, again, client, config, eur, hours, http, refund_of, some_orders, start, strike,
    strike_for,
};
use homeostat_model::{Classify, Fault, Money};
use homeostat_vendors::shopify::{
    Client, FinancialStatus, Meaning, RefundLine, Restock, TransactionKind, TransactionStatus,
};

#[tokio::test]
async fn a_refund_is_suggested_made_and_read_back_by_its_note() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let order = some_orders(&client).await.remove(0);
    let suggested = client
        .suggested_refund(order.id)
        .await
        .unwrap()
        .value
        .unwrap();
    assert!(suggested.is_refundable);
    assert_eq!(suggested.amount, Some(order.total));
    assert_eq!(suggested.payments[0].parent, Some(order.transactions[0].id));

    let mut refund = refund_of(&order, 10_500_000, "Damaged [hx7f3a]");
    refund.lines = vec![RefundLine {
        id: order.line_items[0].id,
        quantity: 1,
        restock: Restock::NoRestock,
    }];
    let made = client
        .refund_create(&refund, "key-1", "effect-1")
        .await
        .unwrap();
    assert_eq!(made.value.total.amount_micros, 10_500_000);
    assert_eq!(
        made.value.financial_status,
        Some(FinancialStatus::PartiallyRefunded)
    );
    assert!(made.cost.is_some());

    let read = again(&client, &order).await;
    assert_eq!(read.refunds[0].id, made.value.id);
    assert_eq!(read.refunds[0].note.as_deref(), Some("Damaged [hx7f3a]"));
    assert_eq!(read.total_refunded.amount_micros, 10_500_000);
    let before = order.line_items[0].refundable_quantity;
    assert_eq!(read.line_items[0].refundable_quantity, before - 1);
    let back = read.transactions.last().unwrap();
    assert_eq!(
        (&back.kind, &back.status),
        (&TransactionKind::Refund, &TransactionStatus::Success)
    );
    let acts = acts(&handle);
    assert_eq!(
        (acts[0].act.as_str(), acts[0].request_id.as_str()),
        ("refund_create", "effect-1")
    );
    assert_eq!((acts[0].from.as_str(), acts[0].to.as_str()), ("0", "1050"));
}

#[tokio::test]
async fn more_than_is_left_is_refused_and_nothing_moves() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let order = some_orders(&client).await.remove(0);
    let whole = order.total.amount_micros;
    client
        .refund_create(&refund_of(&order, whole - 1_000_000, ""), "a", "")
        .await
        .unwrap();
    let over = refund_of(&order, 1_010_000, "");
    let error = client.refund_create(&over, "b", "").await.unwrap_err();
    assert_eq!(
        (error.meaning(), error.fault()),
        (Some(Meaning::Invalid), Fault::Permanent)
    );
    assert!(
        error.to_string().contains("transactions.0.amount"),
        "{error}"
    );
    // The key is spent on it.
    let spent = client.refund_create(&over, "b", "").await.unwrap_err();
    assert!(
        spent.to_string().contains("PREVIOUS_ATTEMPT_FAILED"),
        "{spent}"
    );
    client
        .refund_create(&refund_of(&order, 1_000_000, ""), "c", "")
        .await
        .unwrap();
    let read = again(&client, &order).await;
    assert_eq!(read.financial_status, Some(FinancialStatus::Refunded));
    let suggested = client
        .suggested_refund(order.id)
        .await
        .unwrap()
        .value
        .unwrap();
    assert!(!suggested.is_refundable);
    let moved = acts(&handle).into_iter().filter(|act| act.applied).count();
    assert_eq!(moved, 2);
}

#[tokio::test]
async fn a_key_gives_the_first_result_for_a_day_and_takes_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let order = some_orders(&client).await.remove(0);
    let refund = refund_of(&order, 1_000_000, "one");
    let first = client
        .refund_create(&refund, "same", "")
        .await
        .unwrap()
        .value;
    let second = client
        .refund_create(&refund, "same", "")
        .await
        .unwrap()
        .value;
    assert_eq!(first.id, second.id);
    let other = refund_of(&order, 2_000_000, "one");
    let error = client.refund_create(&other, "same", "").await.unwrap_err();
    assert!(error.to_string().contains("PARAMETER_MISMATCH"), "{error}");
    assert_eq!(error.fault(), Fault::UnknownOutcome);
    assert_eq!(acts(&handle).len(), 1);
    // After a day the key is forgotten: only the read-back tells.
    handle.clock().advance(hours(25));
    let third = client
        .refund_create(&refund, "same", "")
        .await
        .unwrap()
        .value;
    assert_ne!(first.id, third.id);
    assert_eq!(again(&client, &order).await.refunds.len(), 2);
}

#[tokio::test]
async fn a_lost_reply_is_made_good_by_the_same_key() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let order = some_orders(&client).await.remove(0);
    let refund = refund_of(&order, 1_000_000, "one");
    for (nth, fault) in [
        "lose_reply",
        "error_after",
        "unavailable_text",
        "lose_request",
    ]
    .iter()
    .enumerate()
    {
        let key = format!("key-{nth}");
        strike(&handle, "refund_create", fault).await;
        let error = client.refund_create(&refund, &key, "").await.unwrap_err();
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{fault}: {error}");
        client.refund_create(&refund, &key, "").await.unwrap();
        assert_eq!(acts(&handle).len(), nth + 1, "{fault}");
    }
}

#[tokio::test]
async fn a_request_that_is_in_progress_may_have_been_done() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let order = some_orders(&client).await.remove(0);
    strike(&handle, "refund_create", "in_progress").await;
    let refund = refund_of(&order, 1_000_000, "one");
    let error = client.refund_create(&refund, "k", "").await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::InProgress));
    assert_eq!(error.fault(), Fault::UnknownOutcome);
    client.refund_create(&refund, "k", "").await.unwrap();
}

#[tokio::test]
async fn a_pending_refund_arrives_or_fails_and_what_failed_can_be_given_back_again() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let mut orders = some_orders(&client).await.into_iter();
    for (fault, end) in [
        ("settle_later", TransactionStatus::Success),
        ("settle_badly", TransactionStatus::Failure),
    ] {
        let order = orders.next().unwrap();
        strike_for(&handle, "refund_create", fault, 1_000).await;
        let refund = refund_of(&order, order.total.amount_micros, "all");
        let made = client
            .refund_create(&refund, fault, "")
            .await
            .unwrap()
            .value;
        assert_eq!(made.transactions[0].status, TransactionStatus::Pending);
        let pending = again(&client, &order).await;
        assert_eq!(
            pending.total_refunded, order.total,
            "pending money is not left"
        );
        handle.clock().advance(hours(1));
        let settled = again(&client, &order).await;
        assert_eq!(settled.transactions.last().unwrap().status, end);
        assert!(settled.updated_at > pending.updated_at);
        let failed = end == TransactionStatus::Failure;
        assert_eq!(settled.total_refunded == Money::zero(eur()), failed);
    }
}

#[tokio::test]
async fn without_the_directive_nothing_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let order = some_orders(&client(&handle)).await.remove(0);
    let input = format!(
        r#"{{"orderId":"{}","transactions":[{{"orderId":"{}","parentId":"{}","gateway":"shopify_payments","kind":"REFUND","amount":"1.00"}}]}}"#,
        order.id, order.id, order.transactions[0].id
    );
    let bare = "mutation R($input: RefundInput!) { refundCreate(input: $input) { refund { id } userErrors { message } } }";
    let body = format!(r#"{{"query":"{bare}","variables":{{"input":{input}}}}}"#);
    for (version, done) in [("2026-10", 0), ("2026-01", 1)] {
        let path = format!("/shopify/aurora/admin/api/{version}/graphql.json");
        let reply = http(&handle, "POST", &path, &body).await;
        assert_eq!(reply.contains("@idempotent"), done == 0, "{reply}");
        assert_eq!(acts(&handle).len(), done);
    }
}

#[tokio::test]
async fn what_the_shop_does_not_know_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = client(&handle);
    let order = some_orders(&one).await.remove(0);
    let mut stranger = refund_of(&order, 1_000_000, "");
    stranger.order = homeostat_vendors::shopify::OrderId::from_number(9);
    assert!(one.refund_create(&stranger, "a", "").await.is_err());
    let mut other = refund_of(&order, 1_000_000, "");
    other.gateway = "paypal".into();
    let error = one.refund_create(&other, "b", "").await.unwrap_err();
    assert!(error.to_string().contains("gateway"), "{error}");
    // Another shop does not know the order.
    let mut elsewhere = config(&handle);
    elsewhere.endpoint.base_url = handle.shopify_url("borealis");
    let elsewhere = Client::new(elsewhere).unwrap();
    let error = elsewhere
        .refund_create(&refund_of(&order, 1_000_000, ""), "c", "")
        .await;
    assert!(error.unwrap_err().to_string().contains("does not exist"));
    assert!(acts(&handle).iter().all(|act| !act.applied));
}
