//! Stopped or killed and started again, it is the same shop with the same past.

use std::fs;

use crate::common::{
    a_product, acts, again, begin, client, eur, hours, options_at, refund_of, some_orders, start,
    state, strike_for,
};
use homeostat_model::Money;
use homeostat_sandbox::serve;
use homeostat_vendors::shopify::{
    DiscountValue, InventorySet, NewDiscount, NewPrice, Paging, ProductChange, ProductStatus,
    Updated,
};

#[tokio::test]
async fn a_restart_keeps_refunds_and_what_their_keys_were_for() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = client(&handle);
    let order = some_orders(&one).await.remove(0);
    let refund = refund_of(&order, 1_000_000, "kept");
    strike_for(&handle, "refund_create", "settle_badly", 5_000).await;
    let made = one.refund_create(&refund, "key", "r").await.unwrap().value;
    let over = refund_of(&order, order.total.amount_micros * 2, "");
    assert!(one.refund_create(&over, "in-vain", "").await.is_err());
    handle.clock().advance(hours(5));
    let before = (again(&one, &order).await, acts(&handle));
    handle.shutdown().await.unwrap();

    let handle = serve(options_at(dir.path(), begin().plus(hours(5))))
        .await
        .unwrap();
    let two = client(&handle);
    assert_eq!((again(&two, &order).await, acts(&handle)), before);
    let repeated = two.refund_create(&refund, "key", "").await.unwrap();
    assert_eq!(repeated.value.id, made.id);
    let spent = two.refund_create(&over, "in-vain", "").await.unwrap_err();
    assert!(
        spent.to_string().contains("PREVIOUS_ATTEMPT_FAILED"),
        "{spent}"
    );
    assert_eq!(acts(&handle), before.1);
}

#[tokio::test]
async fn a_restart_keeps_stock_and_products() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = client(&handle);
    let places = one.locations_page(&Paging::first(1)).await.unwrap().value;
    let location = places.items[0].id;
    let product = a_product(&one).await;
    let (variant, item) = (product.variants[0].id, product.variants[0].inventory_item);
    let level = one
        .inventory_level(item, location)
        .await
        .unwrap()
        .value
        .unwrap();
    let set = InventorySet {
        item,
        location,
        available: 7,
        change_from: level.available,
        reason: "correction",
    };
    one.inventory_set(&set, "stock", "").await.unwrap();
    let change = ProductChange {
        title: None,
        status: Some(ProductStatus::Draft),
    };
    one.product_update(product.id, &change, "").await.unwrap();
    let price = NewPrice {
        product: product.id,
        variant,
        price: Money::from_micros(9_990_000, eur()),
    };
    one.variant_price_set(&price, "").await.unwrap();
    let before = one.product(product.id, eur()).await.unwrap().value;
    handle.shutdown().await.unwrap();

    let handle = start(dir.path()).await;
    let two = client(&handle);
    assert_eq!(two.product(product.id, eur()).await.unwrap().value, before);
    let level = two.inventory_level(item, location).await.unwrap().value;
    assert_eq!(level.unwrap().available, 7);
    two.inventory_set(&set, "stock", "").await.unwrap();
    assert_eq!(acts(&handle).len(), 3);
}

#[tokio::test]
async fn a_restart_keeps_codes_subscriptions_and_operations() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = client(&handle);
    let discount = NewDiscount {
        title: "t".into(),
        code: "KEPT".into(),
        value: DiscountValue::BasisPoints(500),
        usage_limit: None,
        once_per_customer: false,
        starts_at: begin(),
        ends_at: None,
    };
    one.discount_code_create(&discount, "").await.unwrap();
    let uri = "https://hooks.example/";
    one.subscribe("ORDERS_PAID", uri, "").await.unwrap();
    let bulk = one.bulk_orders_run(Updated::default()).await.unwrap().value;
    handle.shutdown().await.unwrap();

    let handle = serve(options_at(dir.path(), begin().plus(hours(5))))
        .await
        .unwrap();
    let two = client(&handle);
    let found = two.discount_by_code("kept").await.unwrap().value;
    assert!(found.is_some());
    let subscriptions = two.subscriptions_page(&Paging::first(9)).await.unwrap();
    assert_eq!(subscriptions.value.items[0].uri, uri);
    assert!(state(&two, bulk).await.file.is_some());
}

#[tokio::test]
async fn a_line_torn_by_a_kill_was_never_confirmed() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = client(&handle);
    let order = some_orders(&one).await.remove(0);
    for (key, note) in [("a", "kept"), ("b", "torn")] {
        one.refund_create(&refund_of(&order, 1_000_000, note), key, "")
            .await
            .unwrap();
    }
    handle.shutdown().await.unwrap();
    let path = dir.path().join("shopify.jsonl");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 5]).unwrap();
    let handle = start(dir.path()).await;
    let read = again(&client(&handle), &order).await;
    let notes: Vec<_> = read
        .refunds
        .iter()
        .map(|refund| refund.note.as_deref())
        .collect();
    assert_eq!(notes, [Some("kept")]);
    assert_eq!(acts(&handle).len(), 1);
}
