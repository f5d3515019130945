//! Points run out and come back with the world's time.

use std::time::Duration;

use crate::common::{client, config, start, strike, strike_for};
use homeostat_model::{Classify, Fault};
use homeostat_vendors::shopify::{Client, Error, Meaning, Paging, Updated};
use jiff::SignedDuration;

#[tokio::test]
async fn every_reply_tells_what_it_cost_and_what_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let page = client(&handle)
        .orders_page(Updated::default(), &Paging::first(10))
        .await;
    let cost = page.unwrap().cost.unwrap();
    assert_eq!((cost.requested, cost.actual), (82, Some(82)));
    assert_eq!(
        (cost.available, cost.maximum, cost.restore_per_s),
        (1_918, 2_000, 100)
    );
}

#[tokio::test]
async fn an_empty_bucket_says_how_long_and_is_right() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let mut config = config(&handle);
    config.endpoint.wait_divisor = 2;
    let client = Client::new(config).unwrap();
    let paging = Paging::first(120);
    let read = || client.orders_page(Updated::default(), &paging);
    let mut throttled = None;
    for _ in 0..3 {
        match read().await {
            Ok(_) => {}
            Err(error) => throttled = Some(error),
        }
    }
    let error = throttled.unwrap();
    assert_eq!(error.fault(), Fault::Transient);
    // 962 points are asked for and 76 or more are left: 9 s of the world at most, half of it here.
    let wait = error.wait().unwrap();
    assert!(
        wait >= Duration::from_millis(500) && wait <= Duration::from_millis(4_500),
        "{wait:?}"
    );
    let world_ms = i64::try_from(wait.as_millis()).unwrap() * 2;
    handle
        .clock()
        .advance(SignedDuration::from_millis(world_ms));
    read().await.unwrap();
}

#[tokio::test]
async fn too_dear_a_query_asks_for_less() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let error = client
        .orders_page(Updated::default(), &Paging::first(250))
        .await
        .unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::AskForLess));
    for first in [0, 251] {
        let error = client
            .orders_page(Updated::default(), &Paging::first(first))
            .await;
        assert!(matches!(
            error.unwrap_err(),
            Error::Request { field: "first", .. }
        ));
    }
}

#[tokio::test]
async fn throttling_by_order_is_worded_in_both_ways_and_holds_for_the_shop() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = client(&handle);
    strike(&handle, "shop", "throttle_account").await;
    let error = one.shop().await.unwrap_err();
    assert_eq!(error.wait(), Some(Duration::from_secs(1)));
    strike_for(&handle, "shop", "throttle", 60_000).await;
    for _ in 0..2 {
        let error = one.shop().await.unwrap_err();
        assert!(
            matches!(error.meaning(), Some(Meaning::Throttled { .. })),
            "{error}"
        );
    }
    let mut other = config(&handle);
    other.endpoint.base_url = handle.shopify_url("cirrus");
    Client::new(other).unwrap().shop().await.unwrap();
}
