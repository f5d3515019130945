//! What the shop shows is what happened in its world, page by page.

use std::collections::BTreeSet;

use crate::common::{
    again, begin, client, eur, hours, options_at, some_orders, start, strike, strike_for,
};
use homeostat_model::{Classify, Fault};
use homeostat_sandbox::serve;
use homeostat_vendors::shopify::{
    DisputeQuery, FinancialStatus, FulfillmentStatus, Order, OrderId, Paging, Updated,
};
use jiff::SignedDuration;

#[tokio::test]
async fn the_pages_of_a_window_hold_every_order_once_in_order_of_change() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let mut all: Vec<Order> = Vec::new();
    let mut paging = Paging::first(100);
    loop {
        let page = client
            .orders_page(Updated::default(), &paging)
            .await
            .unwrap()
            .value;
        all.extend(page.items);
        // So that the points last. Hardly anything is bought meanwhile.
        handle.clock().advance(SignedDuration::from_secs(9));
        match page.next {
            Some(next) => paging.after = Some(next),
            None => break,
        }
    }
    assert!(all.len() > 80, "{}", all.len());
    assert!(all.is_sorted_by_key(|order| (order.updated_at, order.id)));
    let ids: BTreeSet<OrderId> = all.iter().map(|order| order.id).collect();
    assert_eq!(ids.len(), all.len());

    let middle = all[all.len() / 2].updated_at;
    let window = Updated {
        from: Some(middle),
        before: None,
    };
    let later = client
        .orders_page(window, &Paging::first(100))
        .await
        .unwrap()
        .value;
    let expected = all.iter().filter(|order| order.updated_at >= middle);
    assert!(
        later
            .items
            .iter()
            .map(|order| order.id)
            .eq(expected.map(|order| order.id).take(100))
    );
    let window = Updated {
        from: None,
        before: Some(middle),
    };
    let earlier = client
        .orders_page(window, &Paging::first(100))
        .await
        .unwrap()
        .value;
    assert!(earlier.items.iter().all(|order| order.updated_at < middle));
}

#[tokio::test]
async fn an_order_is_paid_in_the_shops_currency_and_then_sent() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let today = Updated::from(begin().plus(hours(-4)));
    let page = client.orders_page(today, &Paging::first(100)).await;
    let orders = page.unwrap().value.items;
    let fresh = orders
        .iter()
        .find(|o| o.fulfillment_status == FulfillmentStatus::Unfulfilled);
    let fresh = fresh.unwrap().clone();
    assert_eq!(fresh.financial_status, Some(FinancialStatus::Paid));
    assert_eq!(
        (fresh.currency, fresh.total_refunded.amount_micros),
        (eur(), 0)
    );
    assert!(fresh.total.amount_micros > 0 && fresh.fulfillments.is_empty());
    assert!(fresh.customer.as_ref().unwrap().email.is_some());
    handle.clock().advance(hours(30));
    let sent = again(&client, &fresh).await;
    assert_eq!(sent.fulfillment_status, FulfillmentStatus::Fulfilled);
    assert!(sent.fulfillments[0].tracking[0].number.is_some());
    assert!(sent.updated_at > fresh.updated_at);
    assert_eq!(
        client.order(OrderId::from_number(1)).await.unwrap().value,
        None
    );
}

#[tokio::test]
async fn a_customers_orders_are_found_by_the_customer() {
    let dir = tempfile::tempdir().unwrap();
    let later = begin().plus(hours(24 * 20));
    let handle = serve(options_at(dir.path(), later)).await.unwrap();
    let client = client(&handle);
    let newest = Updated::from(later.plus(hours(-24 * 7)));
    let page = client.customers_page(newest, &Paging::first(250)).await;
    let all = page.unwrap().value.items;
    let often = all.into_iter().max_by_key(|one| one.orders).unwrap();
    assert!(often.orders > 1);
    let page = client
        .customer_orders_page(often.id, &Paging::first(100))
        .await;
    let own = page.unwrap().value.items;
    assert_eq!(own.len() as u64, often.orders);
    let is_theirs = |order: &Order| order.customer.as_ref().unwrap().id == often.id;
    assert!(own.iter().all(is_theirs));
}

#[tokio::test]
async fn disputes_open_with_time_and_show_at_their_orders() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options_at(dir.path(), begin().plus(hours(24 * 25)));
    options.seed = 3;
    let handle = serve(options).await.unwrap();
    let client = client(&handle);
    let all = client
        .disputes_page(DisputeQuery::All, &Paging::first(200))
        .await
        .unwrap()
        .value;
    assert!(!all.items.is_empty());
    let open = client
        .disputes_page(DisputeQuery::NeedsResponse, &Paging::first(200))
        .await;
    assert!(open.unwrap().value.items.len() <= all.items.len());
    let one = &all.items[0];
    let order = client
        .order(one.order.unwrap())
        .await
        .unwrap()
        .value
        .unwrap();
    assert_eq!((order.disputes[0].id, order.total), (one.id, one.amount));
}

#[tokio::test]
async fn the_shop_its_places_and_products_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let shop = client.shop().await.unwrap();
    assert_eq!(
        (shop.value.domain.as_str(), shop.value.currency),
        ("aurora.myshopify.com", eur())
    );
    assert_eq!(shop.other_version, None);
    let places = client
        .locations_page(&Paging::first(10))
        .await
        .unwrap()
        .value
        .items;
    let products = client
        .products_page(eur(), Updated::default(), &Paging::first(10))
        .await;
    let products = products.unwrap().value.items;
    assert_eq!((places.len(), products.len()), (1, 6));
    let item = products[0].variants[0].inventory_item;
    let level = client
        .inventory_level(item, places[0].id)
        .await
        .unwrap()
        .value
        .unwrap();
    assert!(level.available > 0 && level.on_hand >= level.available);
    let one = client.product(products[0].id, eur()).await.unwrap().value;
    assert_eq!(one.as_ref(), Some(&products[0]));
    let wrong = client
        .products_page(
            "USD".parse().unwrap(),
            Updated::default(),
            &Paging::first(10),
        )
        .await;
    let error = wrong.unwrap_err();
    assert!(
        error.to_string().contains("data.shop.currencyCode"),
        "{error}"
    );
}

#[tokio::test]
async fn a_search_may_trail_while_a_read_by_id_is_fresh() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let window = Updated::from(begin().plus(hours(-12)));
    let known = client(&handle)
        .orders_page(window, &Paging::first(100))
        .await;
    let known = known.unwrap().value.items;
    let last = known.iter().max_by_key(|order| order.created_at).unwrap();
    // The same world a moment after that order.
    let dir = tempfile::tempdir().unwrap();
    let moment = last.created_at.plus(SignedDuration::from_secs(10));
    let handle = serve(options_at(dir.path(), moment)).await.unwrap();
    let client = client(&handle);
    strike_for(&handle, "orders", "stale_index", 60_000).await;
    for sees in [false, true] {
        let page = client.orders_page(window, &Paging::first(100)).await;
        let found = page.unwrap().value.items;
        assert_eq!(found.iter().any(|order| order.id == last.id), sees);
        assert_eq!(again(&client, last).await.id, last.id);
    }
}

#[tokio::test]
async fn words_that_nobody_knows_are_kept_and_halves_of_answers_are_none() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    strike(&handle, "orders", "new_word").await;
    let orders = some_orders(&client).await;
    assert_eq!(orders[0].fulfillment_status.as_str(), "TELEPORTED");
    strike(&handle, "orders", "partial_answer").await;
    let half = client
        .orders_page(Updated::default(), &Paging::first(10))
        .await
        .unwrap_err();
    assert_eq!(half.fault(), Fault::Transient);
}
