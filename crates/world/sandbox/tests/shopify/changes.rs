//! Stock is set only if it is still what was read; products change for whoever writes last; a code exists once.

use crate::common::{acts, client, eur, hours, start, strike};
use homeostat_model::{Classify, Fault, Money};
use homeostat_vendors::shopify::{
    DiscountStatus, DiscountValue, Error, InventorySet, Meaning, NewDiscount, NewPrice, Paging,
    ProductChange, ProductStatus, Updated,
};

#[tokio::test]
async fn stock_is_set_only_if_it_is_still_what_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let location = client
        .locations_page(&Paging::first(1))
        .await
        .unwrap()
        .value
        .items[0]
        .id;
    let products = client
        .products_page(eur(), Updated::default(), &Paging::first(1))
        .await;
    let item = products.unwrap().value.items[0].variants[0].inventory_item;
    let read = || async {
        client
            .inventory_level(item, location)
            .await
            .unwrap()
            .value
            .unwrap()
    };
    let level = read().await;
    let set = InventorySet {
        item,
        location,
        available: level.available + 100,
        change_from: level.available,
        reason: "received",
    };
    client.inventory_set(&set, "k1", "effect-1").await.unwrap();
    assert_eq!(read().await.available, level.available + 100);
    // The same key gives the same answer, although the quantity is another now.
    client.inventory_set(&set, "k1", "").await.unwrap();
    let error = client.inventory_set(&set, "k2", "").await.unwrap_err();
    assert_eq!(
        (error.meaning(), error.fault()),
        (Some(Meaning::Stale), Fault::Permanent)
    );
    assert_eq!(acts(&handle).iter().filter(|act| act.applied).count(), 1);
    // What is sold afterwards is taken from it.
    handle.clock().advance(hours(48));
    assert!(read().await.available < level.available + 100);

    let negative = InventorySet {
        available: -1,
        change_from: read().await.available,
        ..set
    };
    let error = client.inventory_set(&negative, "k3", "").await.unwrap_err();
    assert!(
        error.to_string().contains("INVALID_QUANTITY_NEGATIVE"),
        "{error}"
    );
    strike(&handle, "inventory_set", "in_progress").await;
    let error = client.inventory_set(&negative, "k4", "").await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::InProgress));
}

#[tokio::test]
async fn a_product_and_its_price_change_for_whoever_writes_last() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let products = client
        .products_page(eur(), Updated::default(), &Paging::first(1))
        .await;
    let before = products.unwrap().value.items.remove(0);
    let change = ProductChange {
        title: Some("Linen, washed".into()),
        status: Some(ProductStatus::Archived),
    };
    let at = client
        .product_update(before.id, &change, "")
        .await
        .unwrap()
        .value;
    let price = NewPrice {
        product: before.id,
        variant: before.variants[0].id,
        price: Money::from_micros(31_500_000, eur()),
    };
    client.variant_price_set(&price, "").await.unwrap();
    let after = client
        .product(before.id, eur())
        .await
        .unwrap()
        .value
        .unwrap();
    assert_eq!(
        (after.title.as_str(), after.status),
        ("Linen, washed", ProductStatus::Archived)
    );
    assert_eq!(after.variants[0].price, price.price);
    assert!(after.updated_at >= at && after.updated_at > before.updated_at);
    // Setting it twice is no second change.
    client.variant_price_set(&price, "").await.unwrap();
    let applied: Vec<bool> = acts(&handle).iter().map(|act| act.applied).collect();
    assert_eq!(applied, [true, true, false]);
    for bad in [
        ProductChange::default(),
        ProductChange {
            title: None,
            status: Some(ProductStatus::Unknown("ASLEEP".into())),
        },
        ProductChange {
            title: Some(" ".into()),
            status: None,
        },
    ] {
        let error = client
            .product_update(before.id, &bad, "")
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Request { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_code_exists_once_however_it_is_spelt_and_can_be_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let wanted = NewDiscount {
        title: "Sorry".into(),
        code: "Sorry-7F3A".into(),
        value: DiscountValue::BasisPoints(1_000),
        usage_limit: Some(1),
        once_per_customer: true,
        starts_at: handle.clock().now(),
        ends_at: Some(handle.clock().now().plus(hours(48))),
    };
    strike(&handle, "discount_create", "lose_reply").await;
    let lost = client
        .discount_code_create(&wanted, "effect-9")
        .await
        .unwrap_err();
    assert_eq!(lost.fault(), Fault::UnknownOutcome);
    let again = NewDiscount {
        code: "SORRY-7f3a".into(),
        ..wanted.clone()
    };
    let Error::Refused { refusal, .. } = client.discount_code_create(&again, "").await.unwrap_err()
    else {
        panic!("must be refused");
    };
    assert!(refusal.is_taken());
    let found = client
        .discount_by_code("sorry-7f3a")
        .await
        .unwrap()
        .value
        .unwrap();
    assert_eq!(
        (found.status, found.usage_limit),
        (Some(DiscountStatus::Active), Some(1))
    );
    let stopped = client
        .discount_code_deactivate(found.id, "")
        .await
        .unwrap()
        .value;
    assert_eq!(stopped.status, Some(DiscountStatus::Expired));
    client.discount_code_deactivate(found.id, "").await.unwrap();
    assert_eq!(acts(&handle).len(), 2);
    assert_eq!(
        client.discount_by_code("another").await.unwrap().value,
        None
    );
    let fixed = NewDiscount {
        code: "FIVE".into(),
        value: DiscountValue::Amount(Money::from_micros(5_000_000, eur())),
        starts_at: handle.clock().now().plus(hours(1)),
        ends_at: None,
        ..wanted
    };
    let made = client.discount_code_create(&fixed, "").await.unwrap().value;
    assert_eq!(made.status, Some(DiscountStatus::Scheduled));
}

#[tokio::test]
async fn a_subscription_is_kept_and_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let uri = "https://hooks.example/shopify";
    let made = client
        .subscribe("ORDERS_UPDATED", uri, "")
        .await
        .unwrap()
        .value;
    assert!(client.subscribe("ORDERS_UPDATED", uri, "").await.is_err());
    let page = client
        .subscriptions_page(&Paging::first(50))
        .await
        .unwrap()
        .value;
    assert_eq!(page.items, [made]);
    assert!(client.subscribe("THEMES_PUBLISH", uri, "").await.is_err());
    assert!(
        client
            .subscribe("ORDERS_PAID", "ftp://hooks.example", "")
            .await
            .is_err()
    );
}
